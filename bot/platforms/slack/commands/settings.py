"""A channel's settings as the form of `/seedbed setup` has them, and as organisers are told them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Final

from bot.config import slack as forms
from bot.config.emoji import MOST
from bot.config.timewords import Unclear
from bot.model import Channel
from bot.platforms import when
from bot.platforms.slack.commands import kit, typed
from bot.platforms.slack.commands.kit import Block
from bot.platforms.slack.commands.submissions import Mistakes, Typed
from bot.platforms.slack.commands.voice import Voice
from bot.platforms.typed import pictures

ZONE: Final = "seedbed-zone"  # the element whose choices are asked of the bot
PLACE: Final = "place"
LINE: Final = 300  # characters of a field
TOPIC: Final = 40  # characters, as in the library
EXTRAS: Final = ("thread", "pin")

_EMOJI = re.compile(":[^:\\s]+:(?::skin-tone-[2-6]:)?|[^\\s,;]+")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was filled in, read."""

    times: tuple[time, ...]
    zone: str
    days: frozenset[int]
    include: frozenset[str]
    exclude: frozenset[str]
    thread: bool
    pin: bool
    reactions: tuple[str, ...]

    def granted(self, channel: Channel) -> Channel:
        """The channel with all of it; what the form does not ask for stays."""
        return replace(
            channel,
            times=self.times,
            zone=self.zone,
            days=self.days,
            topics_include=self.include,
            topics_exclude=self.exclude,
            extras=replace(channel.extras, thread=self.thread, pin=self.pin, reactions=self.reactions),
        )


def fields(voice: Voice, channel: Channel, now: datetime, *, place: str | None, known: bool) -> list[Block]:
    """The form's fields, filled with what holds now; a new channel begins with no more than is `known` of it."""
    where = kit.places(PLACE, voice.say("place_choose")) | ({"initial_conversation": place} if place else {})
    del where["action_id"]
    first, *others = channel.times
    days = [kit.option(name, str(day)) for day, name in enumerate(voice.day_names)]
    extras = {name: kit.option(voice.say(f"extra_{name}"), name) for name in EXTRAS}
    on = [extras[name] for name in EXTRAS if known and getattr(channel.extras, name)]
    topics = ", ".join([*sorted(channel.topics_include), *(f"-{one}" for one in sorted(channel.topics_exclude))])
    return [
        kit.field(PLACE, voice.say("field_place"), where, needed=True),
        kit.field("at", voice.say("field_at"), {"type": "timepicker", "initial_time": f"{first:%H:%M}"}, needed=True),
        kit.field(
            ZONE,
            voice.say("field_zone"),
            {
                "type": "external_select",
                "placeholder": kit.plain(voice.say("zone_choose"), 150),
                "min_query_length": 0,
                "initial_option": zone_option(voice, channel.zone, now),
            },
            hint=voice.say("hint_zone"),
            needed=True,
        ),
        kit.field(
            "days",
            voice.say("field_days"),
            {
                "type": "checkboxes",
                "options": days,
                "initial_options": [days[day] for day in sorted(channel.days)],
            },
            needed=True,
        ),
        _line("more", voice, ", ".join(f"{one:%H:%M}" for one in others)),
        _line("topics", voice, topics),
        kit.field(
            "extras",
            voice.say("field_extras"),
            {"type": "checkboxes", "options": list(extras.values()), **({"initial_options": on} if on else {})},
        ),
        _line("reactions", voice, " ".join(channel.extras.reactions)),
    ]


def read(voice: Voice, zones: when.Zones, form: Typed) -> Wishes:
    """Mistakes where something cannot be made out."""
    wrong: dict[str, str] = {}
    times = when.times(", ".join(filter(None, [form.text("at"), form.text("more")])))
    if times is None:
        wrong["more"] = voice.say("no_time", typed=form.text("more"))
    zone = zones.named(form.text(ZONE))
    if zone is None:
        wrong[ZONE] = voice.say("no_zone", typed=form.text(ZONE))
    days = frozenset(int(day) for day in form.ticked("days"))
    if not days:
        wrong["days"] = voice.say("no_days")
    reactions = emoji_in(form.text("reactions"))
    if reactions is None:
        wrong["reactions"] = voice.say("no_emoji", typed=form.text("reactions"))
    elif len(reactions) > MOST:
        wrong["reactions"] = voice.say("many_emoji", most=MOST)
    if wrong or times is None or zone is None:
        raise Mistakes(wrong)
    include, exclude = _topics(form.text("topics"))
    extras = form.ticked("extras")
    return Wishes(times, zone, days, include, exclude, "thread" in extras, "pin" in extras, reactions or ())


def emoji_in(text: str) -> tuple[str, ...] | None:
    """Each emoji of a text once, in order, as it is or by its name in Slack. None where something is none."""
    found: list[str] = []
    for word in _EMOJI.findall(text):
        found += [word] if word.startswith(":") else pictures(word)
    try:
        return tuple(dict.fromkeys(forms.emoji(one) for one in found))
    except Unclear:
        return None


def zone_option(voice: Voice, zone: str, now: datetime) -> dict[str, object]:
    """Europe/Berlin (UTC+02:00, now 14:05)."""
    return kit.option(f"{zone} ({when.clock_of(zone, now, voice.say('now'))})", zone)


def summary(voice: Voice, channel: Channel) -> list[str]:
    """A line for each thing that is not as in a channel of which nothing but the time was said."""
    extras = channel.extras
    lines = [voice.say("is_planned", plan=voice.plan(channel))]
    if channel.topics_include:
        lines.append(voice.say("is_about", topics=_listed(channel.topics_include)))
    if channel.topics_exclude:
        lines.append(voice.say("is_not_about", topics=_listed(channel.topics_exclude)))
    if extras.thread:
        lines.append(voice.say("is_threaded"))
    if extras.reactions:
        lines.append(voice.say("is_reacted", reactions=" ".join(extras.reactions)))
    if extras.pin:
        lines.append(voice.say("is_pinned"))
    return lines


def _line(name: str, voice: Voice, value: str) -> Block:
    element = {"type": "plain_text_input", "max_length": LINE} | ({"initial_value": value[:LINE]} if value else {})
    return kit.field(name, voice.say(f"field_{name}"), element, hint=voice.say(f"hint_{name}"))


def _topics(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Those to have, and those with a minus before them to leave out."""
    parts = [typed.one_line(part, TOPIC + 1) for part in text.split(",")]
    exclude = {part.lstrip("-").strip() for part in parts if part.startswith("-")}
    include = {part for part in parts if not part.startswith("-")}
    return frozenset(include - {""}), frozenset(exclude - {""})


def _listed(names: Iterable[str]) -> str:
    return ", ".join(typed.quoted(name) for name in sorted(names))
