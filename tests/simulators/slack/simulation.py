"""All the parts of one simulated Slack, and how they are tuned."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.simulators.slack import town
from tests.simulators.slack.clock import Clock
from tests.simulators.slack.delivery import Courier
from tests.simulators.slack.faults import Faults
from tests.simulators.slack.interactions import Interactions
from tests.simulators.slack.model import Json, View
from tests.simulators.slack.ratelimits import RateLimits
from tests.simulators.slack.sockets import Sockets
from tests.simulators.slack.webhooks import Webhooks
from tests.simulators.slack.world import World


@dataclass(frozen=True, slots=True)
class Requested:
    """A line of the log; `status` is 0 while there is no answer, and stays so where the connection broke."""

    verb: str
    method: str
    team: str | None
    channel: str | None
    arguments: Json
    at: datetime
    status: int
    error: str | None
    took: float

    def shown(self) -> Json:
        return {
            "verb": self.verb,
            "method": self.method,
            "team": self.team,
            "channel": self.channel,
            "arguments": self.arguments,
            "time": self.at.isoformat(),
            "status": self.status,
            "error": self.error,
            "took": round(self.took, 4),
        }


@dataclass(slots=True)
class Tuning:
    """What a test may set. `latency` is in milliseconds and added to every answer."""

    latency: float = 0.0
    history_limit: int = 999  # 15 for distributed apps outside the Marketplace
    most_reactions_each: int = 23  # that one person may add to a message


@dataclass(slots=True)
class Grant:
    """What somebody allowed an app to do, until the app fetches its token with the code."""

    team: str
    user: str
    scopes: list[str]
    redirect_uri: str
    used: bool = False


@dataclass(slots=True)
class App:
    """The app as its settings page has it. `scopes` is what an installation gets where nobody asks for others."""

    client_id: str = town.CLIENT_ID
    client_secret: str = town.CLIENT_SECRET
    scopes: list[str] = field(default_factory=lambda: list(town.SCOPES))
    grants: dict[str, Grant] = field(default_factory=dict)


class Simulation:
    """`base` is the address under which all of it is served."""

    def __init__(self) -> None:
        self.base = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._begin()

    def _begin(self) -> None:
        self.clock = Clock()
        self.tuning = Tuning()
        self.app = App()
        self.faults = Faults()
        self.limits = RateLimits()
        self.closing = asyncio.Event()
        self.requests: list[Requested] = []
        self.late = 0  # writes that are yet to be applied
        self.world = World(self.clock)
        self.sockets = Sockets(self.clock, self.closing)
        self.webhooks = Webhooks(self.clock)
        self.courier = Courier(self.world, self.sockets, self.webhooks, self.later)
        self.interactions = Interactions()
        self.views: dict[str, View] = {}
        self.listen_at(self.base)

    def listen_at(self, base: str) -> None:
        self.base, self.sockets.address = base, f"{base.replace('http', 'ws', 1)}/link"

    async def reset(self) -> None:
        """Be as new; whoever is connected is not any more."""
        await self.close()
        self._begin()

    def later(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something beside the request; given up when the simulator ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self.closing.set()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.sockets.drop(1001)
        await self.webhooks.close()
