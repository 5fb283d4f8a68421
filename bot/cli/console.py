"""How results look: tables and colours on a terminal, plain lines when piped, JSON for scripts."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import MAXYEAR, datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bot.errors import Problem
from bot.model import LedgerEntry, Message, WhenExhausted
from bot.ports import Runway, Upcoming


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_line(text: str = "") -> None:
    """A line of text; what a seed or a member wrote in it is never taken for markup."""
    sys.stdout.write(_printable(text) + "\n")


def print_ready(address: str) -> None:
    """The one line that whoever started the bot waits for."""
    print_line(f"ready {address}".strip())
    sys.stdout.flush()


def print_error(text: str) -> None:
    sys.stderr.write(_printable(text) + "\n")


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on a terminal; tab-separated lines under a line of headers when piped."""
    cells = [[_printable("" if cell is None else str(cell)) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [list(headers), *cells]:
            sys.stdout.write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")
        return
    table = Table(header_style="bold", box=None, pad_edge=False)
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in cells:
        table.add_row(*map(escape, row))
    Console().print(table)


def print_message(message: Message) -> None:
    """A post as its readers will see it."""
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    console.print(Text(message.heading, style="bold"))
    console.print()
    console.print(Text(_printable(message.text)))
    source = message.attribution.source
    credit = " · ".join(
        part for part in (message.attribution.author, source.title, source.published, source.url) if part
    )
    if credit:
        console.print(Text(f"\n— {credit}", style="italic"))
    console.print(Text(f"\n{message.invitation}"))
    for prompt in message.prompts:
        console.print(Text(f"  {prompt.family}: ", style="dim") + Text(_printable(prompt.text)))


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


def pause_words(until: datetime | None, now: datetime) -> str | None:
    """Until when a channel is paused, or None if it is not."""
    if until is None or until <= now:
        return None
    return "until resumed" if until.year == MAXYEAR else f"until {as_utc(until)}"


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print_line(line)


def print_status(report: dict[str, Any]) -> None:
    """The `status` report for a person."""
    running = report["running"]
    print_line(
        f"running: process {running['pid']}, {running['address'] or running['host']}" if running else "not running"
    )
    for channel in report["channels"]:
        print_line()
        print_line(f"{channel['name']} ({channel['platform']}): {channel['runway_words']}")
        for trouble in ("paused", "blocked"):
            if channel[trouble]:
                print_line(f"{trouble} {channel[trouble]}")
        if channel["next"]:
            print_line(f"next: {channel['next']['local'].replace('T', ' ')} ({channel['next']['utc_offset']})")
        print_table(
            ["post", "due", "outcome", "seed", "reason"],
            [
                (
                    outcome["id"],
                    outcome["due"],
                    outcome["state"] + (", late" if outcome["late"] else ""),
                    outcome["seed"],
                    outcome["reason"],
                )
                for outcome in channel["outcomes"]
            ],
        )
    if report["problems"]:
        print_line()
        print_line(f"{len(report['problems'])} problem(s) in the library: `seedbed check` names them")


def as_utc(when: datetime) -> str:
    """ISO 8601 in UTC with a Z, to the second."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def moment(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M}Z" if when else ""


def _printable(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text)
