"""How often the gateway is dialled, and how often a new session begins there.

discord.py connects again without a pause where Discord closes a connection or calls a session invalid. Discord resets
the token of a bot that begins more than 1,000 sessions in a day.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.ports import Clock, Memory

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """So many are free within the window; then the pause after the last one doubles from `first` to `longest`."""

    window: timedelta
    free: int
    first: timedelta
    longest: timedelta

    def pause(self, earlier: Sequence[datetime], now: datetime) -> timedelta:
        """How long from now on to wait for the next one; `earlier` is sorted."""
        recent = [instant for instant in earlier if instant > now - self.window]
        over = len(recent) - self.free
        if over < 0:
            return timedelta(0)
        wanted = min(self.first * (1 << min(over, 16)), self.longest)
        return max(min(recent[-1], now) + wanted - now, timedelta(0))  # a clock may have been set back


# A bot that begins sessions all day long begins 12 an hour: under 300 a day, whatever goes wrong, restarts included.
SESSIONS = Patience(HOUR, free=5, first=timedelta(seconds=5), longest=timedelta(minutes=5))
MOST_A_DAY = 500
DIALS = Patience(timedelta(minutes=5), free=4, first=timedelta(seconds=1), longest=timedelta(seconds=30))


class SessionBudget:
    """When the bot may begin a new session (IDENTIFY); remembers those of a day, also those of processes before it."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    async def pause(self) -> timedelta:
        """How long to wait before the next one; nothing where it may be now."""
        earlier, now = await self._earlier(), self._clock.now()
        if len(earlier) >= MOST_A_DAY:
            return earlier[-MOST_A_DAY] + DAY - now
        return SESSIONS.pause(earlier, now)

    async def spend(self) -> None:
        """Remember one that is about to begin."""
        instants = [*await self._earlier(), self._clock.now()]
        await self._memory.keep("discord/identifies", " ".join(str(round(one.timestamp())) for one in instants))

    async def _earlier(self) -> list[datetime]:
        """Those of the last day. What a clock that was ahead wrote down counts as just now."""
        now = self._clock.now()
        kept = (await self._memory.recall("discord/identifies") or "").split()
        instants = (min(datetime.fromtimestamp(int(one), UTC), now) for one in kept)
        return [instant for instant in instants if instant > now - DAY]


class Dials:
    """Every connection to the gateway, new sessions and resumed ones alike."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._earlier: deque[datetime] = deque(maxlen=64)

    async def wait(self) -> None:
        """Until the gateway may be dialled again."""
        pause = DIALS.pause(self._earlier, self._clock.now())
        await asyncio.sleep(pause.total_seconds())
        self._earlier.append(self._clock.now())
