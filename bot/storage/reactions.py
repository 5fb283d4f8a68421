"""Who has which reaction on which message. The newest change wins, so replays and reordering change nothing."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.model import ChannelName, MessageId, PostId, Reaction, ReactionChange
from bot.storage.codec import micros
from bot.storage.database import Parameters
from bot.storage.documents import MICROSECOND
from bot.storage.posted import READINGS
from bot.storage.verbs import Verbs

# While a post is being sent its message may already be seen, and reacted to, before its id is confirmed here.
_OURS = """
SELECT EXISTS (SELECT 1 FROM post WHERE channel = :channel AND message_id = :message_id)
    OR EXISTS (SELECT 1 FROM post WHERE channel = :channel AND state = 'sending') AS ours
"""

# Where everybody's were taken off, nothing was put on before that; and where the whole message was read, nothing stood
# there then but what that reading wrote down.
_KEEP = """
INSERT INTO reaction (channel, message_id, user, emoji, burst, present, at)
SELECT :channel, :message_id, :user, :emoji, :burst, :present, :at
WHERE NOT EXISTS (
    SELECT 1 FROM clearing
    WHERE channel = :channel AND message_id = :message_id AND emoji IN ('', :emoji) AND (at, 0) >= (:at, :present)
) AND NOT EXISTS (
    SELECT 1 FROM post
    WHERE channel = :channel AND message_id = :message_id AND (reactions_read, 0) >= (:at, :present)
)
ON CONFLICT (channel, message_id, user, emoji, burst) DO UPDATE SET present = excluded.present, at = excluded.at
WHERE (excluded.at, excluded.present) > (reaction.at, reaction.present)
"""

_READ = """
UPDATE post
SET reactions_read = :at,
    reconcile_at = (SELECT min(posted + value) FROM json_each(:readings) WHERE posted + value > :at)
WHERE channel = :channel AND message_id = :message_id AND state = 'posted' AND coalesce(reactions_read, :at) <= :at
"""

_NOBODY = """
UPDATE reaction SET present = 0, at = :at WHERE channel = :channel AND message_id = :message_id AND at <= :at
"""

_SET = """
INSERT INTO reaction (channel, message_id, user, emoji, burst, present, at)
SELECT :channel, :message_id, :user, :emoji, :burst, 1, :at
WHERE NOT EXISTS (
    SELECT 1 FROM clearing
    WHERE channel = :channel AND message_id = :message_id AND emoji IN ('', :emoji) AND at > :at
)
ON CONFLICT (channel, message_id, user, emoji, burst) DO UPDATE SET present = 1, at = excluded.at
WHERE reaction.at <= excluded.at
"""

# The counts of a message that is gone stay as they were.
_CLEAR = """
INSERT INTO clearing (channel, message_id, emoji, at)
SELECT :channel, :message_id, :emoji, :at
WHERE NOT EXISTS (SELECT 1 FROM post WHERE channel = :channel AND message_id = :message_id AND state = 'deleted')
ON CONFLICT (channel, message_id, emoji) DO UPDATE SET at = excluded.at WHERE excluded.at > clearing.at
"""

_TAKE_OFF = """
UPDATE reaction SET present = 0, at = :at
WHERE channel = :channel AND message_id = :message_id AND at < :at AND :emoji IN ('', emoji)
"""

_MINE = """
SELECT post.id, emoji FROM post JOIN reaction USING (channel, message_id)
WHERE post.id IN (SELECT value FROM json_each(?)) AND user = ? AND present
"""


class ReactionVerbs(Verbs):
    async def record_reaction(self, change: ReactionChange) -> bool:
        values = {
            "channel": change.channel,
            "message_id": change.message_id,
            "user": change.user,
            "emoji": change.emoji,
            "burst": int(change.burst),
            "present": int(change.present),
            "at": micros(change.at),
        }
        if not await self._is_ours(values):
            return False
        await self._change(_KEEP, values)
        return True

    async def replace_reactions(
        self, channel: ChannelName, message_id: MessageId, present: frozenset[Reaction], now: datetime
    ) -> None:
        values = {"channel": channel, "message_id": message_id, "at": micros(now)}
        readings = json.dumps([after // MICROSECOND for after in READINGS])
        async with self._database.transaction() as tx:
            # An older reading than the last one says nothing; neither does one of a message that is not ours.
            if (await tx.execute(_READ, values | {"readings": readings})).rowcount:
                await tx.execute(_NOBODY, values)
                await tx.executemany(_SET, [values | reaction._asdict() for reaction in present])

    async def clear_reactions(
        self, channel: ChannelName, message_id: MessageId, emoji: str | None, at: datetime
    ) -> None:
        values = {"channel": channel, "message_id": message_id, "emoji": emoji or "", "at": micros(at)}
        if await self._is_ours(values):
            await self._change(_CLEAR, values, [(_TAKE_OFF, values)])

    async def reactions_of(self, posts: Sequence[PostId], user: str) -> frozenset[tuple[PostId, str]]:
        rows = await self._database.fetch(_MINE, (json.dumps(tuple(posts)), user))
        return frozenset((PostId(row["id"]), row["emoji"]) for row in rows)

    async def _is_ours(self, values: Parameters) -> bool:
        """Asked of the reader first: most reactions of a busy place are on messages that are none of ours."""
        row = await self._database.fetch_one(_OURS, values)
        return row is not None and bool(row["ours"])
