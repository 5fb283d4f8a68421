"""Block Kit, as far as answers and forms need it; every text is cut to what Slack takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]
View: TypeAlias = dict[str, Any]

SECTION = 3000  # characters
MOST_BLOCKS = 50  # of a message
TOGETHER = 12_000  # characters of a message's blocks; Slack refuses a little more than 13,000 without saying where
OPTIONS = 100  # of a select
_LABEL = 75  # of a button, an option
_TITLE = 24  # of a modal and its buttons
_LONGEST_LABEL = 2000  # of a field


def plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": clipped(text, limit), "emoji": True}


def clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def sections(text: str) -> list[Block]:
    """Mrkdwn as blocks: a paragraph each where they are few, torn at lines only where one holds too much."""
    parts = list(_pieces(text))
    return [{"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in parts]


def context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": clipped(text, SECTION)}]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    return {"type": "divider"}


def row(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(
    action: str, label: str, value: str = "", *, style: str | None = None, sure: Mapping[str, str] | None = None
) -> Block:
    """`style` is primary or danger. `sure` has Slack ask first: title, text, confirm and deny."""
    made: Block = {"type": "button", "action_id": action, "text": plain(label, _LABEL)}
    if value:
        made["value"] = value
    if style:
        made["style"] = style
    if sure:
        made["confirm"] = {
            "title": plain(sure["title"], 100),
            "text": plain(sure["text"], 300),
            "confirm": plain(sure["confirm"], 30),
            "deny": plain(sure["deny"], 30),
        }
    return made


def option(label: str, value: str) -> dict[str, Any]:
    return {"text": plain(label, _LABEL), "value": value}


def menu(action: str, placeholder: str, options: Iterable[dict[str, Any]]) -> Block:
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain(placeholder, 150),
        "options": list(options)[:OPTIONS],
    }


def places(action: str, placeholder: str) -> Block:
    """A menu of channels, public or private, without direct messages."""
    return {
        "type": "conversations_select",
        "action_id": action,
        "placeholder": plain(placeholder, 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }


def field(name: str, label: str, element: Mapping[str, Any], *, hint: str = "", needed: bool = False) -> Block:
    """An input of a form; block and action have its name."""
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, _LONGEST_LABEL),
        "element": {"action_id": name, **element},
        "optional": not needed,
    }
    if hint:
        made["hint"] = plain(hint, _LONGEST_LABEL)
    return made


def modal(
    title: str, blocks: Sequence[Block], *, close: str, submit: str = "", callback: str = "", metadata: str = ""
) -> View:
    view: View = {
        "type": "modal",
        "title": plain(title, _TITLE),
        "blocks": list(blocks)[:100],
        "close": plain(close, _TITLE),
    }
    if callback:
        view |= {"callback_id": callback, "submit": plain(submit, _TITLE)}
    if metadata:
        view["private_metadata"] = metadata
    return view


def _pieces(text: str) -> Iterator[str]:
    """No more than one message holds, in pieces that a section holds."""
    piece, left = "", TOGETHER
    for line in text.split("\n"):
        part = clipped(line, SECTION)
        if len(piece) + 1 + len(part) > SECTION or (not line and piece):
            if piece.strip():
                yield piece.strip("\n")
            piece = part
        else:
            piece = f"{piece}\n{part}" if piece else part
        left -= len(part) + 1
        if left < 0:
            piece = f"{piece[: SECTION - 2]}\n…"
            break
    if piece.strip():
        yield piece.strip("\n")
