"""Slack's own words in the configuration: ids, emoji, the bot's tokens and what an installation needs.

What is written otherwise raises Unclear, which knows what was probably meant, and never repeats a secret.
"""

import re
from typing import Final

from bot.config import endpoints, secret
from bot.config.emoji import is_unicode
from bot.config.timewords import Unclear
from bot.shapes import describe

ADDRESS_PATTERN: Final = "^([TE][A-Z0-9]{7,}/)?[CG][A-Z0-9]{7,}$"
APPS: Final = "https://api.slack.com/apps"
EXAMPLE_URL: Final = "https://seedbed.example.org"
SHORTEST_KEY: Final = 32

_NAMED_EMOJI: Final = re.compile(r":[^\s:A-Z]{1,100}:(?::skin-tone-[2-6]:)?")
_TOKEN: Final = re.compile(r"[A-Za-z0-9-]{6,}")
_SECRET: Final = re.compile(r"[\w-]{16,}", re.ASCII)  # today 32 digits and letters from a to f, which nobody promises
_CLIENT_ID: Final = re.compile(r"[0-9]+\.[0-9]+", re.ASCII)
_KINDS: Final = {
    "xoxb-": ("a bot's token", "SEEDBED_SLACK_BOT_TOKEN"),
    "xapp-": ("an app-level token", "SEEDBED_SLACK_APP_TOKEN"),
}


def address(text: str) -> str:
    """A channel's id, C and more; or T.../C..., the workspace's before it."""
    if re.fullmatch(ADDRESS_PATTERN, text):
        return text
    linked = re.fullmatch(r"(?:https://\S*/(?:archives|client/[TE]\w+)/|<#)([CG][A-Z0-9]{7,})\b.*", text, re.ASCII)
    how = "open the channel in Slack, press its name, and copy the Channel ID at the bottom of About"
    raise Unclear(f"{describe(text)} is no Slack channel's id", f'write "{linked[1]}"' if linked else how)


def emoji(text: str) -> str:
    """An emoji as one types it, or Slack's name of one between colons."""
    if is_unicode(text) or _NAMED_EMOJI.fullmatch(text):
        return text
    named = re.fullmatch(r":?([\w+-]{1,100}):?", text)
    meant = f":{named[1].casefold()}:" if named and not text.isdigit() else None
    remedy = f'write "{meant}"' if meant else "write one such as 🌱, or its name in Slack between colons"
    raise Unclear(f"{describe(text)} is no emoji in Slack", remedy)


def bot_token(text: str) -> None:
    """Refuses what cannot be a bot's token."""
    _token(text, "xoxb-", "copy the Bot User OAuth Token from the page OAuth & Permissions of your app")


def app_token(text: str) -> None:
    """Refuses what cannot be an app-level token."""
    _token(text, "xapp-", "generate one with connections:write on the page Basic Information of your app")


def signing_secret(text: str) -> None:
    """Refuses what cannot be a signing secret."""
    _unquoted(text)
    if not _SECRET.fullmatch(text) or text.startswith(tuple(_KINDS)):
        remedy = "copy the Signing Secret from the page Basic Information of your app"
        raise Unclear("this is no signing secret, which is one word of 32 letters and digits", remedy)


def client_id(text: str) -> None:
    """Refuses what cannot be an app's client id."""
    _unquoted(text)
    if not _CLIENT_ID.fullmatch(text):
        remedy = "copy the Client ID from the page Basic Information of your app"
        raise Unclear("this is no client id, which is two numbers with a dot between them", remedy)


def client_secret(text: str) -> None:
    """Refuses what cannot be an app's client secret."""
    _unquoted(text)
    if not _SECRET.fullmatch(text) or text.startswith(tuple(_KINDS)):
        remedy = "copy the Client Secret from the page Basic Information of your app"
        raise Unclear("this is no client secret, which is one word of 32 letters and digits", remedy)


def key(text: str) -> None:
    """Refuses a key that could be guessed: it is all that keeps the stored tokens closed."""
    secret.password(text)
    if len(text) < SHORTEST_KEY:
        raise Unclear(f"{len(text)} characters are too few for a key", "make one with: openssl rand -base64 32")


def api_base(text: str) -> str:
    """Where requests go instead of to https://slack.com/api: a URL without a slash at the end."""
    return endpoints.token_goes_to(text, "https", "http", "http://127.0.0.1:3000/api")


def public_url(text: str) -> str:
    """How Slack and people's browsers reach the bot in HTTP mode, without a slash at the end."""
    return endpoints.public(text, EXAMPLE_URL)


def _token(text: str, prefix: str, remedy: str) -> None:
    if text.casefold().startswith("bearer "):
        raise Unclear('it begins with "Bearer "', "leave that word out, Seedbed adds it")
    _unquoted(text)
    wanted, _ = _KINDS[prefix]
    for other, (kind, variable) in _KINDS.items():
        if other != prefix and text.startswith(other):
            raise Unclear(
                f"this is {kind}, and {wanted} is needed here", f"set {variable} to it; for this one, {remedy}"
            )
    if text.startswith("xoxe"):
        what = "this token is one that expires, since token rotation is turned on for your app"
        raise Unclear(what, f"make the app anew from slack-manifest.yaml, without rotation, and {remedy}")
    if not text.startswith(prefix) or not _TOKEN.fullmatch(text.removeprefix(prefix)):
        raise Unclear(f"this is not {wanted}, which begins with {prefix}", remedy)


def _unquoted(text: str) -> None:
    if text[:1] in {"'", '"'}:
        raise Unclear("there are quotation marks round it", "take them out")
    if any(letter.isspace() for letter in text) or not text.isprintable():
        raise Unclear("there is a space or a line break in it", "copy it once more, as one word")
