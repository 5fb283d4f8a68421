"""Times, weekdays, dates and zones as organisers type them, in English and German; pure.

Whatever cannot be made out is None here, and a sentence where it was asked for.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from bot.config import timewords

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKEND = EVERY_DAY - WEEKDAYS

_NAMES = (
    ("monday", "montag"),
    ("tuesday", "dienstag"),
    ("wednesday", "mittwoch"),
    ("thursday", "donnerstag"),
    ("friday", "freitag"),
    ("saturday", "samstag", "sonnabend"),
    ("sunday", "sonntag"),
)
_SETS = {
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "täglich": EVERY_DAY,
    "jeden tag": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "workdays": WEEKDAYS,
    "werktags": WEEKDAYS,
    "wochentags": WEEKDAYS,
    "weekend": WEEKEND,
    "weekends": WEEKEND,
    "wochenende": WEEKEND,
}
_BETWEEN = re.compile(r"\s*(?:[,;&+/]|\band\b|\bund\b)\s*", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:-|–|\bto\b|\bbis\b)\s*", re.IGNORECASE)  # noqa: RUF001  an en dash is how ranges are typed
_AHEAD = re.compile(r"(?:in\s+)?(\d{1,3})\s*(?:(d|days?|tage?n?)|(w|weeks?|wochen?))", re.IGNORECASE | re.ASCII)
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE | re.ASCII)
# Zones named by a place; the others are older names of the same, or not what a person lives in.
_AREAS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split()  # noqa: SIM905  reads best
)
_COMMON = (
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Etc/UTC",
)


def times(text: str) -> tuple[time, ...] | None:
    """One time of the day or several, sorted: "9", "9am", "21.30", "8:00 and 18:00"."""
    found = [timewords.loose_time(part) for part in _BETWEEN.split(text.strip())]
    clear = sorted({at for at in found if at is not None})
    return tuple(clear) if clear and None not in found else None


def weekdays(text: str) -> frozenset[int] | None:
    """Days of the week, Monday 0: "weekdays", "mon-fri", "Mo, Mi und Sa", "sat - mon"."""
    days: set[int] = set()
    for part in _BETWEEN.split(text.strip()):
        named = _SETS.get(" ".join(part.casefold().split()))
        ends = [_weekday(end) for end in _RANGE.split(part)]
        if named is not None:
            days |= named
        elif None in ends or len(ends) > 2:  # noqa: PLR2004  a range has two ends
            return None
        else:
            first, last = ends[0] or 0, ends[-1] or 0
            days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return frozenset(days)


def day(text: str, today: date) -> date | None:
    """A date: as calendars write it, "tomorrow", the next such weekday, or "in 2 weeks"."""
    plain = " ".join(text.casefold().split())
    if plain in {"tomorrow", "morgen"}:
        return today + timedelta(days=1)
    if ahead := _AHEAD.fullmatch(plain):
        return today + timedelta(days=int(ahead[1]) * (7 if ahead[3] else 1))
    weekday = _weekday(plain)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return timewords.loose_day(plain)


class Zones:
    """The time zones of the IANA database; made once, since listing them reads some hundred files."""

    def __init__(self) -> None:
        names = available_timezones()
        self._all = {name.casefold(): name for name in names}
        self._places = sorted(name for name in names if name.partition("/")[0] in _AREAS)
        self._words = {name: _fold(name) for name in (*self._places, "Etc/UTC")}

    def named(self, text: str) -> str | None:
        """The zone that is surely meant: by its name in any spelling, or by a city that only one zone has."""
        plain = _fold(text.partition("(")[0])
        spelt = self._all.get(plain.replace(" ", "_"))
        if spelt is not None:
            return _known(spelt)
        in_city = [name for name, words in self._words.items() if words.rpartition("/")[2] == plain]
        return in_city[0] if len(in_city) == 1 else None

    def near(self, text: str, now: datetime, limit: int, first: Sequence[str] = ()) -> list[str]:
        """What may be meant by what has been typed so far, the likeliest first; `first` are those in use already.

        Read as the start of a city or of a zone's name, a part of it, an offset or abbreviation of now ("+2", "PST"),
        and at last as a typing error.
        """
        plain = _fold(text.partition("(")[0])
        if not plain:
            return list(dict.fromkeys((*first, *_COMMON)))[:limit]
        ranked = sorted(
            (rank, name) for name, words in self._words.items() if (rank := _rank(words, plain)) is not None
        )
        clock = list(self._by_clock(plain, now))
        spelt = [self._all[key] for key in (plain.replace(" ", "_"),) if key in self._all]
        found = list(dict.fromkeys((*spelt, *clock, *(name for _, name in ranked))))
        return (found or self._alike(plain, limit))[:limit]

    def _by_clock(self, plain: str, now: datetime) -> Iterator[str]:
        """Zones whose clocks now have this offset, or this abbreviation."""
        offset = _offset(plain)
        if offset is None and not (plain.isalpha() and len(plain) <= timewords.LONGEST_ABBREVIATION):
            return
        for name in sorted(self._words, key=lambda one: (one not in _COMMON, one)):
            local = now.astimezone(ZoneInfo(name))
            if local.utcoffset() == offset if offset is not None else (local.tzname() or "").casefold() == plain:
                yield name

    def _alike(self, plain: str, limit: int) -> list[str]:
        cities = {words.rpartition("/")[2]: name for name, words in self._words.items()}
        wholes = {words: name for name, words in self._words.items()}
        city = plain.rpartition("/")[2]
        found = [wholes[one] for one in get_close_matches(plain, wholes, limit, 0.7)]
        found += [cities[one] for one in get_close_matches(city, cities, limit, 0.7)]
        return list(dict.fromkeys(found))


def clock_of(zone: str, now: datetime, word: str) -> str:
    """What a zone's clocks show: UTC+02:00, now 14:05; `word` is the "now"."""
    local = now.astimezone(ZoneInfo(zone))
    offset = f"{local:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}, {word} {local:%H:%M}"


def said(days: frozenset[int]) -> str:
    """Weekdays as `weekdays` reads them."""
    return ", ".join(_NAMES[day][0][:3] for day in sorted(days))


def _weekday(text: str) -> int | None:
    """A weekday by its name, or by two letters of it or more; a plural is fine."""
    plain = text.strip().casefold().rstrip(".")
    starts = [
        number
        for number, names in enumerate(_NAMES)
        if len(plain) > 1 and any(name.startswith(plain) or plain == f"{name}s" for name in names)
    ]
    return starts[0] if len(starts) == 1 else None


def _known(name: str) -> str | None:
    """The name, where `timewords` takes it for a zone."""
    try:
        return timewords.zone(name)
    except timewords.Unclear:
        return None


def _fold(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


def _rank(words: str, plain: str) -> int | None:
    """How well a folded zone's name begins with what was typed; less is better."""
    city = words.rpartition("/")[2]
    if city.startswith(plain) or words.startswith(plain):
        return 0
    if any(word.startswith(plain) for word in re.split("[/ -]", words)):
        return 1
    return 2 if plain in words else None


def _offset(plain: str) -> timedelta | None:
    found = _OFFSET.fullmatch(plain)
    if not found:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -size if found[1] == "-" else size
