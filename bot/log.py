"""Logging to standard error: one line an operation, and no secret in any of them.

    2026-11-24T08:00:01.204Z INFO bot.outbox posted channel=garden seed=on-rivers attempt=1

Modules write `logging.getLogger(__name__).info("posted", extra=fields(channel=name))`. Whatever a line is made of (the
message, its arguments, the fields, a traceback) is masked first and escaped second, so that text from outside can
neither carry a secret out nor start a line of its own.
"""

import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from json import dumps
from types import TracebackType
from typing import Any, Protocol, TextIO
from urllib.parse import quote

from bot.errors import UsageError

MASK = "***"
LONGEST = 4000  # characters of a message or a value; a member's text must not fill the disk
LEVELS = ("debug", "info", "warning", "error")
# Loggers that tell of every tick or request; they are heard when the level is debug, or when something is wrong.
CHATTY = ("aiohttp.access", "apscheduler", "asyncio", "aiosqlite")

# What a secret looks like wherever it comes from. Group 1 is kept, so that a reader knows what was masked.
PATTERNS = (
    re.compile(r"\b(xox[abeprs](?:\.xox[bp])?-)[\w-]{6,}"),
    re.compile(r"\b(xapp-)[\w-]{6,}"),
    re.compile(r"(?<![\w-])()(?:mfa\.[\w-]{20,}|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,})"),  # a Discord token
    re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{12,}"),
    re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/?#\s\"'<>]+"),
    re.compile(r"(hooks\.slack\.com/[\w-]+/)[^\s\"'<>]+"),  # whoever has it may answer in the bot's name
    re.compile(r"(?i)\b((?:ticket|(?:\w+_)?token|(?:\w+_)?secret|password|response_url|trigger_id)=)[^&\s\"'<>]+"),
    # The same as JSON and Python print them.
    re.compile(
        r"(?i)([\"'](?:ticket|(?:\w+_)?token|(?:\w+_)?secret|password|response_url|trigger_id)[\"']\s*:\s*[\"'])[^\"']+"
    ),
    re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)"),
)
_SECRET_KEY = re.compile(r"(?i)token|secret|password")
_COLOURS = {"DEBUG": "2", "INFO": "32", "WARNING": "33", "ERROR": "31", "CRITICAL": "31;1"}


class Secret(Protocol):
    """What can be masked: anything that reveals itself when asked."""

    def reveal(self) -> str: ...


def fields(**values: object) -> dict[str, dict[str, object]]:
    """For `extra=`: the key=value part of a line."""
    return {"fields": values}


def configure(
    level: str | int = "info", *, json: bool = False, secrets: Iterable[Secret] = (), stream: TextIO | None = None
) -> None:
    """Send every log line, warning and uncaught exception to `stream` (standard error), as text or as JSON lines.

    Called again, it replaces what it set up before. UsageError for a level that does not exist.
    """
    number = _level(level)
    stream = stream or sys.stderr
    mask = Mask(secret.reveal() for secret in secrets)
    handler = _Handler(stream)
    handler.setFormatter(JsonLines(mask) if json else Lines(mask, terminal=_is_terminal(stream)))
    root = logging.getLogger()
    for earlier in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(number)
    for name in CHATTY:
        logging.getLogger(name).setLevel(number if number <= logging.DEBUG else max(number, logging.WARNING))
    logging.captureWarnings(True)
    # Python's own hook would print the traceback, and any secret in it, as it is.
    sys.excepthook = _log_uncaught


class Mask:
    """Takes known secrets, in the spellings they are printed in, and token-like text out of a text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def __call__(self, text: str) -> str:
        if self._known:
            text = self._known.sub(MASK, text)
        for pattern in PATTERNS:
            text = pattern.sub(rf"\g<1>{MASK}", text)
        return text


class _Parts(logging.Formatter):
    """Takes a record apart into masked pieces; how they become a line is for the two kinds below."""

    def __init__(self, mask: Mask) -> None:
        super().__init__()
        self._mask = mask

    def message_of(self, record: logging.LogRecord) -> str:
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001  an argument's __str__ may raise anything, and the line must come out all the same
            message = f"{record.msg} (its arguments do not fit)"
        return _clip(self._mask(message))

    def fields_of(self, record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
        """Numbers, truth values and None as they are; everything else as masked text."""
        values = getattr(record, "fields", None)
        for key, value in values.items() if isinstance(values, Mapping) else ():
            if value is None or isinstance(value, bool | int | float):
                yield key, value
            elif _SECRET_KEY.search(key):
                yield key, MASK
            else:
                yield key, _clip(self._mask(_text_of(value)))

    def traceback_of(self, record: logging.LogRecord) -> str:
        parts = [self.formatException(record.exc_info) if record.exc_info else "", record.stack_info or ""]
        return self._mask("\n".join(filter(None, parts)))


class Lines(_Parts):
    """`time level logger message key=value`; a traceback follows on lines that begin with a bar."""

    def __init__(self, mask: Mask, *, terminal: bool = False) -> None:
        super().__init__(mask)
        self._terminal = terminal

    def format(self, record: logging.LogRecord) -> str:
        pairs = "".join(f" {_plain(key)}={_quoted(value)}" for key, value in self.fields_of(record))
        message = _plain(self.message_of(record))
        level, name = record.levelname, _plain(record.name)
        if self._terminal:
            clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
            line = f"{clock} {_coloured(f'{level:<7}', _COLOURS.get(level, '0'))} "
            line += f"{_coloured(name, '2')} {message}{_coloured(pairs, '36')}"
        else:
            line = f"{_instant(record)} {level} {name} {message}{pairs}"
        trace = self.traceback_of(record)
        return "\n".join([line, *(f"    | {_plain(part)}" for part in trace.splitlines())])


class JsonLines(_Parts):
    """One JSON object a line, for whoever collects them."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.message_of(record),
        }
        # A field never replaces what every line has.
        line |= {key if key not in line else f"{key}_": value for key, value in self.fields_of(record)}
        if trace := self.traceback_of(record):
            line["traceback"] = trace
        return dumps(line)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the name is logging's
        """The inherited way prints the arguments as they are; a stream that is gone leaves nowhere to say so."""
        error = sys.exc_info()[0]
        if error is not None and not issubclass(error, OSError | ValueError):
            self.stream.write(
                f"a log line could not be written: {error.__name__}, {record.name} line {record.lineno}\n"
            )


def _level(level: str | int) -> int:
    if isinstance(level, int):
        return level
    if level.lower() not in LEVELS:
        raise UsageError(f"{level}: no such log level; one of {', '.join(LEVELS)}")
    return logging.getLevelNamesMapping()[level.upper()]


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("stopped by an error nobody expected", exc_info=(kind, error, trace))


def _spellings(secret: str) -> Iterator[str]:
    """As it is, as repr and JSON print it, and as it stands in an address."""
    yield secret
    yield repr(secret)[1:-1]
    yield dumps(secret)[1:-1]
    yield quote(secret, safe="")


def _text_of(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    try:
        return str(value)
    except Exception:  # noqa: BLE001  somebody else's __str__ may raise anything, and the line must come out all the same
        return f"<{type(value).__name__}>"


def _clip(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def _plain(text: str) -> str:
    """On one line, with nothing in it that moves a cursor, hides text or turns its direction."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def _quoted(value: Any) -> str:
    """A value as it stands after `key=`: in double quotes where it would not end at the next space."""
    text = value if isinstance(value, str) else dumps(value)
    if text and text.isprintable() and not set(text) & set(' "=\\'):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_plain(escaped)}"'


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _coloured(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if text else ""
