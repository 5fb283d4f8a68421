"""The way of a request: token, scope, fault, rate limit, handler, and an answer as Slack gives it."""

import asyncio
import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from email.utils import format_datetime
from math import ceil
from time import monotonic
from typing import Any

from aiohttp import web

from tests.simulators.slack.api import apps, chat, conversations, reactions, views
from tests.simulators.slack.api.table import Call, Method
from tests.simulators.slack.faults import AFTER, RESPONSE_URL, Fault, Step
from tests.simulators.slack.installing import consent
from tests.simulators.slack.model import Json
from tests.simulators.slack.problems import SlackError, missing_scope
from tests.simulators.slack.response_urls import respond
from tests.simulators.slack.simulation import Requested, Simulation
from tests.simulators.wire import cut

METHODS = {
    one.name: one for one in [*chat.METHODS, *conversations.METHODS, *reactions.METHODS, *views.METHODS, *apps.METHODS]
}
SECRET = {"token", "client_secret", "code"}  # not kept in the log


class Api:
    """Serves the Web API, response URLs and the consent page of one simulation."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim

    def routes(self) -> list[web.RouteDef]:
        known = [web.route(verb, "/api/{method}", self.serve) for verb in ("GET", "POST")]
        response = web.post("/response/{key}", self.respond)
        return [*known, response, web.get("/oauth/v2/authorize", self.authorize)]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        arguments = await _arguments(request)
        call = self._call(request, arguments)

        def carry_out() -> web.Response:
            return self._carry_out(name, call)

        channel = arguments.get("channel")
        return await self._logged(request, name, call, str(channel) if channel else None, carry_out)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """A post to the response_url of an interaction: 200 `ok`, or 404 where it is used up or too old."""
        body, key = await _arguments(request), request.match_info["key"]

        def carry_out() -> web.Response:
            try:
                respond(self._sim, key, body)
            except SlackError as error:
                return self._json(error.body, 404 if error.error.endswith("_url") else 400)
            return web.Response(text="ok")

        call = Call(self._sim, body, "", None)
        return await self._logged(request, RESPONSE_URL, call, None, carry_out)

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """The page where somebody allows the app; here the query names who, and where: `user` and `team`."""
        world = self._sim.world
        team = world.teams.get(request.query.get("team", "")) or next(iter(world.teams.values()))
        user = request.query.get("user") or next(iter(team.users))
        try:
            return web.HTTPFound(consent(self._sim, str(request.url), team, user))
        except ValueError as error:
            return web.Response(status=400, text=str(error))

    # ---- every request ----

    async def _logged(
        self, request: web.Request, name: str, call: Call, channel: str | None, carry_out: Callable[[], web.Response]
    ) -> web.StreamResponse:
        began, at = monotonic(), self._sim.clock.now()
        log = self._sim.requests  # this one: a reset begins another
        place = len(log)
        given = {key: value for key, value in call.arguments.items() if key not in SECRET}
        about = (request.method, name, call.install.team if call.install else None, channel, given, at)
        log.append(Requested(*about, status=0, error=None, took=0))
        half = self._sim.tuning.latency / 2000
        await asyncio.sleep(half)
        step = self._sim.faults.next(name, channel)
        response = carry_out() if step.fault is Fault.NONE else await self._fail(request, name, step, carry_out)
        await asyncio.sleep(half)
        status, error = (response.status, _error_in(response)) if response else (0, None)
        log[place] = Requested(*about, status=status, error=error, took=monotonic() - began)
        return response if response is not None else web.Response(status=500)

    async def _fail(
        self, request: web.Request, name: str, step: Step, carry_out: Callable[[], web.Response]
    ) -> web.Response | None:
        """None when the connection is broken."""
        fault = step.fault
        if fault is Fault.SLOW:
            await asyncio.sleep(step.seconds)
            return carry_out()
        if fault is Fault.EMPTY_HISTORY:
            return self._json({"ok": True, "messages": [], "has_more": False})
        if fault in AFTER:
            carry_out()
        if fault is Fault.LATE:
            self._sim.late += 1
            self._sim.later(self._late(step.seconds, carry_out))
        if fault in {Fault.HANG, Fault.HANG_AFTER}:
            await self._sim.closing.wait()
        if fault.startswith("error_"):
            page = f"<html><title>{step.status}</title></html>"
            return web.Response(status=step.status, text=page, content_type="text/html", headers=self._headers())
        if fault in {Fault.BUSY, Fault.BUSY_STRIPPED}:
            self._sim.limits.refused += 1
            return self._too_many(step.seconds if fault is Fault.BUSY else None)
        if fault in {Fault.REFUSED, Fault.REFUSED_AFTER}:
            error = _refusal(name, step.error)
            return self._json(error.body, error.status)
        cut(request, reset=fault is Fault.RESET)
        return None

    async def _late(self, seconds: float, carry_out: Callable[[], web.Response]) -> None:
        await asyncio.sleep(seconds)
        carry_out()
        self._sim.late -= 1

    # ---- the Web API ----

    def _call(self, request: web.Request, arguments: Json) -> Call:
        given = request.headers.get("Authorization", "")
        token = given.removeprefix("Bearer ") if given.startswith("Bearer ") else str(arguments.get("token") or "")
        return Call(self._sim, arguments, token, self._sim.world.installs.get(token), _basic(given))

    def _carry_out(self, name: str, call: Call) -> web.Response:
        method = METHODS.get(name)
        if method is None:
            return self._json(SlackError("unknown_method", req_method=name).body)
        try:
            self._authenticate(method, call)
            wait = self._sim.limits.take(
                name, method.tier, call.install.team if call.install else "", call.text("channel")
            )
            if wait is not None:
                return self._too_many(wait)
            body = {"ok": True, **method.answer(call)}
        except SlackError as error:
            return self._json(error.body, error.status)
        granted = {"X-OAuth-Scopes": ",".join(call.install.scopes)} if call.install else {}
        return self._json(body, 200, granted)

    def _authenticate(self, method: Method, call: Call) -> None:
        """SlackError not_authed, invalid_auth, not_allowed_token_type, missing_scope, or what ended the token."""
        if method.auth is None:
            return
        if not call.token:
            raise SlackError("not_authed")
        app_level = call.token in self._sim.world.app_tokens
        if call.install is None and not app_level:
            raise SlackError("invalid_auth")
        if app_level != (method.auth == "app"):
            raise SlackError("not_allowed_token_type")
        if call.install and call.install.ended:
            raise SlackError(call.install.ended)
        if method.scope:
            call.need(method.scope)

    def _too_many(self, wait: float | None) -> web.Response:
        after = {} if wait is None else {"Retry-After": str(max(ceil(wait), 1))}
        return self._json(SlackError("ratelimited").body, 429, after)

    def _json(self, body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
        return web.json_response(body, status=status, headers=self._headers() | (headers or {}))

    def _headers(self) -> dict[str, str]:
        return {"Date": format_datetime(self._sim.clock.now(), usegmt=True), "Via": "envoy-simulated"}


async def _arguments(request: web.Request) -> Json:
    """Those of query, form and JSON together."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            body = {}
        return found | (body if isinstance(body, dict) else {})
    form: Any = await request.post() if request.method == "POST" else {}
    return found | {key: value for key, value in form.items() if isinstance(value, str)}


def _refusal(method: str, error: str) -> SlackError:
    """An error as it would be if it were meant; a scope that is missing is named."""
    if error != "missing_scope":
        return SlackError(error)
    known = METHODS.get(method)
    return missing_scope((known and known.scope) or "channels:history", [])


def _basic(header: str) -> tuple[str, str] | None:
    if not header.startswith("Basic "):
        return None
    try:
        name, _, password = b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except (NotBase64, ValueError):
        return None
    return name, password


def _error_in(response: web.Response) -> str | None:
    if response.content_type != "application/json" or response.text is None:
        return None
    error: str | None = json.loads(response.text).get("error")
    return error
