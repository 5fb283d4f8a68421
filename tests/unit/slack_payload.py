"""What a person sees of a message's blocks on Slack, and what is read out of its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.simulators.slack import mentions
from tests.simulators.slack.limits import check_message, check_metadata

Json = dict[str, Any]

# Written from Slack's rules, not from bot/platforms/slack/mrkdwn.py.
MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
STRAY = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")
ISOLATES = str.maketrans("", "", "\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message, taken apart. `seen` and `read` hold the same words; `links` and `marked` are addresses and whatever
    else is markup, of the blocks and of the text."""

    excerpt: str
    quotes: int
    seen: str  # everything in blocks but the buttons, as it is seen
    read: str  # the text, as it is read out
    links: tuple[str, ...]
    marked: tuple[str, ...]
    pinged: tuple[str, ...]
    labels: tuple[str, ...]
    actions: tuple[str, ...]
    names: tuple[str, ...]  # of blocks that were given one


def shown(body: Json, *, edited: bool = False) -> Shown:
    """Raises SlackError where the simulated Slack would refuse it, as an edit if it is to be one."""
    text, blocks = body["text"], body["blocks"]
    check_message(text, blocks, editing=edited)
    check_metadata(body.get("metadata"))
    assert not STRAY.search(MARKUP.sub("", text)), "an escape is broken"
    quotes = [part for part in walk(blocks) if part.get("type") == "rich_text_quote"]
    buttons = [part for part in walk(blocks) if part.get("type") == "button"]
    return Shown(
        "".join(map(written, quotes)).translate(ISOLATES),
        len(quotes),
        "\n".join(written(block) for block in blocks if block["type"] != "actions").translate(ISOLATES),
        unescaped(MARKUP.sub(lambda found: found[2] or "", text)).translate(ISOLATES),
        tuple(part["url"] for part in walk(blocks) if part.get("type") == "link"),
        tuple(unescaped(found[1]) for found in MARKUP.finditer(text)),
        tuple(mentions.pinged(text, blocks)),
        tuple(one["text"]["text"] for one in buttons),
        tuple(one["action_id"] for one in buttons),
        tuple(block["block_id"] for block in blocks if "block_id" in block),
    )


def walk(part: Any) -> Iterator[Json]:
    """Every object in blocks."""
    if isinstance(part, list):
        for one in part:
            yield from walk(one)
    elif isinstance(part, dict):
        yield part
        for one in part.values():
            yield from walk(one)


def written(part: Json) -> str:
    """The words of a block or an element of one, as they are seen."""
    if isinstance(part.get("text"), str):
        return str(part["text"])
    if part["type"] == "header":
        return written(part["text"])
    if part["type"] == "rich_text_list":
        return "\n".join(f"{number}. {written(one)}" for number, one in enumerate(part["elements"], 1))
    between = "\n" if part["type"] in {"rich_text", "context"} else ""
    return between.join(map(written, part.get("elements", [])))


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
