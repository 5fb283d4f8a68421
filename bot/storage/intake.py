"""Taking files of the library in: one update of the shelf, inside one transaction."""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import aiosqlite

from bot.errors import Problem
from bot.lineage import Arrival, Known, trace
from bot.model import Lineage, SeedId
from bot.ports import FileReading, ShelfChange
from bot.storage.admission import Admission, Held, Placed, kept_by_problems, shown_path
from bot.storage.codec import micros
from bot.storage.seedrows import Columns, columns, names

# Lists come as one JSON parameter each: there may be more values than SQLite takes parameters.
HELD = """
    SELECT number, id, lineage, path, place, line, present, fingerprint, digest, title, topics, coalesce(shown, path)
    FROM seed LEFT JOIN library_file USING (path)
    WHERE (present AND path IN (SELECT value FROM json_each(?))) OR id IN (SELECT value FROM json_each(?))
    ORDER BY path, place, number
"""
TEXTS = "SELECT id, text FROM seed JOIN seed_text USING (number) WHERE id IN (SELECT value FROM json_each(?))"
IN_USE = "SELECT fingerprint, path FROM seed WHERE present AND fingerprint IN (SELECT value FROM json_each(?))"
REMEMBERED = "SELECT fingerprint, lineage FROM lineage WHERE fingerprint IN (SELECT value FROM json_each(?))"
NEXT_LINEAGE = "SELECT coalesce(max(number), 0) + 1 FROM lineage"
NEXT_SEED = "SELECT coalesce(max(number), 0) + 1 FROM seed"
WRITE_SEED = """
    INSERT INTO seed (number, id, lineage, path, place, line, present, fingerprint, digest,
                      title, opening, author, source_title, source_url, published, topics)
    VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (number) DO UPDATE SET
        lineage = excluded.lineage, path = excluded.path, place = excluded.place, line = excluded.line, present = 1,
        fingerprint = excluded.fingerprint, digest = excluded.digest, title = excluded.title,
        opening = excluded.opening, author = excluded.author, source_title = excluded.source_title,
        source_url = excluded.source_url, published = excluded.published, topics = excluded.topics
"""
WRITE_TEXT = "INSERT OR REPLACE INTO seed_text (number, text, prompts, series, part, indexed) VALUES (?, ?, ?, ?, ?, ?)"
UNINDEX = """
    INSERT INTO seed_index (seed_index, rowid, topics, title, origin, body)
    SELECT 'delete', number, topics, title, origin, body FROM seed_words
    WHERE number IN (SELECT value FROM json_each(?))
"""
INDEX = """
    INSERT INTO seed_index (rowid, topics, title, origin, body)
    SELECT number, topics, title, origin, body FROM seed_words
    WHERE number IN (SELECT value FROM json_each(?))
"""
WRITE_FILE = """
    INSERT OR REPLACE INTO library_file (path, shown, size, mtime_ns, inode, troubled, read_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
WRITE_REMARK = "INSERT INTO remark (path, problem, shown, line, position, what, remedy) VALUES (?, ?, ?, ?, ?, ?, ?)"


class Intake:
    """One update: `run` it once. Everything it writes is in `tx`, and only what changed is written."""

    def __init__(self, tx: aiosqlite.Connection, readings: Sequence[FileReading], vanished: Sequence[str]) -> None:
        self._tx = tx
        latest = {reading.path: reading for reading in map(_storable, readings)}
        self._readings = [latest[path] for path in sorted(latest)]
        self._touched = {*latest, *map(_escape, vanished)}

    async def run(self, now: datetime) -> ShelfChange:
        held = await self._held()
        kept = kept_by_problems(self._readings, held.values())
        holders = {id_: h for id_, h in held.items() if h.present and (h.path not in self._touched or id_ in kept)}
        admission = Admission(self._readings, holders)
        lineages = await self._trace(held, holders, admission)
        staying = admission.admitted.keys() | holders.keys()
        gone = [h for id_, h in held.items() if h.present and id_ not in staying]
        present = await self._write_seeds(held, admission.admitted, lineages, gone)
        await self._write_files(admission.problems, now)
        return ShelfChange(tuple(present), tuple(h.id for h in gone))

    async def _held(self) -> dict[SeedId, Held]:
        """What the files of this update held, and what is known under the ids that arrive."""
        ids = [placed.seed.id for reading in self._readings for placed in reading.seeds]
        return {row["id"]: Held(*row) for row in await self._rows(HELD, sorted(self._touched), ids)}

    # ---- whose they are --------------------------------------------------------------------------------------------

    async def _trace(
        self, held: Mapping[SeedId, Held], holders: Mapping[SeedId, Held], admission: Admission
    ) -> dict[SeedId, Lineage]:
        """The lineages of the admitted seeds; their texts are remembered from now on."""
        arrivals = [Arrival(id_, p.seed.fingerprint, p.seed.text) for id_, p in admission.admitted.items()]
        arriving = {arrival.fingerprint for arrival in arrivals}
        elsewhere = {placed.seed.fingerprint for placed in admission.refused}
        elsewhere |= {h.fingerprint for h in holders.values()}
        elsewhere |= await self._in_other_files({h.fingerprint for h in held.values()} - arriving)
        placed = arriving | elsewhere
        lost = [h.id for h in held.values() if h.fingerprint not in placed]
        texts = await self._rows(TEXTS, lost)
        remembered = await self._remembered(arriving)
        known = [Known(h.id, h.lineage, h.fingerprint, bool(h.present)) for h in held.values()]
        numbers = count(await self._first(NEXT_LINEAGE))
        lineages = await asyncio.to_thread(
            trace,
            arrivals,
            known,
            remembered,
            elsewhere,
            {row["id"]: row["text"] for row in texts},
            lambda: Lineage(next(numbers)),
        )
        new = {
            a.fingerprint: line for a, line in zip(arrivals, lineages, strict=True) if a.fingerprint not in remembered
        }
        await self._tx.executemany("INSERT INTO lineage (fingerprint, lineage) VALUES (?, ?)", new.items())
        return {arrival.id: lineage for arrival, lineage in zip(arrivals, lineages, strict=True)}

    async def _in_other_files(self, fingerprints: Collection[str]) -> set[str]:
        return {
            row["fingerprint"]
            for row in await self._rows(IN_USE, sorted(fingerprints))
            if row["path"] not in self._touched
        }

    async def _remembered(self, fingerprints: Collection[str]) -> dict[str, Lineage]:
        return {row["fingerprint"]: row["lineage"] for row in await self._rows(REMEMBERED, sorted(fingerprints))}

    # ---- writing ---------------------------------------------------------------------------------------------------

    async def _write_seeds(
        self,
        held: Mapping[SeedId, Held],
        admitted: Mapping[SeedId, Placed],
        lineages: Mapping[SeedId, Lineage],
        gone: Sequence[Held],
    ) -> list[SeedId]:
        """Bring the rows and the index up to date; the ids of what is new or changed."""
        said = await asyncio.to_thread(lambda: {id_: columns(placed.seed) for id_, placed in admitted.items()})
        changed, moved = [], []
        for id_, placed in admitted.items():
            before = held.get(id_)
            if not (before and before.present and before.digest == said[id_].digest):
                changed.append(id_)
            elif (before.path, before.place, before.line, before.lineage) != (
                placed.path,
                placed.place,
                placed.line,
                lineages[id_],
            ):
                moved.append(id_)
        await self._take_out([*gone, *(held[id_] for id_ in changed if id_ in held and held[id_].present)])
        await self._tx.executemany("UPDATE seed SET present = 0 WHERE number = ?", [(h.number,) for h in gone])
        await self._tx.executemany(
            "UPDATE seed SET path = ?, place = ?, line = ?, lineage = ? WHERE id = ?",
            [(p.path, p.place, p.line, lineages[id_], id_) for id_ in moved for p in (admitted[id_],)],
        )
        await self._put_in(held, [(admitted[id_], lineages[id_], said[id_]) for id_ in changed])
        written = {*changed, *moved}
        return [id_ for id_ in admitted if id_ in written]

    async def _take_out(self, rows: Sequence[Held]) -> None:
        """Out of the index with the old words, while the rows still hold them."""
        await self._tx.execute(UNINDEX, (json.dumps([h.number for h in rows]),))
        old = [(name, h.number) for h in rows for name in names(h.title, h.topics)]
        await self._tx.executemany("DELETE FROM seed_name WHERE name = ? AND number = ?", old)

    async def _put_in(self, held: Mapping[SeedId, Held], seeds: Sequence[tuple[Placed, Lineage, Columns]]) -> None:
        fresh = count(await self._first(NEXT_SEED))
        numbers = [held[p.seed.id].number if p.seed.id in held else next(fresh) for p, _, _ in seeds]
        numbered = list(zip(numbers, seeds, strict=True))
        await self._tx.executemany(
            WRITE_SEED,
            [
                (n, p.seed.id, lineage, p.path, p.place, p.line, p.seed.fingerprint, said.digest, *said.narrow)
                for n, (p, lineage, said) in numbered
            ],
        )
        await self._tx.executemany(WRITE_TEXT, [(n, *said.wide) for n, (_, _, said) in numbered])
        named = [(name, n) for n, (p, _, said) in numbered for name in names(p.seed.title, str(said.narrow[-1]))]
        await self._tx.executemany("INSERT OR IGNORE INTO seed_name (name, number) VALUES (?, ?)", named)
        await self._tx.execute(INDEX, (json.dumps(numbers),))

    async def _write_files(self, disputes: Sequence[tuple[str, Problem]], now: datetime) -> None:
        """The files' stamps and what is wrong with them. `disputes` may also be of files outside this update."""
        troubled = {path for path, _ in disputes} | {reading.path for reading in self._readings if reading.problems}
        touched = json.dumps(sorted(self._touched))
        await self._tx.execute("DELETE FROM library_file WHERE path IN (SELECT value FROM json_each(?))", (touched,))
        await self._tx.execute("DELETE FROM remark WHERE path IN (SELECT value FROM json_each(?))", (touched,))
        await self._tx.executemany(
            WRITE_FILE,
            [
                (
                    r.path,
                    shown_path(r),
                    r.stamp.size,
                    r.stamp.mtime_ns,
                    str(r.stamp.inode),
                    r.path in troubled,
                    micros(now),
                )
                for r in self._readings
            ],
        )
        displaced = json.dumps(sorted(troubled - self._touched))
        await self._tx.execute(
            "UPDATE library_file SET troubled = 1 WHERE path IN (SELECT value FROM json_each(?))", (displaced,)
        )
        remarks = [(path, 1, problem) for path, problem in disputes]
        for reading in self._readings:
            remarks += [(reading.path, 1, problem) for problem in reading.problems]
            remarks += [(reading.path, 0, notice) for notice in reading.notices]
        await self._tx.executemany(
            WRITE_REMARK, [(path, kind, str(p.path), p.line, p.column, p.what, p.remedy) for path, kind, p in remarks]
        )

    async def _rows(self, sql: str, *lists: Sequence[str]) -> Iterable[aiosqlite.Row]:
        return await self._tx.execute_fetchall(sql, [json.dumps(values) for values in lists])

    async def _first(self, sql: str) -> int:
        (row,) = await self._tx.execute_fetchall(sql)
        return int(row[0])


def _storable(reading: FileReading) -> FileReading:
    """File names may hold bytes that are no text; SQLite takes only text."""
    shown = Path(_escape(shown_path(reading)))
    problems, notices = map(_escaped, (reading.problems, reading.notices))
    return replace(reading, path=_escape(reading.path), shown=shown, problems=problems, notices=notices)


def _escaped(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(
        Problem(Path(_escape(str(p.path))), p.line, p.column, _escape(p.what), _escape(p.remedy)) for p in problems
    )


def _escape(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()
