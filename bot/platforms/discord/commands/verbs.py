"""`/seedbed post`, `skip`, `pause`, `resume` and `preview`: the daily post of one channel, by hand."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from discord import app_commands
from discord.app_commands import Choice

from bot.errors import UsageError
from bot.model import Channel, Kind
from bot.platforms import when
from bot.platforms.discord import post as posts
from bot.platforms.discord.commands import answers, typed, verb
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.naming import Naming
from bot.platforms.discord.commands.voice import mention, voice_of
from bot.platforms.discord.parts import Parts

DAY = timedelta(days=1)


def add_to(group: app_commands.Group, parts: Parts, naming: Naming) -> None:
    posting = Posting(parts, naming)
    channel, seed = {"channel": naming.suggest_channel}, {"seed": naming.suggest_seed}
    verb.add(group, parts.words, posting.post, suggest=channel | seed)
    verb.add(group, parts.words, posting.preview, suggest=channel | seed)
    verb.add(group, parts.words, posting.skip, suggest=channel)
    verb.add(group, parts.words, posting.pause, suggest=channel | {"until": posting.suggest_until})
    verb.add(group, parts.words, posting.resume, suggest=channel)


class Posting:
    def __init__(self, parts: Parts, naming: Naming) -> None:
        self._parts = parts
        self._desk = parts.desk
        self._overview = parts.overview
        self._words = parts.words
        self._naming = naming

    async def post(self, interaction: Interaction, seed: str | None = None, channel: str | None = None) -> None:
        """The seed named, or the next one, goes out now."""
        await answers.defer(interaction)
        one = await self._naming.channel(interaction, channel)
        post = await self._desk.post_now(one.name, await self._naming.seed_id(interaction, one, seed))
        await answers.say(interaction, voice_of(self._words, interaction).outcome(post, interaction.guild, one))

    async def preview(self, interaction: Interaction, seed: str | None = None, channel: str | None = None) -> None:
        """What would go out, for the asker's eyes only."""
        await answers.defer(interaction)
        one = await self._naming.channel(interaction, channel)
        message = await self._desk.preview(one.name, await self._naming.seed_id(interaction, one, seed))
        voice = voice_of(self._words, interaction)
        ahead = await self._overview.next_post(one.name)
        # As the slot would have it: what somebody asks for is marked as that.
        daily = replace(message, kind=Kind.DAILY)
        await answers.say(interaction, posts.render_private(daily, self._words, voice.locale, link=None))
        if seed is None and ahead is not None:
            note = voice.say("preview_next", channel=mention(one), moment=voice.moment(ahead))
        else:
            note = voice.say("preview_seed", channel=mention(one))
        await answers.add(interaction, note)

    async def skip(self, interaction: Interaction, channel: str | None = None) -> None:
        """Leave out the next slot."""
        await answers.defer(interaction)
        one = await self._naming.channel(interaction, channel)
        voice = voice_of(self._words, interaction)
        skipped = await self._desk.skip(one.name)
        ahead = await self._overview.next_post(one.name)
        told = voice.say("skipped", channel=mention(one), moment=voice.moment(skipped))
        after = voice.say("coming", moment=voice.moment(ahead)) if ahead else voice.say("coming_none")
        await answers.say(interaction, f"{told}\n{after}")

    async def pause(self, interaction: Interaction, until: str | None = None, channel: str | None = None) -> None:
        """No daily post until a date, or until `resume`."""
        await answers.defer(interaction)
        one = await self._naming.channel(interaction, channel)
        voice = voice_of(self._words, interaction)
        today = self._today(one)
        day = when.day(until, today) if until is not None else None
        if until is not None and day is None:
            raise UsageError(voice.say("no_date", typed=typed.quoted(until)))
        if day is not None and day <= today:
            raise UsageError(voice.say("past_date", day=day.isoformat()))
        end = await self._desk.pause(one.name, day)
        await answers.say(interaction, voice.say("paused_now", channel=mention(one), until=voice.until(end)))

    async def resume(self, interaction: Interaction, channel: str | None = None) -> None:
        """End a pause."""
        await answers.defer(interaction)
        one = await self._naming.channel(interaction, channel)
        voice = voice_of(self._words, interaction)
        ahead = await self._desk.resume(one.name)
        after = voice.say("coming", moment=voice.moment(ahead)) if ahead else voice.say("coming_none")
        await answers.say(interaction, voice.say("resumed", channel=mention(one)) + "\n" + after)

    async def suggest_until(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        """Dates that pauses often end on, and what was typed as the date it is read as."""
        voice = voice_of(self._words, interaction)
        try:
            channel = await self._naming.channel(interaction, getattr(interaction.namespace, "channel", None))
        except UsageError:
            return []
        today = self._today(channel)
        read = when.day(current, today)
        if read is not None:
            return [Choice(name=_shown(read, voice.say("day_names").split()), value=read.isoformat())]
        likely = {
            "until_tomorrow": today + DAY,
            "until_monday": today + DAY * (7 - today.weekday()),
            "until_week": today + 7 * DAY,
            "until_fortnight": today + 14 * DAY,
            "until_month": (today.replace(day=1) + 32 * DAY).replace(day=1),
        }
        names = voice.say("day_names").split()
        shown = {day: f"{voice.say(key)}: {_shown(day, names)}" for key, day in likely.items()}
        wanted = current.strip().casefold()
        return [Choice(name=text, value=day.isoformat()) for day, text in shown.items() if wanted in text.casefold()]

    def _today(self, channel: Channel) -> date:
        """By the channel's own calendar."""
        return self._parts.clock.now().astimezone(ZoneInfo(channel.zone)).date()


def _shown(day: date, names: list[str]) -> str:
    return f"{names[day.weekday()]} {day.isoformat()}"
