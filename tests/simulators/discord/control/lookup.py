"""What a test names, found: by name or by id."""

from collections.abc import Callable
from typing import Any

from tests.simulators.discord.interactions import Interaction
from tests.simulators.discord.model import Channel, Emoji, Guild, Message, User
from tests.simulators.discord.problems import ApiError
from tests.simulators.discord.rest.reactions import read_emoji
from tests.simulators.discord.simulation import Simulation

Name = str | int
Verb = Callable[..., Any]  # of a simulation and named arguments; gives JSON


class NotPossible(Exception):
    """A sentence for who asked: a person could not do this on Discord, or the test names what is not there."""


def guild(sim: Simulation, name: Name | None) -> Guild:
    """None is the first one."""
    guilds = list(sim.world.guilds.values())
    found = guilds[0] if name is None else next((one for one in guilds if _is(name, one.id, one.name)), None)
    if found is None:
        raise NotPossible(f"there is no guild {name!r}")
    return found


def channel(sim: Simulation, name: Name) -> Channel:
    """By id; by the name of a channel or thread; or `@ada` for the bot's direct channel with somebody."""
    if isinstance(name, str) and name.startswith("@"):
        return sim.world.direct_channel(user(sim, name[1:]))
    found = next((one for one in sim.world.channels() if _is(name, one.id, one.name)), None)
    if found is None:
        raise NotPossible(f"there is no channel {name!r}")
    return found


def guild_channel(sim: Simulation, name: Name) -> tuple[Guild, Channel]:
    found = channel(sim, name)
    place = sim.world.guild_of(found)
    if place is None:
        raise NotPossible(f"the channel {name!r} is in no guild")
    return place, found


def user(sim: Simulation, name: Name) -> User:
    found = next((one for one in sim.world.users.values() if _is(name, one.id, one.name)), None)
    if found is None:
        raise NotPossible(f"there is nobody called {name!r}")
    return found


def message(place: Channel, number: Name) -> Message:
    """By id, or "last"."""
    last = place.last_message_id if number == "last" else None
    found = place.messages.get(last or (int(number) if str(number).isdigit() else 0))
    if found is None:
        raise NotPossible(f"there is no message {number!r} in {place.name!r}")
    return found


def emoji(sim: Simulation, place: Channel, text: str) -> Emoji:
    """`🌱`, `name:id`, or `:name:` of a custom emoji of the guild."""
    of = sim.world.guild_of(place)
    if of and text.startswith(":") and text.endswith(":"):
        number = next((number for number, name in of.emojis.items() if name == text.strip(":")), None)
        if number is None:
            raise NotPossible(f"the guild has no emoji {text}")
        return Emoji(of.emojis[number], number)
    try:
        return read_emoji(text, of)
    except ApiError:
        raise NotPossible(f"{text!r} is no emoji") from None


def interaction(sim: Simulation, number: Name) -> Interaction:
    found = sim.interactions.all.get(int(number))
    if found is None:
        raise NotPossible(f"there is no interaction {number}")
    return found


def _is(name: Name, number: int, title: str) -> bool:
    return str(name) in {str(number), title}
