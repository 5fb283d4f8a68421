"""A post's way through the outbox. Every verb guards itself in its WHERE: what it does not find, it does not change."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import ChannelName, Draft, Kind, MessageId, Post, PostId, State, StepName, Why
from bot.storage.codec import micros, post_from_row
from bot.storage.documents import MICROSECOND, lines_to_json, to_json
from bot.storage.posted import READINGS
from bot.storage.queue import DRAFTED
from bot.storage.steps import PLAN_STEPS
from bot.storage.verbs import Verbs

ON_TIME = timedelta(minutes=5)  # a daily post confirmed later than this after it was due counts as late

# Both unique indexes answer for the port's rule: the key in the channel, and the seed in the channel's round.
_PLAN = """
INSERT INTO post (
    channel, kind, key, slot_date, slot_name, slot_zone, state, due, late, seed, lineage, round, message, explanation,
    attempts, first_attempt, last_attempt, retry_at, owner, lease_until
)
VALUES (
    :channel, :kind, :key, :slot_date, :slot_name, :slot_zone, :state, :due, :late, :seed, :lineage, :round, :message,
    :explanation, :attempts, :attempt, :attempt, :retry_at, :owner, :lease_until
)
ON CONFLICT DO NOTHING
RETURNING *
"""

_TAKE = """
UPDATE post
SET state = 'sending', ambiguous = ambiguous OR state = 'sending', owner = :owner, lease_until = :lease, retry_at = NULL
WHERE id IN (
    SELECT id FROM post
    WHERE state IN ('pending', 'sending', 'blocked') AND coalesce(retry_at, lease_until) <= :now
    ORDER BY due, id LIMIT :limit
)
RETURNING *
"""

_ATTEMPT = """
UPDATE post
SET attempts = attempts + 1, first_attempt = coalesce(first_attempt, :now), last_attempt = :now, lease_until = :lease
WHERE id = :post AND owner = :owner AND state = 'sending'
"""

_CONFIRM = """
UPDATE post
SET state = 'posted', message_id = :message_id, posted = :now, late = late OR (kind = :daily AND :now - due > :on_time),
    reason = NULL, owner = NULL, lease_until = NULL, reconcile_at = :now + :first_reading
WHERE id = :post AND owner = :owner AND state = 'sending'
"""

# The last attempt is the nearest that is known to when it was posted, here and in _WAS_SENT.
_BURY = """
UPDATE post
SET state = 'deleted', posted = coalesce(last_attempt, :now), reason = NULL, owner = NULL, lease_until = NULL
WHERE id = :post AND owner = :owner AND state = 'sending'
"""

# The index is named, here and in posted.py, since SQLite would rather read all that the channels ever posted.
_HASTEN = """
UPDATE post INDEXED BY post_blocked SET retry_at = min(retry_at, :now)
WHERE state = 'blocked' AND channel IN (SELECT value FROM json_each(:channels))
"""

_POSTPONE = """
UPDATE post SET state = :state, retry_at = :retry_at, reason = :reason, owner = NULL, lease_until = NULL
WHERE id = :post AND owner = :owner AND state = 'sending' AND NOT ambiguous
"""

_DOUBT = """
UPDATE post SET ambiguous = 1, retry_at = :retry_at, reason = :reason, owner = NULL, lease_until = NULL
WHERE id = :post AND owner = :owner AND state = 'sending'
"""

_GIVE_UP = """
UPDATE post SET state = 'unknown', reason = :reason, owner = NULL, lease_until = NULL
WHERE id = :post AND owner = :owner AND state = 'sending'
"""

_DROP = """
UPDATE post SET state = 'skipped', why = :why, reason = :reason, owner = NULL, lease_until = NULL
WHERE id = :post AND owner = :owner AND state = 'sending' AND NOT ambiguous
"""

_ABSOLVE = """
UPDATE post SET ambiguous = 0 WHERE id = :post AND owner = :owner AND state = 'sending'
"""

_INHERIT = """
UPDATE post SET ambiguous = 1, retry_at = :now, owner = NULL, lease_until = NULL
WHERE state = 'sending' AND lease_until IS NOT NULL
"""

_WAS_SENT = """
UPDATE post SET state = 'posted', posted = coalesce(last_attempt, :now), reason = NULL
WHERE id = :post AND state = 'unknown'
"""

# A person has looked: what may have been is settled, so the attempts to come stand for themselves.
_SEND_AGAIN = """
UPDATE post
SET state = 'pending', ambiguous = 0, first_attempt = NULL, retry_at = :now,
    message = json_set(message, '$.generation', coalesce(message ->> '$.generation', 0) + 1)
