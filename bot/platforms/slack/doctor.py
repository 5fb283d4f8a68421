"""A look at everything that Slack has to allow, without posting anything."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.config import SlackSettings
from bot.errors import DeliveryError, NotSent, PlatformUnavailable
from bot.model import Channel
from bot.platforms.slack import socket
from bot.platforms.slack.client import Api, new_client, new_session
from bot.platforms.slack.faults import SHUT_OUT, code_of, said
from bot.platforms.slack.hosting import NO_KEY
from bot.platforms.slack.http import INSTALL
from bot.platforms.slack.installing import InstallationStore, trade
from bot.platforms.slack.scopes import SCOPES
from bot.platforms.slack.secrets import Vault
from bot.platforms.slack.session import log_in
from bot.platforms.slack.workspaces import Workspace, Workspaces, place_of, workspace_of
from bot.ports import Clock, Memory

LOOK: Final = 15.0  # seconds for one channel or workspace
NO_CODE: Final = "seedbed-doctor"  # that Slack surely never gave: what it says then is about the app's own secrets
WRONG_APP: Final = {
    "invalid_client_id": "slack: SEEDBED_SLACK_CLIENT_ID is refused: copy it from Basic Information of your app",
    "bad_client_secret": "slack: SEEDBED_SLACK_CLIENT_SECRET is refused: copy it from Basic Information of your app",
}


@dataclass(frozen=True, slots=True)
class Visited:
    """A workspace. `missing` are scopes that its token lacks; `trouble` is set where the token is no good."""

    team: str
    name: str
    bot: str | None = None
    missing: tuple[str, ...] = ()
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """One channel. `trouble` is set where nothing can be posted; None: all is well."""

    channel: Channel
    workspace: str | None = None
    shown: str | None = None  # such as #reading
    kind: str | None = None  # public or private
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`install` is where workspaces install the app in HTTP mode."""

    mode: str
    install: str | None
    workspaces: tuple[Visited, ...]
    channels: tuple[Examined, ...]

    @property
    def ok(self) -> bool:
        ills = [one.trouble or one.missing for one in self.workspaces] + [one.trouble for one in self.channels]
        return bool(self.workspaces) and not any(ills)


async def examine(
    settings: SlackSettings, channels: Sequence[Channel], memory: Memory | None, clock: Clock
) -> Diagnosis:
    """Ask, and change nothing. PlatformUnavailable where a token is refused or Slack is out of reach.

    `memory` holds the workspaces of HTTP mode; None where there is no database yet.
    """
    workspaces = Workspaces()
    async with new_session() as session:
        try:
            if settings.mode == "http":
                visited = await _hosted(settings, session, workspaces, memory, clock)
            else:
                visited = (await _connected(settings, session, workspaces),)
            api = Api(workspaces)
            looks = tuple([await _look(api, workspaces, channel) for channel in channels])
        except NotSent as error:
            raise PlatformUnavailable(f"slack: {error}") from error
        except (SlackApiError, aiohttp.ClientError, OSError) as error:
            raise PlatformUnavailable(f"slack: cannot be asked ({said(error)})") from error
    install = f"{settings.public_url}{INSTALL}" if settings.mode == "http" else None
    return Diagnosis(settings.mode, install, visited, looks)


async def _connected(settings: SlackSettings, session: aiohttp.ClientSession, workspaces: Workspaces) -> Visited:
    """Socket Mode: both tokens are tried, and no connection is made."""
    workspace = await log_in(settings, session)
    workspaces.add(workspace)
    workspaces.trouble = ""
    if settings.app_token is not None:
        async with asyncio.timeout(LOOK):
            await socket.address(new_client(settings, session, None), settings.app_token)
    return _visited(workspace)


async def _hosted(
    settings: SlackSettings,
    session: aiohttp.ClientSession,
    workspaces: Workspaces,
    memory: Memory | None,
    clock: Clock,
) -> tuple[Visited, ...]:
    """HTTP mode: the app's own secrets, and the token of every workspace."""
    if settings.key is None:
        raise PlatformUnavailable(NO_KEY)
    await _prove_app(settings, session)
    workspaces.trouble = ""
    if memory is None:
        return ()
    store = InstallationStore(memory, Vault(settings.key), clock)
    found = [
        await _proven(workspace, workspaces)
        for workspace in await store.load(lambda token: new_client(settings, session, token))
    ]
    trouble = "SEEDBED_SLACK_KEY does not open its token: set the key that it was kept with, or install the app again"
    return (*found, *(Visited(team, team, trouble=trouble) for team in sorted(store.lost)))


async def _prove_app(settings: SlackSettings, session: aiohttp.ClientSession) -> None:
    try:
        async with asyncio.timeout(LOOK):
            await trade(settings, session, code=NO_CODE)
    except SlackApiError as error:
        if (code := code_of(error)) in WRONG_APP:
            raise PlatformUnavailable(WRONG_APP[code]) from None


async def _proven(workspace: Workspace, workspaces: Workspaces) -> Visited:
    """As Slack tells it today; added to `workspaces` where its token is good."""
    try:
        async with asyncio.timeout(LOOK):
            answer: Any = await workspace.client.auth_test()
    except SlackApiError as error:
        reason, remedy = SHUT_OUT.get(code_of(error), (said(error), "try again later"))
        return Visited(workspace.team, workspace.name, workspace.bot_name, trouble=f"{reason}: {remedy}")
    now = workspace_of(answer.data, workspace.client, answer.headers.get("x-oauth-scopes", ""))
    workspaces.add(now)
    return _visited(now)


def _visited(workspace: Workspace) -> Visited:
    # Where Slack did not say what a token may do, nothing is known to be missing.
    missing = tuple(one for one in SCOPES if workspace.scopes and one not in workspace.scopes)
    return Visited(workspace.team, workspace.name, workspace.bot_name, missing)


async def _look(api: Api, workspaces: Workspaces, channel: Channel) -> Examined:
    try:
        workspace, place = workspaces.of(channel.address), place_of(channel.address).channel
        client = workspace.client
        async with asyncio.timeout(LOOK):
            found = (await api.call(workspace, client.conversations_info, channel=place))["channel"]
            trouble = _trouble(found, workspace.bot_name)
            if trouble is None:  # without its history nobody could tell whether a post of doubtful fate is there
                await api.call(workspace, client.conversations_history, channel=place, limit=1)
    except DeliveryError as error:
        return Examined(channel, trouble=str(error))
    except (SlackApiError, aiohttp.ClientError, OSError) as error:
        return Examined(channel, trouble=f"cannot be looked at ({said(error)})")
    kind = "private" if found.get("is_private") else "public"
    return Examined(channel, workspace.name, f"#{found.get('name', place)}", kind, trouble)


def _trouble(found: dict[str, Any], bot: str) -> str | None:
    if found.get("is_archived"):
        return "the channel is archived: unarchive it, or choose another one"
    if not found.get("is_member"):
        return f"the bot is not in the channel: write /invite @{bot} there"
    return None
