"""Strict YAML with positions. The only file that knows PyYAML.

What is read is plain data: maps with text keys, lists, and four kinds of value. A value in quotes or in a block
(`|`, `>`) is always text. A bare one is

    true, false                             a truth value, in exactly this spelling
    null, ~, nothing at all                 nothing
    0, 7, -12 (up to 18 digits)             a whole number
    0123, +7, 1_000, longer digit strings   text as written: a code or an identifier, not an amount
    9:00, 2024-05-03, 1.5, .inf, 0x1F       text as written: a time is no number of seconds, a date no date object
    yes, no, on, off, True, NULL            text as written: `no` is an answer or a country

so every number and truth value can be turned back into exactly what was written.

Refused, each with its place and a remedy: anchors, aliases, tags, merge keys, several documents, repeated keys, keys
that are not text, a bare text that loses its end to a comment (`Chapter #3`), nesting deeper than 32, files over
1 MiB, and anything that is not a regular file in UTF-8.
"""

import os
import re
import stat
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bot.errors import ContentError, Problem

Data: TypeAlias = "dict[str, Data] | list[Data] | str | int | bool | None"

MOST_BYTES = 1024 * 1024
DEEPEST = 32
MOST_PROBLEMS = 50  # a file with more is not what it was taken for

# libyaml is about ten times faster; both give the same events.
PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_CONSTANTS: dict[str, Data] = {"true": True, "false": False, "null": None, "~": None, "": None}
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_EATEN = re.compile(r"[ \t]+#[^\s#!]")

# YAML 1.1 breaks lines at three characters that no editor counts as a line end. They wait behind noncharacters, which
# no text holds, and come back in the values. An inner byte order mark, which libyaml refuses, becomes what Unicode
# recommends in its place.
_EXOTIC = re.compile("[\x85\u2028\u2029\ufeff]")
_HIDE = str.maketrans({"\x85": "\U0008fffe", "\u2028": "\U0008ffff", "\u2029": "\U0009fffe", "\ufeff": "\u2060"})
_SHOW = str.maketrans({"\U0008fffe": "\x85", "\U0008ffff": "\u2028", "\U0009fffe": "\u2029"})


class _Node:
    """Where a value stands (for a mapping entry: its key), counted from 0, and its parts."""

    __slots__ = ("column", "line", "parts")

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
        self.parts: dict[str | int, _Node] | None = None


class Document:
    """One YAML file: its data, and where each part of it stands. `path` is the one to show."""

    __slots__ = ("_root", "data", "path")

    def __init__(self, path: Path, data: Data, root: _Node) -> None:
        self.path = path
        self.data = data
        self._root = root

    def place(self, loc: Sequence[str | int]) -> tuple[int, int]:
        """Line and column, from 1, of the deepest part that exists along `loc`; for a mapping entry, of its key."""
        node = self._root
        for part in loc:
            below = node.parts.get(part) if node.parts else None
            if below is None:
                break
            node = below
        return node.line + 1, node.column + 1

    def problem(self, loc: Sequence[str | int], what: str, remedy: str) -> Problem:
        return Problem(self.path, *self.place(loc), what, remedy)


def load(path: Path, *, shown: Path | None = None) -> Document:
    """Read a file, or raise ContentError with every mistake in it. `shown` is the path that problems name."""
    named = shown or path
    return parse(_decode(_read_bytes(path, named), named), named)


def parse(text: str, path: Path, parser: Any = PARSER) -> Document:
    """Read a text as `load` reads a file; `path` is named in problems."""
    text = text.removeprefix("\ufeff")
    exotic = _EXOTIC.search(text) is not None
    if exotic:
        text = text.translate(_HIDE)
    bad = [_unprintable(text, found.start(), path) for found in islice(_UNPRINTABLE.finditer(text), MOST_PROBLEMS)]
    if bad:
        raise ContentError(bad)
    builder = _Builder(text, path, exotic=exotic)
    try:
        for event in yaml.parse(text, Loader=parser):
            builder.take(event)
            if len(builder.problems) >= MOST_PROBLEMS:
                break
    except _Enough:
        pass
    except yaml.MarkedYAMLError as error:
        builder.problems.append(_syntax(error, text, path))
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # What PyYAML raises without a place: a code point out of range in an escape, for one.
        builder.problems.append(Problem(path, 0, 0, f"this is not valid YAML ({error})", "check quotes and escapes"))
    if builder.problems:
        raise ContentError(builder.problems)
    return Document(path, builder.data, builder.root)


class _Enough(Exception):
    """Leaves the loop over events where going on would say nothing new; no caller sees it."""


class _Frame:
    """A map or list that is being filled; `key` is the entry whose value comes next."""

    __slots__ = ("into", "key", "node")

    def __init__(self, into: dict[str, Data] | list[Data], node: _Node) -> None:
        self.into = into
        self.node = node
        self.key: tuple[str | None, _Node] | None = None


