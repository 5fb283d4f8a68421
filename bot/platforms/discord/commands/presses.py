"""The buttons of a post. They are told by their names, so posts from before a restart answer as well."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord

from bot.model import LedgerEntry, Message, MessageId, PlatformName, Post
from bot.platforms.cooldown import Cooldown
from bot.platforms.discord import post as posts
from bot.platforms.discord.buttons import TEMPLATE, Button
from bot.platforms.discord.commands import answers
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.pressing import on_press
from bot.platforms.discord.parts import Parts

DIRECT = 10.0  # seconds for a direct message; who waits reads it here after that
REST = timedelta(seconds=10)  # for a message, after its question was swapped


def add_to(client: discord.Client, parts: Parts) -> None:
    """Answer presses, whichever message of ours they are on."""
    presses = Presses(parts)

    async def pressed(interaction: Interaction, found: re.Match[str]) -> None:
        await presses.answer(Button(found["button"]), interaction)

    on_press(client, parts.words, TEMPLATE, pressed)


class Presses:
    """What each button does."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._words = parts.words
        self._rest = Cooldown(parts.clock, REST)

    async def answer(self, button: Button, interaction: Interaction) -> None:
        verbs: dict[Button, Callable[[Interaction], Awaitable[None]]] = {
            Button.ANOTHER: self._another,
            Button.SAVE: self._save,
            Button.DISCUSS: self._discuss,
        }
        await verbs[button](interaction)

    async def _another(self, interaction: Interaction) -> None:
        """Swap a question in the message itself, for everybody who reads it."""
        assert interaction.message is not None
        again = self._rest.take(interaction.message.id)
        if again is not None:
            await answers.tell(
                self._words, interaction, "member.another_rest", when=discord.utils.format_dt(again, "R")
            )
            return
        await answers.defer_edit(interaction)  # the message itself is the answer
        message: Message | None = None
        try:
            post = await self._post(interaction)
            message = await self._parts.inbox.another_question(post.id) if post else None
        finally:
            if message is None:
                self._rest.release(interaction.message.id)
        if message is None:
            await answers.tell(self._words, interaction, "member.not_known")
            return
        place = interaction.channel
        forum = isinstance(place, discord.Thread) and isinstance(place.parent, discord.ForumChannel)
        rendered = posts.render(message, self._words, forum=forum)
        await answers.edit(interaction, rendered.arguments())

    async def _save(self, interaction: Interaction) -> None:
        """Send the seed to whoever asked; to be read here where they take no direct messages from this server."""
        await answers.defer(interaction)
        assert interaction.message is not None
        post = await self._post(interaction)
        if post is None or post.message is None:
            await answers.tell(self._words, interaction, "member.not_known")
            return
        locale, link = str(interaction.locale), interaction.message.jump_url
        try:
            async with asyncio.timeout(DIRECT):
                await interaction.user.send(**posts.render_private(post.message, self._words, locale, link=link))
        except answers.FAILURES as error:
            closed = isinstance(error, discord.Forbidden)
            await answers.tell(self._words, interaction, "member.save_closed" if closed else "member.save_failed")
            await answers.add(interaction, posts.render_private(post.message, self._words, locale, link=link))
        else:
            await answers.tell(self._words, interaction, "member.saved")

    async def _discuss(self, interaction: Interaction) -> None:
        await answers.defer(interaction)
        post = await self._post(interaction)
        thread = await self._parts.inbox.discuss(post.id) if post else None
        if thread is None:
            await answers.tell(self._words, interaction, "member.not_known")
        else:
            await answers.tell(self._words, interaction, "member.discuss", thread=f"<#{thread}>")

    async def _post(self, interaction: Interaction) -> Post | None:
        """The post whose button was pressed; None while it is not confirmed, and where it is not known here."""
        assert interaction.message is not None
        entry: LedgerEntry | None = await self._parts.overview.post_of(
            PlatformName.DISCORD, MessageId(str(interaction.message.id))
        )
        return entry.post if entry else None
