"""Processes and the database file: they end when it cannot be opened, and may be killed at any instant."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.storage.migrate import migrate

OPEN = """
import asyncio, sys
from pathlib import Path
from bot.errors import StoreError
from bot.failpoints import Failpoints
from bot.clock import SystemClock
from bot.storage.sqlite import SqliteStore

async def main():
    store = await SqliteStore.open(Path(sys.argv[1]), SystemClock(), Failpoints())
    await store.close()

try:
    asyncio.run(main())
except StoreError as error:
    print(error)
    sys.exit(1)
"""

# Says each number once it is committed, then stays inside a transaction that is larger than the page cache.
WRITE = """
import asyncio, sys
from pathlib import Path
from bot.storage.database import Database

async def main():
    database = await Database.open(Path(sys.argv[1]))
    await database.change("CREATE TABLE number (number INTEGER, filling TEXT)")
    for number in range(20):
        await database.change("INSERT INTO number VALUES (?, '')", (number,))
    async with database.transaction() as tx:
        await tx.execute("PRAGMA cache_size = 10")
        for number in range(20, 2000):
            await tx.execute("INSERT INTO number VALUES (?, ?)", (number, "x" * 1000))
        print("inside", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""

READ = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("PRAGMA integrity_check").fetchall())
print(connection.execute("SELECT count(*), max(number) FROM number").fetchall())
connection.close()
"""


def as_owner_only() -> list[str]:
    """A command's beginning that takes from root the right to write wherever it likes; nothing for others."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may write everywhere, and there is no setpriv to give that up")
    return [setpriv, "--bounding-set", "-dac_override"]


def run(script: str, path: Path, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """A process of its own; one that hangs fails the test."""
    command = [*before, sys.executable, "-W", "error", "-c", script, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_process_ends_after_the_store_was_closed(tmp_path: Path) -> None:
    done = run(OPEN, tmp_path / "seedbed.db")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("trouble", ["a folder", "garbage", "below a file", "another program's"])
def test_the_process_ends_with_one_sentence_when_the_file_cannot_be_used(tmp_path: Path, trouble: str) -> None:
    path = tmp_path / "seedbed.db"
    if trouble == "a folder":
        path.mkdir()
    else:
        path.write_text("# Notes\n")
    if trouble == "below a file":
        path /= "seedbed.db"
    done = run(OPEN, path)
    assert (done.returncode, done.stderr) == (1, "")
    assert len(done.stdout.splitlines()) == 1
    assert str(tmp_path / "seedbed.db") in done.stdout


@pytest.mark.parametrize("there", [False, True], ids=["new", "existing"])
def test_a_folder_that_may_not_be_written_to_is_named_with_the_user(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "seedbed.db"
    if there:
        migrate(path)
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        done = run(OPEN, path, before=as_owner_only())
    finally:
        folder.chmod(0o755)
    assert (done.returncode, done.stderr) == (1, "")
    assert len(done.stdout.splitlines()) == 1
    assert str(path) in done.stdout
    assert f"uid {os.geteuid()}" in done.stdout


def test_killed_inside_a_transaction_nothing_of_it_stays_and_the_file_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "numbers.db"
    command = [sys.executable, "-c", WRITE, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writing:
        assert writing.stdout is not None
        assert writing.stdout.readline() == "inside\n"
        writing.kill()
    assert writing.returncode == -signal.SIGKILL
    # The unfinished transaction had reached the log.
    assert path.with_name("numbers.db-wal").stat().st_size > 1_000_000
    done = run(READ, path)
    assert done.stdout.splitlines() == ["[('ok',)]", "[(20, 19)]"]


FULL = """
import asyncio, sys
from pathlib import Path
from bot.storage.database import Database
from bot.errors import StoreError

async def main():
    database = await Database.open(Path(sys.argv[1]))
    try:
        await database.change("CREATE TABLE IF NOT EXISTS number (number INTEGER, filling TEXT)")
        for number in range(100_000):
            await database.change("INSERT INTO number VALUES (?, ?)", (number, "x" * 1000))
    except StoreError as error:
        print(number, error)
    finally:
        await database.close()

asyncio.run(main())
"""


def test_on_a_disk_that_is_really_full_what_was_committed_stays(tmp_path: Path) -> None:
    """A small file system of its own, where that may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    inner = f'mount -t tmpfs -o size=512k none {disk} && {sys.executable} -c "$FULL" {disk}/numbers.db &&'
    inner += f' {sys.executable} -c "$READ" {disk}/numbers.db'
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a file system here; test_database.py has SQLite's own limit")
    environ = {**os.environ, "FULL": FULL, "READ": READ}
    command = [unshare, "-m", "sh", "-c", inner]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=True)
    said, sound, count = done.stdout.splitlines()
    assert "database or disk is full" in said
    number = int(said.split()[0])
    assert number > 0
    assert (sound, count) == ("[('ok',)]", f"[({number}, {number - 1})]")
