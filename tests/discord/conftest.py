"""A simulated Discord for every test, and a bot on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.discord.place import Place, place
from tests.simulators.discord.client import Discord, running_discord


@pytest_asyncio.fixture
async def discord() -> AsyncIterator[Discord]:
    async with running_discord() as discord:
        yield discord


@pytest_asyncio.fixture
async def reading(tmp_path: Path, discord: Discord) -> AsyncIterator[Place]:
    """One channel with twenty seeds, of which nothing was posted yet."""
    async with place(tmp_path, discord) as reading:
        yield reading
