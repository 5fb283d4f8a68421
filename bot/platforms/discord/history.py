"""Finding a post again on Discord, and proving that it is not there.

Discord answers an empty list where the bot may not read the history: an empty list alone says nothing.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import discord

from bot.errors import Unreadable
from bot.model import Marker, MessageId
from bot.platforms.discord import places, rights
from bot.platforms.discord.buttons import marker_in
from bot.platforms.discord.faults import MISSING_ACCESS, MISSING_PERMISSIONS, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE
from bot.platforms.discord.places import Place

PAGE: Final = 100
SKEW: Final = timedelta(minutes=1)  # between our clock and that of Discord's ids
NOT_READABLE: Final = frozenset({MISSING_ACCESS, MISSING_PERMISSIONS, UNKNOWN_CHANNEL})


async def find(client: discord.Client, address: str, marker: Marker, since: datetime) -> MessageId | None:
    """The bot's message with this marker, None where it is provably not there. Unreadable, or as discord.py raises."""
    try:
        place = await places.find(client, address)
        look = _in_forum if place.forum else _in_channel
        return await look(client, place, marker, since - SKEW)
    except discord.HTTPException as error:
        if error.code in NOT_READABLE:
            raise Unreadable(f"the bot may not read the history of channel {address}") from error
        raise


def untouched(client: discord.Client, address: str, since: datetime) -> bool:
    """Whether the gateway, which has to be connected, told that nothing was written in a channel since."""
    known = client.get_channel(int(address)) if address.isdecimal() else None
    if not isinstance(known, discord.TextChannel) or known.guild.unavailable:
        return False  # of a forum the gateway does not tell enough
    me = known.guild.get_member(_own_id(client))
    if me is None or not known.permissions_for(me).view_channel:
        return False
    last = known.last_message_id  # None for a channel that never held a message
    return last is None or discord.utils.snowflake_time(last) < since - SKEW


def marker_of(message: Mapping[str, Any]) -> Marker | None:
    """The marker in the buttons of a message, as Discord sends it."""
    for name in _custom_ids(message.get("components") or []):
        if (marker := marker_in(name)) is not None:
            return marker
    return None


def _custom_ids(components: object) -> Iterator[str]:
    """Those of all components, however deep they are nested."""
    if isinstance(components, list):
        for one in components:
            yield from _custom_ids(one)
    elif isinstance(components, dict):
        if isinstance(name := components.get("custom_id"), str):
            yield name
        for below in components.values():
            if isinstance(below, list | dict):
                yield from _custom_ids(below)


async def _in_channel(client: discord.Client, place: Place, marker: Marker, since: datetime) -> MessageId | None:
    seen = False
    async for message in _newest_first(client, place.id, since):
        seen = True
        if _is_ours(client, message, marker):
            return MessageId(message["id"])
    if not seen:
        await _prove_readable(client, place, since)
    return None


async def _newest_first(client: discord.Client, channel: int, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
    """Messages down to the first one that is older; that one too, since it proves that the history can be read."""
    before: int | None = None
    while True:
        page = await client.http.logs_from(channel, PAGE, before=before)
        for message in page:
            yield message
            if _made(message) < since:
                return
        if len(page) < PAGE:
            return
        before = int(page[-1]["id"])


async def _prove_readable(client: discord.Client, place: Place, since: datetime) -> None:
    """Unreadable unless the permissions are there and the channel itself says that nothing was written."""
    channel, may = await rights.look(client, str(place.id), fresh=True)
    if not (may.view_channel and may.read_message_history):
        raise Unreadable(f'the bot lacks "Read Message History" in #{channel.name}')
    last = getattr(channel, "last_message_id", None)
    if not place.forum and last is not None and discord.utils.snowflake_time(last) >= since:
        raise Unreadable(f"Discord shows no message of #{channel.name}, and says that there is one")


async def _in_forum(client: discord.Client, place: Place, marker: Marker, since: datetime) -> MessageId | None:
    """Among the forum's posts that are open, then among those put away since."""
    seen = False
    async for thread in _posts(client, place, since):
        seen = True
        if thread.get("owner_id") == str(_own_id(client)) and _made(thread) >= since:
            starter = await _starter(client, int(thread["id"]))
            if starter is not None and _is_ours(client, starter, marker):
                return MessageId(starter["id"])
    if not seen:
        await _prove_readable(client, place, since)
    return None


async def _posts(client: discord.Client, place: Place, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
    active = await client.http.get_active_threads(place.guild)
    for thread in active["threads"]:
        if thread["parent_id"] == str(place.id):
            yield thread
    before: str | None = None
    while True:
        page = await client.http.get_public_archived_threads(place.id, before=before, limit=PAGE)
        for thread in page["threads"]:
            yield thread
        if not page["threads"] or not page.get("has_more"):
            return
        before = page["threads"][-1]["thread_metadata"]["archive_timestamp"]
        if datetime.fromisoformat(before) < since:
            return


async def _starter(client: discord.Client, thread: int) -> Mapping[str, Any] | None:
    """A forum post's first message, which has the thread's id; None where somebody deleted it."""
    try:
        return await client.http.get_message(thread, thread)
    except discord.NotFound as error:
        if error.code == UNKNOWN_MESSAGE:
            return None
        raise


def _is_ours(client: discord.Client, message: Mapping[str, Any], marker: Marker) -> bool:
    return message["author"]["id"] == str(_own_id(client)) and marker_of(message) == marker


def _own_id(client: discord.Client) -> int:
    assert client.user is not None, "the client is logged in"
    return client.user.id


def _made(thing: Mapping[str, Any]) -> datetime:
    return discord.utils.snowflake_time(int(thing["id"])).astimezone(UTC)
