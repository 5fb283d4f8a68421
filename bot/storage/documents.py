"""What lies in a column as JSON: a message, a channel, a cutting, lines of text.

ASCII only, so that even a lone surrogate in what a member typed survives the way through SQLite. What an earlier
version wrote may lack fields that have a default.
"""

import json
from dataclasses import fields
from datetime import date, time, timedelta
from typing import Any

from bot.model import (
    Attribution,
    Channel,
    ChannelName,
    Cutting,
    Extras,
    Family,
    Kind,
    Look,
    Marker,
    Message,
    Order,
    PlatformName,
    Prompt,
    SeedId,
    Source,
    Style,
    WhenExhausted,
)

MICROSECOND = timedelta(microseconds=1)


def to_json(document: Message | Channel | Cutting) -> str:
    """By the names of its fields; dates and times as ISO has them, spans in whole microseconds, sets sorted."""
    # Not by way of `asdict`: it copies every text first, which takes longer than all the rest.
    return json.dumps(document, default=_plain, separators=(",", ":"))


def message_from_json(text: str) -> Message:
    raw: dict[str, Any] = json.loads(text)
    attribution = raw["attribution"]
    raw |= {
        "marker": Marker(raw["marker"]),
        "kind": Kind(raw["kind"]),
        "seed": SeedId(raw["seed"]),
        "attribution": Attribution(attribution["author"], Source(**attribution["source"])),
        "topics": tuple(raw["topics"]),
        "prompts": tuple(Prompt(prompt["text"], Family(prompt["family"]), prompt["stem"]) for prompt in raw["prompts"]),
    }
    return Message(**_with(raw, look=_look, worn=tuple))


def channel_from_json(text: str) -> Channel:
    raw: dict[str, Any] = json.loads(text)
    raw |= {
        "name": ChannelName(raw["name"]),
        "platform": PlatformName(raw["platform"]),
        "times": tuple(map(time.fromisoformat, raw["times"])),
    }
    known = _with(
        raw,
        days=frozenset,
        except_dates=lambda days: frozenset(map(date.fromisoformat, days)),
        catch_up=_span,
        topics_include=frozenset,
        topics_exclude=frozenset,
        order=Order,
        when_exhausted=WhenExhausted,
        spacing=_span,
        look=_look,
        extras=lambda extras: Extras(**_with(extras, archive_after=_span, reactions=tuple)),
    )
    return Channel(**known)


def cutting_from_json(text: str) -> Cutting:
    return Cutting(**_with(json.loads(text), source=lambda source: Source(**source), topics=tuple))


def lines_to_json(lines: tuple[str, ...]) -> str:
    return json.dumps(lines, separators=(",", ":"))


def lines_from_json(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _plain(part: Any) -> object:
    """What JSON has no word for."""
    if isinstance(part, (time, date)):
        return part.isoformat()
    if isinstance(part, timedelta):
        return part // MICROSECOND
    if isinstance(part, frozenset):
        return sorted(part)
    return {field.name: getattr(part, field.name) for field in fields(part)}


def _with(raw: dict[str, Any], **makers: Any) -> dict[str, Any]:
    """The same, each of the fields named made what it is in the model, as far as it is there."""
    return raw | {name: make(raw[name]) for name, make in makers.items() if name in raw}


def _span(micros: int) -> timedelta:
    return micros * MICROSECOND


def _look(raw: dict[str, Any]) -> Look:
    return Look(**_with(raw, style=Style))
