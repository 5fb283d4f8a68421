"""Through the outbox: whatever becomes of an answer there is one post, or nobody is told that there is."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model import LedgerEntry, State
from bot.platforms.slack import client as client_module
from tests.simulators.slack.client import Slack, until
from tests.slack.place import READING, Place, place

NOW = "  - {name: reading, platform: slack, address: '{reading}', at: '00:00', timezone: UTC, first_post: now}\n"
POST, HISTORY = "chat.postMessage", "conversations.history"
LOST = [
    "drop_before",
    "drop_after",
    "reset",
    "error_500",
    "error_500_after",
    "error_503_after",
    ("late", 0.3),
    ("refused", "fatal_error"),
    ("refused_after", "fatal_error"),
    ("refused_after", "internal_error"),
    ("refused_after", "duplicate_message_not_found"),
]
Fault = str | tuple[str, str | float]


@pytest_asyncio.fixture
async def reading(tmp_path: Path, slack: Slack) -> AsyncIterator[Place]:
    async with place(tmp_path, slack, channels=NOW) as reading:
        yield reading


async def entry(reading: Place) -> LedgerEntry:
    """The first post as the ledger has it."""
    *_, first = await reading.parts.clerk.entries(READING, 10)
    return first


async def state(reading: Place) -> State:
    return (await entry(reading)).post.state


async def later(reading: Place, seconds: float) -> None:
    """So much later, and whatever is due then is done."""
    reading.clock.advance(seconds=seconds)
    await reading.parts.outbox.resume()
    await reading.parts.outbox.drain(timedelta(seconds=30))


@pytest.mark.parametrize("fault", LOST, ids=str)
async def test_after_a_lost_answer_it_is_looked_up_when_it_has_settled_and_there_is_one(
    reading: Place, fault: Fault
) -> None:
    await reading.slack.fault(fault, method=POST)
    await reading.post_daily()
    assert await state(reading) is State.SENDING
    await later(reading, 60)

    async def applied() -> bool:
        return (await reading.slack.counts()).late == 0

    await until(applied)
    assert len(await reading.slack.requests(POST)) == 1, "sent again before what was applied can be seen"
    await later(reading, 35)
    (posted,) = await reading.posts()
    assert (await entry(reading)).post.message_id == posted.ts
    assert await state(reading) is State.POSTED


async def test_after_a_request_that_hung_it_is_looked_up_too(reading: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "CALL", 0.5)
    await reading.slack.fault("hang_after", method=POST)
    await reading.post_daily()
    assert await state(reading) is State.SENDING
    await later(reading, 95)
    assert len(await reading.posts()) == 1
    assert await state(reading) is State.POSTED


@pytest.mark.parametrize("second", [("busy", 1.0), ("refused", "not_in_channel"), "drop_before"], ids=str)
async def test_a_definite_failure_after_a_lost_answer_does_not_clear_the_doubt(reading: Place, second: Fault) -> None:
    """The first look-up fails as well, so that nobody knows for long what became of the first attempt."""
    await reading.slack.fault("drop_after", second, method=POST)
    await reading.slack.fault("error_500", method=HISTORY)
    await reading.post_daily()
    for _ in range(6):
        await later(reading, 95)
    assert len(await reading.posts()) == 1
    assert await state(reading) is State.POSTED


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
async def test_where_the_history_cannot_be_read_nobody_guesses(reading: Place, fault: str) -> None:
    await reading.slack.fault(fault, method=POST)
    await reading.post_daily()
    await reading.slack.revoke_scope("channels:history")
    for _ in range(3):
        await later(reading, 95)
    assert await state(reading) is State.UNKNOWN
    assert len(await reading.slack.requests(POST)) >= 1
    assert len(await reading.posts()) == int(fault == "drop_after")


async def test_an_empty_history_that_is_none_is_no_proof(reading: Place) -> None:
    await reading.slack.fault("drop_after", method=POST)
    await reading.post_daily()
    await reading.slack.fault("empty_history", method=HISTORY)
    for _ in range(3):
        await later(reading, 95)
    assert len(await reading.posts()) == 1


async def test_a_pause_that_slack_asks_for_delays_the_post_and_no_more(reading: Place) -> None:
    await reading.slack.fault(("busy", 1.0), method=POST)
    await reading.post_daily()
    assert await state(reading) is State.PENDING
    await later(reading, 5)
    assert len(await reading.posts()) == 1


async def test_a_post_of_a_store_that_was_lost_is_found_before_it_is_sent(tmp_path: Path, slack: Slack) -> None:
    """A restored backup, or a second bot on the same channel."""
    async with place(tmp_path, slack, channels=NOW) as first:
        await first.post_daily()
        clock = first.clock
    (tmp_path / "data" / "seedbed.db").rename(tmp_path / "gone.db")
    for leftover in (tmp_path / "data").glob("seedbed.db-*"):
        leftover.unlink()
    async with place(tmp_path, slack, clock, channels=NOW) as second:
        await second.post_daily()
        assert await state(second) is State.POSTED
        assert len(await second.posts()) == 1
