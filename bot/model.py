"""The nouns of the program: frozen dataclasses, ids and states, with no behaviour beyond their own fields.

Instants are aware datetimes in UTC; local dates and wall times are `date` and `time` without a zone.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType

SeedId = NewType("SeedId", str)
Lineage = NewType("Lineage", int)  # what stays the same when a seed is renamed or edited
ChannelName = NewType("ChannelName", str)
PostId = NewType("PostId", int)
Marker = NewType("Marker", str)  # found again on the platform; [a-z0-9:-], at most 64 characters
MessageId = NewType("MessageId", str)  # the platform's own


class PlatformName(StrEnum):
    WEB = "web"
    DISCORD = "discord"
    SLACK = "slack"


class Family(StrEnum):
    """The three kinds of discussion prompt; a post carries one of each."""

    DIRECT = "direct"  # quotes a few words of the excerpt and asks what they mean
    SIDE = "side"  # take a side, and say what in the text supports you
    CONNECT = "connect"  # to one's own work or experience, or to an earlier seed of the channel


@dataclass(frozen=True, slots=True)
class Prompt:
    """`stem` is what may not come back within thirty days: a template's name, or the authored text's fingerprint."""

    text: str
    family: Family
    stem: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an excerpt comes from; what is not known is None. `published` is YYYY, YYYY-MM or YYYY-MM-DD."""

    title: str | None = None
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """An excerpt as its file has it, after normalisation. `fingerprint` is a hash of the normalised text."""

    id: SeedId
    text: str
    fingerprint: str
    title: str | None = None
    author: str | None = None
    source: Source = Source()
    topics: tuple[str, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    series: str | None = None
    part: int | None = None

    @property
    def heading(self) -> str:
        """The title, or the opening words where no title is known."""
        return self.title or opening(self.text)


def opening(text: str, words: int = 8) -> str:
    """The first words of a text on one line, with an ellipsis where more follows."""
    parts = text.split()
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the picker needs to know of a seed; kept in memory for the whole library."""

    id: SeedId
    lineage: Lineage
    heading: str
    author: str | None
    source: str | None  # what counts as the same source: its address, else its title
    topics: tuple[str, ...]
    published: str | None
    position: int  # in the library: by path, then by place in the file


class Order(StrEnum):
    SHUFFLED = "shuffled"
    OLDEST = "oldest"
    IN_ORDER = "in_order"


class WhenExhausted(StrEnum):
    STOP = "stop"
    NEW_ROUND = "new_round"


@dataclass(frozen=True, slots=True)
class Channel:
    """A place that gets a daily post. `times` is sorted; `days` are weekdays, Monday 0."""

    name: ChannelName
    platform: PlatformName
    address: str
    times: tuple[time, ...]
    zone: str
    days: frozenset[int] = frozenset(range(7))
    except_dates: frozenset[date] = frozenset()
    catch_up: timedelta = timedelta(hours=24)
    topics_include: frozenset[str] = frozenset()
    topics_exclude: frozenset[str] = frozenset()
    order: Order = Order.SHUFFLED
    when_exhausted: WhenExhausted = WhenExhausted.NEW_ROUND
    spacing: timedelta = timedelta(0)
    first_post_now: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One due post of a channel on a local date. `name` counts the times of the day from 1.

    `due` is in UTC. `exists` is False for a date that the zone skipped altogether; such a slot is never posted.
    `note` says what a clock change does to it.
    """

    channel: ChannelName
    date: date
    name: str
    due: datetime
    zone: str
    exists: bool = True
    note: str | None = None

    @property
    def key(self) -> str:
        """The idempotency key: unchanged when the time or the zone of the channel changes."""
        return f"{self.date.isoformat()}/{self.name}"


class Kind(StrEnum):
    """Why a post goes out."""

    DAILY = "daily"
    ASKED = "asked"


class State(StrEnum):
    """Where a post is on its way; see docs/architecture.md for the picture."""

    PENDING = "pending"  # to be sent at `retry_at`
    SENDING = "sending"  # claimed: a request may be under way, or its answer was lost
    POSTED = "posted"
    BLOCKED = "blocked"  # the platform refuses; tried again slowly, the seed is unspent
    UNKNOWN = "unknown"  # may or may not be there, and the platform does not let us look
    SKIPPED = "skipped"  # the slot ended without a post; `reason` says why
    DELETED = "deleted"  # was posted, and is gone from the platform


class Why(StrEnum):
    """Why a slot was skipped; the sentence for a person is the post's `reason`."""

    MISSED = "missed"  # its catch-up window had passed, or a later slot was missed too
    PAUSED = "paused"
    ASKED = "asked"  # an organiser skipped it
    NO_SUCH_DATE = "no_such_date"
    MOVED_ZONE = "moved_zone"
    EXHAUSTED = "exhausted"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who wrote it and where; what is not known is None and is not shown."""

    author: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Message:
    """What an adapter is handed: structure, never half-rendered text. Frozen with the post's row."""

    marker: Marker
    kind: Kind
    seed: SeedId
    title: str | None
    text: str
    attribution: Attribution
    topics: tuple[str, ...]
    invitation: str
    prompts: tuple[Prompt, ...]
    late: bool = False
    topic: str | None = None  # what the member asked for, as typed

    @property
    def heading(self) -> str:
        """The title, or the opening words where no title is known."""
        return self.title or opening(self.text)


@dataclass(frozen=True, slots=True)
class Pick:
    """The picker's choice and how it came about.

    `left_out` counts the seeds that each rule excluded; `explanation` is for a person, one line a step.
    """

    seed: SeedId
    lineage: Lineage
    round: int
    left_out: dict[str, int]
    explanation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A post about to be claimed: everything that is frozen with its row. `key` is unique in the channel."""

    channel: ChannelName
    kind: Kind
    key: str
    message: Message
    pick: Pick
    due: datetime
    late: bool = False
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """A slot that ends without a post."""

    slot: Slot
    why: Why
    reason: str


@dataclass(frozen=True, slots=True)
class Post:
    """A row of the outbox. `ambiguous` stays set once an attempt may have been applied without our knowing."""

    id: PostId
    channel: ChannelName
    kind: Kind
    key: str
    slot: str | None
    state: State
    due: datetime
    late: bool
    seed: SeedId | None = None
    lineage: Lineage | None = None
    round: int | None = None
    message: Message | None = None
    message_id: MessageId | None = None
    attempts: int = 0
    ambiguous: bool = False
    first_attempt: datetime | None = None
    last_attempt: datetime | None = None
    retry_at: datetime | None = None
    posted: datetime | None = None
    why: Why | None = None
    reason: str | None = None
    explanation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A post with what became of it; `reactions` maps an emoji to the number of distinct people."""

    post: Post
    title: str | None
    reactions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A platform's answer to a send: what it says it created, and where."""

    message_id: MessageId
    address: str
    marker: Marker


@dataclass(frozen=True, slots=True)
class ReactionChange:
    """Somebody put a reaction on a message or took it off; the newest change of (message, user, emoji) wins."""

    channel: ChannelName
    message_id: MessageId
    user: str
    emoji: str
    present: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SlotRecord:
    """What the ledger knows of a slot: enough to decide whether another is due."""

    date: date
    name: str
    due: datetime
    zone: str
    state: State


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What the store remembers of a channel. `paused_until` is datetime.max (UTC) for a pause without an end."""

    name: ChannelName
    created: datetime
    paused_until: datetime | None = None
    blocked: str | None = None  # the reason, while the platform refuses


@dataclass(frozen=True, slots=True)
class Recent:
    """A seed that was posted in a channel, for spacing, connecting prompts and the thirty-day rule."""

    lineage: Lineage
    posted: datetime
    heading: str
    author: str | None
    source: str | None
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What was read in a channel: `round` is the current one, `spent` the lineages read or reserved in it.

    `recent` is newest first: everything of the last thirty days, or the last thirty posts where that is more.
    """

    round: int = 1
    spent: frozenset[Lineage] = frozenset()
    recent: tuple[Recent, ...] = ()


@dataclass(frozen=True, slots=True)
class PlantRequest:
    """`/seed <topic>`. `request` is unique to the asking (an interaction id): asked twice, answered once."""

    channel: ChannelName
    topic: str
    request: str
    user: str


class Answer(StrEnum):
    """What became of a PlantRequest."""

    POSTED = "posted"
    SENDING = "sending"  # not confirmed yet; it will be, or the ledger says why not
    ALREADY_READ = "already_read"  # everything that matches was read in this round
    NOTHING = "nothing"  # nothing matches; `near` names topics that would
    REFUSED = "refused"  # the platform does not take it now; `reason` says why


@dataclass(frozen=True, slots=True)
class PlantAnswer:
    answer: Answer
    post: Post | None = None
    near: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; a higher score is better, and scores compare only within one search."""

    id: SeedId
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Health:
    """How a part is; `since` is the instant of the last sign of life."""

    ok: bool
    detail: str
    since: datetime | None = None
