"""A chat board as a process of its own: keeps every message it is sent, doubles included, and fails on command.

python -m tests.simulators.board        prints its address, then serves until it is told to end

POST /channels/{address}/messages       {"marker", "text"} -> {"id", "address", "marker"}
GET  /channels/{address}/messages       ?marker=&since= -> {"messages": [...]}; empty when it may not be read
GET  /channels/{address}                -> {"may_read": true}
GET  /messages/{id}/reactions           -> {"reactions": [[user, emoji, burst], ...]}
PUT, DELETE /messages/{id}/reactions    {"user", "emoji"}, and "burst" where it is one
PUT  /messages/{id}/steps/{name}        -> {"id"}; done twice is done once
POST /control                           {"faults": [...], "may_read": true, "refuse": "why", "drop_repeats": 60}: see
                                        Fault and Board; {"faults": {address: [...]}} is for some channels alone
GET  /control                           -> {"requests", "messages": {address: {marker: copies}},
                                            "steps": {message id: [name, ...]}}
"""

import asyncio
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from aiohttp import web


class Fault(StrEnum):
    """What becomes of one request to post; a script of them is used up one by one, after it all goes well.

    In a script a fault is its name, or `[name, seconds]` for LATE, SLOW and BUSY.
    """

    NONE = "none"
    DROP_BEFORE = "drop_before"  # the connection breaks, nothing is written
    DROP_AFTER = "drop_after"  # the connection breaks, the message is there
    LATE = "late"  # the connection breaks, the message is there some seconds later
    SLOW = "slow"  # the message is there some seconds later, and so is the answer
    HANG = "hang"  # no answer ever, nothing is written
    HANG_AFTER = "hang_after"  # no answer ever, the message is there
    ERROR_BEFORE = "error_before"  # 503, nothing is written
    ERROR_AFTER = "error_after"  # 502, the message is there
    BUSY = "busy"  # 429 with Retry-After, nothing is written
    REFUSED = "refused"  # 403, nothing is written


Script = deque[tuple[Fault, float]]


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    address: str
    marker: str
    text: str
    at: datetime

    def shown(self) -> dict[str, str]:
        return {"id": self.id, "address": self.address, "marker": self.marker, "text": self.text}


@dataclass(slots=True)
class Board:
    """`refuse` is why nothing may be posted, or None. A channel without a script of its own uses the common one.

    A marker repeated within `drop_repeats` seconds of its message is that message, as with a nonce on Discord.
    """

    messages: list[Message] = field(default_factory=list)
    reactions: dict[str, set[tuple[str, str, bool]]] = field(default_factory=dict)
    steps: dict[str, list[str]] = field(default_factory=dict)
    script: Script = field(default_factory=deque)
    scripts: dict[str, Script] = field(default_factory=dict)
    requests: int = 0
    may_read: bool = True
    refuse: str | None = None
    drop_repeats: float = 0

    def post(self, address: str, marker: str, text: str) -> Message:
        now = datetime.now(UTC)
        for earlier in self.messages:
            same = (earlier.address, earlier.marker) == (address, marker)
            if same and now - earlier.at < timedelta(seconds=self.drop_repeats):
                return earlier
        message = Message(str(len(self.messages) + 1), address, marker, text, now)
        self.messages.append(message)
        return message

    def next_fault(self, address: str) -> tuple[Fault, float]:
        """What becomes of the next request to post in a channel, and in how many seconds."""
        script = self.scripts.get(address, self.script)
        return script.popleft() if script else (Fault.NONE, 0.0)


