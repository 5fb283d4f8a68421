"""The store as a whole: it opens, tells how it is, and closes."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NotOurFile, StoreError
from bot.failpoints import Failpoints
from bot.model import PostId
from bot.ports import Store
from bot.storage.migrate import migrate, shipped_steps
from bot.storage.sqlite import SqliteStore
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.posts import VERSION_2, make_channel, make_message


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "seedbed.db"


@pytest.fixture
async def store(path: Path, clock: FakeClock) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(path, clock, Failpoints())
    yield store
    await store.close()


async def test_what_was_written_is_there_after_it_was_closed_and_opened(path: Path, clock: FakeClock) -> None:
    first: Store = await SqliteStore.open(path, clock, Failpoints())
    await first.ledger.register([make_channel()], clock.now())
    await first.close()
    await first.close()
    second: Store = await SqliteStore.open(path, clock, Failpoints())
    assert len(await second.ledger.states()) == 1
    assert len(await second.shelf.catalogue()) == 0
    await second.close()


async def test_a_post_left_by_version_2_is_sent_again_as_its_second_generation(path: Path, clock: FakeClock) -> None:
    migrate(path, shipped_steps()[:2])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO post (channel, kind, key, state, due, message)"
            " VALUES ('garden', 'daily', 'k', 'unknown', 0, ?)",
            (VERSION_2,),
        )
    store: Store = await SqliteStore.open(path, clock, Failpoints())
    try:
        assert await store.ledger.resolve(PostId(1), False, clock.now())
        post = await store.ledger.post(PostId(1))
    finally:
        await store.close()
    assert post is not None
    assert post.message == replace(make_message(), generation=1)


async def test_a_store_that_can_be_written_to_is_well(store: SqliteStore, path: Path) -> None:
    health = await store.check()
    assert (health.ok, health.since) == (True, BEGINNING)
    assert str(path) in health.detail


async def test_a_store_that_cannot_be_written_to_says_why_and_since_when(store: SqliteStore, clock: FakeClock) -> None:
    await store.check()
    clock.advance(minutes=1)
    await store.close()
    health = await store.check()
    assert (health.ok, health.since) == (False, BEGINNING)
    assert "is closed" in health.detail


async def test_a_sound_file_has_nothing_to_report(store: SqliteStore) -> None:
    assert await store.check_integrity() == ()


def damage(path: Path, table: str, byte: bytes = b"\xff") -> None:
    """Overwrite the page where a table begins, as a failing disk might."""
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(byte * size)


@pytest.mark.parametrize("byte", [b"\0", b"\xff"])
async def test_damage_is_found(path: Path, clock: FakeClock, byte: bytes) -> None:
    migrate(path)
    damage(path, "board", byte)
    store = await SqliteStore.open(path, clock, Failpoints())
    found = await store.check_integrity()
    await store.close()
    assert found
    assert not any("\n" in line for line in found)


async def test_a_verb_that_meets_damage_says_what_to_do(path: Path, clock: FakeClock) -> None:
    migrate(path)
    damage(path, "channel")
    store = await SqliteStore.open(path, clock, Failpoints())
    try:
        with pytest.raises(StoreError, match=r"seedbed\.db is damaged .*: restore a backup of it"):
            await store.ledger.states()
    finally:
        await store.close()


def test_a_file_of_another_program_is_refused_and_left(path: Path, clock: FakeClock) -> None:
    path.parent.mkdir()
    path.write_text("# Notes\n")
    with pytest.raises(NotOurFile, match=r"seedbed\.db is not a database"):
        asyncio.run(SqliteStore.open(path, clock, Failpoints()))
    assert path.read_text() == "# Notes\n"
