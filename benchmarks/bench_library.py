"""Loading the library, step by step, beside a floor: walk the folder, read the bytes, parse each as plain YAML.

The floor is what a script would do, with the same fast parser and no check, no memory and no index. `first` reads every
file and builds the index, in the batches in which the librarian does; `unchanged` compares the files with the index and
reads the catalogue out of it; `one changed` takes one file in anew. Processor time, of all threads, so that a busy
machine counts for little, and the time on the clock beside it, which has the disk in it.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import yaml

from benchmarks import libraries
from benchmarks.table import show
from bot import library
from bot.clock import SystemClock
from bot.failpoints import Failpoints
from bot.librarian import batches
from bot.storage.shelf import SqliteShelf
from bot.storage.sqlite import SqliteStore

SIZES = (7, 10_000, 100_000)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(slots=True)
class Watch:
    """Adds up time by name: seconds of the processor, seconds on the clock."""

    spent: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        processor, clock = time.process_time(), time.perf_counter()
        yield
        before = self.spent.get(name, (0.0, 0.0))
        self.spent[name] = (before[0] + time.process_time() - processor, before[1] + time.perf_counter() - clock)


def floor(root: Path, watch: Watch) -> None:
    with watch.on("floor"):
        for folder, _, names in os.walk(root):
            for name in names:
                if name.endswith((".yaml", ".yml")):
                    # The floor parses as anybody would; bot/yamldoc.py is what it is compared with.
                    yaml.load(Path(folder, name).read_bytes(), Loader=yaml.CSafeLoader)


async def look(root: Path, shelf: SqliteShelf, watch: Watch, name: str) -> None:
    """What the librarian does at a start: compare, take in what differs, read the catalogue."""
    with watch.on(f"{name}: stamps"):
        known = await shelf.stamps()
    with watch.on(f"{name}: find_files"):
        found = library.find_files(root)
    changed = {path: stamp for path, stamp in found.items() if known.get(path) != stamp}
    for paths in batches(changed):
        with watch.on(f"{name}: read_file"):
            readings = [library.read_file(root, path, changed[path]) for path in paths]
        with watch.on(f"{name}: shelf.update"):
            await shelf.update(readings, (), NOW)
    with watch.on(f"{name}: catalogue"):
        await shelf.catalogue()


async def measure(root: Path, database: Path) -> Watch:
    watch = Watch()
    floor(root, Watch())  # so that the files are in the system's cache for everybody
    floor(root, watch)
    store = await SqliteStore.open(database, SystemClock(), Failpoints())
    try:
        await look(root, store.shelf, watch, "first")
        await look(root, store.shelf, watch, "unchanged")
        libraries.change(root)
        await look(root, store.shelf, watch, "one changed")
    finally:
        await store.close()
    return watch


def rows(watch: Watch) -> Iterator[tuple[str, ...]]:
    """The steps, and after each group its sum."""
    unit = watch.spent["floor"]
    yield row("floor", unit, unit)
    for group in ("first", "unchanged", "one changed"):
        steps = {name: spent for name, spent in watch.spent.items() if name.startswith(f"{group}:")}
        total = (sum(spent[0] for spent in steps.values()), sum(spent[1] for spent in steps.values()))
        yield row(f"{group}, all of it", total, unit)
        for name, spent in steps.items():
            yield row(f"    {name.partition(': ')[2]}", spent, unit)


def row(name: str, spent: tuple[float, float], unit: tuple[float, float]) -> tuple[str, ...]:
    return (name, f"{spent[0] / unit[0]:.3f}", f"{spent[0]:.3f}", f"{spent[1]:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small libraries only")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of seeds")
    options = parser.parse_args()
    for seeds in options.sizes or ((7, 1_000) if options.quick else SIZES):
        for lists in (False, True) if seeds > libraries.LISTED else (False,):
            with tempfile.TemporaryDirectory() as folder:
                libraries.write(Path(folder) / "seeds", seeds, lists=lists)
                watch = asyncio.run(measure(Path(folder) / "seeds", Path(folder) / "seedbed.db"))
            layout = f"in lists of {libraries.LISTED}" if lists else "a file each"
            show(
                f"{seeds:,} seeds, {layout}",
                ("", "ratio to the floor", "processor seconds", "seconds"),
                list(rows(watch)),
            )


if __name__ == "__main__":
    main()
