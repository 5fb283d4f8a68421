"""A whole bot in this process on a simulated Slack: real store, real files, real sockets, a clock that tests move."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot import config
from bot.app import Parts, assemble
from bot.model import ChannelName, LedgerEntry, PlatformName
from bot.platforms.slack.platform import SlackPlatform
from tests.fakes.clock import FakeClock
from tests.fakes.site import library
from tests.simulators.slack.client import Slack, until
from tests.simulators.slack.seen import Answer, Message
from tests.slack.adapter import environment, slack_clock

READING = ChannelName("reading")
# The public channel of the simulated workspace with the bot in it; {reading} is its id there.
CHANNELS = "  - {name: reading, platform: slack, address: '{reading}', at: '08:00', timezone: Europe/Berlin}\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Members' and organisers' verbs are those of `slack`; `ask` and the like wait for the whole answer."""

    parts: Parts
    clock: FakeClock
    slack: Slack
    platform: SlackPlatform

    async def post_daily(self) -> None:
        """One tick, and whatever it sends has arrived."""
        await self.parts.service.post_due()
        await self.parts.outbox.drain(timedelta(seconds=30))

    async def follow_up(self) -> None:
        """What follows the posts, done."""
        await self.parts.follow_ups.resume()
        await self.parts.follow_ups.drain(timedelta(seconds=30))

    async def posted(self, channel: ChannelName = READING) -> list[LedgerEntry]:
        """Newest first."""
        return list(await self.parts.clerk.feed(channel, 100))

    async def ask(
        self, command: str, text: str = "", *, channel: str = "reading", user: str = "ada", steps: int = 1
    ) -> Answer:
        asked = await self.slack.slash(command, text, channel=channel, user=user)
        return await self.slack.answer(asked, steps=steps)

    async def press(self, message: Message, button: str, *, user: str = "ada", steps: int = 1) -> Answer:
        pressed = await self.slack.press(message.channel, message.ts, button, user=user)
        return await self.slack.answer(pressed, steps=steps)

    async def submit(self, view: str, values: Mapping[str, object] | None = None, *, steps: int = 1) -> Answer:
        """Send off the form that was opened."""
        return await self.slack.answer(await self.slack.submit(view, dict(values or {})), steps=steps)

    async def posts(self, channel: str = "reading") -> list[Message]:
        """What the bot has posted in a channel, oldest first; neither replies nor what one person alone sees."""
        found = await self.slack.messages(channel)
        return [one for one in found if one.author == "seedbed" and one.seen_by is None and not one.is_reply]


@asynccontextmanager
async def place(
    root: Path,
    slack: Slack,
    clock: FakeClock | None = None,
    *,
    channels: str = CHANNELS,
    seeds: Mapping[str, str] | None = None,
) -> AsyncIterator[Place]:
    """Started but for the ticker: nothing is posted before somebody asks, or `post_daily`.

    A second one on the same folder is the same bot after a restart. In `channels`, {reading} and the like stand for
    the ids of the simulated channels.
    """
    clock, environ = clock or slack_clock(), environment(slack)
    settings = config.load(await _written(root, slack, channels, seeds), environ)
    async with assemble(settings, environ, clock=clock) as parts:
        await parts.service.start()
        await parts.outbox.start()
        platform = parts.platforms[PlatformName.SLACK]
        assert isinstance(platform, SlackPlatform)
        await platform.start(parts.service)
        try:
            await until(lambda: platform.health().ok)
            yield Place(parts, clock, slack, platform)
        finally:
            await parts.outbox.drain(timedelta(seconds=10))
            await parts.follow_ups.drain(timedelta(seconds=10))
            await platform.stop()


async def _written(root: Path, slack: Slack, channels: str, seeds: Mapping[str, str] | None) -> Path:
    """The configuration and the library, unless they are there; the configuration's path."""
    path = root / "config" / "seedbed.yaml"
    if path.exists():
        return path
    for channel in (await slack.state()).team()["channels"]:
        channels = channels.replace(f"{{{channel['name']}}}", channel["id"])
    path.parent.mkdir(parents=True)
    path.write_text(f"channels:\n{channels}" if channels else "channels: []\n", encoding="utf-8")
    (root / "seeds").mkdir()
    for name, text in (library() if seeds is None else seeds).items():
        (root / "seeds" / name).write_text(text, encoding="utf-8")
    return path
