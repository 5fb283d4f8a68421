"""Where a bot is killed and started again, and what is true afterwards: each post once, each seed spent once."""

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import app, config
from bot.model import ChannelName, State
from tests.e2e.process import DEADLINE, REPOSITORY, Finished, Home, Running
from tests.fakes.platform import VARIABLE

LOOK = 0.05  # seconds between two looks at whether something has come about
KILLED = 137  # the exit code of a failpoint
OPEN = frozenset({State.PENDING, State.SENDING, State.BLOCKED})
PLANTS = ("alder", "birch", "cedar", "daisy", "elder", "fern", "gorse", "heather", "iris", "juniper", "kelp", "larch")

Messages = Mapping[tuple[str, str], int]  # copies by (channel, marker)


@dataclass(frozen=True, slots=True)
class Row:
    """What a post's row says of it."""

    id: int
    channel: str
    kind: str
    key: str
    state: str
    seed: str | None
    round: int | None
    lineage: int | None
    ambiguous: int
    marker: str | None


_ROWS = """
SELECT id, channel, kind, key, state, seed, round, lineage, ambiguous, message ->> 'marker' FROM post ORDER BY id
"""


class Place(Home):
    """A home on the web page, with a library of twelve seeds about plants.

    Its time zone is one where it is noon, so that no slot falls due while a test lasts: what is posted is what
    `first_post: now`, a member or an organiser asks for. Its bots measure no coverage unless told to: that takes half
    of their time, and one that is killed cannot tell what it covered.
    """

    def __init__(self, root: Path, *, measured: bool = False) -> None:
        super().__init__(root)
        self._measured = measured
        for name in PLANTS:
            text = f"The {name} grows where it can, and asks nobody for leave."
            self.write(f"seeds/{name}.yaml", f"title: The {name}\ntext: {text}\ntopics: [{name}, plants]\n")
        hours = 12 - datetime.now(UTC).hour
        self._zone = f"Etc/GMT{-hours:+d}"

    def open_channels(self, names: Iterable[str], *, waiting: Iterable[str] = ()) -> None:
        """The configuration: channels with a post to make at once, and some that wait for tomorrow's slot."""
        common = f'platform: web, at: "09:00", timezone: {self._zone}'
        lines = [f"  - {{name: {name}, {common}, first_post: now}}" for name in names]
        lines += [f"  - {{name: {name}, {common}}}" for name in waiting]
        self.write("seedbed.yaml", "web: {port: 0}\nchannels:\n" + "\n".join(lines) + "\n")

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        environ = super().environ(more)
        return {key: value for key, value in environ.items() if self._measured or not key.startswith("COVERAGE_")}

    def crash(self, failpoint: str, *options: str) -> Finished:
        """Run the bot into a failpoint, and see that it ended there and left a sound database."""
        with self.start(*options, env={"SEEDBED_FAILPOINT": failpoint}) as bot:
            ended = bot.wait(2 * DEADLINE)
        assert ended.code == KILLED, f"{failpoint} was never reached: {ended}"
        self.assert_sound()
        return ended

    def run_until_settled(self, *options: str, posts: int) -> Finished:
        """Run the bot until `posts` rows are there and none is open, then end it as a user does."""
        with self.bot(*options) as bot:
            self.wait_until_settled(bot, posts)
            ended = bot.terminate()
        assert ended.code == 0, ended
        self.assert_sound()
        return ended

    def wait_until_settled(self, bot: Running, posts: int) -> None:
        """Until `posts` rows are there and none is open; what a refusal holds back is tried at once."""

        def settled() -> bool:
            self.let_time_pass()
            rows = self.rows()
            return len(rows) >= posts and not any(row.state in OPEN for row in rows)

        eventually(settled, lambda: f"{self.rows()}\n{bot.log}", DEADLINE + posts)

    def let_time_pass(self) -> None:
        """Ten minutes for the posts that a refusal holds back, without waiting for them."""
        if any(row.state == State.BLOCKED for row in self.rows()):
            with closing(sqlite3.connect(self.database, timeout=DEADLINE)) as database, database:
                database.execute("UPDATE post SET retry_at = 0 WHERE state = 'blocked'")

    def plan(self, channel: str, key: str) -> bool:
        """What `seedbed post` does beside a running bot; False where another post took the seed."""

        async def enqueue() -> bool:
            settings = config.load(self.config, {})
            async with app.assemble(settings, {}) as parts:
                await parts.service.start()
                draft = await parts.drafter.draft_now(ChannelName(channel), key)
                return await parts.store.ledger.enqueue(draft, parts.clock.now()) is not None

        return asyncio.run(enqueue())

    # ---- what is there ---------------------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """The ledger as it is, also while the bot runs; empty before there is one."""
        if not self.database.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=DEADLINE)) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'post'").fetchone():
                return []
            return [Row(*row) for row in database.execute(_ROWS)]

    def messages(self) -> Messages:
        """What people see: how many copies there are of each message."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return Counter(database.execute("SELECT channel, marker FROM board"))

    def assert_sound(self) -> None:
        """SQLite's own check of what a kill left behind, on a copy, so that the bot has to recover the file itself."""
        if not self.database.exists():
            return
        with tempfile.TemporaryDirectory() as folder:
            for file in self.database.parent.glob(f"{self.database.name}*"):
                if not file.name.endswith(("-shm", ".lock")):
                    shutil.copy(file, folder)
            with closing(sqlite3.connect(Path(folder) / self.database.name)) as copy:
                assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert copy.execute("PRAGMA foreign_key_check").fetchall() == []

    def wrongs(self) -> list[str]:
        """Doubles, losses and burned seeds: every message has one posted row, and every posted row one message."""
        rows, messages = self.rows(), self.messages()
        posted = Counter((row.channel, row.marker) for row in rows if row.state == State.POSTED)
        spent = Counter((row.channel, row.round, row.lineage) for row in rows if row.state != State.SKIPPED)
        known = {(row.channel, row.marker) for row in rows}
        return [
            *(f"{copies} copies of {message}" for message, copies in messages.items() if copies > 1),
            *(f"{message} is in no row" for message in messages if message not in known),
            *(f"{message} is posted by the ledger, and not there" for message in posted if message not in messages),
            *(f"{seed} is spent {times} times" for seed, times in spent.items() if times > 1),
        ]

    def assert_each_posted_once(self, posts: int) -> None:
        """Nothing is open any more, nothing was lost or doubled, and there are just so many posts."""
        rows, wrongs = self.rows(), self.wrongs()
        assert not wrongs, "\n".join(wrongs)
        assert {row.state for row in rows} <= {State.POSTED}, rows
        assert len(rows) == sum(self.messages().values()) == posts, rows


