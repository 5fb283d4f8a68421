"""One running bot a database, whoever else asks, and however the first one ended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import AlreadyRunning, StoreError
from bot.storage.instance import InstanceLock

HOLD = """
import sys
from pathlib import Path
from bot.storage.instance import InstanceLock
lock = InstanceLock(Path(sys.argv[1])).acquire()
lock.note("http://127.0.0.1:1234")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    database = tmp_path / "data" / "seedbed.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"process {other.pid} on .*, http://127.0.0.1:1234"):
            InstanceLock(database).acquire()
        holder = InstanceLock(database).holder()
        assert holder is not None
        assert holder.pid == other.pid
        other.kill()
        other.wait()
    InstanceLock(database).acquire().release()


def test_nobody_holds_a_database_that_is_free(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path / "seedbed.db")
    assert lock.holder() is None
    lock.acquire()
    lock.release()
    lock.release()
    assert InstanceLock(tmp_path / "seedbed.db").holder() is None


def test_a_folder_that_cannot_be_written_to_is_one_sentence_with_the_uid(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=f"cannot be written to by uid {os.getuid()}"):
        InstanceLock(tmp_path / "file" / "seedbed.db").acquire()
