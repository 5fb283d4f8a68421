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


def test_a_sign_of_life_is_seen_from_outside_and_keeps_the_address(tmp_path: Path) -> None:
    """What `seedbed health` reads where there is no page to ask."""
    database = tmp_path / "seedbed.db"
    lock = InstanceLock(database).acquire()
    first = InstanceLock(database).holder()
    assert first is not None
    assert (first.address, first.beat) == (None, None)
    lock.note("")
    lock.beat(12.5, "discord: gone " + "far " * 100)
    lock.beat(13.5, "")
    second = InstanceLock(database).holder()
    assert second is not None
    assert (second.address, second.beat, second.ill) == ("", 13.5, "")
    lock.release()


@pytest.mark.parametrize("ill", ["é" * 1000, '"\n' * 500, ""])
def test_a_note_is_replaced_whole_however_long_the_one_before_was(tmp_path: Path, ill: str) -> None:
    """Who reads it in between must not find the end of an older one."""
    database = tmp_path / "seedbed.db"
    lock = InstanceLock(database).acquire()
    lock.beat(1.0, ill)
    lock.beat(2.0, "")
    holder = InstanceLock(database).holder()
    assert holder is not None
    assert (holder.pid, holder.beat) == (os.getpid(), 2.0)
    lock.release()


def test_a_folder_that_cannot_be_written_to_is_one_sentence_with_the_uid(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=f"cannot be written to by uid {os.getuid()}"):
        InstanceLock(tmp_path / "file" / "seedbed.db").acquire()
