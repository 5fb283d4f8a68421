"""The outbox's promise, played through: every fault, every crash, every delay, and at most one post."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import NoReturn

import pytest

from bot.failpoints import FAILPOINTS, Failpoints
from bot.model import Kind, LedgerEntry, PlatformName, State, Why
from bot.outbox import LEASE, Outbox
from bot.ports import Manners
from tests.fakes.chat import LAG, ChatPlatform, Fault
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.memory_store import MemoryLedger
from tests.fakes.posts import GARDEN, PORCH, make_channel, make_draft

NONCE_WINDOW = timedelta(seconds=60)  # in which the platform drops a repeated marker, counted between two writes
DISCORD = Manners(resend_within=NONCE_WINDOW - LAG, settle=timedelta(seconds=90))
SLACK = Manners(settle=timedelta(seconds=90))
STEP = 7.0  # seconds between two ticks
OUTBOX_POINTS = tuple(point for point in FAILPOINTS if point not in {"after_pick", "in_claim", "in_confirm"})


class Crash(BaseException):
    """The end of the process, as far as the outbox can tell."""


class Tripwire(Failpoints):
    """Ends a delivery where the real one would end the process."""

    def __init__(self, armed: str | None) -> None:
        super().__init__()
        self.armed = armed
        self.fired = False

    def reach(self, name: str) -> None:
        if name == self.armed and not self.fired:
            self.fired = True
            raise Crash


@dataclass
class World:
    """One channel, one chat, one ledger; the outbox can die and be born again."""

    clock: FakeClock
    ledger: MemoryLedger
    chat: ChatPlatform
    outbox: Outbox
    born: int = 0

    @classmethod
    def make(cls, manners: Manners = SLACK, crash: str | None = None, *, forum: bool = False) -> "World":
        """In a forum nothing is dropped, whatever the platform does elsewhere."""
        clock = FakeClock()
        ledger = MemoryLedger(clock)
        window = NONCE_WINDOW if manners.resend_within and not forum else timedelta(0)
        chat = ChatPlatform(clock, manners, window)
        return cls(clock, ledger, chat, _outbox(ledger, chat, clock, Tripwire(crash), 0))

    async def submit(self, key: str = "2026-12-01/1") -> None:
        tasks: Sequence[asyncio.Task[State]] = ()
        with contextlib.suppress(Crash):
            tasks = await self.outbox.submit([make_draft(key=key)])
        await asyncio.gather(*tasks, return_exceptions=True)

    async def restart(self, crash: str | None = None) -> None:
        self.born += 1
        self.outbox = _outbox(self.ledger, self.chat, self.clock, Tripwire(crash), self.born)
        await self.outbox.start()

    async def pass_time(self, seconds: float) -> None:
        """Ticks until so much time has passed."""
        for _ in range(int(seconds / STEP) + 1):
            self.clock.advance(seconds=STEP)
            await self.outbox.resume()
            await self.outbox.drain(timedelta(seconds=5))

    async def entry(self) -> LedgerEntry:
        (entry,) = await self.ledger.entries()
        return entry


def _outbox(ledger: MemoryLedger, chat: ChatPlatform, clock: FakeClock, trip: Failpoints, born: int) -> Outbox:
    channels = {GARDEN: replace(make_channel(), catch_up=timedelta(hours=6)), PORCH: make_channel(PORCH)}
    return Outbox(ledger, {PlatformName.WEB: chat}, channels, clock, trip, f"process {born}")


async def settle(world: World) -> State:
    """Let half an hour go by; where the outbox ended."""
    await world.pass_time(1800)
    return (await world.entry()).post.state


@pytest.mark.parametrize(
    ("manners", "forum"), [(DISCORD, False), (DISCORD, True), (SLACK, False)], ids=["nonce", "forum", "history only"]
)
async def test_every_schedule_of_faults_and_crashes_ends_in_exactly_one_post(manners: Manners, forum: bool) -> None:
    """Two faults in a row, a crash at every point, and a restart after a moment, a minute, or longer."""
    faults = [fault for fault in Fault if fault is not Fault.REFUSED]
    schedules = product(product(faults, repeat=2), (None, *OUTBOX_POINTS), (1.0, 50.0, 200.0))
    wrong = []
    for script, crash, delay in schedules:
        world = World.make(manners, crash, forum=forum)
        world.chat.script(script)
        await world.submit()
        if crash:
            world.clock.advance(seconds=delay)
            await world.restart()
        state = await settle(world)
        if (state, len(world.chat.sent)) != (State.POSTED, 1):
            wrong.append((script, crash, delay, state, len(world.chat.sent)))
    assert wrong == []


@pytest.mark.parametrize("manners", [DISCORD, SLACK], ids=["nonce", "history only"])
@pytest.mark.parametrize("after", [Fault.LOST_AFTER, Fault.LATE])
async def test_a_refusal_after_a_lost_answer_does_not_clear_the_doubt(manners: Manners, after: Fault) -> None:
    world = World.make(manners)
    world.chat.script([after, Fault.REFUSED, Fault.NOT_SENT])
    await world.submit()
    assert await settle(world) is State.POSTED
    assert len(world.chat.sent) == 1


async def test_what_is_in_doubt_is_looked_up_although_the_channel_is_refused() -> None:
    world = World.make(DISCORD)
    world.chat.script([Fault.LOST_AFTER, *[Fault.REFUSED] * 100])
    await world.submit()
    await world.pass_time(200)
    assert (await world.entry()).post.state is State.POSTED


@pytest.mark.parametrize("after", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.LATE])
async def test_with_an_unreadable_history_a_lost_answer_ends_in_unknown(after: Fault) -> None:
    world = World.make(SLACK)
    world.chat.script([after])
    world.chat.readable = False
    await world.submit()
    assert await settle(world) is State.UNKNOWN
    assert len(world.chat.sent) <= 1
    assert world.chat.requests == 1


async def test_an_unreadable_history_does_not_keep_a_first_post_back() -> None:
    world = World.make(SLACK)
    world.chat.readable = False
    await world.submit()
    assert await settle(world) is State.POSTED


async def test_a_post_that_is_already_there_is_confirmed_and_not_sent() -> None:
    """A restored backup: the ledger has forgotten, the platform has not."""
    world = World.make(SLACK)
    await world.submit()
    forgetful = World(world.clock, MemoryLedger(world.clock), world.chat, world.outbox)
    await forgetful.restart()
    await forgetful.submit()
    assert (await forgetful.entry()).post.message_id == world.chat.sent[0].id
    assert len(world.chat.sent) == 1


async def test_the_same_key_is_claimed_once() -> None:
    world = World.make()
    await world.submit()
    await world.submit()
    assert world.chat.requests == 1


async def test_a_refused_channel_is_blocked_told_once_and_resumes_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    world = World.make()
    world.chat.script([Fault.REFUSED] * 3)
    await world.submit()
    assert (await world.entry()).post.state is State.BLOCKED
    assert (await world.ledger.states())[GARDEN].blocked == "may not post here: give the bot permission"
    await world.pass_time(3600)
    assert (await world.entry()).post.state is State.POSTED
    assert (await world.ledger.states())[GARDEN].blocked is None
    assert [record.message for record in caplog.records].count("a channel is blocked") == 1


async def test_what_cannot_be_posted_in_time_is_skipped_and_its_seed_unspent() -> None:
    world = World.make()
    world.chat.script([Fault.REFUSED] * 100)
    await world.submit()
    await world.pass_time(7 * 3600)
    post = (await world.entry()).post
    assert (post.state, post.why) == (State.SKIPPED, Why.BLOCKED)
    assert "may not post here" in (post.reason or "")
    assert (await world.ledger.history(GARDEN, world.clock.now())).spent == frozenset()


async def test_a_planned_post_is_sent_even_if_a_process_died_between_taking_and_sending_it() -> None:
    world = World.make()
    draft = make_draft(key="cli/1", kind=Kind.ASKED)
    await world.ledger.enqueue(draft, world.clock.now())
    await world.ledger.take("process 0", world.clock.now(), world.clock.now() + LEASE, 10)
    world.clock.advance(seconds=3)
    world.chat.script([Fault.NOT_SENT])
    await world.restart()
    await world.pass_time(60)
    assert (await world.entry()).post.state is State.POSTED


async def test_a_post_that_waited_long_after_its_claim_is_in_doubt_from_its_request_on() -> None:
    """The process dies with the request under way, and the write is applied when the claim's own time is long over."""

    class Dying(ChatPlatform):
        async def find(self, *_: object) -> None:
            clock.advance(seconds=50)

        async def send(self, *_: object) -> NoReturn:
            world.chat.script([Fault.LATE])
            with contextlib.suppress(TimeoutError):
                await world.chat.send(GARDEN, make_draft(key="k").message)
            raise Crash

    world = World.make(SLACK)
    clock = world.clock
    world.outbox = _outbox(world.ledger, Dying(clock, SLACK), clock, Failpoints(), 0)
    await world.submit("k")
    await world.restart()
    assert await settle(world) is State.POSTED
    assert len(world.chat.sent) == 1


