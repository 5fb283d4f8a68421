"""Whole copies of a database file: complete and on the disk, or not there at all."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bot.errors import StoreError
from bot.storage.database import BUSY_SECONDS, explained


def save(path: Path, target: Path) -> None:
    """Copy a database, as of its last commit, to a file that does not exist yet. Nobody has to wait for it."""
    if target.exists():
        raise StoreError(f"{target} is there already: name a file that does not exist yet")
    with explained(path), closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as source:
        write_copy(source, target)


def write_copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database to `target`, in place of what is there."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with explained(target), closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        _sync(unfinished)
        unfinished.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise StoreError(f"cannot write the copy {target}: {error.strerror}") from error
    finally:
        with suppress(OSError):  # it may never have come to be, and what went wrong is told already
            unfinished.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until a file, or what a folder lists, is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
