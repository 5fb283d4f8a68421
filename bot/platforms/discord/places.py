"""What kind of channel an address is, and which channel one of its posts is read in."""

from typing import NamedTuple

import discord

from bot.model import MessageId
from bot.platforms.discord import rights


class Place(NamedTuple):
    """A channel of a server. `tags` are a forum's, as (id, name)."""

    id: int
    guild: int
    kind: discord.ChannelType
    tags: tuple[tuple[int, str], ...] = ()

    @property
    def forum(self) -> bool:
        return self.kind in rights.FORUMS

    def of_message(self, message_id: MessageId) -> int:
        """The channel that a post's message is in: in a forum every post is a thread with its first message's id."""
        return int(message_id) if self.forum else self.id


async def find(client: discord.Client, address: str) -> Place:
    """As the gateway told, else asked. Refused where the address is no channel's; else raises as discord.py does."""
    number = rights.channel_number(address)
    known = client.get_channel(number) if client.is_ready() else None
    if isinstance(known, discord.abc.GuildChannel):
        tags = known.available_tags if isinstance(known, discord.ForumChannel) else ()
        return Place(known.id, known.guild.id, known.type, tuple((tag.id, tag.name) for tag in tags))
    channel, _ = await rights.look(client, address)
    tags = channel.available_tags if isinstance(channel, discord.ForumChannel) else ()
    return Place(channel.id, channel.guild.id, channel.type, tuple((tag.id, tag.name) for tag in tags))
