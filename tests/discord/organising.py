"""What tests of organisers' commands share: a running outbox, and answers to be read whole."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.model import Channel
from tests.discord.place import Place, place
from tests.simulators.discord.client import Discord, until
from tests.simulators.discord.seen import Answer, Message

ORGANISER = "organiser"


@dataclass(frozen=True, slots=True)
class Bench:
    """`place` with organisers' verbs: whoever asks is an organiser, unless the test says otherwise."""

    place: Place

    @property
    def discord(self) -> Discord:
        return self.place.discord

    async def ask(self, verb: str, options: Mapping[str, Any] | None = None, **where: str) -> Answer:
        """`/seedbed VERB`; `where` is `channel`, `user` and `locale`."""
        return await self.place.ask(f"seedbed {verb}", options, **{"user": ORGANISER} | where)

    async def say(self, verb: str, options: Mapping[str, Any] | None = None, **where: str) -> str:
        """What can be read in the answer, as long as it is one message."""
        answer = await self.ask(verb, options, **where)
        assert answer.ephemeral
        return answer.text

    async def suggested(
        self, verb: str, option: str, text: str, options: Mapping[str, Any] | None = None, **where: str
    ) -> dict[str, str]:
        """Choices by their names, as somebody types in an option."""
        words = {"user": ORGANISER} | where
        asked = await self.discord.autocomplete(
            f"seedbed {verb}", {**(options or {}), option: text}, focused=option, **words
        )
        return {choice["name"]: choice["value"] for choice in (await self.discord.answer(asked)).choices}

    async def press(
        self,
        answer: Answer,
        button: str,
        *,
        channel: str = "reading",
        user: str = ORGANISER,
        locale: str = "en-US",
        values: list[str] | None = None,
    ) -> str:
        """A button or menu below an answer; the id of the interaction."""
        return await self.discord.press(channel, answer.message_id, button, user=user, locale=locale, values=values)

    def channels(self) -> dict[str, Channel]:
        """By name, as the core sees them."""
        return {channel.name: channel for channel in self.place.parts.clerk.channels()}

    async def followed(self, interaction: str, count: int = 1) -> list[str]:
        """What was added to an answer, once it is so many messages."""

        async def come() -> bool:
            return len((await self.discord.answer(interaction)).followups) >= count

        await until(come)
        answer = await self.discord.answer(interaction)
        texts = {
            step["message"]["id"]: Message(step["message"]).text for step in answer.json["steps"] if step["message"]
        }
        return [texts[number] for number in answer.followups]


@asynccontextmanager
async def bench(root: Path, discord: Discord, **more: Any) -> AsyncIterator[Bench]:
    """A bot whose outbox is looked after, as in a running one; with no channel, unless `channels` says otherwise."""
    async with place(root, discord, **{"channels": ""} | more) as made:
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
