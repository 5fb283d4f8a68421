"""`/seedbed setup`: a channel gets its daily seed, or other settings; from Discord alone, in one command."""

import re
import unicodedata
from dataclasses import replace
from datetime import time as wall_time
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Choice, Transform

from bot.errors import UsageError
from bot.model import Channel, ChannelName, PlatformName, Setup
from bot.platforms.discord.commands import answers, deskbuttons, rights_report, settings, typed, verb, when
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.deskbuttons import Act
from bot.platforms.discord.commands.naming import LONGEST, SUGGESTIONS, Naming
from bot.platforms.discord.commands.placing import PlaceOption, around
from bot.platforms.discord.commands.rights_report import Report
from bot.platforms.discord.commands.settings import Tags, Wishes
from bot.platforms.discord.commands.voice import Voice, mention, voice_of
from bot.platforms.discord.parts import Parts

Line = app_commands.Range[str, 1, 300]

NAMED = "discord/name/"  # in Memory: whose history is kept under a name; another channel never takes it over
NAME = 40  # characters
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
        report = await rights_report.look(interaction.client, begun)
        tags = settings.tags_of(report.place)
        if earlier is not None and wishes.none:
            await self._answer(interaction, voice, voice.say("setup_is", channel=mention(earlier)), earlier, report)
            return
        wanted = settings.granted(voice, self._zones, begun, wishes, kind, tags)
        await self._save(interaction, wanted)
        head = voice.say("setup_changed" if earlier else "setup_new", channel=mention(wanted))
        await self._answer(interaction, voice, head, wanted, await rights_report.look(interaction.client, wanted))

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
        name = await self._name(title, address)
        return Channel(name, PlatformName.DISCORD, address, UNSET, zone)

    async def _name(self, title: str, address: str) -> ChannelName:
        """The Discord channel's name in plain letters: the one it had before, or one that nothing ever had."""
        plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
        slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[: NAME - 5].strip("-") or "channel"
        kept = await self._parts.memory.recall_all(NAMED)
        used = {channel.name for channel in self._overview.channels()}
        count, name = 1, slug
        while name in used or kept.get(NAMED + name, address) != address:
            count += 1
            name = f"{slug}-{count}"
        return ChannelName(name)

    async def _save(self, interaction: Interaction, channel: Channel) -> None:
        await self._desk.set_up(Setup(channel, str(interaction.guild_id), str(interaction.user.id)))
        await self._parts.memory.keep(NAMED + channel.name, channel.address)

    # ---- the answer ------------------------------------------------------------------------------------------------

    async def _answer(
        self, interaction: Interaction, voice: Voice, head: str, channel: Channel, report: Report
    ) -> None:
        tags = settings.tags_of(report.place)
        paragraphs = [
            "\n".join([head, *settings.summary(voice, channel, tags)]),
            "\n".join([await self._coming(voice, channel), voice.runway(await self._overview.runway(channel.name))]),
            *await self._unknown_topics(voice, channel),
            *_quiet_role(voice, channel, report),
            *rights_report.warning(voice, report),
        ]
        if tags and tags.required and not channel.look.tag:
            paragraphs.append(voice.say("tag_needed"))
        text = "\n\n".join(paragraphs)
        await answers.say(interaction, {"content": text[: answers.LONGEST], "view": _below(voice, channel, tags)})
        if len(text) > answers.LONGEST:
            await answers.add(interaction, text[answers.LONGEST :])

    async def _coming(self, voice: Voice, channel: Channel) -> str:
        state = await self._overview.state(channel.name)
        ahead = await self._overview.next_post(channel.name)
        paused = voice.say("paused", until=voice.until(state.paused_until)) + " " if state.paused_until else ""
        return paused + (voice.say("coming", moment=voice.moment(ahead)) if ahead else voice.say("coming_none"))

    async def _unknown_topics(self, voice: Voice, channel: Channel) -> list[str]:
        """A topic that no seed has is a typing error, or one to come."""
        told = []
        for topic in sorted(channel.topics_include | channel.topics_exclude):
            near = await self._overview.complete(topic, SUGGESTIONS)
            if topic.casefold() not in {one.casefold() for one in near}:
                near = near or await self._overview.complete(topic[:3], 3)
                names = ", ".join(typed.quoted(one) for one in near[:3])
                told.append(
                    voice.say("topic_near" if names else "topic_unknown", topic=typed.quoted(topic), near=names)
                )
        return ["\n".join(told)] if told else []

    # ---- below the answer ------------------------------------------------------------------------------------------

    async def post_now(self, interaction: Interaction, name: ChannelName) -> None:
        """Once: the button goes before anything is posted."""
        await interaction.response.defer()
        one = await self._naming.channel(interaction, name)
        await interaction.edit_original_response(view=None)
        post = await self._desk.post_now(one.name)
        await answers.say(interaction, voice_of(self._words, interaction).outcome(post, interaction.guild, one))

    async def choose_tag(self, interaction: Interaction, name: ChannelName, tag: str) -> None:
        """The tag that every post of a forum gets."""
        await interaction.response.defer()
        voice = voice_of(self._words, interaction)
        one = await self._naming.channel(interaction, name)
        if await self._desk.setup(one.name) is None:
            raise UsageError(voice.say("read_only", channel=mention(one)))
        chosen = replace(one, look=replace(one.look, tag=tag))
        await self._save(interaction, chosen)
        report = await rights_report.look(interaction.client, chosen)
        await self._answer_in_place(interaction, voice, chosen, settings.tags_of(report.place))

    async def _answer_in_place(
        self, interaction: Interaction, voice: Voice, channel: Channel, tags: Tags | None
    ) -> None:
        lines = [voice.say("setup_changed", channel=mention(channel)), *settings.summary(voice, channel, tags)]
        lines.append(await self._coming(voice, channel))
        await interaction.edit_original_response(content="\n".join(lines), view=_below(voice, channel, tags))

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
        names = tags.names.items() if tags else ()
        return [Choice(name=name, value=number) for number, name in names if wanted in name.casefold()][:SUGGESTIONS]


def _around(voice: Voice, interaction: Interaction) -> tuple[str, str, discord.ChannelType]:
    found = around(interaction)
    if found is None:
        raise UsageError(voice.say("setup_where"))
    return found


def _quiet_role(voice: Voice, channel: Channel, report: Report) -> list[str]:
    """A role that is named without being pinged."""
    if channel.look.role is None or report.place is None or report.me is None:
        return []
    role = report.place.guild.get_role(int(channel.look.role))
    may = report.place.permissions_for(report.me).mention_everyone
    return [voice.say("role_quiet", role=role.mention)] if role and not role.mentionable and not may else []


def _below(voice: Voice, channel: Channel, tags: Tags | None) -> discord.ui.View:
    """What can be done next: the tag that a forum asks for, or a first post."""
    if tags and tags.required and not channel.look.tag:
        return deskbuttons.below(deskbuttons.tag_menu(channel, voice.say("tag_choose"), tags.names))
    return deskbuttons.below(deskbuttons.button(Act.POST, channel, voice.say("button_post")))
