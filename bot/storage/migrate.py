"""Bring a database file up to this version, one numbered SQL file after the other.

Runs on a connection of its own before the store opens, so that a file that is not ours is left as it was found.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bot.errors import NotOurFile
from bot.storage.copying import write_copy
from bot.storage.database import BUSY_SECONDS, explained, make_folder

APPLICATION_ID = 0x53454544  # "SEED", in the header of each of our files


@dataclass(frozen=True, slots=True)
class Step:
    """From version `number - 1` to `number`; numbers count from 1 without a gap."""

    number: int
    name: str
    sql: str


def shipped_steps() -> tuple[Step, ...]:
    """The steps of this version, in order."""
    folder = files("bot.storage") / "migrations"
    found = sorted((file.name, file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".sql"))
    steps = tuple(Step(int(name.partition("_")[0]), name.removesuffix(".sql"), sql) for name, sql in found)
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise ValueError(f"migrations must count from 1 without a gap: {[name for name, _ in found]}")
    return steps


def migrate(path: Path, steps: Sequence[Step] | None = None) -> Path | None:
    """Create the file or bring it up to date; the copy made before the first step on an existing one.

    Each step and its version are one transaction, all steps of a new file together. NotOurFile, with nothing changed,
    for another program's file or a newer version's; StoreError where the file cannot be used.
    """
    steps = shipped_steps() if steps is None else steps
    make_folder(path)
    with explained(path), closing(sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)) as connection:
        with _transaction(connection, "DEFERRED"):
            version = _version(path, connection, len(steps))
        copy = _copy(path, connection, len(steps)) if 0 < version < len(steps) else None
        # A new file is made at once: nobody else ever sees one that is half a version's.
        for together in [steps] if version == 0 else [[step] for step in steps[version:]]:
            _apply(path, connection, together, len(steps))
    return copy


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one; a trigger's body stays in one piece."""
    statement = ""
    # Only a semicolon can end a statement, and complete_statement knows which of them does.
    for piece in re.split("(?<=;)", script):
        statement += piece
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if statement.strip():
        yield statement.strip()


def _version(path: Path, connection: sqlite3.Connection, newest: int) -> int:
    """The version of the file, 0 for an empty one; raises for one that is not ours."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION_ID and (application or version or tables):
        raise NotOurFile(f"{path} is another program's database: choose another file under `database:`")
    if version > newest:
        raise NotOurFile(
            f"{path} was written by a newer version of Seedbed (schema {version}, this one knows {newest}):"
            " install that version, or choose another file under `database:`"
        )
    return int(version)


def _copy(path: Path, connection: sqlite3.Connection, newest: int) -> Path | None:
    """A whole copy beside the file, named after its version; None where another process was faster to change it."""
    with _transaction(connection, "IMMEDIATE"):
        version = _version(path, connection, newest)
        if version == newest:
            return None
        copy = path.with_name(f"{path.name}.v{version}.bak")
        # SQLite waits for ever to copy by way of a connection that holds the lock itself.
        with closing(sqlite3.connect(path)) as source:
            write_copy(source, copy)
        return copy


def _apply(path: Path, connection: sqlite3.Connection, steps: Sequence[Step], newest: int) -> None:
    with _transaction(connection, "IMMEDIATE"):
        for step in steps:
            # Another process may have taken this step since we looked.
            if _version(path, connection, newest) < step.number:
                for statement in statements(step.sql):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {step.number}")


@contextmanager
def _transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        connection.rollback()
