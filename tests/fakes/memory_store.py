"""The Ledger and the Board over plain dictionaries: what the ports promise, said a second time in the simplest way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.model import (
    Channel,
    ChannelName,
    ChannelState,
    Draft,
    History,
    Kind,
    LedgerEntry,
    Lineage,
    Marker,
    Message,
    MessageId,
    Post,
    PostId,
    Reaction,
    Recent,
    Skip,
    Slot,
    SlotRecord,
    State,
    StepName,
    StepState,
    Why,
)
from bot.ports import Clock
from tests.fakes.memory_reactions import READINGS, MemoryReactions
from tests.fakes.memory_rows import Row, age, end, posted
from tests.fakes.memory_steps import MemorySteps, fail, plan

OPEN = (State.PENDING, State.SENDING, State.BLOCKED)


class MemoryLedger(MemorySteps, MemoryReactions):
    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._channels: dict[ChannelName, ChannelState] = {}
        self._last_id = 0

    # ---- channels and slots ----------------------------------------------------------------------------------------

    async def register(self, channels: Sequence[Channel], now: datetime) -> Mapping[ChannelName, ChannelState]:
        return {c.name: self._channels.setdefault(c.name, ChannelState(c.name, now)) for c in channels}

    async def states(self) -> Mapping[ChannelName, ChannelState]:
        return dict(self._channels)

    async def pause(self, channel: ChannelName, until: datetime | None) -> None:
        state = self._channels.get(channel, ChannelState(channel, self._clock.now()))
        self._channels[channel] = replace(state, paused_until=until or datetime.max.replace(tzinfo=UTC))

    async def resume(self, channel: ChannelName) -> None:
        if channel in self._channels:
            self._channels[channel] = replace(self._channels[channel], paused_until=None)

    async def block(self, channel: ChannelName, reason: str | None) -> bool:
        state = self._channels.get(channel, ChannelState(channel, self._clock.now()))
        if state.blocked == reason:
            return False
        self._channels[channel] = replace(state, blocked=reason)
        return True

    async def slot_records(self, since: date, now: datetime) -> Mapping[ChannelName, Mapping[str, SlotRecord]]:
        found: dict[ChannelName, dict[str, SlotRecord]] = {}
        latest: dict[ChannelName, tuple[Slot, State]] = {}
        for row in self._rows.values():
            if (slot := row.slot) is None:
                continue
            if slot.date >= since:
                found.setdefault(slot.channel, {})[slot.key] = _record(slot, row.post.state)
            if slot.due <= now and (slot.channel not in latest or latest[slot.channel][0].due <= slot.due):
                latest[slot.channel] = (slot, row.post.state)
        for slot, state in latest.values():
            found.setdefault(slot.channel, {})[slot.key] = _record(slot, state)
        return found

    async def record_skips(self, skips: Sequence[Skip]) -> None:
        for skip in skips:
            slot = skip.slot
            if not self._taken(slot.channel, slot.key):
                post = self._new(slot.channel, Kind.DAILY, slot.key, slot, State.SKIPPED, slot.due)
                self._rows[post.id] = Row(replace(post, why=skip.why, reason=skip.reason), slot)

    async def forget_future_skips(self, now: datetime) -> int:
        gone = [
            id_
            for id_, row in self._rows.items()
            if row.post.state is State.SKIPPED and row.post.why is Why.MISSED and row.post.due > now
        ]
        for id_ in gone:
            del self._rows[id_]
        return len(gone)

    # ---- the way through the outbox --------------------------------------------------------------------------------

    async def claim(self, drafts: Sequence[Draft], owner: str, now: datetime, lease_until: datetime) -> Sequence[Post]:
        claimed = []
        for draft in drafts:
            if (post := self._plan(draft, State.SENDING)) is not None:
                await self.unqueue(draft.channel, draft.pick.lineage)
                post = replace(post, attempts=1, first_attempt=now, last_attempt=now)
                self._rows[post.id] = Row(post, draft.slot, owner, lease_until)
                claimed.append(post)
        return claimed

    async def enqueue(self, draft: Draft, now: datetime) -> Post | None:
        post = self._plan(draft, State.PENDING)
        if post is not None:
            await self.unqueue(draft.channel, draft.pick.lineage)
            post = replace(post, retry_at=now)
            self._rows[post.id] = Row(post, draft.slot)
        return post

    async def take(self, owner: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Post]:
        due = [row for row in self._rows.values() if row.post.state in OPEN and row.wakes <= now]
        due = sorted(due, key=age)[:limit]
        for row in due:
            ambiguous = row.post.ambiguous or row.post.state is State.SENDING
            row.post = replace(row.post, state=State.SENDING, ambiguous=ambiguous, retry_at=None)
            row.owner, row.lease_until = owner, lease_until
        return [row.post for row in due]

    async def attempt(self, post: PostId, owner: str, now: datetime, lease_until: datetime) -> bool:
        if (row := self._held(post, owner)) is None:
            return False
        first = row.post.first_attempt or now
        row.post = replace(row.post, attempts=row.post.attempts + 1, first_attempt=first, last_attempt=now)
        row.lease_until = lease_until
        return True

    async def confirm(
        self, post: PostId, owner: str, message_id: MessageId, now: datetime, steps: Sequence[StepName] = ()
    ) -> bool:
        if (row := self._held(post, owner)) is None:
            return False
        late = row.post.late or (row.post.kind is Kind.DAILY and now - row.post.due > timedelta(minutes=5))
        row.reconcile_at = now + READINGS[0]
        for name in steps:
            plan(row, name, now)
        return end(row, State.POSTED, message_id=message_id, posted=now, late=late, reason=None)

    async def bury(self, post: PostId, owner: str, now: datetime) -> bool:
        row = self._held(post, owner)
        return row is not None and end(row, State.DELETED, posted=row.post.last_attempt or now, reason=None)

    async def delete(self, channel: ChannelName, message_id: MessageId) -> bool:
        row = self._of_message(channel, message_id)
        if row is None or row.post.state is not State.POSTED:
            return False
        for step in list(row.steps.values()):
            if step.state is StepState.OPEN:
                fail(row, step, "the message was deleted")
        row.reconcile_at = None
        return end(row, State.DELETED)

    async def revise(self, post: PostId, message: Message) -> bool:
        row = self._posted(post)
        if row is None or row.post.message is None or row.post.message.marker != message.marker:
            return False
        row.post = replace(row.post, message=message)
        return True

    async def hasten(self, channels: Sequence[ChannelName], now: datetime) -> int:
        posts = [row for row in self._rows.values() if row.post.channel in channels]
        blocked = [row for row in posts if row.post.state is State.BLOCKED]
        for row in blocked:
            row.post = replace(row.post, retry_at=min(row.wakes, now))
        return len(blocked)

    async def postpone(self, post: PostId, owner: str, state: State, retry_at: datetime, reason: str) -> bool:
        if state not in (State.PENDING, State.BLOCKED):
            raise ValueError(state)
        row = self._held(post, owner)
        return row is not None and not row.post.ambiguous and end(row, state, retry_at=retry_at, reason=reason)

    async def doubt(self, post: PostId, owner: str, retry_at: datetime, reason: str) -> bool:
        row = self._held(post, owner)
        return row is not None and end(row, State.SENDING, ambiguous=True, retry_at=retry_at, reason=reason)

    async def give_up(self, post: PostId, owner: str, reason: str) -> bool:
        row = self._held(post, owner)
        return row is not None and end(row, State.UNKNOWN, reason=reason)

    async def drop(self, post: PostId, owner: str, why: Why, reason: str) -> bool:
        row = self._held(post, owner)
        return row is not None and not row.post.ambiguous and end(row, State.SKIPPED, why=why, reason=reason)

    async def absolve(self, post: PostId, owner: str) -> bool:
        if (row := self._held(post, owner)) is None:
            return False
        row.post = replace(row.post, ambiguous=False)
        return True

    async def inherit(self, now: datetime) -> int:
        leased = [row for row in self._rows.values() if row.lease_until is not None]
        for row in leased:
            end(row, State.SENDING, ambiguous=True, retry_at=now)
        return len(leased)

    async def resolve(self, post: PostId, sent: bool, now: datetime) -> bool:
        row = self._rows.get(post)
        if row is None or row.post.state is not State.UNKNOWN:
            return False
        if sent:
            return end(row, State.POSTED, posted=row.post.last_attempt or now, reason=None)
        assert row.post.message is not None
        again = replace(row.post.message, generation=row.post.message.generation + 1)
        return end(row, State.PENDING, message=again, ambiguous=False, first_attempt=None, retry_at=now)

    # ---- reading ---------------------------------------------------------------------------------------------------

    async def history(self, channel: ChannelName, now: datetime) -> History:
        kept = self._kept(channel)
        current = max((post.round for post in kept if post.round), default=1)
        spent = frozenset(post.lineage for post in kept if post.round == current and post.lineage is not None)
        read = sorted((post for post in kept if post.posted), key=posted, reverse=True)
        since = now - timedelta(days=30)
        many = max(30, sum(1 for post in read if posted(post)[0] >= since))
        return History(current, spent, tuple(map(_recent, read[:many])), tuple(await self.queued(channel)))

    async def stems(self, channel: ChannelName, lineage: Lineage) -> frozenset[str]:
        messages = [post.message for post in self._kept(channel) if post.lineage == lineage and post.message]
        return frozenset(stem for message in messages for stem in _stems(message))

    async def post(self, post: PostId) -> Post | None:
        row = self._rows.get(post)
        return row.post if row else None

    async def post_by_key(self, channel: ChannelName, key: str) -> Post | None:
        return next(
            (row.post for row in self._rows.values() if (row.post.channel, row.post.key) == (channel, key)), None
        )

    async def post_of(self, channel: ChannelName, lineage: Lineage) -> Post | None:
        confirmed = [p for p in self._kept(channel) if p.lineage == lineage and p.state is State.POSTED]
        return max(confirmed, key=posted, default=None)

    async def post_by_message(self, channels: Sequence[ChannelName], message_id: MessageId) -> LedgerEntry | None:
        rows = [row for name in channels if (row := self._of_message(name, message_id))]
        return self._entry(rows[0].post) if rows else None

    async def entries(
        self,
        channel: ChannelName | None = None,
        *,
        states: Sequence[State] = (),
        before: PostId | None = None,
        limit: int | None = None,
    ) -> Sequence[LedgerEntry]:
        rows = sorted(self._rows.values(), key=age, reverse=True)
        if before is not None:
            rows = [row for row in rows if age(row) < age(self._rows[before])]
        posts = [
            row.post
            for row in rows
            if (channel is None or row.post.channel == channel) and (not states or row.post.state in states)
        ]
        return [self._entry(post) for post in posts[:limit]]

    async def liked(self, channel: ChannelName, limit: int) -> Sequence[LedgerEntry]:
        def people(entry: LedgerEntry) -> int:
            return len({reaction.user for reaction in self._present(entry.post)})

        entries = [entry for entry in await self.entries(channel, states=(State.POSTED,)) if entry.reactions]
        return sorted(entries, key=people, reverse=True)[:limit]

    async def next_retry(self) -> datetime | None:
        return min((row.wakes for row in self._rows.values() if row.post.state in OPEN), default=None)

    # ---- within ----------------------------------------------------------------------------------------------------

    def _new(self, channel: ChannelName, kind: Kind, key: str, slot: Slot | None, state: State, due: datetime) -> Post:
        self._last_id += 1
        return Post(PostId(self._last_id), channel, kind, key, slot.key if slot else None, state, due, late=False)

    def _plan(self, draft: Draft, state: State) -> Post | None:
        pick = draft.pick
        reserved = {(post.round, post.lineage) for post in self._kept(draft.channel)}
        if self._taken(draft.channel, draft.key) or (pick.round, pick.lineage) in reserved:
            return None
        return replace(
            self._new(draft.channel, draft.kind, draft.key, draft.slot, state, draft.due),
            late=draft.late,
            seed=pick.seed,
            lineage=pick.lineage,
            round=pick.round,
            message=draft.message,
            explanation=pick.explanation,
        )

    def _taken(self, channel: ChannelName, key: str) -> bool:
        return any((row.post.channel, row.post.key) == (channel, key) for row in self._rows.values())

    def _entry(self, post: Post) -> LedgerEntry:
        people = {(reaction.user, reaction.emoji) for reaction in self._present(post)}
        counts = Counter(emoji for _, emoji in people)
        return LedgerEntry(post, post.message.heading if post.message else None, dict(counts))


class MemoryBoard:
    def __init__(self, ledger: MemoryLedger) -> None:
        self._ledger = ledger
        self._ids: dict[tuple[ChannelName, Marker], MessageId] = {}

    async def publish(self, channel: ChannelName, marker: Marker, now: datetime) -> MessageId:
        return self._ids.setdefault((channel, marker), MessageId(str(len(self._ids) + 1)))

    async def find(self, channel: ChannelName, marker: Marker) -> MessageId | None:
        return self._ids.get((channel, marker))

    async def reactions(self, message_id: MessageId) -> frozenset[Reaction]:
        channel = next((channel for (channel, _), known in self._ids.items() if known == message_id), None)
        found = self._ledger.reactions.get((channel, message_id)) if channel else None
        return found.present() if found else frozenset()


def _record(slot: Slot, state: State) -> SlotRecord:
    return SlotRecord(slot.date, slot.name, slot.due, slot.zone, state)


def _recent(post: Post) -> Recent:
    assert post.message is not None
    assert post.lineage is not None
    attribution = post.message.attribution
    source = attribution.source.url or attribution.source.title
    stems = _stems(post.message)
    return Recent(post.lineage, posted(post)[0], post.message.heading, attribution.author, source, stems)


def _stems(message: Message) -> tuple[str, ...]:
    return (*(prompt.stem for prompt in message.prompts), *(stem for stem in message.worn if stem))
