"""What organisers are told, in the language of whoever asks: moments, weekdays, outcomes, links."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import discord

from bot.model import Channel, LedgerEntry, Post, State
from bot.platforms import when
from bot.platforms.discord.commands import answers, typed
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.words import Words
from bot.ports import Runway, Upcoming

LONGEST = answers.LONGEST
MOST_MESSAGES = 5  # in one answer; nobody reads more, and it is said that there is more
FOREVER = 9000  # a pause without an end is one until a year beyond this


@dataclass(frozen=True, slots=True)
class Voice:
    """The catalogue's organiser texts in one language."""

    words: Words
    locale: str

    def say(self, name: str, **values: object) -> str:
        return self.words.say(f"organiser.{name}", self.locale, **values)

    def count(self, name: str, number: int, **values: object) -> str:
        return self.words.count(f"organiser.{name}", number, self.locale, **values)

    def moment(self, slot: Upcoming) -> str:
        """A slot in the reader's own time, and on the clocks of the channel."""
        return self.say(
            "moment",
            absolute=discord.utils.format_dt(slot.slot.due, "F"),
            relative=discord.utils.format_dt(slot.slot.due, "R"),
            local=f"{slot.local:%H:%M}",
            zone=slot.slot.zone,
        )

    def note(self, slot: Upcoming) -> str:
        """Why nothing comes in a slot, or what a clock change does to it; empty where all is as ever."""
        known = {"paused": "note_paused", "skipped": "note_skipped"}
        if slot.late:
            return self.say("note_late")
        if slot.note is None:
            return ""
        return self.say(known[slot.note]) if slot.note in known else slot.note

    def days(self, days: frozenset[int]) -> str:
        """Every day, Monday to Friday, or the days one by one."""
        if days == when.EVERY_DAY:
            return self.say("days_all")
        if days == when.WEEKDAYS:
            return self.say("days_weekdays")
        names = self.say("day_names").split()
        return ", ".join(names[day] for day in sorted(days))

    def plan(self, channel: Channel) -> str:
        """When a channel posts: every day at 09:00 (Europe/Berlin)."""
        at = ", ".join(f"{one:%H:%M}" for one in channel.times)
        return self.say("plan", days=self.days(channel.days), times=at, zone=channel.zone)

    def runway(self, runway: Runway) -> str:
        """How long the unread seeds of a channel last."""
        if not runway.total:
            return self.say("runway_nothing")
        if not runway.unread:
            return self.count("runway_read", runway.total)
        told = self.say("runway", unread=runway.unread, total=runway.total)
        if runway.dry is None:
            return told
        return told + " " + self.say("runway_low" if runway.low else "runway_dry", dry=runway.dry.isoformat())

    def until(self, end: datetime | None) -> str:
        """The end of a pause."""
        if end is None or end.year > FOREVER:
            return self.say("until_resumed")
        return self.say("until", absolute=discord.utils.format_dt(end, "F"))

    def blocked(self, reason: str) -> str:
        """Why the platform refuses a channel, with the remedy that came with it."""
        return self.say("blocked", reason=sentence(reason))

    def outcome(self, post: Post, guild: discord.Guild | None, channel: Channel) -> str:
        """What became of a post, with its link where it is to be seen."""
        title = f"**{typed.quoted(post.message.heading)}**" if post.message else self.say("a_post")
        reason = post.reason or ""
        match post.state:
            case State.POSTED if post.message_id:
                link = answers.link(guild, channel.address, post.message_id)
                return self.say("outcome_posted", title=title, link=link)
            case State.POSTED | State.DELETED:
                return self.say("outcome_deleted", title=title)
            case State.PENDING | State.SENDING:
                return self.say("outcome_sending", title=title)
            case State.BLOCKED:
                return self.say("outcome_blocked", title=title, reason=sentence(reason))
            case State.SKIPPED:
                return self.say("outcome_skipped", reason=sentence(reason))
            case State.UNKNOWN:
                return self.say("outcome_unknown", title=title, number=post.id, reason=sentence(reason))

    def reactions(self, entry: LedgerEntry) -> str:
        """👍 3 🌱 2; empty where there is none."""
        most_first = sorted(entry.reactions.items(), key=lambda pair: -pair[1])
        return " ".join(f"{typed.emoji(emoji)} {number}" for emoji, number in most_first)


def voice_of(words: Words, interaction: Interaction) -> Voice:
    return Voice(words, str(interaction.locale))


def mention(channel: Channel) -> str:
    """The channel as Discord shows it, to be clicked on."""
    return f"<#{channel.address}>"


def sentence(text: str) -> str:
    """With a capital letter and a full stop, and nothing in it that Discord would format."""
    shown = discord.utils.escape_markdown(text, ignore_links=True)
    return shown[:1].upper() + shown[1:] + ("" if shown.endswith((".", "!", "?")) or not shown else ".")


async def tell(interaction: Interaction, voice: Voice, paragraphs: Iterable[str]) -> None:
    """One answer in as few messages as hold it; no line is torn that a message can hold."""
    first, *more = pages(paragraphs)
    await answers.say(interaction, first)
    for page in more[: MOST_MESSAGES - 1]:
        await answers.add(interaction, page)
    if len(more) >= MOST_MESSAGES:
        await answers.add(interaction, voice.say("and_more"))


def pages(paragraphs: Iterable[str]) -> Iterator[str]:
    """A paragraph begins a new page rather than being divided, unless it is longer than a page."""
    page = ""
    for paragraph in paragraphs:
        for gap, part in _parts(paragraph):
            if page and len(page) + len(gap) + len(part) > LONGEST:
                yield page
                page = ""
            page = f"{page}{gap}{part}" if page else part
    yield page


def _parts(paragraph: str) -> Iterator[tuple[str, str]]:
    """What stays together, with what goes before it on a page: the paragraph, or each line of one that is too long."""
    if len(paragraph) <= LONGEST:
        yield "\n\n", paragraph
        return
    for number, line in enumerate(paragraph.split("\n")):
        yield "\n" if number else "\n\n", line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
