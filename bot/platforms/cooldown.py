"""So long until somebody may ask again."""

from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.ports import Clock


class Cooldown:
    """Kept in memory alone: after a restart everybody may ask. What is over is forgotten."""

    def __init__(self, clock: Clock, length: timedelta) -> None:
        self._clock = clock
        self._length = length.total_seconds()
        self._until: dict[Hashable, float] = {}

    def take(self, who: Hashable) -> datetime | None:
        """Begin it; or, where it is not over, leave it as it is and say when it will be."""
        now = self._clock.elapsed()
        self._until = {one: until for one, until in self._until.items() if until > now}
        if who in self._until:
            return self._clock.now() + timedelta(seconds=self._until[who] - now)
        self._until[who] = now + self._length
        return None

    def release(self, who: Hashable) -> None:
        """It came to nothing, so it does not count."""
        self._until.pop(who, None)

    def __len__(self) -> int:
        return len(self._until)
