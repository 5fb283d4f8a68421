"""The seams: what the core asks of a platform, of the store and of its helpers.

Every docstring here is a promise, and every promise is a test in tests/contract/, run over every adapter.
All instants are aware datetimes in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from bot.errors import Problem
from bot.model import (
    Candidate,
    Channel,
    ChannelName,
    ChannelState,
    Draft,
    Health,
    History,
    Hit,
    LedgerEntry,
    Lineage,
    Marker,
    Message,
    MessageId,
    PlantAnswer,
    PlantRequest,
    Post,
    PostId,
    Prompt,
    ReactionChange,
    Receipt,
    Seed,
    SeedId,
    Skip,
    Slot,
    SlotRecord,
    State,
    Why,
)


class Clock(Protocol):
    """The time, injected so that tests can move it."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        ...

    def elapsed(self) -> float:
        """Seconds on a clock that nobody can set, counting time asleep where the system can."""
        ...


# ---- platforms ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manners:
    """How a platform wants to be treated by the outbox."""

    timeout: timedelta = timedelta(seconds=30)  # our own, around every request; well below the outbox's lease
    # After the first attempt the platform drops a repeated marker by itself. Shorter than the platform's own window by
    # as long as a write may lag behind its request, or a late repeat lands outside the window and is a second post.
    resend_within: timedelta = timedelta(0)
    settle: timedelta = timedelta(seconds=90)  # after the last attempt, what was applied shows in the history
    concurrency: int = 20  # requests under way at once


class Platform(Protocol):
    """A place to post to. Nothing but the outbox calls `send`."""

    @property
    def manners(self) -> Manners: ...

    async def start(self, inbox: "Inbox") -> None:
        """Connect and hand what comes in to `inbox`. PlatformUnavailable where that can't be, within seconds."""
        ...

    async def stop(self) -> None:
        """Let go of everything; harmless when never started or called twice."""
        ...

    async def send(self, address: str, message: Message) -> Receipt:
        """Create the message. NotSent: surely not there, try again; Refused: surely never, as things stand.

        Any other exception means that nobody knows. Text is shown as text: nothing in it mentions anybody.
        """
        ...

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:
        """The message with this marker sent at `since` or later, or None if it is provably not there.

        Unreadable where the history cannot be read, or cannot be proven readable.
        """
        ...

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[tuple[str, str]]:
        """Every (user, emoji) on the message now, the bot's own left out."""
        ...

    async def refresh(self, channel: ChannelName) -> None:
        """What this channel shows has changed (a post was confirmed, a reaction counted); never raises."""
        ...

    def health(self) -> Health: ...


class Inbox(Protocol):
    """Everything that comes in. `press(button)` joins with the first platform that has buttons."""

    async def plant_seed(self, request: PlantRequest) -> PlantAnswer:
        """Answer `/seed <topic>`; the same `request` twice is one post."""
        ...

    async def record_reaction(self, change: ReactionChange) -> bool:
        """True if the message is one of ours. Replays and reordering are harmless."""
        ...


