"""Seeds and files for tests that care about few of their fields."""

import sqlite3
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from bot.errors import Problem
from bot.model import Seed, SeedId, Source
from bot.ports import FileReading, PlacedSeed, Stamp

NO_SOURCE = Source()


def make_seed(
    seed: str,
    text: str,
    *,
    title: str | None = None,
    author: str | None = None,
    source: Source = NO_SOURCE,
    topics: tuple[str, ...] = (),
) -> Seed:
    """A seed whose fingerprint is that of its text."""
    fingerprint = blake2b(text.encode(), digest_size=16).hexdigest()
    return Seed(SeedId(seed), text, fingerprint, title=title, author=author, source=source, topics=topics)


def make_reading(
    path: str,
    *seeds: Seed,
    problems: tuple[Problem, ...] = (),
    notices: tuple[Problem, ...] = (),
    shown: Path | None = None,
) -> FileReading:
    """A file whose seeds begin on lines 1, 2, 3."""
    placed = tuple(PlacedSeed(seed, line) for line, seed in enumerate(seeds, 1))
    return FileReading(path, Stamp(len(seeds), 1, 1), placed, problems, notices, shown)


def check_index(path: Path) -> None:
    """Raises sqlite3.DatabaseError where the full-text index says anything else than the rows it is made of."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO seed_index (seed_index, rank) VALUES ('integrity-check', 1)")
