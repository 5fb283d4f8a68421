"""Permission bits and Discord's way of adding them up: roles, then the overwrites of a channel."""

from collections.abc import Iterable
from enum import IntFlag

from tests.simulators.discord.model import Channel, Guild


class Permission(IntFlag):
    """Bits by the names that discord.py has for them."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


NONE = Permission(0)
ALL = Permission((1 << 53) - 1)
# Whoever may not write may not do this either, whatever else allows it.
NEEDS_SENDING = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE


def named(names: Iterable[str]) -> Permission:
    """The bits of names such as `send_messages`; KeyError for one that is not simulated."""
    bits = NONE
    for name in names:
        bits |= Permission[name.upper()]
    return bits


def names(bits: int) -> list[str]:
    """The names of the simulated bits, lowest first."""
    return [permission.name.lower() for permission in Permission if permission & bits and permission.name]


def in_guild(guild: Guild, user: int) -> Permission:
    """What a member's roles allow, channels aside. Somebody who is no member may do nothing."""
    member = guild.members.get(user)
    if member is None:
        return NONE
    if user == guild.owner_id:
        return ALL
    bits = Permission(guild.everyone.permissions)
    for role in member.roles:
        bits |= guild.roles[role].permissions
    return ALL if bits & Permission.ADMINISTRATOR else bits


def in_channel(guild: Guild, user: int, channel: Channel) -> Permission:
    """What a member may do in a channel; for a thread, in the channel it hangs on."""
    bits = in_guild(guild, user)
    if bits == ALL or user not in guild.members:
        return bits
    place = guild.channels[channel.parent_id] if channel.thread and channel.parent_id else channel
    overwrites = place.overwrites
    for step in ([guild.id], guild.members[user].roles, [user]):
        found = [overwrites[who] for who in step if who in overwrites]
        for overwrite in found:
            bits &= ~overwrite.deny
        for overwrite in found:
            bits |= overwrite.allow
    if not bits & Permission.VIEW_CHANNEL:
        return NONE
    return bits if bits & Permission.SEND_MESSAGES else bits & ~NEEDS_SENDING
