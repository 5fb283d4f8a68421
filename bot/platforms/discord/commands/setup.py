"""`/seedbed setup`: a channel gets its daily seed, or other settings; from Discord alone, in one command."""

from dataclasses import replace
from datetime import time as wall_time
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Choice, Transform

from bot.errors import UsageError
from bot.model import Channel, ChannelName, PlatformName, Setup
from bot.platforms import names, when
from bot.platforms.discord.commands import (
    answers,
    deskbuttons,
    portrait,
    rights_report,
    settings,
    typed,
    verb,
)
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.deskbuttons import Act
from bot.platforms.discord.commands.naming import LONGEST, SUGGESTIONS, Naming
from bot.platforms.discord.commands.placing import PlaceOption, around
from bot.platforms.discord.commands.settings import Wishes
from bot.platforms.discord.commands.voice import Voice, mention, voice_of
from bot.platforms.discord.parts import Parts

Line = app_commands.Range[str, 1, 300]

UNSET = (wall_time(9),)  # of a channel that has no time yet; never saved


def add_to(group: app_commands.Group, client: discord.Client, parts: Parts, naming: Naming) -> None:
    setting_up = SettingUp(parts, naming)
    verb.add(
        group,
        parts.words,
        setting_up.setup,
        suggest={
            "timezone": setting_up.suggest_zone,
            "days": setting_up.suggest_days,
            "topics": setting_up.suggest_topics,
            "tag": setting_up.suggest_tag,
        },
        choices={"thread": settings.THREADS, "style": ("card", "embed"), "clear": settings.CLEARED},
        texts={"channel": "setup_channel"},
    )
    deskbuttons.answer(client, parts.words, Act.POST, setting_up.post_now)
    deskbuttons.answer_tags(client, parts.words, setting_up.choose_tag)


