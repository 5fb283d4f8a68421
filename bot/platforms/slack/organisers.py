"""Telling the organisers of a channel something, where they will see it."""

import logging
from collections.abc import AsyncIterator

from bot.errors import Gone, NotSent, Refused, SeedbedError
from bot.log import fields
from bot.model import Channel
from bot.platforms.slack.client import Api
from bot.platforms.slack.faults import said
from bot.platforms.slack.mrkdwn import escape
from bot.platforms.slack.workspaces import Workspace, Workspaces, place_of
from bot.ports import Desk, Nursery

log = logging.getLogger(__name__)

LONGEST = 4000  # characters of a message that Slack shows whole
PAGE = 200  # people
PAGES = 10  # after which the owner of a workspace is not looked for any further


async def tell(workspaces: Workspaces, api: Api, desk: Desk, nursery: Nursery, channel: Channel, text: str) -> bool:
    """In the organisers' channel, else to whoever set the channel up, else to the workspace's owner. Never raises."""
    try:
        workspace = workspaces.of(channel.address)
        setup = await desk.setup(channel.name)
        async for place in _places(workspace, api, nursery, setup.by if setup else None):
            if await _said(workspace, api, place, text):
                return True
    except Exception as error:  # noqa: BLE001  whatever it is, the post or the channel that it is about comes first
        reason = str(error) if isinstance(error, SeedbedError) else said(error)
        log.warning("the organisers could not be told", extra=fields(channel=channel.name, reason=reason, text=text))
        return False
    log.warning("nobody to tell", extra=fields(channel=channel.name, text=text))
    return False


async def _places(workspace: Workspace, api: Api, nursery: Nursery, by: str | None) -> AsyncIterator[str]:
    """Channels and people to try, the best one first."""
    if (address := await nursery.organisers(workspace.team)) is not None:
        yield place_of(address).channel
    if by is not None:
        yield by
    owner = await _owner(workspace, api)
    if owner is not None and owner != by:
        yield owner


async def _owner(workspace: Workspace, api: Api) -> str | None:
    """Whom the workspace belongs to, where the bot may know and they are among the first people it is told of."""
    cursor: str | None = None
    for _ in range(PAGES):
        try:
            page = await api.ask(workspace, workspace.client.users_list, limit=PAGE, cursor=cursor)
        except Refused:
            return None  # no scope for that
        for person in page["members"]:
            if person.get("is_primary_owner") and not person.get("deleted"):
                return str(person["id"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
    return None


async def _said(workspace: Workspace, api: Api, place: str, text: str) -> bool:
    shown = escape(text if len(text) <= LONGEST // 2 else text[: LONGEST // 2 - 1] + "…")
    try:
        await api.call(
            workspace,
            workspace.client.chat_postMessage,
            channel=place,
            text=shown,
            unfurl_links=False,
            unfurl_media=False,
        )
    except (Refused, Gone, NotSent):
        return False  # a channel that was archived, somebody who left: there are others to tell
    return True
