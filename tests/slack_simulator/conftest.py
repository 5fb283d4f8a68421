"""One simulator for the whole run, as new for every test, and clients that talk to it."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.simulators.slack.client import Slack, slack_process, until
from tests.simulators.slack.seen import State

Json = dict[str, Any]


@pytest.fixture(scope="session")
def simulated() -> Iterator[Slack]:
    with slack_process() as found:
        yield found


@pytest.fixture
async def slack(simulated: Slack) -> Slack:
    """As new."""
    await simulated.reset()
    return simulated


@pytest.fixture
async def state(slack: Slack) -> State:
    """As it is before the test: for ids."""
    return await slack.state()


@pytest.fixture
async def reading(state: State) -> str:
    """The id of the channel "reading"."""
    return state.channel_id("reading")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the Web API."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def error(self) -> str:
        """Slack's own word, or "ok"."""
        return "ok" if self.body["ok"] else str(self.body["error"])

    @property
    def faults(self) -> list[str]:
        """What was wrong where."""
        return list(self.body.get("errors") or [])


class Api:
    """The Web API without a library that would retry, wait or check anything."""

    def __init__(self, session: aiohttp.ClientSession, slack: Slack) -> None:
        self._session = session
        self._slack = slack

    async def __call__(self, method: str, *, bearer: str | None = Slack.token, **body: Any) -> Reply:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        async with self._session.post(self._slack.api + method, json=body, headers=headers) as answer:
            return await self._read(answer)

    async def get(self, method: str, **query: str) -> Reply:
        """The token in the query, too."""
        asked = {"token": self._slack.token, **query}
        async with self._session.get(self._slack.api + method, params=asked) as answer:
            return await self._read(answer)

    async def respond(self, url: str, **body: Any) -> Reply:
        async with self._session.post(url, json=body) as answer:
            return await self._read(answer)

    async def _read(self, answer: aiohttp.ClientResponse) -> Reply:
        content = await answer.read()
        plain = answer.headers.get("Content-Type", "").startswith("application/json")
        found = json.loads(content) if plain else content
        return Reply(answer.status, found, dict(answer.headers))


@pytest.fixture
async def api(slack: Slack) -> AsyncIterator[Api]:
    """Without rate limits, which nobody here would keep to."""
    await slack.limit(None)
    async with aiohttp.ClientSession() as session:
        yield Api(session, slack)


@pytest.fixture
async def post(api: Api, reading: str) -> Callable[..., Any]:
    """The bot writes into "reading"; the ts."""

    async def write(text: str = "A seed", **more: Any) -> str:
        found = await api("chat.postMessage", channel=more.pop("channel", reading), text=text, **more)
        assert found.error == "ok", found.body
        return str(found.body["ts"])

    return write


@pytest.fixture
def client(slack: Slack) -> AsyncWebClient:
    """slack_sdk's, without retries."""
    return AsyncWebClient(token=slack.token, base_url=slack.api, retry_handlers=[], timeout=5)


class Robot:
    """A real Bolt app that keeps the events it hears of; commands and the like are added by each test."""

    def __init__(self, slack: Slack) -> None:
        web = AsyncWebClient(token=slack.token, base_url=slack.api, retry_handlers=[])
        self.app = AsyncApp(client=web, signing_secret=slack.signing_secret, ignoring_self_events_enabled=False)
        self.heard: list[Json] = []
        self.app.use(self._keep)

    async def _keep(self, body: Json, next: Any) -> BoltResponse | None:  # noqa: A002  Bolt passes it by this name
        if body.get("type") == "event_callback":
            self.heard.append(body)
            return BoltResponse(status=200)
        found: BoltResponse | None = await next()
        return found

    def told(self, kind: str) -> list[Json]:
        """The events of one type, in the order in which they happened: slack_sdk handles all at once."""
        found = [body["event"] for body in self.heard if body["event"]["type"] == kind]
        return sorted(found, key=lambda event: str(event["event_ts"]))

    async def hears(self, kind: str, count: int = 1) -> Json:
        """The `count`-th event of a type, once it came."""
        await until(lambda: len(self.told(kind)) >= count)
        return self.told(kind)[count - 1]


@asynccontextmanager
async def connected(robot: Robot, slack: Slack, *, ping: float = 1.0) -> AsyncIterator[AsyncSocketModeHandler]:
    """In Socket Mode; `ping` in seconds is also how often the client looks whether it still is."""
    handler = AsyncSocketModeHandler(robot.app, slack.app_token, ping_interval=ping)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves them untyped
        await until(lambda: _up(slack))
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _up(slack: Slack) -> bool:
    return (await slack.counts()).connected > 0


@pytest.fixture
async def robot(slack: Slack) -> AsyncIterator[Robot]:
    """Bolt, connected by Socket Mode."""
    robot = Robot(slack)
    async with connected(robot, slack):
        yield robot
