"""A whole bot in this process on a simulated Discord: real store, real files, real sockets, a clock that tests move."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import config
from bot.app import Parts, assemble
from bot.model import ChannelName, LedgerEntry, PlatformName
from bot.platforms.discord.commands.tree import REGISTERED
from bot.platforms.discord.platform import DiscordPlatform
from tests.fakes.clock import FakeClock
from tests.fakes.site import library
from tests.simulators.discord.client import Discord, until
from tests.simulators.discord.seen import Answer, Message

READING = ChannelName("reading")
# The text channel of the simulated server; {id} is its number there.
CHANNELS = "  - {name: reading, platform: discord, address: '{reading}', at: '08:00', timezone: Europe/Berlin}\n"
# The same in the server's forum, with its first post at once.
FORUM = (
    "  - {name: reading, platform: discord, address: '{library}', at: '08:00', timezone: Europe/Berlin,\n"
    "     tag: fiction, first_post: now}\n"
)


def discord_clock() -> FakeClock:
    """Begins now: Discord's ids hold the time, and the simulator's are of now."""
    return FakeClock(datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Place:
    """Members' and organisers' verbs are those of `discord`; `ask` and the like wait for the whole answer."""

    parts: Parts
    clock: FakeClock
    discord: Discord
    platform: DiscordPlatform

    async def post_daily(self) -> None:
        """One tick, and whatever it sends has arrived."""
        await self.parts.service.post_due()
        await self.parts.outbox.drain(timedelta(seconds=30))

    async def posted(self, channel: ChannelName = READING) -> list[LedgerEntry]:
        """Newest first."""
        return list(await self.parts.clerk.feed(channel, 100))

    async def ask(self, command: str, options: Mapping[str, Any] | None = None, **where: str) -> Answer:
        """`where` is `channel`, `user` and `locale`."""
        return await self.discord.answer(await self.discord.slash(command, dict(options or {}), **where))

    async def told(self, asked: str, messages: int) -> list[str]:
        """What can be read in the answer to an interaction, once it is so many messages."""

        async def come() -> bool:
            return len((await self.discord.answer(asked)).followups) >= messages - 1

        await until(come)
        answer = await self.discord.answer(asked)
        shown = [Message(step["message"]).text for step in answer.json["steps"] if step["message"]]
        return shown[-messages:]

    async def press(self, message: Message, button: str, *, user: str = "ada", locale: str = "en-US") -> Answer:
        pressed = await self.discord.press(message.channel, message.id, button, user=user, locale=locale)
        return await self.discord.answer(pressed)

    async def menu(self, command: str, message: Message, *, user: str = "ada", locale: str = "en-US") -> Answer:
        chosen = await self.discord.message_menu(command, message.channel, message.id, user=user, locale=locale)
        return await self.discord.answer(chosen)

    async def submit(self, opened: Answer, values: Mapping[str, str] | None = None) -> Answer:
        """Send off the form that was opened."""
        return await self.discord.answer(await self.discord.submit(opened.json["id"], dict(values or {})))

    async def posts(self, channel: str = "reading") -> list[Message]:
        """What the bot has posted in a channel, oldest first."""
        found = await self.discord.messages(channel)
        return [one for one in found if one.author == "seedbed" and one.seen_by is None and one.type == "default"]


@asynccontextmanager
async def place(
    root: Path,
    discord: Discord,
    clock: FakeClock | None = None,
    *,
    channels: str = CHANNELS,
    seeds: Mapping[str, str] | None = None,
) -> AsyncIterator[Place]:
    """Started but for the ticker: nothing is posted before somebody asks, or `post_daily`.

    A second one on the same folder is the same bot after a restart. In `channels`, {reading} and the like stand for
    the ids of the simulated channels.
    """
    clock = clock or discord_clock()
    environ = {
        "SEEDBED_DISCORD_TOKEN": discord.token,
        "SEEDBED_DISCORD_API_BASE": discord.api,
        "SEEDBED_DISCORD_GATEWAY_URL": discord.gateway,
    }
    settings = config.load(await _written(root, discord, channels, seeds), environ)
    async with assemble(settings, environ, clock=clock) as parts:
        await parts.service.start()
        await parts.outbox.start()
        platform = parts.platforms[PlatformName.DISCORD]
        assert isinstance(platform, DiscordPlatform)
        await platform.start(parts.service)
        try:
            await until(lambda: _is_up(parts, platform, discord))
            yield Place(parts, clock, discord, platform)
        finally:
            await parts.outbox.drain(timedelta(seconds=10))
            await parts.follow_ups.drain(timedelta(seconds=10))
            await platform.stop()


async def _is_up(parts: Parts, platform: DiscordPlatform, discord: Discord) -> bool:
    """Connected, and Discord was told of the commands, whatever it said: nobody can use them before."""
    if not platform.health().ok:
        return False
    return await parts.store.memory.recall(REGISTERED) is not None or bool(await discord.requests("commands"))


@asynccontextmanager
async def held(database: Path) -> AsyncIterator[None]:
    """Somebody else writes to the database, and takes their time: whoever else wants to waits."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
        # In a thread: what the bot is writing just now has to be finished meanwhile.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield


async def _written(root: Path, discord: Discord, channels: str, seeds: Mapping[str, str] | None) -> Path:
    """The configuration and the library, unless they are there; the configuration's path."""
    path = root / "config" / "seedbed.yaml"
    if path.exists():
        return path
    state = await discord.state()
    for channel in state["channels"]:
        channels = channels.replace(f"{{{channel['name']}}}", channel["id"])
    path.parent.mkdir(parents=True)
    path.write_text(f"channels:\n{channels}" if channels else "channels: []\n", encoding="utf-8")
    (root / "seeds").mkdir()
    for name, text in (library() if seeds is None else seeds).items():
        (root / "seeds" / name).write_text(text, encoding="utf-8")
    return path
