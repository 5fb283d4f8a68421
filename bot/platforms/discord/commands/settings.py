"""A channel's settings as organisers type them, and as they are told them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from typing import Final

import discord

from bot.config import discord as forms
from bot.config import emoji
from bot.config.timewords import Unclear
from bot.errors import UsageError
from bot.model import Channel, Extras, Look, Style
from bot.platforms import when
from bot.platforms.discord.commands import typed
from bot.platforms.discord.commands.voice import Voice
from bot.platforms.discord.rights import FORUMS
from bot.platforms.typed import pictures

OFF: Final = "off"
THREADS: Final = (OFF, *forms.ARCHIVE_AFTER)  # whether there is one, and after how long without a word it is put away
CLEARED: Final = ("topics", "role", "reactions", "tag")  # what can be taken off again
TOPIC = 40  # characters, as in the library

_OWN_EMOJI = re.compile(r"<?a?:?(\w{2,32}:\d{17,20})>?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was typed into the options; None for what was not."""

    at: str | None = None
    zone: str | None = None
    days: str | None = None
    topics: str | None = None
    thread: str | None = None
    style: str | None = None
    role: discord.Role | None = None
    reactions: str | None = None
    pin: bool | None = None
    crosspost: bool | None = None
    tag: str | None = None
    clear: str | None = None

    @property
    def none(self) -> bool:
        return self == Wishes()


@dataclass(frozen=True, slots=True)
class Tags:
    """A forum's tags by their ids; `required` where each of its posts must have one."""

    names: dict[str, str]
    required: bool

    def named(self, text: str) -> str | None:
        """The id of a tag given by either."""
        plain = text.strip().casefold()
        return next((number for number, name in self.names.items() if plain in {number, name.casefold()}), None)


def tags_of(place: discord.abc.GuildChannel | None) -> Tags | None:
    """None for what is no forum, and where nobody can look."""
    if not isinstance(place, discord.ForumChannel):
        return None
    return Tags({str(tag.id): tag.name for tag in place.available_tags}, place.flags.require_tag)


def granted(
    voice: Voice,
    zones: when.Zones,
    channel: Channel,
    wishes: Wishes,
    kind: discord.ChannelType,
    tags: Tags | None,
) -> Channel:
    """The channel with what was wished for, and the rest as it was. UsageError where that cannot be."""
    if wishes.crosspost and kind is not discord.ChannelType.news:
        raise UsageError(voice.say("crosspost_elsewhere"))
    include, exclude = _topics(wishes.topics) if wishes.topics else (channel.topics_include, channel.topics_exclude)
    if wishes.clear == "topics":
        include = exclude = frozenset()
    return replace(
        channel,
        times=_times(voice, wishes.at) if wishes.at else channel.times,
        zone=zone_of(voice, zones, wishes.zone) if wishes.zone else channel.zone,
        days=_days(voice, wishes.days) if wishes.days else channel.days,
        topics_include=include,
        topics_exclude=exclude,
        look=_look(voice, channel.look, wishes, kind, tags),
        extras=_extras(voice, channel.extras, wishes),
    )


def zone_of(voice: Voice, zones: when.Zones, text: str) -> str:
    """A zone that is surely meant; UsageError with those that may be."""
    found = zones.named(text)
    if found is None:
        near = ", ".join(zones.near(text, discord.utils.utcnow(), 3))
        key = "no_zone_near" if near else "no_zone"
        raise UsageError(voice.say(key, typed=typed.quoted(text), near=near))
    return found


def emoji_in(text: str) -> tuple[str, ...] | None:
    """Each emoji of a text once, in order: as it is, or NAME:ID for a server's own. None where something is none."""
    found: list[str] = []
    for word in re.split(r"[\s,;]+|(<a?:\w+:\d+>)", text):
        if not word:
            continue
        own = _OWN_EMOJI.fullmatch(word)
        found += [own[1]] if own else pictures(word)
    try:
        return tuple(dict.fromkeys(forms.emoji(one) for one in found)) or None
    except Unclear:
        return None


