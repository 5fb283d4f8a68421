"""Being there by Socket Mode: one workspace, its token proven, and a supervisor that outlives every connection."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime
from typing import Final

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.config import Secret, SlackSettings
from bot.errors import NotSent, PlatformUnavailable
from bot.log import fields
from bot.model import Health
from bot.platforms.slack import faults
from bot.platforms.slack.client import API, Api, library_logger, new_client, new_session
from bot.platforms.slack.socket import APP_TOKEN, Socket
from bot.platforms.slack.workspaces import Workspace, Workspaces, workspace_of
from bot.ports import Clock

log = logging.getLogger(__name__)

BOT_TOKEN: Final = "SEEDBED_SLACK_BOT_TOKEN"  # noqa: S105  the name of the variable, not its value
LOGIN: Final = 15.0  # seconds for one try
START: Final = 18.0  # seconds until the start goes on without a connection
LONGEST_BACKOFF: Final = 60.0  # seconds

_COPY: Final = "copy the Bot User OAuth Token from the OAuth & Permissions page of your app"
FATAL: Final = {
    "invalid_auth": f"slack: the token in {BOT_TOKEN} is refused: {_COPY}",
    "not_authed": f"slack: the token in {BOT_TOKEN} is refused: {_COPY}",
    "token_revoked": f"slack: the token in {BOT_TOKEN} was revoked: install the app again, and {_COPY}",
    "token_expired": f"slack: the token in {BOT_TOKEN} has expired: install the app again, and {_COPY}",
    "account_inactive": f"slack: the app was removed from its workspace: install it again, and {_COPY}",
    "not_allowed_token_type": f"slack: {BOT_TOKEN} holds another kind of token: {_COPY}",
}
NO_BOT: Final = f"slack: {BOT_TOKEN} holds a person's token, not a bot's: {_COPY}"

STRANGER: Final = "I do not know this workspace any more: somebody has to install me here again."

MakeApp = Callable[[AsyncWebClient], AsyncApp]


def new_app(client: AsyncWebClient, workspaces: Workspaces) -> AsyncApp:
    """Bolt, with the token of whichever workspace something comes from. Signatures are checked before it is asked."""

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        workspace = workspaces.get(team_id) or workspaces.get(enterprise_id)
        if workspace is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=workspace.team,
            bot_user_id=workspace.bot_user,
            bot_id=workspace.bot_id,
            bot_token=workspace.client.token,
        )

    return AsyncApp(
        name="slack_bolt",
        logger=library_logger("slack_bolt", logging.ERROR),  # what nobody takes is told of in socket.py, in one line
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes None for a stranger
        request_verification_enabled=False,
        user_facing_authorize_error_message=STRANGER,
    )


async def log_in(settings: SlackSettings, session: aiohttp.ClientSession) -> Workspace:
    """NotSent where Slack cannot be asked, PlatformUnavailable where it refuses the bot's token."""
    if settings.bot_token is None:
        raise PlatformUnavailable(f"slack: {BOT_TOKEN} is not set: {_COPY}")
    client = new_client(settings, session, settings.bot_token.reveal())
    try:
        async with asyncio.timeout(LOGIN):
            answer = await client.auth_test()
    except SlackApiError as error:
        if (code := faults.code_of(error)) in FATAL:
            raise PlatformUnavailable(FATAL[code]) from None
        raise NotSent(f"cannot log in ({faults.said(error)})", faults.pause_of(error)) from error
    except Exception as error:
        # Whatever answers in Slack's place, or nothing: the next try may reach Slack.
        raise NotSent(f"cannot log in ({faults.said(error)})") from error
    if not answer.get("bot_id"):
        raise PlatformUnavailable(NO_BOT)
    return workspace_of(answer.data, client, answer.headers.get("x-oauth-scopes", ""))


