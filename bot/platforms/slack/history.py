"""Finding a post again on Slack, and proving that it is not there.

Read from the newest message down to the first one that is older than what is looked for: that one proves that the
history is shown. Where there is no message at all, Slack has to say that the bot is in the channel.
"""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.errors import Refused, Unreadable
from bot.model import Marker, MessageId
from bot.platforms.slack.client import Api
from bot.platforms.slack.workspaces import Workspace, place_of

EVENT: Final = "seedbed_post"  # the name of the metadata that hold a post's marker
PAGE: Final = 15  # messages; Slack gives no more to some apps, and a post is among the newest ones
MORE: Final = 200  # messages, of the pages below the first one
SKEW: Final = timedelta(minutes=1)  # between our clock and Slack's

_TS: Final = re.compile(r"(\d{1,12})\.(\d{1,6})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def find(api: Api, workspace: Workspace, address: str, marker: Marker, since: datetime) -> MessageId | None:
    """The bot's message with this marker, None where it is provably not there.

    Unreadable where Slack does not show the history; else raises as `Api.ask`.
    """
    channel, seen = place_of(address).channel, False
    try:
        async for message in _newest_first(api, workspace, channel, since - SKEW):
            seen = True
            if is_own(workspace, message) and marker_of(message) == marker:
                return MessageId(str(message["ts"]))
        if not seen:
            await _prove_readable(api, workspace, channel)
    except Refused as error:
        raise Unreadable(f"the history of the channel cannot be read: {error.reason}") from error
    return None


async def _prove_readable(api: Api, workspace: Workspace, channel: str) -> None:
    """Nobody wrote a word in the channel, not even Slack of who joined it? Then it says so twice, to a member."""
    answer = await api.ask(workspace, workspace.client.conversations_info, channel=channel)
    if not answer["channel"].get("is_member"):
        raise Unreadable("Slack shows no message of the channel, and the bot is not in it")
    again = await api.ask(workspace, workspace.client.conversations_history, channel=channel, limit=1)
    if again["messages"]:
        raise Unreadable("Slack showed no message of the channel, and then one")


async def _newest_first(
    api: Api, workspace: Workspace, channel: str, since: datetime
) -> AsyncIterator[Mapping[str, Any]]:
    """Messages down to the first one that is older."""
    cursor = ""
    while True:
        page = await api.ask(
            workspace,
            workspace.client.conversations_history,
            channel=channel,
            limit=MORE if cursor else PAGE,
            include_all_metadata=True,
            cursor=cursor or None,
        )
        for message in page["messages"]:
            yield message
            made = instant(message["ts"])
            if made is not None and made < since:
                return
        cursor = next_cursor(page)
        if not cursor:
            return


def instant(ts: object) -> datetime | None:
    """When a ts was, to the microsecond; None for what is none."""
    found = _TS.fullmatch(ts) if isinstance(ts, str) else None
    if found is None:
        return None
    return _EPOCH + timedelta(seconds=int(found[1]), microseconds=int(found[2].ljust(6, "0")))


def next_cursor(page: Mapping[str, Any]) -> str:
    """Where the next page begins; empty after the last one."""
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")


def is_own(workspace: Workspace, message: Mapping[str, Any]) -> bool:
    """Whether the bot wrote it: anybody may put a marker into a message."""
    return message.get("bot_id") == workspace.bot_id or message.get("user") == workspace.bot_user


def marker_of(message: Mapping[str, Any]) -> Marker | None:
    """The marker in the metadata of a message, or in the name of one of its blocks; one of the two is enough."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") == EVENT:
        marker = (metadata.get("event_payload") or {}).get("marker")
        if isinstance(marker, str):
            return Marker(marker)
    for block in message.get("blocks") or []:
        if str(block.get("block_id", "")).startswith("seedbed:"):
            return Marker(block["block_id"])
    return None
