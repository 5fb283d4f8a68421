"""What people read: the feed, what comes next, how far the library reaches, what was liked. Read-only."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import islice

from bot import picker, slots
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
    Slot,
    SlotRecord,
    State,
    Step,
)
from bot.ports import Catalogue, Clock, LibraryView, Runway, ShelfItem, Store, Upcoming
from bot.search.fulltext import FullTextSearcher

LOW = 14  # unread seeds: from here on people are told when the library runs dry
FOUND = 50  # search results among which an organiser chooses
NEAR = 60  # slots among which the next post is looked for
HORIZON = 366  # slots looked ahead for the day it does
RECORDS = timedelta(days=3)


class Clerk:
    """Implements the Overview."""

    def __init__(
        self,
        roster: Mapping[ChannelName, Channel],
        store: Store,
        catalogue: Catalogue,
        searcher: FullTextSearcher,
        clock: Clock,
        parts: Mapping[str, Callable[[], Health]],
    ) -> None:
        self._channels = roster
        self._store = store
        self._ledger = store.ledger
        self._catalogue = catalogue
        self._searcher = searcher
        self._clock = clock
        self._parts = parts

    def channels(self) -> Sequence[Channel]:
        return tuple(self._channels.values())

    async def state(self, channel: ChannelName) -> ChannelState:
        """As the ledger has it; a channel that no bot has run with yet begins now."""
        return (await self._ledger.states()).get(channel) or ChannelState(channel, self._clock.now())

    async def feed(self, channel: ChannelName, limit: int, before: PostId | None = None) -> Sequence[LedgerEntry]:
        return await self._ledger.entries(channel, states=(State.POSTED,), before=before, limit=limit)

    async def post_of(self, platform: PlatformName, message_id: MessageId) -> LedgerEntry | None:
        names = tuple(channel.name for channel in self.channels() if channel.platform is platform)
        return await self._ledger.post_by_message(names, message_id)

    async def entries(self, channel: ChannelName, limit: int) -> Sequence[LedgerEntry]:
        return await self._ledger.entries(channel, limit=limit)

    async def steps(self, post: PostId) -> Sequence[Step]:
        return await self._ledger.steps(post)

    async def mine(self, posts: Sequence[PostId], user: str) -> frozenset[tuple[PostId, str]]:
        return await self._ledger.reactions_of(posts, user)

    async def upcoming(self, channel: ChannelName, count: int) -> Sequence[Upcoming]:
        """The slots still open, soonest first: one that is due now but not posted yet, then those to come."""
        now = self._clock.now()
        config = self._channels[channel]
        state = await self.state(channel)
        records = (await self._ledger.slot_records((now - RECORDS).date(), now)).get(channel, {})
        open_now = slots.due_now(config, state, records, now)
        found = [_describe(open_now.slot, late=open_now.late)] if open_now.slot else []
        for slot in slots.upcoming(config, now):
            if len(found) >= count:
                break
            record = records.get(slot.key)
            taken_early = open_now.slot is not None and slot.key == open_now.slot.key
            if not taken_early and (record is None or record.state is State.SKIPPED):
                found.append(_describe(slot, closed=_closed(slot, record, state)))
        return found

    async def next_post(self, channel: ChannelName) -> Upcoming | None:
        """The first slot to come in which something will be posted, if there is one among the next few dozen."""
        return next((slot for slot in await self.upcoming(channel, NEAR) if not slot.closed), None)

    async def library(self, channel: ChannelName, offset: int, limit: int) -> LibraryView:
        now = self._clock.now()
        config = self._channels[channel]
        history = await self._ledger.history(channel, now)
        eligible = picker.eligible(self._catalogue.candidates, config)
        items = tuple(
            ShelfItem(c.id, c.heading, c.author, c.topics, read=c.lineage in history.spent)
            for c in eligible[offset : offset + limit]
        )
        runway = await self.runway(channel)
        return LibraryView(items, len(eligible), runway, tuple(await self._store.shelf.problems()))

    async def runway(self, channel: ChannelName) -> Runway:
        """Unread seeds against the slots that are still open."""
        now = self._clock.now()
        config = self._channels[channel]
        history = await self._ledger.history(channel, now)
        unread = picker.unread(self._catalogue.candidates, config, history)
        total = len({c.lineage for c in picker.eligible(self._catalogue.candidates, config)})
        ahead = list(islice(slots.upcoming(config, now), unread, unread + 1)) if unread < HORIZON else []
        return Runway(unread, total, ahead[0].date if ahead else None, low=unread < LOW)

    async def liked(self, channel: ChannelName, limit: int) -> Sequence[LedgerEntry]:
        return await self._ledger.liked(channel, limit)

    async def complete(self, prefix: str, limit: int) -> Sequence[str]:
        return self._searcher.complete(prefix, limit)

    async def find_seeds(self, text: str, channel: ChannelName, limit: int) -> Sequence[Candidate]:
        """By id or the beginning of one, then by what a search finds; without a text what comes next in the library."""
        wanted = text.strip().casefold()
        spent = (await self._ledger.history(channel, self._clock.now())).spent
        library = self._catalogue.candidates
        named = [c for c in library if c.id.startswith(wanted) or c.heading.casefold().startswith(wanted)]
        hits = {hit.id: place for place, hit in enumerate(await self._searcher.search(text, FOUND) if wanted else ())}
        found = sorted((c for c in library if c.id in hits), key=lambda candidate: hits[candidate.id])
        both = list({candidate.id: candidate for candidate in (*named, *found)}.values())
        return sorted(both, key=lambda candidate: candidate.lineage in spent)[:limit]

    async def health(self) -> Mapping[str, Health]:
        return {"store": await self._store.check(), **{name: part() for name, part in self._parts.items()}}


def _describe(slot: Slot, *, late: bool = False, closed: str | None = None) -> Upcoming:
    local = slots.local_time(slot)
    offset = f"{local:%z}"
    return Upcoming(slot, local, f"{offset[:3]}:{offset[3:5]}", late, closed or slot.note, closed is not None)


def _closed(slot: Slot, record: SlotRecord | None, state: ChannelState) -> str | None:
    """Why nothing will be posted in a slot to come."""
    if record is not None:
        return "skipped"
    if not slot.exists:
        return "there is no such date in this zone"
    if state.paused_until is not None and slot.due < state.paused_until:
        return "paused"
    return None
