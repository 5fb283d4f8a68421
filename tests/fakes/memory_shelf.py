"""The Shelf over plain dictionaries: what the port promises, said a second time in the simplest way."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from math import log
from operator import attrgetter
from pathlib import Path

from bot.errors import Problem
from bot.lineage import Arrival, Known, trace
from bot.model import Candidate, Hit, Lineage, Seed, SeedId
from bot.ports import FileReading, ShelfChange, Stamp
from bot.search.text import index_form, is_stump, name_key, words

WEIGHTS = (4, 3, 2, 1)  # of topics, title, author and source, text
UNSETTLED = Lineage(0)


@dataclass(frozen=True, slots=True)
class _Row:
    seed: Seed
    path: str
    place: int
    line: int
    lineage: Lineage = UNSETTLED


class MemoryShelf:
    """Everything is looked through for every question."""

    def __init__(self) -> None:
        self._files: dict[str, FileReading] = {}
        self._troubled: set[str] = set()
        self._in_use: dict[SeedId, _Row] = {}
        self._gone: dict[SeedId, _Row] = {}
        self._seen: dict[str, Lineage] = {}
        self._numbers = count(1)
        self._disputes: defaultdict[str, list[Problem]] = defaultdict(list)

    async def stamps(self) -> Mapping[str, Stamp]:
        return {path: reading.stamp for path, reading in self._files.items() if path not in self._troubled}

    async def troubled(self) -> Mapping[str, Stamp]:
        return {path: reading.stamp for path, reading in self._files.items() if path in self._troubled}

    async def holds(self, fingerprint: str) -> SeedId | None:
        return next((row.seed.id for row in self._rows() if row.seed.fingerprint == fingerprint), None)

    async def update(self, readings: Sequence[FileReading], vanished: Sequence[str], now: datetime) -> ShelfChange:
        touched = {reading.path for reading in readings}.union(vanished)
        before = dict(self._in_use)
        staying = {id_: row for id_, row in before.items() if row.path not in touched or self._is_kept(row, readings)}
        for path in touched:
            self._files.pop(path, None)
            self._disputes.pop(path, None)
        self._files |= {reading.path: reading for reading in readings}
        self._troubled -= touched
        self._troubled |= {reading.path for reading in readings if reading.problems}
        arriving = self._settle_disputes(readings, staying)
        self._in_use = {id_: row for id_, row in staying.items() if id_ not in arriving}
        self._in_use |= self._traced(arriving, staying, before, readings)
        self._gone |= {id_: row for id_, row in before.items() if id_ not in self._in_use}
        gone = tuple(id_ for id_ in before if id_ not in self._in_use)
        return ShelfChange(tuple(id_ for id_, row in self._in_use.items() if before.get(id_) != row), gone)

    def _is_kept(self, row: _Row, readings: Sequence[FileReading]) -> bool:
        """Whether its file has problems now, and neither the seed nor its text is among what is good in it."""
        reading = next((reading for reading in readings if reading.path == row.path), None)
        if reading is None or not reading.problems:
            return False
        return all(p.seed.id != row.seed.id and p.seed.fingerprint != row.seed.fingerprint for p in reading.seeds)

    def _settle_disputes(self, readings: Sequence[FileReading], staying: Mapping[SeedId, _Row]) -> dict[SeedId, _Row]:
        """The arriving seeds that get their ids: each id belongs to the first place that has it."""
        claims: defaultdict[SeedId, list[_Row]] = defaultdict(list)
        for id_, row in staying.items():
            claims[id_].append(row)
        for reading in readings:
            for place, placed in enumerate(reading.seeds):
                claims[placed.seed.id].append(_Row(placed.seed, reading.path, place, placed.line))
        settled = {}
        for id_, rows in claims.items():
            first, *others = sorted(rows, key=attrgetter("path", "place"))
            what = f"the id {id_!r} is taken by {self._shown(first)}:{first.line}"
            for other in others:
                remedy = "give one of the two another id; this one is left out"
                self._disputes[other.path].append(Problem(Path(self._shown(other)), other.line, 1, what, remedy))
                self._troubled.add(other.path)
            if first is not staying.get(id_):
                settled[id_] = first
        return settled

    def _traced(
        self,
        arriving: Mapping[SeedId, _Row],
        staying: Mapping[SeedId, _Row],
        before: dict[SeedId, _Row],
        readings: Sequence[FileReading],
    ) -> dict[SeedId, _Row]:
        rows = sorted(arriving.values(), key=attrgetter("path", "place"))
        refused = {p.seed.fingerprint for r in readings for p in r.seeds} - {row.seed.fingerprint for row in rows}
        known = {id_: row for id_, row in self._gone.items() if id_ in arriving} | before
        lineages = trace(
            [Arrival(row.seed.id, row.seed.fingerprint, row.seed.text) for row in rows],
            [Known(id_, row.lineage, row.seed.fingerprint, id_ in before) for id_, row in known.items()],
            self._seen,
            {row.seed.fingerprint for row in staying.values()} | refused,
            {id_: row.seed.text for id_, row in known.items()},
            lambda: Lineage(next(self._numbers)),
        )
        for row, lineage in zip(rows, lineages, strict=True):
            self._seen.setdefault(row.seed.fingerprint, lineage)
        return {row.seed.id: replace(row, lineage=lineage) for row, lineage in zip(rows, lineages, strict=True)}

    async def catalogue(self) -> Sequence[Candidate]:
        return [
            Candidate(
                row.seed.id,
                row.lineage,
                row.seed.heading,
                row.seed.author,
                row.seed.source.url or row.seed.source.title,
                row.seed.topics,
                row.seed.source.published,
                position,
            )
            for position, row in enumerate(self._rows())
        ]

    async def seed(self, seed: SeedId) -> Seed | None:
        row = self._in_use.get(seed) or self._gone.get(seed)
        return row.seed if row else None

    async def size(self) -> int:
        return len(self._in_use)

    async def problems(self) -> Sequence[Problem]:
        told = [problem for reading in self._files.values() for problem in reading.problems]
        return _sorted((*told, *(problem for problems in self._disputes.values() for problem in problems)))

    async def notices(self) -> Sequence[Problem]:
        told = [notice for reading in self._files.values() for notice in reading.notices]
        first: dict[str, _Row] = {}
        for row in self._rows():
            earlier = first.setdefault(row.seed.fingerprint, row)
            if earlier is not row:
                what = f"the same text as {earlier.seed.id!r} in {self._shown(earlier)}:{earlier.line}"
                remedy = "keep one of the two; as it is, they count as one and only one is posted"
                told.append(Problem(Path(self._shown(row)), row.line, 1, what, remedy))
        return _sorted(told)

    async def named(self, name: str, limit: int) -> Sequence[Hit]:
        rows = (row for row in self._rows() if name in map(name_key, filter(None, (*row.seed.topics, row.seed.title))))
        return [Hit(row.seed.id, row.seed.heading, 0.0) for row in rows][:limit]

    async def match_all(self, words: Sequence[str], limit: int) -> Sequence[Hit]:
        found = [row for row in self._rows() if words and all(_holds(row.seed, word) for word in words)]
        return self._ranked(found, words, limit)

    async def match_any(self, words: Sequence[str], essential: Sequence[str], limit: int) -> Sequence[Hit]:
        found = [row for row in self._rows() if any(_holds(row.seed, word) for word in essential)]
        return self._ranked(found, words, limit)

    async def frequencies(self, words: Sequence[str], at_most: int) -> Mapping[str, int]:
        return {word: min(at_most, sum(_holds(row.seed, word) > 0 for row in self._rows())) for word in words}

    def _ranked(self, rows: Iterable[_Row], words: Sequence[str], limit: int) -> list[Hit]:
        rarity = {
            word: log(1 + len(self._in_use) / (1 + sum(_holds(row.seed, word) > 0 for row in self._rows())))
            for word in words
        }
        hits = []
        for row in rows:
            said = {word: _holds(row.seed, word) for word in words}
            score = sum(rarity[word] * said[word] / (said[word] + 1) for word in words)
            hits.append(Hit(row.seed.id, row.seed.heading, score))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _rows(self) -> list[_Row]:
        return sorted(self._in_use.values(), key=attrgetter("path", "place"))

    def _shown(self, row: _Row) -> str:
        reading = self._files.get(row.path)
        return str(reading.shown) if reading and reading.shown else row.path


def _holds(seed: Seed, word: str) -> int:
    """How much a seed says of a word: its occurrences, by the weight of where they stand."""
    origin = " ".join(filter(None, (seed.author, seed.source.title)))
    total = 0
    for weight, text in zip(WEIGHTS, ("\n".join(seed.topics), seed.title or "", origin, seed.text), strict=True):
        counts = Counter(map(str.casefold, words(index_form(text))))
        if is_stump(word):
            total += weight * sum(n for other, n in counts.items() if other.startswith(word.casefold()))
        else:
            total += weight * counts[word.casefold()]
    return total


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=attrgetter("path", "line", "column"))
