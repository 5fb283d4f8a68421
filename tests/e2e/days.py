"""A bot in this process whose days pass as fast as a test wants: real service, store and library, a chat in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot import app
from bot.config import Settings, WebSettings
from bot.model import (
    Channel,
    ChannelName,
    LedgerEntry,
    PlantAnswer,
    PlantRequest,
    PlatformName,
    Post,
    State,
)
from tests.fakes.chat import ChatPlatform
from tests.fakes.clock import FakeClock

GARDEN = ChannelName("garden")
EARLY = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)  # 07:30 in Berlin, before the slot
TEXTS = {
    "larch": "The larch lets go of its needles every autumn.",
    "moss": "Moss drinks the fog through every leaf.",
    "fern": "A fern unrolls its fronds from the middle.",
    "reed": "The reed bends where the oak would break.",
    "vetch": "Vetch climbs by holding on to its neighbours.",
}


@dataclass
class Place:
    """A folder with a library and a database, which outlive the bot, and the chat it posts to."""

    root: Path
    clock: FakeClock
    chat: ChatPlatform
    channel: Channel

    def write(self, name: str, text: str, more: str = "") -> None:
        (self.root / "seeds" / f"{name}.yaml").write_text(f"text: {text}\n{more}")

    def rename(self, old: str, new: str) -> None:
        (self.root / "seeds" / f"{old}.yaml").rename(self.root / "seeds" / f"{new}.yaml")

    @asynccontextmanager
    async def run(self) -> AsyncIterator["Bot"]:
        """A bot on this place, from its start to its end."""
        settings = Settings(
            path=self.root / "seedbed.yaml",
            root=self.root,
            library=self.root / "seeds",
            database=self.root / "seedbed.db",
            web=WebSettings(),
            channels=(self.channel,),
        )
        factories = {PlatformName.WEB: lambda *_: self.chat}
        async with app.assemble(settings, {}, clock=self.clock, factories=factories) as parts:
            await parts.service.start()
            await parts.outbox.start()
            bot = Bot(self, parts)
            await bot.tick()
            yield bot


@dataclass
class Bot:
    place: Place
    parts: app.Parts

    async def tick(self) -> None:
        await self.parts.service.post_due()
        await self.parts.outbox.resume()
        await self.parts.outbox.drain(timedelta(seconds=5))
        await self.parts.follow_ups.resume()
        await self.parts.follow_ups.drain(timedelta(seconds=5))
        await self.parts.service.reconcile()

    async def live(self, until: datetime) -> None:
        """Tick every half hour."""
        while self.place.clock.now() < until:
            self.place.clock.advance(minutes=30)
            await self.tick()

    async def ledger(self) -> list[LedgerEntry]:
        """Oldest first."""
        return list(reversed(await self.parts.store.ledger.entries(GARDEN)))

    async def posts(self, state: State = State.POSTED) -> list[Post]:
        return [entry.post for entry in await self.ledger() if entry.post.state is state]

    async def ask(self, topic: str, request: str = "r1") -> PlantAnswer:
        return await self.parts.service.plant_seed(PlantRequest(GARDEN, topic, request, "ada"))


def make_place(root: Path) -> Place:
    """Early in the morning, with a library of five seeds and one channel that posts at nine."""
    clock = FakeClock(EARLY)
    channel = Channel(GARDEN, PlatformName.WEB, GARDEN, (time(9),), "Europe/Berlin")
    (root / "seeds").mkdir()
    place = Place(root, clock, ChatPlatform(clock), channel)
    for name, text in TEXTS.items():
        place.write(name, text, f"topics: [{name}, plants]\nauthor: Author of {name}\n")
    return place
