"""The channels of the file: what each means, and the mistakes in them that no single value shows."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from bot.config import discord
from bot.config.shape import ChannelShape
from bot.config.timewords import Unclear
from bot.errors import Problem
from bot.model import Channel, ChannelName, Extras, Look, PlatformName
from bot.shapes import Loc, describe
from bot.yamldoc import Data, Document

# What follows a post on Discord, and how it looks there.
DISCORD_KEYS: Final = ("style", "role", "tag", "thread", "archive_after", "reactions", "pin", "crosspost")


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


def not_yet(platform: object) -> str:
    return f"the {platform} adapter is not part of this version yet"


def problems(document: Document, channels: list[Data], platforms: Collection[PlatformName]) -> Iterator[Problem]:
    """`platforms` are those that an adapter exists for."""
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
            first = places.setdefault((platform, str(address)), index)
            yield from _taken(document, (*loc, "address"), "this is the address of", first)
        yield from _of_platform(document, loc, entry, platforms)
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


def _of_platform(
    document: Document, loc: Loc, entry: Mapping[str, Data], platforms: Collection[PlatformName]
) -> Iterator[Problem]:
    """What has to be there, or must not, because of where the channel is."""
    platform, address = entry.get("platform"), entry.get("address")
    if platform not in set(PlatformName):
        return
    if platform not in platforms:
        yield document.problem((*loc, "platform"), not_yet(platform), f"use {' or '.join(sorted(platforms))}")
        return
    if platform == PlatformName.WEB and "address" in entry:
        what = "a web channel has no address: it is found by its name"
        yield document.problem((*loc, "address"), what, "take this line out")
    elif platform != PlatformName.WEB and address in (None, ""):
        yield document.problem(loc, f"a {platform} channel needs an address", "add address: with the channel's id")
    elif platform == PlatformName.DISCORD and isinstance(address, str | int):
        yield from _off_id(document, (*loc, "address"), str(address))
    if platform != PlatformName.DISCORD:
        for key in DISCORD_KEYS:
            if key in entry:
                what = f'"{key}" is for channels on Discord, and this one is a {platform} channel'
                yield document.problem((*loc, key), what, "take this line out")
    elif "tag" in entry and entry.get("crosspost") is True:
        what = "a tag is for forums, and Discord publishes posts of announcement channels only"
        yield document.problem((*loc, "crosspost"), what, "keep one of the two")


def _off_id(document: Document, loc: Loc, address: str) -> Iterator[Problem]:
    try:
        discord.channel_id(address)
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
