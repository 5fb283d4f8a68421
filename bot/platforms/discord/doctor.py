"""A look at everything that Discord has to allow, without posting anything."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp
import discord

from bot.config import DiscordSettings
from bot.errors import DeliveryError, NotSent, PlatformUnavailable
from bot.model import Channel
from bot.platforms.discord import rights
from bot.platforms.discord.faults import Explainer, said
from bot.platforms.discord.session import close, log_in, point_to
from bot.platforms.discord.words import Words

LOOK: Final = 15.0  # seconds for one channel
SCOPES: Final = ("bot", "applications.commands")
# What an application may be granted beyond what everybody gets; Seedbed asks for none of it.
PRIVILEGED: Final = {
    "Presence Intent": ("gateway_presence", "gateway_presence_limited"),
    "Server Members Intent": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content Intent": ("gateway_message_content", "gateway_message_content_limited"),
}
TAKES_POSTS: Final = rights.FORUMS | {discord.ChannelType.text, discord.ChannelType.news}


@dataclass(frozen=True, slots=True)
class Missing:
    """A permission as Discord's client calls it, and where it is to be granted."""

    permission: str
    where: str


@dataclass(frozen=True, slots=True)
class Examined:
    """One channel. `trouble` is set where nothing can be posted, or not all that is wished for; None: all is well."""

    channel: Channel
    server: str | None = None
    shown: str | None = None  # such as #reading
    kind: str | None = None  # text, news or forum
    missing: tuple[Missing, ...] = ()
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`permissions` is the number in the `invite` link, `granted` the privileged intents that nobody needs."""

    bot: str
    application: int
    permissions: int
    invite: str
    granted: tuple[str, ...]
    commands: int
    servers: tuple[str, ...]
    channels: tuple[Examined, ...]

    @property
    def ok(self) -> bool:
        return not any(one.trouble or one.missing for one in self.channels)


async def examine(settings: DiscordSettings, channels: Sequence[Channel]) -> Diagnosis:
    """Log in, look, log out. PlatformUnavailable where the token is refused or Discord is out of reach."""
    point_to(settings)
    client = discord.Client(intents=discord.Intents.none())
    try:
        await log_in(client, settings)
        try:
            return await _examine(client, channels)
        finally:
            await close(client)
    except NotSent as error:
        raise PlatformUnavailable(f"discord: {error}") from error
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise PlatformUnavailable(f"discord: cannot be asked ({said(error)})") from error


async def _examine(client: discord.Client, channels: Sequence[Channel]) -> Diagnosis:
    application, words = client.application, Words.load()
    assert application is not None, "the client is logged in"
    explain = Explainer(words)
    flags = application.flags
    return Diagnosis(
        bot=str(client.user),
        application=application.id,
        permissions=rights.INVITE.value,
        invite=discord.utils.oauth_url(application.id, permissions=rights.INVITE, scopes=SCOPES),
        granted=tuple(name for name, names in PRIVILEGED.items() if any(getattr(flags, one) for one in names)),
        commands=len(await client.http.get_global_commands(application.id)),
        servers=tuple([guild.name async for guild in client.fetch_guilds(with_counts=False)]),
        channels=tuple([await _look(client, explain, words, channel) for channel in channels]),
    )


async def _look(client: discord.Client, explain: Explainer, words: Words, channel: Channel) -> Examined:
    try:
        async with asyncio.timeout(LOOK), explain.around(client, channel.address, ("view_channel",)):
            found, me = await rights.standing(client, channel.address, fresh=True)
    except DeliveryError as error:
        return Examined(channel, trouble=str(error))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        return Examined(channel, trouble=f"cannot be looked at ({said(error)})")
    missing = tuple(
        Missing(rights.label(lack.flag, words), f"in #{found.name}" if lack.in_channel else "in the server's roles")
        for lack in rights.lacks(found, me, rights.needed(channel, found.type))
    )
    trouble = _trouble(channel, found, me)
    return Examined(channel, found.guild.name, f"#{found.name}", found.type.name, missing, trouble)


def _trouble(channel: Channel, found: discord.abc.GuildChannel, me: discord.Member) -> str | None:
    """What is wrong beside missing permissions."""
    if found.type not in TAKES_POSTS:
        return "no posts can be sent in a channel of this kind: choose a text, announcement or forum channel"
    if me.is_timed_out():
        return "the bot is timed out in this server: end its timeout"
    if isinstance(found, discord.ForumChannel):
        names = {name for tag in found.available_tags for name in (str(tag.id), tag.name.casefold())}
        if channel.look.tag is None and found.flags.require_tag:
            return "this forum wants a tag on every post: choose one for the channel"
        if channel.look.tag is not None and channel.look.tag.casefold() not in names:
            return f'this forum has no tag "{channel.look.tag}": choose one that it has'
    if channel.extras.crosspost and found.type is not discord.ChannelType.news:
        return "posts are crossposted from announcement channels only: take crosspost out"
    return _role_trouble(channel, found, me)


def _role_trouble(channel: Channel, found: discord.abc.GuildChannel, me: discord.Member) -> str | None:
    if channel.look.role is None:
        return None
    role = found.guild.get_role(int(channel.look.role))
    if role is None:
        return "the role to mention is not in this server: choose another one"
    if not role.mentionable and not found.permissions_for(me).mention_everyone:
        return f"mentioning @{role.name} reaches nobody: let anyone mention this role, or choose another one"
    return None
