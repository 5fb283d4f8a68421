"""A started page on a free port, and what a browser would read on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.fakes.clock import FakeClock
from tests.fakes.site import Site, site


@pytest_asyncio.fixture
async def garden(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Site]:
    """One channel with twenty seeds; today's is posted."""
    async with site(tmp_path, clock) as garden:
        await garden.post_daily()
        yield garden
