"""The configuration file and the environment -> Settings, or every mistake in them at once."""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import pydantic

from bot.config import secret
from bot.config.secret import Secret
from bot.config.shape import PLATFORMS, ChannelShape, FileShape, host_name
from bot.config.timewords import Unclear
from bot.errors import ContentError, Problem, UsageError
from bot.model import Channel, ChannelName, PlatformName
from bot.shapes import Loc, describe, problems_of, validate
from bot.yamldoc import Data, Document
from bot.yamldoc import load as load_yaml

DEFAULT_PATH: Final = Path("config/seedbed.yaml")


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
class Settings:
    """Everything the program is told from outside. All paths are absolute; `root` is what they were relative to."""

    path: Path
    root: Path
    library: Path
    database: Path
    web: WebSettings
    channels: tuple[Channel, ...]
    discord: DiscordSettings = DiscordSettings()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that no line of a log may show."""
        return (self.web.token,) if self.web.token else ()


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
) -> Settings:
    """The whole configuration. ContentError with every problem; UsageError if `host` or `port` (which win) are off.

    `platforms` are those that an adapter exists for.
    """
    host = _checked_override(host, port)
    document = load_yaml(path)
    data, problems = secret.without_secrets(document)
    found = secret.from_environment(environ, secret.WEB_TOKEN)
    token = found if isinstance(found, Secret) else None
    if isinstance(found, Problem):
        problems.append(found)
    elif token is None:
        problems += _exposed(document, data, host)
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
        web=WebSettings(host or file.web.host, file.web.port if port is None else port, file.web.hosts, token),
        channels=tuple(_channel(one) for one in file.channels),
    )


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
        problems.append(document.problem((key,), _not_yet(key), "take this section out"))  # noqa: PERF401  one or two
    channels = data.get("channels")
    if isinstance(channels, list):
        problems += _channel_problems(document, channels, platforms)
    try:
        return validate(FileShape, known)
    except pydantic.ValidationError as error:
        problems += problems_of(error, FileShape, document)
        return None


def _not_yet(platform: object) -> str:
    return f"the {platform} adapter is not part of this version yet"


def _channel(entry: ChannelShape) -> Channel:
    return Channel(
        name=ChannelName(entry.name),
        platform=entry.platform,
        address=entry.address or entry.name,
        times=tuple(sorted(entry.at)),
        zone=entry.timezone,
        days=frozenset(entry.days),
        except_dates=frozenset(entry.except_dates),
        catch_up=entry.catch_up,
        topics_include=frozenset(entry.topics.include),
        topics_exclude=frozenset(entry.topics.exclude),
        order=entry.order,
        when_exhausted=entry.when_exhausted,
        spacing=entry.spacing,
        first_post_now=entry.first_post == "now",
    )


def _channel_problems(
    document: Document, channels: list[Data], platforms: Collection[PlatformName]
) -> Iterator[Problem]:
    names: dict[str, int] = {}
    for index, entry in enumerate(channels):
        if not isinstance(entry, dict):
            continue
        loc = ("channels", index)
        name = entry.get("name")
        if isinstance(name, str) and name in names:
            first, _ = document.place(("channels", names[name], "name"))
            what = f'the name "{name}" is taken by the channel in line {first}'
            yield document.problem((*loc, "name"), what, "give each channel its own")
        elif isinstance(name, str):
            names[name] = index
        yield from _address_problems(document, loc, entry, platforms)
        yield from _repeated(document, (*loc, "at"), entry.get("at"))
        yield from _repeated(document, (*loc, "days"), entry.get("days"))
        topics = entry.get("topics")
        if isinstance(topics, dict):
            yield from _contradictions(document, (*loc, "topics"), topics)


def _address_problems(
    document: Document, loc: Loc, entry: dict[str, Data], platforms: Collection[PlatformName]
) -> Iterator[Problem]:
    platform, address = entry.get("platform"), entry.get("address")
    if platform == PlatformName.WEB and "address" in entry:
        what = "a web channel has no address: it is found by its name"
        yield document.problem((*loc, "address"), what, "take this line out")
    elif platform in set(PlatformName) - set(platforms):
        yield document.problem((*loc, "platform"), _not_yet(platform), f"use {' or '.join(sorted(platforms))}")
    elif platform in set(PlatformName) and platform != PlatformName.WEB and address in (None, ""):
        yield document.problem(loc, f"a {platform} channel needs an address", "add address: with the channel's id")


def _repeated(document: Document, loc: Loc, items: Data) -> Iterator[Problem]:
    seen: list[Data] = []
    for index, item in enumerate(items if isinstance(items, list) else []):
        if item in seen:
            yield document.problem((*loc, index), f"{describe(item)} is there twice", "take one of them out")
        seen.append(item)


def _contradictions(document: Document, loc: Loc, topics: dict[str, Data]) -> Iterator[Problem]:
    include, exclude = topics.get("include"), topics.get("exclude")
    if not isinstance(include, list) or not isinstance(exclude, list):
        return
    wanted = {item.strip().casefold() for item in include if isinstance(item, str)}
    for index, item in enumerate(exclude):
        if isinstance(item, str) and item.strip().casefold() in wanted:
            what = f"{describe(item)} is both included and excluded"
            yield document.problem((*loc, "exclude", index), what, "take it out of one of the two")


def _exposed(document: Document, data: Data, host: str | None) -> Iterator[Problem]:
    """A page that others can reach needs a token; called where there is none."""
    web = data.get("web") if isinstance(data, dict) else None
    written = web.get("host") if isinstance(web, dict) else None
    used = host or written
    if not isinstance(used, str) or not _reachable(used):
        return
    what = f"{describe(used)} can be reached from other machines, and no {secret.WEB_TOKEN} is set"
    remedy = f"set it to at least {secret.SHORTEST} characters, or listen on 127.0.0.1"
    yield Problem(Path("--host"), 0, 0, what, remedy) if host else document.problem(("web", "host"), what, remedy)


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
