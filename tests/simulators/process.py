"""Starts a simulator as a process of its own, and ends it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@asynccontextmanager
async def simulator(module: str) -> AsyncIterator[str]:
    """Run `python -m module` and yield the address in its first line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            address = (await process.stdout.readline()).decode().strip()
        assert address, f"{module} ended with {await process.wait()} before it was up"
        yield address
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await process.stdout.read()


@contextmanager
def simulator_process(module: str) -> Iterator[str]:
    """As `simulator`, for tests without an event loop."""
    with subprocess.Popen([sys.executable, "-m", module], cwd=REPOSITORY, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().decode().strip()
            assert address, f"{module} ended before it was up"
            yield address
        finally:
            process.terminate()
            process.wait(60)
