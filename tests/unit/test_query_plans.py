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
from bot.model import ChannelName, Lineage, Marker, MessageId, PostId, Reaction, ReactionChange, State, Why
from bot.storage.board import SqliteBoard
from bot.storage.database import Database
from bot.storage.ledger import SqliteLedger
from tests.fakes.clock import FakeClock
from tests.fakes.posts import GARDEN, TODAY, make_channel, make_draft, make_skip, make_slot

ME = "me"
LEASE = timedelta(minutes=5)


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
    await ledger.confirm(post.id, ME, message_id, now)
    await ledger.record_reaction(ReactionChange(GARDEN, message_id, "ann", "🌱", present=True, at=now))
    await ledger.replace_reactions(GARDEN, message_id, frozenset({Reaction("bob", "🌱")}), now)
    await ledger.reactions_of([post.id], "ann")
    await board.reactions(message_id)
    await ledger.post(post.id)
    await ledger.post_by_key(GARDEN, post.key)
    await ledger.post_of(GARDEN, Lineage(1))


async def test_no_verb_of_everyday_use_reads_a_whole_table(
    database: Database, clock: FakeClock, statements: Statements
) -> None:
    await live(SqliteLedger(database, clock, Failpoints()), SqliteBoard(database), clock)
    plans = list(statements.plans(database))
    assert len({sql for sql, _ in plans}) > 20
    whole = [(sql, line) for sql, line in plans if line.startswith(("SCAN post", "SCAN reaction", "SCAN board"))]
    # The rows in flight are an index of their own, which `inherit` reads whole on purpose.
    assert [line for _, line in whole] == ["SCAN post USING INDEX post_sending"]


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
