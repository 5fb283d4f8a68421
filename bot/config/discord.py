"""Discord's own words in the configuration: ids, emoji, how long a thread lasts, a bot's token, a proxy's addresses.

What is written otherwise raises Unclear, which knows what was probably meant.
"""

import re
from datetime import timedelta
from typing import Final

from bot.config import endpoints, timewords
from bot.config.emoji import is_unicode
from bot.config.timewords import Unclear
from bot.shapes import describe

ARCHIVE_AFTER: Final = {text: timewords.span(text) for text in ("1h", "1d", "3d", "7d")}  # that Discord knows
ID_PATTERN: Final = "^[0-9]{17,20}$"
SHORTEST_TOKEN: Final = 16

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_CUSTOM_EMOJI = re.compile(r"\w{2,32}:[0-9]{17,20}", re.ASCII)


def address(text: str) -> str:
    """The id of a channel, 17 to 20 digits."""
    if re.fullmatch(ID_PATTERN, text):
        return text
    linked = re.fullmatch(r"(?:https://\S*/channels/\d+/|<#)(\d{17,20})\b\S*", text, re.ASCII)
    how = "turn on Developer Mode in Discord, right-click the channel, choose Copy Channel ID, and put it in quotes"
    raise Unclear(f"{describe(text)} is no Discord channel's id", f'write "{linked[1]}"' if linked else how)


def role_id(text: str) -> str:
    """The id of a role, 17 to 20 digits."""
    if re.fullmatch(ID_PATTERN, text):
        return text
    mentioned = re.fullmatch(r"<@&(\d{17,20})>", text, re.ASCII)
    how = "turn on Developer Mode in Discord, right-click the role, choose Copy Role ID, and put it in quotes"
    raise Unclear(f"{describe(text)} is no role's id", f'write "{mentioned[1]}"' if mentioned else how)


def emoji(text: str) -> str:
    """An emoji as one types it, or a server's own as name:id."""
    if _CUSTOM_EMOJI.fullmatch(text) or is_unicode(text):
        return text
    pasted = re.fullmatch(r"<?a?:?(\w{2,32}:\d{17,20})>?", text, re.ASCII)
    how = "write one such as 🌱, or a server's own as name:id (type \\ before it in Discord to see both)"
    raise Unclear(f"{describe(text)} is no emoji", f'write "{pasted[1]}"' if pasted else how)


def archive_after(text: str) -> timedelta:
    """How long a thread stays open without a word: one of four spans."""
    length = timewords.span(text)
    if length in ARCHIVE_AFTER.values():
        return length
    raise Unclear(f"Discord cannot put a thread away after {text}", f"write {', '.join(ARCHIVE_AFTER)}")


def token(text: str) -> None:
    """Refuses what cannot be a bot's token, without ever repeating it."""
    remedy = "copy it from the Bot page of your application, https://discord.com/developers/applications"
    if text.casefold().startswith("bot "):
        raise Unclear('it begins with "Bot "', "leave that word out, Seedbed adds it")
    if text[:1] in {"'", '"'}:
        raise Unclear("there are quotation marks round it", "take them out")
    if any(letter.isspace() for letter in text) or not text.isprintable():
        raise Unclear("there is a space or a line break in it", remedy)
    if len(text) < SHORTEST_TOKEN or not _TOKEN.fullmatch(text):
        raise Unclear("this is no bot's token, which has three parts with dots between them", remedy)


def api_base(text: str) -> str:
    """Where Discord's REST requests go instead: a URL without a slash at the end."""
    return endpoints.token_goes_to(text, "https", "http", "http://127.0.0.1:3000/api/v10")


def gateway_url(text: str) -> str:
    """Where the connection for events goes instead."""
    return endpoints.token_goes_to(text, "wss", "ws", "ws://127.0.0.1:3000")