class Server:
    """The board's requests over HTTP."""

    def __init__(self) -> None:
        self.board = Board()
        self._closing = asyncio.Event()

    def application(self) -> web.Application:
        application = web.Application()
        application.add_routes(
            [
                web.post("/channels/{address}/messages", self.create),
                web.get("/channels/{address}/messages", self.history),
                web.get("/channels/{address}", self.permissions),
                web.get("/messages/{id}/reactions", self.list_reactions),
                web.put("/messages/{id}/reactions", self.react),
                web.delete("/messages/{id}/reactions", self.react),
                web.put("/messages/{id}/steps/{name}", self.step),
                web.post("/control", self.control),
                web.get("/control", self.counts),
            ]
        )
        application.on_shutdown.append(self._close)
        return application

    async def create(self, request: web.Request) -> web.Response:
        board, body, address = self.board, await request.json(), request.match_info["address"]
        board.requests += 1
        if board.refuse is not None:
            return _refuse(board.refuse)

        def write() -> Message:
            return board.post(address, body["marker"], body["text"])

        fault, seconds = board.next_fault(address)
        if fault is Fault.NONE:
            return web.json_response(write().shown(), status=201)
        return await self._fail(request, fault, seconds, write)

    async def _fail(
        self, request: web.Request, fault: Fault, seconds: float, write: Callable[[], Message]
    ) -> web.Response:
        if fault in {Fault.DROP_AFTER, Fault.HANG_AFTER, Fault.ERROR_AFTER}:
            write()
        if fault is Fault.LATE:
            asyncio.get_running_loop().call_later(seconds, write)
        match fault:
            case Fault.SLOW:
                await asyncio.sleep(seconds)
                return web.json_response(write().shown(), status=201)
            case Fault.ERROR_BEFORE:
                return web.Response(status=503)
            case Fault.ERROR_AFTER:
                return web.Response(status=502)
            case Fault.BUSY:
                return web.Response(status=429, headers={"Retry-After": f"{seconds:g}"})
            case Fault.REFUSED:
                return _refuse("the bot may not post here")
            case Fault.HANG | Fault.HANG_AFTER:
                await self._closing.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def history(self, request: web.Request) -> web.Response:
        """Newest first. As on Discord, a history that may not be read looks like an empty one."""
        marker, since = request.query["marker"], datetime.fromisoformat(request.query["since"])
        address = request.match_info["address"]
        found = [
            message.shown()
            for message in reversed(self.board.messages)
            if message.address == address and message.marker == marker and message.at >= since
        ]
        return web.json_response({"messages": found if self.board.may_read else []})

    async def permissions(self, _: web.Request) -> web.Response:
        return web.json_response({"may_read": self.board.may_read})

    async def list_reactions(self, request: web.Request) -> web.Response:
        reactions = self.board.reactions.get(request.match_info["id"], set())
        return web.json_response({"reactions": sorted(reactions)})

    async def react(self, request: web.Request) -> web.Response:
        body = await request.json()
        reactions = self.board.reactions.setdefault(request.match_info["id"], set())
        change = reactions.add if request.method == "PUT" else reactions.discard
        change((body["user"], body["emoji"], body.get("burst", False)))
        return web.Response(status=204)

    async def step(self, request: web.Request) -> web.Response:
        message, name = request.match_info["id"], request.match_info["name"]
        done = self.board.steps.setdefault(message, [])
        if name not in done:
            done.append(name)
        return web.json_response({"id": f"{message}/{name}"})

    async def control(self, request: web.Request) -> web.Response:
        """Set what is named, leave the rest."""
        body = await request.json()
        match body.get("faults"):
            case list(steps):
                self.board.script = read_script(steps)
            case dict(scripts):
                self.board.scripts |= {address: read_script(steps) for address, steps in scripts.items()}
        if "may_read" in body:
            self.board.may_read = body["may_read"]
        if "refuse" in body:
            self.board.refuse = body["refuse"]
        if "drop_repeats" in body:
            self.board.drop_repeats = body["drop_repeats"]
        return await self.counts(request)

    async def counts(self, _: web.Request) -> web.Response:
        copies: dict[str, Counter[str]] = {}
        for message in self.board.messages:
            copies.setdefault(message.address, Counter())[message.marker] += 1
        shown = {"requests": self.board.requests, "messages": copies, "steps": self.board.steps}
        return web.json_response(shown)

    async def _close(self, _: web.Application) -> None:
        self._closing.set()


def read_script(steps: Iterable[str | tuple[str, float]]) -> Script:
    """Each step is a name, `"drop_after"`, or a name with seconds, `["late", 1.5]`."""
    pairs = ((step, 0.0) if isinstance(step, str) else step for step in steps)
    return deque((Fault(name), float(seconds)) for name, seconds in pairs)


def _refuse(reason: str) -> web.Response:
    return web.json_response({"reason": reason}, status=403)


async def serve() -> None:
    """Listen on a free port of this machine, say which, and go on until told to end."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    runner = web.AppRunner(Server().application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)  # noqa: T201  whoever started this process waits for the line
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
