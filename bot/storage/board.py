"""The built-in page's messages over SQLite."""

from datetime import datetime

from bot.model import ChannelName, Marker, MessageId, Reaction
from bot.storage.codec import micros
from bot.storage.database import Database

_REACTIONS = """
SELECT user, emoji, burst FROM board JOIN reaction ON reaction.channel = board.channel
WHERE board.id = CAST(:id AS INTEGER) AND message_id = :id AND present
"""


class SqliteBoard:
    """A message's id is the number of its row; its reactions are those that the ledger keeps for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(self, channel: ChannelName, marker: Marker, now: datetime) -> MessageId:
        await self._database.change(
            "INSERT INTO board (channel, marker, published) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (channel, marker, micros(now)),
        )
        message_id = await self.find(channel, marker)
        assert message_id is not None
        return message_id

    async def find(self, channel: ChannelName, marker: Marker) -> MessageId | None:
        row = await self._database.fetch_one("SELECT id FROM board WHERE channel = ? AND marker = ?", (channel, marker))
        return MessageId(str(row["id"])) if row else None

    async def reactions(self, message_id: MessageId) -> frozenset[Reaction]:
        rows = await self._database.fetch(_REACTIONS, {"id": message_id})
        return frozenset(Reaction(row["user"], row["emoji"], bool(row["burst"])) for row in rows)
