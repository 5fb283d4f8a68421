"""Messages: history, sending, editing, deleting, pins and crossposts."""

from time import monotonic

from tests.simulators.discord import posting
from tests.simulators.discord.clock import instant_of
from tests.simulators.discord.faults import Kind
from tests.simulators.discord.model import Channel, ChannelType, Flag, Json, Message, MessageType
from tests.simulators.discord.permissions import NONE, Permission
from tests.simulators.discord.problems import ApiError
from tests.simulators.discord.rest.table import NOTHING, Call, Reply, Route
from tests.simulators.discord.simulation import Simulation

MOST_PINS = 250


def history(sim: Simulation, call: Call) -> Reply:
    """Newest first. Without READ_MESSAGE_HISTORY there is nothing to see, and no error either."""
    channel, limit = sim.world.reach(call.number("channel")), call.limit(50, 100)
    if not sim.world.may(channel) & Permission.READ_MESSAGE_HISTORY:
        return Reply([])
    found = [message for message in channel.messages.values() if not message.seen_by]
    if "after" in call.query:
        chosen = [one for one in found if one.id > int(call.query["after"])][:limit]
    elif "around" in call.query:
        middle, half = int(call.query["around"]), limit // 2
        chosen = [one for one in found if one.id < middle][-half:] if half else []
        chosen += [one for one in found if one.id >= middle][: limit - half]
    else:
        before = int(call.query.get("before") or 1 << 63)
        chosen = [one for one in found if one.id < before][-limit:]
    return Reply([sim.world.shown(one) for one in reversed(chosen)])


def fetch(sim: Simulation, call: Call) -> Reply:
    channel = sim.world.reach(call.number("channel"), Permission.READ_MESSAGE_HISTORY)
    return Reply(sim.world.shown(sim.world.message(channel, call.number("message"))))


def create(sim: Simulation, call: Call) -> Reply:
    channel, body = sim.world.reach(call.number("channel")), call.body()
    may_write(sim, channel, body)
    message = _same_nonce(sim, body) or _post(sim, channel, body)
    return Reply(sim.world.shown(message, nonce=True))


def may_write(sim: Simulation, channel: Channel, body: Json) -> None:
    """ApiError for who may not send this here: 50007, 50008, 50013, 50083 or 20016.

    Discord drops the embeds of a person without EMBED_LINKS; for a bot's we answer 50013, so that no test takes a post
    that lacks its text for a good one.
    """
    if channel.type in {ChannelType.FORUM, ChannelType.CATEGORY}:
        raise ApiError(50008)
    if channel.recipient and not sim.world.users[channel.recipient].takes_messages:
        raise ApiError(50007)
    may = sim.world.may(channel)
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
    needed |= Permission.EMBED_LINKS if body.get("embeds") else NONE
    if needed & ~may:
        raise ApiError(50013)
    if channel.thread and channel.thread.archived and channel.thread.locked and not may & Permission.MANAGE_THREADS:
        raise ApiError(50083)
    _slowmode(sim, channel, may)


def _slowmode(sim: Simulation, channel: Channel, may: Permission) -> None:
    exempt = Permission.BYPASS_SLOWMODE | Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS
    if not channel.slowmode or may & exempt:
        return
    own = [one.id for one in channel.messages.values() if one.author_id == sim.world.bot.id]
    passed = (sim.clock.now() - instant_of(own[-1])).total_seconds() if own else channel.slowmode
    if passed < channel.slowmode:
        raise ApiError(20016, retry_after=round(channel.slowmode - passed, 3))


def _same_nonce(sim: Simulation, body: Json) -> Message | None:
    """The message that had this nonce not long ago. ApiError 10008 if it is gone: it had been posted."""
    if body.get("nonce") is None or not body.get("enforce_nonce"):
        return None
    channel_id, number, at = sim.nonces.get(str(body["nonce"]), (0, 0, 0.0))
    if not number or monotonic() - at >= sim.tuning.nonce_window:
        return None
    channel = sim.world.find_channel(channel_id)
    if channel is None or number not in channel.messages:
        raise ApiError(10008)
    return channel.messages[number]


def _post(sim: Simulation, channel: Channel, body: Json) -> Message:
    message = posting.create(sim, channel, body)
    if message.nonce is not None:
        sim.nonces[str(message.nonce)] = (channel.id, message.id, monotonic())
    return message


def edit(sim: Simulation, call: Call) -> Reply:
    channel = sim.world.reach(call.number("channel"))
    message, body = sim.world.message(channel, call.number("message")), call.body()
    if message.author_id != sim.world.bot.id:
        raise ApiError(50005)
    if channel.thread and channel.thread.archived:
        raise ApiError(50083)
    if body.get("embeds") and not sim.world.may(channel) & Permission.EMBED_LINKS:
        raise ApiError(50013)
    posting.edit(sim, channel, message, body)
    return Reply(sim.world.shown(message))


