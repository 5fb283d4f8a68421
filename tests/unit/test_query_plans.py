"""However long the ledger grows, its statements find their rows by an index.

The statements are those that the verbs really run, as SQLite reports them; SQLite is then asked how it would go about
them. (Measured with 100,000 posts, each verb of everyday use takes milliseconds.)
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from bot.failpoints import Failpoints
from bot.model import (
    ChannelName,
    Cutting,
    Decision,
    Lineage,
    Marker,
    MessageId,
    Post,
    PostId,
    Reaction,
    ReactionChange,
    SeedId,
    State,
    StepName,
    Why,
)
from bot.storage.board import SqliteBoard
from bot.storage.database import Database
from bot.storage.ledger import SqliteLedger
from bot.storage.proposals import SqliteProposals
from tests.fakes.clock import FakeClock
from tests.fakes.posts import GARDEN, TODAY, make_channel, make_draft, make_skip, make_slot

ME = "me"
LEASE = timedelta(minutes=5)
GROWING = ("post", "reaction", "board", "step", "queue", "clearing")


class Statements(list[str]):
    """What both connections run, from now on."""

    async def watch(self, database: Database) -> None:
        for connection in (database._writer, database._reader):  # looks inside: nobody else sees the statements
            await connection.set_trace_callback(self.append)

    def plans(self, database: Database) -> Iterator[tuple[str, str]]:
        """(statement, one line of its plan) for each."""
        with closing(sqlite3.connect(database.path)) as connection:
            for sql in dict.fromkeys(self):
                if sql.split()[0].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                    for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
                        yield sql, row[3]


@pytest.fixture
async def statements(database: Database) -> Statements:
    found = Statements()
    await found.watch(database)
    return found


async def live(ledger: SqliteLedger, board: SqliteBoard, clock: FakeClock) -> None:
    """A day in the life of a channel, with every verb of it but those that list the whole ledger."""
    now = clock.now()
    await ledger.register([make_channel()], now)
    await ledger.forget_future_skips(now)
    await ledger.inherit(now)
    await ledger.resolve(PostId(1), True, now)
    await ledger.resolve(PostId(1), False, now)
    await ledger.slot_records(TODAY - timedelta(days=3), now)
    await ledger.record_skips([make_skip(make_slot(TODAY - timedelta(days=1)), Why.PAUSED)])
    await ledger.history(GARDEN, now)
    await ledger.stems(GARDEN, Lineage(1))
    (post,) = await ledger.claim([make_draft(1, slot=make_slot())], ME, now, now + LEASE)
    await ledger.doubt(post.id, ME, now, "timed out")
    await ledger.next_retry()
    await ledger.take(ME, now, now + LEASE, 50)
    await ledger.absolve(post.id, ME)
    await ledger.attempt(post.id, ME, now, now + LEASE)
    message_id = await board.publish(GARDEN, Marker("marker"), now)
    await ledger.confirm(post.id, ME, message_id, now, [StepName.THREAD, StepName.PIN])
    await follow_up(ledger, post, clock)
    await ledger.record_reaction(ReactionChange(GARDEN, message_id, "ann", "🌱", present=True, at=now))
    await ledger.replace_reactions(GARDEN, message_id, frozenset({Reaction("bob", "🌱")}), now)
    await ledger.clear_reactions(GARDEN, message_id, "🌱", now)
    await ledger.to_reconcile(now, 10)
    await ledger.reconcile_soon([GARDEN], now)
    await ledger.reconcile_later(post.id, now)
    await ledger.reactions_of([post.id], "ann")
    await board.reactions(message_id)
    await ledger.post(post.id)
    await ledger.post_by_key(GARDEN, post.key)
    await ledger.post_of(GARDEN, Lineage(1))
    await ledger.post_by_message([GARDEN], message_id)
    await ledger.delete(GARDEN, message_id)


async def follow_up(ledger: SqliteLedger, post: Post, clock: FakeClock) -> None:
    now = clock.now()
    await ledger.take_steps(now, now + LEASE, 50)
    await ledger.finish_step(post.id, StepName.PIN, None, now)
    await ledger.retry_step(post.id, StepName.THREAD, now, "busy")
    await ledger.fail_step(post.id, StepName.THREAD, "no permission")
    await ledger.plan_step(post.id, StepName.THREAD, now)
    await ledger.steps(post.id)
    assert post.message is not None
    await ledger.revise(post.id, post.message)
    await ledger.queue(GARDEN, Lineage(2), now)
    await ledger.queued(GARDEN)
    await ledger.unqueue(GARDEN, Lineage(2))
    await ledger.hasten([GARDEN], now)


async def test_no_verb_of_everyday_use_reads_a_whole_table(
    database: Database, clock: FakeClock, statements: Statements
) -> None:
    await live(SqliteLedger(database, clock, Failpoints()), SqliteBoard(database), clock)
    plans = list(statements.plans(database))
    assert len({sql for sql, _ in plans}) > 20
    whole = [line for _, line in plans if line.startswith(tuple(f"SCAN {table}" for table in GROWING))]
    # The rows in flight and the open steps are indexes of their own, which are read whole on purpose.
    assert whole == ["SCAN post USING INDEX post_sending", "SCAN step USING INDEX step_open"]


async def test_what_is_done_for_many_channels_at_once_reads_only_what_is_open(
    database: Database, clock: FakeClock, statements: Statements
) -> None:
    """A connection that comes back concerns all channels, and each may have years of posts."""
    ledger = SqliteLedger(database, clock, Failpoints())
    await ledger.hasten([GARDEN], clock.now())
    await ledger.reconcile_soon([GARDEN], clock.now())
    assert [line for _, line in statements.plans(database) if "post" in line] == [
        "SEARCH post USING INDEX post_blocked (channel=?)",
        "SEARCH post USING INDEX post_reconcile (reconcile_at>?)",
    ]


async def test_a_pin_reads_only_what_is_pinned(database: Database, clock: FakeClock, statements: Statements) -> None:
    ledger = SqliteLedger(database, clock, Failpoints())
    (post,) = await ledger.claim([make_draft()], ME, clock.now(), clock.now() + LEASE)
    await ledger.confirm(post.id, ME, MessageId("m1"), clock.now(), [StepName.PIN])
    statements.clear()
    await ledger.finish_step(post.id, StepName.PIN, None, clock.now())
    used = {line for _, line in statements.plans(database) if "post USING" in line}
    assert used == {
        "SEARCH post USING INDEX post_pinned (channel=?)",
        "SEARCH post USING INTEGER PRIMARY KEY (rowid=?)",
    }


async def test_proposals_are_found_by_index(database: Database, clock: FakeClock, statements: Statements) -> None:
    proposals, cutting = SqliteProposals(database), Cutting("A text.")
    number = (await proposals.add("s1", "ann", cutting, clock.now())).id
    await proposals.revise(number, cutting)
    await proposals.note_card(number, MessageId("m1"))
    await proposals.waiting("s1")
    await proposals.decide(number, Decision.APPROVED, SeedId("a"), clock.now())
    await proposals.approved()
    await proposals.exported(number)
    await proposals.forget_member("ann")
    found = [line for _, line in statements.plans(database) if line.startswith(("SCAN", "SEARCH"))]
    assert [line for line in found if line.startswith("SCAN proposal")] == [
        "SCAN proposal USING INDEX proposal_approved"
    ]


async def test_a_foreign_message_is_known_from_indexes_alone(
    database: Database, clock: FakeClock, statements: Statements
) -> None:
    """A busy place has many reactions, and most are on messages that are none of ours."""
    ledger = SqliteLedger(database, clock, Failpoints())
    change = ReactionChange(GARDEN, MessageId("foreign"), "ann", "🌱", present=True, at=clock.now())
    assert not await ledger.record_reaction(change)
    used = [line for _, line in statements.plans(database) if "post" in line]
    assert used == [
        "SEARCH post USING COVERING INDEX post_message (channel=? AND message_id=?)",
        "SEARCH post USING COVERING INDEX post_sending (channel=? AND state=?)",
    ]


@pytest.mark.parametrize("channel", [GARDEN, None])
@pytest.mark.parametrize("states", [(), (State.UNKNOWN,)])
async def test_lists_come_in_order_from_an_index(
    database: Database,
    clock: FakeClock,
    statements: Statements,
    channel: ChannelName | None,
    states: tuple[State, ...],
) -> None:
    ledger = SqliteLedger(database, clock, Failpoints())
    await ledger.entries(channel, states=states, before=PostId(1), limit=20)
    lines = [line for _, line in statements.plans(database)]
    index = "post_newest_in_channel (channel=? AND due<?)" if channel else "post_newest (due<?)"
    assert lines[0] == f"SEARCH post USING INDEX {index}"
