"""Picks a second from libraries of three sizes, as a ratio to a floor: one random key for each seed, the lowest wins.

The floor is what a person would write who needs no rounds, no topics, no spacing, and no memory. Each figure is the
best of several runs, in processor time, with a tenth of the library read and thirty posts behind the channel.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from time import process_time

from benchmarks.table import show
from bot.model import Candidate, Channel, ChannelName, History, Lineage, Order, PlatformName, Recent, SeedId
from bot.picker import pick

SIZES = (7, 10_000, 100_000)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
RUNS = 5
ENOUGH = 0.2  # seconds a run takes at least, so that small libraries are measured over many picks

PLAIN = Channel(ChannelName("bench"), PlatformName.WEB, "", (time(9),), "Etc/UTC")
CHANNELS = {
    "shuffled": PLAIN,
    "shuffled, topics, spacing": replace(
        PLAIN, topics_include=frozenset({"even", "odd"}), topics_exclude=frozenset({"topic 3"}), spacing=7 * DAY
    ),
    "oldest": replace(PLAIN, order=Order.OLDEST),
}


def library(size: int) -> list[Candidate]:
    return [
        Candidate(
            SeedId(f"seed-{n}"),
            Lineage(n),
            f"Seed {n}",
            f"Author {n % 997}",
            f"https://example.org/{n % 5003}",
            (f"topic {n % 50}", "Even" if n % 2 == 0 else "Odd"),
            str(1800 + n % 220),
            position=n,
        )
        for n in range(size)
    ]


def behind(candidates: list[Candidate]) -> History:
    """A tenth of the library read, the last thirty of it within a month."""
    read = candidates[: len(candidates) // 10]
    recent = tuple(
        Recent(c.lineage, NOW - day * DAY, c.heading, c.author, c.source, ()) for day, c in enumerate(read[:-31:-1], 1)
    )
    return History(1, frozenset(c.lineage for c in read), recent)


def seconds(work: Callable[[], object]) -> float:
    """Of one call, the best of several runs."""
    best = float("inf")
    for _ in range(RUNS):
        calls, begun = 0, process_time()
        while calls == 0 or process_time() - begun < ENOUGH:
            work()
            calls += 1
        best = min(best, (process_time() - begun) / calls)
    return best


def main() -> None:
    rows = []
    for size in SIZES:
        candidates = library(size)
        history = behind(candidates)
        floor = seconds(lambda: min(candidates, key=lambda _: random.random()))  # noqa: B023  called at once
        rows.append((f"{size:,} seeds: floor", f"{1 / floor:,.0f}", f"{floor * 1000:.3f}", "1.0"))
        for name, channel in CHANNELS.items():
            took = seconds(lambda: pick(candidates, channel, history, NOW))  # noqa: B023  called at once
            rows.append((f"{size:,} seeds: {name}", f"{1 / took:,.0f}", f"{took * 1000:.3f}", f"{took / floor:.1f}"))
    show("The next seed of a channel", ("", "picks a second", "ms a pick", "ratio to the floor"), rows)


if __name__ == "__main__":
    main()
