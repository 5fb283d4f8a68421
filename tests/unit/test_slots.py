"""Which slots a channel has and which is due: examples for every rule, and properties over restarts and changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Channel, ChannelName, ChannelState, PlatformName, Slot, SlotRecord, State, Why
from bot.slots import Due, due_now, local_time, slots_on, upcoming

BERLIN = "Europe/Berlin"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def channel(*at: str, zone: str = BERLIN) -> Channel:
    times = tuple(time.fromisoformat(text) for text in at or ("09:00",))
    return Channel(ChannelName("garden"), PlatformName.WEB, "", times, zone)


def at(text: str, zone: str = BERLIN) -> datetime:
    """An instant by wall time in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def only(config: Channel, day: str) -> Slot:
    (slot,) = slots_on(config, date.fromisoformat(day))
    return slot


def record(slot: Slot, state: State = State.POSTED) -> SlotRecord:
    return SlotRecord(slot.date, slot.name, slot.due, slot.zone, state)


def ledger(slots: Iterable[Slot], state: State = State.POSTED) -> dict[str, SlotRecord]:
    return {slot.key: record(slot, state) for slot in slots}


def state(created: str = "2026-03-01 00:00", paused_until: datetime | None = None) -> ChannelState:
    return ChannelState(ChannelName("garden"), at(created), paused_until)


def enter(records: dict[str, SlotRecord], due: Due) -> None:
    """What the service does with an answer: the skips, then the post."""
    for skip in due.skips:
        assert skip.slot.key not in records, "a slot got a second outcome"
        records[skip.slot.key] = record(skip.slot, State.SKIPPED)
    if due.slot is not None:
        assert due.slot.key not in records, "a slot got a second post"
        records[due.slot.key] = record(due.slot)


# ---- which slots there are ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "wanted", "local", "note"),
    [
        (BERLIN, "2026-03-28", "02:30", "2026-03-28 02:30+0100", None),
        (BERLIN, "2026-03-29", "02:30", "2026-03-29 03:30+0200", "forward on this day: 02:30 becomes 03:30"),
        (BERLIN, "2026-03-29", "09:00", "2026-03-29 09:00+0200", "clocks go forward on this day"),
        (BERLIN, "2026-10-25", "02:30", "2026-10-25 02:30+0200", "back on this day: 02:30 comes twice"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-04 02:45+1100", "02:15 becomes 02:45"),
        ("America/Havana", "2026-03-08", "00:30", "2026-03-08 01:30-0400", "00:30 becomes 01:30"),
        ("Asia/Beirut", "2026-03-29", "00:00", "2026-03-29 01:00+0300", "00:00 becomes 01:00"),
        ("America/St_Johns", "2006-10-28", "23:30", "2006-10-28 23:30-0230", "23:30 comes twice"),
        ("Etc/UTC", "2026-03-29", "02:30", "2026-03-29 02:30+0000", None),
    ],
)
def test_a_slot_falls_due_at_its_local_time_moved_only_where_the_clocks_jump(
    zone: str, day: str, wanted: str, local: str, note: str | None
) -> None:
    slot = only(channel(wanted, zone=zone), day)
    assert slot.exists
    assert slot.due.utcoffset() == timedelta(0)
    assert f"{local_time(slot):%Y-%m-%d %H:%M%z}" == local
    assert (slot.note is None) if note is None else (note in (slot.note or ""))


def test_a_jump_over_midnight_moves_the_slot_back_so_that_its_date_keeps_its_post() -> None:
    """In Nuuk the clocks go from 23:00 to midnight: 23:30 moved on would be a second post on the next date."""
    slot = only(channel("23:30", zone="America/Nuuk"), "2026-03-28")
    assert f"{local_time(slot):%Y-%m-%d %H:%M}" == "2026-03-28 22:30"
    assert slot.note == "clocks go forward on this day: 23:30 becomes 22:30"


@pytest.mark.parametrize(
    ("zone", "missing"),
    [
        ("Pacific/Apia", "2011-12-30"),
        ("Pacific/Fakaofo", "2011-12-30"),
        ("Pacific/Kwajalein", "1993-08-21"),
        ("Pacific/Kiritimati", "1994-12-31"),
        ("Asia/Manila", "1844-12-31"),
    ],
)
def test_a_date_that_the_zone_left_out_has_a_slot_that_does_not_exist(zone: str, missing: str) -> None:
    day = date.fromisoformat(missing)
    for wanted in ("00:00", "09:00", "23:59"):
        config = channel(wanted, zone=zone)
        before, gone, after = (only(config, (day + timedelta(days=shift)).isoformat()) for shift in (-1, 0, 1))
        assert (before.exists, gone.exists, after.exists) == (True, False, True)
        assert gone.note == f"{missing} does not exist in {zone}"
        assert before.due < gone.due <= after.due


