"""Every open tab is told when its channel changes, and no tab is held for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest_asyncio
from aiohttp import web

from bot.model import ChannelName
from bot.platforms.web.events import Hub
from bot.platforms.web.refusal import Refusal
from tests.fakes.reading import Page
from tests.fakes.site import Site

GARDEN, PORCH = ChannelName("garden"), ChannelName("porch")


async def event(response: aiohttp.ClientResponse) -> str:
    """The name of the next event; a comment is a colon."""
    async with asyncio.timeout(30):
        block = (await response.content.readuntil(b"\n\n")).decode()
    return next((line.removeprefix("event: ") for line in block.splitlines() if line.startswith("event")), block[:1])


async def test_a_reaction_reaches_every_open_tab(garden: Site) -> None:
    page = Page(await (await garden.client.get("/")).text())
    fields = {"message": page.one("input", name="message").attributes["value"], "reaction": "on 👍"}
    async with (
        garden.client.get("/c/garden/events") as mine,
        garden.browser() as other,
        other.get("/c/garden/events") as theirs,
    ):
        assert mine.headers["Content-Type"].startswith("text/event-stream")
        assert [await event(mine), await event(theirs)] == ["ready", "ready"]
        await garden.client.post("/c/garden/react", data=fields)
        assert [await event(mine), await event(theirs)] == ["changed", "changed"]


async def test_a_new_post_reaches_an_open_tab(garden: Site) -> None:
    async with garden.client.get("/c/garden/events") as stream:
        assert await event(stream) == "ready"
        garden.clock.advance(days=1)
        await garden.post_daily()
        assert await event(stream) == "changed"


async def test_the_end_of_the_bot_ends_every_stream(garden: Site) -> None:
    async with garden.client.get("/c/garden/events") as stream:
        assert await event(stream) == "ready"
        async with asyncio.timeout(30):
            await garden.web.stop()
            assert await stream.content.read() == b""


@asynccontextmanager
async def serving(hub: Hub) -> AsyncIterator[aiohttp.ClientSession]:
    """The hub alone; the query names channel and visitor."""

    async def stream(request: web.Request) -> web.StreamResponse:
        try:
            return await hub.stream(request, ChannelName(request.query["channel"]), request.query["user"])
        except Refusal as refusal:
            return web.Response(status=refusal.status)

    application = web.Application()
    application.add_routes([web.get("/", stream)])
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(f"http://{host}:{port}", connector=connector) as session:
        yield session
    hub.close()
    await runner.cleanup()


@pytest_asyncio.fixture
async def small() -> AsyncIterator[tuple[Hub, aiohttp.ClientSession]]:
    hub = Hub(tabs=3, tabs_of_one=2)
    async with serving(hub) as session:
        yield hub, session


def tab(channel: str, user: str) -> dict[str, str]:
    return {"channel": channel, "user": user}


async def test_only_the_tabs_of_a_channel_are_told(small: tuple[Hub, aiohttp.ClientSession]) -> None:
    hub, session = small
    async with (
        session.get("/", params=tab("garden", "ann")) as here,
        session.get("/", params=tab("porch", "ann")) as there,
    ):
        assert [await event(here), await event(there)] == ["ready", "ready"]
        hub.announce(GARDEN)
        assert await event(here) == "changed"
        hub.announce(PORCH)
        assert await event(there) == "changed", "and this is the first it hears"


async def test_the_number_of_tabs_is_bounded_and_those_that_left_make_room(
    small: tuple[Hub, aiohttp.ClientSession],
) -> None:
    hub, session = small
    first = await session.get("/", params=tab("garden", "ann"))
    async with session.get("/", params=tab("garden", "ann")):
        async with session.get("/", params=tab("garden", "ann")) as third:
            assert third.status == 503, "a third of one visitor"
        async with session.get("/", params=tab("garden", "bob")):
            async with session.get("/", params=tab("garden", "eve")) as fourth:
                assert fourth.status == 503, "a fourth in all"
            first.close()
            async with asyncio.timeout(30):
                status = 503
                while status == 503:
                    async with session.get("/", params=tab("garden", "eve")) as again:
                        status = again.status
            assert status == 200
    assert hub.count <= 3


async def test_a_quiet_stream_gives_signs_of_life() -> None:
    """Proxies close what is silent, and a tab that left is only noticed by writing to it."""
    async with serving(Hub(heartbeat=0.01)) as session, session.get("/", params=tab("garden", "ann")) as stream:
        assert [await event(stream) for _ in range(3)] == ["ready", ":", ":"]
