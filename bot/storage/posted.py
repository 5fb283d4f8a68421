"""A post after it was confirmed: changed, taken down, and its reactions read from the platform now and then."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import ChannelName, Message, MessageId, Post, PostId
from bot.storage.codec import micros, post_from_row
from bot.storage.documents import to_json
from bot.storage.steps import FAIL_STEPS
from bot.storage.verbs import Verbs

# After a post; a reading that is late counts for those it passed over.
READINGS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))

_DELETE = """
UPDATE post SET state = 'deleted', reconcile_at = NULL, pinned = 0
WHERE channel = :channel AND message_id = :message_id AND state = 'posted'
"""

_REVISE = """
UPDATE post SET message = :message WHERE id = :post AND state = 'posted' AND message ->> '$.marker' = :marker
"""

_TO_RECONCILE = """
SELECT * FROM post WHERE reconcile_at <= ? ORDER BY reconcile_at, id LIMIT ?
"""

_SOON = """
UPDATE post INDEXED BY post_reconcile SET reconcile_at = min(reconcile_at, :now)
WHERE reconcile_at IS NOT NULL AND channel IN (SELECT value FROM json_each(:channels))
"""


class PostedVerbs(Verbs):
    async def delete(self, channel: ChannelName, message_id: MessageId) -> bool:
        values = {"channel": channel, "message_id": message_id, "reason": "the message was deleted"}
        return bool(await self._change(_DELETE, values, [(FAIL_STEPS, values)]))

    async def revise(self, post: PostId, message: Message) -> bool:
        values = {"post": post, "message": to_json(message), "marker": message.marker}
        return bool(await self._change(_REVISE, values))

    async def to_reconcile(self, now: datetime, limit: int) -> Sequence[Post]:
        return [post_from_row(row) for row in await self._database.fetch(_TO_RECONCILE, (micros(now), limit))]

    async def reconcile_soon(self, channels: Sequence[ChannelName], now: datetime) -> int:
        return await self._change(_SOON, {"channels": json.dumps(tuple(channels)), "now": micros(now)})

    async def reconcile_later(self, post: PostId, at: datetime) -> None:
        await self._change(
            "UPDATE post SET reconcile_at = ? WHERE id = ? AND reconcile_at IS NOT NULL", (micros(at), post)
        )
