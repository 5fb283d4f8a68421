"""The way of a request: token, fault, rate limit, handler, and an answer as Discord gives it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from math import ceil
from time import monotonic
from typing import Any

from aiohttp import web

from tests.simulators.discord.faults import AFTER, BUSY, Fault, Step
from tests.simulators.discord.model import Json
from tests.simulators.discord.problems import ApiError
from tests.simulators.discord.rest import applications, messages, places, reactions, threads
from tests.simulators.discord.rest.table import Call, Reply, Route
from tests.simulators.discord.simulation import Requested, Simulation
from tests.simulators.wire import cut

PREFIX = "/api/v10"
ROUTES: list[Route] = [
    *messages.ROUTES,
    *reactions.ROUTES,
    *threads.ROUTES,
    *places.ROUTES,
    *applications.ROUTES,
]
VIA = {"Via": "1.1 google"}
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Rest:
    """Serves the routes of one simulation."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim

    def routes(self) -> list[web.RouteDef]:
        known = [web.route(one.method, PREFIX + one.path, self._respond(one)) for one in ROUTES]
        return [*known, web.route("*", PREFIX + "/{rest:.*}", self._nothing_there)]

    def _respond(self, route: Route) -> Respond:
        async def respond(request: web.Request) -> web.StreamResponse:
            return await self._logged(request, route)

        return respond

    async def _logged(self, request: web.Request, route: Route) -> web.StreamResponse:
        began, at = monotonic(), self._sim.clock.now()
        log = self._sim.requests  # this one: a reset begins another
        place = len(log)
        bucket = _major(request)
        about = (request.method, route.path, request.path, route.kind.value, bucket, at)
        log.append(Requested(*about, status=0, took=0))
        half = self._sim.tuning.latency / 2000
        await asyncio.sleep(half)
        response = await self._answer(request, route, bucket)
        await asyncio.sleep(half)
        status = response.status if response is not None else 0
        log[place] = Requested(*about, status=status, took=monotonic() - began)
        return response if response is not None else web.Response(status=500)

    async def _answer(self, request: web.Request, route: Route, bucket: str) -> web.Response | None:
        """None when the connection is broken."""
        if not route.free and request.headers.get("Authorization") != f"Bot {self._sim.token}":
            return self._json({"message": "401: Unauthorized", "code": 0}, 401)
        call = Call(dict(request.match_info), dict(request.query), await _payload(request))

        def carry_out() -> web.Response:
            return self._carry_out(route, call, bucket)

        channel = request.match_info.get("channel")
        step = self._sim.faults.next(route.kind, int(channel) if channel else None)
        if step.fault is Fault.NONE:
            return carry_out()
        return await self._fail(request, step, carry_out)

    def _carry_out(self, route: Route, call: Call, bucket: str) -> web.Response:
        verdict = self._sim.limits.take(route.kind, bucket, counts_everywhere=not route.free)
        if verdict.wait is not None:
            return self._too_many(verdict.wait, verdict.headers, everywhere=verdict.everywhere)
        try:
            reply = route.handler(self._sim, call)
        except ApiError as error:
            return self._json(error.body, error.status, verdict.headers)
        return self._reply(reply, verdict.headers)

    async def _fail(
        self, request: web.Request, step: Step, carry_out: Callable[[], web.Response]
    ) -> web.Response | None:
        fault = step.fault
        if fault is Fault.SLOW:
            await asyncio.sleep(step.number)
            return carry_out()
        if fault in AFTER:
            carry_out()
        if fault is Fault.LATE:
            self._sim.later(self._late(step.number, carry_out))
        if fault in {Fault.HANG, Fault.HANG_AFTER}:
            await self._sim.closing.wait()
        if fault.startswith("error_"):
            return self._json({"message": f"{step.status}: Server Error", "code": 0}, step.status)
        if fault in BUSY:
            return self._busy(step)
        if fault is Fault.REFUSED:
            error = ApiError(int(step.number))
            return self._json(error.body | ({"retry_after": 1.0} if error.status == 429 else {}), error.status)
        if fault is Fault.EMPTY_HISTORY:
            return self._reply(Reply([]), {})
        cut(request, reset=fault is Fault.RESET)
        return None

    async def _late(self, seconds: float, carry_out: Callable[[], web.Response]) -> None:
        await asyncio.sleep(seconds)
        carry_out()

    def _busy(self, step: Step) -> web.Response:
        self._sim.limits.refused += 1
        if step.fault is Fault.BUSY:
            return self._too_many(step.number, {}, everywhere=False)
        after = {"Retry-After": f"{step.number:g}"}
        if step.fault is Fault.BUSY_BANNED:
            page = "<html><title>Access denied</title></html>"
            return web.Response(status=429, text=page, content_type="text/html", headers=after)
        body = {"message": "You are being rate limited.", "retry_after": step.number, "global": False}
        bare = step.fault is Fault.BUSY_STRIPPED
        return _json_response(body, 429, {} if bare else after)

    def _too_many(self, wait: float, headers: dict[str, str], *, everywhere: bool) -> web.Response:
        """A 429 as Discord gives it."""
        scope = {"X-RateLimit-Scope": "global" if everywhere else "user"}
        scope |= {"X-RateLimit-Global": "true"} if everywhere else {}
        body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": everywhere}
        return self._json(body, 429, headers | scope | {"Retry-After": str(ceil(wait))})

    async def _nothing_there(self, request: web.Request) -> web.StreamResponse:
        at = self._sim.clock.now()
        self._sim.requests.append(Requested(request.method, "?", request.path, "?", "", at, 404, 0))
        return self._json({"message": "404: Not Found", "code": 0}, 404)

    def _reply(self, reply: Reply, headers: dict[str, str]) -> web.Response:
        if reply.body is None:
            return web.Response(status=reply.status, headers=self._headers(headers))
        return self._json(reply.body, reply.status, headers)

    def _json(self, body: Json | list[Json], status: int, headers: dict[str, str] | None = None) -> web.Response:
        return _json_response(body, status, self._headers(headers or {}))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {**VIA, "Date": format_datetime(self._sim.clock.now(), usegmt=True), **more}


def _json_response(body: Any, status: int, headers: dict[str, str]) -> web.Response:
    # A body in bytes keeps the charset out of the content type, as discord.py wants it.
    content = json.dumps(body).encode()
    return web.Response(status=status, body=content, content_type="application/json", headers=headers)


async def _payload(request: web.Request) -> bytes:
    """The JSON of a request, also where files come with it."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    field = form.get("payload_json", "")
    return field.encode() if isinstance(field, str) else b""


def _major(request: web.Request) -> str:
    """What tells apart the buckets of one kind of request."""
    names = ("channel", "guild", "token", "application")
    return "+".join(request.match_info[name] for name in names if name in request.match_info)
