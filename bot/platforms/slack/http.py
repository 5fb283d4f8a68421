"""HTTP mode: Slack sends to an address of ours, and workspaces install the app from a page there."""

import asyncio
import hashlib
import hmac
import logging
from collections import OrderedDict
from typing import Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.config import Secret, SlackSettings
from bot.errors import PlatformUnavailable
from bot.log import fields
from bot.platforms.slack import pages
from bot.platforms.slack.installing import CALLBACK, PATIENCE, Installer, NotInstalled
from bot.ports import Clock

log = logging.getLogger(__name__)

EVENTS: Final = "/slack/events"  # commands, buttons and forms as well
INSTALL: Final = "/slack/install"
LARGEST: Final = 1024 * 1024  # bytes of a request; Slack's own stay far below
READ: Final = 10.0  # seconds for a request's body to arrive
SKEW: Final = 300  # seconds that a signature is good for, as Slack asks
CLOSE: Final = 3.0  # seconds for requests under way when told to stop
COOKIE: Final = "seedbed_install"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # there is a code in the address of the last page
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}


class Signatures:
    """Tells Slack's requests from everybody else's, and from recordings of them."""

    def __init__(self, secret: Secret, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock
        self._seen: OrderedDict[str, float] = OrderedDict()  # until when, the oldest first

    def refuses(self, body: bytes, stamp: str, signature: str) -> str | None:
        """Why a request is not Slack's; None where it is. To be asked before anything in it is read."""
        if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > len("1763956800000"):
            return "no timestamp"
        if abs(self._now() - int(stamp)) > SKEW:
            return "an old timestamp"
        base = b"v0:" + stamp.encode() + b":" + body
        own = "v0=" + hmac.new(self._secret.reveal().encode(), base, hashlib.sha256).hexdigest()
        return None if hmac.compare_digest(own.encode(), signature.encode(errors="replace")) else "a wrong signature"

    def is_repeated(self, signature: str) -> bool:
        """Whether exactly this request was taken in before. Slack signs anew when it sends one again by itself."""
        now = self._now()
        while self._seen and next(iter(self._seen.values())) < now:
            self._seen.popitem(last=False)
        if signature in self._seen:
            return True
        self._seen[signature] = now + 2 * SKEW
        return False

    def forget(self, signature: str) -> None:
        """It was not taken in after all, and may come again."""
        self._seen.pop(signature, None)

    def _now(self) -> float:
        return self._clock.now().timestamp()


class Server:
    """Listens from `start` to `stop`. Nothing that is not signed by Slack reaches the app."""

    def __init__(self, settings: SlackSettings, app: AsyncApp, installer: Installer, clock: Clock) -> None:
        assert settings.signing_secret is not None, "the configuration asks for it in this mode"
        self._settings = settings
        self._app = app
        self._installer = installer
        self._signatures = Signatures(settings.signing_secret, clock)
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """Such as http://127.0.0.1:3000; empty while it does not listen."""
        if self._runner is None or not self._runner.addresses:
            return ""
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def start(self) -> None:
        """PlatformUnavailable where the address cannot be listened at."""
        served = web.Application(client_max_size=LARGEST)
        served.router.add_post(EVENTS, self._take)
        served.router.add_get(INSTALL, self._begin, allow_head=False)
        served.router.add_get(CALLBACK, self._finish, allow_head=False)
        # No access log: there are codes and states in the addresses.
        self._runner = web.AppRunner(served, access_log=None, shutdown_timeout=CLOSE)
        await self._runner.setup()
        host, port = self._settings.host, self._settings.port
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self.stop()
            raise PlatformUnavailable(f"slack: cannot listen at {host}:{port}: {error.strerror or error}") from None
        log.info("listening for Slack", extra=fields(address=self.address, public_url=self._settings.public_url))

    async def stop(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    # ---- Slack's requests ----

    async def _take(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(READ):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        signature = request.headers.get("X-Slack-Signature", "")
        reason = self._signatures.refuses(body, request.headers.get("X-Slack-Request-Timestamp", ""), signature)
        if reason is not None:
            log.info("a request that is not Slack's was refused", extra=fields(reason=reason, peer=request.remote))
            return web.Response(status=401)
        if self._signatures.is_repeated(signature):
            return web.Response()
        try:
            answer = await self._app.async_dispatch(_bolt_request(request, body))
        except BaseException:
            self._signatures.forget(signature)
            raise
        if answer.status >= 400:  # noqa: PLR2004  the errors
            self._signatures.forget(signature)
        return await to_aiohttp_response(answer)

    # ---- people's ----

    async def _begin(self, _: web.Request) -> web.Response:
        begun = self._installer.begin()
        response = _page(pages.begin(begun.address))
        response.set_cookie(
            COOKIE,
            begun.nonce,
            max_age=int(PATIENCE.total_seconds()),
            path="/slack/",
            secure=(self._settings.public_url or "").startswith("https:"),
            httponly=True,
            samesite="Lax",
        )
        return response

    async def _finish(self, request: web.Request) -> web.Response:
        try:
            workspace = await self._installer.finish(dict(request.query), request.cookies.get(COOKIE))
        except NotInstalled as error:
            return _page(pages.not_done(str(error), INSTALL), error.status)
        response = _page(pages.done(workspace.name, workspace.url))
        response.del_cookie(COOKIE, path="/slack/")
        return response


def _bolt_request(request: web.Request, body: bytes) -> AsyncBoltRequest:
    headers: dict[str, str] = {name.lower(): value for name, value in request.headers.items()}
    return AsyncBoltRequest(body=body.decode(errors="replace"), query=request.query_string, headers={**headers})


def _page(html: str, status: int = 200) -> web.Response:
    return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)
