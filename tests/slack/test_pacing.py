"""Calls go at the pace that Slack likes, so that it never has to say so."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import NotSent
from bot.platforms.slack import pacing
from bot.platforms.slack.pacing import Pacer
from tests.simulators.slack.client import Slack
from tests.slack.adapter import Adapter, adapter, message

POST = "chat.postMessage"


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, slack) as bot:
        yield bot


async def test_many_messages_at_once_stay_below_slacks_limit(bot: Adapter) -> None:
    messages = [message(number, marker=f"seedbed:{number}") for number in range(6)]
    await asyncio.gather(*(bot.platform.send(bot.address["reading"], one) for one in messages))
    assert (await bot.slack.counts()).rate_limited == 0
    assert len(await bot.slack.messages("reading")) == 6


async def test_a_channel_does_not_wait_for_another_one() -> None:
    pacer, loop = Pacer(), asyncio.get_running_loop()
    begun = loop.time()
    for number in range(20):
        await pacer.turn("T1", "chat_postMessage", f"C{number}")
    assert loop.time() - begun < pacing.GAPS["chat_postMessage"]


async def test_a_line_that_is_too_long_is_told_instead_of_waited_in() -> None:
    pacer, turns = Pacer(), []
    async with asyncio.timeout(5):
        with pytest.raises(NotSent) as caught:  # noqa: PT012  the first ones only take their place in the line
            while True:
                turns.append(asyncio.create_task(pacer.turn("T1", "chat_postMessage", "C1")))
                await asyncio.sleep(0)
                await _failed(turns)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > pacing.LONGEST
    for turn in turns:
        turn.cancel()
    await asyncio.gather(*turns, return_exceptions=True)


async def _failed(turns: list[asyncio.Task[None]]) -> None:
    for turn in turns:
        if turn.done() and (error := turn.exception()) is not None:
            raise error


async def test_a_pause_of_one_workspace_is_none_of_another() -> None:
    pacer = Pacer()
    pacer.pause("T1", "chat_postMessage", 60)
    await pacer.turn("T2", "chat_postMessage", "C1")
    await pacer.turn("T1", "reactions_get")
    with pytest.raises(NotSent) as caught:
        await pacer.turn("T1", "chat_postMessage", "C1")
    assert caught.value.retry_after == pytest.approx(60, abs=5)
