"""As fast as Slack likes it: one message a second in a channel, and nothing while it asks for a pause."""

import asyncio
from typing import Final

from bot.errors import NotSent

LONGEST: Final = 20.0  # seconds that a call waits where it is; whoever asked has a longer pause to plan
# Seconds between two calls in one channel. For reads Slack allows so many a minute that its pauses will do.
GAPS: Final = {"chat_postMessage": 1.05}


class Pacer:
    """Turns for calls; what Slack asked to wait for is waited for."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, str, str], float] = {}  # when a call is due that keeps the pace
        self._pauses: dict[tuple[str, str], float] = {}  # until when a method takes no calls

    async def turn(self, team: str, method: str, channel: str = "") -> None:
        """Wait until this call may go. NotSent where that takes too long; then `retry_after` is how long."""
        loop = asyncio.get_running_loop()
        while (wait := self._pauses.get((team, method), 0.0) - loop.time()) > 0:
            _bear(wait, "Slack asks for a pause")
            await asyncio.sleep(wait)
        if method in GAPS:
            due = max(self._next.get((team, method, channel), 0.0), loop.time())
            _bear(due - loop.time(), "the channel has had as many messages as Slack lets through just now")
            self._next[team, method, channel] = due + GAPS[method]
            await asyncio.sleep(due - loop.time())

    def pause(self, team: str, method: str, seconds: float) -> None:
        """Slack told not to call a method for so long."""
        until = asyncio.get_running_loop().time() + seconds
        self._pauses[team, method] = max(until, self._pauses.get((team, method), 0.0))


def _bear(wait: float, reason: str) -> None:
    if wait > LONGEST:
        raise NotSent(reason, wait)
