"""One simulator for the whole run, as new for every test, and clients that talk to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord as library
import pytest
import yarl

from tests.simulators.discord.client import Discord, discord_process, until
from tests.simulators.discord.seen import State
from tests.simulators.discord.town import TOKEN

INTENTS = library.Intents(guilds=True, guild_messages=True, guild_reactions=True)


@pytest.fixture(scope="session")
def simulated() -> Iterator[Discord]:
    with discord_process() as found:
        yield found


@pytest.fixture
async def discord(simulated: Discord, monkeypatch: pytest.MonkeyPatch) -> Discord:
    """As new, and where discord.py of this process goes."""
    await simulated.reset()
    monkeypatch.setattr(library.http.Route, "BASE", simulated.api)
    monkeypatch.setattr(library.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(simulated.gateway))
    return simulated


@pytest.fixture
async def state(discord: Discord) -> State:
    """As it is before the test: for ids."""
    return await discord.state()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the API. `code` is Discord's own."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> int:
        return int(self.body["code"])

    @property
    def paths(self) -> set[str]:
        """The places of what was wrong with a body, `embeds.0.title`, and what was: `BASE_TYPE_MAX_LENGTH`."""
        return set(_paths(self.body["errors"], ""))


def _paths(errors: dict[str, Any], place: str) -> Iterator[str]:
    for key, value in errors.items():
        if key == "_errors":
            yield from (f"{place}:{one['code']}" for one in value)
        else:
            yield from _paths(value, f"{place}.{key}" if place else key)


class Api:
    """REST without a library that would retry, wait or check anything."""

    def __init__(self, session: aiohttp.ClientSession, discord: Discord) -> None:
        self._session = session
        self._discord = discord

    async def __call__(self, method: str, path: str, body: Any = None, *, token: str = TOKEN, **query: Any) -> Reply:
        url, headers = self._discord.api + path, {"Authorization": f"Bot {token}"}
        asked = {key: str(value) for key, value in query.items()}
        async with self._session.request(method, url, json=body, params=asked, headers=headers) as answer:
            content = await answer.read()
            plain = answer.headers.get("Content-Type") == "application/json"
            found = json.loads(content) if plain else content
            return Reply(answer.status, found, {key.lower(): value for key, value in answer.headers.items()})


@pytest.fixture
async def api(discord: Discord) -> AsyncIterator[Api]:
    """Without rate limits, which nobody here would keep to."""
    await discord.limit(None)
    await discord.limit(None, kind="any")
    async with aiohttp.ClientSession() as session:
        session._retry_connection = False  # else aiohttp repeats a GET, PUT or DELETE by itself when its line breaks
        yield Api(session, discord)


class Robot(library.Client):
    """A real client with the bot's intents. It keeps the names and payloads of what the gateway sent."""

    def __init__(self, intents: library.Intents = INTENTS) -> None:
        super().__init__(
            intents=intents,
            guild_ready_timeout=0.05,
            enable_debug_events=True,
            allowed_mentions=library.AllowedMentions.none(),
        )
        self.tree = library.app_commands.CommandTree(self)
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.readies = 0

    async def on_ready(self) -> None:
        self.readies += 1

    async def on_socket_raw_receive(self, text: str) -> None:
        frame = json.loads(text)
        if frame.get("t"):
            self.events.append((frame["t"], frame["d"]))

    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    def told(self, name: str) -> list[dict[str, Any]]:
        """The payloads of one kind of event."""
        return [data for kind, data in self.events if kind == name]

    async def hears(self, name: str, count: int = 1) -> dict[str, Any]:
        """The `count`-th event of a kind, once it came."""
        await until(lambda: len(self.told(name)) >= count)
        return self.told(name)[count - 1]


@pytest.fixture
async def rest(discord: Discord) -> AsyncIterator[Robot]:
    """discord.py's REST alone."""
    async with Robot() as robot:
        await robot.login(discord.token)
        yield robot


@asynccontextmanager
async def connected(robot: Robot, discord: Discord) -> AsyncIterator[asyncio.Task[None]]:
    """The client's own task, once it is ready; closed at the end, whatever became of it."""
    async with robot:
        task = asyncio.create_task(robot.start(discord.token))
        await until(lambda: robot.is_ready() or task.done())
        if task.done():
            task.result()
        yield task
        await robot.close()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def robot(discord: Discord) -> AsyncIterator[Robot]:
    """discord.py, connected and ready."""
    robot = Robot()
    async with connected(robot, discord):
        yield robot
