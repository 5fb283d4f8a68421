"""Socket Mode: what happens in a workspace comes in by a WebSocket that the bot dials.

The SDK's own client keeps to one address for ever once a reconnection failed, and prints the ticket in it. Here every
dial asks for an address of its own, and an address is used once and never told.
"""

import asyncio
import json
import logging
import random
from collections.abc import Callable, Coroutine
from typing import Any, Final

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Secret
from bot.errors import PlatformUnavailable
from bot.log import fields
from bot.platforms.slack import faults

log = logging.getLogger(__name__)

DIAL: Final = 15.0  # seconds from asking for an address until Slack says hello
BEAT: Final = 10.0  # seconds between two pings; a connection that leaves one unanswered is dead
WATCH: Final = 60.0  # seconds without a connection until everything that is held is let go of
LINGER: Final = 10.0  # seconds that a connection is listened to after Slack announced its end
CLOSE: Final = 1.0  # seconds
LONGEST_BACKOFF: Final = 30.0  # seconds
STEADY: Final = 30.0  # seconds of a connection after which the next trouble is a new one
APP_TOKEN: Final = "SEEDBED_SLACK_APP_TOKEN"  # noqa: S105  the name of the variable, not its value

REFUSED: Final = f"slack: the token in {APP_TOKEN} is refused: make one under Basic Information, App-Level Tokens, of"
FATAL: Final = {
    "invalid_auth": f"{REFUSED} your app, with the scope connections:write",
    "not_authed": f"{REFUSED} your app, with the scope connections:write",
    "token_revoked": f"{REFUSED} your app, with the scope connections:write",
    "token_expired": f"{REFUSED} your app, with the scope connections:write",
    "not_allowed_token_type": f"slack: {APP_TOKEN} holds another kind of token: it is the one that begins with xapp-",
    "missing_scope": f"slack: the token in {APP_TOKEN} lacks the scope connections:write: make one that has it",
    "account_inactive": "slack: the app was deleted, or is switched off: look at it on api.slack.com/apps",
}


class Hung(Exception):
    """The connection ended, or never was one; the reason in a few words."""


async def address(web: AsyncWebClient, app_token: Secret) -> str:
    """A new address to dial, good for one connection. PlatformUnavailable where Slack refuses the app's token."""
    try:
        answer = await web.apps_connections_open(app_token=app_token.reveal())
    except SlackApiError as error:
        if (code := faults.code_of(error)) in FATAL:
            raise PlatformUnavailable(FATAL[code]) from None
        raise
    return str(answer["url"])


class Socket:
    """Stays connected until it is cancelled, and hands what comes in to the app.

    `changed` is called when a connection is there or gone, with the trouble; `missed` when one is there again after a
    time in which nobody was listening, and at the first one.
    """

    def __init__(
        self,
        web: AsyncWebClient,
        session: aiohttp.ClientSession,
        app_token: Secret,
        app: AsyncApp,
        changed: Callable[[str], None],
        missed: Callable[[], None],
    ) -> None:
        self._web = web
        self._session = session
        self._app_token = app_token
        self._app = app
        self._changed = changed
        self._missed = missed
        self._links: set[_Link] = set()  # those that are listened to; two while one takes over from the other
        self._ends: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        return any(link.open for link in self._links)

    async def run(self) -> None:
        """PlatformUnavailable where Slack refuses the app's token; never returns otherwise."""
        loop = asyncio.get_running_loop()
        failures = 0
        try:
            while True:
                link = await self._connect()
                begun = loop.time()
                self._listen(link)
                reason = await link.leaving()
                failures = 0 if loop.time() - begun > STEADY else failures + 1
                log.info("Slack closes the connection, and a new one is opened", extra=fields(reason=reason))
                self._say(reason)
                if failures > 1:  # the first time, another connection takes over while this one still speaks
                    await asyncio.sleep(_backoff(failures))
        finally:
            await self._close()

    async def _connect(self) -> "_Link":
        """A new connection, however many dials that takes."""
        loop = asyncio.get_running_loop()
        failures, watched = 0, loop.time()
        while True:
            try:
                return await self._dial()
            except PlatformUnavailable:
                raise
            except Exception as error:  # noqa: BLE001  whatever answers in Slack's place, the next dial may reach Slack
                failures += 1
                self._say(_short(error))
                if not self.connected and loop.time() - watched > WATCH:
                    await self._begin_anew()
                    watched = loop.time()
                await asyncio.sleep(max(_backoff(failures), faults.pause_of(error)))

    # ---- connections -----------------------------------------------------------------------------------------------

    async def _dial(self) -> "_Link":
        """A connection that said hello."""
        async with asyncio.timeout(DIAL):
            url = await address(self._web, self._app_token)
            ws = await self._session.ws_connect(url, heartbeat=BEAT, proxy=self._web.proxy, max_msg_size=0)
            link = _Link(ws, self._app)
            try:
                await link.hello()
            except BaseException:
                await link.close()
                raise
            return link

    def _listen(self, link: "_Link") -> None:
        gap = not self.connected
        self._links.add(link)
        link.listen()
        self._changed("")
        if gap:
            self._missed()
        task = asyncio.create_task(self._until_gone(link), name="slack connection")
        self._ends.add(task)
        task.add_done_callback(self._ends.discard)

    async def _until_gone(self, link: "_Link") -> None:
        """Listen on for a while after Slack announced the end: what it still sends here it sends nowhere else."""
        reason = await link.leaving()
        await link.gone(LINGER)
        await link.close()
        self._links.discard(link)
        if not self.connected:
            self._changed(reason)

    async def _begin_anew(self) -> None:
        """Nothing that may be stuck is used again."""
        log.warning("Slack is not connected, and every connection is let go of", extra=fields(seconds=round(WATCH)))
        for link in tuple(self._links):
            await link.close()
        self._links.clear()

    async def _close(self) -> None:
        for task in self._ends:
            task.cancel()
        await asyncio.gather(*self._ends, return_exceptions=True)
        await asyncio.gather(*(link.close() for link in self._links))
        self._links.clear()

    def _say(self, trouble: str) -> None:
        if not self.connected:
            self._changed(trouble)


