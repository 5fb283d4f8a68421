"""Channels that were set up on their platform, over SQLite."""

from collections.abc import Sequence

from bot.model import ChannelName, Setup
from bot.storage.database import Database
from bot.storage.documents import channel_from_json, to_json

_UPDATE = "UPDATE setup SET space = :space, by = :by, settings = :settings WHERE channel = :channel"
_INSERT = "INSERT INTO setup (channel, space, by, settings) VALUES (:channel, :space, :by, :settings)"


class SqliteSetups:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Sequence[Setup]:
        rows = await self._database.fetch("SELECT settings, space, by FROM setup ORDER BY number")
        return [Setup(channel_from_json(row["settings"]), row["space"], row["by"]) for row in rows]

    async def save(self, setup: Setup) -> bool:
        channel = setup.channel
        values = {"channel": channel.name, "space": setup.space, "by": setup.by, "settings": to_json(channel)}
        async with self._database.transaction() as tx:
            is_new = not (await tx.execute(_UPDATE, values)).rowcount
            if is_new:
                await tx.execute(_INSERT, values)
        return is_new

    async def remove(self, channel: ChannelName) -> bool:
        return bool(await self._database.change("DELETE FROM setup WHERE channel = ?", (channel,)))
