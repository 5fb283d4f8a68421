"""Which permissions a channel needs, which of them are missing, and where somebody has to grant them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import discord

from bot.errors import Refused
from bot.model import Channel, StepName
from bot.platforms.discord.words import Words

FORUMS: Final = frozenset({discord.ChannelType.forum, discord.ChannelType.media})
# What each step after a post needs beside what the post itself does.
STEPS: Final[dict[StepName, tuple[str, ...]]] = {
    StepName.THREAD: ("create_public_threads", "send_messages_in_threads"),
    StepName.REACTIONS: ("add_reactions",),
    StepName.PIN: ("pin_messages",),
    StepName.UNPIN: ("pin_messages",),
    StepName.CROSSPOST: (),
}


# What a post alone needs: embeds for a text that does not fit into a card, the history to find again what was lost.
TO_POST: Final = ("view_channel", "send_messages", "embed_links", "read_message_history")


def needed(channel: Channel, kind: discord.ChannelType) -> tuple[str, ...]:
    """Everything that a channel's posts and what follows them need. Any post may get a thread, by a button."""
    # The posts of a forum are threads themselves, and are created with Send Messages.
    thread = STEPS[StepName.THREAD][1:] if kind in FORUMS else STEPS[StepName.THREAD]
    reactions = STEPS[StepName.REACTIONS] if channel.extras.reactions else ()
    pin = STEPS[StepName.PIN] if channel.extras.pin and kind not in FORUMS else ()
    return (*TO_POST, *thread, *reactions, *pin)


def missing(permissions: discord.Permissions, needed: Iterable[str]) -> tuple[str, ...]:
    """Those that the permissions lack. Without the first ones the others mean nothing, so these are told alone."""
    lacking = tuple(flag for flag in needed if not getattr(permissions, flag))
    if "view_channel" in lacking:
        return ("view_channel",)
    # Discord takes these away together with Send Messages.
    return tuple(flag for flag in lacking if flag != "embed_links" or "send_messages" not in lacking)


def label(flag: str, words: Words, locale: str | None = None) -> str:
    """The permission as Discord's client calls it."""
    return words.say(f"rights.{flag}", locale)


def _everything() -> discord.Permissions:
    """All that any channel of the bot may need."""
    flags = (*TO_POST, *(flag for flags in STEPS.values() for flag in flags))
    return discord.Permissions(**dict.fromkeys(flags, True))


INVITE: Final = _everything()


class Lack(NamedTuple):
    """A permission that is missing; `in_channel`: the server's roles have it, and the channel takes it away."""

    flag: str
    in_channel: bool


async def look(
    client: discord.Client, address: str, *, fresh: bool = False
) -> tuple[discord.abc.GuildChannel, discord.Permissions]:
    """The channel and what the bot may do there: as the gateway told, else (or `fresh`) asked. Raises as discord.py."""
    channel, me = await standing(client, address, fresh=fresh)
    return channel, channel.permissions_for(me)


async def standing(
    client: discord.Client, address: str, *, fresh: bool = False
) -> tuple[discord.abc.GuildChannel, discord.Member]:
    """The channel, and the bot as a member of its server; as `look`."""
    number = channel_number(address)
    if not fresh and (known := told(client, address)) is not None:
        return known
    assert client.user is not None, "the client is logged in"
    guild = await client.fetch_guild(await _guild_of(client, number, address), with_counts=False)
    channel = await guild.fetch_channel(number)
    if not isinstance(channel, discord.abc.GuildChannel):
        raise _no_channel(address)
    return channel, await guild.fetch_member(client.user.id)


def told(client: discord.Client, address: str) -> tuple[discord.abc.GuildChannel, discord.Member] | None:
    """As `standing`, by what the gateway told, which is also of channels that the bot may not look into."""
    known = client.get_channel(channel_number(address)) if client.is_ready() else None
    if not isinstance(known, discord.abc.GuildChannel) or client.user is None:
        return None
    me = known.guild.get_member(client.user.id)
    return None if me is None else (known, me)


async def _guild_of(client: discord.Client, number: int, address: str) -> int:
    if isinstance(known := client.get_channel(number), discord.abc.GuildChannel):
        return known.guild.id
    data: Mapping[str, Any] = await client.http.get_channel(number)
    if "guild_id" not in data:
        raise _no_channel(address)
    return int(data["guild_id"])


def lacks(channel: discord.abc.GuildChannel, me: discord.Member, needed: Iterable[str]) -> tuple[Lack, ...]:
    """What the bot lacks in a channel, and where it is to be granted."""
    everywhere = me.guild_permissions
    return tuple(Lack(flag, getattr(everywhere, flag)) for flag in missing(channel.permissions_for(me), needed))


def channel_number(address: str) -> int:
    """The id in an address. Refused where there is none."""
    if not (address.isascii() and address.isdecimal() and int(address) < 1 << 63):
        raise _no_channel(address)
    return int(address)


def _no_channel(address: str) -> Refused:
    return Refused(f'"{address}" is no channel of a server', "give the id of a text, announcement or forum channel")
