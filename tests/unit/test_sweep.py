"""Every zone that changes its clocks, every half hour of the day, two years: one slot a local date, never two.

Days on which nothing changes are looked at by their first and last half hour; between the two, and two days around
every change, by all forty-eight.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.model import Channel, ChannelName, ChannelState, PlatformName, Slot, SlotRecord, State
from bot.slots import due_now, local_time, slots_on

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
HALF_HOURS = tuple(time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 30))
ENDS = (HALF_HOURS[0], HALF_HOURS[-1])
AROUND = timedelta(days=2)
NIGHT = (*HALF_HOURS[:8], *HALF_HOURS[-4:])  # when clocks are changed, and the day's first and last


def channel(zone: str, times: tuple[time, ...]) -> Channel:
    return Channel(ChannelName("garden"), PlatformName.WEB, "", times, zone)


def dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def changes(zone: str, first: date, last: date) -> list[date]:
    """UTC dates within which the zone's offset changes."""
    tz = ZoneInfo(zone)
    offsets = [
        (day, datetime(day.year, day.month, day.day, tzinfo=UTC).astimezone(tz).utcoffset())
        for day in dates(first, last + DAY)
    ]
    return [day for (day, before), (_, after) in pairwise(offsets) if before != after]


CHANGING = sorted(zone for zone in available_timezones() if changes(zone, FIRST, LAST))


def check(slot: Slot, day: date, wanted: time) -> None:
    """Read the slot's instant back through the zone, which says nothing of how it was computed."""
    local = local_time(slot)
    assert local.date() == day, slot
    assert local.fold == 0, f"{slot} is the second of two"
    if local.time() != wanted:
        naive = datetime.combine(day, wanted)
        back = naive.replace(tzinfo=ZoneInfo(slot.zone)).astimezone(UTC).astimezone(ZoneInfo(slot.zone))
        assert back.replace(tzinfo=None) != naive, f"{slot} was moved though {wanted} exists"
        assert slot.note is not None
        assert f"{wanted:%H:%M} becomes {local:%H:%M}" in slot.note


def sweep(zone: str, days: list[date], times: tuple[time, ...]) -> set[date]:
    """Check one slot a date and time; the dates that do not exist."""
    config = channel(zone, times)
    previous: list[Slot] = []
    missing = set()
    for day in days:
        found = slots_on(config, day)
        assert [slot.key for slot in found] == [f"{day}/{count}" for count in range(1, len(times) + 1)]
        if found[0].exists:
            for slot, wanted in zip(found, times, strict=True):
                check(slot, day, wanted)
            assert all(earlier.due < later.due for earlier, later in zip(previous, found, strict=False))
            previous = list(found)
        else:
            assert not any(slot.exists for slot in found)
            missing.add(day)
    return missing


def test_there_are_zones_that_change_their_clocks() -> None:
    assert len(CHANGING) > 150
    assert {"Europe/Berlin", "America/Nuuk", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Beirut"} <= set(CHANGING)


def test_every_changing_zone_has_one_slot_a_date_for_two_years() -> None:
    whole = dates(FIRST, LAST)
    for zone in CHANGING:
        assert sweep(zone, whole, ENDS) == set(), zone
        for changed in changes(zone, FIRST, LAST):
            assert sweep(zone, dates(changed - AROUND, changed + AROUND), HALF_HOURS) == set(), zone


@pytest.mark.parametrize(
    ("zone", "missing"),
    [
        ("Pacific/Apia", date(2011, 12, 30)),
        ("Pacific/Fakaofo", date(2011, 12, 30)),
        ("Pacific/Kwajalein", date(1993, 8, 21)),
        ("Pacific/Kiritimati", date(1994, 12, 31)),
        ("Pacific/Kanton", date(1994, 12, 31)),
    ],
)
def test_only_the_date_that_a_zone_left_out_is_missing(zone: str, missing: date) -> None:
    assert sweep(zone, dates(missing - 5 * DAY, missing + 5 * DAY), HALF_HOURS) == {missing}


def test_a_date_that_came_twice_has_one_slot() -> None:
    """Kwajalein went back across the date line on 1969-09-30, and lived most of it again."""
    assert sweep("Pacific/Kwajalein", dates(date(1969, 9, 26), date(1969, 10, 4)), HALF_HOURS) == set()


@pytest.mark.parametrize(
    ("zone", "changed"),
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/Havana", date(2026, 3, 8)),
        ("America/Havana", date(2026, 11, 1)),
        ("Asia/Beirut", date(2026, 3, 29)),
        ("Asia/Beirut", date(2026, 10, 25)),
        ("Africa/Cairo", date(2026, 4, 24)),
        ("America/Nuuk", date(2026, 3, 28)),
        ("America/Nuuk", date(2026, 10, 24)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),
        ("Africa/Casablanca", date(2026, 3, 22)),
        ("Pacific/Apia", date(2011, 12, 30)),
    ],
)
def test_a_ticking_ledger_posts_once_a_local_date_through_the_change(zone: str, changed: date) -> None:
    """A tick every quarter of an hour, the ledger filling up: the people of the zone see one post each date."""
    tz = ZoneInfo(zone)
    begin, end = (datetime.combine(changed + shift, time(), tzinfo=UTC) for shift in (-3 * DAY, 4 * DAY))
    ticks = [begin + n * timedelta(minutes=15) for n in range((end - begin) // timedelta(minutes=15))]
    inside = dates((begin + DAY).date(), (end - 2 * DAY).date())
    for wanted in NIGHT:
        config = channel(zone, (wanted,))
        records: dict[str, SlotRecord] = {}
        seen: Counter[date] = Counter()
        skipped = set()
        for now in ticks:
            due = due_now(config, ChannelState(config.name, begin), records, now)
            for skip in due.skips:
                skipped.add(skip.slot.date)
                records[skip.slot.key] = _record(skip.slot, State.SKIPPED)
            if due.slot is not None:
                assert not due.late
                seen[now.astimezone(tz).date()] += 1
                records[due.slot.key] = _record(due.slot, State.POSTED)
        assert skipped == ({changed} if zone == "Pacific/Apia" else set())
        assert {day: seen[day] for day in inside} == {day: 0 if day in skipped else 1 for day in inside}, wanted


def _record(slot: Slot, state: State) -> SlotRecord:
    return SlotRecord(slot.date, slot.name, slot.due, slot.zone, state)