WHERE id = :post AND state = 'unknown'
"""

Values = dict[str, str | int | None]


class ClaimVerbs(Verbs):
    async def claim(self, drafts: Sequence[Draft], owner: str, now: datetime, lease_until: datetime) -> Sequence[Post]:
        claim: Values = {"state": State.SENDING, "attempts": 1, "attempt": micros(now), "retry_at": None}
        return await self._plan(drafts, claim | {"owner": owner, "lease_until": micros(lease_until)})

    async def enqueue(self, draft: Draft, now: datetime) -> Post | None:
        wait: Values = {"state": State.PENDING, "attempts": 0, "attempt": None, "retry_at": micros(now)}
        planned = await self._plan([draft], wait | {"owner": None, "lease_until": None})
        return planned[0] if planned else None

    async def _plan(self, drafts: Sequence[Draft], fate: Values) -> list[Post]:
        rows: list[sqlite3.Row] = []
        async with self._database.transaction() as tx:
            for draft in drafts:
                rows += await tx.execute_fetchall(_PLAN, _draft_values(draft) | fate)
            await tx.executemany(DRAFTED, [(row["channel"], row["lineage"]) for row in rows])
            self._failpoints.reach("in_claim")
        return [post_from_row(row) for row in rows]

    async def take(self, owner: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Post]:
        values = {"owner": owner, "now": micros(now), "lease": micros(lease_until), "limit": limit}
        async with self._database.transaction() as tx:
            rows = await tx.execute_fetchall(_TAKE, values)
        # SQLite returns changed rows in no particular order.
        return sorted((post_from_row(row) for row in rows), key=lambda post: (post.due, post.id))

    async def attempt(self, post: PostId, owner: str, now: datetime, lease_until: datetime) -> bool:
        values = {"post": post, "owner": owner, "now": micros(now), "lease": micros(lease_until)}
        return bool(await self._change(_ATTEMPT, values))

    async def confirm(
        self, post: PostId, owner: str, message_id: MessageId, now: datetime, steps: Sequence[StepName] = ()
    ) -> bool:
        values = {"post": post, "owner": owner, "message_id": message_id, "now": micros(now)}
        values |= {"daily": Kind.DAILY, "on_time": ON_TIME // MICROSECOND, "first_reading": READINGS[0] // MICROSECOND}
        plan = [(PLAN_STEPS, {"post": post, "steps": json.dumps(steps), "now": micros(now)})] if steps else []
        return bool(await self._change(_CONFIRM, values, plan, failpoint="in_confirm"))

    async def bury(self, post: PostId, owner: str, now: datetime) -> bool:
        return bool(await self._change(_BURY, {"post": post, "owner": owner, "now": micros(now)}))

    async def postpone(self, post: PostId, owner: str, state: State, retry_at: datetime, reason: str) -> bool:
        if state not in (State.PENDING, State.BLOCKED):
            raise ValueError(f"a post is postponed to pending or blocked, not to {state}")
        values = {"post": post, "owner": owner, "state": state, "retry_at": micros(retry_at), "reason": reason}
        return bool(await self._change(_POSTPONE, values))

    async def doubt(self, post: PostId, owner: str, retry_at: datetime, reason: str) -> bool:
        values = {"post": post, "owner": owner, "retry_at": micros(retry_at), "reason": reason}
        return bool(await self._change(_DOUBT, values))

    async def give_up(self, post: PostId, owner: str, reason: str) -> bool:
        return bool(await self._change(_GIVE_UP, {"post": post, "owner": owner, "reason": reason}))

    async def drop(self, post: PostId, owner: str, why: Why, reason: str) -> bool:
        return bool(await self._change(_DROP, {"post": post, "owner": owner, "why": why, "reason": reason}))

    async def absolve(self, post: PostId, owner: str) -> bool:
        return bool(await self._change(_ABSOLVE, {"post": post, "owner": owner}))

    async def inherit(self, now: datetime) -> int:
        return await self._change(_INHERIT, {"now": micros(now)})

    async def hasten(self, channels: Sequence[ChannelName], now: datetime) -> int:
        return await self._change(_HASTEN, {"channels": json.dumps(tuple(channels)), "now": micros(now)})

    async def resolve(self, post: PostId, sent: bool, now: datetime) -> bool:
        return bool(await self._change(_WAS_SENT if sent else _SEND_AGAIN, {"post": post, "now": micros(now)}))


def _draft_values(draft: Draft) -> Values:
    """What is frozen with the row, however it begins."""
    slot = draft.slot
    return {
        "channel": draft.channel,
        "kind": draft.kind,
        "key": draft.key,
        "slot_date": slot.date.isoformat() if slot else None,
        "slot_name": slot.name if slot else None,
        "slot_zone": slot.zone if slot else None,
        "due": micros(draft.due),
        "late": int(draft.late),
        "seed": draft.pick.seed,
        "lineage": draft.pick.lineage,
        "round": draft.pick.round,
        "message": to_json(draft.message),
        "explanation": lines_to_json(draft.pick.explanation),
    }
