"""conversations.*"""

from base64 import b64decode, b64encode
from typing import TypeVar

from tests.simulators.slack import payloads
from tests.simulators.slack.api.table import Call, Method
from tests.simulators.slack.clock import microseconds_of
from tests.simulators.slack.model import Channel, Json, Kind, Message
from tests.simulators.slack.problems import SlackError, missing_scope

T = TypeVar("T")
TYPES = {Kind.PUBLIC: "public_channel", Kind.PRIVATE: "private_channel", Kind.DIRECT: "im"}


def history(call: Call) -> Json:
    """Newest first; replies only where they were sent to the channel too."""
    channel = _readable(call)
    found = [one for one in channel.messages.values() if not one.seen_by and (not one.is_reply or one.broadcast)]
    wanted = [one for one in reversed(found) if _within(call, one)]
    part, cursor = _page(call, wanted, min(call.number("limit", 100), call.sim.tuning.history_limit))
    shown = [_message(call, one, channel) for one in part]
    answer: Json = {"messages": shown, "has_more": bool(cursor), "pin_count": 0}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def replies(call: Call) -> Json:
    """A thread from its parent on, oldest first."""
    channel = _readable(call)
    parent = channel.messages.get(call.required("ts", "thread_not_found"))
    if parent is None or parent.seen_by:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        wanted = [parent]
    else:
        wanted = [parent, *(one for one in channel.replies(parent.ts) if _within(call, one))]
    part, cursor = _page(call, wanted, min(call.number("limit", 1000), call.sim.tuning.history_limit))
    shown = [_message(call, one, channel) for one in part]
    answer: Json = {"messages": shown, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def info(call: Call) -> Json:
    channel = call.channel(inside=False, live=False)
    call.need(f"{channel.kind}:read")
    shown = payloads.channel(channel, call.bot.user)
    return {"channel": shown | ({"num_members": len(channel.members)} if call.flag("include_num_members") else {})}


def listing(call: Call) -> Json:
    """Of the types asked for; private channels and direct ones only where the bot is in them."""
    wanted = _kinds(call)
    bare = call.flag("exclude_archived")
    found = [
        one
        for one in call.team.channels.values()
        if one.kind in wanted
        and not (bare and one.archived)
        and (one.kind is Kind.PUBLIC or call.bot.user in one.members)
    ]
    return _channels(call, found)


def own(call: Call) -> Json:
    """users.conversations: where the bot is in."""
    wanted = _kinds(call)
    return _channels(
        call, [one for one in call.team.channels.values() if one.kind in wanted and call.bot.user in one.members]
    )


def members(call: Call) -> Json:
    channel = call.channel(inside=False, live=False)
    call.need(f"{channel.kind}:read")
    part, cursor = _page(call, list(channel.members), call.number("limit", 100))
    return {"members": part, "response_metadata": {"next_cursor": cursor}}


def open_direct(call: Call) -> Json:
    """With one user; groups of several are not simulated."""
    users = [one for one in call.text("users").split(",") if one]
    if len(users) != 1:
        raise SlackError("no_users" if not users else "too_many_users")
    user = call.sim.world.user(call.team, users[0])
    if user.bot:
        raise SlackError("cannot_dm_bot")
    channel = call.sim.world.direct(call.team, user.id)
    shown = payloads.channel(channel, call.bot.user) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown}


def join(call: Call) -> Json:
    channel = call.channel(inside=False)
    if channel.kind is not Kind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    already = call.bot.user in channel.members
    call.sim.world.join(channel, call.bot.user)
    answer: Json = {"channel": payloads.channel(channel, call.bot.user)}
    return answer | ({"warning": "already_in_channel"} if already else {})


def leave(call: Call) -> Json:
    channel = call.channel(inside=False)
    if call.bot.user not in channel.members:
        return {"not_in_channel": True}
    call.sim.world.leave(channel, call.bot.user, call.bot.user)
    return {}


def _readable(call: Call) -> Channel:
    """A channel whose messages the bot may read. Whether it has the scope is told before whether it is a member."""
    scopes = set(call.bot.scopes)
    every = [f"{kind}:history" for kind in Kind]
    if not scopes & set(every):
        raise missing_scope(",".join(every), call.bot.scopes)
    channel = call.channel(inside=False, live=False)
    call.need(f"{channel.kind}:history")
    if call.bot.user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _within(call: Call, message: Message) -> bool:
    at, inclusive = microseconds_of(message.ts), call.flag("inclusive")
    try:
        oldest = microseconds_of(call.text("oldest") or "0")
        latest = microseconds_of(call.text("latest") or "9999999999")
    except ValueError:
        raise SlackError("invalid_ts_latest") from None
    return oldest <= at <= latest if inclusive else oldest < at < latest


def _message(call: Call, message: Message, channel: Channel) -> Json:
    """The payload of metadata is shown only on demand, and with the scope for it."""
    whole = call.flag("include_all_metadata") and "metadata.message:read" in call.bot.scopes
    return payloads.message(message, call.team, channel, metadata=whole)


def _page(call: Call, found: list[T], limit: int) -> tuple[list[T], str]:
    """A part of a list, and the cursor of the next; "" if there is none."""
    try:
        start = int(b64decode(call.text("cursor")).decode() or 0)
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if limit < 1:
        raise SlackError("invalid_limit")
    end = start + limit
    return found[start:end], b64encode(str(end).encode()).decode() if end < len(found) else ""


def _kinds(call: Call) -> set[Kind]:
    wanted = {one.strip() for one in (call.text("types") or "public_channel").split(",")}
    kinds = {kind for kind, name in TYPES.items() if name in wanted}
    if not kinds and wanted != {"mpim"}:
        raise SlackError("invalid_types")
    for kind in sorted(kinds):
        call.need(f"{kind}:read")
    return kinds


def _channels(call: Call, found: list[Channel]) -> Json:
    part, cursor = _page(call, found, call.number("limit", 100))
    shown = [payloads.channel(one, call.bot.user) for one in part]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


METHODS = [
    Method("conversations.history", history),
    Method("conversations.replies", replies),
    Method("conversations.info", info),
    Method("conversations.list", listing, tier=2),
    Method("conversations.members", members, tier=4),
    Method("conversations.open", open_direct, "im:write"),
    Method("conversations.join", join, "channels:join"),
    Method("conversations.leave", leave, "channels:manage"),
    Method("users.conversations", own),
]
