"""Buttons and menus below answers to organisers. They are told by their names, so a restart in between is no matter."""

import re
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, Self

import discord

from bot.errors import UsageError
from bot.model import Channel, ChannelName
from bot.platforms.discord.commands import answers
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.pressing import on_press
from bot.platforms.discord.commands.voice import voice_of
from bot.platforms.discord.words import Words


class Act(StrEnum):
    """What a button does with the channel in its name."""

    POST = "post"
    REMOVE = "remove"
    KEEP = "keep"


Press = Callable[[Interaction, ChannelName], Awaitable[None]]
Choose = Callable[[Interaction, ChannelName, str], Awaitable[None]]

_CHANNEL = r"(?P<channel>[a-z0-9][a-z0-9-]{0,39})"


def button(
    act: Act, channel: Channel, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> discord.ui.Button[Any]:
    return discord.ui.Button(custom_id=f"seedbed-desk:{act}:{channel.name}", label=label, style=style)


def tag_menu(channel: Channel, placeholder: str, tags: Mapping[str, str]) -> discord.ui.Select[Any]:
    """`tags` are names by id."""
    options = [discord.SelectOption(label=name, value=number) for number, name in tags.items()]
    return discord.ui.Select(custom_id=f"seedbed-tag:{channel.name}", placeholder=placeholder, options=options)


def below(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """A view of such items, which discord.py need not remember."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view


def answer(client: discord.Client, words: Words, act: Act, press: Press) -> None:
    """Have every button of an act answered, for organisers."""

    async def pressed(interaction: Interaction, found: re.Match[str]) -> None:
        require_organiser(words, interaction)
        await press(interaction, ChannelName(found["channel"]))

    on_press(client, words, re.compile(f"seedbed-desk:{act}:{_CHANNEL}"), pressed)


def answer_tags(client: discord.Client, words: Words, choose: Choose) -> None:
    """Have every menu of tags answered, for organisers."""

    class TagMenu(discord.ui.DynamicItem[discord.ui.Select[Any]], template=re.compile(f"seedbed-tag:{_CHANNEL}")):
        """discord.py makes one for each choice."""

        def __init__(self, item: discord.ui.Select[Any], channel: ChannelName) -> None:
            super().__init__(item)
            self.channel = channel

        @classmethod
        async def from_custom_id(
            cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            del interaction
            assert isinstance(item, discord.ui.Select)
            return cls(item, ChannelName(match["channel"]))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            async with answers.caught(words, interaction):
                require_organiser(words, interaction)
                await choose(interaction, self.channel, self.item.values[0])

    client.add_dynamic_items(TagMenu)


def is_organiser(interaction: Interaction) -> bool:
    """Manage Server, as Discord says with everything that is asked; administrators and owners have it."""
    return interaction.permissions.manage_guild


def require_organiser(words: Words, interaction: Interaction) -> None:
    """UsageError for anybody else."""
    if not is_organiser(interaction):
        raise UsageError(voice_of(words, interaction).say("not_yours"))