async def test_a_request_nobody_waits_for_any_more_is_dropped() -> None:
    world = World.make()
    world.chat.script([Fault.NOT_SENT] * 1000)
    draft = make_draft(key="asked/1", kind=Kind.ASKED)
    await asyncio.gather(*await world.outbox.submit([draft]))
    await world.pass_time(1500)
    assert (await world.entry()).post.state is State.SKIPPED


async def test_a_person_settles_what_is_unknown() -> None:
    world = World.make(SLACK)
    world.chat.script([Fault.LOST_BEFORE])
    world.chat.readable = False
    await world.submit()
    assert await settle(world) is State.UNKNOWN
    post = (await world.entry()).post
    world.clock.advance(days=3)  # long after its window
    assert await world.ledger.resolve(post.id, False, world.clock.now())
    assert await settle(world) is State.POSTED
    assert len(world.chat.sent) == 1


async def test_many_drafts_are_all_sent() -> None:
    """More than a batch, so that claims wait for sends."""
    world = World.make()
    drafts = [make_draft(lineage, key=f"k{lineage}") for lineage in range(1, 181)]
    states = await asyncio.gather(*await world.outbox.submit(drafts))
    assert set(states) == {State.POSTED}
    assert len(world.chat.sent) == 180


async def test_a_hanging_send_is_let_go_of_and_settled_at_the_next_start() -> None:
    class Hanging(ChatPlatform):
        async def refresh(self, channel: object) -> None:
            await asyncio.Event().wait()

    world = World.make()
    world.chat = Hanging(world.clock)
    world.outbox = _outbox(world.ledger, world.chat, world.clock, Failpoints(), 0)
    tasks = await world.outbox.submit([make_draft(key="k", due=BEGINNING)])
    await world.outbox.drain(timedelta(milliseconds=50))
    assert tasks[0].cancelled()
    assert len(world.chat.sent) == 1


async def test_a_post_of_a_channel_that_was_removed_waits_a_week_and_is_then_let_go_of() -> None:
    world = World.make()
    world.chat.script([Fault.NOT_SENT])
    await world.submit()
    world.outbox = Outbox(
        world.ledger, {PlatformName.WEB: world.chat}, {}, world.clock, Failpoints(), "without the channel"
    )
    await world.pass_time(700)
    assert (await world.entry()).post.state is State.PENDING
    world.clock.advance(days=7)
    await world.pass_time(700)
    entry = await world.entry()
    assert (entry.post.state, entry.post.reason) == (State.SKIPPED, "its channel is not set up any more")
    assert world.chat.sent == []


async def test_a_repeat_that_finds_its_message_taken_down_is_recorded_as_deleted() -> None:
    world = World.make(DISCORD)
    world.chat.script([Fault.LOST_AFTER])
    await world.submit()
    world.chat.take_down(world.chat.sent[0].id)
    await world.pass_time(10)
    assert (await world.entry()).post.state is State.DELETED
