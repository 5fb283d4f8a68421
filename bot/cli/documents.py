"""What the commands tell, as scripts read it, and in words."""

from datetime import MAXYEAR, datetime
from typing import Any

from bot.errors import Problem
from bot.model import LedgerEntry, WhenExhausted
from bot.ports import Runway, Upcoming


def entry_json(entry: LedgerEntry) -> dict[str, Any]:
    """A row of the ledger as scripts read it."""
    post = entry.post
    return {
        "id": post.id,
        "channel": post.channel,
        "kind": post.kind,
        "slot": post.slot,
        "seed": post.seed,
        "state": post.state,
        "message_id": post.message_id,
        "due": as_utc(post.due),
        "posted": as_utc(post.posted) if post.posted else None,
        "late": post.late,
        "reason": post.reason,
        "reactions": entry.reactions,
    }


def upcoming_json(channel: str, slot: Upcoming) -> dict[str, Any]:
    """A slot to come as scripts read it."""
    return {
        "channel": channel,
        "date": slot.slot.date.isoformat(),
        "due": as_utc(slot.slot.due),
        "local": slot.local.strftime("%Y-%m-%dT%H:%M"),
        "utc_offset": slot.utc_offset,
        "late": slot.late,
        "note": slot.note,
    }


def runway_json(runway: Runway) -> dict[str, Any]:
    return {
        "unread": runway.unread,
        "total": runway.total,
        "dry": runway.dry.isoformat() if runway.dry else None,
        "low": runway.low,
    }


def problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "path": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "what": problem.what,
        "remedy": problem.remedy,
    }


def runway_words(runway: Runway, when_exhausted: WhenExhausted) -> str:
    """How long the library lasts, in a sentence."""
    words = f"{runway.unread} of {runway.total} seeds unread"
    if runway.low and runway.dry:
        then = "a new round begins" if when_exhausted is WhenExhausted.NEW_ROUND else "there is nothing left to post"
        words += f"; on {runway.dry} {then}"
    return words


def pause_json(until: datetime | None, now: datetime) -> dict[str, Any] | None:
    """`until` is None where the pause ends only when somebody resumes; the whole is None without a pause."""
    if until is None or until <= now:
        return None
    return {"until": None if until.year == MAXYEAR else as_utc(until)}


def as_utc(when: datetime) -> str:
    """ISO 8601 in UTC with a Z, to the second."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def moment(when: datetime) -> str:
    """A UTC instant in a table."""
    return f"{when:%Y-%m-%d %H:%M}Z"


def counted(number: int, noun: str) -> str:
    """`3 seeds`, `1 seed`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
