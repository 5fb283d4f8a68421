"""The configuration file and the environment -> Settings, or every mistake in them at once."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal

import pydantic

from bot.config import channels, discord, secret
from bot.config.secret import Secret
from bot.config.shape import PLATFORMS, FileShape, host_name
from bot.config.timewords import Unclear
from bot.errors import ContentError, Problem, UsageError
from bot.model import Channel, PlatformName
from bot.shapes import describe, problems_of, validate
from bot.yamldoc import Data, Document
from bot.yamldoc import load as load_yaml

DEFAULT_PATH: Final = Path("config/seedbed.yaml")
API_BASE: Final = "SEEDBED_DISCORD_API_BASE"
GATEWAY_URL: Final = "SEEDBED_DISCORD_GATEWAY_URL"


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the page listens. Port 0 takes a free one; `hosts` are further names it answers to, in lower case."""

    host: str = "127.0.0.1"
    port: int = 8080
    hosts: tuple[str, ...] = ()
    token: Secret | None = None


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """How Discord is reached. The two addresses are those of a proxy in front of it, None for Discord's own."""

    token: Secret | None = None
    api_base: str | None = None  # such as http://127.0.0.1:3000/api/v10, without a slash at the end
    gateway_url: str | None = None  # such as ws://127.0.0.1:3000


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How Slack is reached. With `mode` "socket" the bot asks for a connection, and the two tokens are set; with "http"
    Slack sends to `host`:`port`, which the world knows as `public_url`, and the five below it are set instead.
    """

    bot_token: Secret | None = None
    app_token: Secret | None = None
    api_base: str | None = None  # a proxy such as http://127.0.0.1:3000/api, without a slash at the end
    mode: Literal["socket", "http"] = "socket"
    host: str = "127.0.0.1"
    port: int = 3000  # 0 takes a free one
    public_url: str | None = None  # such as https://seedbed.example.org, without a slash at the end
    signing_secret: Secret | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    key: Secret | None = None  # what the tokens of workspaces are encrypted with


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the program is told from outside. All paths are absolute; `root` is what they were relative to."""

    path: Path
    root: Path
    library: Path
    database: Path
    web: WebSettings
    channels: tuple[Channel, ...]
    discord: DiscordSettings = DiscordSettings()
    slack: SlackSettings = SlackSettings()

    @property
    def planted(self) -> Path:
        """A second folder of seeds: what members brought and organisers approved. It need not be there."""
        return self.database.parent / "planted"

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that no line of a log may show."""
        return tuple(one for one in (self.web.token, self.discord.token) if one)

    @property
    def platforms(self) -> frozenset[PlatformName]:
        """Those that are on: a channel uses it, or its token is set."""
        tokens = {PlatformName.WEB: self.web.token, PlatformName.DISCORD: self.discord.token}
        return frozenset({one.platform for one in self.channels} | {name for name, token in tokens.items() if token})


def find(environ: Mapping[str, str], given: Path | None = None) -> Path:
    """Which file to read: the one given on the command line, else SEEDBED_CONFIG, else config/seedbed.yaml."""
    return given or Path(environ.get("SEEDBED_CONFIG") or DEFAULT_PATH)


def load(
    path: Path,
    environ: Mapping[str, str],
    *,
    host: str | None = None,
    port: int | None = None,
    platforms: Collection[PlatformName] = PLATFORMS,
    tokens_needed: bool = True,
) -> Settings:
    """The whole configuration. ContentError with every problem; UsageError if `host` or `port` (which win) are off.

    `platforms` are those that an adapter exists for. Without `tokens_needed` a platform's channels may be there before
    its token, for whoever is about to get one.
    """
    host = _checked_override(host, port)
    document = load_yaml(path)
    data, problems = secret.without_secrets(document)
    environment = _Environment(environ, problems)
    web_token = environment.secret(secret.WEB_TOKEN, secret.password)
    discord_token = environment.secret(secret.DISCORD_TOKEN, discord.token)
    api_base = environment.address(API_BASE, discord.api_base)
    gateway_url = environment.address(GATEWAY_URL, discord.gateway_url)
    if not environment.has(secret.WEB_TOKEN):
        problems += _exposed(document, data, host)
    if tokens_needed and not environment.has(secret.DISCORD_TOKEN):
        problems += _speechless(document, data)
    file = _read(document, data, platforms, problems)
    if problems or file is None:
        # By place; what has none (the environment) comes last.
        raise ContentError(sorted(problems, key=lambda one: (one.line == 0, one.line, one.column)))
    # Not resolve(): a mounted configuration is often a link into a folder of another name.
    full = Path(os.path.abspath(path))  # noqa: PTH100
    root = full.parent.parent if full.parent.name == "config" else full.parent
    return Settings(
        path=full,
        root=root,
        library=root / file.library,
        database=root / file.database,
        web=WebSettings(host or file.web.host, file.web.port if port is None else port, file.web.hosts, web_token),
        channels=tuple(channels.channel(one) for one in file.channels or ()),
        discord=DiscordSettings(
            discord_token, api_base or file.discord.api_base, gateway_url or file.discord.gateway_url
        ),
    )


class _Environment:
    """What variables say; what is off about them joins `problems`."""

    def __init__(self, environ: Mapping[str, str], problems: list[Problem]) -> None:
        self._environ = environ
        self._problems = problems

    def has(self, variable: str) -> bool:
        """Whether somebody meant to give this secret, right or wrong."""
        return bool(self._environ.get(variable) or self._environ.get(f"{variable}_FILE"))

    def secret(self, variable: str, check: Callable[[str], None]) -> Secret | None:
        found = secret.from_environment(self._environ, variable, check)
        if isinstance(found, Problem):
            self._problems.append(found)
            return None
        return found

    def address(self, variable: str, parse: Callable[[str], str]) -> str | None:
        """Empty counts as not set."""
        text = self._environ.get(variable)
        try:
            return parse(text) if text else None
        except Unclear as unclear:
            self._problems.append(Problem(Path(variable), 0, 0, unclear.what, unclear.remedy))
            return None


def _read(
    document: Document, data: Data, platforms: Collection[PlatformName], problems: list[Problem]
) -> FileShape | None:
    """The file in its shape, or None where a value is off; what no single value shows is looked at either way."""
    if not isinstance(data, dict):
        what = f"the file should be a map of keys and values, but is {describe(data)}"
        problems.append(document.problem((), what, "begin with channels: and list at least one below it"))
        return None
    known = {key: value for key, value in data.items() if key not in set(PlatformName) - set(platforms)}
    for key in data.keys() - known.keys():
        what = channels.not_yet(key)
        problems.append(document.problem((key,), what, "take this section out"))
    listed = data.get("channels")
    if isinstance(listed, list):
        problems += channels.problems(document, listed, platforms)
    try:
        return validate(FileShape, known)
    except pydantic.ValidationError as error:
        problems += problems_of(error, FileShape, document)
        return None


def _speechless(document: Document, data: Data) -> Iterator[Problem]:
    """Where there is no Discord token: a channel that needs one, or no channel at all."""
    listed = data.get("channels") if isinstance(data, dict) else ()
    if isinstance(data, dict) and listed in (None, []):
        what = f"no channel is listed, and no {secret.DISCORD_TOKEN} is set"
        remedy = "list one below channels:, or set the token and set channels up on Discord with /seedbed setup"
        yield document.problem(("channels",), what, remedy)
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(entry, dict) and entry.get("platform") == PlatformName.DISCORD:
            what = f"this channel is on Discord, and no {secret.DISCORD_TOKEN} is set"
            remedy = f"set it, or {secret.DISCORD_TOKEN}_FILE, to your bot's token; docs/discord.md shows where it is"
            yield document.problem(("channels", index, "platform"), what, remedy)
            return  # said once


def _exposed(document: Document, data: Data, host: str | None) -> Iterator[Problem]:
    """A page that others can reach needs a token; called where there is none."""
    if not isinstance(data, dict) or not _has_web_channel(data.get("channels")):
        return
    web = data.get("web")
    written = web.get("host") if isinstance(web, dict) else None
    used = host or written
    if not isinstance(used, str) or not _reachable(used):
        return
    what = f"{describe(used)} can be reached from other machines, and no {secret.WEB_TOKEN} is set"
    remedy = f"set it to at least {secret.SHORTEST} characters, or listen on 127.0.0.1"
    yield Problem(Path("--host"), 0, 0, what, remedy) if host else document.problem(("web", "host"), what, remedy)


def _has_web_channel(listed: Data) -> bool:
    """Without one there is no page. What is no list is told of elsewhere."""
    entries = listed if isinstance(listed, list) else []
    return any(isinstance(one, dict) and one.get("platform") == PlatformName.WEB for one in entries)


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


def _checked_override(host: str | None, port: int | None) -> str | None:
    if port is not None and not 0 <= port <= 65535:  # noqa: PLR2004  the range of ports
        raise UsageError(f"--port {port}: give a number from 0 to 65535; 0 takes a free one")
    if host is None:
        return None
    try:
        return host_name(host)
    except Unclear as unclear:
        raise UsageError(f"--host: {unclear}") from None
