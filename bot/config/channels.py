"""The channels of the file: what each means, and the mistakes in them that no single value shows."""

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Final

from bot.config import discord, slack
from bot.config.shape import ChannelShape
from bot.config.timewords import Unclear
from bot.errors import Problem
from bot.model import Channel, ChannelName, Extras, Look, PlatformName
from bot.shapes import Loc, describe
from bot.yamldoc import Data, Document

# What follows a post, and how it looks, where that is not for every platform.
KEYS_OF: Final[Mapping[str, tuple[PlatformName, ...]]] = {
    **dict.fromkeys(("style", "role", "tag", "archive_after", "crosspost"), (PlatformName.DISCORD,)),
    **dict.fromkeys(("thread", "reactions", "pin"), (PlatformName.DISCORD, PlatformName.SLACK)),
}


def channel(entry: ChannelShape) -> Channel:
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
        look=Look(entry.style, entry.role, entry.tag),
        extras=Extras(entry.thread, entry.archive_after, entry.reactions, entry.pin, entry.crosspost),
    )


def problems(document: Document, channels: list[Data]) -> Iterator[Problem]:
    names: dict[str, int] = {}
    places: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(channels):
        if not isinstance(entry, dict):
            continue
        loc = ("channels", index)
        name, platform, address = entry.get("name"), entry.get("platform"), entry.get("address")
        if isinstance(name, str):
            yield from _taken(document, (*loc, "name"), f'the name "{name}" is taken by', names.setdefault(name, index))
        if isinstance(platform, str) and isinstance(address, str | int):
            # The id of a channel on Slack is its own, with its workspace's before it or without.
            first = places.setdefault((platform, str(address).rpartition("/")[2]), index)
            yield from _taken(document, (*loc, "address"), "this is the address of", first)
        yield from _of_platform(document, loc, entry)
        for key in ("at", "days", "reactions"):
            yield from _repeated(document, (*loc, key), entry.get(key))
        topics = entry.get("topics")
        if isinstance(topics, dict):
            yield from _contradictions(document, (*loc, "topics"), topics)


def _taken(document: Document, loc: tuple[str, int, str], what: str, first: int) -> Iterator[Problem]:
    """A name or an address that an earlier channel has; the first one keeps it."""
    collection, index, key = loc
    if first != index:
        line, _ = document.place((collection, first, key))
        yield document.problem(loc, f"{what} the channel in line {line}", "give each channel its own")


def _of_platform(document: Document, loc: Loc, entry: Mapping[str, Data]) -> Iterator[Problem]:
    """What has to be there, or must not, because of where the channel is."""
    platform = entry.get("platform")
    if platform not in set(PlatformName):
        return
    for key, platforms in KEYS_OF.items():
        if key in entry and platform not in platforms:
            names = " or ".join(one.capitalize() for one in platforms)
            what = f'"{key}" is for channels on {names}, and this one is a {platform} channel'
            yield document.problem((*loc, key), what, "take this line out")
    if platform != PlatformName.WEB:
        yield from _of_chat(document, loc, entry, discord if platform == PlatformName.DISCORD else slack)
    elif "address" in entry:
        what = "a web channel has no address: it is found by its name"
        yield document.problem((*loc, "address"), what, "take this line out")


def _of_chat(document: Document, loc: Loc, entry: Mapping[str, Data], words: ModuleType) -> Iterator[Problem]:
    """A channel among others on a platform, which has `words` of its own for an address and an emoji."""
    address, reactions = entry.get("address"), entry.get("reactions")
    if address in (None, ""):
        what = f"a {entry['platform']} channel needs an address"
        yield document.problem(loc, what, "add address: with the channel's id")
    elif isinstance(address, str | int):
        yield from _unclear(document, (*loc, "address"), words.address, str(address))
    for index, one in enumerate(reactions if isinstance(reactions, list) else []):
        if isinstance(one, str | int):
            yield from _unclear(document, (*loc, "reactions", index), words.emoji, str(one))
    if "tag" in entry and entry.get("crosspost") is True:
        what = "a tag is for forums, and Discord publishes posts of announcement channels only"
        yield document.problem((*loc, "crosspost"), what, "keep one of the two")


def _unclear(document: Document, loc: Loc, check: Callable[[str], object], text: str) -> Iterator[Problem]:
    try:
        check(text)
    except Unclear as unclear:
        yield document.problem(loc, unclear.what, unclear.remedy)


def _repeated(document: Document, loc: Loc, items: Data) -> Iterator[Problem]:
    seen: list[Data] = []
    for index, item in enumerate(items if isinstance(items, list) else []):
        if item in seen:
            yield document.problem((*loc, index), f"{describe(item)} is there twice", "take one of them out")
        seen.append(item)


def _contradictions(document: Document, loc: Loc, topics: Mapping[str, Data]) -> Iterator[Problem]:
    include, exclude = topics.get("include"), topics.get("exclude")
    if not isinstance(include, list) or not isinstance(exclude, list):
        return
    wanted = {item.strip().casefold() for item in include if isinstance(item, str)}
    for index, item in enumerate(exclude):
        if isinstance(item, str) and item.strip().casefold() in wanted:
            what = f"{describe(item)} is both included and excluded"
            yield document.problem((*loc, "exclude", index), what, "take it out of one of the two")
