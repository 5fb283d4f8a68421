"""Who has which reaction on which message. The newest change wins, so replays and reordering change nothing."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.model import ChannelName, MessageId, PostId, ReactionChange
from bot.storage.codec import micros
from bot.storage.verbs import Verbs

# While a post is being sent its message may already be seen, and reacted to, before its id is confirmed here.
_OURS = """
SELECT EXISTS (SELECT 1 FROM post WHERE channel = :channel AND message_id = :message_id)
    OR EXISTS (SELECT 1 FROM post WHERE channel = :channel AND state = 'sending') AS ours
"""

# Where the whole message was read, nothing stood there then but what that reading wrote down.
_KEEP = """
INSERT INTO reaction (channel, message_id, user, emoji, present, at)
SELECT :channel, :message_id, :user, :emoji, :present, :at
WHERE NOT EXISTS (
    SELECT 1 FROM post
    WHERE channel = :channel AND message_id = :message_id AND (reactions_read, 0) >= (:at, :present)
)
ON CONFLICT (channel, message_id, user, emoji) DO UPDATE SET present = excluded.present, at = excluded.at
WHERE (excluded.at, excluded.present) > (reaction.at, reaction.present)
"""

_READ = """
UPDATE post SET reactions_read = :now
WHERE channel = :channel AND message_id = :message_id AND coalesce(reactions_read, :now) <= :now
"""

_CLEAR = """
UPDATE reaction SET present = 0, at = :now WHERE channel = :channel AND message_id = :message_id AND at <= :now
"""

_SET = """
INSERT INTO reaction (channel, message_id, user, emoji, present, at)
VALUES (:channel, :message_id, :user, :emoji, 1, :now)
ON CONFLICT (channel, message_id, user, emoji) DO UPDATE SET present = 1, at = excluded.at
WHERE reaction.at <= excluded.at
"""

_MINE = """
SELECT post.id, emoji FROM post JOIN reaction USING (channel, message_id)
WHERE post.id IN (SELECT value FROM json_each(?)) AND user = ? AND present
"""


class ReactionVerbs(Verbs):
    async def record_reaction(self, change: ReactionChange) -> bool:
        values = {
            "channel": change.channel,
            "message_id": change.message_id,
            "user": change.user,
            "emoji": change.emoji,
            "present": int(change.present),
            "at": micros(change.at),
        }
        # Asked of the reader first: most reactions of a busy place are on messages that are none of ours.
        row = await self._database.fetch_one(_OURS, values)
        if row is None or not row["ours"]:
            return False
        await self._change(_KEEP, values)
        return True

    async def replace_reactions(
        self, channel: ChannelName, message_id: MessageId, present: frozenset[tuple[str, str]], now: datetime
    ) -> None:
        values = {"channel": channel, "message_id": message_id, "now": micros(now)}
        async with self._database.transaction() as tx:
            # An older reading than the last one says nothing; neither does one of a message that is not ours.
            if (await tx.execute(_READ, values)).rowcount:
                await tx.execute(_CLEAR, values)
                await tx.executemany(_SET, [values | {"user": user, "emoji": emoji} for user, emoji in present])

    async def reactions_of(self, posts: Sequence[PostId], user: str) -> frozenset[tuple[PostId, str]]:
        rows = await self._database.fetch(_MINE, (json.dumps(tuple(posts)), user))
        return frozenset((PostId(row["id"]), row["emoji"]) for row in rows)
