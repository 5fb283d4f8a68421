"""What the measures of chat platforms share: the real bot on a simulator, and how soon its posts are there."""

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from benchmarks import libraries
from tests.e2e.process import Home, Running

SLOWEST = 25  # posts a second, that are waited for


class Bot(Home):
    """The bot, or a bare client in its place, with what the simulators say in `environment`."""

    def __init__(self, root: Path, environment: Mapping[str, str], seeds: int) -> None:
        super().__init__(root)
        self._environment = environment
        libraries.write(root / "library", seeds, lists=seeds > 1_000)

    def configure(self, channels: Iterable[str], head: str = "") -> None:
        """Channels as in the file, without their braces."""
        lines = "\n".join(f"  - {{{one}}}" for one in channels)
        self.write("seedbed.yaml", f"library: library\n{head}channels:\n{lines}\n")

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return super().environ({**self._environment, **(more or {})})

    @contextmanager
    def bare(self, program: str) -> Iterator[Running]:
        """A program that prints `ready` once it is connected."""
        running = Running([sys.executable, "-c", program], self.root, self.environ())
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.kill()


def next_minute(at_least: float = 12.0) -> datetime:
    """The first full minute that leaves the bot so many seconds to start."""
    soon = datetime.now(UTC) + timedelta(seconds=at_least)
    return soon.replace(second=0, microsecond=0) + timedelta(minutes=1)


def delays(
    bot: Bot, platform: str, ids: Sequence[str], minutes: int, posted: Callable[[], list[datetime]]
) -> list[float]:
    """Seconds from the due instant to the message, in channels with these ids in each of so many minutes."""
    first = next_minute()
    times = [first + timedelta(minutes=minute) for minute in range(minutes)]
    at = ", ".join(f'"{one:%H:%M}"' for one in times)
    bot.configure(
        f'name: room-{number}, platform: {platform}, address: "{channel}", at: [{at}]'
        for number, channel in enumerate(ids)
    )
    wanted = len(ids) * minutes
    with bot.bot():
        time.sleep((times[-1] - datetime.now(UTC)).total_seconds())
        deadline = time.monotonic() + 60 + wanted / SLOWEST
        while len(found := posted()) < wanted:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(found)} of {wanted} posts")
            time.sleep(1)
    return [(created - max(due for due in times if due <= created)).total_seconds() for created in found]


def spread(seconds: Sequence[float]) -> tuple[str, str]:
    """Median and 99th percentile, in milliseconds."""
    return f"{median(seconds) * 1000:.0f}", f"{quantiles(seconds, n=100, method='inclusive')[98] * 1000:.0f}"


def resident(process: int) -> float:
    """MB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1]) / 1024


def settled(running: Running) -> float:
    """Resident memory some seconds after the start."""
    time.sleep(3)
    return resident(running.pid)


def beside_a_floor(figures: Mapping[str, float]) -> list[list[str]]:
    """Rows of a table: each figure, and how many times the first one it is."""
    floor = next(iter(figures.values()))
    return [[title, f"{size:.0f}", f"{size / floor:.2f}"] for title, size in figures.items()]
