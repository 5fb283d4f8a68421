"""Below Discord's limit of requests, and never a second create in secret: seen to underneath discord.py.

The library waits where Discord tells it to, but only once it was told; and it repeats by itself what was answered with
an error of the server's, which for a post must be the outbox's decision. Both are seen to where it begins a request.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Final

import aiohttp

from bot.errors import DeliveryError, NotSent
from bot.platforms.discord.pacing import Dials

GAP: Final = 1 / 44  # seconds between two requests; Discord allows 50 in any second, and they bunch up on their way
AHEAD: Final = 1  # request that may be early, after a while without any
TOO_MANY: Final = 429
LONGEST_PAUSE: Final = 20.0  # seconds that a request waits where it is; whoever asked has a longer pause to plan


class AnswerLost(DeliveryError):
    """The request may have been applied, and what came back does not say."""


class Attempt:
    """What is known of one create, from what really went over the wire."""

    __slots__ = ("doubtful", "retry_after")

    def __init__(self) -> None:
        self.doubtful = False  # a request went out whose answer does not say that nothing was created
        self.retry_after: float | None = None  # seconds, while Discord has us wait


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def single(attempt: Attempt) -> Iterator[None]:
    """Within, at most one request can be applied; the attempt tells whether one may have been."""
    token = _attempt.set(attempt)
    try:
        yield
    finally:
        _attempt.reset(token)


class Limiter:
    """Fewer requests a second than Discord allows, creates before reads; connections to the gateway are paced too."""

    def __init__(self, dials: Dials) -> None:
        self._dials = dials
        self._next = 0.0  # when a request is due that keeps the pace
        self._turn = asyncio.Lock()
        self._reading = asyncio.Lock()

    def trace(self) -> aiohttp.TraceConfig:
        """For discord.py's `http_trace`: awaited before every real request, repeats included."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._begin)
        trace.on_request_headers_sent.append(_sent)
        trace.on_request_end.append(_answered)
        return trace

    async def _begin(
        self, _: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        if params.url.scheme in {"ws", "wss"}:
            await self._dials.wait()
            return
        if "/interactions/" in params.url.path or "/webhooks/" in params.url.path:
            return  # answers to people have limits of their own, and three seconds
        attempt = _attempt.get()
        if attempt is not None and attempt.doubtful:
            raise AnswerLost("Discord answered with an error of its own; the post may be there")
        # One read at a time stands in line, so that posts never wait behind hundreds of them.
        async with self._reading if attempt is None else nullcontext(), self._turn:
            # Counted from when a request was due, not from when it went: a sleep that ends late costs no time.
            loop = asyncio.get_running_loop()
            self._next = max(self._next, loop.time())
            while (wait := self._next - AHEAD * GAP - loop.time()) > 0:  # noqa: ASYNC110  a sleep may end early, and nobody sets an event
                await asyncio.sleep(wait)
            self._next += GAP


async def _sent(_: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestHeadersSentParams) -> None:
    if (attempt := _attempt.get()) is not None:
        attempt.doubtful = True


async def _answered(_: aiohttp.ClientSession, __: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
    if params.response.status != TOO_MANY:
        return
    wait = seconds(params.response.headers.get("Retry-After"))
    if (attempt := _attempt.get()) is not None:
        attempt.doubtful = False  # and the library may try again when the time has come
        attempt.retry_after = wait
    if wait is not None and wait > LONGEST_PAUSE:
        raise NotSent("Discord asks for a pause", wait)  # instead of sleeping for so long


def seconds(text: str | None) -> float | None:
    """A Retry-After in seconds; None where it is none, or a date."""
    try:
        wait = float(text or "")
    except ValueError:
        return None
    return wait if 0 <= wait < float("inf") else None
