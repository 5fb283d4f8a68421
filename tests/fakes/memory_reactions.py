"""Reactions and the readings of them, in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import ChannelName, MessageId, Post, PostId, Reaction, ReactionChange, State
from tests.fakes.memory_rows import MemoryRows, Reactions

READINGS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))


class MemoryReactions(MemoryRows):
    async def record_reaction(self, change: ReactionChange) -> bool:
        if not self._is_ours(change.channel, change.message_id):
            return False
        kept = self.reactions.setdefault((change.channel, change.message_id), Reactions())
        reaction = Reaction(change.user, change.emoji, change.burst)
        off = [*kept.off_since(change.emoji), *([kept.read] if kept.read else [])]
        known = [*((at, False) for at in off), *([kept.changes[reaction]] if reaction in kept.changes else [])]
        if all((change.at, change.present) > each for each in known):
            kept.changes[reaction] = (change.at, change.present)
        return True

    async def replace_reactions(
        self, channel: ChannelName, message_id: MessageId, present: frozenset[Reaction], now: datetime
    ) -> None:
        row = self._of_message(channel, message_id)
        if row is None or row.post.state is not State.POSTED:
            return
        kept = self.reactions.setdefault((channel, message_id), Reactions())
        if kept.read and kept.read > now:
            return
        kept.read = now
        for reaction in present | kept.changes.keys():
            at, _ = kept.changes.get(reaction, (now, False))
            if at <= now:
                there = reaction in present and all(off <= now for off in kept.off_since(reaction.emoji))
                kept.changes[reaction] = (now, there)
        assert row.post.posted is not None
        row.reconcile_at = min(
            (row.post.posted + mark for mark in READINGS if row.post.posted + mark > now), default=None
        )

    async def clear_reactions(
        self, channel: ChannelName, message_id: MessageId, emoji: str | None, at: datetime
    ) -> None:
        row = self._of_message(channel, message_id)
        if not self._is_ours(channel, message_id) or (row and row.post.state is State.DELETED):
            return
        kept = self.reactions.setdefault((channel, message_id), Reactions())
        kept.cleared[emoji] = max(at, kept.cleared.get(emoji, at))
        for reaction, (since, _) in kept.changes.items():
            if emoji in (None, reaction.emoji) and since < at:
                kept.changes[reaction] = (at, False)

    async def reactions_of(self, posts: Sequence[PostId], user: str) -> frozenset[tuple[PostId, str]]:
        known = [self._rows[id_].post for id_ in posts if id_ in self._rows]
        return frozenset((post.id, each.emoji) for post in known for each in self._present(post) if each.user == user)

    async def to_reconcile(self, now: datetime, limit: int) -> Sequence[Post]:
        due = sorted((row.reconcile_at, id_) for id_, row in self._rows.items() if row.reconcile_at)
        return [self._rows[id_].post for at, id_ in due if at <= now][:limit]

    async def reconcile_soon(self, channels: Sequence[ChannelName], now: datetime) -> int:
        ahead = [row for row in self._rows.values() if row.reconcile_at and row.post.channel in channels]
        for row in ahead:
            assert row.reconcile_at is not None
            row.reconcile_at = min(row.reconcile_at, now)
        return len(ahead)

    async def reconcile_later(self, post: PostId, at: datetime) -> None:
        row = self._rows.get(post)
        if row and row.reconcile_at:
            row.reconcile_at = at
