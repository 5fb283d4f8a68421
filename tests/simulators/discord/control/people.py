"""What people do besides talking to the bot: write, react, delete."""

from tests.simulators.discord import permissions
from tests.simulators.discord.control import lookup
from tests.simulators.discord.control.lookup import Name, NotPossible, Verb
from tests.simulators.discord.model import Channel, Json, Member, Message, User
from tests.simulators.discord.permissions import Permission
from tests.simulators.discord.problems import ApiError
from tests.simulators.discord.rest.reactions import MOST_EMOJI
from tests.simulators.discord.simulation import Simulation


def person(sim: Simulation, *, name: str, guild: Name | None = None, takes_messages: bool = True) -> Json:
    """Somebody, new or known; a member of the guild from now on."""
    known = [one for one in sim.world.users.values() if one.name == name]
    who = known[0] if known else User(sim.clock.snowflake(), name)
    who.takes_messages = takes_messages
    sim.world.users[who.id] = who
    place = lookup.guild(sim, guild)
    place.members.setdefault(who.id, Member(who.id, sim.clock.now()))
    return {"id": str(who.id)}


def post(sim: Simulation, *, channel: Name, content: str, user: Name = "ada") -> Json:
    """Write a message."""
    place, who = lookup.channel(sim, channel), lookup.user(sim, user)
    needed = Permission.SEND_MESSAGES_IN_THREADS if place.thread else Permission.SEND_MESSAGES
    _allow(sim, place, who, needed)
    message = Message(sim.clock.snowflake(), place.id, who.id, content)
    if f"<@{sim.world.bot.id}>" in content:
        message.pinged = [str(sim.world.bot.id)]
    sim.world.add_message(message)
    return {"id": str(message.id)}


def react(
    sim: Simulation, *, channel: Name, message: Name, emoji: str, user: Name = "ada", burst: bool = False
) -> Json:
    """Add a reaction; `burst` is a super reaction."""
    place, who = lookup.channel(sim, channel), lookup.user(sim, user)
    target, sign = lookup.message(place, message), lookup.emoji(sim, place, emoji)
    _allow(sim, place, who, permissions.NONE if sign in target.reactions else Permission.ADD_REACTIONS)
    if sign not in target.reactions and len(target.reactions) >= MOST_EMOJI:
        raise NotPossible(f"the message has {MOST_EMOJI} different reactions already")
    sim.world.react(place, target, sign, who.id, burst=burst)
    return {}


def unreact(
    sim: Simulation, *, channel: Name, message: Name, emoji: str, user: Name = "ada", burst: bool = False
) -> Json:
    """Take a reaction off."""
    place, who = lookup.channel(sim, channel), lookup.user(sim, user)
    target = lookup.message(place, message)
    try:
        sim.world.unreact(place, target, lookup.emoji(sim, place, emoji), who.id, burst=burst)
    except ApiError:
        raise NotPossible(f"{who.name} has no such reaction {emoji} on the message") from None
    return {}


def clear(sim: Simulation, *, channel: Name, message: Name) -> Json:
    """A moderator removes all reactions."""
    place = lookup.channel(sim, channel)
    sim.world.clear_reactions(place, lookup.message(place, message))
    return {}


def clear_emoji(sim: Simulation, *, channel: Name, message: Name, emoji: str) -> Json:
    """A moderator removes all reactions with one emoji."""
    place = lookup.channel(sim, channel)
    sim.world.clear_reactions(place, lookup.message(place, message), lookup.emoji(sim, place, emoji))
    return {}


def delete_message(sim: Simulation, *, channel: Name, messages: list[Name]) -> Json:
    """A moderator deletes messages: several are told of in one event."""
    place = lookup.channel(sim, channel)
    numbers = [lookup.message(place, one).id for one in messages]
    sim.world.delete_messages(place, numbers, bulk=len(numbers) > 1)
    return {}


def takes_messages(sim: Simulation, *, user: Name, yes: bool) -> Json:
    """Whether somebody lets the bot write to them."""
    lookup.user(sim, user).takes_messages = yes
    return {}


def _allow(sim: Simulation, place: Channel, who: User, needed: Permission) -> None:
    missing = (needed | Permission.VIEW_CHANNEL) & ~sim.world.may(place, who.id)
    if missing:
        raise NotPossible(f"{who.name} lacks {', '.join(permissions.names(missing))} in {place.name!r}")


VERBS: dict[str, Verb] = {
    "person": person,
    "post": post,
    "react": react,
    "unreact": unreact,
    "clear": clear,
    "clear_emoji": clear_emoji,
    "delete_message": delete_message,
    "takes_messages": takes_messages,
}
