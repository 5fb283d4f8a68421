"""Which listeners are at work. Bolt starts them and keeps no hold of them, and a stop would cut them short."""

import asyncio

from slack_bolt.async_app import AsyncApp
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse


class Underway(AsyncListenerStartHandler, AsyncListenerCompletionHandler):
    """Told by Bolt when a listener begins and when it has ended, however it did."""

    def __init__(self) -> None:
        self._at_work: set[int] = set()  # requests, each of which has one listener
        self._idle = asyncio.Event()
        self._idle.set()

    def watch(self, app: AsyncApp) -> None:
        app.listener_runner.listener_start_handler = self
        app.listener_runner.listener_completion_handler = self

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """Bolt calls this before a listener, and again after it."""
        del response
        self._at_work ^= {id(request)}
        if self._at_work:
            self._idle.clear()
        else:
            self._idle.set()

    async def finished(self, at_most: float) -> None:
        """Wait until nothing is at work, so many seconds and no longer."""
        try:
            async with asyncio.timeout(at_most):
                await self._idle.wait()
        except TimeoutError:
            return
