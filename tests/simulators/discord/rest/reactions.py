"""Reactions of the bot, and who reacted."""

import re

from tests.simulators.discord import payloads
from tests.simulators.discord.faults import Kind
from tests.simulators.discord.model import Channel, Emoji, Guild, Message
from tests.simulators.discord.permissions import Permission
from tests.simulators.discord.problems import ApiError
from tests.simulators.discord.rest.messages import MESSAGE
from tests.simulators.discord.rest.table import NOTHING, Call, Reply, Route
from tests.simulators.discord.simulation import Simulation

MOST_EMOJI = 20
KEYCAP = "\u20e3"  # ends an emoji such as 1️⃣, which may be written in ASCII otherwise
CUSTOM = re.compile(r"^(?:a:)?(\w{2,32}):(\d+)$")


def read_emoji(text: str, guild: Guild | None) -> Emoji:
    """`🌱`, or `name:id` of a custom emoji of the guild. ApiError 10014 for anything else."""
    custom = CUSTOM.match(text)
    if custom:
        number = int(custom[2])
        if guild is None or number not in guild.emojis:
            raise ApiError(10014)
        return Emoji(guild.emojis[number], number)
    if not text or len(text) > 16 or text.isalpha() or (text.isascii() and text[-1] != KEYCAP):
        raise ApiError(10014)
    return Emoji(text)


def _target(sim: Simulation, call: Call, needed: Permission) -> tuple[Channel, Message]:
    channel = sim.world.reach(call.number("channel"), needed)
    return channel, sim.world.message(channel, call.number("message"))


def _emoji(sim: Simulation, call: Call, channel: Channel) -> Emoji:
    return read_emoji(call.path["emoji"], sim.world.guild_of(channel))


def react(sim: Simulation, call: Call) -> Reply:
    """ADD_REACTIONS is for an emoji that nobody has used on the message yet."""
    channel, message = _target(sim, call, Permission.READ_MESSAGE_HISTORY)
    emoji = _emoji(sim, call, channel)
    if channel.thread and channel.thread.archived:
        raise ApiError(50083)
    if emoji not in message.reactions:
        if not sim.world.may(channel) & Permission.ADD_REACTIONS:
            raise ApiError(50013)
        if len(message.reactions) >= MOST_EMOJI:
            raise ApiError(30010)
    sim.world.react(channel, message, emoji, sim.world.bot.id)
    return NOTHING


def unreact(sim: Simulation, call: Call) -> Reply:
    channel, message = _target(sim, call, Permission.READ_MESSAGE_HISTORY)
    sim.world.unreact(channel, message, _emoji(sim, call, channel), sim.world.bot.id)
    return NOTHING


def unreact_other(sim: Simulation, call: Call) -> Reply:
    channel, message = _target(sim, call, Permission.MANAGE_MESSAGES)
    sim.world.unreact(channel, message, _emoji(sim, call, channel), call.number("user"))
    return NOTHING


def who(sim: Simulation, call: Call) -> Reply:
    """By ascending id, of one type (0 normal, 1 burst), in pages."""
    channel, message = _target(sim, call, Permission.READ_MESSAGE_HISTORY)
    limit, after = call.limit(25, 100), int(call.query.get("after") or 0)
    found = message.reactions.get(_emoji(sim, call, channel))
    users = sorted(found.of(call.query.get("type", "0") == "1")) if found else []
    return Reply([payloads.user(sim.world.users[one]) for one in users if one > after][:limit])


def clear(sim: Simulation, call: Call) -> Reply:
    channel, message = _target(sim, call, Permission.MANAGE_MESSAGES)
    sim.world.clear_reactions(channel, message)
    return NOTHING


def clear_emoji(sim: Simulation, call: Call) -> Reply:
    channel, message = _target(sim, call, Permission.MANAGE_MESSAGES)
    sim.world.clear_reactions(channel, message, _emoji(sim, call, channel))
    return NOTHING


REACTIONS = MESSAGE + "/reactions"
ROUTES = [
    Route("PUT", REACTIONS + "/{emoji}/@me", Kind.ADD_REACTION, react),
    Route("DELETE", REACTIONS + "/{emoji}/@me", Kind.REMOVE_REACTION, unreact),
    Route("DELETE", REACTIONS + r"/{emoji}/{user:\d+}", Kind.REMOVE_REACTION, unreact_other),
    Route("GET", REACTIONS + "/{emoji}", Kind.REACTIONS, who),
    Route("DELETE", REACTIONS, Kind.REMOVE_REACTION, clear),
    Route("DELETE", REACTIONS + "/{emoji}", Kind.REMOVE_REACTION, clear_emoji),
]
