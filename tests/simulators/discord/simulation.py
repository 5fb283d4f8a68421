"""All the parts of one simulated Discord, and how they are tuned."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.simulators.discord.clock import Clock
from tests.simulators.discord.commands import Registry
from tests.simulators.discord.faults import Faults
from tests.simulators.discord.gateway import Gateway
from tests.simulators.discord.interactions import Interactions
from tests.simulators.discord.model import Json
from tests.simulators.discord.ratelimits import RateLimits
from tests.simulators.discord.town import TOKEN
from tests.simulators.discord.world import World


@dataclass(frozen=True, slots=True)
class Requested:
    """A line of the log; `status` is 0 while there is no answer, and stays so where the connection broke."""

    method: str
    route: str
    path: str
    kind: str
    bucket: str
    at: datetime
    status: int
    took: float

    def shown(self) -> Json:
        return {
            "method": self.method,
            "route": self.route,
            "path": self.path,
            "kind": self.kind,
            "bucket": self.bucket,
            "time": self.at.isoformat(),
            "status": self.status,
            "took": round(self.took, 4),
        }


@dataclass(slots=True)
class Tuning:
    """What a test may set. Seconds, but for `latency`, which is in milliseconds and added to every answer."""

    nonce_window: float = 60.0
    latency: float = 0.0
    forum_cards: bool = False  # whether a forum post may be made of Components V2


class Simulation:
    """`base` is the address under which all of it is served."""

    def __init__(self) -> None:
        self.base = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._begin()

    def _begin(self) -> None:
        self.token = TOKEN
        self.clock = Clock()
        self.tuning = Tuning()
        self.faults = Faults()
        self.limits = RateLimits()
        self.nonces: dict[str, tuple[int, int, float]] = {}  # channel, message and instant of the last one, by nonce
        self.closing = asyncio.Event()
        self.requests: list[Requested] = []
        self.world = World(self.clock)
        self.gateway = Gateway(self.world, self.token, self.closing)
        self.registry = Registry(self.clock)
        self.interactions = Interactions(self.clock)
        self.listen_at(self.base)

    def listen_at(self, base: str) -> None:
        self.base, self.gateway.address = base, f"{base.replace('http', 'ws', 1)}/gateway"

    async def reset(self) -> None:
        """Be as new; whoever is connected is not any more."""
        await self.close()
        self._begin()

    @property
    def application_id(self) -> int:
        """A bot's application has the bot's own id."""
        return self.world.bot.id

    @property
    def late(self) -> int:
        """How many writes are yet to be applied."""
        return len(self._tasks)

    def later(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something after its connection is gone; given up when the simulator ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self.closing.set()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.gateway.drop(1001, resumable=False)
