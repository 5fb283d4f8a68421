"""How results look: tables and colours on a terminal, plain lines when piped, JSON for scripts."""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.errors import SeedbedError
from bot.model import Message

LEAST = 17  # columns of the terminal that a cell keeps: a date with its time
INDENT = 4

# What could steer a terminal, or turn the direction of reading: controls, line separators, bidi overrides, and halves
# of characters, which cannot be written at all.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def prepare() -> None:
    """Make output fail for nothing that is in it, also where it is closed or knows few characters."""
    sys.stdout = _prepared(sys.stdout)
    sys.stderr = _prepared(sys.stderr)


def finish() -> None:
    """Write what waits to be written."""
    with _told():
        sys.stdout.flush()


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    whole = sys.stdout.encoding.lower().startswith("utf")
    text = json.dumps(document, ensure_ascii=not whole, indent=2)
    # These can only stand inside strings, where JSON has another spelling for them.
    _write(_UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def print_line(text: str = "") -> None:
    """A line of text; what a seed or a member wrote in it is never taken for markup."""
    _write(shown(text) + "\n")


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print_line(line)


def print_ready(address: str) -> None:
    """The one line that whoever started the bot waits for; where nobody does, the bot runs all the same."""
    with suppress(SeedbedError):
        print_line(f"ready {address}".strip())
        finish()


def print_error(text: str) -> None:
    sys.stderr.write(shown(text) + "\n")


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, none: str) -> None:
    """A table on a terminal, or `none` where it has no rows; tab-separated lines under a line of headers when piped."""
    cells = [[shown("" if cell is None else str(cell)) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [list(headers), *cells]:
            _write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")
        return
    if not cells:
        print_line(none)
        return
    # A narrow terminal has no room for columns that say nothing.
    used = [place for place in range(len(headers)) if any(row[place] for row in cells)]
    _print_columns([headers[place] for place in used], [[row[place] for place in used] for row in cells])


def print_message(message: Message) -> None:
    """A post as its readers will see it."""
    if not sys.stdout.isatty():
        for text in _looks(message):
            print_line(text.plain)
        return
    console = Console()
    for text in _looks(message):
        console.print(text, soft_wrap="://" in text.plain)  # an address in two pieces cannot be opened


def shown(text: str) -> str:
    """Without what could steer a terminal."""
    return _UNSHOWN.sub("\ufffd", text)


def _print_columns(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Dates, states and the like stay in one piece; titles and reasons give way, or get lines of their own."""
    console = Console()
    widths = [max(map(cell_len, column)) for column in zip(headers, *rows, strict=True)]
    if sum(min(width, LEAST) for width in widths) + 2 * (len(widths) - 1) > console.width:
        _print_stacked(console, headers, rows, widths)
        return
    table = Table(header_style="bold", box=None, pad_edge=False)
    for header, width in zip(headers, widths, strict=True):
        table.add_column(header, overflow="fold", no_wrap=width <= LEAST)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _print_stacked(
    console: Console, headers: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> None:
    """What is short side by side, what is long below it."""
    for row in [headers, *rows]:
        short = "  ".join(set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True) if width <= LEAST)
        console.print(Text(short.rstrip(), style="bold" if row is headers else ""))
        for cell, width in zip(row, widths, strict=True):
            if width > LEAST and cell and row is not headers:
                console.print(Padding(Text(cell), (0, 0, 0, INDENT)))


def _looks(message: Message) -> Iterator[Text]:
    """A post, paragraph by paragraph."""
    yield Text(shown(message.heading), style="bold")
    yield Text(f"\n{shown(message.text)}")
    source = message.attribution.source
    credit = " · ".join(
        part for part in (message.attribution.author, source.title, source.published, source.url) if part
    )
    if credit:
        yield Text(shown(f"\n— {credit}"), style="italic")
    yield Text(f"\n{message.invitation}")
    for prompt in message.prompts:
        yield Text.assemble((f"  {prompt.family}: ", "dim"), shown(prompt.text))


def _write(text: str) -> None:
    with _told():
        sys.stdout.write(text)


@contextmanager
def _told() -> Iterator[None]:
    """Nothing is wrong where the reader of our output went away, as `| head` does; a full disk has its sentence."""
    try:
        yield
    except OSError as error:
        # Else the end of the process would try once more to write what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise SeedbedError(f"the result could not be written: {error.strerror}") from None


def _prepared(stream: TextIO | None) -> TextIO:
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    reconfigure = getattr(stream, "reconfigure", None)  # a test's own stream may be of another kind
    if reconfigure:
        reconfigure(errors="replace")
    return stream
