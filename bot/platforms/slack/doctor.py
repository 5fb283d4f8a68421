"""A look at everything that Slack has to allow, without posting anything."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.config import SlackSettings
from bot.errors import DeliveryError, NotSent, PlatformUnavailable
from bot.model import Channel
from bot.platforms.slack.client import Api, new_client, new_session
from bot.platforms.slack.faults import said
from bot.platforms.slack.installing import InstallationStore
from bot.platforms.slack.scopes import SCOPES
from bot.platforms.slack.secrets import Vault
from bot.platforms.slack.session import log_in
from bot.platforms.slack.socket import address
from bot.platforms.slack.workspaces import Workspace, Workspaces, place_of, workspace_of
from bot.ports import Clock, Memory

LOOK: Final = 15.0  # seconds for one question


@dataclass(frozen=True, slots=True)
class Seen:
    """One workspace. `missing` are scopes that the app has to ask for; `trouble` is set where it lets nobody in."""

    name: str
    url: str | None = None
    bot: str | None = None
    missing: tuple[str, ...] = ()
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """One channel. `trouble` is set where nothing can be posted, or not looked for; None: all is well."""

    channel: Channel
    workspace: str | None = None
    shown: str | None = None  # such as #reading
    kind: str | None = None  # public or private
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`mode` is socket or http."""

    mode: str
    workspaces: tuple[Seen, ...]
    channels: tuple[Examined, ...]

    @property
    def ok(self) -> bool:
        ill = [one.trouble or one.missing for one in self.workspaces] + [one.trouble for one in self.channels]
        return bool(self.workspaces) and not any(ill)


async def examine(
    settings: SlackSettings, channels: Sequence[Channel], memory: Memory | None, clock: Clock
) -> Diagnosis:
    """Log in wherever the bot is, look, log out. PlatformUnavailable where a token is refused or Slack out of reach.

    `memory` holds the installations of HTTP mode; None where there is no database yet.
    """
    async with _session() as session:
        found = [one async for one in _workspaces(settings, session, memory, clock)]
        workspaces, api = Workspaces(), Api()
        workspaces.trouble = ""
        for one in found:
            if isinstance(one, Workspace):
                workspaces.add(one)
        seen = tuple(one if isinstance(one, Seen) else _seen(one) for one in found)
        return Diagnosis(settings.mode, seen, tuple([await _look(workspaces, api, one) for one in channels]))


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    session = new_session()
    try:
        yield session
    finally:
        await session.close()


async def _workspaces(
    settings: SlackSettings, session: aiohttp.ClientSession, memory: Memory | None, clock: Clock
) -> AsyncIterator[Workspace | Seen]:
    if settings.mode == "http":
        for one in await _installed(settings, session, memory, clock):
            yield await _checked(one)
        return
    try:
        yield await log_in(settings, session)
        if settings.app_token is not None:
            async with asyncio.timeout(LOOK):
                await address(new_client(settings, session, None), settings.app_token)
    except NotSent as error:
        raise PlatformUnavailable(f"slack: {error}") from error
    except (SlackApiError, aiohttp.ClientError, OSError) as error:
        raise PlatformUnavailable(f"slack: cannot be asked for a connection ({said(error)})") from None


async def _installed(
    settings: SlackSettings, session: aiohttp.ClientSession, memory: Memory | None, clock: Clock
) -> Iterable[Workspace]:
    if memory is None or settings.key is None:
        return ()
    store = InstallationStore(memory, Vault(settings.key), clock)
    return await store.load(lambda token: new_client(settings, session, token))


async def _checked(workspace: Workspace) -> Workspace | Seen:
    """As Slack tells it today."""
    try:
        async with asyncio.timeout(LOOK):
            answer = await workspace.client.auth_test()
    except (SlackApiError, aiohttp.ClientError, OSError) as error:
        return Seen(workspace.name, workspace.url, trouble=f"its token is of no use ({said(error)}): install it again")
    return workspace_of(answer.data, workspace.client, answer.headers.get("x-oauth-scopes", ""))


def _seen(workspace: Workspace) -> Seen:
    missing = set(SCOPES) - workspace.scopes if workspace.scopes else set[str]()
    return Seen(workspace.name, workspace.url, workspace.bot_name, tuple(sorted(missing)))


async def _look(workspaces: Workspaces, api: Api, channel: Channel) -> Examined:
    try:
        workspace, place = workspaces.of(channel.address), place_of(channel.address).channel
        async with asyncio.timeout(LOOK):
            answer = await api.call(workspace, workspace.client.conversations_info, channel=place)
            about = answer["channel"]
            shown, kind = f"#{about.get('name', place)}", "private" if about.get("is_private") else "public"
            trouble = None
            if about.get("is_archived"):
                trouble = "the channel is archived: unarchive it"
            elif not about.get("is_member"):
                trouble = f"the bot is not in {shown}: write /invite @{workspace.bot_name} there"
            else:  # proves that posts can be looked for
                await api.call(workspace, workspace.client.conversations_history, channel=place, limit=1)
    except DeliveryError as error:
        return Examined(channel, trouble=str(error))
    except (SlackApiError, aiohttp.ClientError, OSError) as error:
        return Examined(channel, trouble=f"cannot be looked at ({said(error)})")
    return Examined(channel, workspace.name, shown, kind, trouble)
