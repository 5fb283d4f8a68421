"""Changes that wait at the same time share a commit, and nothing else: each has its own answer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.storage.database import Database

ADD = "INSERT INTO word (word) VALUES (?)"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "words.db")
    await database.change("CREATE TABLE word (word TEXT PRIMARY KEY)")
    yield database
    await database.close()


async def words(database: Database) -> list[str]:
    return [row["word"] for row in await database.fetch("SELECT word FROM word ORDER BY word")]


async def commits(database: Database) -> list[str]:
    """Commits from now on: the writer itself is asked, since from outside many look like one."""
    seen: list[str] = []
    await database._writer.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    return seen


async def test_what_waits_together_is_committed_together(database: Database) -> None:
    seen = await commits(database)
    async with database.transaction():
        changes = [asyncio.create_task(database.change(ADD, (f"word {number:02}",))) for number in range(30)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*changes) == [1] * 30
    assert len(await words(database)) == 30
    assert len(seen) == 2, "the open transaction's, and one for all thirty"


async def test_a_change_that_fails_fails_alone(database: Database) -> None:
    async with database.transaction():
        changes = [asyncio.create_task(database.change(ADD, (word,))) for word in ("oak", "elm", "oak", "ash")]
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*changes, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [int, int, StoreError, int]
    assert await words(database) == ["ash", "elm", "oak"]


async def test_whoever_is_cancelled_takes_nobody_along(database: Database) -> None:
    async with database.transaction():
        changes = [asyncio.create_task(database.change(ADD, (word,))) for word in ("oak", "elm", "ash")]
        await asyncio.sleep(0)
        changes[0].cancel()
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*changes, return_exceptions=True)
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert outcomes[1:] == [1, 1]
    assert await words(database) == ["ash", "elm"]


async def test_closing_leaves_nobody_waiting(database: Database) -> None:
    async with database.transaction():
        closing = asyncio.create_task(database.close())
        await asyncio.sleep(0)
        late = asyncio.create_task(database.change(ADD, ("oak",)))
        await asyncio.sleep(0)
    with pytest.raises(StoreError, match="closed"):
        await late
    await closing
    assert asyncio.all_tasks() == {asyncio.current_task()}
    with pytest.raises(StoreError, match="closed"):
        await database.change(ADD, ("oak",))


async def test_what_is_reached_before_the_commit_is_not_yet_seen(database: Database) -> None:
    """The failpoint between a statement and its commit stands where it says."""
    seen = await commits(database)
    at_commit: list[int] = []
    await database.change(ADD, ("oak",), written=lambda: at_commit.append(len(seen)))
    assert (at_commit, len(seen)) == ([0], 1)
