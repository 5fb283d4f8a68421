"""Fixtures that more than one folder of tests needs."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from bot.failpoints import Failpoints
from bot.ports import Ledger
from bot.storage.database import Database
from bot.storage.ledger import SqliteLedger
from bot.storage.migrate import migrate
from tests.fakes.clock import FakeClock
from tests.fakes.memory_store import MemoryLedger


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Half a character, which some tests log on purpose, cannot travel from xdist's workers with what was captured."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A new file with the whole schema, closed in the end."""
    path = tmp_path / "seedbed.db"
    migrate(path)
    database = await Database.open(path)
    yield database
    await database.close()


@pytest.fixture(params=["memory", "sqlite"])
def ledger(request: pytest.FixtureRequest, clock: FakeClock) -> Ledger:
    """Each kind of ledger in turn."""
    if request.param == "memory":
        return MemoryLedger(clock)
    return SqliteLedger(request.getfixturevalue("database"), clock, Failpoints())
