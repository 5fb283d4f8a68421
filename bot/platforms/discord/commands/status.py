"""`/seedbed status` and `next`: how every channel is, and a plain answer to "why didn't it post?"."""

import discord
from discord import app_commands

from bot.model import Channel, LedgerEntry, State, StepState, Why
from bot.platforms.discord.commands import answers, portrait, typed, verb
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.naming import Naming
from bot.platforms.discord.commands.voice import Voice, mention, sentence, tell, voice_of
from bot.platforms.discord.parts import Parts

CHANNELS = 20  # of which `status` tells, unless one is named
OUTCOMES = 5  # of the past that `status` of one channel tells
SLOTS = 7  # that `next` tells, unless asked for another number
MOST_SLOTS = 25


def add_to(group: app_commands.Group, parts: Parts, naming: Naming) -> None:
    looking = Looking(parts, naming)
    suggest = {"channel": naming.suggest_channel}
    verb.add(group, parts.words, looking.status, suggest=suggest, texts={"channel": "status_channel"})
    verb.add(group, parts.words, looking.next, suggest=suggest)


class Looking:
    def __init__(self, parts: Parts, naming: Naming) -> None:
        self._overview = parts.overview
        self._desk = parts.desk
        self._nursery = parts.nursery
        self._words = parts.words
        self._naming = naming

    async def status(self, interaction: Interaction, channel: str | None = None) -> None:
        """All channels of the server; more about one that is named, or where there is only one."""
        await answers.defer(interaction)
        voice = voice_of(self._words, interaction)
        channels = await self._naming.here(interaction)
        if channel is not None or len(channels) == 1:
            one = await self._naming.channel(interaction, channel)
            paragraphs = [await self._about(voice, interaction, one), await self._past(voice, interaction, one)]
        elif channels:
            paragraphs = [await self._about(voice, interaction, one, latest=True) for one in channels[:CHANNELS]]
            if len(channels) > CHANNELS:
                paragraphs.append(voice.count("more_channels", len(channels) - CHANNELS))
        else:
            paragraphs = [voice.say("no_channels")]
        paragraphs += [await self._server(voice, interaction), await self._trouble(voice)]
        await tell(interaction, voice, filter(None, paragraphs))

    async def next(
        self,
        interaction: Interaction,
        channel: str | None = None,
        count: app_commands.Range[int, 1, MOST_SLOTS] = SLOTS,
    ) -> None:
        """The slots to come of one channel."""
        await answers.defer(interaction)
        voice = voice_of(self._words, interaction)
        one = await self._naming.channel(interaction, channel)
        lines = []
        for slot in await self._overview.upcoming(one.name, count):
            note = voice.note(slot)
            shown = voice.moment(slot)
            lines.append(f"- ~~{shown}~~ {note}" if slot.closed else f"- {shown}" + (f" · {note}" if note else ""))
        head = voice.say("next_head", channel=mention(one), plan=voice.plan(one))
        await tell(
            interaction, voice, ["\n".join([head, *lines]) if lines else voice.say("next_none", channel=mention(one))]
        )

    # ---- one channel -----------------------------------------------------------------------------------------------

    async def _about(self, voice: Voice, interaction: Interaction, channel: Channel, *, latest: bool = False) -> str:
        """Its plan, what comes next or why nothing does, how long the library lasts, and the last post.

        With `latest` also why there was none when one was due last.
        """
        file = "" if await self._desk.setup(channel.name) else " · " + voice.say("from_file")
        feed = await self._overview.feed(channel.name, 1)
        lines = [
            f"**{self._naming.shown(interaction, channel)}** · {voice.plan(channel)}{file}",
            await portrait.coming(voice, self._overview, channel),
            voice.runway(await self._overview.runway(channel.name)),
            self._last(voice, interaction.guild, channel, feed[0]) if feed else voice.say("last_none"),
            *(await self._loose_ends(voice, feed[0]) if feed else ()),
            *(await self._lately(voice, interaction, channel) if latest else ()),
        ]
        return "\n".join(lines)

    def _last(self, voice: Voice, guild: discord.Guild | None, channel: Channel, entry: LedgerEntry) -> str:
        post = entry.post
        assert post.posted is not None, "the feed holds confirmed posts"
        link = answers.link(guild, channel.address, post.message_id) if post.message_id else ""
        return voice.say(
            "last",
            title=typed.quoted(entry.title or (post.message.heading if post.message else "")),
            when=discord.utils.format_dt(post.posted, "R"),
            reactions=voice.reactions(entry) or voice.say("no_reactions"),
            link=link,
        )

    async def _loose_ends(self, voice: Voice, entry: LedgerEntry) -> list[str]:
        """What should have followed the last post, and did not."""
        return [
            voice.say(
                "step_failed" if step.state is StepState.FAILED else "step_open",
                step=voice.say(f"step_{step.name}"),
                reason=sentence(step.reason or ""),
            )
            for step in await self._overview.steps(entry.post.id)
            if step.state is StepState.FAILED or (step.state is StepState.OPEN and step.reason)
        ]

    async def _lately(self, voice: Voice, interaction: Interaction, channel: Channel) -> list[str]:
        """What became of the newest row, where that is worth a line: no post, and not because of a pause."""
        entries = await self._overview.entries(channel.name, 1)
        if not entries or entries[0].post.state is State.POSTED or entries[0].post.why is Why.PAUSED:
            return []
        when = discord.utils.format_dt(entries[0].post.due, "f")
        return [f"⚠️ {when}: {self._became(voice, interaction, channel, entries[0])}"]

    async def _past(self, voice: Voice, interaction: Interaction, channel: Channel) -> str:
        """The newest rows of the ledger, whatever became of them."""
        rows = [
            f"- {discord.utils.format_dt(entry.post.due, 'f')}: {self._became(voice, interaction, channel, entry)}"
            for entry in await self._overview.entries(channel.name, OUTCOMES)
        ]
        return "\n".join([voice.say("past_head"), *rows]) if rows else voice.say("past_none")

    def _became(self, voice: Voice, interaction: Interaction, channel: Channel, entry: LedgerEntry) -> str:
        post = entry.post
        if post.state is State.SKIPPED and post.why is not None:
            return voice.say("outcome_skipped", reason=voice.say(f"why_{post.why}"))
        late = " " + voice.say("late") if post.late and post.state is State.POSTED else ""
        return voice.outcome(post, interaction.guild, channel) + late

    # ---- the server, and the bot -----------------------------------------------------------------------------------

    async def _server(self, voice: Voice, interaction: Interaction) -> str:
        space = str(interaction.guild_id)
        address = await self._nursery.organisers(space)
        waiting = len(await self._nursery.waiting(space))
        told = voice.say("organisers_are", channel=f"<#{address}>") if address else voice.say("organisers_none")
        return told + (" " + voice.count("proposals_wait", waiting) if waiting else "")

    async def _trouble(self, voice: Voice) -> str:
        """Which parts are not well. Details may name what is on the bot's own machine, so they stay there."""
        unwell = [name for name, health in (await self._overview.health()).items() if not health.ok]
        return voice.say("trouble", parts=", ".join(unwell)) if unwell else ""
