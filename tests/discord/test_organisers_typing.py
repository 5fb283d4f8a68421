"""Times, days, dates, zones and emoji as organisers type them: what is read, and what is not guessed."""

from datetime import UTC, date, datetime, time
from zoneinfo import available_timezones

import pytest

from bot.platforms import when
from bot.platforms.discord.commands.settings import emoji_in

TUESDAY = date(2026, 12, 1)
WINTER = datetime(2026, 12, 1, 13, 5, tzinfo=UTC)
ZONES = when.Zones()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("9", [9]),
        ("9:00", [9]),
        ("9am", [9]),
        ("9 PM", [21]),
        ("21.30", [21.5]),
        ("9 Uhr", [9]),
        ("18:00, 9", [9, 18]),
        ("9am und 21.30", [9, 21.5]),
        ("9:00 and 9am", [9]),
    ],
)
def test_times_are_read_kindly_and_sorted(text: str, read: list[float]) -> None:
    assert when.times(text) == tuple(time(int(at), int(at % 1 * 60)) for at in read)


@pytest.mark.parametrize("text", ["", "noon", "25", "9, noon", "-9", "9:99", "\ud800"])
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert when.times(text) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("weekdays", "01234"),
        ("mon-fri", "01234"),
        ("Monday to Friday", "01234"),
        ("mo bis fr", "01234"),
        ("mon, wed", "02"),
        ("Mo, Mi und Sa", "025"),
        ("mondays", "0"),
        ("sat - mon", "560"),
        ("weekend", "56"),
        ("every  day", "0123456"),
        ("täglich", "0123456"),
        ("Do", "3"),
        ("mon-wed, sun", "0126"),
    ],
)
def test_weekdays_are_read_in_english_and_german(text: str, days: str) -> None:
    assert when.weekdays(text) == frozenset(map(int, days))


@pytest.mark.parametrize("text", ["", "s", "mon-", "mon-tue-wed", "someday", "mon, someday"])
def test_what_is_no_weekday_is_not_guessed(text: str) -> None:
    assert when.weekdays(text) is None


def test_weekdays_are_read_back_as_they_are_suggested() -> None:
    for days in (when.EVERY_DAY, when.WEEKDAYS, when.WEEKEND, frozenset({0, 3})):
        assert when.weekdays(when.said(days)) == days


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-12-24", "2026-12-24"),
        ("24.12.2026", "2026-12-24"),
        ("tomorrow", "2026-12-02"),
        ("Morgen", "2026-12-02"),
        ("mon", "2026-12-07"),
        ("Tuesday", "2026-12-08"),
        ("in 2 weeks", "2026-12-15"),
        ("in 3 Tagen", "2026-12-04"),
        ("7d", "2026-12-08"),
    ],
)
def test_dates_are_read_kindly(text: str, read: str) -> None:
    assert when.day(text, TUESDAY) == date.fromisoformat(read)


@pytest.mark.parametrize("text", ["", "soon", "31.2.2026", "12/24/2026", "next"])
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    assert when.day(text, TUESDAY) is None


def test_every_zone_is_known_by_its_name_in_any_spelling() -> None:
    odd = {"Factory", "localtime"}
    for name in sorted(available_timezones() - odd):
        assert (ZONES.named(name.swapcase().replace("_", " ")) or "").casefold() == name.casefold()
    assert not {ZONES.named(name) for name in odd} - {None}


def test_a_city_is_enough_and_a_suggestion_can_be_sent_as_it_is_shown() -> None:
    assert ZONES.named("new york") == "America/New_York"
    shown = when.clock_of("Asia/Kolkata", WINTER, "now")
    assert shown == "UTC+05:30, now 18:35"
    assert ZONES.named(f"Asia/Kolkata ({shown})") == "Asia/Kolkata"


@pytest.mark.parametrize("text", ["", "Berlni", "Atlantis", "+2", "\ud800", "(", "x" * 300])
def test_no_zone_is_guessed(text: str) -> None:
    assert ZONES.named(text) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("berl", "Europe/Berlin"),
        ("Berlni", "Europe/Berlin"),
        ("Erope/Berlin", "Europe/Berlin"),
        ("pst", "America/Los_Angeles"),
        ("utc+5:30", "Asia/Kolkata"),
        ("sao p", "America/Sao_Paulo"),
        ("us/eastern", "US/Eastern"),
        ("utc", "UTC"),
    ],
)
def test_the_likeliest_zone_is_suggested_first(text: str, first: str) -> None:
    assert ZONES.near(text, WINTER, 25)[0] == first


def test_zones_in_use_are_suggested_before_anything_is_typed() -> None:
    found = ZONES.near("", WINTER, 25, ("Pacific/Chatham",))
    assert found[0] == "Pacific/Chatham"
    assert len(found) == len(set(found))
    assert ZONES.near("atlantis", WINTER, 25) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("👍 🌱", ("👍", "🌱")),
        ("👍🌱", ("👍", "🌱")),
        ("👍🏽,👩‍👧‍👦 ❤️", ("👍🏽", "👩‍👧‍👦", "❤️")),
        ("🇩🇪🇫🇷", ("🇩🇪", "🇫🇷")),
        ("1️⃣", ("1️⃣",)),
        ("👍 👍", ("👍",)),
        ("<:seedling:123456789012345678>👍", ("seedling:123456789012345678", "👍")),
        ("<a:wave:123456789012345678>", ("wave:123456789012345678",)),
    ],
)
def test_emoji_are_told_apart_also_where_nothing_is_between_them(text: str, found: tuple[str, ...]) -> None:
    assert emoji_in(text) == found


@pytest.mark.parametrize("text", ["", "a", "👍 ok", ":seedling:", "<:x:1>", "5"])
def test_what_is_no_emoji_is_refused(text: str) -> None:
    assert emoji_in(text) is None
