"""What people type, cut to what is taken, and how it is repeated to them."""

from bot.platforms import plain
from bot.platforms.cutting import shorten
from bot.platforms.discord import markup


def one_line(text: str | None, limit: int) -> str:
    """On one line and at most `limit` characters long; empty where nothing is left that can be seen."""
    return plain.line(text or "")[:limit].rstrip()


def block(text: str | None, limit: int) -> str:
    """The same with its lines."""
    return plain.clean(text or "")[:limit].rstrip()


def quoted(text: str, limit: int = 100) -> str:
    """To be shown within a sentence: on one line, shortened, and nothing in it is formatted, linked or mentioned."""
    return plain.isolate(markup.escape(shorten(plain.line(text), lambda part: len(part) <= limit, limit)))


def emoji(key: str) -> str:
    """A reaction's emoji as messages show it. A server's own is kept by its number alone; any name will do."""
    return f"<:_:{key}>" if key.isdecimal() else key