def delete(sim: Simulation, call: Call) -> Reply:
    channel = sim.world.reach(call.number("channel"))
    message = sim.world.message(channel, call.number("message"))
    if message.author_id != sim.world.bot.id and not sim.world.may(channel) & Permission.MANAGE_MESSAGES:
        raise ApiError(50013)
    sim.world.delete_messages(channel, [message.id])
    return NOTHING


def bulk_delete(sim: Simulation, call: Call) -> Reply:
    channel = sim.world.reach(call.number("channel"), Permission.MANAGE_MESSAGES)
    sim.world.delete_messages(channel, [int(one) for one in call.body()["messages"]], bulk=True)
    return NOTHING


def crosspost(sim: Simulation, call: Call) -> Reply:
    channel = sim.world.reach(call.number("channel"))
    message = sim.world.message(channel, call.number("message"))
    if channel.type is not ChannelType.ANNOUNCEMENT:
        raise ApiError(50024)
    own = message.author_id == sim.world.bot.id
    if not sim.world.may(channel) & (Permission.SEND_MESSAGES if own else Permission.MANAGE_MESSAGES):
        raise ApiError(50013)
    if message.flags & Flag.CROSSPOSTED:
        raise ApiError(40033)
    sim.world.set_flag(message, Flag.CROSSPOSTED)
    return Reply(sim.world.shown(message))


def pins(sim: Simulation, call: Call) -> Reply:
    """Newest pin first, in pages of at most fifty."""
    found, limit = _pinned(sim, call), call.limit(50, 50)
    before = call.query.get("before")
    if before:
        found = [one for one in found if one.pinned and one.pinned.isoformat() < before]
    items = [{"pinned_at": _pinned_at(one), "message": sim.world.shown(one)} for one in found[:limit]]
    return Reply({"items": items, "has_more": len(found) > limit})


def old_pins(sim: Simulation, call: Call) -> Reply:
    return Reply([sim.world.shown(one) for one in _pinned(sim, call)])


def _pinned(sim: Simulation, call: Call) -> list[Message]:
    channel = sim.world.reach(call.number("channel"))
    if not sim.world.may(channel) & Permission.READ_MESSAGE_HISTORY:
        return []
    return sorted((one for one in channel.messages.values() if one.pinned), key=_pinned_at, reverse=True)


def _pinned_at(message: Message) -> str:
    return message.pinned.isoformat() if message.pinned else ""


def pin(sim: Simulation, call: Call) -> Reply:
    """The channel gets a message of the platform's that says so."""
    channel = sim.world.reach(call.number("channel"), Permission.PIN_MESSAGES)
    message = sim.world.message(channel, call.number("message"))
    if message.pinned:
        return NOTHING
    if sum(one.pinned is not None for one in channel.messages.values()) >= MOST_PINS:
        raise ApiError(30003)
    sim.world.pin(channel, message, pinned=True)
    notice = Message(sim.clock.snowflake(), channel.id, sim.world.bot.id, type=MessageType.PINNED)
    notice.reference = (channel.id, message.id)
    sim.world.add_message(notice)
    return NOTHING


def unpin(sim: Simulation, call: Call) -> Reply:
    channel = sim.world.reach(call.number("channel"), Permission.PIN_MESSAGES)
    message = sim.world.message(channel, call.number("message"))
    if message.pinned:
        sim.world.pin(channel, message, pinned=False)
    return NOTHING


def typing(sim: Simulation, call: Call) -> Reply:
    channel = sim.world.reach(call.number("channel"))
    may_write(sim, channel, {})
    return NOTHING


CHANNEL = r"/channels/{channel:\d+}"
MESSAGE = CHANNEL + r"/messages/{message:\d+}"
ROUTES = [
    Route("GET", f"{CHANNEL}/messages", Kind.FIND, history),
    Route("POST", f"{CHANNEL}/messages", Kind.CREATE_MESSAGE, create),
    Route("POST", f"{CHANNEL}/messages/bulk-delete", Kind.DELETE_MESSAGE, bulk_delete),
    Route("GET", f"{CHANNEL}/messages/pins", Kind.PIN, pins),
    Route("PUT", CHANNEL + r"/messages/pins/{message:\d+}", Kind.PIN, pin),
    Route("DELETE", CHANNEL + r"/messages/pins/{message:\d+}", Kind.PIN, unpin),
    Route("GET", f"{CHANNEL}/pins", Kind.PIN, old_pins),
    Route("PUT", CHANNEL + r"/pins/{message:\d+}", Kind.PIN, pin),
    Route("DELETE", CHANNEL + r"/pins/{message:\d+}", Kind.PIN, unpin),
    Route("GET", MESSAGE, Kind.MESSAGE, fetch),
    Route("PATCH", MESSAGE, Kind.EDIT_MESSAGE, edit),
    Route("DELETE", MESSAGE, Kind.DELETE_MESSAGE, delete),
    Route("POST", f"{MESSAGE}/crosspost", Kind.CROSSPOST, crosspost),
    Route("POST", f"{CHANNEL}/typing", Kind.OTHER, typing),
]
