"""A Slack for each test, and a bot in it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.simulators.slack.client import Slack, slack_process
from tests.slack.place import Place, place


@pytest.fixture(scope="session")
def simulator() -> Iterator[Slack]:
    """One process for all tests of a worker."""
    with slack_process() as slack:
        yield slack


@pytest.fixture
def slack(simulator: Slack) -> Slack:
    simulator.reset().now()
    return simulator


@pytest_asyncio.fixture
async def reading(tmp_path: Path, slack: Slack) -> AsyncIterator[Place]:
    """One channel with twenty seeds, of which nothing was posted yet."""
    async with place(tmp_path, slack) as reading:
        yield reading
