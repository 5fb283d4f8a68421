"""The rows that the parts of the ledger in memory share."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.model import ChannelName, MessageId, Post, PostId, Reaction, Slot, State, Step, StepName
from bot.ports import Clock


@dataclass(slots=True)
class Row:
    """A post, and what its owner and later readings need."""

    post: Post
    slot: Slot | None
    owner: str | None = None
    lease_until: datetime | None = None
    reconcile_at: datetime | None = None
    steps: dict[StepName, Step] = field(default_factory=dict)

    @property
    def wakes(self) -> datetime:
        instant = self.post.retry_at or self.lease_until
        assert instant is not None
        return instant


@dataclass(slots=True)
class Reactions:
    """Of one message: the newest change of each, when all (or all of an emoji) were taken off, when it was read."""

    changes: dict[Reaction, tuple[datetime, bool]] = field(default_factory=dict)
    cleared: dict[str | None, datetime] = field(default_factory=dict)
    read: datetime | None = None

    def present(self) -> frozenset[Reaction]:
        return frozenset(reaction for reaction, (_, present) in self.changes.items() if present)

    def off_since(self, emoji: str) -> list[datetime]:
        """When nobody had this emoji on."""
        return [at for cleared, at in self.cleared.items() if cleared in (None, emoji)]


class MemoryRows:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rows: dict[PostId, Row] = {}
        self.reactions: dict[tuple[ChannelName, MessageId], Reactions] = {}

    def _posted(self, post: PostId) -> Row | None:
        row = self._rows.get(post)
        return row if row and row.post.state is State.POSTED else None

    def _of_message(self, channel: ChannelName, message_id: MessageId) -> Row | None:
        rows = (row for row in self._rows.values() if row.post.channel == channel)
        return next((row for row in rows if row.post.message_id == message_id), None)

    def _is_ours(self, channel: ChannelName, message_id: MessageId) -> bool:
        posts = [row.post for row in self._rows.values() if row.post.channel == channel]
        return any(post.message_id == message_id or post.state is State.SENDING for post in posts)

    def _held(self, post: PostId, owner: str) -> Row | None:
        row = self._rows.get(post)
        return row if row and row.owner == owner and row.post.state is State.SENDING else None

    def _kept(self, channel: ChannelName) -> list[Post]:
        posts = (row.post for row in self._rows.values())
        return [post for post in posts if post.channel == channel and post.state is not State.SKIPPED]

    def _present(self, post: Post) -> frozenset[Reaction]:
        if post.message_id is None:
            return frozenset()
        return self.reactions.get((post.channel, post.message_id), Reactions()).present()


def end(row: Row, state: State, **facts: object) -> bool:
    """Another state, and nobody's claim."""
    row.post = replace(row.post, state=state, **facts)  # type: ignore[arg-type]  # the callers name Post's fields
    row.owner = row.lease_until = None
    return True


def age(row: Row) -> tuple[datetime, PostId]:
    return row.post.due, row.post.id


def posted(post: Post) -> tuple[datetime, PostId]:
    assert post.posted is not None
    return post.posted, post.id
