"""A second opinion on Discord's markdown: reads it as the client does, and says what was taken for more than text.

Written from the client's grammar, not from bot/platforms/discord/markup.py, and rather quick to see markup than slow.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum


class Markup(StrEnum):
    QUOTE = "quote"
    HEADING = "heading"
    SMALL = "small print"
    LIST = "list"
    CODE = "code"
    FORMAT = "bold, italic, underlined, struck through or hidden"
    MENTION = "mention"
    CROWD = "everyone or here"
    EMOJI = "emoji by name"
    LINK = "link without a preview"
    MASKED = "masked link"
    PREVIEWED = "link with a preview"


@dataclass(frozen=True, slots=True)
class Found:
    markup: Markup
    what: str


@dataclass(slots=True)
class Reading:
    """What a person sees, and what was more than text."""

    text: str = ""
    found: list[Found] = field(default_factory=list)

    @property
    def kinds(self) -> set[Markup]:
        return {one.markup for one in self.found}

    def all(self, markup: Markup) -> list[str]:
        return [one.what for one in self.found if one.markup is markup]


_BLOCKS = (
    (Markup.QUOTE, re.compile(r"[^\S\n]*(?:>>>|>)[^\S\n]")),
    (Markup.HEADING, re.compile(r"[^\S\n]*#{1,3}[^\S\n]+(?!#)(?=\S)")),
    (Markup.SMALL, re.compile(r"[^\S\n]*-#[^\S\n]+(?=\S)")),
    (Markup.LIST, re.compile(r"[^\S\n]*(?:[*+-]|[0-9]+[.)])[^\S\n]+(?=\S)")),
)
_CODE = re.compile(r"```(.+?)```|(`+)(.+?[^`]|[^`])\2(?!`)", re.DOTALL)
_AUTOLINK = re.compile(r"<([^: >\n]+:/[^ >\n]+)>")
_MENTION = re.compile(
    r"<(?:@[!&]?[0-9]+|#[0-9]+|a?:\w+:[0-9]+|t:-?[0-9]+(?::[a-zA-Z])?|/[^:>\n]+:[0-9]+|id:\w+|(?:mailto|tel|sms):[^>\n]+)>"
)
_MASKED = re.compile(r"\[((?:\\.|\[[^\]]*\]|[^\[\]\\])+)\]\(<?([^\s()<>]+)>?\)")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<]+", re.IGNORECASE)
_FORMAT = re.compile(r"(\*\*|__|~~|\|\||\*|_)((?:\\.|[^\\])+?)\1", re.DOTALL)
_EMOJI = re.compile(r":[^\s:]+:")
_ISOLATES = str.maketrans("", "", "\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}")


def read(markdown: str) -> Reading:
    """Blocks line by line, and what is inside them."""
    reading = Reading()
    lines = []
    for one in markdown.split("\n"):
        rest = one
        for markup, opening in _BLOCKS:
            block = opening.match(rest)
            if block:
                reading.found.append(Found(markup, rest))
                # A list keeps its mark, which is seen; the others are seen as what they are.
                start = block.end() if markup is not Markup.LIST else 0
                rest = rest[start:].rstrip("#") if markup is Markup.HEADING else rest[start:]
        lines.append(rest)
    reading.text = _inline("\n".join(lines), reading).translate(_ISOLATES)
    return reading


def _inline(text: str, reading: Reading) -> str:
    seen, at = [], 0
    while at < len(text):
        if text[at] == "\\" and re.match(r"[^0-9A-Za-z\s]", text[at + 1 : at + 2]):
            seen.append(text[at + 1])
            at += 2
            continue
        shown, end = _special(text, at, reading)
        seen.append(shown)
        at = end
    return "".join(seen)


def _special(text: str, at: int, reading: Reading) -> tuple[str, int]:
    """What is seen of whatever begins here, and where it ends."""

    def note(markup: Markup, what: str) -> None:
        reading.found.append(Found(markup, what))

    if found := _AUTOLINK.match(text, at):
        note(Markup.LINK, found[1])
        return found[1], found.end()
    if found := _MENTION.match(text, at):
        note(Markup.MENTION, found[0])
        return found[0], found.end()
    if found := re.compile("@(everyone|here)").match(text, at):
        note(Markup.CROWD, found[0])
        return found[0], found.end()
    if found := _MASKED.match(text, at):
        note(Markup.MASKED, found[2])
        return _inline(found[1], reading), found.end()
    if found := _URL.match(text, at):
        note(Markup.PREVIEWED, found[0])
        return found[0], found.end()
    if found := _CODE.match(text, at):
        note(Markup.CODE, found[0])
        return found[1] or found[3], found.end()
    if found := _FORMAT.match(text, at):
        note(Markup.FORMAT, found[0])
        return _inline(found[2], reading), found.end()
    if found := _EMOJI.match(text, at):
        note(Markup.EMOJI, found[0])
    return text[at], at + 1
