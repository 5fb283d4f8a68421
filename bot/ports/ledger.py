"""The store's memory of posts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.model import (
    Channel,
    ChannelName,
    ChannelState,
    Draft,
    History,
    LedgerEntry,
    Lineage,
    Message,
    MessageId,
    Post,
    PostId,
    Reaction,
    ReactionChange,
    Skip,
    SlotRecord,
    State,
    Step,
    StepName,
    Why,
)


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

    async def confirm(
        self, post: PostId, owner: str, message_id: MessageId, now: datetime, steps: Sequence[StepName] = ()
    ) -> bool:
        """SENDING -> POSTED: the seed is spent, and the steps are planned with it, due at once.

        A daily post confirmed over five minutes after it was due is late.
        """
        ...

    async def bury(self, post: PostId, owner: str, now: datetime) -> bool:
        """SENDING -> DELETED: it had been posted, and was taken down before we knew. The seed is spent."""
        ...

    async def delete(self, channel: ChannelName, message_id: MessageId) -> bool:
        """POSTED -> DELETED: the message is gone from the platform. Open steps fail; the counts stay."""
        ...

    async def revise(self, post: PostId, message: Message) -> bool:
        """Freeze another message with a POSTED post: what it shows was changed. Its marker may not."""
        ...

    async def hasten(self, channels: Sequence[ChannelName], now: datetime) -> int:
        """BLOCKED rows of these channels are due for another try now; how many."""
        ...

    # Steps after a post. One process runs them, so a claim is no more than the instant of the next try.

    async def take_steps(self, now: datetime, again: datetime, limit: int) -> Sequence[Step]:
        """OPEN steps that are due, oldest post first, planned order within a post; each counts one more attempt, and
        is due again at `again` should nothing be heard of it, durable before anything is done."""
        ...

    async def plan_step(self, post: PostId, name: StepName, now: datetime) -> Step | None:
        """One more step of a POSTED post, or the row there is; a FAILED one is opened again, due now."""
        ...

    async def finish_step(self, post: PostId, name: StepName, result: str | None, now: datetime) -> None:
        """OPEN -> DONE. A PIN that is done plans the UNPIN of every post of the channel still pinned but the newest."""
        ...

    async def retry_step(self, post: PostId, name: StepName, retry_at: datetime, reason: str) -> None: ...

    async def fail_step(self, post: PostId, name: StepName, reason: str) -> None:
        """OPEN -> FAILED."""
        ...

    async def steps(self, post: PostId) -> Sequence[Step]:
        """In the order planned."""
        ...

    # Seeds put first by hand.

    async def queue(self, channel: ChannelName, lineage: Lineage, now: datetime) -> None:
        """Put it first; one that is queued already moves to the front."""
        ...

    async def unqueue(self, channel: ChannelName, lineage: Lineage) -> bool: ...

    async def queued(self, channel: ChannelName) -> Sequence[Lineage]:
        """Next one first; `claim` and `enqueue` of a post take its lineage out."""
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

    async def post_by_message(self, channels: Sequence[ChannelName], message_id: MessageId) -> LedgerEntry | None:
        """The post that this message is in one of the channels."""
        ...

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
        """Keep the newest change of (message, user, emoji, burst); a tie goes to the one that is present.

        False (nothing kept) unless the message is a post's, or a post of the channel is being sent.
        """
        ...

    async def replace_reactions(
        self, channel: ChannelName, message_id: MessageId, present: frozenset[Reaction], now: datetime
    ) -> None:
        """Make the stored reactions of a message equal to `present`, except where a change is newer than `now`.

        The next reading is planned: 1 h, 6 h, 1 d and 7 d after it was posted, then no more.
        """
        ...

    async def clear_reactions(
        self, channel: ChannelName, message_id: MessageId, emoji: str | None, at: datetime
    ) -> None:
        """Take all off that were put on before `at`, or all of one emoji."""
        ...

    async def to_reconcile(self, now: datetime, limit: int) -> Sequence[Post]:
        """POSTED posts whose reactions are to be read from the platform by `now`, the longest due first."""
        ...

    async def reconcile_soon(self, channels: Sequence[ChannelName], now: datetime) -> int:
        """Plan a reading now of every post of these channels that still has one ahead; how many."""
        ...

    async def reconcile_later(self, post: PostId, at: datetime) -> None:
        """A reading that failed is tried again then."""
        ...

    async def reactions_of(self, posts: Sequence[PostId], user: str) -> frozenset[tuple[PostId, str]]: ...
