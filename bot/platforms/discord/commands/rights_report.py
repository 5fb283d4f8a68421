"""`/seedbed permissions`: what the bot needs in a channel, what of it is missing, and where to grant it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import discord
from discord import app_commands

from bot.model import Channel
from bot.platforms.discord import rights
from bot.platforms.discord.commands import answers, verb
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.naming import Naming
from bot.platforms.discord.commands.voice import Voice, tell, voice_of
from bot.platforms.discord.parts import Parts
from bot.platforms.discord.rights import Lack


@dataclass(frozen=True, slots=True)
class Report:
    """What is needed in a channel and what it lacks. `place` is None where the bot cannot see it, or it is `gone`."""

    address: str
    place: discord.abc.GuildChannel | None
    me: discord.Member | None
    needed: tuple[str, ...]
    lacks: tuple[Lack, ...]
    gone: bool = False

    @property
    def mention(self) -> str:
        return f"<#{self.address}>"

    def missing(self, voice: Voice) -> list[str]:
        """One line for each missing permission, with where to grant it."""
        return [
            f"❌ **{rights.label(lack.flag, voice.words, voice.locale)}**: {self._remedy(voice, lack)}"
            for lack in self.lacks
        ]

    def all(self, voice: Voice) -> list[str]:
        """The missing ones, then those that are there."""
        lacking = {lack.flag for lack in self.lacks}
        if "view_channel" in lacking:
            return self.missing(voice)  # nothing else can be told before
        there = [flag for flag in self.needed if flag not in lacking]
        return [*self.missing(voice), *(f"✅ {rights.label(flag, voice.words, voice.locale)}" for flag in there)]

    def _remedy(self, voice: Voice, lack: Lack) -> str:
        if not lack.in_channel:
            return voice.say("lack_server", role=self._own_role(voice))
        takers = ", ".join(self._takers(lack.flag))
        if takers:
            return voice.say("lack_denied", channel=self.mention, role=takers)
        return voice.say("lack_channel", channel=self.mention)

    def _own_role(self, voice: Voice) -> str:
        """The role that came with the invitation, which is where people look first."""
        own = next((role for role in self.me.roles if role.is_bot_managed()), None) if self.me else None
        return f"@{own.name}" if own else voice.say("any_role")

    def _takers(self, flag: str) -> list[str]:
        """Whose entry in the channel's permissions takes it away from the bot."""
        if self.place is None or self.me is None:
            return []
        mine = {self.me.id, *(role.id for role in self.me.roles)}
        return [
            target.name if str(target).startswith("@") else f"@{target.name}"
            for target, overwrite in self.place.overwrites.items()
            if target.id in mine and getattr(overwrite, flag) is False and hasattr(target, "name")
        ]


async def look(client: discord.Client, channel: Channel) -> Report:
    """How the bot stands now in a channel that it posts to."""
    return await examine(client, channel.address, lambda kind: rights.needed(channel, kind))


async def examine(
    client: discord.Client, address: str, needed: Callable[[discord.ChannelType], tuple[str, ...]]
) -> Report:
    """How the bot stands in any channel; what it needs there may depend on the kind of channel."""
    try:
        place, me = await rights.standing(client, address)
    except discord.Forbidden:
        return Report(address, None, None, ("view_channel",), (Lack("view_channel", in_channel=True),))
    except discord.NotFound:
        return Report(address, None, None, (), (), gone=True)
    flags = needed(place.type)
    return Report(address, place, me, flags, rights.lacks(place, me, flags))


def warning(voice: Voice, report: Report) -> list[str]:
    """A paragraph on what is missing, for whoever just chose the channel; none where all is well."""
    if report.gone:
        return [voice.say("place_gone", channel=report.mention)]
    if not report.lacks:
        return []
    return ["\n".join([voice.say("rights_missing", channel=report.mention), *report.missing(voice)])]


def add_to(group: app_commands.Group, parts: Parts, naming: Naming) -> None:
    asking = AskingRights(parts, naming)
    verb.add(group, parts.words, asking.permissions, suggest={"channel": naming.suggest_channel})


class AskingRights:
    def __init__(self, parts: Parts, naming: Naming) -> None:
        self._words = parts.words
        self._naming = naming

    async def permissions(self, interaction: Interaction, channel: str | None = None) -> None:
        """One channel in full, or what is missing in all of them."""
        await answers.defer(interaction)
        voice = voice_of(self._words, interaction)
        channels = await self._naming.here(interaction)
        if channel is not None or len(channels) <= 1:
            channels = [await self._naming.channel(interaction, channel)]
        reports = [await look(interaction.client, one) for one in channels]
        await tell(interaction, voice, _told(voice, reports))


def _told(voice: Voice, reports: Sequence[Report]) -> list[str]:
    paragraphs = []
    for report in reports:
        if report.gone:
            paragraphs += warning(voice, report)
            continue
        head = voice.say("rights_missing" if report.lacks else "rights_complete", channel=report.mention)
        lines = report.all(voice) if len(reports) == 1 else report.missing(voice)
        paragraphs.append("\n".join([head, *lines]))
    return paragraphs
