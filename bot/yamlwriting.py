"""Plain data as YAML that people like to read, and that bot/yamldoc.py reads back to the letter.

A text of several lines, or a long one, stands in a block: `|` with every line end, `>` where lines would be too long.
A short one stands bare only where no reader of YAML could take it for anything else.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from bot.yamldoc import Data

WIDTH = 100  # characters of a line that is folded
LONG = 300  # a text longer than this stands in a block

_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_BLOCK = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_BARE = re.compile(r"[^\W\d_](?:[^:#\[\]{},]|:(?=[^\s\[\]{},])|(?<=\S)#)*(?<=\S)")
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})  # by one reader of YAML or another
_GAP = re.compile(r"(?<=\S) (?=\S)")


def dump(data: Data) -> str:
    """One document, with a line end at its end. ValueError for a lone surrogate, which is half a character."""
    if isinstance(data, dict) and data:
        lines = _map(data)
    elif isinstance(data, list) and data:
        lines = _list(data)
    else:
        lines = [_inline(data)]
    return "".join(f"{line}\n" for line in lines)


def _map(data: Mapping[str, Data]) -> list[str]:
    """Its lines; a text in a block has an empty line on either side."""
    lines: list[str] = []
    apart = False
    for key, value in data.items():
        block = isinstance(value, str) and _wants_block(value)
        if lines and (block or apart):
            lines.append("")
        lines += _entry(f"{_inline(key)}:", value)
        apart = block
    return lines


def _list(data: Sequence[Data]) -> list[str]:
    items = [_item(value) for value in data]
    apart = any("" in item for item in items)
    return [line for place, item in enumerate(items) for line in ([""] if apart and place else []) + item]


def _item(value: Data) -> list[str]:
    if isinstance(value, dict) and value:
        first, *rest = _map(value)
        return [f"- {first}", *_indented(rest)]
    if isinstance(value, list) and value:
        first, *rest = _list(value)
        return [f"- {first}", *_indented(rest)]
    return _entry("-", value)


def _entry(head: str, value: Data) -> list[str]:
    """A value behind its key, or below it."""
    if isinstance(value, str) and _wants_block(value):
        header, lines = _block(value)
        return [f"{head} {header}", *_indented(lines)]
    if isinstance(value, dict) and value:
        return [head, *_indented(_map(value))]
    if isinstance(value, list) and value:
        flow = ", ".join(_inline(item) for item in value if not isinstance(item, dict | list))
        if all(isinstance(item, str) and _is_bare(item) for item in value) and len(flow) < WIDTH:
            return [f"{head} [{flow}]"]
        return [head, *_indented(_list(value))]
    return [f"{head} {_inline(value)}"]


def _indented(lines: Sequence[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)


def _inline(value: Data) -> str:
    """What fits behind a key; an empty map or list too."""
    if isinstance(value, str):
        return value if _is_bare(value) else _quoted(value)
    return "null" if value is None else json.dumps(value)


def _is_bare(text: str) -> bool:
    fits = len(text) <= LONG and text.isprintable() and text.casefold() not in _TAKEN
    return fits and _BARE.fullmatch(text) is not None


def _quoted(text: str) -> str:
    if _SURROGATE.search(text):
        raise ValueError("half a character (a lone surrogate) cannot be written")
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def _wants_block(text: str) -> bool:
    """Whether it is long, and of a kind that a block can hold: blank lines at its edges, and tabs, are not."""
    if "\n" not in text and len(text) <= LONG:
        return False
    return text.strip("\n") == text and not text.isspace() and not _NO_BLOCK.search(text)


def _block(text: str) -> tuple[str, list[str]]:
    """The sign that opens a block, and its lines."""
    lines = text.split("\n")
    if max(map(len, lines)) > WIDTH and all(line == line.strip() for line in lines):
        # In a folded block one line end is a space, and each further one is one.
        return ">-", [part for place, line in enumerate(lines) for part in ([""] if place else []) + _folded(line)]
    return ("|2-" if text[0].isspace() else "|-"), lines


def _folded(line: str) -> list[str]:
    """A line in pieces of at most WIDTH, where its spaces allow."""
    if not line:
        return []
    pieces = [""]
    for word in _GAP.split(line):
        if pieces[-1] and len(pieces[-1]) + len(word) >= WIDTH:
            pieces.append(word)
        else:
            pieces[-1] += f" {word}" if pieces[-1] else word
    return pieces
