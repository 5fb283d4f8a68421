"""The store's index of the library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from bot.errors import Problem
from bot.model import Candidate, Hit, Seed, SeedId


class Stamp(NamedTuple):
    """What tells that a file is unchanged, from its directory entry; a tuple, since there may be very many."""

    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class PlacedSeed:
    """A seed with the line of its file where it begins."""

    seed: Seed
    line: int


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file of the library holds. `path` is relative to the library, with forward slashes.

    `shown` is the path as people are told it, where that is another. `problems` quarantine (the seeds beside them are
    good); `notices` say what was changed on the way in.
    """

    path: str
    stamp: Stamp
    seeds: tuple[PlacedSeed, ...]
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    shown: Path | None = None


@dataclass(frozen=True, slots=True)
class ShelfChange:
    """What an update did to the library in use."""

    present: tuple[SeedId, ...]  # new or changed
    gone: tuple[SeedId, ...]


class Shelf(Protocol):
    """The index of `seeds/`. The files are the truth; this is brought up to date from them. Verbs are transactions."""

    async def stamps(self) -> Mapping[str, Stamp]:
        """Every file that was taken in without a problem, by path."""
        ...

    async def troubled(self) -> Mapping[str, Stamp]:
        """The other files that were taken in: to be read again whenever any file changed, and let go of when gone."""
        ...

    async def holds(self, fingerprint: str) -> SeedId | None:
        """The seed in use with exactly this text."""
        ...

    async def update(self, readings: Sequence[FileReading], vanished: Sequence[str], now: datetime) -> ShelfChange:
        """Take in files that are new or changed, and let go of those that vanished.

        A file with problems keeps what was known of it before, beside its good seeds. An id that another file holds
        is a problem of the later path, until that file is read again and finds the id free; so files that `stamps`
        leaves out are to be read again whenever any file changed. A seed keeps its lineage through edits, renames
        and moves (bot/lineage.py), where what vanished and what arrived come in one update.
        """
        ...

    async def catalogue(self) -> Sequence[Candidate]:
        """Every seed in use, in the order of the library."""
        ...

    async def seed(self, seed: SeedId) -> Seed | None:
        """By id, also one whose file is gone."""
        ...

    async def problems(self) -> Sequence[Problem]:
        """What keeps files or single seeds out, by path and line."""
        ...

    async def notices(self) -> Sequence[Problem]:
        """What was removed from texts, and exact duplicates with both places."""
        ...

    async def named(self, name: str, limit: int) -> Sequence[Hit]:
        """Seeds with exactly this topic or title, as `name_key` (bot/search/text.py) has it; scores say nothing."""
        ...

    async def match_all(self, words: Sequence[str], limit: int) -> Sequence[Hit]:
        """Seeds that hold every word (as made by bot/search/text.py), best first."""
        ...

    async def match_any(self, words: Sequence[str], essential: Sequence[str], limit: int) -> Sequence[Hit]:
        """Seeds that hold at least one of the `essential` words, ranked by all `words` (repeats weigh more)."""
        ...

    async def frequencies(self, words: Sequence[str], at_most: int) -> Mapping[str, int]:
        """In how many seeds each of the words stands, counted no further than `at_most`."""
        ...

    async def size(self) -> int:
        """How many seeds are in use."""
        ...