class _Link:
    """One WebSocket."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, app: AsyncApp) -> None:
        self._ws = ws
        self._app = app
        self._leaving: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._reader: asyncio.Task[None] | None = None
        self._answers: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> bool:
        return not self._ws.closed and self._reader is not None and not self._reader.done()

    async def hello(self) -> None:
        """Wait until Slack says that it is connected. Hung where it says something else."""
        frame = _frame(await self._ws.receive())
        if frame.get("type") != "hello":
            raise Hung(f"Slack did not say hello, but {frame.get('type') or 'nothing that can be read'}")

    def listen(self) -> None:
        self._reader = asyncio.create_task(self._read(), name="slack reader")

    async def leaving(self) -> str:
        """Wait until it ends or Slack announces that it will; why."""
        return await asyncio.shield(self._leaving)

    async def gone(self, at_most: float) -> None:
        """Wait until it has ended, so many seconds and no longer."""
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=at_most)

    async def close(self) -> None:
        tasks = [task for task in (self._reader, *self._answers) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(CLOSE):
                await self._ws.close()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.debug("a connection did not close", extra=fields(reason=type(error).__name__))
        self._leave("closed")

    async def _read(self) -> None:
        try:
            async for message in self._ws:
                self._take(_frame(message))
            self._leave(f"closed with {self._ws.close_code}")
        except Exception as error:  # noqa: BLE001  whatever a frame does to us, the supervisor must hear of it
            self._leave(_short(error))
            log.debug("a connection failed", extra=fields(reason=_short(error)))

    def _take(self, frame: dict[str, Any]) -> None:
        if frame.get("type") == "disconnect":
            self._leave(str(frame.get("reason") or "without a reason"))
            return
        request = SocketModeRequest.from_dict(frame) if isinstance(frame.get("payload"), dict) else None
        if request is not None:
            self._begin(self._answer(request))

    def _begin(self, answer: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(answer, name="slack envelope")
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, request: SocketModeRequest) -> None:
        """What is not acknowledged is sent again, so an answer that does not get through is no loss."""
        try:
            response = await run_async_bolt_app(self._app, request)
            if response.status != 200:  # noqa: PLR2004  OK
                log.info("Slack sent something that nothing here takes", extra=fields(kind=request.type))
                return
            await self._ws.send_json(_acknowledgement(request, response.body, response.headers))
        except (aiohttp.ClientError, OSError) as error:
            log.debug("an acknowledgement was not sent", extra=fields(reason=_short(error)))
        except Exception:
            # Whatever one event does to us, the next one is to be heard.
            log.exception("an event was not taken in")

    def _leave(self, reason: str) -> None:
        if not self._leaving.done():
            self._leaving.set_result(reason)


def _acknowledgement(request: SocketModeRequest, body: str, headers: dict[str, Any]) -> dict[str, Any]:
    """With the answer itself, where there is one: the errors of a form, say."""
    answer: dict[str, Any] = {"envelope_id": request.envelope_id}
    if body:
        kind = str((headers.get("content-type") or [""])[0])
        answer["payload"] = json.loads(body) if kind.startswith("application/json") else {"text": body}
    return answer


def _frame(message: aiohttp.WSMessage) -> dict[str, Any]:
    """A frame of Slack's; empty for whatever is none."""
    if message.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        frame = json.loads(message.data)
    except ValueError:
        return {}
    return frame if isinstance(frame, dict) else {}


def _short(error: Exception) -> str:
    return str(error) if isinstance(error, Hung) else faults.said(error)


def _backoff(failures: int) -> float:
    """Seconds, doubling from one to thirty; no two bots come back in the same moment."""
    return min(2.0 ** min(max(failures - 1, 0), 6), LONGEST_BACKOFF) * random.uniform(0.75, 1.0)  # noqa: S311  no secret
