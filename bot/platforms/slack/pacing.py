"""As fast as Slack likes it: one message a second in a channel, reads below their tier, nothing during a pause."""

import asyncio
from typing import Final, NamedTuple

from bot.errors import NotSent

LONGEST: Final = 20.0  # seconds that a call waits where it is; whoever asked has a longer pause to plan


class Pace(NamedTuple):
    """One call every `gap` seconds, and so many `ahead` of time after a while without any."""

    gap: float
    ahead: int


MESSAGES: Final = Pace(1.0, ahead=2)  # in one channel; Slack allows short bursts
READS: Final = Pace(1.25, ahead=20)  # of one kind in one workspace; Slack allows 50 a minute

PACES: Final = {
    "chat_postMessage": MESSAGES,
    "conversations_history": READS,
    "conversations_replies": READS,
    "reactions_get": READS,
}


class Pacer:
    """Turns for calls; what Slack asked to wait for is waited for."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, ...], float] = {}  # when a call is due that keeps the pace
        self._pauses: dict[tuple[str, str], float] = {}  # until when a method takes no calls

    async def turn(self, team: str, method: str, channel: str = "") -> None:
        """Wait until this call may go. NotSent where that takes too long; then `retry_after` is how long."""
        while wait := self._pause(team, method):
            _bear(wait, "Slack asks for a pause")
            await asyncio.sleep(wait)
        pace = PACES.get(method)
        if pace is not None:
            await self._keep(pace, (team, method, channel) if pace is MESSAGES else (team, method))

    def pause(self, team: str, method: str, seconds: float) -> None:
        """Slack told not to call a method for so long."""
        until = asyncio.get_running_loop().time() + seconds
        self._pauses[team, method] = max(until, self._pauses.get((team, method), 0.0))

    def _pause(self, team: str, method: str) -> float:
        return max(self._pauses.get((team, method), 0.0) - asyncio.get_running_loop().time(), 0.0)

    async def _keep(self, pace: Pace, key: tuple[str, ...]) -> None:
        now = asyncio.get_running_loop().time()
        due = max(self._next.get(key, now), now)
        wait = due - pace.ahead * pace.gap - now
        _bear(wait, "the channel has had as many messages as Slack lets through just now")
        self._next[key] = due + pace.gap
        await asyncio.sleep(max(wait, 0.0))


def _bear(wait: float, reason: str) -> None:
    if wait > LONGEST:
        raise NotSent(reason, wait)
