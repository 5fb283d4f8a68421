"""One SQLite file: a writer connection with a lock around each transaction, and a reader beside it.

sqlite3's and aiosqlite's own exceptions end here; what leaves is a StoreError that names the file.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.errors import NotOurFile, StoreError

T = TypeVar("T")
Parameters = Sequence[Any] | Mapping[str, Any]
Statement = tuple[str, Parameters]

BUSY_SECONDS = 5.0  # how long to wait for another process's transaction

# What sqlite3 makes of half a character in a text, and of a number beyond 64 bits.
NOT_STORABLE = (UnicodeEncodeError, OverflowError)

_COMMON = ("PRAGMA foreign_keys = ON", "PRAGMA temp_store = MEMORY")
# FULL, because the outbox relies on a claim that outlives a power cut, and WAL with NORMAL may lose the last commits.
_WRITER = ("PRAGMA synchronous = FULL", *_COMMON)
_READER = ("PRAGMA query_only = ON", *_COMMON)


@dataclass(frozen=True, slots=True)
class _Change:
    """A statement that waits to be written, and what goes with it; `changed` will be the number of its rows."""

    sql: str
    params: Parameters
    then: Sequence[Statement]
    written: Callable[[], None]
    changed: asyncio.Future[int]

    def settle(self, outcome: int | StoreError) -> None:
        """Tell whoever waits; nobody does any more where that was cancelled."""
        if self.changed.done():
            return
        if isinstance(outcome, StoreError):
            # One exception for each, since being raised writes into it.
            self.changed.set_exception(StoreError(str(outcome)))
        else:
            self.changed.set_result(outcome)


class Database:
    """A file that `migrate` has made ours. Always close it: each connection has a thread that outlives the loop."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._lock = asyncio.Lock()
        self._closed = False
        self._waiting: list[_Change] = []
        self._writing: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path) -> "Database":
        """Connect; on failure nothing stays open. StoreError says what is wrong with the file."""
        opened: list[aiosqlite.Connection] = []
        try:
            with explained(path):
                make_folder(path)
                writer = await see_through(_connect(path, opened))
                await _use_wal(path, writer)
                await _set(writer, _WRITER)
                reader = await see_through(_connect(path, opened))
                await _set(reader, _READER)
        except BaseException:
            await see_through(_close_all(opened))
            raise
        return cls(path, writer, reader)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """The writer inside BEGIN IMMEDIATE; durable when the block is left, rolled back on error or cancellation."""
        async with self._lock, self._begun() as writer:
            yield writer

    async def change(
        self,
        sql: str,
        params: Parameters = (),
        then: Sequence[Statement] = (),
        *,
        written: Callable[[], None] = lambda: None,
    ) -> int:
        """One statement, durable on return; the number of rows it changed. `written` is called before the commit.

        Where it changed any, the statements of `then` follow in the same transaction; they may not be at fault.
        Statements that wait at the same time are committed together: a disk takes as long for many as for one.
        """
        change = _Change(sql, params, then, written, asyncio.get_running_loop().create_future())
        self._waiting.append(change)
        if self._writing is None or self._writing.done():
            # Of its own, so that a caller who is cancelled takes nobody else along.
            self._writing = asyncio.create_task(self._write_waiting(), name="write changes")
        return await change.changed

    async def fetch(self, sql: str, params: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of one statement, as of the last commit."""
        if self._closed:
            raise StoreError(f"the database {self.path} is closed")
        with explained(self.path):
            return list(await self._reader.execute_fetchall(sql, params))

    async def fetch_one(self, sql: str, params: Parameters = ()) -> sqlite3.Row | None:
        """The first row, if any."""
        rows = await self.fetch(sql, params)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Wait for the transaction under way, refuse later ones, let go; harmless when called twice."""
        await see_through(self._close())

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction for whoever has the lock."""
        if self._closed:
            raise StoreError(f"the database {self.path} is closed")
        with explained(self.path):
            try:
                await self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                # A cancelled COMMIT would leave open whether it took place.
                await see_through(_run(self._writer, "COMMIT"))
            except BaseException:
                # Without a transaction under way this does nothing, so it is right after every kind of failure.
                await see_through(self._writer.rollback())
                raise

    async def _write_waiting(self) -> None:
        while self._waiting:
            async with self._lock:
                together, self._waiting = self._waiting, []
                try:
                    await self._write(together)
                finally:
                    # Whatever ended this, nobody is left waiting.
                    for change in together:
                        change.changed.cancel()

    async def _write(self, changes: Sequence[_Change]) -> None:
        """Settle them all in one transaction; a statement that is at fault itself fails alone."""
        wanted = [change for change in changes if not change.changed.cancelled()]
        if not wanted:
            return
        outcomes: list[int | StoreError] = []
        try:
            async with self._begun() as writer:
                for change in wanted:
                    outcome = await self._execute(writer, change)
                    outcomes.append(outcome)
                    if isinstance(outcome, int) and outcome > 0:
                        for sql, params in change.then:
                            await writer.execute(sql, params)
                    change.written()
        except StoreError as error:
            outcomes = [error] * len(wanted)
        for change, outcome in zip(wanted, outcomes, strict=True):
            change.settle(outcome)

    async def _execute(self, writer: aiosqlite.Connection, change: _Change) -> int | StoreError:
        try:
            with explained(self.path):
                return (await writer.execute(change.sql, change.params)).rowcount
        except StoreError as error:
            if isinstance(error.__cause__, (sqlite3.IntegrityError, *NOT_STORABLE)):
                return error  # SQLite has undone this statement, and nothing else
            raise

    async def _close(self) -> None:
        async with self._lock:
            if not self._closed:
                self._closed = True
                # The writer last: the last connection out folds the log back into the file.
                with explained(self.path):
                    await _close_all([self._writer, self._reader])
        if self._writing is not None:
            await asyncio.wait([self._writing])


async def see_through(work: Coroutine[Any, Any, T]) -> T:
    """Finish `work` even when cancelled meanwhile; the cancellation is raised afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled from (None if task.cancelled() else task.exception())
    return task.result()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite says about `path` into one sentence with a remedy."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(path, error) from error
    except NOT_STORABLE as error:
        raise StoreError(f"the database {path} cannot hold this value: {error}") from error


def make_folder(path: Path) -> None:
    """Create the folder the database lives in, or say why that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot create the folder {path.parent} for the database, as uid {os.getuid()}: {error.strerror}"
        ) from error


def _explain(path: Path, error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith(("SQLITE_IOERR_SHM", "SQLITE_IOERR_LOCK", "SQLITE_PROTOCOL")):
        return StoreError(_not_local(path, str(error)))
    primary = code & 0xFF  # the rest is detail
    if primary == sqlite3.SQLITE_NOTADB:
        return NotOurFile(f"{path} is not a database: choose another file under `database:`, or move this one away")
    return StoreError(_sentence(path, primary, error))


def _sentence(path: Path, primary: int, error: sqlite3.Error) -> str:
    uid = os.getuid()
    match primary:
        case sqlite3.SQLITE_CANTOPEN:
            return f"cannot open the database {path} as uid {uid}: {_obstacle(path)}"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return f"cannot write to the database {path}: make the file and its folder writable for uid {uid}"
        case sqlite3.SQLITE_FULL:
            return f"cannot write to {path}: database or disk is full; free some space, what was saved is safe"
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"the database {path} is locked: another process kept it busy for over {BUSY_SECONDS:.0f} seconds"
        case sqlite3.SQLITE_CORRUPT:
            return f"the database {path} is damaged ({error}): restore a backup of it"
        case _:
            return f"the database {path} cannot be used: {error}"


def _obstacle(path: Path) -> str:
    if path.is_dir():
        return "it is a folder, not a file"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return f"make the folder {path.parent} writable for this user"
    return "make the file and its folder readable and writable for this user"


def _not_local(path: Path, detail: str) -> str:
    return (
        f"the file system of {path} lacks the shared memory and locks that SQLite needs ({detail}):"
        " keep the database on a local disk, not on a network share"
    )


async def _connect(path: Path, opened: list[aiosqlite.Connection]) -> aiosqlite.Connection:
    # Opened before aiosqlite has a thread: one whose connector fails is stopped without being waited for.
    raw = await asyncio.to_thread(
        sqlite3.connect, path, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
    )
    connection = await aiosqlite.Connection(lambda: raw, iter_chunk_size=64)
    opened.append(connection)
    connection.row_factory = sqlite3.Row
    return connection


async def _use_wal(path: Path, connection: aiosqlite.Connection) -> None:
    (row,) = await connection.execute_fetchall("PRAGMA journal_mode = WAL")
    if row[0] != "wal":
        raise StoreError(_not_local(path, f"journal mode {row[0]}"))


async def _set(connection: aiosqlite.Connection, pragmas: Sequence[str]) -> None:
    for pragma in pragmas:
        await connection.execute(pragma)


async def _run(connection: aiosqlite.Connection, sql: str) -> None:
    await connection.execute(sql)


async def _close_all(connections: Sequence[aiosqlite.Connection]) -> None:
    """Close the last first, and all of them whatever happens."""
    if connections:
        try:
            await connections[-1].close()
        finally:
            await _close_all(connections[:-1])
