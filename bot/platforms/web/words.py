"""Dates and times as a reader says them, in a channel's own zone."""

from datetime import date, datetime, timedelta


def long_date(day: date) -> str:
    """Wednesday, 25 November 2026"""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def near_date(day: date, today: date) -> str:
    """today, tomorrow, yesterday, or the date; with its year only where that is another one."""
    close = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((day - today) // timedelta(days=1))
    if close:
        return close
    return long_date(day) if day.year != today.year else f"{day:%A}, {day.day} {day:%B}"


def begin(sentence: str) -> str:
    """With a capital letter, and the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def short_date(day: date) -> str:
    """Wed 25 Nov"""
    return f"{day:%a} {day.day} {day:%b}"


def wall_time(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def published(value: str | None) -> str | None:
    """2025-06-11 -> 11 June 2025; 2025-06 -> June 2025; anything else as it is."""
    if value is None:
        return None
    try:
        if len(value) == len("2025-06"):
            return f"{date.fromisoformat(value + '-01'):%B %Y}"
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day} {day:%B} {day.year}"


def count(number: int, one: str, many: str) -> str:
    """1 seed, 2 seeds"""
    return f"{number:,} {one if number == 1 else many}".replace(",", "\N{NARROW NO-BREAK SPACE}")
