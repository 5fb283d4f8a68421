"""Being there by HTTP: a server that Slack sends to, and a token for each workspace that installed the app."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import SlackSettings
from bot.errors import PlatformUnavailable
from bot.log import fields
from bot.model import Health
from bot.platforms.slack.client import Api, new_client, new_session
from bot.platforms.slack.http import INSTALL, Server
from bot.platforms.slack.installing import InstallationStore, Installer
from bot.platforms.slack.secrets import Vault
from bot.platforms.slack.workspaces import Workspace, Workspaces
from bot.ports import Clock, Memory

log = logging.getLogger(__name__)

NO_KEY: Final = "slack: HTTP mode needs SEEDBED_SLACK_KEY, to keep the tokens of workspaces with"


class Hosting:
    """What session.Session is in Socket Mode, for HTTP mode. Slack need not be reached for it to begin."""

    def __init__(self, settings: SlackSettings, workspaces: Workspaces, api: Api, memory: Memory, clock: Clock) -> None:
        if settings.key is None:
            raise PlatformUnavailable(NO_KEY)
        self._settings = settings
        self._workspaces = workspaces
        self._api = api
        self._clock = clock
        self._vault = Vault(settings.key)
        self.store = InstallationStore(memory, self._vault, clock)
        self._session: aiohttp.ClientSession | None = None
        self._server: Server | None = None

    @property
    def address(self) -> str:
        """Where Slack's requests are taken, before whatever stands in front of the bot; empty while it is not up."""
        return self._server.address if self._server else ""

    async def open(self) -> None:
        """Know the workspaces, for calls alone."""
        session = self._session = new_session()
        for workspace in await self.store.load(lambda token: new_client(self._settings, session, token)):
            self._workspaces.add(workspace)
        self._workspaces.trouble = ""

    async def start(
        self,
        make_app: Callable[[AsyncWebClient], AsyncApp],
        missed: Callable[[], None],
        arrived: Callable[[Workspace], Awaitable[None]],
    ) -> None:
        """Listen. `arrived` is told of each workspace that installs the app. PlatformUnavailable: a port in use."""
        await self.open()
        assert self._session is not None, "opened"
        app = make_app(new_client(self._settings, self._session, None))
        installer = Installer(self._settings, self.store, self._vault, self._clock, self._session, arrived)
        self._server = Server(self._settings, app, installer, self._clock)
        await self._server.start()
        log.info("workspaces install the app here", extra=fields(address=f"{self._settings.public_url}{INSTALL}"))
        missed()

    async def stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            await server.stop()
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        for workspace in self._workspaces:
            self._workspaces.drop(workspace.team)
        self._workspaces.trouble = "stopped"

    def health(self) -> Health:
        if self._server is None:
            return Health(ok=False, detail=self._workspaces.trouble or "not listening")
        if self._api.trouble:
            return Health(ok=False, detail=self._api.trouble)
        if lost := self.store.lost:
            detail = f"SEEDBED_SLACK_KEY does not open the token of {', '.join(sorted(lost))}"
            return Health(ok=False, detail=detail)
        names = ", ".join(f"{one.name} as {one.bot_name}" for one in self._workspaces)
        return Health(ok=True, detail=f"listening for {names or 'a first installation'}", since=self._clock.now())
