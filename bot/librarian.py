"""Keeps the shelf in step with the files of the library, and the catalogue of it in memory."""

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot import library
from bot.errors import ContentError
from bot.log import fields
from bot.model import Candidate, Health
from bot.ports import Clock, FileReading, Shelf, Stamp
from bot.search.fulltext import FullTextSearcher

log = logging.getLogger(__name__)

QUIET = timedelta(seconds=2)  # between two looks at the files
SHARE = 20  # a look may take a twentieth of the time: a library of very many files is looked at less often
AT_ONCE = 2 * 1024 * 1024  # bytes of files taken in together, so that a large first load needs little memory
NEVER = Stamp(-1, 0, 0)  # no file has this, so one that is known by it is read
PLANTED = "~//"  # before the paths of the second folder: no path has two slashes, and it sorts behind the library
TOLD = 20  # problems written to the log one by one


class Librarian:
    """`candidates` is the library in use: replaced as a whole, never changed in place.

    `planted` is a second folder of seeds, which need not be there: what members brought and organisers approved.
    """

    def __init__(self, root: Path, planted: Path, shelf: Shelf, searcher: FullTextSearcher, clock: Clock) -> None:
        self.candidates: Sequence[Candidate] = ()
        self._root = root
        self._planted = planted
        self._looking = asyncio.Lock()
        self._shelf = shelf
        self._searcher = searcher
        self._clock = clock
        self._sound: dict[str, Stamp] = {}  # files as they were taken in
        self._troubled: dict[str, Stamp] = {}  # files that have a problem; read again whenever anything changes
        self._told: frozenset[str] = frozenset()
        self._missing: str | None = None
        self._took = 0.0
        self._looked: datetime | None = None

    async def open(self) -> None:
        """Load the index, then bring it up to date. ContentError where there is no library folder."""
        with _nothing_to_collect():
            self._sound = dict(await self._shelf.stamps())
        # What had a problem is read again: this may be a version that reads it.
        self._troubled = dict.fromkeys(await self._shelf.troubled(), NEVER)
        if not await self._look():
            await self._load()
        await self._tell_problems()

    async def refresh(self) -> None:
        """Look at the files again; what is wrong with the folder itself is said once, and the last library stays."""
        try:
            if await self._look():
                log.info("the library changed", extra=fields(seeds=len(self.candidates)))
                await self._tell_problems()
            self._missing = None
        except ContentError as error:
            if self._missing is None:
                log.error("the library cannot be read; the last one stays in use: %s", error)  # noqa: TRY400
            self._missing = str(error)

    def pause(self) -> timedelta:
        """How long to wait before the next look."""
        return max(QUIET, timedelta(seconds=self._took * SHARE))

    def health(self) -> Health:
        count = f"{len(self.candidates)} seeds"
        if self._told:
            count += f", {len(self._told)} problem(s): `seedbed check` names them"
        return Health(self._missing is None, self._missing or count, self._looked)

    async def _look(self) -> bool:
        """Compare every file's stamp, take in what differs; whether anything did."""
        async with self._looking:
            return await self._compare()

    async def _compare(self) -> bool:
        begun = self._clock.elapsed()
        with _nothing_to_collect():
            found = await asyncio.to_thread(self._find)
        known = self._sound | self._troubled
        changed = {path: stamp for path, stamp in found.items() if known.get(path) != stamp}
        # A folder that may not be read is found as `name/`: what was known of its files stays in use.
        shut = tuple(path for path in found if path.endswith("/"))
        vanished = [path for path in known if path not in found and not path.startswith(shut)]
        self._took = self._clock.elapsed() - begun
        if changed or vanished:
            # A problem may lie between two files (the same id twice), so any change may have settled it.
            changed |= {path: found[path] for path in self._troubled if path in found}
            await self._take_in(changed, vanished)
            await self._load()
        self._looked = self._clock.now()
        return bool(changed or vanished)

    async def _take_in(self, changed: Mapping[str, Stamp], vanished: Sequence[str]) -> None:
        # What vanished and what arrived are seen together, so that a file that was renamed is recognised.
        for paths in [sorted(changed)] if vanished else batches(changed):
            readings = await asyncio.to_thread(self._read, {path: changed[path] for path in paths})
            await self._shelf.update(readings, vanished, self._clock.now())
        for path in vanished:
            self._sound.pop(path, None)
            self._troubled.pop(path, None)
        # A file that stayed as it is may have lost an id to one that came: then it has a problem now.
        sound = await self._shelf.stamps()
        known = self._sound | self._troubled | dict(changed)
        self._sound = {path: stamp for path, stamp in known.items() if path in sound}
        self._troubled = {path: stamp for path, stamp in known.items() if path not in sound}

    def _find(self) -> dict[str, Stamp]:
        """The files of both folders, by the paths that the shelf knows them by."""
        found = library.find_files(self._root)
        if self._planted.exists():
            try:
                found |= {PLANTED + path: stamp for path, stamp in library.find_files(self._planted).items()}
            except ContentError:  # nothing to stop for: it stands for itself, as a folder does that may not be read
                found[PLANTED] = Stamp(0, 0, 0)
        return found

    def _read(self, files: Mapping[str, Stamp]) -> list[FileReading]:
        return [self._read_one(path, stamp) for path, stamp in files.items()]

    def _read_one(self, path: str, stamp: Stamp) -> FileReading:
        if not path.startswith(PLANTED):
            return library.read_file(self._root, path, stamp)
        # People are told the folder above too, which is not the library's.
        inside = path.removeprefix(PLANTED) or "./"
        shown = Path(self._planted.parent.name, self._planted.name, inside)
        return replace(library.read_file(self._planted, inside, stamp, shown=shown), path=path)

    async def _load(self) -> None:
        with _nothing_to_collect():
            self.candidates = await self._shelf.catalogue()
        self._searcher.update(Counter(topic for seed in self.candidates for topic in seed.topics))

    async def _tell_problems(self) -> None:
        """Every problem is said when it comes up, and its end too."""
        now = frozenset(str(problem) for problem in await self._shelf.problems())
        for text in sorted(now - self._told)[:TOLD]:
            log.error("left out of the library: %s", text)
        if len(now - self._told) > TOLD:
            log.error("and %d more: `seedbed check` names them all", len(now - self._told) - TOLD)
        if self._told - now:
            log.info("%d problem(s) in the library are settled", len(self._told - now))
        self._told = now


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """For work that makes very many objects and no garbage: the collector would look at all of them again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def batches(files: Mapping[str, Stamp]) -> Iterator[list[str]]:
    """The paths in order, in parts that are small enough to be held in memory together."""
    part: list[str] = []
    size = 0
    for path in sorted(files):
        if part and size + files[path].size > AT_ONCE:
            yield part
            part, size = [], 0
        part.append(path)
        size += files[path].size
    if part:
        yield part
