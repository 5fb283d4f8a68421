"""Server-sent events: tells every open tab of a channel that what it shows has changed."""

import asyncio
import contextlib

from aiohttp import web

from bot.model import ChannelName
from bot.platforms.web.refusal import Refusal

HEARTBEAT = 15.0  # seconds between signs of life, so that proxies keep a quiet connection open
STALLED = 30.0  # seconds that a tab may take to read a few bytes
TABS = 500
TABS_OF_ONE = 12


class Tab:
    """One open connection; many changes while it is busy become one event."""

    def __init__(self, channel: ChannelName, user: str, request: web.Request) -> None:
        self.channel = channel
        self.user = user
        self.changed = asyncio.Event()
        self._request = request

    @property
    def gone(self) -> bool:
        transport = self._request.transport
        return transport is None or transport.is_closing()


class Hub:
    """Every open tab, at most `tabs` of them and `tabs_of_one` a visitor; `heartbeat` is in seconds."""

    def __init__(self, tabs: int = TABS, tabs_of_one: int = TABS_OF_ONE, heartbeat: float = HEARTBEAT) -> None:
        self._heartbeat = heartbeat
        self._limit = tabs
        self._limit_of_one = tabs_of_one
        self._tabs: set[Tab] = set()
        self._closed = False

    @property
    def count(self) -> int:
        return sum(not tab.gone for tab in self._tabs)

    def announce(self, channel: ChannelName) -> None:
        """Wake the tabs of a channel; never waits."""
        for tab in self._tabs:
            if tab.channel == channel:
                tab.changed.set()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        for tab in self._tabs:
            tab.changed.set()

    async def stream(self, request: web.Request, channel: ChannelName, user: str) -> web.StreamResponse:
        """Serve one tab until it leaves or the hub closes."""
        self._make_room(user)
        tab = Tab(channel, user, request)
        self._tabs.add(tab)
        try:
            response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
            response.content_type = "text/event-stream"
            # A tab that leaves is the usual end of a stream, and one that reads nothing is as good as gone.
            with contextlib.suppress(ConnectionError, TimeoutError):
                await response.prepare(request)
                await self._tell(response, b"retry: 3000\nevent: ready\ndata: {}\n\n")
                await self._follow(tab, response)
                await response.write_eof()
            return response
        finally:
            self._tabs.discard(tab)

    def _make_room(self, user: str) -> None:
        live = [tab for tab in self._tabs if not tab.gone]
        if len(live) >= self._limit or sum(tab.user == user for tab in live) >= self._limit_of_one:
            raise Refusal(503, "Too many tabs are open to be told at once; this one still works, just not live.")

    async def _follow(self, tab: Tab, response: web.StreamResponse) -> None:
        while not self._closed:
            try:
                async with asyncio.timeout(self._heartbeat):
                    await tab.changed.wait()
            except TimeoutError:
                await self._tell(response, b": still here\n\n")
                continue
            tab.changed.clear()
            if not self._closed:
                await self._tell(response, b"event: changed\ndata: {}\n\n")

    @staticmethod
    async def _tell(response: web.StreamResponse, line: bytes) -> None:
        async with asyncio.timeout(STALLED):
            await response.write(line)
