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
SECONDS = {Fault.LATE: 0.5, Fault.SLOW: 0.3, Fault.BUSY: 0.2}
REMEMBERED = 4  # questions that members ask again after a restart


class Ordeal:
    """Gives a bot work, kills it, starts it again, and knows what must have come of it all in the end."""

    def __init__(self, place: Place, rng: random.Random) -> None:
        self.kills = 0
        self.caught = 0  # posts that a kill caught between claim and confirmation
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
        with self._place.bot() as bot:
            self._start = time.monotonic() - begun
            bot.terminate()

    def kill_once(self) -> None:
        """One life of the bot, with new work, to a random moment; then everything is looked at."""
        self._add_work()
        if self._rng.random() < 0.4:
            self._plan()
        with self._place.start(*self._asking(REMEMBERED)) as bot:
            self._wait(bot)
            if self._rng.random() < 0.2:
                self._plan()
            ended = bot.kill()
        assert ended.code == -signal.SIGKILL, ended
        self.kills += 1
        self.caught += sum(row.state == State.SENDING for row in self._place.rows())
        self._place.assert_sound()
        wrongs = self._place.wrongs()
        assert not wrongs, "\n".join([f"after kill {self.kills}:", *wrongs, ended.err])

    def end_in_peace(self) -> None:
        """All that was begun comes to its end, and each post is there once."""
        posts = len(self._channels) + len(self._expected)
        self._place.run_until_settled(*self._asking(len(self._questions)), posts=posts)
        self._place.assert_each_posted_once(posts)
        rows = self._place.rows()
        assert sorted(row.channel for row in rows if row.kind == "daily") == sorted(self._channels)
        assert {(row.channel, row.key) for row in rows if row.kind == "asked"} == self._expected

    def _add_work(self) -> None:
        """Two new channels that want their first post; on a board some trouble, and a member's question."""
        new = [f"bed-{len(self._channels) + more}" for more in range(2)]
        self._channels += new
        self._place.open_channels(self._channels)
        if isinstance(self._place, BoardPlace):
            troubled = [name for name in (*new, self._any_channel()) if self._rng.random() < 0.4]
            faults = {name: [self._rng.choice(FAULTS)] for name in troubled}
            scripts = {name: [[fault, SECONDS.get(fault, 0)] for fault in script] for name, script in faults.items()}
            self._place.board.tell(faults=scripts)
            request = f"r{len(self._questions)}"
            channel = self._any_channel()
            self._questions.append((channel, "plants", request))
            self._expected.add((channel, f"asked/{request}"))

    def _asking(self, latest: int) -> Iterator[str]:
        """Options for the last few questions: a member asks again after a restart."""
        for question in self._questions[-latest:]:
            yield from ("--ask", *question)

    def _plan(self) -> None:
        channel, key = self._any_channel(), f"cli/{len(self._expected)}"
        if self._place.plan(channel, key):
            self._expected.add((channel, key))

    def _any_channel(self) -> str:
        return self._rng.choice(self._channels[-10:])

    def _wait(self, bot: Running) -> None:
        """Most kills come where the posts of a start go out; some before, and some as late as the first ticks."""
        lot = self._rng.random()
        if lot < 0.2:
            time.sleep(self._rng.uniform(0, self._start))
        elif lot < 0.8:
            time.sleep(self._start * self._rng.gauss(1.0, 0.12))
        else:
            begun = time.monotonic()
            bot.wait_until_ready()
            self._start = time.monotonic() - begun
            time.sleep(self._rng.uniform(0, 0.5) if lot < 0.9 else self._rng.uniform(2.9, 3.6))


@contextmanager
def a_place(root: Path, platform: str) -> Iterator[Place]:
    """On a chat board, or on the bot's own page, started exactly as users start it."""
    if platform == "web":
        yield Place(root, measured=False)
    else:
        with chat_board() as board:
            yield BoardPlace(root, board, measured=False)


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
    assert ordeal.caught > 0, "no kill came while a post was on its way, so nothing was shown"


def test_a_bot_killed_in_its_very_first_start_starts_again(tmp_path: Path) -> None:
    """While the database is made, and filled with the library."""

    def case(moment: float) -> None:
        with chat_board() as board:
            place = BoardPlace(tmp_path / f"{moment}", board, measured=False)
            place.open_channels(["garden"])
            with place.start() as bot:
                time.sleep(moment)
                assert bot.kill().code == -signal.SIGKILL
            place.assert_sound()
            place.run_until_settled(posts=1)
            place.assert_each_posted_once(1)

    beside_each_other({f"killed after {at / 20} s": partial(case, at / 20) for at in range(6, 30, 2)})
