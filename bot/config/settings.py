"""The configuration file and the environment -> Settings, or every mistake in them at once."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal

import pydantic

from bot.config import channels, discord, needs, secret, slack
from bot.config.secret import Secret
from bot.config.shape import FileShape, SlackShape, host_name
from bot.config.timewords import Unclear
from bot.errors import ContentError, Problem, UsageError
from bot.model import Channel, PlatformName
from bot.shapes import describe, problems_of, validate
from bot.yamldoc import Data, Document
from bot.yamldoc import load as load_yaml

DEFAULT_PATH: Final = Path("config/seedbed.yaml")
API_BASE: Final = "SEEDBED_DISCORD_API_BASE"
GATEWAY_URL: Final = "SEEDBED_DISCORD_GATEWAY_URL"
SLACK_API_BASE: Final = "SEEDBED_SLACK_API_BASE"


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
        of_slack = (getattr(self.slack, one.name) for one in fields(self.slack))
        return tuple(one for one in (self.web.token, self.discord.token, *of_slack) if isinstance(one, Secret))

    @property
    def platforms(self) -> frozenset[PlatformName]:
        """Those that are on: a channel uses it, or its token is set."""
        on = {
            PlatformName.WEB: self.web.token,
            PlatformName.DISCORD: self.discord.token,
            PlatformName.SLACK: self.slack.bot_token or self.slack.mode == "http",
        }
        return frozenset({one.platform for one in self.channels} | {name for name, given in on.items() if given})


def find(environ: Mapping[str, str], given: Path | None = None) -> Path:
    """Which file to read: the one given on the command line, else SEEDBED_CONFIG, else config/seedbed.yaml."""
    return given or Path(environ.get("SEEDBED_CONFIG") or DEFAULT_PATH)


def load(
    path: Path,
    environ: Mapping[str, str],
    *,
    host: str | None = None,
    port: int | None = None,
    tokens_needed: bool = True,
) -> Settings:
    """The whole configuration. ContentError with every problem; UsageError if `host` or `port` (which win) are off.

    Without `tokens_needed` a platform's channels may be there before its token, for whoever is about to get one.
    """
    host = _checked_override(host, port)
    document = load_yaml(path)
    data, problems = secret.without_secrets(document)
    environment = _Environment(environ, problems)
    web_token = environment.secret(secret.WEB_TOKEN, secret.password)
    discord_token = environment.secret(secret.DISCORD_TOKEN, discord.token)
    api_base = environment.address(API_BASE, discord.api_base)
    gateway_url = environment.address(GATEWAY_URL, discord.gateway_url)
    of_slack = _slack_secrets(environment)
    slack_base = environment.address(SLACK_API_BASE, slack.api_base)
    if not environment.has(secret.WEB_TOKEN):
        problems += needs.exposed(document, data, host)
    if tokens_needed:
        problems += needs.tokens(document, data, environment.has)
    file = _read(document, data, problems)
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
        slack=replace(of_slack, **_of_file(file.slack, slack_base)),
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


def _slack_secrets(environment: _Environment) -> SlackSettings:
    client_id = environment.secret(secret.SLACK_CLIENT_ID, slack.client_id)
    return SlackSettings(
        bot_token=environment.secret(secret.SLACK_BOT_TOKEN, slack.bot_token),
        app_token=environment.secret(secret.SLACK_APP_TOKEN, slack.app_token),
        signing_secret=environment.secret(secret.SLACK_SIGNING_SECRET, slack.signing_secret),
        client_id=client_id.reveal() if client_id else None,
        client_secret=environment.secret(secret.SLACK_CLIENT_SECRET, slack.client_secret),
        key=environment.secret(secret.SLACK_KEY, slack.key),
    )


def _of_file(file: SlackShape, api_base: str | None) -> dict[str, Any]:
    return {**file.model_dump(), "api_base": api_base or file.api_base}


def _read(document: Document, data: Data, problems: list[Problem]) -> FileShape | None:
    """The file in its shape, or None where a value is off; what no single value shows is looked at either way."""
    if not isinstance(data, dict):
        what = f"the file should be a map of keys and values, but is {describe(data)}"
        problems.append(document.problem((), what, "begin with channels: and list at least one below it"))
        return None
    listed = data.get("channels")
    if isinstance(listed, list):
        problems += channels.problems(document, listed)
    problems += needs.http_mode_problems(document, data)
    try:
        return validate(FileShape, data)
    except pydantic.ValidationError as error:
        problems += problems_of(error, FileShape, document)
        return None


def _checked_override(host: str | None, port: int | None) -> str | None:
    if port is not None and not 0 <= port <= 65535:  # noqa: PLR2004  the range of ports
        raise UsageError(f"--port {port}: give a number from 0 to 65535; 0 takes a free one")
    if host is None:
        return None
    try:
        return host_name(host)
    except Unclear as unclear:
        raise UsageError(f"--host: {unclear}") from None
