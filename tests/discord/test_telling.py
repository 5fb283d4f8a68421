"""What organisers have to know reaches somebody, and never the wrong ones."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.model import Channel, ChannelName, Setup
from tests.discord.adapter import Adapter, adapter
from tests.simulators.discord.client import Discord

NEWS = "#reading takes no posts @everyone"


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord) as bot:
        yield bot


async def attic(bot: Adapter, by: str | None) -> Channel:
    """A channel that somebody set up on Discord."""
    state = await bot.discord.state()
    address = await bot.discord.create_channel("attic")
    channel = replace(bot.channel("reading"), name=ChannelName("attic"), address=address)
    await bot.parts.desk.set_up(Setup(channel, state.guild_id, state.user_id(by) if by else None))
    return channel


async def told(bot: Adapter) -> dict[str, list[str]]:
    """Texts by the channel that they are in; a direct one is named after its person."""
    found: dict[str, list[str]] = {}
    for channel in (await bot.discord.state())["channels"]:
        for one in channel["messages"]:
            found.setdefault(channel["name"], []).append(one["content"])
            assert one["pinged"] == []
    return found


async def test_the_organisers_channel_comes_first(bot: Adapter) -> None:
    channel = await attic(bot, "ada")
    await bot.parts.nursery.set_organisers((await bot.discord.state()).guild_id, bot.address["general"])
    await bot.platform.tell_organisers(channel, NEWS)
    assert await told(bot) == {"general": [NEWS]}


async def test_then_whoever_set_the_channel_up(bot: Adapter) -> None:
    await bot.platform.tell_organisers(await attic(bot, "ada"), NEWS)
    assert await told(bot) == {"ada": [NEWS]}


async def test_then_the_owner_of_the_server(bot: Adapter) -> None:
    channel = await attic(bot, "ada")
    await bot.discord.takes_messages("ada", yes=False)
    await bot.platform.tell_organisers(channel, NEWS)
    assert await told(bot) == {"owner": [NEWS]}


async def test_of_a_channel_of_the_file_the_owner_is_told(bot: Adapter) -> None:
    await bot.platform.tell_organisers(bot.channel("reading"), NEWS)
    assert await told(bot) == {"owner": [NEWS]}


async def test_an_organisers_channel_that_was_deleted_is_passed_over(bot: Adapter) -> None:
    channel = await attic(bot, None)
    await bot.parts.nursery.set_organisers((await bot.discord.state()).guild_id, bot.address["general"])
    await bot.discord.delete_channel("general")
    await bot.platform.tell_organisers(channel, NEWS)
    assert await told(bot) == {"owner": [NEWS]}


async def test_nobody_to_tell_and_no_connection_are_borne_in_silence(bot: Adapter) -> None:
    for name in ("ada", "owner"):
        await bot.discord.takes_messages(name, yes=False)
    await bot.platform.tell_organisers(await attic(bot, "ada"), NEWS)
    await bot.discord.remove_guild()
    await bot.platform.tell_organisers(bot.channel("reading"), NEWS)
    await bot.discord.fault("drop_before", "drop_before", kind="direct")
    await bot.platform.tell_organisers(await attic_of(bot), NEWS)
    await bot.platform.stop()
    await bot.platform.tell_organisers(bot.channel("reading"), NEWS)
    assert await told(bot) == {}


async def attic_of(bot: Adapter) -> Channel:
    return next(channel for channel in bot.parts.clerk.channels() if channel.name == "attic")


async def test_long_news_are_cut_to_what_a_message_holds(bot: Adapter) -> None:
    await bot.platform.tell_organisers(bot.channel("reading"), "word " * 1000)
    ((only,),) = (await told(bot)).values()
    assert len(only) <= 2000
    assert only.endswith("…")