class Session:
    """A login, and the connection by which things come in."""

    def __init__(self, settings: SlackSettings, workspaces: Workspaces, api: Api, clock: Clock) -> None:
        self._settings = settings
        self._workspaces = workspaces
        self._api = api
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._socket: Socket | None = None
        self._task: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()  # connected, or never to be
        self._fatal: str | None = None
        self._since: datetime | None = None  # there was a connection

    # ---- life ------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Log in for calls alone. PlatformUnavailable where that cannot be now."""
        self._begin()
        try:
            await self._try_login()
        except NotSent as error:
            await self.stop()
            raise PlatformUnavailable(f"slack: {error}") from error
        except BaseException:
            await self.stop()
            raise

    async def start(self, make_app: MakeApp, missed: Callable[[], None]) -> None:
        """Log in and connect, as long as it takes. PlatformUnavailable where that can never be."""
        if self._settings.app_token is None:
            raise PlatformUnavailable(
                f"slack: {APP_TOKEN} is not set: make an app-level token with the scope connections:write under Basic "
                "Information of your app"
            )
        self._begin()
        self._task = asyncio.create_task(
            self._supervise(self._settings.app_token, make_app, missed), name="slack supervisor"
        )
        try:
            async with asyncio.timeout(START):
                await self._settled.wait()
        except TimeoutError:
            reason = self._workspaces.trouble
            log.warning("Slack is not connected yet, and is tried again", extra=fields(reason=reason))
        if self._fatal:
            raise PlatformUnavailable(self._fatal)

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._socket = None
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        self._workspaces.clear("stopped")

    def health(self) -> Health:
        if self._fatal:
            return Health(ok=False, detail=self._fatal, since=self._since)
        if self._api.trouble:
            return Health(ok=False, detail=self._api.trouble, since=self._since)
        if self._socket is not None and self._socket.connected:
            names = ", ".join(f"{one.name} as {one.bot_name}" for one in self._workspaces)
            return Health(ok=True, detail=f"connected to {names}", since=self._clock.now())
        return Health(ok=False, detail=self._workspaces.trouble, since=self._since)

    def _begin(self) -> None:
        self._session = new_session()
        self._settled.clear()
        self._fatal = None
        self._workspaces.trouble = "connecting"
        log.info("Slack is reached", extra=fields(api=URL(self._settings.api_base or API).authority))

    # ---- logging in and staying there ------------------------------------------------------------------------------

    async def _try_login(self) -> None:
        assert self._session is not None, "begun"
        self._workspaces.add(await log_in(self._settings, self._session))

    async def _log_in(self) -> None:
        tries = 0
        while not len(self._workspaces):
            try:
                await self._try_login()
            except NotSent as error:
                self._changed(str(error))
                await asyncio.sleep(max(_backoff(tries), error.retry_after or 0.0))
                tries += 1

    async def _supervise(self, app_token: Secret, make_app: MakeApp, missed: Callable[[], None]) -> None:
        assert self._session is not None, "begun"
        try:
            await self._log_in()
            web = new_client(self._settings, self._session, None)  # each call brings the token that it needs
            self._socket = Socket(web, self._session, app_token, make_app(web), self._changed, missed)
            await self._socket.run()
        except PlatformUnavailable as error:
            self._fatal = str(error)
            if self._settled.is_set():
                log.error("%s", error)  # noqa: TRY400  one sentence; at the start, whoever starts says it
        except Exception:
            # Nobody waits for this task; what nobody expected must be read somewhere.
            log.exception("Slack's supervisor ended")
            self._fatal = "slack: stopped by an error nobody expected; see the log, and restart"
        finally:
            self._settled.set()

    def _changed(self, trouble: str) -> None:
        """There is a connection, or why there is none; told in the health, and in the log when it is news."""
        earlier, self._workspaces.trouble = self._workspaces.trouble, trouble
        if not trouble:
            if earlier:
                log.info("connected to Slack", extra=fields(team=", ".join(one.name for one in self._workspaces)))
            self._since = self._clock.now()
            self._settled.set()
        elif trouble != earlier:
            log.warning("Slack is out of reach", extra=fields(reason=trouble))


def _backoff(failures: int) -> float:
    """Seconds, doubling from one to sixty; no two bots come back in the same moment."""
    return min(2.0 ** min(failures, 6), LONGEST_BACKOFF) * random.uniform(0.75, 1.0)  # noqa: S311  no secret
