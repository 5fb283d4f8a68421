"""The ledger as it is read: single posts, lists of them with their reactions, and what a channel has read."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import ChannelName, History, LedgerEntry, Lineage, Message, MessageId, Post, PostId, Recent, State
from bot.storage.codec import instant, micros, post_from_row
from bot.storage.documents import message_from_json
from bot.storage.queue import QUEUED
from bot.storage.verbs import Verbs

RECENT = timedelta(days=30)
RECENT_POSTS = 30  # or this many, where that is more

_WITH_REACTIONS = """
SELECT post.*, (
    SELECT json_group_object(emoji, people) FROM (
        SELECT emoji, count(DISTINCT user) AS people FROM reaction
        WHERE reaction.channel = post.channel AND reaction.message_id = post.message_id AND present
        GROUP BY emoji ORDER BY people DESC, emoji
    )
) AS reactions
FROM post
"""

_LIKED = """
JOIN (
    SELECT post.id AS liked, people FROM post JOIN (
        SELECT message_id, count(DISTINCT user) AS people FROM reaction
        WHERE channel = :channel AND present GROUP BY message_id
    ) USING (message_id)
    WHERE post.channel = :channel AND state = 'posted'
    ORDER BY people DESC, due DESC, post.id DESC LIMIT :limit
) ON liked = post.id
ORDER BY people DESC, due DESC, id DESC
"""

_BY_MESSAGE = """
WHERE message_id = :message_id AND channel IN (SELECT value FROM json_each(:channels))
ORDER BY id DESC LIMIT 1
"""

_POST_OF = """
SELECT * FROM post WHERE channel = ? AND lineage = ? AND state = 'posted'
ORDER BY posted DESC, id DESC LIMIT 1
"""

# One row of JSON: a round can hold a hundred thousand seeds, and a row for each would take ten times as long.
_SPENT = """
SELECT round, (
    SELECT json_group_array(lineage) FROM post
    WHERE channel = :channel AND post.round = current.round AND state <> 'skipped'
) AS spent
FROM (SELECT coalesce(max(round), 1) AS round FROM post WHERE channel = :channel AND state <> 'skipped') AS current
"""

_RECENT = """
SELECT lineage, posted, message FROM post WHERE channel = :channel AND posted IS NOT NULL
ORDER BY posted DESC, id DESC
LIMIT max(:at_least, (SELECT count(*) FROM post WHERE channel = :channel AND posted >= :since))
"""


class EntryVerbs(Verbs):
    async def history(self, channel: ChannelName, now: datetime) -> History:
        (read,) = await self._database.fetch(_SPENT, {"channel": channel})
        rows = await self._database.fetch(
            _RECENT, {"channel": channel, "since": micros(now - RECENT), "at_least": RECENT_POSTS}
        )
        return History(
            round=read["round"],
            spent=frozenset(Lineage(lineage) for lineage in json.loads(read["spent"])),
            recent=tuple(_recent(row) for row in rows),
            queued=tuple(row["lineage"] for row in await self._database.fetch(QUEUED, (channel,))),
        )

    async def stems(self, channel: ChannelName, lineage: Lineage) -> frozenset[str]:
        rows = await self._database.fetch(
            "SELECT message FROM post WHERE channel = ? AND lineage = ? AND state <> 'skipped'",
            (channel, lineage),
        )
        return frozenset(stem for row in rows for stem in _stems(message_from_json(row["message"])))

    async def post(self, post: PostId) -> Post | None:
        row = await self._database.fetch_one("SELECT * FROM post WHERE id = ?", (post,))
        return post_from_row(row) if row else None

    async def post_by_key(self, channel: ChannelName, key: str) -> Post | None:
        row = await self._database.fetch_one("SELECT * FROM post WHERE channel = ? AND key = ?", (channel, key))
        return post_from_row(row) if row else None

    async def post_by_message(self, channels: Sequence[ChannelName], message_id: MessageId) -> LedgerEntry | None:
        values = {"channels": json.dumps(tuple(channels)), "message_id": message_id}
        row = await self._database.fetch_one(_WITH_REACTIONS + _BY_MESSAGE, values)
        return _entry(row) if row else None

    async def post_of(self, channel: ChannelName, lineage: Lineage) -> Post | None:
        row = await self._database.fetch_one(_POST_OF, (channel, lineage))
        return post_from_row(row) if row else None

    async def entries(
        self,
        channel: ChannelName | None = None,
        *,
        states: Sequence[State] = (),
        before: PostId | None = None,
        limit: int | None = None,
    ) -> Sequence[LedgerEntry]:
        wanted = ["TRUE"]
        if channel is not None:
            wanted.append("channel = :channel")
        if states:
            wanted.append("state IN (SELECT value FROM json_each(:states))")
        if before is not None:
            wanted.append("(due, id) < (SELECT due, id FROM post WHERE id = :before)")
        order = "ORDER BY due DESC, id DESC LIMIT :limit"
        values = {
            "channel": channel,
            "states": json.dumps(tuple(states)),
            "before": before,
            "limit": -1 if limit is None else limit,
        }
        rows = await self._database.fetch(f"{_WITH_REACTIONS} WHERE {' AND '.join(wanted)} {order}", values)
        return [_entry(row) for row in rows]

    async def liked(self, channel: ChannelName, limit: int) -> Sequence[LedgerEntry]:
        rows = await self._database.fetch(_WITH_REACTIONS + _LIKED, {"channel": channel, "limit": limit})
        return [_entry(row) for row in rows]

    async def next_retry(self) -> datetime | None:
        row = await self._database.fetch_one(
            "SELECT min(coalesce(retry_at, lease_until)) AS next FROM post"
            " WHERE state IN ('pending', 'sending', 'blocked')"
        )
        return instant(row["next"]) if row else None


def _entry(row: sqlite3.Row) -> LedgerEntry:
    post = post_from_row(row)
    return LedgerEntry(post, post.message.heading if post.message else None, json.loads(row["reactions"]))


def _stems(message: Message) -> tuple[str, ...]:
    """Of the prompts that a post shows, then of those that it showed before."""
    return (*(prompt.stem for prompt in message.prompts), *filter(None, message.worn))


def _recent(row: sqlite3.Row) -> Recent:
    message = message_from_json(row["message"])
    source = message.attribution.source
    return Recent(
        lineage=Lineage(row["lineage"]),
        posted=instant(row["posted"]),
        heading=message.heading,
        author=message.attribution.author,
        source=source.url or source.title,
        stems=_stems(message),
    )