def test_slots_are_named_by_their_order_so_that_a_changed_time_keeps_the_key() -> None:
    assert [slot.key for slot in slots_on(channel("08:00", "12:30", "18:00"), date(2026, 5, 1))] == [
        "2026-05-01/1",
        "2026-05-01/2",
        "2026-05-01/3",
    ]
    assert only(channel("07:15"), "2026-05-01").key == only(channel("22:45"), "2026-05-01").key


def test_other_weekdays_and_dates_left_out_are_no_slots_at_all() -> None:
    config = replace(channel(), days=frozenset({0, 2}), except_dates=frozenset({date(2026, 5, 6)}))
    found = [slot.date.day for slot in islice(upcoming(config, at("2026-05-01 00:00")), 4)]
    assert found == [4, 11, 13, 18]


def test_upcoming_starts_after_the_instant_given_and_goes_on() -> None:
    config = channel("09:00", "18:00")
    first = only(channel("09:00"), "2026-05-01").due
    following = list(islice(upcoming(config, first), 3))
    assert [slot.key for slot in following] == ["2026-05-01/2", "2026-05-02/1", "2026-05-02/2"]
    assert next(upcoming(config, first - timedelta(microseconds=1))).due == first
    assert sum(1 for _ in islice(upcoming(config, first), 10_000)) == 10_000


def test_upcoming_stays_in_order_where_a_missing_date_falls_due_among_the_next() -> None:
    config = channel("09:00", "18:00", zone="Pacific/Apia")
    found = list(islice(upcoming(config, at("2011-12-29 00:00", "Pacific/Apia")), 6))
    assert [slot.key[5:] for slot in found] == ["12-29/1", "12-29/2", "12-30/1", "12-31/1", "12-30/2", "12-31/2"]
    assert all(earlier.due <= later.due for earlier, later in pairwise(found))


def test_upcoming_ends_where_there_is_no_day_left() -> None:
    assert list(upcoming(replace(channel(), days=frozenset()), at("2026-05-01 00:00"))) == []
    last = list(upcoming(channel(), datetime(MAXYEAR, 12, 29, tzinfo=UTC)))
    assert [slot.date.day for slot in last] == [29, 30]
    assert list(upcoming(channel(), datetime.max.replace(tzinfo=UTC))) == []


def test_the_twenty_ninth_of_february_alone_is_still_found() -> None:
    """Days left out for years do not end the search before the next one that counts."""
    left_out = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(4 * 365))
    config = replace(channel(), except_dates=left_out - {date(2028, 2, 29)})
    assert next(upcoming(config, at("2026-01-01 00:00"))).key == "2028-02-29/1"


# ---- which is due -------------------------------------------------------------------------------------------------


def test_a_slot_is_due_from_its_instant_on_and_late_after_five_minutes() -> None:
    records = ledger([only(channel(), "2026-05-01")])
    slot = only(channel(), "2026-05-02")
    assert due_now(channel(), state(), records, slot.due - timedelta(seconds=1)) == Due()
    assert due_now(channel(), state(), records, slot.due) == Due(slot)
    assert due_now(channel(), state(), records, slot.due + timedelta(minutes=5)) == Due(slot)
    assert due_now(channel(), state(), records, slot.due + timedelta(minutes=6)) == Due(slot, late=True)
    assert due_now(channel(), state(), {**records, **ledger([slot])}, slot.due + HOUR) == Due()


def test_nothing_is_made_up_for_the_time_before_the_channel() -> None:
    assert due_now(channel(), state("2026-05-02 09:01"), {}, at("2026-05-02 12:00")) == Due()
    assert due_now(channel(), state("2026-05-02 08:59"), {}, at("2026-05-02 09:00")).slot is not None


def test_nothing_is_made_up_before_the_latest_record() -> None:
    """A second time of day added to dates that are over has no slots there."""
    records = ledger([only(channel("18:00"), "2026-05-01")])
    due = due_now(channel("09:00", "18:00"), state(), records, at("2026-05-02 08:00"))
    assert due == Due()


