"""The chat board that crash tests post to fails as told, and its adapter calls each failure what the port does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
import pytest_asyncio

from bot.errors import NotSent, PlatformUnavailable, Refused, Unreadable
from bot.model import Marker, Reaction, StepName
from tests.fakes.inbox import KeepingInbox
from tests.fakes.platform import VARIABLE, FakePlatform
from tests.fakes.posts import GARDEN, PORCH, make_channel, make_message
from tests.simulators.process import simulator

MARKER = Marker("seedbed:1")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def base() -> AsyncIterator[str]:
    async with simulator("tests.simulators.board") as address:
        yield address


@pytest_asyncio.fixture
async def control(base: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base) as session:
        yield session


@pytest_asyncio.fixture
async def platform(base: str) -> AsyncIterator[FakePlatform]:
    platform = FakePlatform.from_environ({VARIABLE: base})
    await platform.start(KeepingInbox())
    yield platform
    await platform.stop()


async def tell(control: aiohttp.ClientSession, **orders: object) -> None:
    async with control.post("/control", json=orders) as response:
        assert response.status == 200


async def copies(control: aiohttp.ClientSession) -> int:
    async with control.get("/control") as response:
        messages = (await response.json())["messages"]
    return int(messages.get(GARDEN, {}).get(MARKER, 0))


UNKNOWN = (aiohttp.ServerDisconnectedError, aiohttp.ClientResponseError, aiohttp.ClientOSError)


@pytest.mark.parametrize(
    ("fault", "seen", "there"),
    [
        ("drop_before", UNKNOWN, 0),
        ("drop_after", UNKNOWN, 1),
        ("error_before", UNKNOWN, 0),
        ("error_after", UNKNOWN, 1),
        (["busy", 7], NotSent, 0),
    ],
    ids=str,
)
async def test_what_the_sender_sees_and_what_is_there(
    platform: FakePlatform,
    control: aiohttp.ClientSession,
    fault: str | list[object],
    seen: type[Exception] | tuple[type[Exception], ...],
    there: int,
) -> None:
    """Before or after the write, a lost answer looks the same: only the board knows."""
    await tell(control, faults=[fault])
    with pytest.raises(seen) as caught:
        await platform.send(GARDEN, make_message(1))
    assert not isinstance(caught.value, Refused)
    assert await copies(control) == there
    assert getattr(caught.value, "retry_after", 7) == 7


@pytest.mark.parametrize(("fault", "there"), [("hang", 0), ("hang_after", 1)])
async def test_a_request_that_hangs_never_answers(
    platform: FakePlatform, control: aiohttp.ClientSession, fault: str, there: int
) -> None:
    await tell(control, faults=[fault])
    sending = asyncio.create_task(platform.send(GARDEN, make_message(1)))
    async with asyncio.timeout(30):
        while True:
            async with control.get("/control") as response:
                if (await response.json())["requests"] == 1:
                    break
    assert not sending.done()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert await copies(control) == there


async def test_a_late_write_shows_up_after_the_sender_gave_up(
    platform: FakePlatform, control: aiohttp.ClientSession
) -> None:
    await tell(control, faults=[["late", 0.2]])
    with pytest.raises(UNKNOWN):
        await platform.send(GARDEN, make_message(1))
    async with asyncio.timeout(30):
        found = None
        while found is None:
            found = await platform.find(GARDEN, MARKER, LONG_AGO)
    assert await copies(control) == 1


async def test_the_board_keeps_doubles_so_that_they_can_be_counted(
    platform: FakePlatform, control: aiohttp.ClientSession
) -> None:
    for _ in range(2):
        await platform.send(GARDEN, make_message(1))
    assert await copies(control) == 2


async def test_a_refusal_has_its_reason_and_ends_when_it_is_lifted(
    platform: FakePlatform, control: aiohttp.ClientSession
) -> None:
    await tell(control, refuse="the channel is archived")
    with pytest.raises(Refused, match="the channel is archived"):
        await platform.send(GARDEN, make_message(1))
    await tell(control, refuse=None)
    assert (await platform.send(GARDEN, make_message(1))).marker == MARKER


async def test_a_channel_can_have_faults_of_its_own(platform: FakePlatform, control: aiohttp.ClientSession) -> None:
    await tell(control, faults={GARDEN: ["refused"]})
    await platform.send(PORCH, make_message(1))
    with pytest.raises(Refused):
        await platform.send(GARDEN, make_message(1))
    await platform.send(GARDEN, make_message(1))


async def test_a_repeat_within_the_window_is_dropped_where_the_board_is_told_to(
    platform: FakePlatform, control: aiohttp.ClientSession
) -> None:
    await tell(control, drop_repeats=3600)
    first, again = [await platform.send(GARDEN, make_message(1)) for _ in range(2)]
    assert first == again
    assert await copies(control) == 1


async def test_a_history_that_may_not_be_read_is_not_an_empty_one(
    platform: FakePlatform, control: aiohttp.ClientSession
) -> None:
    await platform.send(GARDEN, make_message(1))
    await tell(control, may_read=False)
    with pytest.raises(Unreadable):
        await platform.find(GARDEN, MARKER, LONG_AGO)


async def test_a_search_looks_back_no_further_than_it_is_told(platform: FakePlatform) -> None:
    await platform.send(GARDEN, make_message(1))
    assert await platform.find(GARDEN, MARKER, datetime.now(UTC) + timedelta(hours=1)) is None


async def test_without_a_connection_nothing_was_sent(control: aiohttp.ClientSession) -> None:
    async with simulator("tests.simulators.board") as base:
        platform = FakePlatform(base)
        await platform.start(KeepingInbox())
    with pytest.raises(NotSent):
        await platform.send(GARDEN, make_message(1))
    await platform.stop()
    with pytest.raises(NotSent):
        await platform.send(GARDEN, make_message(1))
    with pytest.raises(PlatformUnavailable, match="does not answer"):
        await FakePlatform(base).start(KeepingInbox())


async def test_steps_are_kept_with_their_message_each_once(
    platform: FakePlatform, control: aiohttp.ClientSession
) -> None:
    receipt = await platform.send(GARDEN, make_message())
    for step in (StepName.PIN, StepName.THREAD, StepName.PIN):
        made = await platform.follow(step, make_channel(), receipt.message_id, make_message())
        assert made == f"{receipt.message_id}/{step}"
    async with control.get("/control") as response:
        assert (await response.json())["steps"] == {receipt.message_id: ["pin", "thread"]}


async def test_a_burst_is_a_reaction_of_its_own(platform: FakePlatform, control: aiohttp.ClientSession) -> None:
    receipt = await platform.send(GARDEN, make_message())
    for burst in (False, True):
        body = {"user": "ann", "emoji": "🌱", "burst": burst}
        async with control.put(f"/messages/{receipt.message_id}/reactions", json=body) as response:
            assert response.status == 204
    assert await platform.reactions(GARDEN, receipt.message_id) == {
        Reaction("ann", "🌱"),
        Reaction("ann", "🌱", burst=True),
    }
