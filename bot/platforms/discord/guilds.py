"""Servers and channels that go away and come back, and what is kept of a server that the bot left."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.log import fields
from bot.model import Channel, ChannelName, PlatformName
from bot.platforms.discord.parts import Parts

log = logging.getLogger(__name__)

GRACE: Final = timedelta(days=30)  # that a server's channels and proposals are kept after the bot was removed from it
LEFT: Final = "discord/left/"


class Guilds:
    """Tells the inbox which seedbed channels closed or may be open again."""

    def __init__(self, client: discord.Client, parts: Parts) -> None:
        self._client = client
        self._parts = parts

    async def look_round(self) -> None:
        """After a new session: servers that are gone since, those that are there again, and what may be open."""
        here = {str(guild.id) for guild in self._client.guilds}
        known = await self._welcome_back()
        for space, names in (await self._spaces()).items():
            if space not in here and LEFT + space not in known:
                await self._leave(space, names, "its server")
        places = {channel.id for guild in self._client.guilds for channel in guild.channels}
        await self._parts.inbox.reopened(self.at(places))

    async def lost_channel(self, channel: discord.abc.GuildChannel) -> None:
        names = self.at({channel.id})
        if names:
            reason = f"#{channel.name} was deleted: move the seedbed to another channel, or remove it"
            await self._parts.inbox.closed(names, reason)

    async def left(self, guild: discord.Guild) -> None:
        names = {*self.at({channel.id for channel in guild.channels}), *(await self._set_up(str(guild.id)))}
        await self._leave(str(guild.id), names, f'"{guild.name}"')

    async def joined(self, guild: discord.Guild) -> None:
        """Added to a server, or a server is back after an outage."""
        await self._parts.memory.drop(LEFT + str(guild.id))
        await self.reopened(guild.channels)

    async def reopened(self, channels: Sequence[discord.abc.GuildChannel]) -> None:
        if names := self.at({channel.id for channel in channels}):
            await self._parts.inbox.reopened(names)

    async def forget_left(self) -> None:
        """Whatever a server that the bot left long ago had here. It may be back: the gateway has to be there to say."""
        if not self._client.is_ready():
            return
        await self._welcome_back()
        now = self._parts.clock.now()
        for name, text in (await self._parts.memory.recall_all(LEFT)).items():
            if now - datetime.fromisoformat(text) >= GRACE:
                channels = await self._parts.desk.purge(name.removeprefix(LEFT))
                await self._parts.memory.drop(name)
                log.info("a server's data was removed, long after it removed the bot", extra=fields(channels=channels))

    def at(self, places: Collection[int]) -> Sequence[ChannelName]:
        """The seedbed channels with these addresses."""
        wanted = {str(place) for place in places}
        return [channel.name for channel in self._channels() if channel.address in wanted]

    async def _welcome_back(self) -> Collection[str]:
        """Forget that a server was left which the bot is in; the names of the notes that stay."""
        known = await self._parts.memory.recall_all(LEFT)
        here = {LEFT + str(guild.id) for guild in self._client.guilds} & known.keys()
        for name in here:
            await self._parts.memory.drop(name)
        return known.keys() - here

    async def _leave(self, space: str, names: Collection[ChannelName], server: str) -> None:
        await self._parts.memory.keep(LEFT + space, self._parts.clock.now().isoformat())
        reason = (
            f"the bot was removed from {server}: invite it again; what was set up there is kept for {GRACE.days} days"
        )
        await self._parts.inbox.closed(sorted(names), reason)

    async def _spaces(self) -> dict[str, list[ChannelName]]:
        """The channels that were set up on Discord, by server."""
        spaces: dict[str, list[ChannelName]] = {}
        for channel in self._channels():
            if (setup := await self._parts.desk.setup(channel.name)) is not None:
                spaces.setdefault(setup.space, []).append(channel.name)
        return spaces

    async def _set_up(self, space: str) -> list[ChannelName]:
        return [setup.channel.name for setup in await self._parts.desk.setups(space)]

    def _channels(self) -> Sequence[Channel]:
        return [one for one in self._parts.overview.channels() if one.platform is PlatformName.DISCORD]
