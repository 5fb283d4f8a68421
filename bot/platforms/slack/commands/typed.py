"""What people type, cut to what is taken, and how it is repeated to them."""

import re
from html import unescape

from bot.platforms import plain
from bot.platforms.cutting import shorten
from bot.platforms.slack.mrkdwn import escape

_NAME = re.compile(r"[a-z0-9_+'-]+")
_WRAPPED = re.compile(r"<(?P<sign>[#@!]?)(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


def one_line(text: str | None, limit: int) -> str:
    """On one line and at most `limit` characters long; empty where nothing is left that can be seen."""
    return plain.line(text or "")[:limit].rstrip()


def block(text: str | None, limit: int) -> str:
    """The same with its lines."""
    return plain.clean(text or "")[:limit].rstrip()


def quoted(text: str, limit: int = 100) -> str:
    """To be shown within a sentence: on one line, shortened, and nothing in it is formatted, linked or mentioned."""
    return escape(shorten(plain.line(text), lambda part: len(part) <= limit, limit))


def emoji(key: str) -> str:
    """A reaction's emoji as messages show it: Slack's are kept by their names."""
    return f":{key}:" if _NAME.fullmatch(key) else key


def unwrapped(text: str) -> str:
    """A message's text as people read it: links by their label or address, channels by their name, letters plain."""
    return unescape(_WRAPPED.sub(_read, text))


def _read(found: re.Match[str]) -> str:
    """<https://example.org|label> -> label; <#C1|books> -> #books; <@U1|ada> -> @ada."""
    sign, label = found["sign"] or "", found["label"]
    if label:
        return f"{sign if sign in {'#', '@'} else ''}{label}"
    return "" if sign else found["target"]
