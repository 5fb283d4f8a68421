"""A daily post in every zone that changes its clocks: APScheduler's CronTrigger beside our slots.

Each half hour of the day is a channel of its own. A local date without a fire is lost, one with more is doubled. The
trigger is asked as its scheduler asks it, each fire time from the one before, and given every advantage: it is never
restarted, never late. Only the days around a change are compared, since nothing happens on others; with --whole, ours
is timed over all dates of the two years besides. Times are of the processor, so that a busy machine counts for nothing.
APScheduler is imported here, beside bot/scheduler.py, because it is what is measured.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger

from benchmarks.table import show
from bot.model import Channel, ChannelName, PlatformName
from bot.slots import slots_on, upcoming

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
HALF_HOURS = tuple(time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 30))
AROUND = timedelta(days=2)  # a date can be lost on the day after, and the day of a change is known in UTC
WOKEN = timedelta(milliseconds=5)  # how long after its time a job is looked at

Fires = Callable[[str, time, datetime, datetime], Iterator[datetime]]


@dataclass
class Tally:
    """What became of the local dates, each once for every time of day."""

    dates: int = 0
    lost: int = 0
    doubled: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.zones_lost: set[str] = set()
        self.zones_doubled: set[str] = set()

    def row(self, name: str, unit: float) -> tuple[str, ...]:
        """A line of the table; `unit` is the time per date of what others are compared with."""
        per_date = self.seconds / self.dates
        return (
            name,
            f"{self.dates:,}",
            f"{self.lost:,}",
            f"{self.doubled:,}",
            str(len(self.zones_lost)),
            str(len(self.zones_doubled)),
            f"{per_date * 1e6:.1f}",
            f"{per_date / unit:.1f}",
        )


def cron(zone: str, at: time, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Fire times as APScheduler's scheduler finds them, in UTC."""
    trigger = CronTrigger(hour=at.hour, minute=at.minute, timezone=ZoneInfo(zone))
    fire = trigger.get_next_fire_time(None, begin)
    while fire is not None and fire < end:
        yield fire.astimezone(UTC)
        fire = trigger.get_next_fire_time(fire, (fire.astimezone(UTC) + WOKEN).astimezone(fire.tzinfo))


def ours(zone: str, at: time, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Due instants of our slots, in UTC."""
    for slot in upcoming(channel(zone, at), begin - timedelta(microseconds=1)):
        if slot.due >= end:
            return
        yield slot.due


def channel(zone: str, *times: time) -> Channel:
    return Channel(ChannelName("bench"), PlatformName.WEB, "", times, zone)


def changes(zone: str) -> list[date]:
    """UTC dates of the two years within which the zone's offset changes."""
    tz = ZoneInfo(zone)
    midnights = [datetime.combine(FIRST, time(), tzinfo=UTC) + n * DAY for n in range((LAST - FIRST).days + 2)]
    return [
        before.date()
        for before, after in pairwise(midnights)
        if before.astimezone(tz).utcoffset() != after.astimezone(tz).utcoffset()
    ]


def sweep(fires: Fires, changing: dict[str, list[date]]) -> Tally:
    """Count what fires on each local date around each change, for every half hour."""
    tally = Tally()
    for zone, changed_dates in changing.items():
        tz = ZoneInfo(zone)
        for changed in changed_dates:
            dates = [changed + n * DAY for n in range(-AROUND.days, AROUND.days + 1)]
            # From the first local midnight to the last, with a day to either side that is not counted.
            begin = datetime.combine(dates[0] - DAY, time(), tzinfo=tz)
            end = datetime.combine(dates[-1] + 2 * DAY, time(), tzinfo=tz).astimezone(UTC)
            for at in HALF_HOURS:
                started = process_time()
                found = list(fires(zone, at, begin, end))
                tally.seconds += process_time() - started
                per_date = Counter(instant.astimezone(tz).date() for instant in found)
                _count(tally, zone, [per_date[day] for day in dates])
    return tally


def _count(tally: Tally, zone: str, posts: list[int]) -> None:
    tally.dates += len(posts)
    if lost := posts.count(0):
        tally.lost += lost
        tally.zones_lost.add(zone)
    if doubled := sum(number > 1 for number in posts):
        tally.doubled += doubled
        tally.zones_doubled.add(zone)


def whole(changing: dict[str, list[date]]) -> tuple[int, float]:
    """Slots of every date of the two years, at all half hours: how many, and in how many seconds."""
    started = process_time()
    days = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    count = 0
    for zone in changing:
        config = channel(zone, *HALF_HOURS)
        count += sum(len(slots_on(config, day)) for day in days)
    return count, process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--zones", type=int, help="only so many of the zones")
    parser.add_argument("--whole", action="store_true", help="time our slots of all dates of the two years as well")
    options = parser.parse_args()
    changing = {zone: dates for zone in sorted(available_timezones()) if (dates := changes(zone))}
    changing = dict(list(changing.items())[: options.zones])
    slots, cron_tally = sweep(ours, changing), sweep(cron, changing)
    unit = slots.seconds / slots.dates
    show(
        f"A daily post around {sum(map(len, changing.values()))} clock changes, {FIRST.year} and {LAST.year}, "
        f"in {len(changing)} zones at 48 times of day",
        ("", "local dates", "lost", "doubled", "zones that lose", "zones that double", "us a date", "ratio"),
        (slots.row("our slots", unit), cron_tally.row("CronTrigger", unit)),
    )
    if options.whole:
        count, seconds = whole(changing)
        print(f"\n  All dates of the two years, ours: {count:,} slots in {seconds:.1f} s.")


if __name__ == "__main__":
    main()
