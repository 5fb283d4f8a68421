"""What every ledger promises of seeds that were put first by hand."""

from bot.model import Lineage
from bot.ports import Ledger
from tests.contract.rows import LEASE, ME, claim
from tests.fakes.clock import FakeClock
from tests.fakes.posts import GARDEN, PORCH, make_draft


async def fill(ledger: Ledger, clock: FakeClock, *lineages: int) -> None:
    for lineage in lineages:
        await ledger.queue(GARDEN, Lineage(lineage), clock.now())


async def test_the_last_one_put_first_is_next(ledger: Ledger, clock: FakeClock) -> None:
    assert await ledger.queued(GARDEN) == []
    await fill(ledger, clock, 1, 2, 3)
    assert await ledger.queued(GARDEN) == [3, 2, 1]
    assert await ledger.queued(PORCH) == []


async def test_one_that_is_queued_already_moves_to_the_front(ledger: Ledger, clock: FakeClock) -> None:
    await fill(ledger, clock, 1, 2, 3, 1)
    assert await ledger.queued(GARDEN) == [1, 3, 2]


async def test_a_clock_that_goes_back_changes_no_order(ledger: Ledger, clock: FakeClock) -> None:
    await fill(ledger, clock, 1)
    clock.advance(days=-1)
    await fill(ledger, clock, 2)
    assert await ledger.queued(GARDEN) == [2, 1]


async def test_one_is_taken_out(ledger: Ledger, clock: FakeClock) -> None:
    await fill(ledger, clock, 1, 2)
    assert not await ledger.unqueue(PORCH, Lineage(1))
    assert await ledger.unqueue(GARDEN, Lineage(1))
    assert not await ledger.unqueue(GARDEN, Lineage(1))
    assert await ledger.queued(GARDEN) == [2]


async def test_history_tells_what_is_queued(ledger: Ledger, clock: FakeClock) -> None:
    assert (await ledger.history(GARDEN, clock.now())).queued == ()
    await fill(ledger, clock, 1, 2)
    assert (await ledger.history(GARDEN, clock.now())).queued == (2, 1)


async def test_a_claim_takes_its_seed_out_of_its_channels_queue(ledger: Ledger, clock: FakeClock) -> None:
    await fill(ledger, clock, 1, 2)
    await ledger.queue(PORCH, Lineage(1), clock.now())
    await claim(ledger, clock, 1)
    assert await ledger.queued(GARDEN) == [2]
    assert await ledger.queued(PORCH) == [1]


async def test_so_does_a_post_that_waits_for_the_outbox(ledger: Ledger, clock: FakeClock) -> None:
    await fill(ledger, clock, 1, 2)
    assert await ledger.enqueue(make_draft(1), clock.now()) is not None
    assert await ledger.queued(GARDEN) == [2]


async def test_a_draft_that_is_left_out_takes_nothing_out(ledger: Ledger, clock: FakeClock) -> None:
    await claim(ledger, clock, 1, key="taken")
    await fill(ledger, clock, 2)
    until = clock.now() + LEASE
    assert not await ledger.claim([make_draft(2, key="taken")], ME, clock.now(), until)
    assert await ledger.enqueue(make_draft(2, key="taken"), clock.now()) is None
    assert await ledger.queued(GARDEN) == [2]
