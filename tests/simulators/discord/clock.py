"""The platform's clock, which may differ from the machine's, and the ids it stamps."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Clock:
    """`offset` is in seconds: how far this Discord is ahead of the machine it runs on."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._last = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def snowflake(self) -> int:
        """A new id: the milliseconds since 2015 in its upper bits, and greater than every one before."""
        self._last = max(snowflake_at(self.now()), self._last + 1)
        return self._last

    def old_snowflake(self, days: float, number: int) -> int:
        """The id of something that was there long before the simulator; `number` tells apart what came at once."""
        return snowflake_at(self.now() - timedelta(days=days)) + number


def snowflake_at(instant: datetime) -> int:
    """The smallest id of an instant."""
    return int((instant - EPOCH).total_seconds() * 1000) << 22


def instant_of(snowflake: int) -> datetime:
    return EPOCH + timedelta(milliseconds=snowflake >> 22)