def test_after_ten_days_there_is_one_late_post_and_nine_skips() -> None:
    records = ledger([only(channel(), "2026-05-01")])
    due = due_now(channel(), state(), records, at("2026-05-11 20:00"))
    assert due.slot == only(channel(), "2026-05-11")
    assert due.late
    assert [skip.slot.date.day for skip in due.skips] == list(range(2, 11))
    assert {(skip.why, skip.reason) for skip in due.skips} == {
        (Why.MISSED, "the bot was not running; a later slot was posted instead")
    }


def test_beyond_the_catch_up_window_there_are_only_skips() -> None:
    config = replace(channel(), catch_up=timedelta(hours=6))
    records = ledger([only(config, "2026-05-01")])
    assert due_now(config, state(), records, at("2026-05-04 15:00")).slot == only(config, "2026-05-04")
    due = due_now(config, state(), records, at("2026-05-04 15:01"))
    assert due.slot is None
    assert [(skip.slot.date.day, skip.why, skip.reason) for skip in due.skips] == [
        (day, Why.MISSED, "more than 6 h late") for day in (2, 3, 4)
    ]


def test_a_window_of_nothing_still_posts_what_is_not_late() -> None:
    config = replace(channel(), catch_up=timedelta(0))
    slot = only(config, "2026-05-02")
    assert due_now(config, state(), {}, slot.due + timedelta(seconds=20)).slot is not None


def test_two_years_of_downtime_are_one_post_and_every_slot_has_an_outcome() -> None:
    config = channel("09:00", "18:00")
    records = ledger([slots_on(config, date(2024, 5, 1))[1]])
    due = due_now(config, state("2024-01-01 00:00"), records, at("2026-05-01 19:00"))
    assert due.slot == slots_on(config, date(2026, 5, 1))[1]
    assert len({skip.slot.key for skip in due.skips}) == len(due.skips) == 730 * 2 - 1


def test_a_pause_skips_every_slot_and_says_until_when() -> None:
    records = ledger([only(channel(), "2026-05-01")])
    until = at("2026-05-10 12:00")
    due = due_now(channel(), state(paused_until=until), records, at("2026-05-03 10:00"))
    assert due.slot is None
    assert [(skip.slot.date.day, skip.why, skip.reason) for skip in due.skips] == [
        (day, Why.PAUSED, "paused until 2026-05-10 12:00 Europe/Berlin") for day in (2, 3)
    ]


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York"])
def test_a_pause_without_an_end_says_so(zone: str) -> None:
    forever = state(paused_until=datetime.max.replace(tzinfo=UTC))
    (skip,) = due_now(
        channel(zone=zone), forever, ledger([only(channel(), "2026-05-01")]), at("2026-05-02 17:00")
    ).skips
    assert skip.reason == "paused until it is resumed"


def test_a_pause_that_ended_while_the_bot_was_away_leaves_an_ordinary_late_post() -> None:
    records = ledger([only(channel(), "2026-05-01")])
    due = due_now(channel(), state(paused_until=at("2026-05-03 10:00")), records, at("2026-05-03 10:00"))
    assert due.slot == only(channel(), "2026-05-03")
    assert [skip.why for skip in due.skips] == [Why.MISSED]


def test_the_first_post_takes_the_place_of_todays_slot() -> None:
    config = replace(channel(), first_post_now=True)
    now = at("2026-05-02 07:00")
    due = due_now(config, state("2026-05-02 07:00"), {}, now)
    assert due.slot is not None
    assert (due.slot.key, due.slot.due, due.late, due.skips) == ("2026-05-02/1", now, False, ())
    records = ledger([due.slot])
    assert due_now(config, state("2026-05-02 07:00"), records, at("2026-05-02 23:00")) == Due()
    assert due_now(config, state("2026-05-02 07:00"), records, at("2026-05-03 09:00")).slot is not None


def test_the_first_post_comes_on_any_weekday_and_uses_the_local_date() -> None:
    config = replace(channel(zone="Pacific/Auckland"), first_post_now=True, days=frozenset())
    due = due_now(config, state("2026-05-01 20:00"), {}, datetime(2026, 5, 1, 20, tzinfo=UTC))
    assert due.slot is not None
    assert due.slot.key == "2026-05-02/1"


def test_the_first_post_is_no_second_one() -> None:
    config = replace(channel("09:00", "18:00"), first_post_now=True)
    due = due_now(config, state("2026-05-02 08:00"), {}, at("2026-05-02 18:30"))
    assert due.slot is not None
    assert due.slot.key == "2026-05-02/1"
    assert [skip.slot.key for skip in due.skips] == ["2026-05-02/2"]


