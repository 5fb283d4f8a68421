"""`/seedbed`: everything that organisers do on Discord, in one group of commands."""

import discord
from discord import app_commands

from bot.errors import UsageError
from bot.platforms.discord.commands import (
    approval,
    deskbuttons,
    moving,
    queueing,
    rights_report,
    setup,
    status,
    verbs,
)
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.naming import Naming
from bot.platforms.discord.commands.voice import voice_of
from bot.platforms.discord.parts import Parts
from bot.platforms.discord.words import Words


class Seedbed(app_commands.Group):
    """Shown to those who may manage the server, and answered for nobody else, whatever a server's settings show."""

    def __init__(self, words: Words) -> None:
        super().__init__(
            name="seedbed",
            description=words.localised("organiser.about"),
            guild_only=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._words = words

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        if deskbuttons.is_organiser(interaction):
            return True
        command = interaction.command
        assert isinstance(command, app_commands.Command), "only commands are in a group"
        refusal = UsageError(voice_of(self._words, interaction).say("not_yours"))
        # As if the command had said so itself: anything else that is raised here nobody answers.
        raise app_commands.CommandInvokeError(command, refusal)


def add_to(tree: app_commands.CommandTree[discord.Client], parts: Parts) -> None:
    group, client, naming = Seedbed(parts.words), tree.client, Naming(parts)
    setup.add_to(group, client, parts, naming)
    status.add_to(group, parts, naming)
    verbs.add_to(group, parts, naming)
    queueing.add_to(group, parts, naming)
    moving.add_to(group, client, parts, naming)
    rights_report.add_to(group, parts, naming)
    approval.add_to(group, client, parts)
    tree.add_command(group)
