"""The ticker in a real event loop: it ticks, survives a clock that is set, and leaves nothing behind."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.job import Job

from bot.clock import SystemClock
from bot.scheduler import Ticker

SOON = timedelta(milliseconds=10)
LONG = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _the_librarys_logger_as_it_was() -> Iterator[None]:
    library = logging.getLogger("apscheduler")
    level = library.level
    library.setLevel(logging.NOTSET)
    yield
    library.setLevel(level)


class Bell:
    """Counts the ticks, and lets a test wait for one more."""

    def __init__(self) -> None:
        self.rung = 0
        self._more = asyncio.Event()

    def ring(self) -> None:
        self.rung += 1
        self._more.set()

    async def wait(self, rung: int) -> None:
        while self.rung < rung:
            self._more.clear()
            await self._more.wait()


def left_behind() -> list[object]:
    """Tasks beside this one, and timers of the loop that would still go off."""
    timers: list[asyncio.TimerHandle] = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]  # no public list
    return [*(asyncio.all_tasks() - {asyncio.current_task()}), *(timer for timer in timers if not timer.cancelled())]


def job_of(ticker: Ticker) -> Job:
    """A clock that is set shows in the job alone: its next time lies far behind or far ahead."""
    assert ticker._job is not None
    return ticker._job


async def test_it_ticks_at_once_and_again() -> None:
    bell, clock = Bell(), SystemClock()
    ticker = Ticker(SOON, bell.ring, clock)
    assert ticker.last_tick is None
    before = clock.elapsed()
    ticker.start()
    await bell.wait(3)
    await ticker.stop()
    assert ticker.last_tick is not None
    assert before <= ticker.last_tick <= clock.elapsed()


async def test_the_first_tick_does_not_wait_for_the_interval() -> None:
    bell = Bell()
    ticker = Ticker(LONG, bell.ring)
    ticker.start()
    await bell.wait(1)
    await ticker.stop()


async def test_it_ticks_in_the_event_loops_own_thread() -> None:
    """An asyncio.Event set from another thread wakes nobody."""
    loops: list[object] = []
    ticked = asyncio.Event()

    def wake() -> None:
        loops.append(asyncio.get_running_loop())
        ticked.set()

    ticker = Ticker(SOON, wake)
    ticker.start()
    await ticked.wait()
    await ticker.stop()
    assert loops[0] is asyncio.get_running_loop()


@pytest.mark.parametrize("turns", range(6))
async def test_nothing_is_left_after_a_stop_however_early(turns: int, caplog: pytest.LogCaptureFixture) -> None:
    bell = Bell()
    ticker = Ticker(timedelta(microseconds=1), bell.ring)
    ticker.start()
    for _ in range(turns):
        await asyncio.sleep(0)
    await ticker.stop()
    rung = bell.rung
    assert left_behind() == []
    for _ in range(10):
        await asyncio.sleep(0)
    assert bell.rung == rung, "it ticked after it was stopped"
    assert caplog.records == []


async def test_start_and_stop_are_harmless_when_repeated() -> None:
    bell = Bell()
    ticker = Ticker(LONG, bell.ring)
    await ticker.stop()
    ticker.start()
    ticker.start()
    await bell.wait(1)
    await ticker.stop()
    await ticker.stop()
    ticker.start()
    await bell.wait(2)
    await ticker.stop()
    assert bell.rung == 2
    assert left_behind() == []


async def test_a_clock_set_back_by_hours_does_not_stop_the_ticks() -> None:
    """The library waits for an instant of the wall clock; seen from a clock set back it is hours away."""
    bell = Bell()
    ticker = Ticker(SOON, bell.ring)
    ticker.start()
    await bell.wait(1)
    job_of(ticker).modify(next_run_time=datetime.now(UTC) + timedelta(hours=2))
    await bell.wait(bell.rung + 3)
    await ticker.stop()


async def test_a_clock_set_forward_by_years_is_one_tick_not_millions() -> None:
    bell = Bell()
    ticker = Ticker(timedelta(seconds=15), bell.ring)
    ticker.start()
    await bell.wait(1)
    job = job_of(ticker)
    job.modify(next_run_time=datetime(1970, 1, 1, tzinfo=UTC))
    assert job._get_run_times(datetime.now(UTC)) == [datetime(1970, 1, 1, tzinfo=UTC)]
    await bell.wait(2)
    await ticker.stop()
    assert bell.rung == 2


async def test_a_wake_that_fails_is_said_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    bell = Bell()

    def wake() -> None:
        bell.ring()
        if bell.rung == 1:
            raise RuntimeError("out of sorts")

    ticker = Ticker(SOON, wake)
    ticker.start()
    await bell.wait(2)
    await ticker.stop()
    (said,) = caplog.records
    assert said.exc_info is not None
    assert "out of sorts" in str(said.exc_info[1])


async def test_the_library_does_not_log_every_tick(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bell = Bell()
    ticker = Ticker(SOON, bell.ring)
    ticker.start()
    await bell.wait(3)
    await ticker.stop()
    assert [record for record in caplog.records if record.name.startswith("apscheduler")] == []


async def test_a_level_that_somebody_chose_for_the_library_is_kept() -> None:
    logging.getLogger("apscheduler").setLevel(logging.DEBUG)
    ticker = Ticker(LONG, Bell().ring)
    ticker.start()
    await ticker.stop()
    assert logging.getLogger("apscheduler").level == logging.DEBUG