def test_the_first_post_waits_while_the_channel_is_paused() -> None:
    config = replace(channel(), first_post_now=True)
    now = at("2026-05-02 07:00")
    assert due_now(config, state("2026-05-02 06:00", paused_until=now + HOUR), {}, now) == Due()
    assert due_now(config, state("2026-05-02 06:00", paused_until=now), {}, now).slot is not None


def test_a_date_that_does_not_exist_is_skipped_and_the_next_is_posted() -> None:
    config = channel(zone="Pacific/Apia")
    records = ledger([only(config, "2011-12-29")])
    due = due_now(config, state("2011-01-01 00:00"), records, at("2011-12-31 09:00", "Pacific/Apia"))
    assert due.slot == only(config, "2011-12-31")
    assert [(skip.slot.key, skip.why) for skip in due.skips] == [("2011-12-30/1", Why.NO_SUCH_DATE)]


def test_slots_that_share_an_instant_make_one_post_also_after_a_crash_between() -> None:
    """02:30 becomes 03:30. The skip is on record, the claim never came: the post is still to be made, once."""
    config = channel("02:30", "03:30")
    due = due_now(config, state("2026-03-29 00:00"), {}, at("2026-03-29 03:30"))
    assert due.slot is not None
    assert due.slot.name == "2"
    assert [skip.reason for skip in due.skips] == ["it fell due together with a later slot, which was posted instead"]
    records = ledger([due.skips[0].slot], State.SKIPPED)
    assert due_now(config, state("2026-03-29 00:00"), records, at("2026-03-29 03:31")) == Due(due.slot)
    enter(records, Due(due.slot))
    assert due_now(config, state("2026-03-29 00:00"), records, at("2026-03-29 03:32")) == Due()


@pytest.mark.parametrize("changed", ["05:00", "08:59", "12:00", "23:30"])
def test_changing_the_time_after_the_post_makes_no_second_one_that_date(changed: str) -> None:
    records = ledger([only(channel(), "2026-05-01"), only(channel(), "2026-05-02")])
    for hour in range(10, 24):
        assert due_now(channel(changed), state(), records, at(f"2026-05-02 {hour}:00")) == Due()


def test_adding_a_time_before_the_post_does_not_repeat_the_post_under_a_new_name() -> None:
    """09:00 was slot 1 and is slot 2 now; it had its post."""
    records = ledger([only(channel("09:00"), "2026-05-02")])
    assert due_now(channel("08:00", "09:00"), state(), records, at("2026-05-02 12:00")) == Due()


def test_a_zone_changed_at_noon_makes_no_second_post_soon_after() -> None:
    """New York's 09:00 was posted; Auckland's next 09:00 is eight hours later."""
    new_york, auckland = channel(zone="America/New_York"), channel(zone="Pacific/Auckland")
    records = ledger([only(new_york, "2026-05-01")])
    due = due_now(auckland, state(), records, at("2026-05-02 09:00", "Pacific/Auckland"))
    assert due.slot is None
    (skip,) = due.skips
    assert (skip.slot.key, skip.why) == ("2026-05-02/1", Why.MOVED_ZONE)
    assert skip.reason.startswith("the time zone changed from America/New_York to Pacific/Auckland")
    assert skip.reason.endswith("only 8 h after the last post")
    enter(records, due)
    assert due_now(auckland, state(), records, at("2026-05-03 09:00", "Pacific/Auckland")).slot is not None


def test_a_zone_changed_by_an_hour_leaves_the_evening_post_alone() -> None:
    """Too soon is half of the nine hours between this channel's two times, and here are eight."""
    berlin, athens = channel("09:00", "18:00"), channel("09:00", "18:00", zone="Europe/Athens")
    records = ledger([slots_on(berlin, date(2026, 5, 1))[0]])
    due = due_now(athens, state(), records, at("2026-05-01 18:00", "Europe/Athens"))
    assert due == Due(slots_on(athens, date(2026, 5, 1))[1])


def test_a_zone_changed_to_one_more_than_half_a_day_on_keeps_every_date() -> None:
    records = ledger([only(channel(), "2026-05-01")])
    auckland = channel(zone="Pacific/Auckland")
    due = due_now(auckland, state(), records, at("2026-05-02 09:00", "Pacific/Auckland"))
    assert due == Due(only(auckland, "2026-05-02"))


