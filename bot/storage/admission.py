"""Which arriving seeds may have their ids, and which known ones a file with problems keeps. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Problem
from bot.model import Lineage, Seed, SeedId
from bot.ports import FileReading


@dataclass(frozen=True, slots=True)
class Held:
    """A seed as the shelf has it before an update, in the order of its table's columns."""

    number: int
    id: SeedId
    lineage: Lineage
    path: str
    place: int
    line: int
    present: int
    fingerprint: str
    digest: bytes
    title: str | None
    topics: str
    shown: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An arriving seed with its file and its place in it, counted from 0."""

    path: str
    place: int
    line: int
    seed: Seed
    shown: str


class Admission:
    """Of seeds with the same id, that of the first path is admitted; the others are refused, with a problem each.

    `readings` come in the order of their paths. `holders` are the seeds in use of files that stay as they are: one
    whose path is later than an arriving seed's loses its id to it, and is displaced.
    """

    def __init__(self, readings: Sequence[FileReading], holders: Mapping[SeedId, Held]) -> None:
        self.admitted: dict[SeedId, Placed] = {}
        self.refused: list[Placed] = []
        self.displaced: list[Held] = []
        self.problems: list[tuple[str, Problem]] = []
        for reading in readings:
            for place, placed in enumerate(reading.seeds):
                arriving = Placed(reading.path, place, placed.line, placed.seed, shown_path(reading))
                self._admit(arriving, self.admitted.get(placed.seed.id), holders.get(placed.seed.id))

    def _admit(self, arriving: Placed, earlier: Placed | None, holder: Held | None) -> None:
        id_ = arriving.seed.id
        if earlier or (holder and holder.path < arriving.path):
            self.refused.append(arriving)
            self._complain(arriving, earlier or holder, id_)
            return
        if holder:
            self.displaced.append(holder)
            self._complain(holder, arriving, id_)
        self.admitted[id_] = arriving

    def _complain(self, later: Placed | Held, first: Placed | Held | None, id_: SeedId) -> None:
        assert first is not None
        what = f"the id {id_!r} is taken by {first.shown}:{first.line}"
        problem = Problem(
            Path(later.shown), later.line, 1, what, "give one of the two another id; this one is left out"
        )
        self.problems.append((later.path, problem))


def shown_path(reading: FileReading) -> str:
    """The path of a file as people are told it."""
    return str(reading.shown or reading.path)


def kept_by_problems(readings: Iterable[FileReading], held: Iterable[Held]) -> set[SeedId]:
    """Seeds in use whose file has problems now, where neither they nor their texts are among its good seeds."""
    troubled = {reading.path: reading.seeds for reading in readings if reading.problems}
    good = {(path, key) for path, seeds in troubled.items() for p in seeds for key in (p.seed.id, p.seed.fingerprint)}
    return {
        row.id
        for row in held
        if row.present and row.path in troubled and not good & {(row.path, row.id), (row.path, row.fingerprint)}
    }
