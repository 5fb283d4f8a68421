"""Whom a message notifies: what is parsed in its text, in the mrkdwn of its blocks, and in rich text's own mentions.

The top-level text counts although people see the blocks in its place, and so does text inside code: a test would
rather hear of one ping too many.
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.simulators.slack.model import Json

USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
CROWD = re.compile(r"<!(channel|here|everyone|group)(?:\|[^>]*)?>")
GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>")
NAMED = re.compile(r"(?<![\w<])@(channel|here|everyone)\b")


def pinged(text: str, blocks: list[Json], *, names: bool = False) -> list[str]:
    """Ids of users and groups, "channel", "here", "everyone". `names` is whether plain @channel counts too."""
    found: list[str] = []
    for part in [text, *_mrkdwn(blocks)]:
        found += USER.findall(part) + CROWD.findall(part) + GROUP.findall(part)
        if names:
            found += NAMED.findall(part)
    found += _rich(blocks)
    return list(dict.fromkeys(found))


def _mrkdwn(part: Any) -> Iterator[str]:
    """Texts of type mrkdwn, and `markdown` blocks."""
    if isinstance(part, list):
        for one in part:
            yield from _mrkdwn(one)
    elif isinstance(part, dict):
        if part.get("type") in {"mrkdwn", "markdown"} and isinstance(part.get("text"), str):
            yield part["text"]
        for one in part.values():
            yield from _mrkdwn(one)


def _rich(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _rich(one)
    elif isinstance(part, dict):
        match part.get("type"):
            case "user" if "user_id" in part:
                yield str(part["user_id"])
            case "usergroup" if "usergroup_id" in part:
                yield str(part["usergroup_id"])
            case "broadcast" if "range" in part:
                yield str(part["range"])
            case _:
                for one in part.values():
                    yield from _rich(one)
