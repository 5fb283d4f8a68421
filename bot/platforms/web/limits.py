"""Token buckets: how often somebody may ask something of the page."""

from collections import OrderedDict

from bot.ports import Clock


class Buckets:
    """One bucket a key: `burst` tokens at once, one more every `seconds`. At most `keys` buckets are remembered."""

    def __init__(self, clock: Clock, burst: float, seconds: float, keys: int = 10_000) -> None:
        self._clock = clock
        self._burst = burst
        self._seconds = seconds
        self._keys = keys
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, cost: float = 1.0) -> float:
        """Pay `cost` tokens and answer 0.0, or pay nothing and answer the seconds until it can be paid."""
        now = self._clock.elapsed()
        level, filled = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + (now - filled) / self._seconds)
        missing = max(0.0, cost - level)
        self._levels[key] = (level if missing else level - cost, now)
        while len(self._levels) > self._keys:
            self._levels.popitem(last=False)
        return missing * self._seconds
