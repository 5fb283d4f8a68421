"""The Shelf over SQLite: the index of `seeds/`, and the full text of it."""

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from bot.errors import Problem
from bot.model import Candidate, Hit, Seed, SeedId
from bot.ports import FileReading, ShelfChange, Stamp
from bot.search.text import is_stump
from bot.storage.database import Database
from bot.storage.intake import Intake
from bot.storage.seedrows import CATALOGUE, SEED, candidates_from, seed_from

ROWS = 10_000  # seeds that are weighed for one question, at most: those the shelf has known longest
STAMPS = "SELECT path, size, mtime_ns, inode FROM library_file WHERE troubled = ?"
REMARKS = (
    "SELECT shown, line, position, what, remedy FROM remark WHERE problem = ? ORDER BY path, line, position, number"
)
DUPLICATES = """
    SELECT id, shown, line, fingerprint FROM seed JOIN library_file USING (path)
    WHERE present
        AND fingerprint IN (SELECT fingerprint FROM seed WHERE present GROUP BY fingerprint HAVING count(*) > 1)
    ORDER BY fingerprint, path, place, number
"""
HOLDS = "SELECT id FROM seed WHERE present AND fingerprint = ? ORDER BY path, place, number LIMIT 1"
NAMED = """
    SELECT id, coalesce(title, opening) AS heading, 0.0 AS score
    FROM (SELECT number FROM seed_name WHERE name = ? ORDER BY number LIMIT ?) JOIN seed USING (number)
    ORDER BY path, place, number
"""
# The weights are those of topics, title, origin and body.
MATCH = """
    SELECT id, coalesce(title, opening) AS heading, -cost AS score
    FROM (
        SELECT number, cost
        FROM (
            SELECT rowid AS number, bm25(seed_index, 4.0, 3.0, 2.0, 1.0) AS cost
            FROM seed_index WHERE seed_index MATCH ? LIMIT ?
        )
        ORDER BY cost LIMIT ?
    ) JOIN seed USING (number)
    ORDER BY cost, path, place, number
"""
FREQUENCIES = """
    SELECT (SELECT count(*) FROM (SELECT 1 FROM seed_index WHERE seed_index MATCH term.value LIMIT ?)) AS seeds
    FROM json_each(?) AS term ORDER BY term.key
"""


class SqliteShelf:
    """See the port for what it promises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stamps(self) -> Mapping[str, Stamp]:
        return await self._stamps(troubled=False)

    async def troubled(self) -> Mapping[str, Stamp]:
        return await self._stamps(troubled=True)

    async def _stamps(self, *, troubled: bool) -> dict[str, Stamp]:
        rows = await self._database.fetch(STAMPS, (troubled,))
        return {path: Stamp(size, mtime_ns, int(inode)) for path, size, mtime_ns, inode in rows}

    async def holds(self, fingerprint: str) -> SeedId | None:
        row = await self._database.fetch_one(HOLDS, (fingerprint,))
        return None if row is None else SeedId(row["id"])

    async def update(self, readings: Sequence[FileReading], vanished: Sequence[str], now: datetime) -> ShelfChange:
        async with self._database.transaction() as tx:
            return await Intake(tx, readings, vanished).run(now)

    async def catalogue(self) -> Sequence[Candidate]:
        rows = await self._database.fetch(CATALOGUE)
        # A large library would hold the event loop up.
        return await asyncio.to_thread(candidates_from, rows)

    async def seed(self, seed: SeedId) -> Seed | None:
        row = await self._database.fetch_one(SEED, (seed,))
        return None if row is None else seed_from(row)

    async def size(self) -> int:
        row = await self._database.fetch_one("SELECT count(*) FROM seed WHERE present")
        return 0 if row is None else int(row[0])

    async def problems(self) -> Sequence[Problem]:
        return _remarks(await self._database.fetch(REMARKS, (1,)))

    async def notices(self) -> Sequence[Problem]:
        removed = _remarks(await self._database.fetch(REMARKS, (0,)))
        same = _duplicates(await self._database.fetch(DUPLICATES))
        return sorted((*removed, *same), key=attrgetter("path", "line", "column"))

    # ---- full text -------------------------------------------------------------------------------------------------

    async def named(self, name: str, limit: int) -> Sequence[Hit]:
        return _hits(await self._database.fetch(NAMED, (name, limit)))

    async def match_all(self, words: Sequence[str], limit: int) -> Sequence[Hit]:
        return await self._match(" AND ".join(map(_term, words)), limit) if words else ()

    async def match_any(self, words: Sequence[str], essential: Sequence[str], limit: int) -> Sequence[Hit]:
        required = [word for word in words if word in essential] or list(essential)
        others = [word for word in words if word not in essential]
        if not required:
            return ()
        # In one question, the essential words would have to be said twice, and would count twice: so there is one for
        # the seeds that hold some of both, and one for the rest.
        either = " OR ".join(map(_term, required))
        hits = await self._match(f"({either}) AND ({' OR '.join(map(_term, others))})", limit) if others else []
        # A single essential word may be a common one, and is not worth a look at all that hold it and nothing else.
        if len(required) > 1 or len(hits) < limit:
            held = {hit.id for hit in hits}
            hits += [hit for hit in await self._match(either, limit) if hit.id not in held]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    async def _match(self, question: str, limit: int) -> list[Hit]:
        return _hits(await self._database.fetch(MATCH, (question, ROWS, limit)))

    async def frequencies(self, words: Sequence[str], at_most: int) -> Mapping[str, int]:
        rows = await self._database.fetch(FREQUENCIES, (at_most, json.dumps([_term(word) for word in words])))
        return {word: row["seeds"] for word, row in zip(words, rows, strict=True)}


def _term(word: str) -> str:
    """One word for MATCH, with nothing in it that could be an operator."""
    quoted = '"' + word.replace('"', "").replace("\0", "") + '"'
    return f"{quoted} *" if is_stump(word) else quoted


def _hits(rows: Iterable[sqlite3.Row]) -> list[Hit]:
    return [Hit(SeedId(row["id"]), row["heading"], row["score"]) for row in rows]


def _remarks(rows: Iterable[sqlite3.Row]) -> list[Problem]:
    return [Problem(Path(row["shown"]), *tuple(row)[1:]) for row in rows]


def _duplicates(rows: Iterable[sqlite3.Row]) -> list[Problem]:
    found = []
    for _, same in groupby(rows, key=lambda row: str(row["fingerprint"])):
        first, *others = same
        what = f"the same text as {first['id']!r} in {first['shown']}:{first['line']}"
        remedy = "keep one of the two; as it is, they count as one and only one is posted"
        found += [Problem(Path(row["shown"]), row["line"], 1, what, remedy) for row in others]
    return found
