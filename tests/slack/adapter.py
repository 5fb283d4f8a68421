"""The adapter alone on a simulated Slack: real parts to read from, and an inbox that keeps what comes in."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import config
from bot.app import Parts, assemble
from bot.config import Secret, SlackSettings
from bot.model import Channel, Kind, Look, Message, PlatformName
from bot.platforms.slack import SlackPlatform
from bot.ports import Inbox
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import KeepingInbox
from tests.fakes.posts import make_channel, make_message
from tests.simulators.slack.client import Slack, until

CHANNELS = """\
channels:
  - {name: reading, platform: slack, address: '{reading}', at: '08:00', timezone: Europe/Berlin}
  - {name: general, platform: slack, address: '{general}', at: '08:00', timezone: Europe/Berlin}
  - {name: news, platform: slack, address: '{news}', at: '08:00', timezone: Europe/Berlin}
  - {name: library, platform: slack, address: '{library}', at: '08:00', timezone: Europe/Berlin}
"""
MARKER = "seedbed:0123456789abcdef0123456789abcd"


@dataclass(frozen=True, slots=True)
class Adapter:
    """`address` knows the ids of the simulated workspace's channels by their names."""

    platform: SlackPlatform
    slack: Slack
    inbox: KeepingInbox
    parts: Parts
    clock: FakeClock
    address: Mapping[str, str]

    def fresh(self, **settings: Any) -> SlackPlatform:
        """Another one like it, not started."""
        changed = replace(settings_for(self.slack), **settings)
        return SlackPlatform(
            changed, self.parts.clerk, self.parts.desk, self.parts.nursery, self.parts.store.memory, self.clock
        )

    def channel(self, name: str, **changes: Any) -> Channel:
        return replace(make_channel(), platform=PlatformName.SLACK, address=self.address[name], **changes)

    async def news(self, kind: str) -> Sequence[tuple[object, ...]]:
        """What of this kind came in, once something has."""
        await until(lambda: any(one[0] == kind for one in self.inbox.news))
        return [one for one in self.inbox.news if one[0] == kind]


def message(number: int = 1, *, marker: str = MARKER, look: Look | None = None, **changes: Any) -> Message:
    """An ordinary post."""
    made = make_message(number, Kind.DAILY, marker)
    return replace(made, look=look or Look(), **changes)


def settings_for(slack: Slack) -> SlackSettings:
    return SlackSettings(Secret(slack.token), Secret(slack.app_token), slack.api.rstrip("/"))


def environment(slack: Slack) -> dict[str, str]:
    return {
        "SEEDBED_SLACK_BOT_TOKEN": slack.token,
        "SEEDBED_SLACK_APP_TOKEN": slack.app_token,
        "SEEDBED_SLACK_API_BASE": slack.api,
    }


def slack_clock() -> FakeClock:
    """Begins now: Slack's ids hold the time, and the simulator's are of now."""
    return FakeClock(datetime.now(UTC))


@asynccontextmanager
async def core(root: Path, slack: Slack, clock: FakeClock) -> AsyncIterator[Parts]:
    """Everything of the bot but a started adapter."""
    path = root / "config" / "seedbed.yaml"
    if not path.exists():
        text = CHANNELS
        for channel in (await slack.state()).team()["channels"]:
            text = text.replace(f"{{{channel['name']}}}", channel["id"])
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        (root / "seeds").mkdir()
    environ = environment(slack)
    async with assemble(config.load(path, environ), environ, clock=clock) as parts:
        await parts.service.start()
        yield parts


@asynccontextmanager
async def adapter(
    root: Path, slack: Slack, *, inbox: Inbox | None = None, started: bool = True
) -> AsyncIterator[Adapter]:
    clock = slack_clock()
    async with core(root, slack, clock) as parts:
        state = await slack.state()
        keeping = KeepingInbox()
        address = {one["name"]: one["id"] for one in state.team()["channels"]}
        made = Adapter(
            SlackPlatform(settings_for(slack), parts.clerk, parts.desk, parts.nursery, parts.store.memory, clock),
            slack,
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
