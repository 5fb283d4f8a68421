"""`/forget-me`: what the bot keeps of a member goes, after a second thought."""

import re

import discord
from discord import app_commands

from bot.platforms.discord.commands import answers
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.pressing import below, on_press
from bot.platforms.discord.parts import Parts

CONFIRM = re.compile("seedbed-forget-me")


def add_to(tree: app_commands.CommandTree[discord.Client], parts: Parts) -> None:
    words = parts.words

    @tree.command(name=words.localised("member.forget_name"), description=words.localised("member.forget_about"))
    async def forget_me(interaction: Interaction) -> None:
        locale = str(interaction.locale)
        view = below(
            discord.ui.Button(
                style=discord.ButtonStyle.danger,
                label=words.say("member.forget_confirm", locale),
                custom_id=CONFIRM.pattern,
            )
        )
        await answers.say(interaction, {"content": words.say("member.forget_ask", locale), "view": view})

    async def confirmed(interaction: Interaction, found: re.Match[str]) -> None:
        """Only the member who asked sees the button. What was forgotten is said in place of the question."""
        del found
        await answers.defer_edit(interaction)
        rows = await parts.nursery.forget_member(str(interaction.user.id))
        locale = str(interaction.locale)
        done = words.count("member.forgotten", rows, locale) if rows else words.say("member.forgotten_none", locale)
        await answers.edit(interaction, {"content": done, "view": None})

    on_press(tree.client, words, CONFIRM, confirmed)
