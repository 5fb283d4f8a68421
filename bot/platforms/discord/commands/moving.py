"""`/seedbed move` and `remove`: a channel at another place, or at none."""

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Transform

from bot.errors import UsageError
from bot.model import Channel, ChannelName
from bot.platforms.discord.commands import answers, deskbuttons, rights_report, verb
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.deskbuttons import Act
from bot.platforms.discord.commands.naming import Naming
from bot.platforms.discord.commands.placing import PlaceOption
from bot.platforms.discord.commands.voice import Voice, mention, tell, voice_of
from bot.platforms.discord.parts import Parts


def add_to(group: app_commands.Group, client: discord.Client, parts: Parts, naming: Naming) -> None:
    moving = Moving(parts, naming)
    suggest = {"channel": naming.suggest_channel}
    verb.add(group, parts.words, moving.move, suggest=suggest)
    verb.add(group, parts.words, moving.remove, suggest=suggest)
    deskbuttons.answer(client, parts.words, Act.REMOVE, moving.removed)
    deskbuttons.answer(client, parts.words, Act.KEEP, moving.kept)


class Moving:
    def __init__(self, parts: Parts, naming: Naming) -> None:
        self._desk = parts.desk
        self._words = parts.words
        self._naming = naming

    async def move(
        self,
        interaction: Interaction,
        to: Transform[AppCommandChannel, PlaceOption],
        channel: str | None = None,
    ) -> None:
        """The same channel, with all it has read, in another place."""
        await answers.defer(interaction)
        voice = voice_of(self._words, interaction)
        one = await self._own(interaction, voice, channel)
        before = mention(one)
        await self._desk.move(one.name, str(to.id))
        moved = await self._naming.channel(interaction, one.name)
        report = await rights_report.look(interaction.client, moved)
        told = voice.say("moved", before=before, after=mention(moved))
        await tell(interaction, [told, *rights_report.warning(voice, report)])

    async def remove(self, interaction: Interaction, channel: str | None = None) -> None:
        """Asks first."""
        voice = voice_of(self._words, interaction)
        one = await self._own(interaction, voice, channel)
        buttons = deskbuttons.below(
            deskbuttons.button(Act.REMOVE, one, voice.say("button_remove"), discord.ButtonStyle.danger),
            deskbuttons.button(Act.KEEP, one, voice.say("button_keep")),
        )
        asked = voice.say("remove_ask", channel=mention(one))
        await answers.say(interaction, {"content": asked, "view": buttons})

    async def removed(self, interaction: Interaction, name: ChannelName) -> None:
        await interaction.response.defer()
        voice = voice_of(self._words, interaction)
        one = await self._own(interaction, voice, name)
        await self._desk.remove(one.name)
        await interaction.edit_original_response(content=voice.say("removed", channel=mention(one)), view=None)

    async def kept(self, interaction: Interaction, name: ChannelName) -> None:
        voice = voice_of(self._words, interaction)
        one = await self._own(interaction, voice, name)
        await interaction.response.edit_message(content=voice.say("kept", channel=mention(one)), view=None)

    async def _own(self, interaction: Interaction, voice: Voice, named: str | None) -> Channel:
        """One that was set up here; the file's channels are changed there."""
        one = await self._naming.channel(interaction, named)
        if await self._desk.setup(one.name) is None:
            raise UsageError(voice.say("read_only", channel=mention(one)))
        return one
