"""One running bot a database: a locked file beside it that says who runs, where, and when it last was alive."""

import fcntl
import json
import os
import socket
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from bot.errors import AlreadyRunning, StoreError

GLANCE = 0.02  # seconds that a look at the lock may take
GLANCES = 50
ROOM = 4096  # bytes of the note, always filled: one write replaces it whole, so nobody reads half of two
LONGEST_ILL = 300  # characters


@dataclass(frozen=True, slots=True)
class Instance:
    """Who holds a database. `address` is that of its web page once it is up, empty for one that is up without a page.

    `beat` is when it last looked at what is due (seconds of Clock.elapsed), `ill` what it found wrong with itself.
    """

    pid: int
    host: str
    address: str | None = None
    beat: float | None = None
    ill: str = ""

    def __str__(self) -> str:
        where = f", {self.address}" if self.address else ""
        return f"process {self.pid} on {self.host}{where}"


class InstanceLock:
    """Held from `acquire` to `release`, or to the end of the process, however it ends."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._database = database
        self._file: int | None = None
        self._self = Instance(os.getpid(), socket.gethostname())

    def acquire(self) -> Self:
        """AlreadyRunning, naming the other, if this database has a running bot."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"{self._path.parent} cannot be written to by uid {os.getuid()} ({error.strerror}): "
                "give that user the folder, or set `database:` to another place"
            ) from error
        for _ in range(GLANCES):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if holder := self.holder():
                    os.close(file)
                    raise AlreadyRunning(f"{self._database} is in use by {holder}; stop that one first") from None
                time.sleep(GLANCE)  # another command is only having a look, as `holder` does
        else:
            os.close(file)
            raise AlreadyRunning(f"{self._database} is in use by another command; try again")
        self._file = file
        self.note(None)
        return self

    def note(self, address: str | None) -> None:
        """Say who holds the lock, and where its page is."""
        self._self = replace(self._self, address=address)
        self._write()

    def beat(self, at: float, ill: str) -> None:
        """Give a sign of life for those who cannot ask a page: a small write, not forced to the disk."""
        self._self = replace(self._self, beat=at, ill=ill[:LONGEST_ILL])
        self._write()

    def _write(self) -> None:
        assert self._file is not None
        os.pwrite(self._file, json.dumps(asdict(self._self)).ljust(ROOM).encode(), 0)

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def holder(self) -> Instance | None:
        """Who runs on this database now, or None."""
        try:
            with self._path.open("r+b") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return _parse(file.read())
        except OSError:
            pass
        return None


def _parse(words: bytes) -> Instance:
    try:
        return Instance(**json.loads(words))
    except (ValueError, TypeError):  # caught in the instant between lock and note
        return Instance(0, "this machine")
