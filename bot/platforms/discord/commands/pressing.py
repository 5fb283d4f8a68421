"""Buttons that are told by their names alone, so those of messages from before a restart answer as well."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord

from bot.platforms.discord.commands import answers
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.words import Words

Handler = Callable[[Interaction, re.Match[str]], Awaitable[None]]


def on_press(client: discord.Client, words: Words, template: re.Pattern[str], handler: Handler) -> None:
    """Have every button whose custom_id is like `template` answered by `handler`, its failures included."""

    class Pressed(discord.ui.DynamicItem[discord.ui.Button[Any]], template=template):
        """discord.py makes one for each press."""

        def __init__(self, item: discord.ui.Button[Any], found: re.Match[str]) -> None:
            super().__init__(item)
            self.found = found

        @classmethod
        async def from_custom_id(
            cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            del interaction
            assert isinstance(item, discord.ui.Button)
            return cls(item, match)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            async with answers.caught(words, interaction):
                await handler(interaction, self.found)

    client.add_dynamic_items(Pressed)


def below(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """A view of such buttons, which discord.py need not remember."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view
