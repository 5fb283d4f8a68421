"""Delivery over HTTP: signed, and again where nobody acknowledged."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_sdk.signature import SignatureVerifier

from tests.simulators.slack.client import Slack, until
from tests.slack_simulator.conftest import Json, Robot


class Site:
    """A server of an app. It keeps each request, and answers as `answer` does."""

    def __init__(self, robot: Robot | None = None) -> None:
        self.robot = robot
        self.status = 200
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.address = ""

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.got.append(({key.lower(): value for key, value in request.headers.items()}, body))
        if self.robot is None:
            found = await request.json() if request.content_type == "application/json" else {}
            return web.Response(status=self.status, text=found.get("challenge", ""))
        bolt = await to_bolt_request(request)
        return await to_aiohttp_response(await self.robot.app.async_dispatch(bolt))


@asynccontextmanager
async def serving(site: Site) -> AsyncIterator[Site]:
    application = web.Application()
    application.router.add_post("/slack/{what}", site.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    site.address = f"http://{host}:{port}/slack/events"
    try:
        yield site
    finally:
        await runner.cleanup()


async def test_bolt_takes_what_is_delivered(slack: Slack) -> None:
    """Events, commands and presses, each with a signature that Bolt itself checks."""
    robot = Robot(slack)

    @robot.app.command("/seed")
    async def seed(ack: Any, body: Json) -> None:
        await ack(f"about {body['text']}")

    @robot.app.global_shortcut("plant")
    async def plant(ack: Any, client: Any, body: Json) -> None:
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text="psst")

    async with serving(Site(robot)) as site:
        await slack.use_http(site.address)
        await slack.react("reading", await slack.post("reading", "hello"), "🌱")
        assert (await robot.hears("reaction_added"))["reaction"] == "seedling"
        assert (await slack.answer(await slack.slash("/seed", "moss & fern"))).text == "about moss & fern"
        assert (await slack.answer(await slack.shortcut("plant"))).text == "psst"
        await slack.tune(signing_secret="another")
        assert (await slack.answer(await slack.slash("/seed"))).failed


async def test_each_request_proves_where_it_is_from(slack: Slack) -> None:
    async with serving(Site()) as site:
        await slack.use_http(site.address, commands=site.address.replace("events", "commands"))
        await slack.answer(await slack.slash("/seed"), steps=0)
        headers, body = site.got[-1]
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)
        assert not SignatureVerifier("another").is_valid_request(body, headers)
        await slack.tune(clock=-600)
        await slack.answer(await slack.slash("/seed"), steps=0)
        headers, body = site.got[-1]
        assert not SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)


async def test_an_address_has_to_answer_the_challenge(slack: Slack) -> None:
    site = Site()
    async with serving(site):
        site.status = 500
        with pytest.raises(AssertionError, match="is no address for events: http_error"):
            await slack.use_http(site.address)
    with pytest.raises(AssertionError, match="connection_failed"):
        await slack.use_http(site.address)
    await slack.use_http(site.address, verify=False)


async def test_a_failed_delivery_comes_again_and_says_why(slack: Slack) -> None:
    await slack.tune(retry_waits=[0, 0, 0])
    async with serving(Site()) as site:
        await slack.use_http(site.address)
        site.status = 500
        await slack.react("reading", await slack.post("reading", "hello"), "🌱")
        await until(lambda: _nothing_under_way(slack))
        tries = [headers for headers, body in site.got if b"reaction_added" in body]
        assert [one.get("x-slack-retry-num") for one in tries] == [None, "1", "2", "3"]
        assert tries[1]["x-slack-retry-reason"] == "http_error"


async def test_back_to_sockets(slack: Slack, robot: Robot) -> None:
    async with serving(Site()) as site:
        await slack.use_http(site.address)
        await slack.use_sockets()
        await slack.react("reading", await slack.post("reading", "hello"), "🌱")
        await robot.hears("reaction_added")


async def _nothing_under_way(slack: Slack) -> bool:
    return (await slack.counts()).under_way == 0