class BoardPlace(Place):
    """A home whose bot posts to a chat board, which keeps every message it is sent."""

    def __init__(self, root: Path, board: "ChatBoard") -> None:
        super().__init__(root)
        self.board = board

    def command(self, *words: str) -> list[str]:
        if words[0] == "run":
            return [sys.executable, "-m", "tests.crash.bot_on", "board", *words[1:]]
        return super().command(*words)

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return super().environ({VARIABLE: self.board.address, **(more or {})})

    def messages(self) -> Messages:
        return self.board.messages()


class ChatBoard:
    """tests/simulators/board.py as a process, told what to do over HTTP."""

    def __init__(self, address: str) -> None:
        self.address = address

    def tell(self, **orders: object) -> None:
        """See the simulator's POST /control."""
        body = json.dumps(orders).encode()
        request = urllib.request.Request(f"{self.address}/control", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
            assert answer.status == 200

    @property
    def requests(self) -> int:
        """How often it was asked to post."""
        return int(self._counts()["requests"])

    def _counts(self) -> Any:
        with urllib.request.urlopen(f"{self.address}/control", timeout=DEADLINE) as answer:
            return json.load(answer)

    def messages(self) -> Messages:
        channels = self._counts()["messages"]
        return {(channel, marker): copies for channel, found in channels.items() for marker, copies in found.items()}


@contextmanager
def chat_board() -> Iterator[ChatBoard]:
    """A board of one's own, ended in the end."""
    command = [sys.executable, "-m", "tests.simulators.board"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().decode().strip()
            assert address, "the board did not start"
            yield ChatBoard(address)
        finally:
            process.terminate()


def eventually(condition: Callable[[], bool], explain: Callable[[], str], seconds: float = DEADLINE) -> None:
    """Wait for something that another process brings about."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, explain()
        time.sleep(LOOK)


def beside_each_other(cases: Mapping[str, Callable[[], None]], at_once: int = 4) -> None:
    """Play all cases, a few at a time, since they mostly wait; every failure is told with the name of its case."""
    failures = []
    with ThreadPoolExecutor(at_once) as pool:
        for name, played in [(name, pool.submit(play)) for name, play in cases.items()]:
            if failure := played.exception():
                failure.add_note(f"in the case: {name}")
                failures.append(failure)
    if failures:
        raise BaseExceptionGroup(f"{len(failures)} of {len(cases)} cases failed", failures)
