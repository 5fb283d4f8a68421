"""Addresses of other machines in the configuration: where a token is sent to, and where others reach the bot."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bot.config.timewords import Unclear

_PRIVATE_NAME: Final = re.compile(r"[\w-]+|.*\.(?:localhost|local|internal)", re.ASCII)


def token_goes_to(text: str, secure: str, plain: str, example: str) -> str:
    """A URL without a slash at its end; encrypted, unless the host is this machine or one of its own network."""
    parts = _parts(text, secure, plain, example)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Unclear("this address holds more than a host, a port and a path", f"write one such as {example}")
    if parts.scheme != secure and not _is_private(parts.hostname or ""):
        what = f"the bot's token would travel to {parts.hostname} for everybody to read"
        raise Unclear(what, f"write {secure}:// (only a host of this machine or its own network needs none)")
    return text.strip().rstrip("/")


def public(text: str, example: str) -> str:
    """How the world reaches the bot: scheme, host and port, without a slash at the end."""
    parts = _parts(text, "https", "http", example)
    if parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"):
        raise Unclear("this address holds more than a host and a port", f"write one such as {example}")
    if parts.scheme != "https" and not _is_private(parts.hostname or ""):
        raise Unclear("Slack sends to encrypted addresses only", f"write https://{parts.netloc}")
    return text.strip().rstrip("/")


def _parts(text: str, secure: str, plain: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Unclear(f"this is no {secure} address", f"write one such as {example}") from None
    if not host or parts.scheme not in {secure, plain} or not text.isprintable() or " " in text.strip():
        raise Unclear(f"this is no {secure} address", f"write one such as {example}")
    return parts


def _is_private(host: str) -> bool:
    """This machine, or its own network: a name without a dot is known nowhere else."""
    try:
        address = ip_address(host)
    except ValueError:
        return _PRIVATE_NAME.fullmatch(host) is not None
    return address.is_loopback or address.is_private
