"""Discord's own words in the configuration: ids, emoji, how long a thread lasts, a bot's token, a proxy's addresses.

What is written otherwise raises Unclear, which knows what was probably meant.
"""

import re
import unicodedata
from datetime import timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from bot.config import timewords
from bot.config.timewords import Unclear
from bot.shapes import describe

ARCHIVE_AFTER: Final = {text: timewords.span(text) for text in ("1h", "1d", "3d", "7d")}  # that Discord knows
MOST_REACTIONS: Final = 20  # different emoji on one message
ID_PATTERN: Final = "^[0-9]{17,20}$"
SHORTEST_TOKEN: Final = 16

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_CUSTOM_EMOJI = re.compile(r"\w{2,32}:[0-9]{17,20}", re.ASCII)
_LONGEST_EMOJI = 16  # code points; a family of four with skin tones has eleven
_JOINERS = re.compile("[\u200d\U000e0020-\U000e007f]")  # of several pictures, and in the flags of countries' parts
_LETTERS = {"Lu", "Ll", "Lt", "Lm", "Lo"}
_PRIVATE_NAME = re.compile(r"[\w-]+|.*\.(?:localhost|local|internal)", re.ASCII)


def channel_id(text: str) -> str:
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
    if _CUSTOM_EMOJI.fullmatch(text) or _is_unicode_emoji(text):
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
    return _address(text, "https", "http", "http://127.0.0.1:3000/api/v10")


def gateway_url(text: str) -> str:
    """Where the connection for events goes instead."""
    return _address(text, "wss", "ws", "ws://127.0.0.1:3000")


def _address(text: str, secure: str, plain: str, example: str) -> str:
    """The token goes there, so it is encrypted unless the host is this machine or one of its own network."""
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {secure, plain} or not text.isprintable() or " " in text.strip():
        raise Unclear(f"this is no {secure} address", f"write one such as {example}")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Unclear("this address holds more than a host, a port and a path", f"write one such as {example}")
    if parts.scheme != secure and not _is_private(host):
        what = f"the bot's token would travel to {host} for everybody to read"
        raise Unclear(what, f"write {secure}:// (only a host of this machine or its own network needs none)")
    return text.strip().rstrip("/")


def _is_private(host: str) -> bool:
    """This machine, or its own network: a name without a dot is known nowhere else."""
    try:
        address = ip_address(host)
    except ValueError:
        return _PRIVATE_NAME.fullmatch(host) is not None
    return address.is_loopback or address.is_private


def _is_unicode_emoji(text: str) -> bool:
    if len(text) > _LONGEST_EMOJI or not _JOINERS.sub("", text).isprintable():
        return False
    keycap = re.fullmatch("[0-9#*]\ufe0f?\u20e3", text) is not None
    letters = any(unicodedata.category(one) in _LETTERS and one != "ℹ" for one in text)  # noqa: RUF001  the emoji
    symbol = any(one in "©®" or ord(one) >= ord("\u203c") for one in text)
    return keycap or (symbol and not letters and not any(one.isspace() or one.isascii() for one in text))
