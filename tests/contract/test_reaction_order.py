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
from bot.model import MessageId, ReactionChange
from bot.ports import Ledger
from bot.storage.database import Database
from bot.storage.ledger import SqliteLedger
from bot.storage.migrate import migrate
from tests.contract.rows import publish
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.memory_store import MemoryLedger
from tests.fakes.posts import GARDEN

USERS = ("ann", "bob")
PEOPLE = tuple(product(USERS, ("🌱", "💡")))
MESSAGE = MessageId("m1")


@dataclass(frozen=True)
class Change:
    second: int
    person: tuple[str, str]
    present: bool

    @property
    def at(self) -> float:
        return self.second


@dataclass(frozen=True)
class Reading:
    """Between two full seconds, so that none ties with a change."""

    second: int
    people: frozenset[tuple[str, str]]

    @property
    def at(self) -> float:
        return self.second + 0.5


changes = st.builds(Change, st.integers(0, 5), st.sampled_from(PEOPLE), st.booleans())
readings = st.builds(Reading, st.integers(0, 5), st.frozensets(st.sampled_from(PEOPLE)))


def moment(event: Change | Reading) -> object:
    """Two readings at one instant could not be told apart; two changes can."""
    return event.at if isinstance(event, Reading) else event


@st.composite
def arrivals(draw: st.DrawFn) -> list[Change | Reading]:
    """Every event at least once, some twice, in any order."""
    events = draw(st.lists(changes | readings, max_size=8, unique_by=moment))
    again = draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    return draw(st.permutations(events + again))


def expected(events: Sequence[Change | Reading]) -> set[tuple[str, str]]:
    """Said once more, without any order: of all that was said of a person, the newest."""

    def newest(person: tuple[str, str]) -> bool:
        said = [(event.at, event.present) for event in events if isinstance(event, Change) and event.person == person]
        said += [(event.at, person in event.people) for event in events if isinstance(event, Reading)]
        return max(said, default=(0.0, False))[1]

    return {person for person in PEOPLE if newest(person)}


async def play(ledger: Ledger, events: Sequence[Change | Reading]) -> set[tuple[str, str]]:
    post = await publish(ledger, FakeClock())
    for event in events:
        when = BEGINNING + timedelta(seconds=event.at)
        if isinstance(event, Reading):
            await ledger.replace_reactions(GARDEN, MESSAGE, event.people, when)
        else:
            assert await ledger.record_reaction(ReactionChange(GARDEN, MESSAGE, *event.person, event.present, when))
    return {(user, emoji) for user in USERS for _, emoji in await ledger.reactions_of([post.id], user)}


@given(arrivals())
def test_in_memory_the_newest_wins(events: list[Change | Reading]) -> None:
    assert asyncio.run(play(MemoryLedger(FakeClock()), events)) == expected(events)


@settings(max_examples=60, deadline=None)
@given(events=arrivals())
def test_in_a_file_the_newest_wins(tmp_path_factory: pytest.TempPathFactory, events: list[Change | Reading]) -> None:
    path = tmp_path_factory.mktemp("reactions") / "seedbed.db"
    migrate(path)

    async def play_in_file() -> set[tuple[str, str]]:
        database = await Database.open(path)
        try:
            return await play(SqliteLedger(database, FakeClock(), Failpoints()), events)
        finally:
            await database.close()

    assert asyncio.run(play_in_file()) == expected(events)