class SettingUp:
    def __init__(self, parts: Parts, naming: Naming) -> None:
        self._parts = parts
        self._desk = parts.desk
        self._overview = parts.overview
        self._words = parts.words
        self._naming = naming
        self._zones = when.Zones()
        self._posting: set[int] = set()  # messages whose button was pressed, until their post has settled

    async def setup(
        self,
        interaction: Interaction,
        channel: Transform[AppCommandChannel, PlaceOption] | None = None,
        time: Line | None = None,
        timezone: Line | None = None,
        days: Line | None = None,
        topics: Line | None = None,
        thread: str | None = None,
        style: str | None = None,
        role: discord.Role | None = None,
        reactions: Line | None = None,
        pin: bool | None = None,
        crosspost: bool | None = None,
        tag: Line | None = None,
        clear: str | None = None,
    ) -> None:
        """What is not given stays as it is; in a channel that is set up, nothing at all shows how it is."""
        await answers.defer(interaction)
        voice = voice_of(self._words, interaction)
        wishes = Wishes(time, timezone, days, topics, thread, style, role, reactions, pin, crosspost, tag, clear)
        address, title, kind = (str(channel.id), channel.name, channel.type) if channel else _around(voice, interaction)
        earlier = await self._earlier(interaction, voice, address)
        begun = earlier or await self._begun(interaction, voice, address, title, wishes)
        if earlier is not None and wishes.none:
            await self._show(interaction, voice, "setup_is", earlier)
            return
        tags = settings.tags_of((await rights_report.look(interaction.client, begun)).place)
        wanted = settings.granted(voice, self._zones, begun, wishes, kind, tags)
        await self._save(interaction, wanted)
        await self._show(interaction, voice, "setup_changed" if earlier else "setup_new", wanted)

    # ---- the channel -----------------------------------------------------------------------------------------------

    async def _earlier(self, interaction: Interaction, voice: Voice, address: str) -> Channel | None:
        """What is posted there already. UsageError for a channel of the configuration file."""
        found = next((one for one in await self._naming.here(interaction) if one.address == address), None)
        if found is not None and await self._desk.setup(found.name) is None:
            raise UsageError(voice.say("read_only", channel=mention(found)))
        return found

    async def _begun(self, interaction: Interaction, voice: Voice, address: str, title: str, wishes: Wishes) -> Channel:
        """A new channel; its time has to be given, and its zone unless all others here share one."""
        zones = {one.zone for one in await self._naming.here(interaction)}
        if wishes.at is None or (wishes.zone is None and len(zones) != 1):
            raise UsageError(voice.say("setup_needs", channel=f"<#{address}>"))
        zone = zones.pop() if len(zones) == 1 else "Etc/UTC"
        name = await names.name_for(self._parts.memory, self._overview, PlatformName.DISCORD, title, address)
        return Channel(name, PlatformName.DISCORD, address, UNSET, zone)

    async def _save(self, interaction: Interaction, channel: Channel) -> None:
        await self._desk.set_up(Setup(channel, str(interaction.guild_id), str(interaction.user.id)))
        await names.keep(self._parts.memory, channel)

    async def _show(self, interaction: Interaction, voice: Voice, head: str, channel: Channel) -> None:
        told = voice.say(head, channel=mention(channel))
        await portrait.show(interaction, voice, self._overview, told, channel)

    # ---- below the answer ------------------------------------------------------------------------------------------

    async def post_now(self, interaction: Interaction, name: ChannelName) -> None:
        """Once: of two presses on one button the second is none, and the button goes before anything is posted."""
        await interaction.response.defer()
        assert interaction.message is not None
        pressed = interaction.message.id
        if pressed in self._posting:
            return
        self._posting.add(pressed)
        try:
            one = await self._naming.channel(interaction, name)
            await interaction.edit_original_response(view=None)
            post = await self._desk.post_now(one.name)
        finally:
            self._posting.discard(pressed)
        await answers.say(interaction, voice_of(self._words, interaction).outcome(post, interaction.guild, one))

    async def choose_tag(self, interaction: Interaction, name: ChannelName, tag: str) -> None:
        """The tag that every post of a forum gets."""
        await interaction.response.defer()
        voice = voice_of(self._words, interaction)
        one = await self._naming.channel(interaction, name)
        chosen = replace(one, look=replace(one.look, tag=tag))
        await self._save(interaction, chosen)
        told = voice.say("setup_changed", channel=mention(chosen))
        await portrait.show(interaction, voice, self._overview, told, chosen, in_place=True)

    # ---- while somebody types --------------------------------------------------------------------------------------

    async def suggest_zone(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """Zones by city, name, offset or abbreviation, each with what its clocks show now."""
        voice, now = voice_of(self._words, interaction), self._parts.clock.now()
        used = tuple(dict.fromkeys(one.zone for one in await self._naming.here(interaction)))
        found = self._zones.near(typed.one_line(current, LONGEST), now, SUGGESTIONS, used)
        return [Choice(name=f"{one} ({when.clock_of(one, now, voice.say('now'))})", value=one) for one in found]

    async def suggest_days(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """The usual choices; what was typed, as it is read."""
        voice = voice_of(self._words, interaction)
        read = when.weekdays(current)
        sets = [read] if read else [when.EVERY_DAY, when.WEEKDAYS, when.WEEKEND]
        return [Choice(name=voice.days(days), value=when.said(days)) for days in sets]

    async def suggest_topics(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """Completes the last of several."""
        del interaction
        before, comma, last = typed.one_line(current, LONGEST).rpartition(",")
        minus = "-" if last.strip().startswith("-") else ""
        start = f"{before}{comma} {minus}".lstrip() if comma else minus
        found = await self._overview.complete(last.strip().lstrip("-").strip(), SUGGESTIONS)
        whole = [start + typed.one_line(topic, LONGEST) for topic in found]
        return [Choice(name=one, value=one) for one in whole if len(one) <= LONGEST]

    async def suggest_tag(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """The tags of the forum that was chosen, or that the command is given in."""
        chosen: Any = getattr(interaction.namespace, "channel", None)
        address = str(chosen.id) if chosen is not None else (around(interaction) or ("",))[0]
        place = interaction.guild.get_channel(int(address)) if interaction.guild and address else None
        tags = settings.tags_of(place)
        wanted = current.strip().casefold()
        there = tags.names.items() if tags else ()
        return [Choice(name=name, value=number) for number, name in there if wanted in name.casefold()][:SUGGESTIONS]


def _around(voice: Voice, interaction: Interaction) -> tuple[str, str, discord.ChannelType]:
    found = around(interaction)
    if found is None:
        raise UsageError(voice.say("setup_where"))
    return found
