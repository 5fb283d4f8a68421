"""How values lie in columns: instants as whole microseconds, a message as JSON, and a row back into a Post."""

import json
import sqlite3
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, overload

from bot.model import (
    Attribution,
    ChannelName,
    Family,
    Kind,
    Lineage,
    Marker,
    Message,
    MessageId,
    Post,
    PostId,
    Prompt,
    SeedId,
    Source,
    State,
    Why,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """Whole microseconds since 1970 in UTC; every datetime fits, datetime.max too."""
    return (instant - EPOCH) // MICROSECOND


@overload
def instant(micros: int) -> datetime: ...
@overload
def instant(micros: int | None) -> datetime | None: ...
def instant(micros: int | None) -> datetime | None:
    """Back from `micros`; None stays None."""
    return None if micros is None else EPOCH + micros * MICROSECOND


def message_to_json(message: Message) -> str:
    """ASCII only, so that even a lone surrogate in what a member typed survives the way through SQLite."""
    # Not by way of `asdict`: it copies every text first, which takes longer than all the rest.
    return json.dumps(message, default=_by_field, separators=(",", ":"))


def message_from_json(text: str) -> Message:
    """Back from `message_to_json`, also of an earlier version that lacked fields with a default."""
    raw: dict[str, Any] = json.loads(text)
    attribution = raw["attribution"]
    return Message(
        **{
            **raw,
            "marker": Marker(raw["marker"]),
            "kind": Kind(raw["kind"]),
            "seed": SeedId(raw["seed"]),
            "attribution": Attribution(attribution["author"], Source(**attribution["source"])),
            "topics": tuple(raw["topics"]),
            "prompts": tuple(
                Prompt(prompt["text"], Family(prompt["family"]), prompt["stem"]) for prompt in raw["prompts"]
            ),
        }
    )


def _by_field(part: Any) -> dict[str, object]:
    return {field.name: getattr(part, field.name) for field in fields(part)}


def lines_to_json(lines: tuple[str, ...]) -> str:
    return json.dumps(lines, separators=(",", ":"))


def lines_from_json(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def post_from_row(row: sqlite3.Row) -> Post:
    """A whole row of the table `post`."""
    slot = None if row["slot_date"] is None else f"{row['slot_date']}/{row['slot_name']}"
    return Post(
        id=PostId(row["id"]),
        channel=ChannelName(row["channel"]),
        kind=Kind(row["kind"]),
        key=row["key"],
        slot=slot,
        state=State(row["state"]),
        due=instant(row["due"]),
        late=bool(row["late"]),
        seed=None if row["seed"] is None else SeedId(row["seed"]),
        lineage=None if row["lineage"] is None else Lineage(row["lineage"]),
        round=row["round"],
        message=None if row["message"] is None else message_from_json(row["message"]),
        message_id=None if row["message_id"] is None else MessageId(row["message_id"]),
        attempts=row["attempts"],
        ambiguous=bool(row["ambiguous"]),
        first_attempt=instant(row["first_attempt"]),
        last_attempt=instant(row["last_attempt"]),
        retry_at=instant(row["retry_at"]),
        posted=instant(row["posted"]),
        why=None if row["why"] is None else Why(row["why"]),
        reason=row["reason"],
        explanation=lines_from_json(row["explanation"]),
    )
