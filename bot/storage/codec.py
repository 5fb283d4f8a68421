"""How values lie in columns: instants as whole microseconds, and rows back into posts and steps."""

import sqlite3
from datetime import UTC, datetime
from typing import overload

from bot.model import (
    ChannelName,
    Kind,
    Lineage,
    MessageId,
    Post,
    PostId,
    SeedId,
    State,
    Step,
    StepName,
    StepState,
    Why,
)
from bot.storage.documents import MICROSECOND, lines_from_json, message_from_json

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def step_from_row(row: sqlite3.Row) -> Step:
    """A whole row of the table `step`."""
    return Step(
        post=PostId(row["post"]),
        name=StepName(row["name"]),
        state=StepState(row["state"]),
        attempts=row["attempts"],
        planned=instant(row["planned"]),
        retry_at=instant(row["retry_at"]),
        result=row["result"],
        reason=row["reason"],
    )
