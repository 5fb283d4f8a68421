"""Times, dates, weekdays, spans and zones as people write them, each in exactly one spelling.

What is written otherwise raises Unclear, which knows what was probably meant.
"""

import re
from datetime import date, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME_PATTERN = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
DATE_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
SPAN_PATTERN = "^[0-9]{1,5}[mhd]$"

LONGEST_ABBREVIATION = 5  # of a zone, as CHADT

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
# Files that lie beside the zones but name none, or count leap seconds.
_NO_ZONES = re.compile(r"Factory|localtime|posixrules|(?:posix|right)/.*")
_LOOSE_TIME = re.compile(
    r"(\d{1,2})(?:[:.h]?(\d{2}))?(?::\d{2})?\s*([ap]?)\.?m?\.?(?:uhr|h)?", re.IGNORECASE | re.ASCII
)
_LOOSE_SPAN = re.compile(r"(\d{1,5})(?:[.,]5)?\s*(m|h|d|w)[a-z]*", re.IGNORECASE | re.ASCII)
_LOOSE_DATES = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})", re.ASCII),
    re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})", re.ASCII),
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*[+-]\s*\d{1,2}(?::?\d{2})?", re.IGNORECASE | re.ASCII)


class Unclear(ValueError):
    """`what` is wrong with it, and what to write instead (`remedy`)."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what = what
        self.remedy = remedy


def wall_time(text: str) -> time:
    """A time of the day, "00:00" to "23:59"."""
    if re.fullmatch(TIME_PATTERN, text):
        return time.fromisoformat(text)
    raise Unclear(f"{_quoted(text)} is no time", _time_meant(text) or 'write hours and minutes, "00:00" to "23:59"')


def loose_time(text: str) -> time | None:
    """What is meant by "9", "9am", "21.30" or "9 Uhr", for whoever may write as they like."""
    found = _LOOSE_TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3].lower()
    if half and 1 <= hour <= 12:  # noqa: PLR2004  a clock face
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004  a day, an hour


def day(text: str) -> date:
    """A calendar date, "2026-12-24"."""
    if re.fullmatch(DATE_PATTERN, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Unclear(f"there is no {text} in the calendar", "check the month and the day") from None
    raise Unclear(f"{_quoted(text)} is no date", _date_meant(text) or "write year-month-day, such as 2026-12-24")


def loose_day(text: str) -> date | None:
    """What is meant by "2026/1/2" or "2.1.2026", for whoever may write as they like."""
    for pattern in _LOOSE_DATES:
        if found := pattern.fullmatch(text.strip()):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


def weekday(text: str) -> int:
    """A day of the week by its first three letters, Monday 0."""
    if text in WEEKDAYS:
        return WEEKDAYS.index(text)
    start = text.strip().casefold()[:3]
    near = [start] if start in WEEKDAYS else get_close_matches(start, WEEKDAYS, 1, 0.6)
    raise Unclear(f"{_quoted(text)} is no day of the week", f"write {near[0] if near else ', '.join(WEEKDAYS)}")


def span(text: str) -> timedelta:
    """A length of time in minutes, hours or days: "90m", "6h", "2d". A day is 24 hours."""
    if re.fullmatch(SPAN_PATTERN, text):
        return timedelta(minutes=int(text[:-1]) * _MINUTES[text[-1]])
    raise Unclear(
        f"{_quoted(text)} is no length of time",
        _span_meant(text) or 'write minutes, hours or days, as "90m", "6h", "2d"',
    )


def zone(text: str) -> str:
    """The name of a time zone in the IANA database."""
    if not _NO_ZONES.fullmatch(text):
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
        else:
            return text
    raise Unclear(f"{_quoted(text)} is no time zone", _zone_meant(text))


def said(length: timedelta) -> str:
    """A span as `span` reads it, in the largest unit that fits."""
    minutes = length // timedelta(minutes=1)
    unit = next(unit for unit in "dhm" if minutes % _MINUTES[unit] == 0)
    return f"{minutes // _MINUTES[unit]}{unit}"


def _quoted(text: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004  enough to know it by
    return f'"{shown}"' if shown.isprintable() else ascii(shown)


def _time_meant(text: str) -> str | None:
    meant = loose_time(text)
    if meant is not None:
        return f'write "{meant:%H:%M}"'
    if re.fullmatch(r"24([:.h]?00)?(:00)?", text.strip()):
        return 'write "00:00", the first minute of a day'
    return None


def _date_meant(text: str) -> str | None:
    meant = loose_day(text)
    return f"write {meant}" if meant else None


def _span_meant(text: str) -> str | None:
    if re.fullmatch(r"\d{1,5}", text, re.ASCII):
        return f'say of what: "{text}m", "{text}h" or "{text}d"'
    found = _LOOSE_SPAN.fullmatch(text.strip())
    if not found or "mo" in text.lower():  # a month is no length
        return None
    minutes = int(found[1]) * _MINUTES[found[2].lower()]
    if re.search(r"[.,]5", text):
        minutes += _MINUTES[found[2].lower()] // 2
    return f'write "{said(timedelta(minutes=minutes))}"'


def _zone_meant(text: str) -> str:
    example = "name a city as Europe/Berlin or America/New_York do, or write Etc/UTC"
    if _OFFSET.fullmatch(text.strip()):
        return f"an offset does not know when clocks change; {example}"
    near = _nearest_zone(text)
    return f"did you mean {near}?" if near else example


def _nearest_zone(text: str) -> str | None:
    """By its whole name, else by any city in it, else by what is spelt alike."""
    zones = [one for one in available_timezones() if not _NO_ZONES.fullmatch(one)]
    zones.sort(key=lambda one: (-len(one), one))  # the shortest name wins where several end in the same city
    names = {one.casefold(): one for one in zones}
    cities = {one.rpartition("/")[2].casefold(): one for one in zones if not one.startswith("Etc/")}
    whole, *parts = ("_".join(part.split()).casefold() for part in (text, *re.split("[/,]", text)))
    exact = [names.get(whole), *(cities.get(part) for part in reversed(parts))]
    if near := next(filter(None, exact), None):
        return near
    if text.isupper() and len(text) <= LONGEST_ABBREVIATION:  # PST is not spelt like anything; it is another language
        return None
    alike = [names[one] for one in get_close_matches(whole, names, 1, 0.75)]
    alike += [cities[one] for one in get_close_matches(parts[-1], cities, 1, 0.75)]
    return next(iter(alike), None)
