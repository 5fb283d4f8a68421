"""Workspaces that install the app by themselves: the way through Slack's pages, and the tokens that come of it."""

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import SlackSettings
from bot.errors import SeedbedError
from bot.log import fields
from bot.platforms.slack.client import new_client
from bot.platforms.slack.faults import code_of, said
from bot.platforms.slack.scopes import SCOPES
from bot.platforms.slack.secrets import Sealed, Vault
from bot.platforms.slack.workspaces import Workspace, workspace_of
from bot.ports import Clock, Memory

log = logging.getLogger(__name__)

KEPT: Final = "slack/install/"  # in the Memory, and then the team: everything that its installation is, sealed
AUTHORIZE: Final = "https://slack.com/oauth/v2/authorize"
CALLBACK: Final = "/slack/oauth_redirect"
PATIENCE: Final = timedelta(minutes=10)  # between the install page and Slack's answer
REACH: Final = 20.0  # seconds for Slack to trade a code for a token


class NotInstalled(SeedbedError):
    """What a visitor is told; `status` is the HTTP status that goes with it."""

    def __init__(self, what: str, status: int = 400) -> None:
        super().__init__(what)
        self.status = status


@dataclass(frozen=True, slots=True)
class Begun:
    """A way to Slack's page, and what the browser has to bring back from it."""

    address: str
    nonce: str


class InstallationStore:
    """A token for each workspace, sealed in the adapter's Memory. A team whose installation does not open is `lost`."""

    def __init__(self, memory: Memory, vault: Vault, clock: Clock) -> None:
        self._memory = memory
        self._vault = vault
        self._clock = clock
        self.lost: frozenset[str] = frozenset()

    async def save(self, workspace: Workspace) -> None:
        """In place of an earlier token of the same team."""
        kept = {
            "team_id": workspace.team,
            "team": workspace.name,
            "url": workspace.url,
            "user_id": workspace.bot_user,
            "bot_id": workspace.bot_id,
            "user": workspace.bot_name,
            "scopes": ",".join(sorted(workspace.scopes)),
            "token": workspace.client.token,
        }
        sealed = self._vault.seal(json.dumps(kept), self._clock.now())
        await self._memory.keep(KEPT + workspace.team, sealed)
        self.lost -= {workspace.team}

    async def load(self, make: Callable[[str], AsyncWebClient]) -> list[Workspace]:
        """All that open, each with a client that `make` gives for its token."""
        found, lost = [], set()
        for name, sealed in (await self._memory.recall_all(KEPT)).items():
            team = name.removeprefix(KEPT)
            try:
                kept: dict[str, str] = json.loads(self._vault.unseal(sealed))
            except Sealed:
                lost.add(team)
                log.error(  # noqa: TRY400  a sentence; there is nothing to trace
                    "the token of a workspace does not open with SEEDBED_SLACK_KEY; "
                    "set the key that it was kept with, or install the app there again",
                    extra=fields(team=team),
                )
            else:
                found.append(workspace_of(kept, make(kept["token"]), kept["scopes"]))
        self.lost = frozenset(lost)
        return found

    async def remove(self, team: str) -> bool:
        """False where there was none."""
        known = await self._memory.recall(KEPT + team) is not None
        await self._memory.drop(KEPT + team)
        self.lost -= {team}
        return known


class Installer:
    """Slack's OAuth: sends a visitor there, and takes the code that comes back for a token."""

    def __init__(
        self,
        settings: SlackSettings,
        store: InstallationStore,
        vault: Vault,
        clock: Clock,
        session: aiohttp.ClientSession,
        installed: Callable[[Workspace], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._store = store
        self._vault = vault
        self._clock = clock
        self._session = session
        self._installed = installed

    def begin(self) -> Begun:
        """The state is sealed and short-lived, so that nothing has to be remembered, and it fits one browser alone."""
        nonce = secrets.token_urlsafe(24)
        query = {
            "client_id": self._settings.client_id or "",
            "scope": ",".join(SCOPES),
            "state": self._vault.seal(nonce, self._clock.now()),
            "redirect_uri": self._redirect,
        }
        return Begun(f"{AUTHORIZE}?{urlencode(query)}", nonce)

    async def finish(self, query: dict[str, str], nonce: str | None) -> Workspace:
        """From what Slack's page sent back, with the nonce of the same browser. Raises NotInstalled."""
        if not self._is_ours(query.get("state", ""), nonce):
            raise NotInstalled("This page was opened too late, or in another browser than the one that began.")
        if query.get("error") == "access_denied":
            raise NotInstalled("Nothing was installed, as you wished.", 200)
        if not query.get("code"):
            raise NotInstalled(f"Slack did not let the app in ({query.get('error', 'no code')}).")
        workspace = await self._trade(query["code"])
        await self._store.save(workspace)
        log.info("a workspace installed the app", extra=fields(team=workspace.team))
        await self._installed(workspace)
        return workspace

    async def _trade(self, code: str) -> Workspace:
        try:
            answer = await trade(self._settings, self._session, code=code, redirect_uri=self._redirect)
            client = new_client(self._settings, self._session, _bot_token(answer))
            asked: Any = (await client.auth_test()).data
            return workspace_of(asked, client, answer.get("scope") or "")
        except SlackApiError as error:
            raise NotInstalled(f"Slack did not let the app in ({code_of(error)}).") from None
        except (aiohttp.ClientError, OSError) as error:
            log.warning("an installation failed", extra=fields(reason=said(error)))
            raise NotInstalled("Slack cannot be reached at the moment.", 502) from None

    def _is_ours(self, state: str, nonce: str | None) -> bool:
        try:
            sealed = self._vault.unseal_fresh(state, PATIENCE, self._clock.now())
        except Sealed:
            return False
        return nonce is not None and secrets.compare_digest(sealed.encode(), nonce.encode(errors="replace"))

    @property
    def _redirect(self) -> str:
        return (self._settings.public_url or "") + CALLBACK


async def trade(settings: SlackSettings, session: aiohttp.ClientSession, **what: str) -> Mapping[str, Any]:
    """oauth.v2.access, with the app's own name and password. As the SDK itself calls it, aiohttp warns of it."""
    secret = settings.client_secret.reveal() if settings.client_secret else ""
    headers = {"Authorization": aiohttp.encode_basic_auth(settings.client_id or "", secret)}
    answer: Any = await new_client(settings, session, None).api_call("oauth.v2.access", data=what, headers=headers)
    found: Mapping[str, Any] = answer.data
    return found


def _bot_token(answer: Mapping[str, Any]) -> str:
    if answer.get("is_enterprise_install"):
        raise NotInstalled("The app goes into one workspace at a time: choose one, not the whole organisation.")
    if answer.get("token_type") != "bot" or not answer.get("access_token"):
        raise NotInstalled("Slack gave no token for a bot.", 502)
    if answer.get("refresh_token"):
        raise NotInstalled("The app's token rotation is on: make the app anew from slack-manifest.yaml, without it.")
    return str(answer["access_token"])
