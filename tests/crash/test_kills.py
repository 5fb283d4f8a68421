"""`kill -9` at random moments of a bot that always has something to do: no double, no loss, no seed burned."""

import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.model import State
from tests.crash.place import BoardPlace, Place, beside_each_other, chat_board
from tests.e2e.process import Running
from tests.simulators.board import Fault

ROUNDS = 50  # in each of four tests: 200 kills
FAULTS = tuple(fault for fault in Fault if fault is not Fault.REFUSED)  # which blocks a channel for ten minutes
# A write comes so late that a bot which starts again at once would look for it in vain, but well before SETTLE is over.
SECONDS = {Fault.LATE: 1.8, Fault.SLOW: 1.5, Fault.BUSY: 0.2}
SETTLE = "4"
REMEMBERED = 4  # questions that members ask again after a restart


class Ordeal:
    """Gives a bot work, kills it, starts it again, and knows what must have come of it all in the end."""

    def __init__(self, place: Place, rng: random.Random) -> None:
        self.kills = 0
        self.caught = 0  # posts that were between claim and confirmation when a kill came
        self.unconfirmed = 0  # those among them that people could see
        self._place = place
        self._rng = rng
        self._channels: list[str] = []
        self._expected: set[tuple[str, str]] = set()  # the channel and key of each post beside the daily ones
        self._questions: list[tuple[str, str, str]] = []
        self._start = 0.0  # seconds that a start takes, as last measured

    def measure(self) -> None:
        """One start in peace: how long it takes tells when there is something to interrupt."""
        self._add_work()
        begun = time.monotonic()
        with self._place.bot(*self._options(0)) as bot:
            self._start = time.monotonic() - begun
            bot.terminate()

    def kill_once(self) -> None:
        """One life of the bot, with new work, to a random moment; then everything is looked at."""
        self._add_work()
        if self._rng.random() < 0.3:
            self._plan()
        with self._place.start(*self._options(REMEMBERED)) as bot:
            self._wait(bot)
            if self._rng.random() < 0.2:
                self._plan()
            ended = bot.kill()
        assert ended.code == -signal.SIGKILL, ended
        self.kills += 1
        caught = [row for row in self._place.rows() if row.state == State.SENDING]
        messages = self._place.messages()
        self.caught += len(caught)
        self.unconfirmed += sum((row.channel, row.marker) in messages for row in caught)
        self._place.assert_sound()
        wrongs = self._place.wrongs()
        assert not wrongs, "\n".join([f"after kill {self.kills}:", *wrongs, ended.err])

    def end_in_peace(self) -> None:
        """All that was begun comes to its end, and each post is there once."""
        posts = len(self._channels) + len(self._expected)
        self._place.run_until_settled(*self._options(len(self._questions)), posts=posts)
        self._place.assert_each_posted_once(posts)
        rows = self._place.rows()
        assert sorted(row.channel for row in rows if row.kind == "daily") == sorted(self._channels)
        assert {(row.channel, row.key) for row in rows if row.kind == "asked"} == self._expected

    def _add_work(self) -> None:
        """Three new channels that want their first post; on a board some trouble, and a member's question."""
        new = [f"bed-{len(self._channels) + more}" for more in range(3)]
        self._channels += new
        self._place.open_channels(self._channels)
        if isinstance(self._place, BoardPlace):
            troubled = [name for name in (*new, self._any_channel()) if self._rng.random() < 0.4]
            faults = {name: self._rng.choice(FAULTS) for name in troubled}
            self._place.board.tell(faults={name: [[fault, SECONDS.get(fault, 0)]] for name, fault in faults.items()})
            request = f"r{len(self._questions)}"
            channel = self._any_channel()
            self._questions.append((channel, "plants", request))
            self._expected.add((channel, f"asked/{request}"))

    def _options(self, latest: int) -> Iterator[str]:
        """Of a bot on a board, with the last few questions: a member asks again after a restart."""
        if isinstance(self._place, BoardPlace):
            yield from ("--settle", SETTLE)
        for question in self._questions[-latest:]:
            yield from ("--ask", *question)

    def _plan(self) -> None:
        channel, key = self._any_channel(), f"cli/{len(self._expected)}"
        if self._place.plan(channel, key):
            self._expected.add((channel, key))

    def _any_channel(self) -> str:
        return self._rng.choice(self._channels[-10:])

    def _wait(self, bot: Running) -> None:
        """Some kills come early in a start, most where its posts go out, and a few as late as the next tick."""
        lot = self._rng.random()
        if lot < 0.2:
            time.sleep(self._rng.uniform(0, self._start))
        elif lot < 0.5:
            time.sleep(self._start * self._rng.gauss(1.0, 0.12))
        elif lot < 0.85:
            self._wait_for_a_message(at_most=2 * self._start)
            time.sleep(self._rng.uniform(0, 0.004))
        else:
            begun = time.monotonic()
            bot.wait_until_ready()
            self._start = time.monotonic() - begun
            time.sleep(self._rng.uniform(0, 0.5) if lot < 0.95 else self._rng.uniform(2.9, 3.6))

    def _wait_for_a_message(self, at_most: float) -> None:
        """Until people can see one more than before, which the ledger may not know yet."""
        before, until = len(self._place.messages()), time.monotonic() + at_most
        time.sleep(0.6 * self._start)  # so early there is none, and looking costs the bot its time
        while len(self._place.messages()) == before and time.monotonic() < until:
            time.sleep(0.002)


@contextmanager
def a_place(root: Path, platform: str) -> Iterator[Place]:
    """On a chat board, or on the bot's own page, started exactly as users start it."""
    if platform == "web":
        yield Place(root)
    else:
        with chat_board() as board:
            yield BoardPlace(root, board)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("seed", "platform"), [(1, "board"), (2, "board"), (3, "board"), (4, "web")])
def test_after_fifty_kills_each_post_is_there_once(tmp_path: Path, seed: int, platform: str) -> None:
    """The seed repeats the work and the moments, as far as a machine can."""
    with a_place(tmp_path / "place", platform) as place:
        ordeal = Ordeal(place, random.Random(seed))
        ordeal.measure()
        for _ in range(ROUNDS):
            ordeal.kill_once()
        ordeal.end_in_peace()
    assert ordeal.kills == ROUNDS
    if platform == "board":  # its answers take their time; the page's own take a millisecond, which a kill can miss
        assert ordeal.caught >= ordeal.unconfirmed > 0, "no kill came at a moment that matters, so nothing was shown"


def test_a_bot_killed_in_its_very_first_start_starts_again(tmp_path: Path) -> None:
    """While the database is made, and filled with the library."""

    def case(moment: float) -> None:
        with chat_board() as board:
            place = BoardPlace(tmp_path / f"{moment}", board)
            place.open_channels(["garden"])
            with place.start() as bot:
                time.sleep(moment)
                assert bot.kill().code == -signal.SIGKILL
            place.assert_sound()
            place.run_until_settled(posts=1)
            place.assert_each_posted_once(1)

    beside_each_other({f"killed after {at / 20} s": partial(case, at / 20) for at in range(6, 30, 2)})
