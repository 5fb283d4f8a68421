"""Drafts and slots for tests that care about few of their fields."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.model import (
    Attribution,
    Channel,
    ChannelName,
    Draft,
    Family,
    Kind,
    Lineage,
    Marker,
    Message,
    Pick,
    PlatformName,
    Prompt,
    SeedId,
    Setup,
    Skip,
    Slot,
    Source,
    Why,
)
from tests.fakes.clock import BEGINNING

GARDEN = ChannelName("garden")
PORCH = ChannelName("porch")
TODAY = BEGINNING.date()

# What `make_message()` makes, as version 2 of the schema kept it.
VERSION_2 = (
    '{"marker":"seedbed:1","kind":"daily","seed":"seed-1","title":"Seed 1","text":"The text of seed 1.","attribution":'
    '{"author":"Author 1","source":{"title":"A book","url":"https://example.org/1","published":"1851"}},"topics":'
    '["soil","water"],"invitation":"Answer any one:","prompts":[{"text":"What of direct-1?","family":"direct","stem":'
    '"direct-1"},{"text":"What of side-1?","family":"side","stem":"side-1"},{"text":"What of connect-1?","family":'
    '"connect","stem":"connect-1"}],"late":false,"topic":null}'
)


def make_channel(name: ChannelName = GARDEN) -> Channel:
    return Channel(name, PlatformName.WEB, name, (time(9),), "Europe/Berlin")


def make_setup(name: ChannelName = GARDEN, space: str = "s1", by: str | None = "ann") -> Setup:
    return Setup(make_channel(name), space, by)


def make_slot(day: date = TODAY, channel: ChannelName = GARDEN, name: str = "1", hour: int = 8) -> Slot:
    """A slot due at a full hour, UTC."""
    return Slot(channel, day, name, datetime.combine(day, time(hour), UTC), "Europe/Berlin")


def make_skip(slot: Slot, why: Why = Why.MISSED) -> Skip:
    return Skip(slot, why, f"was {why}")


def make_message(lineage: int = 1, kind: Kind = Kind.DAILY, marker: str = "seedbed:1") -> Message:
    stems = {family: f"{family}-{lineage}" for family in Family}
    return Message(
        marker=Marker(marker),
        kind=kind,
        seed=SeedId(f"seed-{lineage}"),
        title=f"Seed {lineage}",
        text=f"The text of seed {lineage}.",
        attribution=Attribution(f"Author {lineage}", Source("A book", f"https://example.org/{lineage}", "1851")),
        topics=("soil", "water"),
        invitation="Answer any one:",
        prompts=tuple(Prompt(f"What of {stem}?", family, stem) for family, stem in stems.items()),
    )


def make_draft(
    lineage: int = 1,
    *,
    key: str | None = None,
    channel: ChannelName = GARDEN,
    round: int = 1,  # noqa: A002  the model's own word
    due: datetime = BEGINNING,
    kind: Kind = Kind.DAILY,
    slot: Slot | None = None,
) -> Draft:
    """By default each lineage has a key of its own."""
    key = key or (slot.key if slot else f"key-{lineage}-{round}")
    message = make_message(lineage, kind, f"{channel}:{key}".replace("/", ":"))
    pick = Pick(message.seed, Lineage(lineage), round, {"read": 2}, ("2 candidates", f"drew seed-{lineage}"))
    return Draft(channel, kind, key, message, pick, slot.due if slot else due, slot=slot)


def untitled(draft: Draft) -> Draft:
    return replace(draft, message=replace(draft.message, title=None))
