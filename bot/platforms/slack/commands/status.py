"""`/seedbed status` and `next`: how every channel is, and a plain answer to "why didn't it post?"."""

from bot.model import Channel, LedgerEntry, State, StepState, Why
from bot.platforms.slack.commands import kit, naming, places, portrait, typed
from bot.platforms.slack.commands.answers import Answer, Asker
from bot.platforms.slack.commands.line import Line
from bot.platforms.slack.commands.standing import Standing, organiser
from bot.platforms.slack.commands.voice import Voice, date, mention, sentence

CHANNELS = 20  # of which `status` tells, unless one is named
OUTCOMES = 5  # of the past that `status` of one channel tells
SLOTS = 7  # that `next` tells, unless asked for another number
MOST_SLOTS = 25


async def status(who: Asker, line: Line) -> Answer:
    """All channels of the asker's; more about one that is named, or where there is only one."""
    looking = _Looking(who)
    rank = await organiser(who)
    channels = [one for one in await places.channels_of(who.parts, who.team) if rank.may(one)]
    if line.places or line.rest or len(channels) == 1:
        one, _ = await naming.named_or_last(who, line)
        paragraphs = [await looking.about(one), await looking.past(one)]
        return Answer(_joined([*paragraphs, *await looking.around(rank)]), (controls(looking.voice, one),))
    if channels:
        paragraphs = [await looking.about(one, latest=True) for one in channels[:CHANNELS]]
        if len(channels) > CHANNELS:
            paragraphs.append(looking.voice.count("more_channels", len(channels) - CHANNELS))
    else:
        paragraphs = [looking.voice.say("no_channels")]
    return Answer(_joined([*paragraphs, *await looking.around(rank)]))


async def coming(who: Asker, line: Line) -> Answer:
    """`next`: the slots to come of one channel."""
    voice = Voice(who.words)
    one, left = await naming.named_or_last(who, line)
    count = min(max(int(left.rest), 1), MOST_SLOTS) if left.rest.isdecimal() else SLOTS
    lines = []
    for slot in await who.parts.overview.upcoming(one.name, count):
        note, shown = voice.note(slot), voice.moment(slot)
        lines.append(f"• ~{shown}~ {note}" if slot.closed else f"• {shown}" + (f" · {note}" if note else ""))
    head = voice.say("next_head", channel=mention(one), plan=voice.plan(one))
    return Answer("\n".join([head, *lines]) if lines else voice.say("next_none", channel=mention(one)))


def controls(voice: Voice, one: Channel) -> kit.Block:
    """What is done most, a press away."""
    verbs = ("post", "preview", "skip", "pause", "resume")
    return kit.row(
        *(
            kit.button(
                f"{naming.RUN}:{verb}",
                voice.say(f"button_{verb}"),
                naming.run(verb, one),
                sure=portrait.sure_to_post(voice) if verb == "post" else None,
            )
            for verb in verbs
        )
    )


class _Looking:
    def __init__(self, who: Asker) -> None:
        self._who = who
        self._parts = who.parts
        self._overview = who.parts.overview
        self.voice = Voice(who.words)

    async def about(self, channel: Channel, *, latest: bool = False) -> str:
        """Its plan, what comes next or why nothing does, how long the library lasts, and the last post.

        With `latest` also why there was none when one was due last.
        """
        voice = self.voice
        file = "" if await self._parts.desk.setup(channel.name) else " · " + voice.say("from_file")
        feed = await self._overview.feed(channel.name, 1)
        lines = [
            f"*{mention(channel)}* · {voice.plan(channel)}{file}",
            await portrait.coming(voice, self._overview, channel),
            voice.runway(await self._overview.runway(channel.name)),
            self._last(channel, feed[0]) if feed else voice.say("last_none"),
            *(await self._loose_ends(feed[0]) if feed else ()),
            *(await self._lately(channel) if latest else ()),
        ]
        return "\n".join(lines)

    async def past(self, channel: Channel) -> str:
        """The newest rows of the ledger, whatever became of them."""
        rows = [
            f"• {date(entry.post.due)}: {self._became(channel, entry)}"
            for entry in await self._overview.entries(channel.name, OUTCOMES)
        ]
        return "\n".join([self.voice.say("past_head"), *rows]) if rows else self.voice.say("past_none")

    async def around(self, rank: Standing) -> list[str]:
        """The workspace, and the bot: for those who look after all of it."""
        if not rank.admin:
            return []
        space = self._who.team
        address = await self._parts.nursery.organisers(space)
        waiting = len(await self._parts.nursery.waiting(space))
        shown = f"<#{places.id_of(address)}>" if address else ""
        told = self.voice.say("organisers_are", channel=shown) if address else self.voice.say("organisers_none")
        return [told + (" " + self.voice.count("proposals_wait", waiting) if waiting else ""), await self._trouble()]

    def _last(self, channel: Channel, entry: LedgerEntry) -> str:
        post = entry.post
        assert post.posted is not None, "the feed holds confirmed posts"
        return self.voice.say(
            "last",
            title=typed.quoted(entry.title or (post.message.heading if post.message else "")),
            when=date(post.posted),
            reactions=self.voice.reactions(entry) or self.voice.say("no_reactions"),
            link=places.link(self._parts, channel, post.message_id) if post.message_id else "",
        )

    async def _loose_ends(self, entry: LedgerEntry) -> list[str]:
        """What should have followed the last post, and did not."""
        return [
            self.voice.say(
                "step_failed" if step.state is StepState.FAILED else "step_open",
                step=self.voice.say(f"step_{step.name}"),
                reason=sentence(step.reason or ""),
            )
            for step in await self._overview.steps(entry.post.id)
            if step.state is StepState.FAILED or (step.state is StepState.OPEN and step.reason)
        ]

    async def _lately(self, channel: Channel) -> list[str]:
        """What became of the newest row, where that is worth a line: no post, and not because of a pause."""
        entries = await self._overview.entries(channel.name, 1)
        if not entries or entries[0].post.state is State.POSTED or entries[0].post.why is Why.PAUSED:
            return []
        return [f"⚠️ {date(entries[0].post.due)}: {self._became(channel, entries[0])}"]

    def _became(self, channel: Channel, entry: LedgerEntry) -> str:
        post = entry.post
        if post.state is State.SKIPPED and post.why is not None:
            return self.voice.say("outcome_skipped", reason=self.voice.say(f"why_{post.why}"))
        late = " " + self.voice.say("late") if post.late and post.state is State.POSTED else ""
        return self.voice.outcome(self._parts, post, channel) + late

    async def _trouble(self) -> str:
        """Which parts are not well. Details may name what is on the bot's own machine, so they stay there."""
        unwell = [name for name, health in (await self._overview.health()).items() if not health.ok]
        return self.voice.say("trouble", parts=", ".join(unwell)) if unwell else ""


def _joined(paragraphs: list[str]) -> str:
    return "\n\n".join(filter(None, paragraphs))
