"""What people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.errors import Problem
from bot.model import (
    Candidate,
    Channel,
    ChannelName,
    ChannelState,
    Health,
    LedgerEntry,
    MessageId,
    PlatformName,
    PostId,
    SeedId,
    Slot,
    Step,
)


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

    async def post_of(self, platform: PlatformName, message_id: MessageId) -> LedgerEntry | None:
        """The post that this message is, in whichever channel of the platform."""
        ...

    async def next_post(self, channel: ChannelName) -> Upcoming | None:
        """The first slot in which something will be posted, if there is one among the next few dozen."""
        ...

    async def runway(self, channel: ChannelName) -> Runway: ...

    async def entries(self, channel: ChannelName, limit: int) -> Sequence[LedgerEntry]:
        """The newest rows of the ledger, whatever their state: for whoever asks why nothing was posted."""
        ...

    async def steps(self, post: PostId) -> Sequence[Step]:
        """What followed a post, and what of it did not work."""
        ...

    async def complete(self, prefix: str, limit: int) -> Sequence[str]:
        """Topics of the library that start like this, or have a word that does; the commonest first."""
        ...

    async def find_seeds(self, text: str, channel: ChannelName, limit: int) -> Sequence[Candidate]:
        """Seeds by id, heading or topic, for an organiser who names one; unread ones of the channel first."""
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