@settings(deadline=None)
@given(
    zones=st.tuples(
        *[st.sampled_from([BERLIN, "America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Etc/UTC"])] * 2
    ),
    minutes=st.integers(0, 24 * 60 - 1),
    change=st.integers(0, 48),
)
def test_whatever_the_zone_becomes_posts_stay_half_a_day_apart(
    zones: tuple[str, str], minutes: int, change: int
) -> None:
    wanted = f"{minutes // 60:02}:{minutes % 60:02}"
    old, new = (channel(wanted, zone=zone) for zone in zones)
    records: dict[str, SlotRecord] = {}
    begun = datetime(2026, 5, 1, tzinfo=UTC)
    instants = []
    for hours in range(5 * 24):
        now = begun + timedelta(hours=hours)
        due = due_now(old if hours < 24 + change else new, ChannelState(ChannelName("garden"), begun), records, now)
        enter(records, due)
        instants += [due.slot.due] if due.slot else []
    assert all(later - earlier >= 12 * HOUR for earlier, later in pairwise(instants))
    assert 3 <= len(instants) <= 6


def test_a_clock_two_hours_back_and_forward_again_makes_no_second_post() -> None:
    records = ledger(slots_on(channel(), date(2026, 5, 1)))
    slot = only(channel(), "2026-05-02")
    enter(records, due_now(channel(), state(), records, slot.due))
    for hours in (-2, -1, 0, 1, 5):
        assert due_now(channel(), state(), records, slot.due + hours * HOUR) == Due()


def test_a_clock_far_back_finds_nothing_due() -> None:
    records = ledger(only(channel(), (date(2026, 3, 1) + n * DAY).isoformat()) for n in range(60))
    for back in range(59):
        assert due_now(channel(), state(), records, at("2026-04-29 12:00") - back * DAY) == Due()
    assert due_now(channel(), state(), records, at("2025-04-29 12:00")) == Due()


def test_while_a_post_lies_ahead_nothing_else_is_due_but_a_skip_ahead_holds_nothing_back() -> None:
    """A clock that was a day ahead posted tomorrow's; an organiser may have skipped tomorrow's."""
    records = ledger([only(channel(), "2026-05-01")])
    tomorrow = only(channel(), "2026-05-03")
    now = at("2026-05-02 09:00")
    assert due_now(channel(), state(), {**records, **ledger([tomorrow])}, now) == Due()
    assert due_now(channel(), state(), {**records, **ledger([tomorrow], State.SKIPPED)}, now).slot is not None


def test_a_post_made_by_a_clock_a_year_ahead_does_not_silence_the_channel_for_a_year() -> None:
    records = ledger([only(channel(), "2026-05-01"), only(channel(), "2027-05-02")])
    assert due_now(channel(), state(), records, at("2026-05-02 09:00")).slot is not None


@settings(deadline=None)
@given(
    up=st.lists(st.tuples(st.integers(1, 90 * 60), st.booleans()), min_size=1, max_size=80),
    times=st.lists(st.integers(0, 47), min_size=1, max_size=3, unique=True),
    zone=st.sampled_from([BERLIN, "America/Havana", "Australia/Lord_Howe", "America/Nuuk", "Etc/UTC"]),
    catch_up=st.integers(0, 72),
)
def test_whenever_the_bot_runs_each_slot_ends_with_one_outcome_and_posts_are_in_order(
    up: list[tuple[int, bool]], times: list[int], zone: str, catch_up: int
) -> None:
    """Random outages over the weeks of a clock change: no slot is left out, none has two outcomes, none is too late."""
    config = replace(
        channel(*(f"{half // 2:02}:{half % 2 * 30:02}" for half in sorted(times)), zone=zone),
        catch_up=timedelta(hours=catch_up),
    )
    created = datetime(2026, 3, 25, 12, tzinfo=UTC)
    now, records, posted = created, dict[str, SlotRecord](), list[Slot]()
    for minutes, running in [*up, (1, True)]:
        now += timedelta(minutes=minutes)
        if running:
            due = due_now(config, ChannelState(config.name, created), records, now)
            enter(records, due)
            if due.slot:
                assert now - due.slot.due <= max(config.catch_up, timedelta(minutes=5))
                posted.append(due.slot)
    expected = set()
    for slot in upcoming(config, created):
        if slot.due > now:
            break
        expected.add(slot.key)
    assert set(records) == expected
    assert all(earlier.due < later.due for earlier, later in pairwise(posted))
