"""What every ledger promises of a post's way through the outbox."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Kind, Lineage, MessageId, Post, PostId, State, StepName, Why
from bot.ports import Ledger
from tests.contract.rows import LEASE, ME, OTHER, claim, publish, read, unknown
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.posts import GARDEN, PORCH, make_draft, make_slot

# ---- claiming -------------------------------------------------------------------------------------------------------


async def test_a_claim_freezes_the_draft_and_counts_its_first_attempt(ledger: Ledger, clock: FakeClock) -> None:
    draft = replace(make_draft(7, slot=make_slot()), late=True)
    (post,) = await ledger.claim([draft], ME, clock.now(), clock.now() + LEASE)
    assert post == Post(
        id=post.id,
        channel=GARDEN,
        kind=Kind.DAILY,
        key=draft.key,
        slot=make_slot().key,
        state=State.SENDING,
        due=draft.due,
        late=True,
        seed=draft.pick.seed,
        lineage=Lineage(7),
        round=1,
        message=draft.message,
        attempts=1,
        first_attempt=clock.now(),
        last_attempt=clock.now(),
        explanation=draft.pick.explanation,
    )
    assert await read(ledger, post) == post
    assert await ledger.post_by_key(GARDEN, draft.key) == post


async def test_a_key_is_claimed_once_in_a_channel(ledger: Ledger, clock: FakeClock) -> None:
    await claim(ledger, clock, 1, key="same")
    until = clock.now() + LEASE
    assert not await ledger.claim([make_draft(2, key="same")], ME, clock.now(), until)
    assert len(await ledger.claim([make_draft(2, key="same", channel=PORCH)], ME, clock.now(), until)) == 1


async def test_a_seed_is_claimed_once_in_a_round(ledger: Ledger, clock: FakeClock) -> None:
    await claim(ledger, clock, 1, key="first")
    until = clock.now() + LEASE
    assert not await ledger.claim([make_draft(1, key="second")], ME, clock.now(), until)
    assert await ledger.enqueue(make_draft(1, key="third"), clock.now()) is None
    assert len(await ledger.claim([make_draft(1, key="again", round=2)], ME, clock.now(), until)) == 1
    assert len(await ledger.claim([make_draft(1, key="there", channel=PORCH)], ME, clock.now(), until)) == 1


async def test_a_batch_claims_what_is_free_and_leaves_out_the_rest(ledger: Ledger, clock: FakeClock) -> None:
    await claim(ledger, clock, 1)
    drafts = [make_draft(1), make_draft(2), make_draft(2, key="the same seed"), make_draft(3)]
    posts = await ledger.claim(drafts, ME, clock.now(), clock.now() + LEASE)
    assert [post.lineage for post in posts] == [2, 3]
    assert await ledger.claim([], ME, clock.now(), clock.now() + LEASE) == []


async def test_enqueued_posts_wait_to_be_taken_at_once(ledger: Ledger, clock: FakeClock) -> None:
    post = await ledger.enqueue(make_draft(), clock.now())
    assert post is not None
    assert (post.state, post.attempts, post.retry_at) == (State.PENDING, 0, clock.now())
    (taken,) = await ledger.take(ME, clock.now(), clock.now() + LEASE, 10)
    assert (taken.id, taken.state, taken.attempts, taken.ambiguous) == (post.id, State.SENDING, 0, False)
    assert taken.first_attempt is None


@pytest.mark.parametrize("state", [state for state in State if state is not State.SKIPPED])
async def test_a_seed_stays_reserved_in_every_state_but_skipped(ledger: Ledger, clock: FakeClock, state: State) -> None:
    post = await claim(ledger, clock, 1)
    if state in (State.PENDING, State.BLOCKED):
        await ledger.postpone(post.id, ME, state, clock.now() + LEASE, "not now")
    elif state is State.UNKNOWN:
        await ledger.give_up(post.id, ME, "unreadable")
    elif state is State.POSTED:
        await ledger.confirm(post.id, ME, MessageId("m1"), clock.now())
    elif state is State.DELETED:
        await ledger.bury(post.id, ME, clock.now())
    assert (await read(ledger, post)).state is state
    assert (await ledger.history(GARDEN, clock.now())).spent == {1}
    assert not await ledger.claim([make_draft(1, key="other")], ME, clock.now(), clock.now() + LEASE)


async def test_a_dropped_post_burns_no_seed_but_its_slot_stays_decided(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock, 1, slot=make_slot())
    assert await ledger.drop(post.id, ME, Why.BLOCKED, "too late")
    dropped = await read(ledger, post)
    assert (dropped.state, dropped.why, dropped.reason) == (State.SKIPPED, Why.BLOCKED, "too late")
    history = await ledger.history(GARDEN, clock.now())
    assert (history.spent, history.recent) == (frozenset(), ())
    assert await ledger.stems(GARDEN, Lineage(1)) == frozenset()
    until = clock.now() + LEASE
    assert not await ledger.claim([make_draft(2, slot=make_slot())], ME, clock.now(), until)
    assert len(await ledger.claim([make_draft(1, key="tomorrow")], ME, clock.now(), until)) == 1


# ---- the way to the platform ----------------------------------------------------------------------------------------


async def test_an_attempt_is_counted_and_renews_the_lease(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    later = clock.advance(minutes=4)
    assert await ledger.attempt(post.id, ME, later, later + LEASE)
    renewed = await read(ledger, post)
    assert (renewed.attempts, renewed.first_attempt, renewed.last_attempt) == (2, BEGINNING, later)
    assert await ledger.next_retry() == later + LEASE
    assert not await ledger.take(OTHER, later + timedelta(minutes=4), later + 2 * LEASE, 10)


async def test_confirm_spends_the_seed(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    assert await ledger.confirm(post.id, ME, MessageId("m1"), clock.now())
    posted = await read(ledger, post)
    assert posted == replace(post, state=State.POSTED, message_id=MessageId("m1"), posted=clock.now())
    assert await ledger.next_retry() is None


async def test_confirm_clears_the_reason_of_earlier_failures(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    await ledger.postpone(post.id, ME, State.PENDING, clock.now(), "busy")
    await ledger.take(ME, clock.now(), clock.now() + LEASE, 1)
    await ledger.confirm(post.id, ME, MessageId("m1"), clock.now())
    assert (await read(ledger, post)).reason is None


@pytest.mark.parametrize(
    ("kind", "delay", "late"),
    [
        (Kind.DAILY, timedelta(minutes=5), False),
        (Kind.DAILY, timedelta(minutes=5, microseconds=1), True),
        (Kind.ASKED, timedelta(hours=2), False),
    ],
)
async def test_a_daily_post_confirmed_over_five_minutes_after_it_was_due_is_late(
    ledger: Ledger, clock: FakeClock, kind: Kind, delay: timedelta, late: bool
) -> None:
    post = await claim(ledger, clock, kind=kind)
    await ledger.confirm(post.id, ME, MessageId("m1"), post.due + delay)
    assert (await read(ledger, post)).late is late


async def test_a_late_draft_stays_late_when_confirmed_soon(ledger: Ledger, clock: FakeClock) -> None:
    (post,) = await ledger.claim([replace(make_draft(), late=True)], ME, clock.now(), clock.now() + LEASE)
    await ledger.confirm(post.id, ME, MessageId("m1"), clock.now())
    assert (await read(ledger, post)).late


@pytest.mark.parametrize("state", [State.PENDING, State.BLOCKED])
async def test_a_definite_failure_is_tried_again_later(ledger: Ledger, clock: FakeClock, state: State) -> None:
    post = await claim(ledger, clock)
    retry_at = clock.now() + timedelta(minutes=10)
    assert await ledger.postpone(post.id, ME, state, retry_at, "not allowed")
    waiting = await read(ledger, post)
    assert (waiting.state, waiting.retry_at, waiting.reason) == (state, retry_at, "not allowed")
    assert await ledger.next_retry() == retry_at
    assert not await ledger.take(ME, retry_at - timedelta(microseconds=1), retry_at + LEASE, 10)
    (taken,) = await ledger.take(ME, retry_at, retry_at + LEASE, 10)
    assert (taken.state, taken.ambiguous, taken.attempts, taken.retry_at) == (State.SENDING, False, 1, None)


async def test_a_post_is_postponed_to_no_other_state(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    with pytest.raises(ValueError, match="posted"):
        await ledger.postpone(post.id, ME, State.POSTED, clock.now(), "no")


async def test_a_definite_failure_after_an_ambiguous_attempt_does_not_clear_the_ambiguity(
    ledger: Ledger, clock: FakeClock
) -> None:
    post = await claim(ledger, clock)
    look_at = clock.now() + timedelta(seconds=90)
    assert await ledger.doubt(post.id, ME, look_at, "timed out")
    doubted = await read(ledger, post)
    assert (doubted.state, doubted.ambiguous, doubted.retry_at) == (State.SENDING, True, look_at)
    (taken,) = await ledger.take(ME, look_at, look_at + LEASE, 10)
    assert taken.ambiguous
    assert await ledger.attempt(post.id, ME, look_at, look_at + LEASE)
    assert not await ledger.postpone(post.id, ME, State.PENDING, look_at, "surely not")
    assert not await ledger.drop(post.id, ME, Why.BLOCKED, "surely not")
    still = await read(ledger, post)
    assert (still.state, still.ambiguous, still.attempts) == (State.SENDING, True, 2)


async def test_a_doubted_post_waits_for_its_instant_and_not_for_the_lease(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    look_at = clock.now() + 3 * LEASE
    await ledger.doubt(post.id, ME, look_at, "timed out")
    assert await ledger.next_retry() == look_at
    assert not await ledger.take(OTHER, clock.now() + 2 * LEASE, clock.now() + 3 * LEASE, 10)
    assert len(await ledger.take(OTHER, look_at, look_at + LEASE, 10)) == 1


async def test_absolution_lets_a_definite_failure_count_again(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    await ledger.doubt(post.id, ME, clock.now(), "timed out")
    await ledger.take(ME, clock.now(), clock.now() + LEASE, 10)
    assert not await ledger.absolve(post.id, OTHER)
    assert await ledger.absolve(post.id, ME)
    assert not (await read(ledger, post)).ambiguous
    assert await ledger.postpone(post.id, ME, State.PENDING, clock.now(), "surely not")


async def test_a_lease_that_ran_out_is_taken_over_in_doubt(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    assert await ledger.next_retry() == clock.now() + LEASE
    assert not await ledger.take(OTHER, clock.now() + LEASE - timedelta(microseconds=1), clock.now() + LEASE, 10)
    now = clock.advance(minutes=5)
    (taken,) = await ledger.take(OTHER, now, now + LEASE, 10)
    assert (taken.id, taken.ambiguous, taken.attempts) == (post.id, True, 1)
    assert not await ledger.take(ME, now, now + LEASE, 10)


async def test_an_owner_whose_claim_was_taken_over_changes_nothing(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    now = clock.advance(minutes=5)
    await ledger.take(OTHER, now, now + LEASE, 10)
    before = await read(ledger, post)
    assert not await ledger.attempt(post.id, ME, now, now + LEASE)
    assert not await ledger.confirm(post.id, ME, MessageId("m1"), now, [StepName.PIN])
    assert not await ledger.steps(post.id)
    assert not await ledger.bury(post.id, ME, now)
    assert not await ledger.postpone(post.id, ME, State.PENDING, now, "late word")
    assert not await ledger.doubt(post.id, ME, now, "late word")
    assert not await ledger.give_up(post.id, ME, "late word")
    assert not await ledger.drop(post.id, ME, Why.BLOCKED, "late word")
    assert not await ledger.absolve(post.id, ME)
    assert await read(ledger, post) == before
    assert await ledger.confirm(post.id, OTHER, MessageId("m1"), now)


async def test_a_claim_ends_once(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    assert await ledger.doubt(post.id, ME, clock.now() + LEASE, "timed out")
    assert not await ledger.confirm(post.id, ME, MessageId("m1"), clock.now())
    other = await claim(ledger, clock, 2)
    assert await ledger.confirm(other.id, ME, MessageId("m2"), clock.now())
    assert not await ledger.confirm(other.id, ME, MessageId("m3"), clock.now())
    assert (await read(ledger, other)).message_id == "m2"


async def test_an_owner_may_finish_after_its_lease_while_nobody_took_over(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    assert await ledger.confirm(post.id, ME, MessageId("m1"), clock.now() + 2 * LEASE)


async def test_take_gives_the_oldest_first_and_no_more_than_asked(ledger: Ledger, clock: FakeClock) -> None:
    for lineage, age in ((1, 1), (2, 3), (3, 2)):
        await ledger.enqueue(make_draft(lineage, due=BEGINNING - timedelta(hours=age)), clock.now())
    first = await ledger.take(ME, clock.now(), clock.now() + LEASE, 2)
    assert [post.lineage for post in first] == [2, 3]
    rest = await ledger.take(ME, clock.now(), clock.now() + LEASE, 2)
    assert [post.lineage for post in rest] == [1]


async def test_inherit_ends_every_lease_and_leaves_other_waits_alone(ledger: Ledger, clock: FakeClock) -> None:
    leased = await claim(ledger, clock, 1)
    doubted = await claim(ledger, clock, 2)
    await ledger.doubt(doubted.id, ME, clock.now() + LEASE, "timed out")
    await ledger.enqueue(make_draft(3), clock.now() + LEASE)
    await publish(ledger, clock, 4)
    assert await ledger.inherit(clock.now()) == 1
    assert await ledger.inherit(clock.now()) == 0
    assert not await ledger.confirm(leased.id, ME, MessageId("m1"), clock.now())
    (taken,) = await ledger.take(OTHER, clock.now(), clock.now() + LEASE, 10)
    assert (taken.id, taken.ambiguous) == (leased.id, True)


async def test_next_retry_is_the_soonest_of_all_that_is_open(ledger: Ledger, clock: FakeClock) -> None:
    assert await ledger.next_retry() is None
    await claim(ledger, clock, 1)
    post = await claim(ledger, clock, 2)
    await ledger.postpone(post.id, ME, State.PENDING, clock.now() + timedelta(minutes=1), "busy")
    assert await ledger.next_retry() == clock.now() + timedelta(minutes=1)


async def test_what_was_taken_down_before_we_knew_is_buried(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    await ledger.doubt(post.id, ME, clock.now(), "timed out")
    later = clock.advance(minutes=2)
    await ledger.take(ME, later, later + LEASE, 1)
    assert await ledger.bury(post.id, ME, later)
    buried = await read(ledger, post)
    assert (buried.state, buried.message_id, buried.posted, buried.reason) == (State.DELETED, None, BEGINNING, None)
    assert await ledger.next_retry() is None
    assert not await ledger.to_reconcile(later + timedelta(days=9), 10)
    assert not await ledger.bury(post.id, ME, later)
    history = await ledger.history(GARDEN, later)
    assert history.spent == {1}
    assert [recent.lineage for recent in history.recent] == [1]


async def test_blocked_posts_of_a_channel_are_hastened(ledger: Ledger, clock: FakeClock) -> None:
    for lineage, channel, state in (
        (1, GARDEN, State.BLOCKED),
        (2, GARDEN, State.PENDING),
        (3, PORCH, State.BLOCKED),
    ):
        post = await claim(ledger, clock, lineage, channel=channel)
        await ledger.postpone(post.id, ME, state, clock.now() + LEASE, "not now")
    assert await ledger.hasten([], clock.now()) == 0
    assert await ledger.hasten([GARDEN], clock.now()) == 1
    assert [post.lineage for post in await ledger.take(ME, clock.now(), clock.now() + LEASE, 10)] == [1]
    assert await ledger.hasten([GARDEN, PORCH], clock.now()) == 1


async def test_haste_delays_no_post_that_is_due_already(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    await ledger.postpone(post.id, ME, State.BLOCKED, clock.now(), "not now")
    assert await ledger.hasten([GARDEN], clock.now() + LEASE) == 1
    assert await ledger.next_retry() == clock.now()


# ---- a person's word ------------------------------------------------------------------------------------------------


async def test_an_unknown_post_waits_for_a_person(ledger: Ledger, clock: FakeClock) -> None:
    post = await unknown(ledger, clock)
    assert (post.state, post.reason) == (State.UNKNOWN, "the history cannot be read")
    assert await ledger.next_retry() is None
    assert not await ledger.take(ME, clock.now() + 9 * LEASE, clock.now() + 10 * LEASE, 10)


async def test_a_person_says_it_was_sent(ledger: Ledger, clock: FakeClock) -> None:
    post = await unknown(ledger, clock)
    assert await ledger.resolve(post.id, True, clock.advance(days=1))
    resolved = await read(ledger, post)
    assert (resolved.state, resolved.posted, resolved.message_id) == (State.POSTED, BEGINNING, None)
    assert not await ledger.resolve(post.id, False, clock.now())


async def test_a_person_says_it_is_to_be_sent_again(ledger: Ledger, clock: FakeClock) -> None:
    post = await unknown(ledger, clock)
    now = clock.advance(days=1)
    assert await ledger.resolve(post.id, False, now)
    resolved = await read(ledger, post)
    assert (resolved.state, resolved.ambiguous, resolved.retry_at) == (State.PENDING, False, now)
    (taken,) = await ledger.take(ME, now, now + LEASE, 10)
    assert (taken.ambiguous, taken.first_attempt) == (False, None)


async def test_each_sending_again_is_of_another_generation(ledger: Ledger, clock: FakeClock) -> None:
    """A platform that drops repeats must not take it for one; nothing else of the message changes."""
    post = await unknown(ledger, clock)
    for generation in (1, 2):
        assert await ledger.resolve(post.id, False, clock.now())
        assert post.message is not None
        assert (await read(ledger, post)).message == replace(post.message, generation=generation)
        await ledger.take(ME, clock.now(), clock.now() + LEASE, 1)
        await ledger.give_up(post.id, ME, "the history cannot be read")
    assert await ledger.resolve(post.id, True, clock.now())
    resolved = (await read(ledger, post)).message
    assert resolved is not None
    assert resolved.generation == 2


async def test_half_a_character_survives_a_sending_again(ledger: Ledger, clock: FakeClock) -> None:
    draft = make_draft()
    draft = replace(
        draft, message=replace(draft.message, topic='a lone surrogate \ud83c, a NUL \0, \\u0041 and "\N{SEEDLING}')
    )
    (post,) = await ledger.claim([draft], ME, clock.now(), clock.now() + LEASE)
    await ledger.give_up(post.id, ME, "the history cannot be read")
    assert await ledger.resolve(post.id, False, clock.now())
    assert (await read(ledger, post)).message == replace(draft.message, generation=1)


async def test_only_unknown_posts_are_resolved(ledger: Ledger, clock: FakeClock) -> None:
    sending, posted = await claim(ledger, clock, 1), await publish(ledger, clock, 2)
    assert not await ledger.resolve(sending.id, True, clock.now())
    assert not await ledger.resolve(posted.id, False, clock.now())
    assert not await ledger.resolve(PostId(999), True, clock.now())
