"""A simulated Discord that is as new for every test, and a bot on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.discord.place import Place, place
from tests.simulators.discord.client import Discord, discord_process


@pytest.fixture(scope="session")
def simulator() -> Iterator[Discord]:
    """One process for all tests of a worker."""
    with discord_process() as discord:
        yield discord


@pytest.fixture
def discord(simulator: Discord) -> Discord:
    simulator.reset().now()
    return simulator


@pytest_asyncio.fixture
async def reading(tmp_path: Path, discord: Discord) -> AsyncIterator[Place]:
    """One channel with twenty seeds, of which nothing was posted yet."""
    async with place(tmp_path, discord) as reading:
        yield reading
