"""The librarian keeps the shelf and the catalogue in step with real files, over the real store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.failpoints import Failpoints
from bot.librarian import AT_ONCE, Librarian, batches
from bot.ports import Stamp
from bot.search.fulltext import FullTextSearcher
from bot.storage.sqlite import SqliteStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "larch.yaml").write_text("text: The larch lets go of its needles every autumn.\n")
    return folder


@asynccontextmanager
async def at_work(root: Path) -> AsyncIterator[tuple[Librarian, SqliteStore]]:
    """A librarian from its start to its end; the database outlives it."""
    store = await SqliteStore.open(root.parent / "seedbed.db", SystemClock(), Failpoints())
    try:
        librarian = Librarian(root, root.parent / "planted", store.shelf, FullTextSearcher(store.shelf), SystemClock())
        await librarian.open()
        yield librarian, store
    finally:
        await store.close()


async def test_a_library_larger_than_a_batch_is_taken_in_whole(root: Path) -> None:
    line = "What is read slowly stays with the reader a little longer. " * 500
    for number in range(4):
        seeds = [f"- id: seed-{number}-{place}\n  text: {place} {number} {line}\n" for place in range(32)]
        (root / f"list-{number}.yaml").write_text("".join(seeds))
    assert 4 * 32 * len(line) > AT_ONCE
    async with at_work(root) as (librarian, _):
        assert len(librarian.candidates) == 4 * 32 + 1
    async with at_work(root) as (librarian, _):
        assert len(librarian.candidates) == 4 * 32 + 1


def test_batches_hold_every_file_once_and_little_together() -> None:
    sizes = [AT_ONCE // 2, 10, AT_ONCE // 2, AT_ONCE + 1, 0, 1, AT_ONCE]
    files = {f"{number}.yaml": Stamp(size, 0, 0) for number, size in enumerate(sizes)}
    parts = list(batches(files))
    assert [path for part in parts for path in part] == sorted(files)
    assert all(len(part) == 1 or sum(files[path].size for path in part) <= AT_ONCE for part in parts)
    assert list(batches({})) == []


async def test_a_bad_file_that_was_removed_while_nobody_looked_is_forgotten(root: Path) -> None:
    (root / "bad.yaml").write_text("texxt: a slip of the pen\n")
    async with at_work(root) as (_, store):
        assert [problem.path.name for problem in await store.shelf.problems()] == ["bad.yaml"]
    (root / "bad.yaml").unlink()
    async with at_work(root) as (librarian, store):
        assert await store.shelf.problems() == []
        assert [candidate.id for candidate in librarian.candidates] == ["larch"]


async def test_a_bad_file_is_read_again_at_every_start(root: Path) -> None:
    """A later version of the bot may be able to read it; nothing about the file tells."""
    (root / "bad.yaml").write_text("texxt: a slip of the pen\n")
    async with at_work(root) as (_, store):
        pass
    async with at_work(root) as (librarian, store):
        assert len(await store.shelf.problems()) > 0
        assert [candidate.id for candidate in librarian.candidates] == ["larch"]
        read_again = await store._database.fetch_one("SELECT read_at FROM library_file WHERE path = 'bad.yaml'")
        once = await store._database.fetch_one("SELECT read_at FROM library_file WHERE path = 'larch.yaml'")
    assert read_again is not None
    assert once is not None
    assert read_again["read_at"] > once["read_at"]


async def test_seeds_of_a_second_folder_come_behind_those_of_the_library(root: Path) -> None:
    planted = root.parent / "planted"
    (planted / "deep").mkdir(parents=True)
    (planted / "deep" / "larch.yaml").write_text("text: Another larch.\n")
    (root / "zinnia.yaml").write_text("text: The zinnia comes last.\n")
    async with at_work(root) as (librarian, store):
        assert [candidate.id for candidate in librarian.candidates] == ["larch", "zinnia", "deep-larch"]
        (planted / "deep" / "larch.yaml").unlink()
        await librarian.refresh()
        assert [candidate.id for candidate in librarian.candidates] == ["larch", "zinnia"]
        assert await store.shelf.problems() == []


async def test_a_second_folder_that_cannot_be_read_is_a_problem_and_its_seeds_stay(root: Path) -> None:
    planted = root.parent / "planted"
    planted.mkdir()
    (planted / "moss.yaml").write_text("text: Moss drinks the fog.\n")
    async with at_work(root) as (librarian, store):
        planted.rename(root.parent / "elsewhere")
        planted.write_text("in the way")
        await librarian.refresh()
        assert [candidate.id for candidate in librarian.candidates] == ["larch", "moss"]
        (problem,) = await store.shelf.problems()
        assert str(problem).startswith(f"{root.parent.name}/planted: this folder may not be read")
    async with at_work(root) as (librarian, store):
        assert [candidate.id for candidate in librarian.candidates] == ["larch", "moss"]
        planted.unlink()
        (root.parent / "elsewhere").rename(planted)
        await librarian.refresh()
        assert (len(librarian.candidates), await store.shelf.problems()) == (2, [])


async def test_looks_at_the_same_time_take_each_file_in_once(root: Path) -> None:
    """A cutting is taken in by who approved it, while the loop that looks every few seconds may be at it too."""
    async with at_work(root) as (librarian, store):
        for name in ("moss", "fern", "reed"):
            (root / f"{name}.yaml").write_text(f"text: The {name} grows.\n")
        await asyncio.gather(*(librarian.refresh() for _ in range(5)))
        assert sorted(candidate.id for candidate in librarian.candidates) == ["fern", "larch", "moss", "reed"]
        assert await store.shelf.problems() == []
