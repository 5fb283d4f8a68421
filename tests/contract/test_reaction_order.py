"""Reactions end the same in whatever order, and however often, the changes and the readings of them arrive."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.failpoints import Failpoints
from bot.model import Marker, Reaction, ReactionChange
from bot.ports import Board, Ledger
from bot.storage.board import SqliteBoard
from bot.storage.database import Database
from bot.storage.ledger import SqliteLedger
from bot.storage.migrate import migrate
from tests.contract.rows import ME, claim
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.memory_store import MemoryBoard, MemoryLedger
from tests.fakes.posts import GARDEN

USERS = ("ann", "bob")
EMOJI = ("🌱", "💡")
EVERY = tuple(Reaction(*each) for each in product(USERS, EMOJI, (False, True)))


@dataclass(frozen=True)
class Change:
    second: int
    reaction: Reaction
    present: bool

    @property
    def at(self) -> float:
        return self.second


@dataclass(frozen=True)
class Clearing:
    """Of one emoji, or of all with None."""

    second: int
    emoji: str | None

    @property
    def at(self) -> float:
        return self.second

    def concerns(self, reaction: Reaction) -> bool:
        return self.emoji in (None, reaction.emoji)


@dataclass(frozen=True)
class Reading:
    """Between two full seconds, so that none ties with a change."""

    second: int
    reactions: frozenset[Reaction]

    @property
    def at(self) -> float:
        return self.second + 0.5


Event = Change | Clearing | Reading

changes = st.builds(Change, st.integers(0, 5), st.sampled_from(EVERY), st.booleans())
clearings = st.builds(Clearing, st.integers(0, 5), st.sampled_from((*EMOJI, None)))
readings = st.builds(Reading, st.integers(0, 5), st.frozensets(st.sampled_from(EVERY)))


def moment(event: Event) -> object:
    """Two readings at one instant could not be told apart; two changes can."""
    return event.at if isinstance(event, Reading) else event


@st.composite
def arrivals(draw: st.DrawFn) -> list[Event]:
    """Every event at least once, some twice, in any order."""
    events = draw(st.lists(changes | clearings | readings, max_size=8, unique_by=moment))
    again = draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    return draw(st.permutations(events + again))


def expected(events: Sequence[Event]) -> set[Reaction]:
    """Said once more, without any order: of all that was said of a reaction, the newest."""

    def newest(reaction: Reaction) -> bool:
        said = [(each.at, each.present) for each in events if isinstance(each, Change) and each.reaction == reaction]
        said += [(each.at, False) for each in events if isinstance(each, Clearing) and each.concerns(reaction)]
        said += [(each.at, reaction in each.reactions) for each in events if isinstance(each, Reading)]
        return max(said, default=(0.0, False))[1]

    return {reaction for reaction in EVERY if newest(reaction)}


async def play(ledger: Ledger, board: Board, events: Sequence[Event]) -> set[Reaction]:
    """What is on the message in the end, as the board that shares the ledger's rows tells it."""
    clock = FakeClock()
    message_id = await board.publish(GARDEN, Marker("seedbed:1"), clock.now())
    post = await claim(ledger, clock)
    await ledger.confirm(post.id, ME, message_id, clock.now())
    for event in events:
        when = BEGINNING + timedelta(seconds=event.at)
        match event:
            case Reading():
                await ledger.replace_reactions(GARDEN, message_id, event.reactions, when)
            case Clearing():
                await ledger.clear_reactions(GARDEN, message_id, event.emoji, when)
            case Change(reaction=(user, emoji, burst)):
                change = ReactionChange(GARDEN, message_id, user, emoji, event.present, when, burst)
                assert await ledger.record_reaction(change)
    return set(await board.reactions(message_id))


@given(arrivals())
def test_in_memory_the_newest_wins(events: list[Event]) -> None:
    ledger = MemoryLedger(FakeClock())
    assert asyncio.run(play(ledger, MemoryBoard(ledger), events)) == expected(events)


@settings(max_examples=60, deadline=None)
@given(events=arrivals())
def test_in_a_file_the_newest_wins(tmp_path_factory: pytest.TempPathFactory, events: list[Event]) -> None:
    path = tmp_path_factory.mktemp("reactions") / "seedbed.db"
    migrate(path)

    async def play_in_file() -> set[Reaction]:
        database = await Database.open(path)
        try:
            return await play(SqliteLedger(database, FakeClock(), Failpoints()), SqliteBoard(database), events)
        finally:
            await database.close()

    assert asyncio.run(play_in_file()) == expected(events)
