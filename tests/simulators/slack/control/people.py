"""What people do besides talking to the bot: write, react, pin, delete."""

from tests.simulators.slack import mentions
from tests.simulators.slack.api.reactions import MOST_EMOJI
from tests.simulators.slack.control import lookup
from tests.simulators.slack.control.lookup import NotPossible, Verb
from tests.simulators.slack.model import Channel, Json, Message, User
from tests.simulators.slack.problems import SlackError
from tests.simulators.slack.simulation import Simulation


def person(sim: Simulation, *, name: str, team: str | None = None, admin: bool = False, owner: bool = False) -> Json:
    """Somebody, new or known, who is in every public channel from now on."""
    place = lookup.team(sim, team)
    who = next((one for one in place.users.values() if one.name == name), None) or User(sim.world.ids.new("U"), name)
    who.admin, who.owner = admin or owner, owner
    place.users[who.id] = who
    for channel in place.channels.values():
        if channel.kind == "channels":
            channel.members.setdefault(who.id)
    return {"id": who.id}


def post(sim: Simulation, *, channel: str, text: str, user: str = "ada", thread: str | None = None) -> Json:
    """Write a message, or a reply in a thread."""
    place, who = _there(sim, channel, user)
    message = Message(sim.clock.ts(), place.id, who.id, text, pinged=mentions.pinged(text, []))
    message.thread_ts = lookup.message(place, thread).ts if thread else None
    sim.world.add_message(message)
    return {"ts": message.ts}


def react(sim: Simulation, *, channel: str, message: str, emoji: str, user: str = "ada") -> Json:
    place, who = _there(sim, channel, user)
    target, name = lookup.message(place, message), lookup.reaction(emoji)
    if name not in target.reactions and len(target.reactions) >= MOST_EMOJI:
        raise NotPossible(f"the message has {MOST_EMOJI} different reactions already")
    sim.world.react(target, name, who.id)
    return {"name": name}


def unreact(sim: Simulation, *, channel: str, message: str, emoji: str, user: str = "ada") -> Json:
    place, who = _there(sim, channel, user)
    try:
        sim.world.unreact(lookup.message(place, message), lookup.reaction(emoji), who.id)
    except SlackError:
        raise NotPossible(f"{who.name} has no such reaction {emoji} on the message") from None
    return {}


def pin(sim: Simulation, *, channel: str, message: str, user: str = "organiser", pinned: bool = True) -> Json:
    place, who = _there(sim, channel, user)
    change = sim.world.pin if pinned else sim.world.unpin
    change(lookup.message(place, message), who.id)
    return {}


def edit_message(sim: Simulation, *, channel: str, message: str, text: str) -> Json:
    """Its author writes it anew."""
    target = lookup.message(lookup.channel(sim, channel), message)
    target.text, target.edited = text, sim.clock.ts()
    sim.world.changed_message(target)
    return {}


def delete_message(sim: Simulation, *, channel: str, messages: list[str]) -> Json:
    """An admin deletes messages."""
    place = lookup.channel(sim, channel)
    for one in [lookup.message(place, ts) for ts in messages]:
        sim.world.delete_message(one)
    return {}


def change_person(
    sim: Simulation, *, user: str, admin: bool | None = None, tz: str | None = None, locale: str | None = None
) -> Json:
    who = lookup.user(sim, user)
    who.admin = who.admin if admin is None else admin
    who.tz, who.locale = tz or who.tz, locale or who.locale
    return {}


def _there(sim: Simulation, channel: str, user: str) -> tuple[Channel, User]:
    """A channel and somebody who is in it."""
    place = lookup.channel(sim, channel)
    who = lookup.user(sim, user, sim.world.team_of(place))
    if who.id not in place.members:
        raise NotPossible(f"{who.name} is not in {place.name!r}")
    if place.archived:
        raise NotPossible(f"{place.name!r} is archived")
    return place, who


VERBS: dict[str, Verb] = {
    "person": person,
    "change_person": change_person,
    "post": post,
    "react": react,
    "unreact": unreact,
    "pin": pin,
    "edit_message": edit_message,
    "delete_message": delete_message,
}
