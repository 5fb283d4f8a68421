"""Threads on messages, threads of their own, posts in forums, and what becomes of them."""

from tests.simulators.discord import limits, payloads, posting
from tests.simulators.discord.faults import Kind
from tests.simulators.discord.model import Channel, ChannelType, Flag, Guild, Json, Message, MessageType, ThreadState
from tests.simulators.discord.permissions import Permission
from tests.simulators.discord.problems import ApiError, Form
from tests.simulators.discord.rest.messages import CHANNEL, MESSAGE
from tests.simulators.discord.rest.table import NOTHING, Call, Reply, Route
from tests.simulators.discord.simulation import Simulation

MOST_TAGS = 5


def on_message(sim: Simulation, call: Call) -> Reply:
    """The thread has the message's id, so there can be only one."""
    needed = Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY
    channel, body = sim.world.reach(call.number("channel"), needed), call.body()
    message = sim.world.message(channel, call.number("message"))
    if channel.type not in {ChannelType.TEXT, ChannelType.ANNOUNCEMENT}:
        raise ApiError(50024)
    _check(body)
    if sim.world.find_channel(message.id) or message.thread_id:
        raise ApiError(160004)
    thread = _open(sim, channel, message.id, body)
    message.thread_id = thread.id
    sim.world.set_flag(message, Flag.HAS_THREAD)
    starter = Message(sim.clock.snowflake(), thread.id, message.author_id, type=MessageType.THREAD_STARTER)
    starter.reference = (channel.id, message.id)
    sim.world.add_message(starter)
    return Reply(payloads.channel(thread), 201)


def start(sim: Simulation, call: Call) -> Reply:
    """A post in a forum, or a thread that hangs on no message."""
    channel, body = sim.world.reach(call.number("channel")), call.body()
    if channel.type is ChannelType.FORUM:
        return _forum_post(sim, channel, body)
    if channel.type not in {ChannelType.TEXT, ChannelType.ANNOUNCEMENT}:
        raise ApiError(50024)
    sim.world.reach(channel.id, Permission.CREATE_PUBLIC_THREADS)
    _check(body)
    thread = _open(sim, channel, sim.clock.snowflake(), body)
    notice = Message(sim.clock.snowflake(), channel.id, sim.world.bot.id, thread.name, type=MessageType.THREAD_CREATED)
    notice.reference = (thread.id, thread.id)
    sim.world.add_message(notice)
    return Reply(payloads.channel(thread), 201)


def _forum_post(sim: Simulation, forum: Channel, body: Json) -> Reply:
    """SEND_MESSAGES is what it takes. Components V2 are refused unless a test allows them, as the documentation does.

    There is no nonce here: sent twice, it is there twice.
    """
    needed = Permission.SEND_MESSAGES
    message = body.get("message") or {}
    if message.get("embeds"):
        needed |= Permission.EMBED_LINKS
    sim.world.reach(forum.id, needed)
    form = Form()
    limits.check_thread(form, body, creating=True)
    if not isinstance(body.get("message"), dict):
        form.fault(("message",), "BASE_TYPE_REQUIRED", "This field is required")
    if (message.get("flags") or 0) & Flag.COMPONENTS_V2 and not sim.tuning.forum_cards:
        form.fault(("message", "flags"), "BASE_TYPE_CHOICES", "Only SUPPRESS_EMBEDS and SUPPRESS_NOTIFICATIONS here")
    tags = _tags(sim, form, forum, body)
    form.check()
    limits.check_message(message)
    posting.moderate(sim, forum, message)
    thread = _open(sim, forum, sim.clock.snowflake(), body, tags)
    posted = posting.create(sim, thread, {**message, "nonce": None}, number=thread.id)
    return Reply({**payloads.channel(thread), "message": sim.world.shown(posted)}, 201)


def _tags(sim: Simulation, form: Form, forum: Channel, body: Json) -> list[int]:
    """The tags applied; ApiError 40067 where one is needed and none is given."""
    wanted = [int(tag) for tag in body.get("applied_tags") or []]
    if forum.needs_tag and not wanted:
        raise ApiError(40067)
    known = {tag.id: tag for tag in forum.tags}
    if len(wanted) > MOST_TAGS:
        form.fault(("applied_tags",), "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_TAGS} or fewer in length.")
    manages = sim.world.may(forum) & Permission.MANAGE_THREADS
    for number, tag in enumerate(wanted):
        if tag not in known or (known[tag].moderated and not manages):
            form.fault(("applied_tags", number), "FORUM_TAG_INVALID", "Unknown tag, or one for moderators")
    return wanted


def _check(body: Json) -> None:
    form = Form()
    limits.check_thread(form, body, creating=True)
    form.check()


