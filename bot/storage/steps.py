"""What follows a confirmed post: each step is a row with retries of its own."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import PostId, Step, StepName
from bot.storage.codec import micros, step_from_row
from bot.storage.verbs import Verbs

# The steps of a post that was just confirmed, due at once.
PLAN_STEPS = """
INSERT INTO step (post, name, place, state, planned, retry_at)
SELECT :post, value, key + 1, 'open', :now, :now FROM json_each(:steps) WHERE TRUE
ON CONFLICT DO NOTHING
"""

# Of a post whose message is gone.
FAIL_STEPS = """
UPDATE step SET state = 'failed', retry_at = NULL, reason = :reason
WHERE state = 'open' AND post IN (SELECT id FROM post WHERE channel = :channel AND message_id = :message_id)
"""

# What was given up begins anew.
_REOPEN = """
ON CONFLICT (post, name) DO UPDATE
SET state = 'open', attempts = 0, planned = excluded.planned, retry_at = excluded.retry_at, reason = NULL
WHERE step.state = 'failed'
"""

_PLAN_ONE = """
INSERT INTO step (post, name, place, state, planned, retry_at)
SELECT id, :name, coalesce((SELECT max(place) + 1 FROM step WHERE step.post = id), 1), 'open', :now, :now
FROM post WHERE id = :post AND state = 'posted'
"""

_PINNED = """
UPDATE post SET pinned = :pinned WHERE id = :post
"""

# Pins may be done in any order; the newest post is to keep its own.
_UNPIN = """
INSERT INTO step (post, name, place, state, planned, retry_at)
SELECT id, 'unpin', (SELECT max(place) + 1 FROM step WHERE step.post = id), 'open', :now, :now
FROM post WHERE pinned AND channel = (SELECT channel FROM post WHERE id = :post)
ORDER BY posted DESC, id DESC LIMIT -1 OFFSET 1
"""

_TAKE = """
UPDATE step SET attempts = attempts + 1, retry_at = :again
FROM (
    SELECT post, name FROM step WHERE state = 'open' AND retry_at <= :now ORDER BY post, place LIMIT :limit
) AS due
WHERE step.post = due.post AND step.name = due.name
RETURNING *
"""

_FINISH = """
UPDATE step SET state = 'done', result = :result, retry_at = NULL, reason = NULL
WHERE post = :post AND name = :name AND state = 'open'
"""

_RETRY = """
UPDATE step SET retry_at = :retry_at, reason = :reason WHERE post = :post AND name = :name AND state = 'open'
"""

_FAIL = """
UPDATE step SET state = 'failed', retry_at = NULL, reason = :reason
WHERE post = :post AND name = :name AND state = 'open'
"""


class StepVerbs(Verbs):
    async def take_steps(self, now: datetime, again: datetime, limit: int) -> Sequence[Step]:
        values = {"now": micros(now), "again": micros(again), "limit": limit}
        async with self._database.transaction() as tx:
            rows = await tx.execute_fetchall(_TAKE, values)
        # SQLite returns changed rows in no particular order.
        return [step_from_row(row) for row in sorted(rows, key=lambda row: (row["post"], row["place"]))]

    async def plan_step(self, post: PostId, name: StepName, now: datetime) -> Step | None:
        values = {"post": post, "name": name, "now": micros(now)}
        await self._change(_PLAN_ONE + _REOPEN, values)
        row = await self._database.fetch_one(
            "SELECT step.* FROM step JOIN post ON post.id = step.post"
            " WHERE step.post = :post AND step.name = :name AND post.state = 'posted'",
            values,
        )
        return step_from_row(row) if row else None

    async def finish_step(self, post: PostId, name: StepName, result: str | None, now: datetime) -> None:
        pinned = [(_PINNED, {"post": post, "pinned": int(name is StepName.PIN)})]
        unpin = [(_UNPIN + _REOPEN, {"post": post, "now": micros(now)})]
        then = {StepName.PIN: pinned + unpin, StepName.UNPIN: pinned}.get(name, ())
        await self._change(_FINISH, {"post": post, "name": name, "result": result}, then)

    async def retry_step(self, post: PostId, name: StepName, retry_at: datetime, reason: str) -> None:
        await self._change(_RETRY, {"post": post, "name": name, "retry_at": micros(retry_at), "reason": reason})

    async def fail_step(self, post: PostId, name: StepName, reason: str) -> None:
        await self._change(_FAIL, {"post": post, "name": name, "reason": reason})

    async def steps(self, post: PostId) -> Sequence[Step]:
        rows = await self._database.fetch("SELECT * FROM step WHERE post = ? ORDER BY place", (post,))
        return [step_from_row(row) for row in rows]
