"""`/plant`: a member proposes an excerpt, and organisers decide on it."""

from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.errors import UsageError
from bot.model import Cutting, Proposal
from bot.platforms.discord.commands import answers, approval
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.form import CuttingForm
from bot.platforms.discord.parts import Parts

MOST_WAITING = 10  # of one member, until organisers have decided


def add_to(tree: app_commands.CommandTree[discord.Client], parts: Parts) -> None:
    words = parts.words

    @tree.command(name=words.localised("member.plant_name"), description=words.localised("member.plant_about"))
    async def plant(interaction: Interaction) -> None:
        await offer(parts, interaction, Cutting(""))


async def offer(parts: Parts, interaction: Interaction, cutting: Cutting) -> None:
    """Open the form; at once, since Discord takes a form as the first answer only."""
    then = partial(propose, parts)
    await interaction.response.send_modal(CuttingForm(parts.words, str(interaction.locale), cutting, then))


async def propose(parts: Parts, interaction: Interaction, cutting: Cutting) -> None:
    """Hand it to the organisers, and thank; where it could be no seed, nothing that was typed is lost."""
    try:
        proposal = await _kept(parts, interaction, cutting)
    except UsageError as error:
        view = TryAgain(parts, str(interaction.locale), cutting)
        await answers.say(interaction, {"content": answers.sentence(str(error)), "view": view})
        return
    await approval.ask(interaction.client, parts, proposal)
    await answers.tell(parts.words, interaction, "member.thanks")


async def _kept(parts: Parts, interaction: Interaction, cutting: Cutting) -> Proposal:
    """UsageError where it cannot be; one member alone does not fill the organisers' channel."""
    space, member = str(interaction.guild_id), str(interaction.user.id)
    if not interaction.permissions.manage_guild:
        waiting = sum(one.by == member for one in await parts.nursery.waiting(space))
        if waiting >= MOST_WAITING:
            raise UsageError(parts.words.say("member.plant_enough", str(interaction.locale), number=waiting))
    return await parts.nursery.propose(space, member, cutting)


class TryAgain(discord.ui.View):
    """A button that opens the form with everything in it."""

    def __init__(self, parts: Parts, locale: str, cutting: Cutting) -> None:
        super().__init__(timeout=answers.FORM_LIFE)
        self._parts = parts
        self._cutting = cutting
        button: discord.ui.Button[Any] = discord.ui.Button(label=parts.words.say("member.try_again", locale))
        button.callback = self._reopen  # type: ignore[method-assign]  # discord.py's own way to set one
        self.add_item(button)

    async def _reopen(self, interaction: Interaction) -> None:
        async with answers.caught(self._parts.words, interaction):
            await offer(self._parts, interaction, self._cutting)
