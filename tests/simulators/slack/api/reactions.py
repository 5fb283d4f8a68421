"""reactions.* and pins.*"""

from tests.simulators.slack import emoji, payloads
from tests.simulators.slack.api.table import Call, Method
from tests.simulators.slack.model import Json
from tests.simulators.slack.problems import SlackError

MOST_EMOJI = 23  # different ones on a message
MOST_PINS = 100
UNKNOWN = {"no_such_emoji", "unknown"}  # names in the right form that no workspace has; any other is taken to exist


def add(call: Call) -> Json:
    name = _name(call)
    message = call.message(call.channel())
    if name not in message.reactions and len(message.reactions) >= MOST_EMOJI:
        raise SlackError("too_many_emoji")
    mine = sum(call.bot.user in users for users in message.reactions.values())
    if mine >= call.sim.tuning.most_reactions_each and call.bot.user not in message.reactions.get(name, {}):
        raise SlackError("too_many_reactions")
    call.sim.world.react(message, name, call.bot.user)
    return {}


def remove(call: Call) -> Json:
    name = _name(call)
    call.sim.world.unreact(call.message(call.channel()), name, call.bot.user)
    return {}


def get(call: Call) -> Json:
    """With all users of every reaction only if `full`."""
    channel = call.channel(live=False)
    message = call.message(channel)
    shown = payloads.message(message, call.team, channel, full=call.flag("full"))
    shown["permalink"] = payloads.permalink(message, call.team)
    return {"type": "message", "channel": channel.id, "message": shown}


def pin(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel)
    if sum(one.pinned is not None for one in channel.messages.values()) >= MOST_PINS:
        raise SlackError("too_many_pins")
    call.sim.world.pin(message, call.bot.user)
    return {}


def unpin(call: Call) -> Json:
    call.sim.world.unpin(call.message(call.channel()), call.bot.user)
    return {}


def pins(call: Call) -> Json:
    channel = call.channel(live=False)
    found = [one for one in channel.messages.values() if one.pinned]
    return {
        "items": [
            {
                "type": "message",
                "channel": channel.id,
                "created": call.sim.clock.epoch(),
                "created_by": one.pinned,
                "message": payloads.message(one, call.team, channel),
            }
            for one in reversed(found)
        ]
    }


def _name(call: Call) -> str:
    found = emoji.canonical(call.required("name", "invalid_name"))
    if found is None or found in UNKNOWN or call.text("name").startswith(":"):
        raise SlackError("invalid_name")
    return found


METHODS = [
    Method("reactions.add", add, "reactions:write"),
    Method("reactions.remove", remove, "reactions:write", tier=2),
    Method("reactions.get", get, "reactions:read"),
    Method("pins.add", pin, "pins:write", tier=2),
    Method("pins.remove", unpin, "pins:write", tier=2),
    Method("pins.list", pins, "pins:read", tier=2),
]
