"""What organisers do to the place: channels, permissions, roles, and whether the bot is there at all."""

from typing import Any

from tests.simulators.discord import permissions, town
from tests.simulators.discord.control import lookup
from tests.simulators.discord.control.lookup import Name, NotPossible, Verb
from tests.simulators.discord.model import Channel, ChannelType, Guild, Json, Overwrite, Tag
from tests.simulators.discord.permissions import Permission
from tests.simulators.discord.simulation import Simulation

KINDS = {
    "text": ChannelType.TEXT,
    "announcement": ChannelType.ANNOUNCEMENT,
    "forum": ChannelType.FORUM,
    "category": ChannelType.CATEGORY,
}


def create_channel(
    sim: Simulation,
    *,
    name: str,
    kind: str = "text",
    tags: list[str] | None = None,
    needs_tag: bool = False,
    guild: Name | None = None,
) -> Json:
    """A new channel; `tags` are a forum's."""
    place = lookup.guild(sim, guild)
    made = Channel(sim.clock.snowflake(), KINDS[kind], name, place.id, position=len(place.channels))
    made.tags, made.needs_tag = [Tag(sim.clock.snowflake(), tag) for tag in tags or []], needs_tag
    sim.world.add_channel(made)
    return {"id": str(made.id)}


def channels(sim: Simulation, *, count: int, guild: Name | None = None, prefix: str = "room") -> Json:
    """Many text channels at once, without an event for each: for a bot that comes later. Their ids, in order."""
    place = lookup.guild(sim, guild)
    made = []
    for number in range(count):
        one = Channel(sim.clock.snowflake(), ChannelType.TEXT, f"{prefix}-{number}", place.id)
        one.position = len(place.channels)
        place.channels[one.id] = one
        made.append(str(one.id))
    return {"ids": made}


def change_channel(sim: Simulation, *, channel: Name, **changes: Any) -> Json:
    """`name`, `topic`, `slowmode` (s), `needs_tag`; of a thread also `archived` and `locked`."""
    _, found = lookup.guild_channel(sim, channel)
    for key, value in changes.items():
        if key in {"archived", "locked"} and found.thread:
            setattr(found.thread, key, value)
            found.thread.archived_at = sim.clock.now()
        elif key in {"name", "topic", "slowmode", "needs_tag"}:
            setattr(found, key, value)
        else:
            raise NotPossible(f"a channel has no {key!r} to change")
    sim.world.changed_channel(found)
    return {}


def delete_channel(sim: Simulation, *, channel: Name) -> Json:
    _, found = lookup.guild_channel(sim, channel)
    sim.world.delete_channel(found)
    return {}


def permit(
    sim: Simulation,
    *,
    permissions: list[str],
    channel: Name | None = None,
    user: Name | None = None,
    guild: Name | None = None,
) -> Json:
    """Give permissions: in a channel by an overwrite for the member, or in the guild by the member's role."""
    return _set(sim, permissions, channel, user, guild, allowed=True)


def forbid(
    sim: Simulation,
    *,
    permissions: list[str],
    channel: Name | None = None,
    user: Name | None = None,
    guild: Name | None = None,
) -> Json:
    """Take permissions away: in a channel by an overwrite, or in the guild from every role that the member has."""
    return _set(sim, permissions, channel, user, guild, allowed=False)


def overwrite(
    sim: Simulation,
    *,
    channel: Name,
    role: str | None = None,
    allow: list[str] | None = None,
    deny: list[str] | None = None,
) -> Json:
    """Replace a role's overwrite in a channel; without a role, that of @everyone."""
    place, found = lookup.guild_channel(sim, channel)
    named = [one for one in place.roles.values() if one.name == (role or "@everyone")]
    if not named:
        raise NotPossible(f"there is no role {role!r}")
    number = named[0].id
    found.overwrites[number] = Overwrite(number, 0, _bits(allow or []), _bits(deny or []))
    sim.world.changed_channel(found)
    return {}


def role(sim: Simulation, *, user: Name, name: str, given: bool = True, guild: Name | None = None) -> Json:
    """Give somebody a role, or take it."""
    place, who = lookup.guild(sim, guild), lookup.user(sim, user)
    number = next((one.id for one in place.roles.values() if one.name == name), None)
    if number is None:
        raise NotPossible(f"there is no role {name!r}")
    held = place.members[who.id].roles
    place.members[who.id].roles = [one for one in held if one != number] + ([number] if given else [])
    if who.id == sim.world.bot.id:
        sim.world.changed_bot_member(place)
    return {}


def remove_guild(sim: Simulation, *, guild: Name | None = None) -> Json:
    """Somebody removes the bot from the guild."""
    sim.world.leave(lookup.guild(sim, guild))
    return {}


def add_guild(sim: Simulation, *, name: str | None = None) -> Json:
    """Somebody adds the bot to a guild: a new one of this name, or one that it was removed from."""
    known = [one for one in sim.world.guilds.values() if name is None or one.name == name]
    if known:
        place = known[0]
    else:
        group = [one for one in sim.world.users.values() if not one.bot][:4]
        place = town.guild(sim.clock, sim.world.bot, group, name or "", age=300 - len(sim.world.guilds))
        sim.world.guilds[place.id] = place
    sim.world.join(place)
    return {"id": str(place.id)}


def guild_settings(
    sim: Simulation,
    *,
    guild: Name | None = None,
    max_active_threads: int | None = None,
    blocked_words: list[str] | None = None,
) -> Json:
    """How many threads may be active, and the words that automatic moderation blocks."""
    place = lookup.guild(sim, guild)
    if max_active_threads is not None:
        place.max_active_threads = max_active_threads
    if blocked_words is not None:
        place.blocked_words = blocked_words
    return {}


def _set(
    sim: Simulation, named: list[str], channel: Name | None, user: Name | None, guild: Name | None, *, allowed: bool
) -> Json:
    bits, who = _bits(named), sim.world.bot if user is None else lookup.user(sim, user)
    if channel is None:
        _set_in_guild(sim, lookup.guild(sim, guild), who.id, bits, allowed=allowed)
        return {}
    _, found = lookup.guild_channel(sim, channel)
    rule = found.overwrites.setdefault(who.id, Overwrite(who.id, 1))
    rule.allow = rule.allow | bits if allowed else rule.allow & ~bits
    rule.deny = rule.deny & ~bits if allowed else rule.deny | bits
    sim.world.changed_channel(found)
    return {}


def _set_in_guild(sim: Simulation, place: Guild, who: int, bits: Permission, *, allowed: bool) -> None:
    own = [place.roles[number] for number in place.members[who].roles]
    if allowed and not own:
        raise NotPossible("a member without a role cannot be given permissions in the whole guild")
    for one in own if allowed else [*own, place.everyone]:
        before = one.permissions
        one.permissions = before | bits if allowed else before & ~bits
        if one.permissions != before:
            sim.world.changed_role(place, one)


def _bits(named: list[str]) -> Permission:
    try:
        return permissions.named(named)
    except KeyError as error:
        raise NotPossible(f"there is no permission {str(error).lower()}") from None


VERBS: dict[str, Verb] = {
    "create_channel": create_channel,
    "channels": channels,
    "change_channel": change_channel,
    "delete_channel": delete_channel,
    "permit": permit,
    "forbid": forbid,
    "overwrite": overwrite,
    "role": role,
    "remove_guild": remove_guild,
    "add_guild": add_guild,
    "guild_settings": guild_settings,
}
