"""One writer, one reader: what a transaction promises when tasks are cancelled, values are odd and disks are full."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.storage import database as module
from bot.storage.database import Database, see_through


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one small table."""
    database = await Database.open(tmp_path / "new folder" / "small.db")
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE word (word TEXT NOT NULL UNIQUE) STRICT")
    yield database
    await database.close()


async def write(db: Database, *words: str) -> None:
    async with db.transaction() as tx:
        for word in words:
            await tx.execute("INSERT INTO word VALUES (?)", (word,))


async def words(db: Database) -> list[str]:
    return [row["word"] for row in await db.fetch("SELECT word FROM word ORDER BY word")]


def transaction_is_open(db: Database) -> bool:
    """Looks inside: only the connection itself knows."""
    return db._writer.in_transaction


# ---- connections ---------------------------------------------------------------------------------------------------


async def test_the_writer_is_durable_and_checks_foreign_keys(db: Database) -> None:
    async with db.transaction() as tx:
        found = [
            (await tx.execute_fetchall(f"PRAGMA {name}"))[0][0]  # type: ignore[index]  # aiosqlite says Iterable
            for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 2, 5000]


async def test_the_reader_cannot_write(db: Database) -> None:
    with pytest.raises(StoreError, match=r"small\.db"):
        await db.fetch("INSERT INTO word VALUES ('no')")
    assert await words(db) == []


