"""What every ledger promises of channels, their slots and the slots that end without a post."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model import Kind, State, Why
from bot.ports import Ledger
from tests.contract.rows import LEASE, ME, TODAY, claim, publish, read
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.posts import GARDEN, PORCH, make_channel, make_draft, make_skip, make_slot

# ---- channels -------------------------------------------------------------------------------------------------------


async def test_a_channel_is_created_once(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.register([make_channel(GARDEN)], clock.now())
    later = clock.advance(days=1)
    states = await ledger.register([make_channel(GARDEN), make_channel(PORCH)], later)
    assert states[GARDEN].created == BEGINNING
    assert states[PORCH].created == later
    assert await ledger.states() == states


async def test_register_tells_only_of_the_channels_given(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.register([make_channel(GARDEN), make_channel(PORCH)], clock.now())
    assert set(await ledger.register([make_channel(PORCH)], clock.now())) == {PORCH}


async def test_a_pause_ends_at_its_instant_or_when_resumed(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.register([make_channel()], clock.now())
    until = clock.now() + timedelta(days=3)
    await ledger.pause(GARDEN, until)
    assert (await ledger.states())[GARDEN].paused_until == until
    await ledger.pause(GARDEN, None)
    assert (await ledger.states())[GARDEN].paused_until == datetime.max.replace(tzinfo=UTC)
    await ledger.resume(GARDEN)
    assert (await ledger.states())[GARDEN].paused_until is None


async def test_a_pause_before_the_first_run_is_not_lost(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.pause(GARDEN, None)
    states = await ledger.register([make_channel()], clock.advance(hours=1))
    assert states[GARDEN].paused_until is not None
    assert states[GARDEN].created == BEGINNING


async def test_a_block_is_news_once_and_again_when_its_reason_changes(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.register([make_channel()], clock.now())
    assert not await ledger.block(GARDEN, None)
    assert await ledger.block(GARDEN, "no permission")
    assert not await ledger.block(GARDEN, "no permission")
    assert await ledger.block(GARDEN, "the channel is archived")
    assert (await ledger.states())[GARDEN].blocked == "the channel is archived"
    assert await ledger.block(GARDEN, None)
    assert not await ledger.block(GARDEN, None)
    assert (await ledger.states())[GARDEN].blocked is None


# ---- slots and skips ------------------------------------------------------------------------------------------------


async def test_a_slot_is_recorded_by_its_post_and_by_its_skip(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.register([make_channel()], clock.now())
    posted, skipped = make_slot(TODAY), make_slot(TODAY - timedelta(days=1))
    await claim(ledger, clock, slot=posted)
    await ledger.record_skips([make_skip(skipped)])
    records = (await ledger.slot_records(TODAY - timedelta(days=1), clock.now()))[GARDEN]
    assert set(records) == {posted.key, skipped.key}
    assert records[posted.key].state is State.SENDING
    assert records[posted.key].due == posted.due
    assert records[posted.key].zone == "Europe/Berlin"
    assert (records[skipped.key].date, records[skipped.key].name) == (skipped.date, "1")
    assert records[skipped.key].state is State.SKIPPED


async def test_older_slots_are_left_out_but_for_the_latest_that_is_due(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.register([make_channel(GARDEN), make_channel(PORCH)], clock.now())
    days = [TODAY - timedelta(days=age) for age in (40, 30, 20)]
    await ledger.record_skips([make_skip(make_slot(day)) for day in days])
    await ledger.record_skips([make_skip(make_slot(days[0], PORCH))])
    future = make_slot(TODAY + timedelta(days=2))
    await ledger.record_skips([make_skip(future, Why.ASKED)])
    records = await ledger.slot_records(TODAY, clock.now())
    assert set(records[GARDEN]) == {make_slot(days[2]).key, future.key}
    assert set(records[PORCH]) == {make_slot(days[0]).key}


async def test_a_slot_that_has_an_outcome_keeps_it(ledger: Ledger, clock: FakeClock) -> None:
    posted = await publish(ledger, clock, slot=make_slot())
    other = make_slot(name="2")
    await ledger.record_skips([make_skip(make_slot()), make_skip(other, Why.PAUSED)])
    await ledger.record_skips([make_skip(other, Why.MISSED)])
    assert await read(ledger, posted) == posted
    kept = await ledger.post_by_key(GARDEN, other.key)
    assert kept is not None
    assert (kept.why, kept.reason) == (Why.PAUSED, "was paused")


async def test_a_skip_is_a_row_without_a_seed(ledger: Ledger) -> None:
    slot = make_slot()
    await ledger.record_skips([make_skip(slot)])
    post = await ledger.post_by_key(GARDEN, slot.key)
    assert post is not None
    assert (post.kind, post.slot, post.state, post.due) == (Kind.DAILY, slot.key, State.SKIPPED, slot.due)
    assert (post.seed, post.lineage, post.round, post.message, post.posted) == (None,) * 5


async def test_a_skipped_slot_is_not_claimed(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.record_skips([make_skip(make_slot())])
    assert not await ledger.claim([make_draft(slot=make_slot())], ME, clock.now(), clock.now() + LEASE)


async def test_only_missed_slots_of_the_future_are_forgotten(ledger: Ledger, clock: FakeClock) -> None:
    tomorrow, later = make_slot(TODAY + timedelta(days=1)), make_slot(TODAY + timedelta(days=2))
    past = make_slot(TODAY)
    now_exactly = replace(make_slot(TODAY, name="2"), due=clock.now())
    await ledger.record_skips([make_skip(slot) for slot in (past, now_exactly, tomorrow)])
    await ledger.record_skips([make_skip(later, Why.ASKED)])
    assert await ledger.forget_future_skips(clock.now()) == 1
    assert await ledger.forget_future_skips(clock.now()) == 0
    left = {entry.post.key for entry in await ledger.entries()}
    assert left == {past.key, now_exactly.key, later.key}
