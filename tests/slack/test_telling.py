"""What organisers have to know reaches somebody, and a channel that closed goes on by itself when it is open again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import Refused
from bot.model import Channel, ChannelName, Setup
from tests.simulators.slack.client import Slack, until
from tests.slack.adapter import Adapter, adapter, message, slack_clock
from tests.slack.place import READING, Place, place

NEWS = "#reading takes no posts <!channel>"
NOW = "  - {name: reading, platform: slack, address: '{reading}', at: '00:00', timezone: UTC, first_post: now}\n"


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, slack) as bot:
        yield bot


async def attic(bot: Adapter, by: str | None) -> Channel:
    """A channel that somebody set up on Slack."""
    state = await bot.slack.state()
    address = await bot.slack.create_channel("attic")
    made = replace(bot.channel("reading"), name=ChannelName("attic"), address=address)
    await bot.parts.desk.set_up(Setup(made, state.team_id, state.user_id(by) if by else None))
    return made


async def told(slack: Slack, place: str) -> list[str]:
    return [one.text for one in await slack.messages(place) if one.author == "seedbed"]


async def test_the_organisers_own_channel_comes_first(bot: Adapter) -> None:
    made = await attic(bot, "ada")
    await bot.parts.nursery.set_organisers((await bot.slack.state()).team_id, bot.address["general"])
    await bot.platform.tell_organisers(made, NEWS)
    (text,) = await told(bot.slack, "general")
    assert text == "#reading takes no posts &lt;!channel&gt;"
    assert not (await bot.slack.messages("general"))[0].pinged


async def test_without_one_whoever_set_the_channel_up_is_told(bot: Adapter) -> None:
    await bot.platform.tell_organisers(await attic(bot, "ada"), NEWS)
    assert len(await told(bot.slack, "@ada")) == 1


async def test_where_the_organisers_channel_takes_nothing_somebody_else_is_told(bot: Adapter) -> None:
    made = await attic(bot, "ada")
    await bot.parts.nursery.set_organisers((await bot.slack.state()).team_id, bot.address["news"])
    await bot.platform.tell_organisers(made, NEWS)
    assert len(await told(bot.slack, "@ada")) == 1


async def test_of_a_channel_of_the_file_the_owner_of_the_workspace_is_told(bot: Adapter) -> None:
    await bot.platform.tell_organisers(bot.channel("reading"), NEWS)
    assert len(await told(bot.slack, "@owner")) == 1


async def test_where_nobody_can_be_told_the_log_says_it(bot: Adapter, caplog: pytest.LogCaptureFixture) -> None:
    await bot.slack.revoke_scope("users:read")
    await bot.platform.tell_organisers(bot.channel("reading"), NEWS)
    await bot.slack.fault("drop_before", "drop_before", method="users.list")
    await bot.platform.tell_organisers(bot.channel("reading"), NEWS)
    assert "nobody to tell" in caplog.text


# ---- channels that close and open again ------------------------------------------------------------------------------


@pytest.mark.parametrize(("channel", "said"), [("reading", "is not in the channel"), ("library", "no such channel")])
async def test_the_bot_that_is_removed_says_how_it_comes_back(bot: Adapter, channel: str, said: str) -> None:
    """In the words that a post would be refused with: a private channel is not there for whoever is not in it."""
    await bot.slack.kick(channel)
    (closed, *_) = await bot.news("closed")
    assert closed[1] == channel
    assert said in str(closed[2])
    assert "/invite @seedbed" in str(closed[2])
    with pytest.raises(Refused) as caught:
        await bot.platform.send(bot.address[channel], message())
    assert str(caught.value) == closed[2]


@pytest.mark.parametrize("channel", ["reading", "library"])
async def test_channels_that_close_and_open_are_told_of(bot: Adapter, channel: str) -> None:
    await bot.news("reopened")  # all of them, after the start
    bot.inbox.news.clear()
    await bot.slack.archive(channel)
    assert [one[1] for one in await bot.news("closed")] == [channel]
    await bot.slack.archive(channel, archived=False)
    assert (await bot.news("reopened"))[0] == ("reopened", channel)


async def test_people_who_come_and_go_and_channels_of_others_are_nobodys_business(bot: Adapter) -> None:
    await bot.news("reopened")
    bot.inbox.news.clear()
    await bot.slack.kick("reading", "ben")
    await bot.slack.invite("reading", "ben")
    await bot.slack.archive(await bot.slack.create_channel("elsewhere"))
    await bot.slack.kick("general")
    closed = await bot.news("closed")
    assert [one[:2] for one in bot.inbox.news] == [one[:2] for one in closed] == [("closed", "general")]


@pytest_asyncio.fixture
async def reading_now(tmp_path: Path, slack: Slack) -> AsyncIterator[Place]:
    """A channel whose first post is due at once."""
    async with place(tmp_path, slack, slack_clock(), channels=NOW) as reading:
        yield reading


async def blocked(reading: Place) -> str | None:
    return (await reading.parts.clerk.state(READING)).blocked


async def is_blocked(reading: Place) -> bool:
    return await blocked(reading) is not None


async def has_posts(reading: Place, count: int) -> bool:
    await reading.parts.outbox.resume()
    return len(await reading.posts()) == count and not await blocked(reading)


async def test_a_channel_without_the_bot_is_blocked_told_once_and_goes_on_when_it_is_invited(
    reading_now: Place,
) -> None:
    slack = reading_now.slack
    await slack.kick("reading")
    await until(lambda: is_blocked(reading_now))
    assert "/invite @seedbed" in str(await blocked(reading_now))
    await reading_now.post_daily()
    await slack.invite("reading")
    await until(lambda: has_posts(reading_now, 1))
    assert len(await told(slack, "@owner")) == 1


async def test_an_archived_channel_is_blocked_before_anything_is_due_and_goes_on_when_it_is_unarchived(
    reading_now: Place,
) -> None:
    await reading_now.slack.archive("reading")
    await until(lambda: is_blocked(reading_now))
    assert "archived" in str(await blocked(reading_now))
    await reading_now.post_daily()
    await reading_now.slack.archive("reading", archived=False)
    await until(lambda: has_posts(reading_now, 1))
    assert len(await told(reading_now.slack, "@owner")) == 1


async def test_a_deleted_channel_says_what_to_do(reading_now: Place) -> None:
    await reading_now.slack.delete_channel("reading")
    await until(lambda: is_blocked(reading_now))
    assert "move the seedbed" in str(await blocked(reading_now))


async def test_a_channel_that_was_opened_while_the_bot_was_away_is_tried_after_the_start(
    tmp_path: Path, slack: Slack
) -> None:
    clock = slack_clock()
    async with place(tmp_path, slack, clock, channels=NOW) as reading:
        await slack.kick("reading")
        await reading.post_daily()
        await until(lambda: is_blocked(reading))
    await slack.invite("reading")
    async with place(tmp_path, slack, clock, channels=NOW) as reading:
        await until(lambda: has_posts(reading, 1))
