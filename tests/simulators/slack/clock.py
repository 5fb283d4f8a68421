"""The platform's clock, which may differ from the machine's, and the timestamps that are its ids."""

from datetime import UTC, datetime, timedelta


class Clock:
    """`offset` is in seconds: how far this Slack is ahead of the machine it runs on."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._last = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def epoch(self) -> int:
        """Whole seconds since 1970."""
        return int(self.now().timestamp())

    def ts(self) -> str:
        """A new id, `1732420000.000100`: seconds and microseconds, and greater than every one before."""
        self._last = max(int(self.now().timestamp() * 1_000_000), self._last + 1)
        return ts_of(self._last)


def ts_of(microseconds: int) -> str:
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def microseconds_of(ts: str) -> int:
    """ValueError for what is no timestamp."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0"))
