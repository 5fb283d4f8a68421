"""Posts a second through the outbox, beside what SQLite can do on the same disk in the same run.

Every post is claimed durably before it is sent and confirmed durably after (synchronous=FULL); the platform answers at
once, so that nothing but our own work and the disk is measured. The floors are loops over sqlite3 with the same
pragmas and the same text a row, and nothing else: one by one, as anybody would write it, and in batches. A disk under
load changes all figures alike, so the kinds take turns, and medians are shown.
"""

import argparse
import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.null import NullPlatform
from benchmarks.table import show
from bot import app
from bot.clock import SystemClock
from bot.config import Settings, WebSettings
from bot.drafter import INVITATION, marker_of
from bot.failpoints import Failpoints
from bot.model import (
    Attribution,
    Channel,
    ChannelName,
    Draft,
    Family,
    Kind,
    Lineage,
    Message,
    Pick,
    PlatformName,
    Prompt,
    SeedId,
    Source,
    State,
)
from bot.outbox import BATCH, Outbox
from bot.storage.documents import to_json
from bot.storage.sqlite import SqliteStore

SEEDS = Path(__file__).parents[1] / "seeds"
CONCURRENCY = NullPlatform().manners.concurrency
TEXT = "What is read slowly stays. " * 30  # about 130 words, the middle of what we ship
LONGEST = timedelta(minutes=5)

Measure = Callable[[Path, int], float]  # a fresh folder and a number of posts -> posts a second


def channel(number: int) -> Channel:
    """Due at once, whatever the time of day."""
    name = ChannelName(f"channel-{number}")
    return Channel(name, PlatformName.WEB, name, (time(9),), "Etc/UTC", first_post_now=True)


def draft(number: int, place: Channel, now: datetime) -> Draft:
    seed, key = SeedId(f"seed-{number}"), f"asked/{number}"
    message = Message(
        marker=marker_of(place, key),
        kind=Kind.ASKED,
        seed=seed,
        title=f"Seed {number}",
        text=TEXT,
        attribution=Attribution("Somebody", Source("A book", f"https://example.org/{number}", "2020")),
        topics=("reading", "patience"),
        invitation=INVITATION,
        prompts=tuple(Prompt(f"What of “stays”, seen as {family}?", family, family) for family in Family),
    )
    return Draft(place.name, Kind.ASKED, key, message, Pick(seed, Lineage(number), 1, {}, ("measured",)), now)


def through_the_outbox(folder: Path, posts: int) -> float:
    return asyncio.run(_through_the_outbox(folder, posts))


async def _through_the_outbox(folder: Path, posts: int) -> float:
    clock, platform = SystemClock(), NullPlatform()
    channels = [channel(number) for number in range(max(1, posts // 10))]
    drafts = [draft(number, channels[number % len(channels)], clock.now()) for number in range(posts)]
    store = await SqliteStore.open(folder / "seedbed.db", clock, Failpoints())
    try:
        by_name = {one.name: one for one in channels}
        outbox = Outbox(store.ledger, {PlatformName.WEB: platform}, by_name, clock, Failpoints(), "bench")
        begun = perf_counter()
        deliveries = await outbox.submit(drafts)
        states = await asyncio.gather(*deliveries)
        took = perf_counter() - begun
    finally:
        await store.close()
    assert states == [State.POSTED] * posts
    return posts / took


def whole_path(folder: Path, posts: int) -> float:
    """A tick that finds a slot due in each of so many channels: pick, prompts, claim, send, confirm."""
    return asyncio.run(_whole_path(folder, posts))


async def _whole_path(folder: Path, posts: int) -> float:
    platform = NullPlatform()
    settings = Settings(
        path=folder / "seedbed.yaml",
        root=folder,
        library=SEEDS,
        database=folder / "seedbed.db",
        web=WebSettings(),
        channels=tuple(channel(number) for number in range(posts)),
    )
    async with app.assemble(settings, {}, factories={PlatformName.WEB: lambda *_: platform}) as parts:
        await parts.service.start()
        await parts.outbox.start()
        begun = perf_counter()
        await parts.service.post_due()
        await parts.outbox.drain(LONGEST)
        took = perf_counter() - begun
        states = [entry.post.state for entry in await parts.store.ledger.entries()]
    assert states == [State.POSTED] * posts
    return posts / took


def floor(claims: int, confirms: int) -> Measure:
    """Durable commits by hand: so many claims in one of them, and so many confirmations."""

    def measure(folder: Path, posts: int) -> float:
        now = datetime.now(UTC)
        texts = [to_json(draft(number, channel(0), now).message) for number in range(posts)]
        with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as connection:
            for pragma in ("journal_mode = WAL", "synchronous = FULL"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute("CREATE TABLE post (id INTEGER PRIMARY KEY, key TEXT UNIQUE, state TEXT, message TEXT)")
            begun = perf_counter()
            for start in range(0, posts, claims):
                rows = [(number, f"asked/{number}", texts[number]) for number in range(posts)[start : start + claims]]
                _commit(connection, "INSERT INTO post VALUES (?, ?, 'sending', ?)", rows)
                for first in range(0, len(rows), confirms):
                    sent = [row[:1] for row in rows[first : first + confirms]]
                    _commit(connection, "UPDATE post SET state = 'posted' WHERE id = ?", sent)
            return posts / (perf_counter() - begun)

    return measure


def _commit(connection: sqlite3.Connection, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(sql, rows)
    connection.execute("COMMIT")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a fraction of the posts, once")
    parser.add_argument("--posts", type=int, help="how many")
    parser.add_argument("--folder", type=Path, help="where the databases are; else the system's folder for such files")
    options = parser.parse_args()
    posts = options.posts or (500 if options.quick else 5_000)
    due = min(posts, 1_000)
    kinds: dict[str, tuple[Measure, int]] = {
        "floor: two commits a post": (floor(1, 1), posts),
        f"floor: claims by {BATCH}": (floor(BATCH, 1), posts),
        f"floor: claims by {BATCH}, confirms by {CONCURRENCY}": (floor(BATCH, CONCURRENCY), posts),
        "outbox": (through_the_outbox, posts),
        f"a tick with {due:,} slots due": (whole_path, due),
    }
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(1 if options.quick else 5):
        for name, (measure, number) in kinds.items():
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                rates[name].append(measure(Path(folder), number))
    unit, batched, _, *_ = (median(rate) for rate in rates.values())
    show(
        f"{posts:,} posts on a platform that answers at once",
        ("", "ratio to two commits", f"to claims by {BATCH}", "posts a second", "least", "most"),
        [
            (
                name,
                f"{median(rate) / unit:.2f}",
                f"{median(rate) / batched:.2f}",
                *(f"{value:,.0f}" for value in (median(rate), min(rate), max(rate))),
            )
            for name, rate in rates.items()
        ],
    )


if __name__ == "__main__":
    main()
