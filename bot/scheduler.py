"""APScheduler as a ticker: it wakes the bot every few seconds, keeps no state and decides nothing.

What is due is computed from the ledger and the wall clock (bot/slots.py), so a tick that comes late, twice or not at
all for a while does no harm.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import SystemClock
from bot.ports import Clock


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler 3 ships no type information
    """An interval counted from now, not from the last time.

    The library's own lists every interval between the last time and now before it makes one of them: after a clock that
    was wrong by years is set right, that list does not fit into memory.
    """

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:  # noqa: ARG002  theirs
        return now + self._interval


class Ticker:
    """Calls `wake` in the event loop at once and then every `every`; `wake` should only set an event."""

    def __init__(self, every: timedelta, wake: Callable[[], None], clock: Clock | None = None) -> None:
        self._every = every
        self._wake = wake
        self._clock = clock or SystemClock()
        self._scheduler: AsyncIOScheduler | None = None
        self._job: Job | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._last: float | None = None

    @property
    def last_tick(self) -> float | None:
        """When it last ticked, in the clock's elapsed seconds; None before the first time."""
        return self._last

    def start(self) -> None:
        """Begin to tick in the running event loop; harmless when it already does."""
        if self._scheduler is not None:
            return
        library = logging.getLogger("apscheduler")
        if library.level == logging.NOTSET:
            library.setLevel(logging.WARNING)  # it would tell of every tick
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._job = self._scheduler.add_job(
            self._tick,
            _Every(self._every),
            name="tick",
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=datetime.now(UTC),
        )
        self._scheduler.start()
        self._watch_later()

    async def stop(self) -> None:
        """Stop ticking; nothing is left in the event loop on return. Harmless when never started or called twice."""
        scheduler, job = self._scheduler, self._job
        self._scheduler = self._job = None
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if scheduler is None or job is None:
            return
        stopped = asyncio.Event()
        scheduler.add_listener(lambda _: stopped.set(), EVENT_SCHEDULER_SHUTDOWN)
        # Without the job no tick begins any more, so that the shutdown, a turn of the loop later, has none to cancel.
        job.remove()
        scheduler.shutdown(wait=False)
        await stopped.wait()

    async def _tick(self) -> None:
        # A coroutine, because the library runs a plain function in a thread, where an event of the loop cannot be set.
        self._last = self._clock.elapsed()
        self._wake()

    def _watch_later(self) -> None:
        self._watch = asyncio.get_running_loop().call_later(self._every.total_seconds(), self._look)

    def _look(self) -> None:
        """Pull the next tick back to now if it lies too far ahead.

        The library waits for an instant of the wall clock: set that back by two hours, and it would sleep for them.
        """
        assert self._job is not None  # the watch is cancelled before the job is let go
        now = datetime.now(UTC)
        if self._job.next_run_time > now + 2 * self._every:
            self._job.modify(next_run_time=now)
        self._watch_later()
