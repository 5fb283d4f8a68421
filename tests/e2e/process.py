"""The program as its users run it: commands that end, and a bot in the background. No process outlives its `with`.

home.write("seeds/moss.yaml", "text: Moss drinks the fog.")
with home.bot() as bot:                      # is up: `bot.address` answers
    assert home.run("posts", "--json").json()
with home.start(env={"SEEDBED_FAILPOINT": "after_claim"}) as bot:
    assert bot.wait().code == 137            # never got that far
"""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import IO, Any

REPOSITORY = Path(__file__).parents[2]
DEADLINE = 60.0  # seconds: for what should take two, on a machine that is busy with other tests

CONFIGURATION = """\
web: {port: 0}
channels:
  - name: garden
    platform: web
    at: "09:00"
    first_post: now
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended, and all it wrote. A signal that ended it is a negative code, as in subprocess."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one document on standard output of a command that went well."""
        assert self.code == 0, self
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line on standard error of a command that failed."""
        lines = self.err.splitlines()
        assert self.code != 0, self
        assert len(lines) == 1, self.err
        return lines[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page answered to a request."""

    status: int
    text: str


class Home:
    """A folder with a configuration, a library and (once something ran) a database in `data`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = root / "seedbed.yaml"
        self.seeds = root / "seeds"
        self.database = root / "data" / "seedbed.db"
        self.seeds.mkdir(parents=True)
        self.write("seedbed.yaml", CONFIGURATION)

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file below the folder, as it is: no line end is changed."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def run(self, *words: str, env: Mapping[str, str] | None = None, stdin: str = "") -> Finished:
        """`python -m bot WORDS` to its end."""
        done = subprocess.run(
            self.command(*words),
            cwd=self.root,
            env=self.environ(env),
            input=stdin.encode(),
            capture_output=True,
            timeout=DEADLINE,
            check=False,
        )
        return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def start(self, *options: str, env: Mapping[str, str] | None = None) -> Iterator["Running"]:
        """`python -m bot run OPTIONS` in the background; killed at the end if it still runs."""
        running = Running(self.command("run", *options), self.root, self.environ(env))
        try:
            yield running
        finally:
            running.kill()
            running.wait()

    @contextmanager
    def bot(self, *options: str, env: Mapping[str, str] | None = None) -> Iterator["Running"]:
        """As `start`, once it is up."""
        with self.start(*options, env=env) as running:
            running.wait_until_ready()
            yield running

    def posts(self, state: str | None = None) -> list[dict[str, Any]]:
        """The ledger as `posts --json` prints it, oldest first."""
        found: list[dict[str, Any]] = self.run("posts", "--json").json()
        return [post for post in found if state in {None, post["state"]}]

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot", *words]

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Ours without what would reach the bot from outside; the program is found whether it is installed or not."""
        plain = {key: value for key, value in os.environ.items() if not key.startswith("SEEDBED_")}
        return {**plain, "PYTHONPATH": str(REPOSITORY), "SEEDBED_CONFIG": str(self.config), **(more or {})}


class Running:
    """A bot in the background. Both its pipes are read all the time, so that it never waits for us."""

    def __init__(self, command: list[str], folder: Path, environ: Mapping[str, str]) -> None:
        self.address = ""
        # A session of its own: Ctrl-C in a terminal is for the tests, which then end the bot.
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._out = _Reader(self._process.stdout)
        self._err = _Reader(self._process.stderr)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """What it has written to standard error so far."""
        return self._err.text

    def wait_until_ready(self) -> str:
        """The address in the line `ready ADDRESS`, which ends the start; empty where there is no page."""
        line = self._out.wait_for(lambda text: text.startswith("ready") and "\n" in text)
        assert line, f"the bot is not up: {self._end(0)}"
        self.address = line.splitlines()[0].removeprefix("ready").strip()
        return self.address

    def wait_for_log(self, words: str, after: int = 0) -> str:
        """What is logged from character `after` on, once `words` are among it."""
        found = self._err.wait_for(lambda text: words in text[after:])
        assert found, f"{words!r} was never logged: {self.log}"
        return found[after:]

    def send(self, number: signal.Signals) -> None:
        """A signal."""
        self._process.send_signal(number)

    def terminate(self) -> Finished:
        """SIGTERM, and how it ended."""
        self.send(signal.SIGTERM)
        return self.wait()

    def kill(self) -> Finished:
        """SIGKILL, unless it has ended by itself, and how it ended."""
        self._process.kill()
        return self.wait()

    def wait(self, seconds: float = DEADLINE) -> Finished:
        """How it ended; TimeoutExpired if it does not."""
        return self._end(seconds)

    def get(self, path: str) -> Answer:
        """One request to the page; whatever it answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=DEADLINE) as answer:
                return Answer(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode())

    def _end(self, seconds: float) -> Finished:
        code = self._process.wait(seconds) if seconds else self._process.poll()
        if code is not None:
            self._out.close()
            self._err.close()
        return Finished(-1000 if code is None else code, self._out.text, self._err.text)


class _Reader:
    """Keeps all that comes out of a pipe, and wakes who waits for some of it."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._content = b""
        self._ended = False
        self._news = Condition()
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def text(self) -> str:
        with self._news:
            return self._content.decode(errors="replace")

    def wait_for(self, wanted: Callable[[str], bool]) -> str | None:
        """The text once it is as wanted; None if the pipe ends first, or in a minute."""
        until = monotonic() + DEADLINE
        with self._news:
            while not wanted(text := self._content.decode(errors="replace")):
                if self._ended or not self._news.wait(until - monotonic()):
                    return None
            return text

    def close(self) -> None:
        """For a process that has ended: the rest is read, and the thread with it."""
        self._thread.join(DEADLINE)
        self._pipe.close()

    def _read(self) -> None:
        while chunk := os.read(self._pipe.fileno(), 65536):
            with self._news:
                self._content += chunk
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()
