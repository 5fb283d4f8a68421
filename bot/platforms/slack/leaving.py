"""Workspaces that take the bot out and bring it back, and what is kept of one that it left."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError

from bot.errors import SeedbedError
from bot.log import fields
from bot.model import Channel, ChannelName, PlatformName
from bot.platforms.slack.faults import SHUT_OUT, code_of, said
from bot.platforms.slack.installing import InstallationStore
from bot.platforms.slack.parts import Parts
from bot.platforms.slack.workspaces import Workspace

log = logging.getLogger(__name__)

GRACE: Final = timedelta(days=30)  # that a workspace's channels and proposals are kept after the app was removed
LEFT: Final = "slack/left/"  # in the Memory, and then the team: since when
DAY: Final = timedelta(days=1).total_seconds()
ASK: Final = 15.0  # seconds to ask Slack whether a token is still good
HEARD: Final = ("app_uninstalled", "tokens_revoked")  # what the app has to be subscribed to for this file


class Leaving:
    """Tells the inbox which seedbed channels closed with their workspace, or may be open again.

    `store` is None in Socket Mode, where the one token is the operator's own to renew.
    """

    def __init__(self, parts: Parts, store: InstallationStore | None) -> None:
        self._parts = parts
        self._store = store
        self._task: asyncio.Task[None] | None = None
        self._one = asyncio.Lock()  # one thing at a time: the two events of one end come in the same moment

    def register(self, app: AsyncApp) -> None:
        """Have the app hand over everything in HEARD."""

        async def hear(event: dict[str, Any], context: AsyncBoltContext) -> None:
            # Slack names the owners of the tokens revoked; those of people are nothing to us.
            if context.team_id and (event.get("tokens") or {"bot": True}).get("bot"):
                await self.ended(context.team_id)

        for name in HEARD:
            app.event(name)(hear)

    def start(self) -> None:
        """Look round now, and every day at what is to be forgotten."""
        self._task = asyncio.create_task(self._every_day(), name="slack workspaces")

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    # ---- what happens ----

    async def ended(self, team: str) -> None:
        """The app was uninstalled, or its token revoked; both are told, in any order, and more than once."""
        async with self._one:
            workspace = self._parts.workspaces.get(team)
            if workspace is not None and not await _is_shut_out(workspace):
                return  # word of an earlier installation; or Slack cannot be asked, then the next look round sees it
            if self._store is not None:
                await self._store.remove(team)
                self._parts.workspaces.drop(team)
            await self._leave(team, f'"{workspace.name}"' if workspace else "its workspace")

    async def arrived(self, workspace: Workspace) -> None:
        """Installed, for the first time or again."""
        async with self._one:
            self._parts.workspaces.add(workspace)
            await self._parts.memory.drop(LEFT + workspace.team)
            if names := await self._channels_of(workspace.team):
                await self._parts.inbox.reopened(names)

    async def look_round(self) -> bool:
        """After a start: workspaces that took the bot out meanwhile, and those that have it again. Whether it could."""
        if self._store is not None:
            for workspace in self._parts.workspaces:
                if await _is_shut_out(workspace):
                    await self.ended(workspace.team)
        elif not len(self._parts.workspaces):
            return False  # Slack was out of reach until now, which says nothing about anybody
        here = {workspace.team for workspace in self._parts.workspaces}
        for team in here:
            await self._parts.memory.drop(LEFT + team)
        known = here if self._store is None else here | self._store.lost
        for channel in self._slack_channels():
            setup = await self._parts.desk.setup(channel.name)
            if setup is not None and setup.space not in known:
                await self._leave(setup.space, "its workspace")
        return True

    async def forget_left(self) -> None:
        """Whatever a workspace that the bot left long ago had here."""
        now = self._parts.clock.now()
        for name, text in (await self._parts.memory.recall_all(LEFT)).items():
            if now - datetime.fromisoformat(text) >= GRACE:
                channels = await self._parts.desk.purge(name.removeprefix(LEFT))
                await self._parts.memory.drop(name)
                log.info(
                    "a workspace's data was removed, long after it removed the bot", extra=fields(channels=channels)
                )

    # ---- how ----

    async def _leave(self, team: str, workspace: str) -> None:
        """Once: the grace counts from the first word of it, and nobody is told twice."""
        if await self._parts.memory.recall(LEFT + team) is not None:
            return
        await self._parts.memory.keep(LEFT + team, self._parts.clock.now().isoformat())
        log.info("a workspace removed the bot", extra=fields(team=team))
        reason = (
            f"the bot was removed from {workspace}: install it again; what was set up there is kept for {GRACE.days} "
            "days"
        )
        await self._parts.inbox.closed(await self._channels_of(team), reason)

    async def _channels_of(self, team: str) -> Sequence[ChannelName]:
        """Set up there, or in the file: with an address that says so, or in Socket Mode, where there is one team."""
        found = []
        for channel in self._slack_channels():
            setup = await self._parts.desk.setup(channel.name)
            if setup.space == team if setup else (self._store is None or channel.address.startswith(f"{team}/")):
                found.append(channel.name)
        return found

    def _slack_channels(self) -> Sequence[Channel]:
        return [one for one in self._parts.overview.channels() if one.platform is PlatformName.SLACK]

    async def _every_day(self) -> None:
        while True:
            try:
                if await self.look_round():  # else somebody who is back might pass for gone
                    await self.forget_left()
            except SeedbedError as error:
                log.error("workspaces were not looked at: %s", error)  # noqa: TRY400  a sentence says it
            except Exception:  # tomorrow is another day
                log.exception("workspaces were not looked at")
            await asyncio.sleep(DAY)


async def _is_shut_out(workspace: Workspace) -> bool:
    """Whether the token is good for nothing any more; where Slack cannot be asked, it is not known to be."""
    try:
        async with asyncio.timeout(ASK):
            await workspace.client.auth_test()
    except SlackApiError as error:
        return code_of(error) in SHUT_OUT
    except (aiohttp.ClientError, OSError) as error:
        log.info("Slack cannot be asked about a workspace", extra=fields(team=workspace.team, reason=said(error)))
    return False
