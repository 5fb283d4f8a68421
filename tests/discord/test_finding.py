"""Finding a post again, and proving that it is not there."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import NotSent, Unreadable
from bot.model import Marker, MessageId
from tests.discord.adapter import MARKER, Adapter, adapter, message
from tests.simulators.discord.client import Discord, until

HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord) as bot:
        yield bot


async def find(bot: Adapter, channel: str, marker: str = MARKER, ago: timedelta = HOUR) -> MessageId | None:
    return await bot.platform.find(bot.address[channel], Marker(marker), datetime.now(UTC) - ago)


@pytest.mark.parametrize("channel", ["reading", "news", "library"])
async def test_a_post_is_found_by_its_marker_and_no_other_one_is(bot: Adapter, channel: str) -> None:
    receipt = await bot.platform.send(bot.address[channel], message())
    await bot.platform.send(bot.address[channel], message(marker=MARKER[:-1] + "0"))
    assert await find(bot, channel) == receipt.message_id
    assert await find(bot, channel, MARKER[:-1] + "1") is None


async def test_a_post_is_found_below_pages_of_talk(bot: Adapter) -> None:
    receipt = await bot.platform.send(bot.address["reading"], message())
    for number in range(210):
        await bot.discord.post("reading", f"talk {number}")
    await bot.discord.limit(None, kind="find")
    assert await find(bot, "reading") == receipt.message_id
    assert len(await bot.discord.requests("find")) == 3


async def test_the_search_goes_no_further_back_than_it_was_told(bot: Adapter) -> None:
    """A busy channel has years of history."""
    for number in range(210):
        await bot.discord.post("reading", f"talk {number}")
    assert await find(bot, "reading", ago=-HOUR) is None
    assert len(await bot.discord.requests("find")) == 1


async def test_somebody_elses_words_are_no_post(bot: Adapter) -> None:
    await bot.discord.post("reading", f"look, a marker: {MARKER}:save")
    assert await find(bot, "reading") is None


async def test_a_channel_where_nobody_wrote_is_proven_empty_by_the_permissions(bot: Adapter) -> None:
    assert await find(bot, "reading") is None


@pytest.mark.parametrize("channel", ["reading", "library"])
@pytest.mark.parametrize("permission", ["READ_MESSAGE_HISTORY", "VIEW_CHANNEL"])
async def test_a_history_that_may_not_be_read_proves_nothing(bot: Adapter, channel: str, permission: str) -> None:
    """Discord answers an empty list, as for an empty channel."""
    await bot.platform.send(bot.address[channel], message())
    await bot.discord.forbid(permission, channel=channel)
    with pytest.raises(Unreadable):
        await find(bot, channel)


async def test_an_empty_history_that_the_channel_contradicts_proves_nothing(bot: Adapter) -> None:
    await bot.platform.send(bot.address["reading"], message())
    await bot.discord.fault("empty_history", kind="find")
    with pytest.raises(Unreadable):
        await find(bot, "reading")


async def test_the_history_of_a_deleted_channel_proves_nothing(bot: Adapter) -> None:
    await bot.discord.delete_channel("general")
    with pytest.raises(Unreadable):
        await find(bot, "general")


async def test_a_look_up_that_has_to_wait_says_so(bot: Adapter) -> None:
    await bot.discord.fault(("busy_no_via", 3), kind="find")
    with pytest.raises(NotSent) as caught:
        await find(bot, "reading")
    assert caught.value.retry_after == 3


async def test_a_forum_post_is_found_when_it_was_put_away(bot: Adapter) -> None:
    receipt = await bot.platform.send(bot.address["library"], message())
    await bot.discord.change_channel(receipt.message_id, archived=True)
    assert await find(bot, "library") == receipt.message_id


async def test_a_forum_post_without_its_first_message_is_no_post(bot: Adapter) -> None:
    receipt = await bot.platform.send(bot.address["library"], message())
    await bot.discord.delete_message(receipt.message_id, receipt.message_id)
    assert await find(bot, "library") is None


# ---- known without asking --------------------------------------------------------------------------------------------


async def test_a_channel_is_untouched_when_its_newest_message_is_old_or_there_never_was_one(bot: Adapter) -> None:
    address, now = bot.address["reading"], datetime.now(UTC)
    assert bot.platform.untouched(address, now)
    await bot.discord.post("reading", "hello")
    await until(lambda: not bot.platform.untouched(address, now))
    assert bot.platform.untouched(address, now + HOUR)


async def test_a_channel_that_the_bot_just_wrote_to_is_not_untouched(bot: Adapter) -> None:
    """The gateway tells of it a little later."""
    await bot.discord.hold_events()
    await bot.platform.send(bot.address["reading"], message())
    assert not bot.platform.untouched(bot.address["reading"], bot.clock.now() - HOUR)


async def test_an_update_of_a_channel_does_not_make_it_untouched(bot: Adapter) -> None:
    address, now = bot.address["reading"], datetime.now(UTC)
    await bot.discord.post("reading", "hello")
    await until(lambda: not bot.platform.untouched(address, now))
    state = await bot.discord.state()
    old = {"id": address, "type": 0, "guild_id": state.guild_id, "name": "old", "position": 0}
    frame = {"op": 0, "t": "CHANNEL_UPDATE", "s": None, "d": {**old, "permission_overwrites": []}}
    await bot.discord.send_frame(frame)
    await bot.discord.react("reading", "last", "🌱")
    await until(lambda: bot.inbox.changes)
    assert not bot.platform.untouched(address, now)


async def test_nothing_is_known_without_asking_of_forums_or_while_the_gateway_is_away(bot: Adapter) -> None:
    later = datetime.now(UTC) + HOUR
    await bot.discord.post("reading", "hello")
    await until(lambda: bot.platform.untouched(bot.address["reading"], later))
    await bot.platform.send(bot.address["library"], message())
    assert not bot.platform.untouched(bot.address["library"], later)
    assert not bot.platform.untouched("12", later)
    await bot.discord.forbid("VIEW_CHANNEL", channel="reading")
    await until(lambda: not bot.platform.untouched(bot.address["reading"], later))
    await bot.discord.permit("VIEW_CHANNEL", channel="reading")
    await until(lambda: bot.platform.untouched(bot.address["reading"], later))
    await bot.discord.refuse_gateway(1000)
    await bot.discord.drop()
    await until(lambda: not bot.platform.untouched(bot.address["reading"], later))
