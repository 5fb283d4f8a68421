"""Finding a post again, and proving that it is not there."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import NotSent, Unreadable
from bot.model import Marker, MessageId
from tests.simulators.slack.client import Slack
from tests.slack.adapter import MARKER, Adapter, adapter, message

HOUR = timedelta(hours=1)
HISTORY = "conversations.history"


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, slack) as bot:
        yield bot


async def find(bot: Adapter, channel: str, marker: str = MARKER, ago: timedelta = HOUR) -> MessageId | None:
    return await bot.platform.find(bot.address[channel], Marker(marker), datetime.now(UTC) - ago)


@pytest.mark.parametrize("channel", ["reading", "library"])
async def test_a_post_is_found_by_its_marker_and_no_other_one_is(bot: Adapter, channel: str) -> None:
    receipt = await bot.platform.send(bot.address[channel], message())
    await bot.platform.send(bot.address[channel], message(marker=MARKER[:-1] + "0"))
    assert await find(bot, channel) == receipt.message_id
    assert await find(bot, channel, MARKER[:-1] + "1") is None


async def test_a_post_whose_metadata_are_not_shown_is_found_by_the_name_of_a_block(bot: Adapter) -> None:
    """Whether Slack shows them to an app without a scope of its own nobody can say."""
    await bot.slack.revoke_scope("metadata.message:read")
    receipt = await bot.platform.send(bot.address["reading"], message())
    assert await find(bot, "reading") == receipt.message_id


async def test_a_post_is_found_below_pages_of_talk(bot: Adapter) -> None:
    receipt = await bot.platform.send(bot.address["reading"], message())
    for number in range(40):
        await bot.slack.post("reading", f"talk {number}")
    assert await find(bot, "reading") == receipt.message_id
    asked = await bot.slack.requests(HISTORY)
    assert [int(one["arguments"]["limit"]) for one in asked] == [15, 200]


async def test_the_search_goes_no_further_back_than_it_was_told(bot: Adapter) -> None:
    """A busy channel has years of history."""
    for number in range(40):
        await bot.slack.post("reading", f"talk {number}")
    assert await find(bot, "reading", ago=-HOUR) is None
    assert len(await bot.slack.requests(HISTORY)) == 1


async def test_somebody_elses_words_are_no_post(bot: Adapter) -> None:
    await bot.slack.post("reading", f"look, a marker: {MARKER}")
    assert await find(bot, "reading") is None


async def test_a_channel_where_nobody_wrote_is_empty_for_a_member(bot: Adapter) -> None:
    assert await find(bot, "reading") is None


@pytest.mark.parametrize("scope", ["channels:history"])
async def test_a_history_that_may_not_be_read_proves_nothing(bot: Adapter, scope: str) -> None:
    await bot.platform.send(bot.address["reading"], message())
    await bot.slack.revoke_scope(scope)
    with pytest.raises(Unreadable, match=scope):
        await find(bot, "reading")


async def test_the_history_of_a_channel_that_the_bot_is_not_in_proves_nothing(bot: Adapter) -> None:
    await bot.platform.send(bot.address["library"], message())
    await bot.slack.kick("library")
    with pytest.raises(Unreadable):
        await find(bot, "library")
    with pytest.raises(Unreadable):
        await find(bot, "news")


async def test_an_empty_history_that_slack_itself_contradicts_proves_nothing(bot: Adapter) -> None:
    await bot.platform.send(bot.address["reading"], message())
    await bot.slack.fault("empty_history", method=HISTORY)
    with pytest.raises(Unreadable):
        await find(bot, "reading")


async def test_the_history_of_a_deleted_channel_proves_nothing(bot: Adapter) -> None:
    await bot.slack.delete_channel("general")
    with pytest.raises(Unreadable):
        await find(bot, "general")


async def test_a_look_up_that_has_to_wait_says_so(bot: Adapter) -> None:
    await bot.slack.fault(("busy", 30), method=HISTORY)
    with pytest.raises(NotSent) as caught:
        await find(bot, "reading")
    assert caught.value.retry_after == 30


@pytest.mark.parametrize(
    "steps",
    [["error_500"], ["drop_before", "drop_before"], [("refused", "fatal_error")]],
    ids=["server error", "broken line, also when aiohttp reads once more", "fatal error"],
)
async def test_a_look_up_that_fails_says_nothing_either_way(bot: Adapter, steps: list[str | tuple[str, str]]) -> None:
    await bot.slack.fault(*steps, method=HISTORY)
    with pytest.raises(Exception) as caught:  # noqa: PT011  which one is what is looked at
        await find(bot, "reading")
    assert not isinstance(caught.value, Unreadable)
