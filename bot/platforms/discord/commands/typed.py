"""What people type and what libraries hold, made harmless: no half characters, no controls, no markup of its own."""

import discord

from bot.library.characters import normalise


def one_line(text: str | None, limit: int) -> str:
    """On one line and at most `limit` characters long; empty where nothing is left that can be seen."""
    return " ".join(normalise(text or "")[0].split())[:limit].rstrip()


def block(text: str | None, limit: int) -> str:
    """The same with its lines."""
    return normalise(text or "")[0][:limit].rstrip()


def quoted(text: str, limit: int = 100) -> str:
    """To be shown within a sentence: one line, cut with an ellipsis, nothing in it formatted or linked."""
    line = one_line(text, limit + 1)
    shown = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    return discord.utils.escape_markdown(shown, ignore_links=False).replace("<", "\\<")


def emoji(key: str) -> str:
    """A reaction's emoji as messages show it. A server's own is kept by its number alone; any name will do."""
    return f"<:_:{key}>" if key.isdecimal() else key
