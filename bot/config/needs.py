"""What no single value of the file shows: a platform without what it needs, and a page that anybody could open."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from bot.config import secret
from bot.config.shape import host_name
from bot.config.timewords import Unclear
from bot.errors import Problem
from bot.model import PlatformName
from bot.shapes import describe
from bot.yamldoc import Data, Document

Has = Callable[[str], bool]  # whether a secret of this name is set, right or wrong

OF_SOCKET_MODE: Final = (secret.SLACK_BOT_TOKEN, secret.SLACK_APP_TOKEN)
OF_HTTP_MODE: Final = (
    secret.SLACK_SIGNING_SECRET,
    secret.SLACK_CLIENT_ID,
    secret.SLACK_CLIENT_SECRET,
    secret.SLACK_KEY,
)


def tokens(document: Document, data: Data, has: Has) -> Iterator[Problem]:
    """Each platform that is on, and lacks a token; or no channel at all, and no platform to set one up on."""
    if not isinstance(data, dict):
        return
    on_slack = http_mode(data) or any(map(has, (*OF_SOCKET_MODE, *OF_HTTP_MODE)))
    if data.get("channels") in (None, []) and not has(secret.DISCORD_TOKEN) and not on_slack:
        what = f"no channel is listed, and neither {secret.DISCORD_TOKEN} nor {secret.SLACK_BOT_TOKEN} is set"
        remedy = "list one below channels:, or set a token and set channels up there with /seedbed setup"
        yield document.problem(("channels",), what, remedy)
    if not has(secret.DISCORD_TOKEN) and (index := _first_on(PlatformName.DISCORD, data)) is not None:
        what = f"this channel is on Discord, and no {secret.DISCORD_TOKEN} is set"
        remedy = f"set it, or {secret.DISCORD_TOKEN}_FILE, to your bot's token; docs/discord.md shows where it is"
        yield document.problem(("channels", index, "platform"), what, remedy)
    yield from _slack(document, data, has)


def exposed(document: Document, data: Data, host: str | None) -> Iterator[Problem]:
    """A page that others can reach needs a token; called where there is none."""
    if not isinstance(data, dict) or _first_on(PlatformName.WEB, data) is None:
        return  # without a channel there is no page
    web = data.get("web")
    written = web.get("host") if isinstance(web, dict) else None
    used = host or written
    if not isinstance(used, str) or not _reachable(used):
        return
    what = f"{describe(used)} can be reached from other machines, and no {secret.WEB_TOKEN} is set"
    remedy = f"set it to at least {secret.SHORTEST} characters, or listen on 127.0.0.1"
    yield Problem(Path("--host"), 0, 0, what, remedy) if host else document.problem(("web", "host"), what, remedy)


def http_mode_problems(document: Document, data: dict[str, Data]) -> Iterator[Problem]:
    """HTTP mode without what it takes, or what it takes without the mode."""
    slack = data.get("slack")
    if not isinstance(slack, dict):
        return
    http = http_mode(data)
    if http and slack.get("public_url") in (None, ""):
        what = "in HTTP mode Slack sends to this bot, and nothing says where that is"
        yield document.problem(("slack", "mode"), what, "add public_url: with the address that the world knows")
    for key in ("public_url", "host", "port"):
        if key in slack and not http and slack.get("mode") in (None, "socket"):
            yield document.problem(("slack", key), f'"{key}" is for HTTP mode', "add mode: http, or take this line out")
    listed = data.get("channels")
    for index, entry in enumerate(listed if http and isinstance(listed, list) else []):
        address = entry.get("address") if isinstance(entry, dict) and entry.get("platform") == "slack" else None
        if isinstance(address, str) and "/" not in address:
            what = "in HTTP mode there may be many workspaces, and this address does not say which"
            remedy = f'write the workspace\'s id before it, such as "T0123ABCD/{address}"'
            yield document.problem(("channels", index, "address"), what, remedy)


def http_mode(data: Data) -> bool:
    """Whether the file asks for Slack's HTTP mode."""
    slack = data.get("slack") if isinstance(data, dict) else None
    return isinstance(slack, dict) and slack.get("mode") == "http"


def _slack(document: Document, data: dict[str, Data], has: Has) -> Iterator[Problem]:
    """Either mode has secrets of its own, and all of them are needed."""
    http = http_mode(data)
    needed, others = (OF_HTTP_MODE, OF_SOCKET_MODE) if http else (OF_SOCKET_MODE, OF_HTTP_MODE)
    index = _first_on(PlatformName.SLACK, data)
    missing = [name for name in needed if not has(name)]
    foreign = [name for name in others if has(name)]
    if not http and len(missing) == len(needed) and foreign:
        what = f"it is for Slack's HTTP mode, and {document.path} does not ask for that"
        yield Problem(Path(foreign[0]), 0, 0, what, "write mode: http and public_url: below slack:")
    elif index is not None and len(missing) == len(needed):
        what = f"this channel is on Slack, and no {missing[0]} is set"
        remedy = f"set {', '.join(needed[:-1])} and {needed[-1]}; docs/slack.md shows where they are"
        yield document.problem(("channels", index, "platform"), what, remedy)
    elif http or len(missing) < len(needed):
        mode = "HTTP mode" if http else "Socket Mode"
        for name in missing:
            what = f"it is not set, and Slack's {mode} needs it"
            yield Problem(Path(name), 0, 0, what, "docs/slack.md shows where it is")
    if http:
        what = "HTTP mode has a token of its own for each workspace that installs the app"
        for name in foreign:
            yield Problem(Path(name), 0, 0, what, "leave this one unset, or take mode: http out of the file")


def _first_on(platform: PlatformName, data: dict[str, Data]) -> int | None:
    """Where the first channel of a platform stands. What is no list is told of elsewhere."""
    listed = data.get("channels")
    entries = listed if isinstance(listed, list) else []
    found = (at for at, one in enumerate(entries) if isinstance(one, dict) and one.get("platform") == platform)
    return next(found, None)


def _reachable(host: str) -> bool:
    """From other machines. A host that is none is told of elsewhere."""
    try:
        host = host_name(host)
        address = ip_address(host)
    except Unclear:
        return False
    except ValueError:
        return host != "localhost"
    return not (getattr(address, "ipv4_mapped", None) or address).is_loopback
