"""Options that take one of the server's channels, whether or not the bot can see it yet."""

from typing import Any

import discord
from discord import app_commands

from bot.platforms.discord.commands.answers import Interaction

POSTED_IN = (discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum)


class PlaceOption(app_commands.Transformer):
    """Where posts can go: text, announcement and forum channels. The client offers no others."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return list(POSTED_IN)

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        """As Discord sends it: the bot's own picture of the server may lack what it cannot see."""
        del interaction
        return value


class RoomOption(PlaceOption):
    """Where organisers can be told things: text and announcement channels."""

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return [discord.ChannelType.text, discord.ChannelType.news]


def around(interaction: Interaction) -> tuple[str, str, discord.ChannelType] | None:
    """The id, name and kind of the channel that a command was given in, or that its thread belongs to."""
    here = interaction.channel
    place = here.parent if isinstance(here, discord.Thread) else here
    if isinstance(place, discord.abc.GuildChannel) and place.type in POSTED_IN:
        return str(place.id), place.name, place.type
    return None
