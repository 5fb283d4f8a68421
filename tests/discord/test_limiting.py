"""Many channels at once: as fast as Discord allows, and never faster."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest_asyncio

from tests.discord.adapter import Adapter, adapter, message
from tests.simulators.discord.client import Discord

SECOND = timedelta(seconds=1)


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord) as bot:
        yield bot


async def busiest(discord: Discord, kinds: set[str]) -> int:
    """The most requests that arrived within one second."""
    window: deque[datetime] = deque()
    most = 0
    for one in await discord.requests():
        if one["kind"] in kinds:
            window.append(datetime.fromisoformat(one["time"]))
            while window[-1] - window[0] >= SECOND:
                window.popleft()
            most = max(most, len(window))
    return most


async def test_many_channels_at_once_stay_below_the_limit_and_use_it(bot: Adapter) -> None:
    rooms = await bot.discord.channels(150)
    turns = asyncio.Semaphore(bot.platform.manners.concurrency)

    async def send(number: int, room: str) -> None:
        async with turns:
            await bot.platform.send(room, message(number, marker=f"seedbed:{number}"))

    await asyncio.gather(*(send(number, room) for number, room in enumerate(rooms)))
    counts = await bot.discord.counts()
    assert counts.rate_limited == 0
    assert counts["message_count"] == 150
    assert 30 <= await busiest(bot.discord, {"create_message", "channel", "guild", "user"}) <= 50


async def test_a_channel_that_is_out_of_order_delays_no_other(bot: Adapter) -> None:
    await bot.discord.fault("hang", kind="create_message", channel="reading")
    stuck = asyncio.create_task(bot.platform.send(bot.address["reading"], message()))
    await bot.platform.send(bot.address["general"], message(2, marker="seedbed:2"))
    assert not stuck.done()
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)


async def test_posts_do_not_stand_in_line_behind_reads(bot: Adapter) -> None:
    """After a restart there are hundreds of posts whose reactions are to be read."""
    post = await bot.platform.send(bot.address["reading"], message())
    await bot.discord.limit(None, kind="message")
    reads = [asyncio.create_task(bot.platform.reactions(post.address, post.message_id)) for _ in range(100)]
    await asyncio.wait(reads, return_when=asyncio.FIRST_COMPLETED)
    await bot.platform.send(bot.address["general"], message(2, marker="seedbed:2"))
    assert sum(read.done() for read in reads) < 50
    await asyncio.gather(*reads)


async def test_answers_to_people_do_not_stand_in_line_at_all(bot: Adapter) -> None:
    rooms = await bot.discord.channels(60)
    sends = [
        asyncio.create_task(bot.platform.send(room, message(number, marker=f"seedbed:{number}")))
        for number, room in enumerate(rooms)
    ]
    await asyncio.wait(sends, return_when=asyncio.FIRST_COMPLETED)
    asked = await bot.discord.slash("seedbed status", channel="reading", user="organiser")
    await bot.discord.answer(asked, acknowledged=True)
    assert not all(send.done() for send in sends)
    await asyncio.gather(*sends)