async def test_the_reader_sees_commits_and_nothing_before_them(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO word VALUES ('earth')")
        assert await words(db) == []
    assert await words(db) == ["earth"]
    row = await db.fetch_one("SELECT word FROM word WHERE word = :word", {"word": "earth"})
    assert row is not None
    assert row["word"] == "earth"
    assert await db.fetch_one("SELECT word FROM word WHERE word = ?", ("water",)) is None


async def test_foreign_errors_end_here_with_the_file_named(db: Database) -> None:
    with pytest.raises(StoreError, match=r"small\.db cannot be used: no such table"):
        await db.fetch("SELECT * FROM missing")
    with pytest.raises(StoreError, match=r"small\.db"):
        await write(db, "twice", "twice")


# ---- transactions and cancellation ---------------------------------------------------------------------------------


async def test_an_error_rolls_the_whole_block_back(db: Database) -> None:
    async def fail() -> None:
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO word VALUES ('lost')")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert not transaction_is_open(db)
    await write(db, "kept")
    assert await words(db) == ["kept"]


async def test_transactions_of_several_tasks_do_not_mix(db: Database) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def fail_slowly() -> None:
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO word VALUES ('lost')")
            inside.set()
            await go_on.wait()
            raise LookupError

    failing = asyncio.create_task(fail_slowly())
    await inside.wait()
    innocent = asyncio.create_task(write(db, "kept"))
    go_on.set()
    await innocent
    with pytest.raises(LookupError):
        await failing
    assert await words(db) == ["kept"]


async def test_cancelled_between_statements_nothing_stays_open_and_the_next_write_is_kept(db: Database) -> None:
    inside = asyncio.Event()

    async def wait_inside() -> None:
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO word VALUES ('lost')")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait_inside())
    await inside.wait()
    innocent = asyncio.create_task(write(db, "kept"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await innocent
    assert not transaction_is_open(db)
    assert await words(db) == ["kept"]


async def test_cancelled_while_a_statement_runs_nothing_of_it_stays(db: Database) -> None:
    running, gate = threading.Event(), threading.Event()

    def hold() -> str:
        running.set()
        gate.wait()
        return "lost"

    async def write_slowly() -> None:
        async with db.transaction() as tx:
            await tx.create_function("hold", 0, hold)
            await tx.execute("INSERT INTO word VALUES (hold())")

    task = asyncio.create_task(write_slowly())
    await asyncio.to_thread(running.wait)
    task.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not transaction_is_open(db)
    assert await words(db) == []


async def test_cancelled_at_any_step_a_transaction_is_whole_or_not_there(db: Database) -> None:
    for steps in range(60):
        task = asyncio.create_task(write(db, f"{steps} one", f"{steps} two"))
        for _ in range(steps):
            # A turn of the loop, with time for the connection's thread to answer.
            await db.fetch("SELECT 1")
        task.cancel()
        await asyncio.wait([task])
        written = [word for word in await words(db) if word.startswith(f"{steps} ")]
        assert written in ([], [f"{steps} one", f"{steps} two"])
        assert not transaction_is_open(db)


async def test_work_that_is_seen_through_ends_before_the_cancellation_is_raised() -> None:
    begun, gate, done = asyncio.Event(), asyncio.Event(), []

    async def work() -> None:
        begun.set()
        await gate.wait()
        done.append("done")

    task = asyncio.create_task(see_through(work()))
    await begun.wait()
    for _ in range(3):  # however often
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["done"]


async def test_work_that_is_seen_through_hands_on_its_result_and_its_error() -> None:
    async def give() -> int:
        return 7

    async def fail() -> None:
        raise LookupError

    assert await see_through(give()) == 7
    with pytest.raises(LookupError):
        await see_through(fail())


# ---- single changes; test_shared_commits.py has more ----------------------------------------------------------------

INSERT = "INSERT INTO word VALUES (?)"


async def test_a_change_tells_how_many_rows_it_changed(db: Database) -> None:
    assert await db.change(INSERT, ("earth",)) == 1
    assert await db.change("UPDATE word SET word = upper(word)") == 1
    assert await db.change("DELETE FROM word WHERE word = ?", ("earth",)) == 0
    assert await words(db) == ["EARTH"]


@pytest.mark.parametrize(
    "odd", ["taken", "half a character \ud800", 2**63, None], ids=["taken", "half", "huge", "null"]
)
async def test_a_change_at_fault_fails_alone(db: Database, odd: object) -> None:
    await write(db, "taken")
    outcomes = await asyncio.gather(
        *(db.change(INSERT, (word,)) for word in ("before", odd, "after")), return_exceptions=True
    )
    assert [outcomes[0], outcomes[2]] == [1, 1]
    assert isinstance(outcomes[1], StoreError)
    assert "small.db" in str(outcomes[1])
    assert await words(db) == ["after", "before", "taken"]


async def test_what_goes_with_a_change_follows_where_it_changed_anything(db: Database) -> None:
    await write(db, "earth")
    also = [(INSERT, ("air",)), (INSERT, ("fire",))]
    assert await db.change("DELETE FROM word WHERE word = 'water'", (), also) == 0
    assert await words(db) == ["earth"]
    assert await db.change("DELETE FROM word WHERE word = 'earth'", (), also) == 1
    assert await words(db) == ["air", "fire"]


async def test_a_change_and_what_goes_with_it_are_there_together_or_not_at_all(db: Database) -> None:
    seen: list[list[str]] = []

    def written() -> None:
        with closing(sqlite3.connect(db.path)) as other:
            seen.append([row[0] for row in other.execute("SELECT word FROM word")])

    with pytest.raises(StoreError, match="UNIQUE"):
        await db.change(INSERT, ("earth",), [(INSERT, ("air",)), (INSERT, ("air",))])
    assert await words(db) == []
    assert await db.change(INSERT, ("earth",), [(INSERT, ("air",))], written=written) == 1
    assert seen == [[]], "nothing shows before the commit"
    assert await words(db) == ["air", "earth"]


# ---- closing -------------------------------------------------------------------------------------------------------


async def test_close_waits_for_the_transaction_under_way_and_may_be_called_twice(tmp_path: Path) -> None:
    path = tmp_path / "small.db"
    db = await Database.open(path)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def create() -> None:
        async with db.transaction() as tx:
            await tx.execute("CREATE TABLE word (word)")
            inside.set()
            await go_on.wait()

    creating = asyncio.create_task(create())
    await inside.wait()
    closing = [asyncio.create_task(db.close()) for _ in range(2)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(creating, *closing)
    await db.close()
    plain = sqlite3.connect(path)
    assert plain.execute("SELECT count(*) FROM word").fetchone() == (0,)
    plain.close()
    assert not await asyncio.to_thread(path.with_name("small.db-wal").exists)  # the log was folded back into the file


async def test_a_change_under_way_is_finished_by_close(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "small.db")
    creating = asyncio.create_task(db.change("CREATE TABLE word (word)"))
    await asyncio.sleep(0)
    await db.close()
    outcome = (await asyncio.gather(creating, return_exceptions=True))[0]
    assert not isinstance(outcome, asyncio.CancelledError)


async def test_a_closed_database_says_so(db: Database) -> None:
    await db.close()
    for use in (write(db, "late"), db.change(INSERT, ("late",)), db.fetch("SELECT 1")):
        with pytest.raises(StoreError, match=r"small\.db is closed"):
            await use


async def test_close_is_seen_through_when_cancelled(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "small.db")
    closing = asyncio.create_task(db.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    with pytest.raises(StoreError, match="closed"):
        await db.fetch("SELECT 1")


# ---- trouble -------------------------------------------------------------------------------------------------------


async def test_a_full_disk_is_one_sentence_and_nothing_is_lost(db: Database) -> None:
    """SQLite gives the same error where it may not have another page as where the disk has none."""
    await write(db, "kept")
    async with db.transaction() as tx:
        await tx.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match=r"small\.db: database or disk is full") as caught:
        await write(db, "x" * 100_000)
    assert "\n" not in str(caught.value)
    with pytest.raises(StoreError, match="database or disk is full"):
        await db.change(INSERT, ("x" * 100_000,))
    assert not transaction_is_open(db)
    assert await words(db) == ["kept"]
    async with db.transaction() as tx:
        await tx.execute("PRAGMA max_page_count = 1000000")
    await write(db, "later")
    assert await words(db) == ["kept", "later"]


async def test_a_lock_held_too_long_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.01)
    db = await Database.open(tmp_path / "small.db")
    other = sqlite3.connect(db.path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"small\.db is locked: another process"):
            await db.change("CREATE TABLE word (word)")
        other.execute("ROLLBACK")
        await db.change("CREATE TABLE word (word)")
    finally:
        other.close()
        await db.close()


async def test_cancelled_while_it_waits_for_another_process_it_lets_go(db: Database) -> None:
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    task = asyncio.create_task(write(db, "lost"))
    await asyncio.sleep(0)
    task.cancel()
    other.execute("ROLLBACK")
    other.close()
    await asyncio.wait([task])
    assert not transaction_is_open(db)
    await write(db, "kept")
    assert await words(db) == ["kept"]


async def test_a_place_without_write_ahead_log_is_refused() -> None:
    """An in-memory database answers the question for WAL as a network share may: with another mode."""
    with pytest.raises(StoreError, match="keep the database on a local disk"):
        await Database.open(Path(":memory:"))


@pytest.mark.parametrize("trouble", ["SQLITE_IOERR_SHMMAP", "SQLITE_IOERR_LOCK", "SQLITE_PROTOCOL"])
def test_a_file_system_without_locks_is_named_for_what_it_is(trouble: str) -> None:
    error = sqlite3.OperationalError("locking protocol")
    error.sqlite_errorname = trouble
    error.sqlite_errorcode = getattr(sqlite3, trouble)
    with pytest.raises(StoreError, match="local disk, not on a network share"), module.explained(Path("x.db")):
        raise error
