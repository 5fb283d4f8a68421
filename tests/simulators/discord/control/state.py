"""The whole state of a simulation as JSON."""

from tests.simulators.discord import payloads
from tests.simulators.discord.clock import instant_of
from tests.simulators.discord.control import lookup
from tests.simulators.discord.control.asking import shown as shown_interaction
from tests.simulators.discord.control.lookup import Name, Verb
from tests.simulators.discord.model import Channel, Guild, Json, Message
from tests.simulators.discord.simulation import Simulation


def whole(sim: Simulation) -> Json:
    """Everything but the requests; see `counts` for those."""
    return {
        **counts(sim),
        "token": sim.token,
        "bot": payloads.user(sim.world.bot),
        "users": {user.name: str(user.id) for user in sim.world.users.values()},
        "guilds": [_guild(guild) for guild in sim.world.guilds.values()],
        "channels": [_channel(sim, one) for one in sim.world.channels()],
        "direct": {one.name: str(one.id) for one in sim.world.direct.values()},
        "deleted": [_message(sim, one) for one in sim.world.deleted],
        "commands": list(sim.registry.all()),
        "interactions": [shown_interaction(sim, one) for one in sim.interactions.all.values()],
        "requests": [one.shown() for one in sim.requests],
    }


def counts(sim: Simulation) -> Json:
    """The numbers alone."""
    return {
        "request_count": len(sim.requests),
        "rate_limited": sim.limits.refused,
        "invalid": sum(one.status in {401, 403, 429} for one in sim.requests),
        "late": sim.late,
        "faults_left": sim.faults.left,
        "identifies": [at.isoformat() for at in sim.gateway.identifies],
        "resumes": sim.gateway.resumes,
        "connects": sim.gateway.connects,
        "connected": len(sim.gateway.connected),
        "command_overwrites": sim.registry.overwrites,
        "message_count": sum(len(one.messages) for one in sim.world.channels()),
    }


def messages(sim: Simulation, *, channel: Name) -> Json:
    """Those of one channel, oldest first; ephemeral ones too."""
    return {"messages": [_message(sim, one) for one in lookup.channel(sim, channel).messages.values()]}


def requests(sim: Simulation, *, kind: str | None = None, start: int = 0) -> Json:
    """The log from its `start`-th line on; of one kind, or of all."""
    return {"requests": [one.shown() for one in sim.requests[start:] if kind in {None, one.kind}]}


def _guild(one: Guild) -> Json:
    roles = {role.name: str(role.id) for role in one.roles.values()}
    emojis = {name: str(number) for number, name in one.emojis.items()}
    return {"id": str(one.id), "name": one.name, "joined": one.joined, "roles": roles, "emojis": emojis}


def _channel(sim: Simulation, one: Channel) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "type": one.type.name.lower(),
        "guild": str(one.guild_id) if one.guild_id else None,
        "parent": str(one.parent_id) if one.parent_id else None,
        "thread": payloads.channel(one)["thread_metadata"] if one.thread else None,
        "tags": {tag.name: str(tag.id) for tag in one.tags},
        "applied_tags": [str(tag) for tag in one.thread.applied_tags] if one.thread else [],
        "messages": [_message(sim, each) for each in one.messages.values()],
    }


def _message(sim: Simulation, one: Message) -> Json:
    return {
        "id": str(one.id),
        "channel": str(one.channel_id),
        "author": sim.world.users[one.author_id].name,
        "type": one.type.name.lower(),
        "created": instant_of(one.id).isoformat(),
        "edited": one.edited.isoformat() if one.edited else None,
        "content": one.content,
        "embeds": one.embeds,
        "components": one.components,
        "flags": int(one.flags),
        "nonce": one.nonce,
        "pinned": one.pinned is not None,
        "pinged": one.pinged,
        "thread": str(one.thread_id) if one.thread_id else None,
        "reference": str(one.reference[1]) if one.reference else None,
        "interaction": one.interaction["id"] if one.interaction else None,
        "seen_by": sim.world.users[one.seen_by].name if one.seen_by else None,
        "reactions": [
            {
                "emoji": str(emoji),
                "normal": [sim.world.users[who].name for who in reaction.normal],
                "burst": [sim.world.users[who].name for who in reaction.burst],
            }
            for emoji, reaction in one.reactions.items()
        ],
    }


VERBS: dict[str, Verb] = {"messages": messages, "requests": requests, "counts": counts}