def summary(voice: Voice, channel: Channel, tags: Tags | None) -> list[str]:
    """A line for each thing that is not as in a channel of which nothing but the time was said."""
    look, extras = channel.look, channel.extras
    lines = [voice.say("is_planned", plan=voice.plan(channel))]
    if channel.topics_include:
        lines.append(voice.say("is_about", topics=_listed(channel.topics_include)))
    if channel.topics_exclude:
        lines.append(voice.say("is_not_about", topics=_listed(channel.topics_exclude)))
    if look.style is Style.EMBED:
        lines.append(voice.say("is_embed"))
    if look.role:
        lines.append(voice.say("is_pinging", role=f"<@&{look.role}>"))
    if look.tag:
        lines.append(voice.say("is_tagged", tag=typed.quoted(tags.names.get(look.tag, look.tag) if tags else look.tag)))
    if extras.thread:
        after = next((text for text, span in forms.ARCHIVE_AFTER.items() if span == extras.archive_after), "1d")
        lines.append(voice.say("is_threaded", after=voice.say(f"after_{after}")))
    if extras.reactions:
        lines.append(voice.say("is_reacted", reactions=" ".join(_shown(one) for one in extras.reactions)))
    if extras.pin:
        lines.append(voice.say("is_pinned"))
    if extras.crosspost:
        lines.append(voice.say("is_crossposted"))
    return lines


def _times(voice: Voice, text: str) -> tuple[time, ...]:
    found = when.times(text)
    if found is None:
        raise UsageError(voice.say("no_time", typed=typed.quoted(text)))
    return found


def _days(voice: Voice, text: str) -> frozenset[int]:
    found = when.weekdays(text)
    if found is None:
        raise UsageError(voice.say("no_days", typed=typed.quoted(text)))
    return found


def _topics(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Those to have, and those with a minus before them to leave out."""
    parts = [typed.one_line(part, TOPIC + 1) for part in text.split(",")]
    exclude = {part.lstrip("-").strip() for part in parts if part.startswith("-")}
    include = {part for part in parts if not part.startswith("-")}
    return frozenset(include - {""}), frozenset(exclude - {""})


def _look(voice: Voice, look: Look, wishes: Wishes, kind: discord.ChannelType, tags: Tags | None) -> Look:
    role, tag = look.role, look.tag
    if wishes.role is not None:
        if wishes.role.is_default():
            raise UsageError(voice.say("role_everyone"))
        role = str(wishes.role.id)
    if wishes.tag is not None:
        if kind not in FORUMS:
            raise UsageError(voice.say("tag_elsewhere"))
        tag = tags.named(wishes.tag) if tags else wishes.tag
        if tag is None:
            raise UsageError(
                voice.say("no_tag", typed=typed.quoted(wishes.tag), tags=_listed(tags.names.values() if tags else ()))
            )
    if wishes.clear == "role":
        role = None
    if wishes.clear == "tag":
        tag = None
    return Look(Style(wishes.style) if wishes.style else look.style, role, tag)


def _extras(voice: Voice, extras: Extras, wishes: Wishes) -> Extras:
    reactions = extras.reactions
    if wishes.reactions:
        found = emoji_in(wishes.reactions)
        if found is None:
            raise UsageError(voice.say("no_emoji", typed=typed.quoted(wishes.reactions)))
        if len(found) > emoji.MOST:
            raise UsageError(voice.say("many_emoji", most=emoji.MOST))
        reactions = found
    if wishes.clear == "reactions":
        reactions = ()
    archive = forms.ARCHIVE_AFTER.get(wishes.thread or "", extras.archive_after)
    return Extras(
        thread=extras.thread if wishes.thread is None else wishes.thread != OFF,
        archive_after=archive,
        reactions=reactions,
        pin=extras.pin if wishes.pin is None else wishes.pin,
        crosspost=extras.crosspost if wishes.crosspost is None else wishes.crosspost,
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(typed.quoted(name) for name in sorted(names))


def _shown(emoji: str) -> str:
    """A server's own emoji as messages show it."""
    return f"<:{emoji}>" if ":" in emoji else emoji
