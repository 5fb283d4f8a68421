"""How people write times, dates, weekdays, spans and zones: what is read, and what is suggested instead."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import timewords
from bot.config.timewords import Unclear


def refusal(parse: Callable[[str], Any], text: str) -> str:
    with pytest.raises(Unclear) as caught:
        parse(text)
    return str(caught.value)


@given(st.times(), st.dates(min_value=date(1000, 1, 1)), st.integers(0, 99_999), st.sampled_from("mhd"))
def test_what_is_written_right_is_read_back(moment: time, when: date, count: int, unit: str) -> None:
    moment = moment.replace(second=0, microsecond=0)
    assert timewords.wall_time(moment.strftime("%H:%M")) == moment
    assert timewords.day(when.isoformat()) == when
    length = timewords.span(f"{count}{unit}")
    assert length == timedelta(minutes=count * {"m": 1, "h": 60, "d": 1440}[unit])
    assert length in {timewords.span(timewords.said(length)), timedelta(days=count)}


def test_every_zone_of_the_database_is_a_zone_and_nothing_else_is() -> None:
    odd = {"Factory", "localtime"}
    zones = available_timezones() - odd
    assert len(zones) > 400
    assert all(timewords.zone(name) == name for name in zones)
    for text in [
        *odd,
        "posix/Europe/Berlin",
        "right/Europe/Berlin",
        "",
        "Europe",
        "../zoneinfo/UTC",
        "/etc/passwd",
        "\0",
    ]:
        assert "is no time zone" in refusal(timewords.zone, text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("9:00", "09:00"),
        ("9", "09:00"),
        ("9am", "09:00"),
        ("9 PM", "21:00"),
        ("9.30", "09:30"),
        ("0915", "09:15"),
        ("09:00:00", "09:00"),
        ("12am", "00:00"),
        ("12 p.m.", "12:00"),
        ("24:00", "00:00"),
        ("9h30", "09:30"),
    ],
)
def test_a_time_written_otherwise_is_answered_with_the_right_spelling(text: str, meant: str) -> None:
    assert f'write "{meant}"' in refusal(timewords.wall_time, text)


@pytest.mark.parametrize(
    "text", ["25:00", "09:60", "24:01", "noon", "", "\n", "\u0660\u0669:\u0660\u0660", "-1:00", "9" * 5000]
)
def test_what_is_no_time_at_all_is_answered_with_the_rule(text: str) -> None:
    assert 'write hours and minutes, "00:00" to "23:59"' in refusal(timewords.wall_time, text)


def test_a_sentence_stays_on_one_line_whatever_it_quotes() -> None:
    for parse in (timewords.wall_time, timewords.day, timewords.weekday, timewords.span, timewords.zone):
        assert refusal(parse, "a\nb\x1b\u202e").isprintable()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2026-1-5", "write 2026-01-05"),
        ("24.12.2026", "write 2026-12-24"),
        ("2026/12/24", "write 2026-12-24"),
        ("12/24/2026", "write year-month-day"),
        ("31.11.2026", "write year-month-day"),
        ("Christmas", "write year-month-day"),
        ("2026-02-30", "there is no 2026-02-30 in the calendar"),
        ("0000-01-01", "there is no 0000-01-01 in the calendar"),
    ],
)
def test_a_date_written_otherwise_is_answered_with_the_right_one_if_only_one_was_meant(text: str, answer: str) -> None:
    assert answer in refusal(timewords.day, text)


@pytest.mark.parametrize(
    ("text", "meant"), [("monday", "mon"), ("Thu", "thu"), ("SATURDAY", "sat"), ("tues", "tue"), ("wendsday", "wed")]
)
def test_a_weekday_written_otherwise_is_answered_with_its_three_letters(text: str, meant: str) -> None:
    assert refusal(timewords.weekday, text).endswith(f": write {meant}")
    assert "write mon, tue, wed, thu, fri, sat, sun" in refusal(timewords.weekday, "x")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("36 hours", 'write "36h"'),
        ("1.5h", 'write "90m"'),
        ("1w", 'write "7d"'),
        ("2 Days", 'write "2d"'),
        ("6", 'say of what: "6m", "6h" or "6d"'),
        ("1 month", "write minutes, hours or days"),
        ("90s", "write minutes, hours or days"),
        ("-1h", "write minutes, hours or days"),
        ("P1D", "write minutes, hours or days"),
        ("999999d", "write minutes, hours or days"),
    ],
)
def test_a_length_written_otherwise_is_answered_with_what_was_probably_meant(text: str, answer: str) -> None:
    assert answer in refusal(timewords.span, text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Berlin", "Europe/Berlin"),
        ("PARIS", "Europe/Paris"),
        ("europe/berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("Germany/Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Paris, France", "Europe/Paris"),
        ("Asia/Calcuta", "Asia/Calcutta"),
        ("Berlni", "Europe/Berlin"),
    ],
)
def test_a_zone_is_found_by_its_city_and_in_spite_of_a_slip(text: str, meant: str) -> None:
    assert refusal(timewords.zone, text).endswith(f": did you mean {meant}?")


@pytest.mark.parametrize("text", ["PST", "CEST", "UTC+2", "+02:00", "GMT-5", "Frankfurt", "x" * 5000])
def test_an_offset_or_abbreviation_is_not_guessed_at(text: str) -> None:
    """They name several places, or do not know when clocks change: a wrong guess would post at the wrong hour."""
    said = refusal(timewords.zone, text)
    assert "name a city as Europe/Berlin or America/New_York do" in said
    assert "did you mean" not in said
    assert len(said) < 250
    assert ("an offset does not know when clocks change" in said) == ("+" in text or "-" in text)