def _open(sim: Simulation, parent: Channel, number: int, body: Json, tags: list[int] | None = None) -> Channel:
    guild = sim.world.guild_of(parent)
    assert guild is not None
    active = [one for one in guild.threads.values() if one.thread and not one.thread.archived]
    if len(active) >= guild.max_active_threads:
        raise ApiError(160006)
    kind = ChannelType.ANNOUNCEMENT_THREAD if parent.type is ChannelType.ANNOUNCEMENT else ChannelType.THREAD
    now, minutes = sim.clock.now(), body.get("auto_archive_duration") or 1440
    state = ThreadState(sim.world.bot.id, minutes, now, now, applied_tags=tags or [])
    slowmode = body.get("rate_limit_per_user") or 0
    thread = Channel(number, kind, body["name"], guild.id, parent.id, slowmode=slowmode, thread=state)
    sim.world.add_thread(thread)
    return thread


def edit(sim: Simulation, call: Call) -> Reply:
    """A thread by its owner or who manages threads; another channel by who manages channels."""
    channel, body = sim.world.reach(call.number("channel")), call.body()
    may, state = sim.world.may(channel), channel.thread
    if state is None:
        sim.world.reach(channel.id, Permission.MANAGE_CHANNELS)
    elif not may & Permission.MANAGE_THREADS:
        only_wakes = set(body) <= {"archived"} and not body.get("archived")
        needed = Permission.SEND_MESSAGES_IN_THREADS if only_wakes else Permission.MANAGE_THREADS
        if (state.owner != sim.world.bot.id and not may & needed) or "locked" in body:
            raise ApiError(50013)
    form = Form()
    limits.check_thread(form, body, creating=False)
    form.check()
    _apply(sim, channel, body)
    return Reply(payloads.channel(channel))


def _apply(sim: Simulation, channel: Channel, body: Json) -> None:
    state = channel.thread
    if state and state.archived and body.get("archived", True):
        raise ApiError(50083)
    channel.name = body.get("name", channel.name)
    channel.slowmode = body.get("rate_limit_per_user", channel.slowmode)
    if state is None:
        channel.topic = body.get("topic", channel.topic)
    else:
        state.auto_archive = body.get("auto_archive_duration", state.auto_archive)
        state.locked = body.get("locked", state.locked)
        state.applied_tags = [int(tag) for tag in body.get("applied_tags", state.applied_tags)]
        if body.get("archived", state.archived) != state.archived:
            state.archived, state.archived_at = body["archived"], sim.clock.now()
    sim.world.changed_channel(channel)


def delete(sim: Simulation, call: Call) -> Reply:
    channel = sim.world.reach(call.number("channel"))
    needed = Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS
    sim.world.reach(channel.id, needed)
    shown = payloads.channel(channel)
    sim.world.delete_channel(channel)
    return Reply(shown)


def active(sim: Simulation, call: Call) -> Reply:
    guild: Guild = sim.world.guild(call.number("guild"))
    return Reply(_listed(sim.world.active_threads(guild), has_more=False))


def archived(sim: Simulation, call: Call) -> Reply:
    """Last archived first."""
    channel = sim.world.reach(call.number("channel"), Permission.READ_MESSAGE_HISTORY)
    limit, before = call.limit(50, 100), call.query.get("before")
    guild = sim.world.guild_of(channel)
    threads = guild.threads.values() if guild else []
    found = [one for one in threads if one.parent_id == channel.id and one.thread and one.thread.archived]
    found.sort(key=_archived_at, reverse=True)
    if before:
        found = [one for one in found if _archived_at(one) < before]
    return Reply(_listed(found[:limit], has_more=len(found) > limit))


def _archived_at(thread: Channel) -> str:
    return thread.thread.archived_at.isoformat() if thread.thread else ""


def _listed(threads: list[Channel], *, has_more: bool) -> Json:
    shown = [payloads.channel(one) for one in threads]
    return {"threads": shown, "members": [one["member"] for one in shown], "has_more": has_more}


def membership(sim: Simulation, call: Call) -> Reply:
    """Joining or leaving; the bot is a member of what it starts."""
    sim.world.reach(call.number("channel"))
    return NOTHING


ROUTES = [
    Route("POST", f"{MESSAGE}/threads", Kind.CREATE_THREAD, on_message),
    Route("POST", f"{CHANNEL}/threads", Kind.CREATE_THREAD, start),
    Route("PATCH", CHANNEL, Kind.EDIT_CHANNEL, edit),
    Route("DELETE", CHANNEL, Kind.EDIT_CHANNEL, delete),
    Route("GET", r"/guilds/{guild:\d+}/threads/active", Kind.FIND, active),
    Route("GET", f"{CHANNEL}/threads/archived/public", Kind.FIND, archived),
    Route("PUT", f"{CHANNEL}/thread-members/@me", Kind.OTHER, membership),
    Route("DELETE", f"{CHANNEL}/thread-members/@me", Kind.OTHER, membership),
]
