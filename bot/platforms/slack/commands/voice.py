"""What organisers are told: moments, weekdays, outcomes, links."""

from dataclasses import dataclass
from datetime import datetime

from bot.model import Channel, LedgerEntry, Post, State
from bot.platforms import when
from bot.platforms.slack.commands import places, typed
from bot.platforms.slack.mrkdwn import escape
from bot.platforms.slack.parts import Parts
from bot.platforms.words import Words
from bot.ports import Runway, Upcoming

FOREVER = 9000  # a pause without an end is one until a year beyond this


@dataclass(frozen=True, slots=True)
class Voice:
    """The catalogue's organiser texts."""

    words: Words

    def say(self, name: str, **values: object) -> str:
        return self.words.say(f"organiser.{name}", None, **values)

    def count(self, name: str, number: int, **values: object) -> str:
        return self.words.count(f"organiser.{name}", number, None, **values)

    def moment(self, slot: Upcoming) -> str:
        """A slot in the reader's own time, and on the clocks of the channel."""
        return self.say("moment", absolute=date(slot.slot.due), local=f"{slot.local:%H:%M}", zone=slot.slot.zone)

    def note(self, slot: Upcoming) -> str:
        """Why nothing comes in a slot, or what a clock change does to it; empty where all is as ever."""
        known = {"paused": "note_paused", "skipped": "note_skipped"}
        if slot.late:
            return self.say("note_late")
        if slot.note is None:
            return ""
        return self.say(known[slot.note]) if slot.note in known else escape(slot.note)

    def days(self, days: frozenset[int]) -> str:
        """Every day, Monday to Friday, or the days one by one."""
        if days == when.EVERY_DAY:
            return self.say("days_all")
        if days == when.WEEKDAYS:
            return self.say("days_weekdays")
        return ", ".join(self.day_names[day] for day in sorted(days))

    @property
    def day_names(self) -> list[str]:
        return self.say("day_names").split()

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
        return self.say("until", absolute=date(end))

    def blocked(self, reason: str) -> str:
        """Why the platform refuses a channel, with the remedy that came with it."""
        return self.say("blocked", reason=sentence(reason))

    def outcome(self, parts: Parts, post: Post, channel: Channel) -> str:
        """What became of a post, with its link where it is to be seen."""
        title = f"*{typed.quoted(post.message.heading)}*" if post.message else self.say("a_post")
        reason = sentence(post.reason or "")
        match post.state:
            case State.POSTED if post.message_id:
                link = places.link(parts, channel, post.message_id)
                return self.say("outcome_posted", title=title, link=link)
            case State.POSTED | State.DELETED:
                return self.say("outcome_deleted", title=title)
            case State.PENDING | State.SENDING:
                return self.say("outcome_sending", title=title)
            case State.BLOCKED:
                return self.say("outcome_blocked", title=title, reason=reason)
            case State.SKIPPED:
                return self.say("outcome_skipped", reason=reason)
            case State.UNKNOWN:
                return self.say("outcome_unknown", title=title, number=post.id, reason=reason)

    def reactions(self, entry: LedgerEntry) -> str:
        """👍 3 🌱 2; empty where there is none."""
        most_first = sorted(entry.reactions.items(), key=lambda pair: -pair[1])
        return " ".join(f"{typed.emoji(emoji)} {number}" for emoji, number in most_first)


def date(moment: datetime, style: str = "{date_long_pretty} {time}") -> str:
    """In the reader's own words and zone; in UTC where Slack cannot."""
    return f"<!date^{int(moment.timestamp())}^{style}|{moment:%Y-%m-%d %H:%M} UTC>"


def mention(channel: Channel) -> str:
    """The channel as Slack shows it, to be clicked on; nothing of it is told to those who may not see it."""
    return f"<#{places.id_of(channel.address)}>"


def sentence(text: str) -> str:
    """With a capital letter and a full stop, and nothing in it that Slack would format."""
    shown = escape(text)
    return shown[:1].upper() + shown[1:] + ("" if shown.endswith((".", "!", "?")) or not shown else ".")
