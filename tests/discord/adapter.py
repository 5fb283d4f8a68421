"""The adapter alone on a simulated Discord: real parts to read from, and an inbox that keeps what comes in."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot import config
from bot.app import Parts, assemble
from bot.config import DiscordSettings, Secret
from bot.model import Channel, Kind, Look, Message, PlatformName
from bot.platforms.discord import DiscordPlatform
from bot.ports import Inbox
from tests.discord.place import discord_clock
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import KeepingInbox
from tests.fakes.posts import make_channel, make_message
from tests.simulators.discord.client import Discord, until

CHANNELS = """\
channels:
  - {name: reading, platform: discord, address: '{reading}', at: '08:00', timezone: Europe/Berlin}
  - {name: general, platform: discord, address: '{general}', at: '08:00', timezone: Europe/Berlin}
  - {name: news, platform: discord, address: '{news}', at: '08:00', timezone: Europe/Berlin}
  - {name: library, platform: discord, address: '{library}', at: '08:00', timezone: Europe/Berlin}
"""
MARKER = "seedbed:0123456789abcdef0123456789abcd"


@dataclass(frozen=True, slots=True)
class Adapter:
    """`address` knows the ids of the simulated server's channels by their names."""

    platform: DiscordPlatform
    discord: Discord
    inbox: KeepingInbox
    parts: Parts
    clock: FakeClock
    address: Mapping[str, str]

    def fresh(self, **settings: Any) -> DiscordPlatform:
        """Another one like it, not started."""
        changed = replace(settings_for(self.discord), **settings)
        return DiscordPlatform(
            changed, self.parts.clerk, self.parts.desk, self.parts.nursery, self.parts.store.memory, self.clock
        )

    def channel(self, name: str, **changes: Any) -> Channel:
        return replace(make_channel(), platform=PlatformName.DISCORD, address=self.address[name], **changes)

    async def news(self, kind: str) -> Sequence[tuple[object, ...]]:
        """What of this kind came in, once something has."""
        await until(lambda: any(one[0] == kind for one in self.inbox.news))
        return [one for one in self.inbox.news if one[0] == kind]


def message(number: int = 1, *, marker: str = MARKER, look: Look | None = None, **changes: Any) -> Message:
    """An ordinary post."""
    made = make_message(number, Kind.DAILY, marker)
    return replace(made, look=look or Look(), **changes)


def settings_for(discord: Discord) -> DiscordSettings:
    return DiscordSettings(Secret(discord.token), discord.api, discord.gateway)


@asynccontextmanager
async def core(root: Path, discord: Discord, clock: FakeClock) -> AsyncIterator[Parts]:
    """Everything of the bot but a started adapter."""
    path = root / "config" / "seedbed.yaml"
    if not path.exists():
        text = CHANNELS
        for channel in (await discord.state())["channels"]:
            text = text.replace(f"{{{channel['name']}}}", channel["id"])
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        (root / "seeds").mkdir()
    environ = {"SEEDBED_DISCORD_TOKEN": discord.token}
    async with assemble(config.load(path, environ), environ, clock=clock) as parts:
        await parts.service.start()
        yield parts


@asynccontextmanager
async def adapter(
    root: Path, discord: Discord, *, inbox: Inbox | None = None, started: bool = True
) -> AsyncIterator[Adapter]:
    clock = discord_clock()
    async with core(root, discord, clock) as parts:
        state = await discord.state()
        keeping = KeepingInbox()
        address = {one["name"]: one["id"] for one in state["channels"]}
        made = Adapter(
            DiscordPlatform(settings_for(discord), parts.clerk, parts.desk, parts.nursery, parts.store.memory, clock),
            discord,
            keeping,
            parts,
            clock,
            address,
        )
        if started:
            await made.platform.start(inbox or keeping)
            await until(lambda: made.platform.health().ok)
        try:
            yield made
        finally:
            await made.platform.stop()
