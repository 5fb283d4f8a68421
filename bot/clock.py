"""The real clock, and the doubt about it: nothing is posted while the time is obviously wrong."""

import time
from datetime import UTC, datetime, timedelta

from bot.ports import Clock

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)  # no machine that runs this can be earlier
PLAUSIBLE_UNTIL = RELEASED + timedelta(days=365 * 20)
TOLERANCE = timedelta(minutes=5)
PROBATION = timedelta(minutes=10)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed(self) -> float:
        # CLOCK_BOOTTIME counts the time a machine sleeps; where it is missing, a sleep looks like a step of the clock.
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ClockGuard:
    """Doubts a wall clock that cannot be right, or that has just been set by more than five minutes.

    A step of the clock is believed after ten minutes; a platform's own time, where one is told, is believed at once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall = clock.now()
        self._elapsed = clock.elapsed()
        self._stepped: float | None = None
        self._step = timedelta(0)

    def doubt(self, server_time: datetime | None = None) -> str | None:
        """Why nothing should be posted now, or None. Call it at every tick."""
        wall, elapsed = self._clock.now(), self._clock.elapsed()
        expected = self._wall + timedelta(seconds=elapsed - self._elapsed)
        step = wall - expected
        # Small drift is followed, so that only a sudden step counts.
        self._wall, self._elapsed = wall, elapsed
        if abs(step) > TOLERANCE:
            self._stepped, self._step = elapsed, step
        if wall < RELEASED:
            return f"the clock says {wall:%Y-%m-%d %H:%M} UTC, which is before this version was made"
        if wall > PLAUSIBLE_UNTIL:
            return f"the clock says {wall:%Y-%m-%d %H:%M} UTC, which is too far ahead to be right"
        if server_time is not None:
            if abs(wall - server_time) > TOLERANCE:
                return f"the clock is off by {wall - server_time}, by the platform's time"
            return None
        if self._stepped is not None:
            if elapsed - self._stepped < PROBATION.total_seconds():
                return f"the clock was just set by {self._step}; waiting ten minutes before believing it"
            self._stepped = None
        return None