# ---- what people read ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A slot as people want to read it: `local` is wall time there, `utc_offset` like +02:00.

    `late` is set where the slot has passed and will be caught up; `note` tells of clock changes, pauses and skips;
    `closed` is set where nothing will be posted.
    """

    slot: Slot
    local: datetime
    utc_offset: str
    late: bool = False
    note: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Runway:
    """How long the unread seeds of a channel last.

    `dry` is the local date of the first slot without an unread seed, None where that is over a year away.
    `low` is set when fewer than 14 are left.
    """

    unread: int
    total: int
    dry: date | None
    low: bool


@dataclass(frozen=True, slots=True)
class ShelfItem:
    """One seed as the library page lists it; `read` is whether this channel has had it in this round."""

    id: SeedId
    heading: str
    author: str | None
    topics: tuple[str, ...]
    read: bool


@dataclass(frozen=True, slots=True)
class LibraryView:
    """One page of the library for a channel, and what is wrong with the files."""

    items: tuple[ShelfItem, ...]
    total: int
    runway: Runway
    problems: tuple[Problem, ...]


class Overview(Protocol):
    """What an adapter may show: read-only, made for people."""

    def channels(self) -> Sequence[Channel]: ...

    async def state(self, channel: ChannelName) -> ChannelState: ...

    async def feed(self, channel: ChannelName, limit: int, before: PostId | None = None) -> Sequence[LedgerEntry]:
        """Confirmed posts, newest first; `before` continues an earlier page."""
        ...

    async def mine(self, posts: Sequence[PostId], user: str) -> frozenset[tuple[PostId, str]]:
        """The (post, emoji) pairs this user has on, so that a button can show itself pressed."""
        ...

    async def upcoming(self, channel: ChannelName, count: int) -> Sequence[Upcoming]:
        """The next slots, soonest first."""
        ...

    async def library(self, channel: ChannelName, offset: int, limit: int) -> LibraryView: ...

    async def liked(self, channel: ChannelName, limit: int) -> Sequence[LedgerEntry]:
        """Posts with the most reactions first; none without a reaction."""
        ...

    async def complete(self, prefix: str, limit: int) -> Sequence[str]:
        """Topics of the library that start like this, or have a word that does; the commonest first."""
        ...

    async def health(self) -> Mapping[str, Health]:
        """Each part by name: store, library, ticker, and each platform."""
        ...


class Catalogue(Protocol):
    """The library in use, kept in memory without its texts."""

    @property
    def candidates(self) -> Sequence[Candidate]:
        """In the order of the library; replaced as a whole when files change."""
        ...


# ---- helpers of the core ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PromptContext:
    """What a writer must not repeat, and what it may connect to.

    `recent_stems`: used in the channel within thirty days, newest first. `seed_stems`: ever used with this seed here.
    `earlier`: headings of seeds this channel has read, newest first, this seed's own left out.
    """

    recent_stems: tuple[str, ...] = ()
    seed_stems: frozenset[str] = frozenset()
    earlier: tuple[str, ...] = ()


class PromptWriter(Protocol):
    def write(self, seed: Seed, context: PromptContext) -> tuple[Prompt, Prompt, Prompt]:
        """One prompt of each family, in the order direct, side, connect. Pure and deterministic; never fails."""
        ...


class Searcher(Protocol):
    """Finds seeds by topic. Any text is safe input: no operator, no error, no cost beyond its length."""

    async def search(self, topic: str, limit: int) -> Sequence[Hit]:
        """Best first; empty where nothing matches."""
        ...

    async def near(self, topic: str, limit: int = 3) -> Sequence[str]:
        """Topics of the library nearest to one that matched nothing."""
        ...


# ---- the store ----------------------------------------------------------------------------------------------------


class Ledger(Protocol):
    """The outbox's rows, the slots' outcomes and the reactions. Every verb is one transaction.

    Verbs that end a claim take the `owner` that made it, and answer whether they took effect: False means that the
    claim is no longer theirs (its lease ran out and another took over, or a person resolved it).
    """

    async def register(self, channels: Sequence[Channel], now: datetime) -> Mapping[ChannelName, ChannelState]:
        """Remember channels not seen before, as created `now`; the state of every channel given."""
        ...

    async def states(self) -> Mapping[ChannelName, ChannelState]: ...

    async def pause(self, channel: ChannelName, until: datetime | None) -> None:
        """No daily post before `until`; None is a pause without an end."""
        ...

    async def resume(self, channel: ChannelName) -> None: ...

    async def block(self, channel: ChannelName, reason: str | None) -> bool:
        """Remember why a channel is refused, or with None that it is not; True if that is news (to be told once)."""
        ...

    async def slot_records(self, since: date, now: datetime) -> Mapping[ChannelName, Mapping[str, SlotRecord]]:
        """By slot key: each channel's records dated `since` or later, and always its latest one due by `now`."""
        ...

    async def record_skips(self, skips: Sequence[Skip]) -> None:
        """Slots that end without a post; a slot that has an outcome keeps it."""
        ...

    async def forget_future_skips(self, now: datetime) -> int:
        """Drop `missed` outcomes of slots that are not due yet (written while a clock was ahead); how many."""
        ...

    async def history(self, channel: ChannelName, now: datetime) -> History: ...

    async def stems(self, channel: ChannelName, lineage: Lineage) -> frozenset[str]:
        """Every stem that ever came with this seed in this channel."""
        ...

    async def claim(self, drafts: Sequence[Draft], owner: str, now: datetime, lease_until: datetime) -> Sequence[Post]:
        """Plan and claim in one transaction, durable on return: rows in SENDING, their first attempt at `now`.

        A draft whose key is taken, or whose seed is read or reserved in its channel's round, is left out.
        """
        ...

    async def enqueue(self, draft: Draft, now: datetime) -> Post | None:
        """Plan for whoever runs the outbox: a row in PENDING, due at once. None where `claim` would leave it out."""
        ...

    async def take(self, owner: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Post]:
        """Claim what is due for another try: PENDING, BLOCKED and SENDING rows whose `retry_at` has come, and
        SENDING rows whose lease ran out. Oldest first. All come back in SENDING with a new lease; the attempt is
        not counted before `attempt`. A row that was found in SENDING comes back `ambiguous`.
        """
        ...

    async def attempt(self, post: PostId, owner: str, now: datetime, lease_until: datetime) -> bool:
        """Count one more request, durable before it is made."""
        ...

    async def confirm(self, post: PostId, owner: str, message_id: MessageId, now: datetime) -> bool:
        """SENDING -> POSTED: the seed is spent. A daily post confirmed over five minutes after it was due is late."""
        ...

    async def postpone(self, post: PostId, owner: str, state: State, retry_at: datetime, reason: str) -> bool:
        """SENDING -> PENDING or BLOCKED after a definite failure. Never for an ambiguous row: then False."""
        ...

    async def doubt(self, post: PostId, owner: str, retry_at: datetime, reason: str) -> bool:
        """The request may have been applied: stays SENDING, ambiguous, to be looked up at `retry_at`."""
        ...

    async def give_up(self, post: PostId, owner: str, reason: str) -> bool:
        """SENDING -> UNKNOWN: a person must look. The seed stays reserved."""
        ...

    async def drop(self, post: PostId, owner: str, why: Why, reason: str) -> bool:
        """SENDING -> SKIPPED for a row that is surely not on the platform; never for an ambiguous one."""
        ...

    async def absolve(self, post: PostId, owner: str) -> bool:
        """The earlier attempts are provably not on the platform: no longer ambiguous."""
        ...

    async def inherit(self, now: datetime) -> int:
        """End the lease of every SENDING row, so that `take` finds it: for whoever knows that no sender is alive."""
        ...

    async def resolve(self, post: PostId, sent: bool, now: datetime) -> bool:
        """A person's word on an UNKNOWN row: POSTED, or PENDING to be sent again. False in any other state."""
        ...

    async def post(self, post: PostId) -> Post | None: ...

    async def post_by_key(self, channel: ChannelName, key: str) -> Post | None: ...

    async def post_of(self, channel: ChannelName, lineage: Lineage) -> Post | None:
        """The newest confirmed post of this seed in this channel."""
        ...

    async def entries(
        self,
        channel: ChannelName | None = None,
        *,
        states: Sequence[State] = (),
        before: PostId | None = None,
        limit: int | None = None,
    ) -> Sequence[LedgerEntry]:
        """Newest first (by due instant, then id), with reaction counts of distinct people. No states: all of them."""
        ...

    async def liked(self, channel: ChannelName, limit: int) -> Sequence[LedgerEntry]:
        """Confirmed posts with at least one reaction, most distinct people first, then the newest."""
        ...

    async def next_retry(self) -> datetime | None:
        """When `take` will next have something."""
        ...

    async def record_reaction(self, change: ReactionChange) -> bool:
        """Keep the newest change of (message, user, emoji); a tie goes to the one that is present.

        False (nothing kept) unless the message is a post's, or a post of the channel is being sent.
        """
        ...

    async def replace_reactions(
        self, channel: ChannelName, message_id: MessageId, present: frozenset[tuple[str, str]], now: datetime
    ) -> None:
        """Make the stored reactions of a message equal to `present`, except where a change is newer than `now`."""
        ...

    async def reactions_of(self, posts: Sequence[PostId], user: str) -> frozenset[tuple[PostId, str]]: ...


