"""The time, as everything here is told it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, injected so that tests can move it."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        ...

    def elapsed(self) -> float:
        """Seconds on a clock that nobody can set, counting time asleep where the system can."""
        ...
