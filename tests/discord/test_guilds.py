"""Channels and servers that go away and come back, and what is remembered of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model import ChannelName, PlatformName, Setup
from bot.platforms.discord.guilds import GRACE, LEFT
from tests.discord.adapter import Adapter, adapter
from tests.simulators.discord.client import Discord, until

EVERY = ("reading", "general", "news", "library")


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord) as bot:
        await bot.news("reconnected")
        bot.inbox.news.clear()
        yield bot


async def set_up(bot: Adapter, name: str, space: str) -> ChannelName:
    """A channel set up by slash command."""
    address = await bot.discord.create_channel(name)
    channel = replace(bot.channel("reading"), name=ChannelName(name), address=address)
    await bot.parts.desk.set_up(Setup(channel, space, "1"))
    return channel.name


async def test_a_new_session_says_that_something_may_have_been_missed(tmp_path: Path, discord: Discord) -> None:
    async with adapter(tmp_path, discord) as bot:
        assert await bot.news("reconnected") == [("reconnected", PlatformName.DISCORD)]
        assert set((await bot.news("reopened"))[0][1:]) == set(EVERY)


async def test_a_deleted_channel_is_closed_with_the_reason_and_the_remedy(bot: Adapter) -> None:
    await bot.discord.delete_channel("general")
    assert await bot.news("closed") == [
        ("closed", "general", "#general was deleted: move the seedbed to another channel, or remove it")
    ]


async def test_a_channel_without_a_seedbed_may_go_unnoticed(bot: Adapter) -> None:
    await bot.discord.create_channel("kitchen")
    await bot.discord.delete_channel("kitchen")
    await bot.discord.delete_channel("general")
    assert len(await bot.news("closed")) == 1


async def test_a_server_that_removes_the_bot_closes_its_channels_until_it_is_invited_again(bot: Adapter) -> None:
    state = await bot.discord.state()
    here = await set_up(bot, "attic", state.guild_id)
    await bot.discord.remove_guild()
    ((_, *names, reason),) = await bot.news("closed")
    assert set(names) == {*EVERY, here}
    assert str(reason).startswith('the bot was removed from "Reading group": invite it again')
    memory = bot.parts.store.memory
    assert await memory.recall(LEFT + state.guild_id) is not None
    await bot.discord.add_guild(state["guilds"][0]["name"])
    (reopened,) = await bot.news("reopened")
    assert set(reopened[1:]) == {*EVERY, here}
    assert await memory.recall(LEFT + state.guild_id) is None


async def test_a_server_that_removed_the_bot_while_it_was_away_is_noticed_at_the_start(
    tmp_path: Path, discord: Discord
) -> None:
    async with adapter(tmp_path, discord) as bot:
        state = await discord.state()
        here = await set_up(bot, "attic", state.guild_id)
    await discord.remove_guild()
    async with adapter(tmp_path, discord) as bot:
        ((_, *names, reason),) = await bot.news("closed")
        assert names == [here]
        assert "invite it again" in str(reason)
        assert await bot.parts.store.memory.recall(LEFT + state.guild_id) is not None


async def test_what_a_server_had_here_is_removed_a_month_after_it_left(tmp_path: Path, discord: Discord) -> None:
    async with adapter(tmp_path, discord) as bot:
        memory, desk = bot.parts.store.memory, bot.parts.desk
        await set_up(bot, "attic", "1")
        await set_up(bot, "cellar", "2")
        await memory.keep(LEFT + "1", (bot.clock.now() - GRACE).isoformat())
        await memory.keep(LEFT + "2", (bot.clock.now() - GRACE + timedelta(days=1)).isoformat())
    async with adapter(tmp_path, discord) as bot:
        memory, desk = bot.parts.store.memory, bot.parts.desk
        await bot.news("reconnected")
        assert list(await desk.setups("1")) == []
        assert [one.channel.name for one in await desk.setups("2")] == ["cellar"]
        assert list(await memory.recall_all(LEFT)) == [LEFT + "2"]


async def test_a_server_that_is_back_after_more_than_a_month_keeps_what_it_had(
    tmp_path: Path, discord: Discord
) -> None:
    """It invited the bot again while no bot was running."""
    space = (await discord.state()).guild_id
    async with adapter(tmp_path, discord) as bot:
        here = await set_up(bot, "attic", space)
        await bot.parts.store.memory.keep(LEFT + space, (bot.clock.now() - 2 * GRACE).isoformat())
    async with adapter(tmp_path, discord) as bot:
        await bot.news("reconnected")
        assert [one.channel.name for one in await bot.parts.desk.setups(space)] == [here]
        assert await bot.parts.store.memory.recall_all(LEFT) == {}


# ---- what may let posts in again -------------------------------------------------------------------------------------


async def test_a_permission_that_is_given_back_in_a_channel_opens_that_channel(bot: Adapter) -> None:
    await bot.discord.forbid("SEND_MESSAGES", channel="reading")
    await bot.discord.permit("SEND_MESSAGES", channel="reading")
    await until(lambda: ("reopened", "reading") in bot.inbox.news)


async def test_a_permission_that_is_given_back_to_the_bots_role_opens_every_channel(bot: Adapter) -> None:
    await bot.discord.forbid("SEND_MESSAGES")
    await bot.discord.permit("SEND_MESSAGES")
    assert any(set(one[1:]) == set(EVERY) for one in await bot.news("reopened"))


async def test_a_role_that_is_given_to_the_bot_opens_every_channel(bot: Adapter) -> None:
    await bot.discord.role("seedbed", "Readers")
    assert any(set(one[1:]) == set(EVERY) for one in await bot.news("reopened"))


async def test_a_forum_that_no_longer_wants_a_tag_is_open(bot: Adapter) -> None:
    await bot.discord.change_channel("library", needs_tag=True)
    await bot.discord.change_channel("library", needs_tag=False)
    await until(lambda: bot.inbox.news.count(("reopened", "library")) == 2)


@pytest.mark.parametrize("change", [{"topic": "tea"}, {"name": "readings"}])
async def test_what_lets_no_post_in_opens_nothing(bot: Adapter, change: dict[str, str]) -> None:
    await bot.discord.change_channel("reading", **change)
    await bot.discord.delete_channel("general")
    await bot.news("closed")
    assert [one for one in bot.inbox.news if one[0] == "reopened"] == []
