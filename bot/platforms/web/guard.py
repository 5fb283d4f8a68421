"""What stands between the network and the pages: hosts, origins, sign-in, pace, and what an error may show."""

import ipaddress
import logging
import math
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import SeedbedError
from bot.log import fields
from bot.platforms.web.limits import Buckets
from bot.platforms.web.refusal import Refusal, sentence, title
from bot.platforms.web.render import Renderer
from bot.platforms.web.visitors import Gate, visitor_of
from bot.ports import Clock

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it a form's Origin would be "null", and the origin check could tell nothing.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "seedbed",
}
OPEN_PATHS = ("/healthz", "/sign-in", "/static/")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(authority: str) -> str | None:
    """The host of `host:port` in lower case, or None where there is none."""
    try:
        host = urlsplit(f"//{authority}").hostname
    except ValueError:
        return None
    return host.rstrip(".") if host else None


def _told(request: web.Request, **more: object) -> dict[str, dict[str, object]]:
    return fields(method=request.method, path=request.path, **more)


class Guard:
    """The middlewares, outermost first: `errors`, `host`, `origin`, `pace`, `sign_in`."""

    def __init__(self, bound_to: str, hosts: tuple[str, ...], gate: Gate, clock: Clock, renderer: Renderer) -> None:
        self._on_loopback = is_loopback(bound_to)
        self._hosts = frozenset(host.lower() for host in hosts)
        self._gate = gate
        self._renderer = renderer
        # One address may be a whole community behind a proxy, so it gets more than one visitor does.
        self._of_visitor = Buckets(clock, burst=20, seconds=1)
        self._of_address = Buckets(clock, burst=120, seconds=0.25)
        self._of_sign_in = Buckets(clock, burst=6, seconds=10)

    async def dress(self, _: web.Request, response: web.StreamResponse) -> None:
        """Put the headers on that every answer carries."""
        for name, value in HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "private, no-cache")

    @property
    def middlewares(self) -> tuple[Middleware, ...]:
        return (self.errors, self.host, self.origin, self.pace, self.sign_in)

    @web.middleware
    async def errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return self._say(request, refusal)
        except web.HTTPException as answer:
            if answer.status < 400:  # noqa: PLR2004 - a redirect
                raise
            response = self._say(request, Refusal(answer.status, sentence(answer.status)))
            if "Allow" in answer.headers:
                response.headers["Allow"] = answer.headers["Allow"]
            return response
        except ConnectionError:
            raise
        except SeedbedError as error:
            log.error("a request failed", extra=_told(request, reason=error))  # noqa: TRY400  the reason is a sentence
            return self._say(request, Refusal(503, sentence(503)))
        # Whatever else a handler raises is a mistake of ours; the reader gets a sentence, the log gets the rest.
        except Exception:
            log.exception("a request failed", extra=_told(request))
            return self._say(request, Refusal(500, sentence(500)))

    @web.middleware
    async def host(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Another name for this address may be a trick to read it from a foreign page (DNS rebinding)."""
        name = host_of(request.headers.get("Host", ""))
        probe = request.path == "/healthz" and not self._on_loopback
        if not probe and not self._answers_to(name):
            raise Refusal(
                403, f"This page does not answer to the name “{name or ''}”. If it should, add it to web.hosts."
            )
        return await handler(request)

    def _answers_to(self, name: str | None) -> bool:
        if name is None:
            return False
        if is_loopback(name) or name in self._hosts:
            return True
        return not self._on_loopback and not self._hosts

    @web.middleware
    async def origin(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only this page's own forms and script may change anything."""
        if request.method in UNSAFE and not self._from_here(request):
            raise Refusal(403, "This was sent from another site, so nothing was done.")
        return await handler(request)

    def _from_here(self, request: web.Request) -> bool:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        try:
            sender = urlsplit(origin)
        except ValueError:
            return False
        # A proxy may hand on another Host than the browser sees; a name in web.hosts is ours all the same.
        return sender.netloc.lower() == request.headers.get("Host", "").lower() or sender.hostname in self._hosts

    @web.middleware
    async def pace(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method in UNSAFE:
            address = request.remote or ""
            if request.path == "/sign-in":
                wait = self._of_sign_in.take(address)
            else:
                wait = self._of_address.take(address) or self._of_visitor.take(f"{address} {visitor_of(request).user}")
            if wait:
                seconds = math.ceil(wait)
                unit = "second" if seconds == 1 else "seconds"
                raise Refusal(429, f"That was a lot in a short time. Try again in {seconds} {unit}.", seconds)
        return await handler(request)

    @web.middleware
    async def sign_in(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._gate.admits(request) or request.path.startswith(OPEN_PATHS):
            return await handler(request)
        if request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("Accept", ""):
            raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs, safe='')}")
        raise Refusal(401, "This page is for people who have its token. Sign in at /sign-in.")

    def _say(self, request: web.Request, refusal: Refusal) -> web.Response:
        headers = {"Cache-Control": "no-store"}
        if refusal.retry_after is not None:
            headers["Retry-After"] = str(refusal.retry_after)
        if request.headers.get("Accept", "").startswith("application/json"):
            return web.json_response({"error": refusal.sentence}, status=refusal.status, headers=headers)
        page = self._renderer.page("refusal.html", title=title(refusal.status), sentence=refusal.sentence)
        return web.Response(text=page, content_type="text/html", status=refusal.status, headers=headers)