class _Builder:
    """Makes data and places out of parser events, without recursion."""

    def __init__(self, text: str, path: Path, *, exotic: bool) -> None:
        self.problems: list[Problem] = []
        self.data: Data = None
        self.root = _Node(0, 0)
        self._text = text
        self._path = path
        self._exotic = exotic
        self._eaten = "#" in text
        self._stack: list[_Frame] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._open(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._stack.pop()
        elif kind is yaml.AliasEvent:
            self._note(
                event,
                f'"*{event.anchor}" is an alias',
                "write the value out, or put quotes round text that begins with *",
            )
            self._add(None, event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                self._note(event, "a second document begins here", "keep one document a file, and remove the line ---")
                raise _Enough

    def _scalar(self, event: Any) -> None:
        value = event.value
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if self._exotic:
            value = value.translate(_SHOW)
        if event.style == '"' and _SURROGATE.search(value):
            self._note(event, "an escape in this text is no character", "write the character itself")
        frame = self._stack[-1] if self._stack else None
        plain = event.implicit[0] and event.tag is None and not event.style
        if plain and self._eaten and _EATEN.match(self._text, event.end_mark.index):
            self._note(
                event,
                'the text ends at " #", where a comment begins',
                "put quotes round it, or write a space after the #",
            )
        if frame is not None and frame.key is None and type(frame.into) is dict:
            self._key(frame, value, event, plain=plain)
        else:
            self._add(_resolve(value) if plain else value, event)

    def _key(self, frame: _Frame, value: str, event: Any, *, plain: bool) -> None:
        mark = event.start_mark
        node = _Node(mark.line, mark.column)
        frame.key = (None, node)
        if plain and value == "<<":
            self._note(event, '"<<" would merge another map into this one', "write the entries out")
        elif plain and not isinstance(_resolve(value), str):
            what = f"{value} is a key here, but a key is text" if value else "a key is missing before the colon"
            self._note(event, what, "put quotes round it" if value else "write one, or put quotes round the line")
        elif value in frame.into:
            assert frame.node.parts is not None
            first = frame.node.parts[value].line + 1
            self._note(event, f"{_quoted(value)} is given twice, first in line {first}", "keep one of the two")
        else:
            frame.key = (value, node)

    def _open(self, event: Any, into: dict[str, Data] | list[Data]) -> None:
        if event.anchor is not None or event.tag is not None:
            self._decorated(event)
        if len(self._stack) == DEEPEST:
            self._note(
                event,
                f"lists and maps are nested deeper than {DEEPEST}",
                "write it flatter, or quote a text with brackets",
            )
            raise _Enough
        frame = self._stack[-1] if self._stack else None
        if frame is not None and frame.key is None and type(frame.into) is dict:
            self._note(event, "a list or a map is a key here, but a key is text", "put quotes round it if it is text")
            mark = event.start_mark
            frame.key = (None, _Node(mark.line, mark.column))
            node = _Node(mark.line, mark.column)
        else:
            node = self._add(into, event)
        node.parts = {}
        self._stack.append(_Frame(into, node))

    def _add(self, value: Data, event: Any) -> _Node:
        """Put a value where it belongs, and answer its node."""
        if not self._stack:
            mark = event.start_mark
            self.data = value
            self.root = _Node(mark.line, mark.column)
            return self.root
        frame = self._stack[-1]
        into = frame.into
        if type(into) is dict:
            if frame.key is None:  # an alias as a key; its problem is noted
                frame.key = (None, _Node(0, 0))
                return frame.key[1]
            key, node = frame.key
            frame.key = None
            if key is not None:
                into[key] = value
                assert frame.node.parts is not None
                frame.node.parts[key] = node
            return node
        assert type(into) is list
        mark = event.start_mark
        node = _Node(mark.line, mark.column)
        assert frame.node.parts is not None
        frame.node.parts[len(into)] = node
        into.append(value)
        return node

    def _decorated(self, event: Any) -> None:
        if event.anchor is not None:
            self._note(
                event, f'"&{event.anchor}" is an anchor', "remove it, or put quotes round text that begins with &"
            )
        if event.tag is not None:
            self._note(event, "the value has a tag (!)", "remove it, or put quotes round text that begins with !")

    def _note(self, event: Any, what: str, remedy: str) -> None:
        mark = event.start_mark
        self.problems.append(Problem(self._path, mark.line + 1, mark.column + 1, what, remedy))


def _resolve(value: str) -> Data:
    """What a bare value means; see the table at the top."""
    if len(value) < 6 and value in _CONSTANTS:  # noqa: PLR2004 - none of them is longer than `false`
        return _CONSTANTS[value]
    return int(value) if len(value) < 20 and _NUMBER.fullmatch(value) else value  # noqa: PLR2004 - a sign and 18 digits


def _read_bytes(path: Path, named: Path) -> bytes:
    try:
        # Opening a pipe for reading waits for a writer unless told not to.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise _of_file(named, "there is no such file", "check the name, or put it back") from None
    except PermissionError:
        raise _of_file(named, "the file may not be read by this user", "change its permissions or its owner") from None
    except (OSError, ValueError) as error:
        raise _of_file(named, f"the file cannot be opened ({error})", "check the disk and the name") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            what = "this is a folder" if stat.S_ISDIR(status.st_mode) else "this is not a regular file"
            raise _of_file(named, f"{what}, where a YAML file is expected", "name a file")
        if status.st_size > MOST_BYTES:
            size = f"{status.st_size / MOST_BYTES:.1f} MiB"
            raise _of_file(
                named, f"the file has {size}, and 1 MiB is the most that is read", "split it into several files"
            )
        content = b""
        while chunk := os.read(handle, MOST_BYTES + 1 - len(content)):
            content += chunk
    except OSError as error:
        raise _of_file(named, f"the file cannot be read ({error})", "check the disk and the name") from None
    finally:
        os.close(handle)
    if len(content) > MOST_BYTES:
        raise _of_file(
            named, "the file grows over 1 MiB while it is read", "write it somewhere else, then move it here"
        )
    return content


def _of_file(path: Path, what: str, remedy: str) -> ContentError:
    return ContentError([Problem(path, 0, 0, what, remedy)])


def _decode(content: bytes, path: Path) -> str:
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise ContentError([Problem(path, 1, 1, "the file is written in UTF-16", "save it as UTF-8")])
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line, column = _place(content[: error.start].decode(), error.start)
        what = f"the byte 0x{content[error.start]:02X} is not UTF-8"
        raise ContentError([Problem(path, line, column, what, "save the file as UTF-8")]) from None


def _place(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a character."""
    line, start = 1, 0
    for end in _LINE_END.finditer(text, 0, index):
        line, start = line + 1, end.end()
    return line, min(index, len(text)) - start + 1


def _unprintable(text: str, index: int, path: Path) -> Problem:
    code = ord(text[index])
    what = "there is a NUL byte here" if code == 0 else f"there is a character that YAML forbids here (U+{code:04X})"
    remedy = "the file is no text, or was damaged: restore or remove it" if code == 0 else "delete it"
    return Problem(path, *_place(text, index), what, remedy)


_QUOTES = "put quotes round the whole value"

# In the parser's context, in its complaint, the first character of what it was reading (any of these; "" for any at
# all), whether to point at where that began, and our words for it. The first row that fits is taken.
_COMPLAINTS = (
    ("", "mapping values are not allowed", "", False, 'a second ": " in one line', f"{_QUOTES}, or indent it right"),
    ("quoted", "end of stream", "", True, "the quote {sign} that opens here is never closed", "close it with {close}"),
    ("quoted", "escape", "", False, "YAML does not know this escape (\\)", "use single quotes, or write \\\\ for a \\"),
    (
        "flow",
        "",
        "[{",
        True,
        "the {sign} that opens here is not closed properly",
        "close it with {close}, or quote the text",
    ),
    (
        "block scalar",
        "",
        "",
        False,
        'after "{sign}" the text begins on the next line, indented',
        f"move it, or {_QUOTES}",
    ),
    ("", "", "\t", False, "a tab stands where only spaces may indent", "replace it with spaces"),
    ("", "", "@`%*&!", True, "a bare value cannot begin with {sign}", _QUOTES),
    ("simple key", "", "", True, 'this line is no "key: value"', "write a colon after the key, or indent the line"),
    (
        "block",
        "",
        "",
        False,
        "this does not fit what stands above it",
        "indent it like its neighbours, or quote all of it",
    ),
    ("", "document start", "", False, "this does not fit what stands above it", "indent it like its neighbours"),
)


def _syntax(error: yaml.MarkedYAMLError, text: str, path: Path) -> Problem:
    """The parser's complaint in a reader's words."""
    context, said = error.context or "", error.problem or ""
    mark: Any = error.problem_mark or error.context_mark
    opened: Any = error.context_mark or mark
    if mark is None:
        return Problem(path, 0, 0, f"this is not valid YAML ({said})", "check indentation and quotes")
    sign = text[opened.index : opened.index + 1]
    for in_context, in_said, signs, at_opening, what, remedy in _COMPLAINTS:
        if in_context in context and in_said in said and (not signs or (sign and sign in signs)):
            place = opened if at_opening else mark
            words = {"sign": sign, "close": {"[": "]", "{": "}"}.get(sign, sign)}
            return Problem(path, place.line + 1, place.column + 1, what.format(**words), remedy.format(**words))
    what = f"this is not valid YAML ({said})"
    return Problem(path, mark.line + 1, mark.column + 1, what, "check indentation, quotes and brackets up to here")


def _quoted(key: str) -> str:
    return f'"{key}"' if len(key) <= 60 else f'"{key[:60]}…"'  # noqa: PLR2004 - long enough to know it by
