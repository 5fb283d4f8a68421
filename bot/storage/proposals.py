"""Members' proposals for the library, over SQLite. What is decided stays as it was decided."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from bot.model import Cutting, Decision, MessageId, Proposal, SeedId
from bot.storage.codec import instant, micros
from bot.storage.database import Database, Parameters
from bot.storage.documents import cutting_from_json, to_json

_ADD = """
INSERT INTO proposal (space, by, cutting, decision, made) VALUES (?, ?, ?, 'waiting', ?)
RETURNING *
"""

_DECIDE = """
UPDATE proposal SET decision = :decision, seed = :seed, decided = :now WHERE id = :id AND decision = 'waiting'
"""

_APPROVED = "SELECT * FROM proposal WHERE decision = 'approved' AND NOT exported ORDER BY id"

_FORGET_MEMBER = (
    "DELETE FROM proposal WHERE by = :user AND decision = 'waiting'",
    "UPDATE proposal SET by = NULL WHERE by = :user",
    "UPDATE setup SET by = NULL WHERE by = :user",
)

_FORGET_SPACE = (
    "DELETE FROM proposal WHERE space = :space AND decision = 'waiting'",
    "UPDATE proposal SET by = NULL WHERE space = :space AND by IS NOT NULL",
)


class SqliteProposals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, space: str, by: str, cutting: Cutting, now: datetime) -> Proposal:
        async with self._database.transaction() as tx:
            (row,) = await tx.execute_fetchall(_ADD, (space, by, to_json(cutting), micros(now)))
        return _proposal(row)

    async def get(self, number: int) -> Proposal | None:
        row = await self._database.fetch_one("SELECT * FROM proposal WHERE id = ?", (number,))
        return _proposal(row) if row else None

    async def waiting(self, space: str | None) -> Sequence[Proposal]:
        if space is None:
            return await self._all("SELECT * FROM proposal WHERE decision = 'waiting' ORDER BY id")
        return await self._all("SELECT * FROM proposal WHERE space = ? AND decision = 'waiting' ORDER BY id", (space,))

    async def approved(self) -> Sequence[Proposal]:
        return await self._all(_APPROVED)

    async def note_card(self, number: int, card: MessageId) -> None:
        await self._database.change("UPDATE proposal SET card = ? WHERE id = ?", (card, number))

    async def revise(self, number: int, cutting: Cutting) -> bool:
        sql = "UPDATE proposal SET cutting = ? WHERE id = ? AND decision = 'waiting'"
        return bool(await self._database.change(sql, (to_json(cutting), number)))

    async def decide(self, number: int, decision: Decision, seed: SeedId | None, now: datetime) -> bool:
        if decision is Decision.WAITING or (decision is Decision.APPROVED) is not (seed is not None):
            raise ValueError(f"a proposal is approved with a seed, or declined without one; not {decision} with {seed}")
        values = {"id": number, "decision": decision, "seed": seed, "now": micros(now)}
        return bool(await self._database.change(_DECIDE, values))

    async def exported(self, number: int) -> None:
        await self._database.change(
            "UPDATE proposal SET exported = 1 WHERE id = ? AND decision = 'approved'", (number,)
        )

    async def forget_member(self, user: str) -> int:
        return await self._forget(_FORGET_MEMBER, {"user": user})

    async def forget_space(self, space: str) -> int:
        return await self._forget(_FORGET_SPACE, {"space": space})

    async def _forget(self, statements: Sequence[str], values: Parameters) -> int:
        async with self._database.transaction() as tx:
            return sum([(await tx.execute(sql, values)).rowcount for sql in statements])

    async def _all(self, sql: str, params: Parameters = ()) -> list[Proposal]:
        return [_proposal(row) for row in await self._database.fetch(sql, params)]


def _proposal(row: sqlite3.Row) -> Proposal:
    return Proposal(
        id=row["id"],
        space=row["space"],
        by=row["by"],
        cutting=cutting_from_json(row["cutting"]),
        decision=Decision(row["decision"]),
        made=instant(row["made"]),
        card=None if row["card"] is None else MessageId(row["card"]),
        decided=instant(row["decided"]),
        seed=None if row["seed"] is None else SeedId(row["seed"]),
    )
