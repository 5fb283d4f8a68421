"""What organisers name: one of this server's channels, and a seed."""

from collections.abc import Sequence
from difflib import get_close_matches

from discord.app_commands import Choice

from bot.errors import UsageError
from bot.model import Candidate, Channel, SeedId
from bot.platforms.discord.commands import answers, typed
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.voice import Voice, mention, voice_of
from bot.platforms.discord.parts import Parts

SUGGESTIONS = 25
LONGEST = 100  # characters of a suggestion
NEAR = 3


class Naming:
    """Finds what is meant among what this server may see: another server's channels are not there for it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._overview = parts.overview
        self._desk = parts.desk

    async def here(self, interaction: Interaction) -> list[Channel]:
        """This server's channels: those that were set up here, and those of the configuration file that are here."""
        set_up = {setup.channel.name for setup in await self._desk.setups(str(interaction.guild_id))}
        found = []
        for channel in answers.discord_channels(self._parts):
            placed = self._place(interaction, channel) is not None
            if channel.name in set_up or (placed and await self._desk.setup(channel.name) is None):
                found.append(channel)
        return found

    async def channel(self, interaction: Interaction, named: str | None) -> Channel:
        """The channel named; without a name the one the command was given in, or the only one there is."""
        channels = await self.here(interaction)
        if named is not None:
            return self._named(interaction, channels, named)
        around = answers.channel_of(self._parts, interaction)
        if around is not None and around in channels:
            return around
        if len(channels) == 1:
            return channels[0]
        raise UsageError(self._which(voice_of(self._parts.words, interaction), channels))

    async def suggest_channel(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """This server's channels with a daily seed, by what stands in their names."""
        wanted = current.strip().lstrip("#").casefold()
        shown = {channel.name: self._suggested(interaction, channel) for channel in await self.here(interaction)}
        found = [Choice(name=text, value=str(name)) for name, text in shown.items() if wanted in text.casefold()]
        return found[:SUGGESTIONS]

    async def seed(self, interaction: Interaction, channel: Channel, named: str) -> Candidate:
        """The seed meant by a suggestion, an id, or words that fit only one."""
        found = await self._overview.find_seeds(typed.one_line(named, LONGEST), channel.name, SUGGESTIONS)
        plain = named.strip().casefold()
        exact = [one for one in found if plain in {str(one.id).casefold(), one.heading.casefold()}]
        if len(exact or found) == 1:
            return (exact or found)[0]
        voice = voice_of(self._parts.words, interaction)
        if not found:
            raise UsageError(voice.say("seed_unknown", named=typed.quoted(named)))
        near = "\n".join(f"- {typed.quoted(one.heading)} (`{one.id}`)" for one in found[:NEAR])
        raise UsageError(voice.say("seed_many", named=typed.quoted(named), near=near))

    async def seed_id(self, interaction: Interaction, channel: Channel, named: str | None) -> SeedId | None:
        return (await self.seed(interaction, channel, named)).id if named is not None else None

    async def suggest_seed(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """Seeds for the channel of the command as far as it has been typed, unread ones first."""
        try:
            channel = await self.channel(interaction, getattr(interaction.namespace, "channel", None))
        except UsageError:
            return []  # the channel comes first
        found = await self._overview.find_seeds(typed.one_line(current, LONGEST), channel.name, SUGGESTIONS)
        return choices(found)

    def shown(self, interaction: Interaction, channel: Channel) -> str:
        """The channel to be clicked on; by its name in the ledger where it is not there any more."""
        return mention(channel) if self._place(interaction, channel) else f"`{channel.name}`"

    def _named(self, interaction: Interaction, channels: list[Channel], named: str) -> Channel:
        plain = named.strip().removeprefix("<").removesuffix(">").lstrip("#").casefold()
        for channel in channels:
            place = self._place(interaction, channel)
            if plain in {channel.name, channel.address, place.casefold() if place else None}:
                return channel
        voice = voice_of(self._parts.words, interaction)
        near = get_close_matches(plain, [str(channel.name) for channel in channels], 1)
        what = voice.say("channel_unknown", named=typed.quoted(named))
        hint = voice.say("did_you_mean", near=near[0]) if near else self._which(voice, channels)
        raise UsageError(f"{what} {hint}")

    def _which(self, voice: Voice, channels: list[Channel]) -> str:
        if not channels:
            return voice.say("no_channels")
        return voice.say("which_channel", channels=", ".join(mention(channel) for channel in channels[:SUGGESTIONS]))

    def _suggested(self, interaction: Interaction, channel: Channel) -> str:
        place = self._place(interaction, channel)
        shown = f"#{place}" if place else voice_of(self._parts.words, interaction).say("no_such_place")
        return typed.one_line(shown if place == channel.name else f"{shown} ({channel.name})", LONGEST)

    def _place(self, interaction: Interaction, channel: Channel) -> str | None:
        """What Discord calls the place of a channel, if it is in this server."""
        if interaction.guild is None or not channel.address.isdecimal():
            return None
        place = interaction.guild.get_channel_or_thread(int(channel.address))
        return place.name if place else None


def choices(seeds: Sequence[Candidate]) -> list[Choice[str]]:
    """Seeds as suggestions: their headings, with as much of the author as fits."""
    return [
        Choice(
            name=typed.one_line(f"{one.heading} · {one.author}" if one.author else one.heading, LONGEST), value=one.id
        )
        for one in seeds[:SUGGESTIONS]
    ]
