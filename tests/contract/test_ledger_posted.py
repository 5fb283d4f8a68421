"""What every ledger promises of a post after it was confirmed: changed, taken down, its reactions read in time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import Lineage, Marker, MessageId, Post, PostId, Reaction, ReactionChange, State
from bot.ports import Ledger
from tests.contract.rows import LEASE, ME, claim, publish, read, unknown
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.posts import GARDEN, PORCH, make_draft, make_message

M1 = MessageId("m1")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
NONE: frozenset[Reaction] = frozenset()


async def react(ledger: Ledger, at: datetime, *, present: bool = True) -> None:
    assert await ledger.record_reaction(ReactionChange(GARDEN, M1, "ann", "🌱", present, at))


# ---- taken down -----------------------------------------------------------------------------------------------------


async def test_a_message_that_is_gone_leaves_its_post_and_its_counts(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await react(ledger, clock.now())
    clock.advance(hours=1)
    assert await ledger.delete(GARDEN, M1)
    assert await read(ledger, post) == replace(post, state=State.DELETED)
    (entry,) = await ledger.entries()
    assert entry.reactions == {"🌱": 1}


async def test_a_reading_or_a_clearing_of_a_message_that_is_gone_is_not_believed(
    ledger: Ledger, clock: FakeClock
) -> None:
    await publish(ledger, clock)
    await react(ledger, clock.now())
    await ledger.delete(GARDEN, M1)
    await ledger.replace_reactions(GARDEN, M1, NONE, clock.advance(hours=1))
    await ledger.clear_reactions(GARDEN, M1, None, clock.now())
    (entry,) = await ledger.entries()
    assert entry.reactions == {"🌱": 1}


async def test_a_seed_whose_message_is_gone_was_read(ledger: Ledger, clock: FakeClock) -> None:
    await publish(ledger, clock)
    await ledger.delete(GARDEN, M1)
    history = await ledger.history(GARDEN, clock.now())
    assert history.spent == {1}
    assert [recent.lineage for recent in history.recent] == [1]
    assert await ledger.stems(GARDEN, Lineage(1)) == {"direct-1", "side-1", "connect-1"}
    assert not await ledger.claim([make_draft(1, key="again")], ME, clock.now(), clock.now() + LEASE)


async def test_a_message_that_is_gone_is_neither_the_newest_nor_liked(ledger: Ledger, clock: FakeClock) -> None:
    await publish(ledger, clock)
    await react(ledger, clock.now())
    await ledger.delete(GARDEN, M1)
    assert await ledger.post_of(GARDEN, Lineage(1)) is None
    assert await ledger.liked(GARDEN, 10) == []
    assert await ledger.entries(GARDEN, states=(State.POSTED,)) == []


async def test_only_a_message_of_ours_is_gone_and_only_once(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await claim(ledger, clock, 2)
    assert not await ledger.delete(PORCH, M1)
    assert not await ledger.delete(GARDEN, MessageId("m2"))
    assert (await read(ledger, post)).state is State.POSTED
    assert await ledger.delete(GARDEN, M1)
    assert not await ledger.delete(GARDEN, M1)


# ---- shown otherwise ------------------------------------------------------------------------------------------------


async def test_another_message_is_frozen_with_a_post(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    assert post.message is not None
    first, *others = post.message.prompts
    other = replace(post.message, prompts=(replace(first, stem="direct-9"), *others), worn=("direct-1", ""))
    assert await ledger.revise(post.id, other)
    assert await read(ledger, post) == replace(post, message=other)


async def test_stems_of_prompts_that_were_swapped_out_stay_known(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    assert post.message is not None
    first, *others = post.message.prompts
    swapped = replace(post.message, prompts=(replace(first, stem="direct-9"), *others), worn=("direct-1", ""))
    await ledger.revise(post.id, swapped)
    known = {"direct-9", "direct-1", "side-1", "connect-1"}
    assert await ledger.stems(GARDEN, Lineage(1)) == known
    (recent,) = (await ledger.history(GARDEN, clock.now())).recent
    assert set(recent.stems) == known


async def test_a_marker_never_changes(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    assert post.message is not None
    assert not await ledger.revise(post.id, replace(post.message, marker=Marker("another")))
    assert await read(ledger, post) == post


async def test_only_a_posted_post_is_revised(ledger: Ledger, clock: FakeClock) -> None:
    sending = await claim(ledger, clock, 2)
    assert sending.message is not None
    assert not await ledger.revise(sending.id, replace(sending.message, title="Another"))
    gone = await publish(ledger, clock)
    await ledger.delete(GARDEN, M1)
    assert gone.message is not None
    assert not await ledger.revise(gone.id, replace(gone.message, title="Another"))
    assert not await ledger.revise(PostId(999), make_message())
    assert await read(ledger, sending) == sending


# ---- found by its message -------------------------------------------------------------------------------------------


async def test_a_post_is_found_by_its_message_with_its_reactions(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await react(ledger, clock.now())
    entry = await ledger.post_by_message([PORCH, GARDEN], M1)
    assert entry is not None
    assert (entry.post, entry.title, entry.reactions) == (post, "Seed 1", {"🌱": 1})
    assert await ledger.post_by_message([PORCH], M1) is None
    assert await ledger.post_by_message([], M1) is None
    assert await ledger.post_by_message([GARDEN], MessageId("m9")) is None


async def test_a_post_whose_message_is_gone_is_still_found_by_it(ledger: Ledger, clock: FakeClock) -> None:
    await publish(ledger, clock)
    await ledger.delete(GARDEN, M1)
    entry = await ledger.post_by_message([GARDEN], M1)
    assert entry is not None
    assert entry.post.state is State.DELETED


# ---- readings -------------------------------------------------------------------------------------------------------


async def next_reading(ledger: Ledger, post: Post) -> timedelta | None:
    """How long after it was posted; by asking, since nothing else shows it."""
    assert post.posted is not None
    for after in (timedelta(0), HOUR, 6 * HOUR, DAY, 7 * DAY):
        if post in await ledger.to_reconcile(post.posted + after, 100):
            assert after == timedelta(0) or post not in await ledger.to_reconcile(post.posted + after - TICK, 100)
            return after
    return None


async def test_a_post_is_read_after_an_hour_then_ever_less_often_for_a_week(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    for after in (HOUR, 6 * HOUR, DAY, 7 * DAY):
        assert await next_reading(ledger, post) == after
        clock.set(BEGINNING + after + timedelta(seconds=5))
        await ledger.replace_reactions(GARDEN, M1, NONE, clock.now())
    assert await next_reading(ledger, post) is None


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (timedelta(0), HOUR),
        (HOUR - TICK, HOUR),
        (HOUR, 6 * HOUR),
        (3 * DAY, 7 * DAY),
        (7 * DAY, None),
        (30 * DAY, None),
    ],
)
async def test_the_next_reading_is_the_first_mark_later_than_this_one(
    ledger: Ledger, clock: FakeClock, now: timedelta, then: timedelta | None
) -> None:
    """Also of one that came early, or in place of several that were missed."""
    post = await publish(ledger, clock)
    await ledger.replace_reactions(GARDEN, M1, NONE, BEGINNING + now)
    assert await next_reading(ledger, post) == then


async def test_a_reading_older_than_the_last_one_plans_nothing(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await ledger.replace_reactions(GARDEN, M1, NONE, BEGINNING + DAY)
    await ledger.replace_reactions(GARDEN, M1, NONE, BEGINNING + HOUR)
    assert await next_reading(ledger, post) == 7 * DAY


async def test_readings_come_longest_due_first_and_no_more_than_asked(ledger: Ledger, clock: FakeClock) -> None:
    posts = [await publish(ledger, clock, lineage, due=clock.advance(minutes=1)) for lineage in (1, 2, 3)]
    await ledger.reconcile_later(posts[0].id, clock.now() + 3 * HOUR)
    now = clock.now() + 4 * HOUR
    assert [post.lineage for post in await ledger.to_reconcile(now, 10)] == [2, 3, 1]
    assert [post.lineage for post in await ledger.to_reconcile(now, 2)] == [2, 3]
    assert await ledger.to_reconcile(clock.now(), 10) == []


async def test_only_confirmed_messages_are_read(ledger: Ledger, clock: FakeClock) -> None:
    await claim(ledger, clock, 2)
    await publish(ledger, clock)
    await ledger.delete(GARDEN, M1)
    assert await ledger.to_reconcile(clock.now() + 9 * DAY, 10) == []


async def test_a_post_without_a_known_message_is_not_read(ledger: Ledger, clock: FakeClock) -> None:
    post = await unknown(ledger, clock)
    await ledger.resolve(post.id, True, clock.now())
    assert await ledger.to_reconcile(clock.now() + 9 * DAY, 10) == []


async def test_after_an_outage_every_reading_ahead_is_due(ledger: Ledger, clock: FakeClock) -> None:
    done = await publish(ledger, clock, 1)
    await ledger.replace_reactions(GARDEN, M1, NONE, clock.now() + 8 * DAY)
    ahead = await publish(ledger, clock, 2)
    elsewhere = await publish(ledger, clock, 3, channel=PORCH)
    assert await ledger.reconcile_soon([], clock.now()) == 0
    assert await ledger.reconcile_soon([GARDEN], clock.now()) == 1
    assert await ledger.to_reconcile(clock.now(), 10) == [ahead]
    assert await next_reading(ledger, elsewhere) == HOUR
    assert await next_reading(ledger, done) is None
    await ledger.replace_reactions(GARDEN, MessageId("m2"), NONE, clock.now())
    assert await next_reading(ledger, ahead) == HOUR


async def test_an_outage_delays_no_reading_that_is_due(ledger: Ledger, clock: FakeClock) -> None:
    first, second = [await publish(ledger, clock, lineage) for lineage in (1, 2)]
    await ledger.reconcile_later(second.id, clock.now())
    assert await ledger.reconcile_soon([GARDEN], clock.now() + HOUR - TICK) == 2
    assert await ledger.to_reconcile(clock.now() + DAY, 10) == [second, first]


async def test_a_reading_that_failed_is_tried_again_later(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    again = BEGINNING + HOUR + timedelta(minutes=10)
    await ledger.reconcile_later(post.id, again)
    assert await ledger.to_reconcile(again - TICK, 10) == []
    assert await ledger.to_reconcile(again, 10) == [post]


async def test_no_reading_is_planned_for_what_is_read_no_more(ledger: Ledger, clock: FakeClock) -> None:
    gone, done = [await publish(ledger, clock, lineage) for lineage in (1, 2)]
    await ledger.delete(GARDEN, M1)
    await ledger.replace_reactions(GARDEN, MessageId("m2"), NONE, clock.now() + 8 * DAY)
    for post in (gone, done):
        await ledger.reconcile_later(post.id, clock.now())
    await ledger.reconcile_later(PostId(999), clock.now())
    assert await ledger.to_reconcile(clock.now() + 9 * DAY, 10) == []
