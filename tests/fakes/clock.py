"""A clock that tests move."""

from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = BEGINNING) -> None:
        self._now = now
        self._elapsed = 0.0

    def now(self) -> datetime:
        return self._now

    def elapsed(self) -> float:
        return self._elapsed

    def advance(self, **by: float) -> datetime:
        """Let time pass, in the words of timedelta: `advance(minutes=5)`; the new wall time."""
        step = timedelta(**by)
        self._now += step
        self._elapsed += step.total_seconds()
        return self._now

    def set(self, now: datetime) -> None:
        """Set the wall clock, as a person or a time server does: no time passes."""
        self._now = now
