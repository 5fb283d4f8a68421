"""What tests of people's commands share: a running outbox, organisers' words, and a store that somebody holds."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.model import Channel
from tests.simulators.slack.client import Slack
from tests.simulators.slack.seen import Answer, Message, View
from tests.slack.place import Place, place

ORGANISER = "organiser"


@dataclass(frozen=True, slots=True)
class Bench:
    """`place` with organisers' verbs: whoever asks is an admin, unless the test says otherwise."""

    place: Place

    @property
    def slack(self) -> Slack:
        return self.place.slack

    async def ask(self, line: str, *, user: str = ORGANISER, channel: str = "reading", steps: int = 1) -> Answer:
        """`/seedbed LINE`."""
        return await self.place.ask("/seedbed", line, user=user, channel=channel, steps=steps)

    async def say(self, line: str, *, user: str = ORGANISER, channel: str = "reading") -> str:
        """What can be read in the answer, which nobody else sees."""
        answer = await self.ask(line, user=user, channel=channel)
        assert answer.ephemeral
        return answer.text

    async def press(
        self, message: Message, button: str, *, user: str = ORGANISER, value: Any = None, steps: int = 1
    ) -> Answer:
        pressed = await self.slack.press(message.channel, message.ts, button, user=user, value=value)
        return await self.slack.answer(pressed, steps=steps)

    async def press_view(self, view: View, button: str, *, value: Any = None, steps: int = 1) -> Answer:
        pressed = await self.slack.press_view(view.id, button, value=value)
        return await self.slack.answer(pressed, steps=steps)

    async def submit(self, view: View, values: dict[str, Any] | None = None, *, steps: int = 1) -> Answer:
        return await self.slack.answer(await self.slack.submit(view.id, values), steps=steps)

    async def set_up(self, channel: str = "reading", *, user: str = ORGANISER, **values: Any) -> Answer:
        """The form, opened in a channel and sent off."""
        opened = await self.ask("setup", channel=channel, user=user)
        return await self.submit(opened.view, {"at": "09:00"} | values)

    def channels(self) -> dict[str, Channel]:
        """By name, as the core sees them."""
        return {channel.name: channel for channel in self.place.parts.clerk.channels()}

    async def channel_id(self, name: str) -> str:
        return (await self.slack.state()).channel_id(name)


@asynccontextmanager
async def bench(root: Path, slack: Slack, **more: Any) -> AsyncIterator[Bench]:
    """A bot whose outbox is looked after, as in a running one; with no channel, unless `channels` says otherwise."""
    async with place(root, slack, **{"channels": ""} | more) as made:
        pump = asyncio.create_task(_pump(made))
        try:
            yield Bench(made)
        finally:
            pump.cancel()
            with suppress(asyncio.CancelledError):
                await pump


async def _pump(made: Place) -> None:
    while True:
        await made.parts.wake.wait()
        made.parts.wake.clear()
        await made.parts.outbox.resume()


@asynccontextmanager
async def held(database: Path) -> AsyncIterator[None]:
    """Somebody else writes to the database, and takes their time: whoever else wants to waits."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
        # In a thread: what the bot is writing just now has to be finished meanwhile.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
