"""`/seedbed move` and `remove`: a channel at another place, or at none."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Transform

from bot.errors import UsageError
from bot.model import Channel, ChannelName
from bot.platforms import names
from bot.platforms.discord.commands import answers, deskbuttons, portrait, rights_report, settings, verb
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.deskbuttons import Act
from bot.platforms.discord.commands.naming import Naming
from bot.platforms.discord.commands.placing import PlaceOption
from bot.platforms.discord.commands.voice import Voice, mention, voice_of
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
        self._parts = parts
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
        await self._desk.move(one.name, str(to.id))
        moved = await self._settled(interaction, replace(one, address=str(to.id)), to.type)
        await names.keep(self._parts.memory, moved)
        told = voice.say("moved", before=mention(one), after=mention(moved))
        await portrait.show(interaction, voice, self._parts.overview, told, moved)

    async def _settled(self, interaction: Interaction, moved: Channel, kind: discord.ChannelType) -> Channel:
        """Without what was right only in the place before: a tag of another forum, publishing to followers."""
        tags = settings.tags_of((await rights_report.look(interaction.client, moved)).place)
        tag = moved.look.tag if tags and moved.look.tag in tags.names else None
        crosspost = moved.extras.crosspost and kind is discord.ChannelType.news
        fitting = replace(moved, look=replace(moved.look, tag=tag), extras=replace(moved.extras, crosspost=crosspost))
        setup = await self._desk.setup(moved.name)
        if setup is not None and fitting != setup.channel:
            await self._desk.set_up(replace(setup, channel=fitting))
        return fitting

    async def remove(self, interaction: Interaction, channel: str | None = None) -> None:
        """Asks first."""
        await answers.defer(interaction)
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