class Stamp(NamedTuple):
    """What tells that a file is unchanged, from its directory entry; a tuple, since there may be very many."""

    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class PlacedSeed:
    """A seed with the line of its file where it begins."""

    seed: Seed
    line: int


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file of the library holds. `path` is relative to the library, with forward slashes.

    `shown` is the path as people are told it, where that is another. `problems` quarantine (the seeds beside them are
    good); `notices` say what was changed on the way in.
    """

    path: str
    stamp: Stamp
    seeds: tuple[PlacedSeed, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    shown: Path | None = None


@dataclass(frozen=True, slots=True)
class ShelfChange:
    """What an update did to the library in use."""

    present: tuple[SeedId, ...]  # new or changed
    gone: tuple[SeedId, ...]


class Shelf(Protocol):
    """The index of `seeds/`. The files are the truth; this is brought up to date from them. Verbs are transactions."""

    async def stamps(self) -> Mapping[str, Stamp]:
        """Every file that was taken in without a problem, by path."""
        ...

    async def troubled(self) -> Mapping[str, Stamp]:
        """The other files that were taken in: to be read again whenever any file changed, and let go of when gone."""
        ...

    async def update(self, readings: Sequence[FileReading], vanished: Sequence[str], now: datetime) -> ShelfChange:
        """Take in files that are new or changed, and let go of those that vanished.

        A file with problems keeps what was known of it before, beside its good seeds. An id that another file holds
        is a problem of the later path, until that file is read again and finds the id free; so files that `stamps`
        leaves out are to be read again whenever any file changed. A seed keeps its lineage through edits, renames
        and moves (bot/lineage.py), where what vanished and what arrived come in one update.
        """
        ...

    async def catalogue(self) -> Sequence[Candidate]:
        """Every seed in use, in the order of the library."""
        ...

    async def seed(self, seed: SeedId) -> Seed | None:
        """By id, also one whose file is gone."""
        ...

    async def problems(self) -> Sequence[Problem]:
        """What keeps files or single seeds out, by path and line."""
        ...

    async def notices(self) -> Sequence[Problem]:
        """What was removed from texts, and exact duplicates with both places."""
        ...

    async def named(self, name: str, limit: int) -> Sequence[Hit]:
        """Seeds with exactly this topic or title, as `name_key` (bot/search/text.py) has it; scores say nothing."""
        ...

    async def match_all(self, words: Sequence[str], limit: int) -> Sequence[Hit]:
        """Seeds that hold every word (as made by bot/search/text.py), best first."""
        ...

    async def match_any(self, words: Sequence[str], essential: Sequence[str], limit: int) -> Sequence[Hit]:
        """Seeds that hold at least one of the `essential` words, ranked by all `words` (repeats weigh more)."""
        ...

    async def frequencies(self, words: Sequence[str], at_most: int) -> Mapping[str, int]:
        """In how many seeds each of the words stands, counted no further than `at_most`."""
        ...

    async def size(self) -> int:
        """How many seeds are in use."""
        ...


class Board(Protocol):
    """Where the built-in web page keeps its messages: a platform's memory, apart from the ledger's."""

    async def publish(self, channel: ChannelName, marker: Marker, now: datetime) -> MessageId:
        """Put a message up; the same marker again is the same message."""
        ...

    async def find(self, channel: ChannelName, marker: Marker) -> MessageId | None: ...

    async def reactions(self, message_id: MessageId) -> frozenset[tuple[str, str]]: ...


class Store(Protocol):
    """The only memory: three sets of verbs over one database."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def shelf(self) -> Shelf: ...
    @property
    def board(self) -> Board: ...

    async def check(self) -> Health:
        """Whether the store can be written to now."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go; harmless when called twice."""
        ...
