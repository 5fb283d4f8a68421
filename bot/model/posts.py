"""A post on its way, and what became of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.model.channels import Look, Slot
from bot.model.ids import ChannelName, Lineage, Marker, MessageId, PostId, SeedId
from bot.model.seeds import Prompt, Source, opening


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
    topic: str | None = None  # what a member asked for, as typed; empty for whatever comes, None where nobody asked
    look: Look = field(default_factory=Look)
    worn: tuple[str, ...] = ()  # stems of prompts that this post showed before others were swapped in
    generation: int = 0  # counts up when a person has it sent again, so that no platform takes it for a repeat

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


class StepName(StrEnum):
    """What can follow a confirmed post; each is recorded and retried by itself, and doing it twice changes nothing."""

    THREAD = "thread"  # with the prompts as its first message, then what did not fit into the post
    REACTIONS = "reactions"
    PIN = "pin"
    UNPIN = "unpin"  # of a post before, once a newer one is pinned
    CROSSPOST = "crosspost"


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    FAILED = "failed"  # given up; `reason` says why


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a post's follow-up. `result` is the platform's id of what was made, where there is one."""

    post: PostId
    name: StepName
    state: StepState
    attempts: int
    planned: datetime
    retry_at: datetime | None = None
    result: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SlotRecord:
    """What the ledger knows of a slot: enough to decide whether another is due."""

    date: date
    name: str
    due: datetime
    zone: str
    state: State


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
    `queued` are those put first by hand, next one first.
    """

    round: int = 1
    spent: frozenset[Lineage] = frozenset()
    recent: tuple[Recent, ...] = ()
    queued: tuple[Lineage, ...] = ()
