"""Every promise of the Board, held by the memory fake and by SQLite alike."""

from datetime import timedelta

import pytest

from bot.failpoints import Failpoints
from bot.model import Marker, MessageId, Reaction, ReactionChange
from bot.ports import Board, Ledger
from bot.storage.board import SqliteBoard
from bot.storage.ledger import SqliteLedger
from tests.fakes.clock import FakeClock
from tests.fakes.memory_store import MemoryBoard, MemoryLedger
from tests.fakes.posts import GARDEN, PORCH, make_draft

MARKER = Marker("seedbed:1")


@pytest.fixture(params=["memory", "sqlite"])
def pair(request: pytest.FixtureRequest, clock: FakeClock) -> tuple[Board, Ledger]:
    """A board with the ledger that keeps the reactions on it."""
    if request.param == "memory":
        memory = MemoryLedger(clock)
        return MemoryBoard(memory), memory
    database = request.getfixturevalue("database")
    return SqliteBoard(database), SqliteLedger(database, clock, Failpoints())


@pytest.fixture
def board(pair: tuple[Board, Ledger]) -> Board:
    return pair[0]


async def test_a_message_is_found_by_its_marker(board: Board, clock: FakeClock) -> None:
    assert await board.find(GARDEN, MARKER) is None
    message_id = await board.publish(GARDEN, MARKER, clock.now())
    assert await board.find(GARDEN, MARKER) == message_id
    assert await board.find(PORCH, MARKER) is None
    assert await board.find(GARDEN, Marker("seedbed:2")) is None


async def test_the_same_marker_is_the_same_message(board: Board, clock: FakeClock) -> None:
    first = await board.publish(GARDEN, MARKER, clock.now())
    assert await board.publish(GARDEN, MARKER, clock.advance(hours=1)) == first


async def test_other_markers_and_channels_are_other_messages(board: Board, clock: FakeClock) -> None:
    ids = {
        await board.publish(GARDEN, MARKER, clock.now()),
        await board.publish(GARDEN, Marker("seedbed:2"), clock.now()),
        await board.publish(PORCH, MARKER, clock.now()),
    }
    assert len(ids) == 3


async def test_the_reactions_on_a_message_are_those_on_it_now(pair: tuple[Board, Ledger], clock: FakeClock) -> None:
    board, ledger = pair
    (post,) = await ledger.claim([make_draft()], "me", clock.now(), clock.now() + timedelta(minutes=5))
    message_id = await board.publish(GARDEN, MARKER, clock.now())
    await ledger.confirm(post.id, "me", message_id, clock.now())
    assert await board.reactions(message_id) == frozenset()
    for user, emoji, present in (("ann", "🌱", True), ("bob", "💡", True), ("bob", "💡", False)):
        change = ReactionChange(GARDEN, message_id, user, emoji, present, clock.advance(seconds=1))
        assert await ledger.record_reaction(change)
    assert await board.reactions(message_id) == {Reaction("ann", "🌱")}


async def test_bursts_are_told_apart(pair: tuple[Board, Ledger], clock: FakeClock) -> None:
    board, ledger = pair
    (post,) = await ledger.claim([make_draft()], "me", clock.now(), clock.now() + timedelta(minutes=5))
    message_id = await board.publish(GARDEN, MARKER, clock.now())
    await ledger.confirm(post.id, "me", message_id, clock.now())
    for burst in (False, True):
        change = ReactionChange(GARDEN, message_id, "ann", "🌱", present=True, at=clock.now(), burst=burst)
        assert await ledger.record_reaction(change)
    assert await board.reactions(message_id) == {Reaction("ann", "🌱"), Reaction("ann", "🌱", burst=True)}


@pytest.mark.parametrize("stranger", ["999", "", "1x", "🌱"])
async def test_a_message_that_is_not_there_has_no_reactions(board: Board, stranger: str) -> None:
    assert await board.reactions(MessageId(stranger)) == frozenset()
