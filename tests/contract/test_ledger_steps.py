"""What every ledger promises of the steps after a post."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.model import MessageId, Post, PostId, State, Step, StepName, StepState
from bot.ports import Ledger
from tests.contract.rows import LEASE, claim, publish, read, unknown
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.posts import GARDEN, PORCH

THREAD, REACTIONS, PIN, UNPIN, CROSSPOST = (
    StepName.THREAD,
    StepName.REACTIONS,
    StepName.PIN,
    StepName.UNPIN,
    StepName.CROSSPOST,
)
OPEN, DONE, FAILED = StepState.OPEN, StepState.DONE, StepState.FAILED
SOON = timedelta(minutes=1)


def names(steps: Sequence[Step]) -> list[tuple[int, StepName]]:
    return [(step.post, step.name) for step in steps]


async def states(ledger: Ledger, post: Post) -> dict[StepName, StepState]:
    return {step.name: step.state for step in await ledger.steps(post.id)}


async def pin(ledger: Ledger, clock: FakeClock, lineage: int, **wishes: object) -> Post:
    post = await publish(ledger, clock, lineage, [PIN], **wishes)
    await ledger.finish_step(post.id, PIN, None, clock.now())
    return post


# ---- planned with the post ------------------------------------------------------------------------------------------


async def test_steps_are_planned_with_the_confirmation_and_due_at_once(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock, 1, [THREAD, PIN, REACTIONS])
    planned = [Step(post.id, name, OPEN, 0, clock.now(), clock.now()) for name in (THREAD, PIN, REACTIONS)]
    assert await ledger.steps(post.id) == planned
    assert names(await ledger.take_steps(clock.now(), clock.now() + SOON, 10)) == [
        (post.id, THREAD),
        (post.id, PIN),
        (post.id, REACTIONS),
    ]


async def test_a_post_may_have_no_steps(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    assert await ledger.steps(post.id) == []
    assert await ledger.steps(PostId(999)) == []
    assert await ledger.take_steps(clock.now(), clock.now() + SOON, 10) == []


async def test_a_post_that_a_person_says_was_sent_has_no_steps(ledger: Ledger, clock: FakeClock) -> None:
    """Its message is not known, so there is nothing to follow up on."""
    post = await unknown(ledger, clock)
    await ledger.resolve(post.id, True, clock.now())
    assert await ledger.steps(post.id) == []


# ---- running them ---------------------------------------------------------------------------------------------------


async def test_a_step_taken_counts_an_attempt_and_comes_again_if_nothing_is_heard_of_it(
    ledger: Ledger, clock: FakeClock
) -> None:
    post = await publish(ledger, clock, 1, [THREAD])
    again = clock.now() + SOON
    (taken,) = await ledger.take_steps(clock.now(), again, 10)
    assert taken == Step(post.id, THREAD, OPEN, 1, BEGINNING, again)
    assert await ledger.steps(post.id) == [taken]
    assert not await ledger.take_steps(again - timedelta(microseconds=1), again + SOON, 10)
    (retaken,) = await ledger.take_steps(again, again + SOON, 10)
    assert (retaken.attempts, retaken.planned) == (2, BEGINNING)


async def test_steps_come_oldest_post_first_in_planned_order_and_no_more_than_asked(
    ledger: Ledger, clock: FakeClock
) -> None:
    first = await publish(ledger, clock, 1, [REACTIONS, THREAD])
    clock.advance(hours=1)
    second = await publish(ledger, clock, 2, [PIN])
    await ledger.retry_step(first.id, REACTIONS, clock.now(), "busy")
    again = clock.now() + SOON
    taken = await ledger.take_steps(clock.now(), again, 2)
    assert names(taken) == [(first.id, REACTIONS), (first.id, THREAD)]
    assert names(await ledger.take_steps(clock.now(), again, 2)) == [(second.id, PIN)]


async def test_a_finished_step_is_not_taken_again(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock, 1, [THREAD])
    await ledger.retry_step(post.id, THREAD, clock.now(), "busy")
    await ledger.finish_step(post.id, THREAD, "t1", clock.now())
    (step,) = await ledger.steps(post.id)
    assert (step.state, step.result, step.retry_at, step.reason) == (DONE, "t1", None, None)
    assert not await ledger.take_steps(clock.now() + LEASE, clock.now() + 2 * LEASE, 10)


async def test_a_step_is_tried_again_when_it_says(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock, 1, [THREAD])
    retry_at = clock.now() + SOON
    await ledger.retry_step(post.id, THREAD, retry_at, "busy")
    (step,) = await ledger.steps(post.id)
    assert (step.state, step.retry_at, step.reason) == (OPEN, retry_at, "busy")
    assert not await ledger.take_steps(clock.now(), retry_at + SOON, 10)
    assert names(await ledger.take_steps(retry_at, retry_at + SOON, 10)) == [(post.id, THREAD)]


async def test_a_step_given_up_says_why_and_is_left(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock, 1, [THREAD])
    await ledger.fail_step(post.id, THREAD, "no permission")
    (step,) = await ledger.steps(post.id)
    assert (step.state, step.retry_at, step.reason) == (FAILED, None, "no permission")
    assert not await ledger.take_steps(clock.now() + LEASE, clock.now() + 2 * LEASE, 10)


@pytest.mark.parametrize("ended", [DONE, FAILED])
async def test_late_word_of_a_step_that_ended_changes_nothing(
    ledger: Ledger, clock: FakeClock, ended: StepState
) -> None:
    post = await publish(ledger, clock, 1, [THREAD])
    if ended is DONE:
        await ledger.finish_step(post.id, THREAD, "t1", clock.now())
    else:
        await ledger.fail_step(post.id, THREAD, "no permission")
    before = await ledger.steps(post.id)
    await ledger.finish_step(post.id, THREAD, "t2", clock.now())
    await ledger.retry_step(post.id, THREAD, clock.now(), "late word")
    await ledger.fail_step(post.id, THREAD, "late word")
    assert await ledger.steps(post.id) == before


async def test_word_of_a_step_that_was_never_planned_is_nothing(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await ledger.finish_step(post.id, PIN, None, clock.now())
    await ledger.retry_step(post.id, PIN, clock.now(), "busy")
    await ledger.fail_step(post.id, PIN, "no permission")
    assert await ledger.steps(post.id) == []


# ---- one more step --------------------------------------------------------------------------------------------------


async def test_one_more_step_is_planned_behind_the_others(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock, 1, [REACTIONS])
    now = clock.advance(hours=1)
    step = await ledger.plan_step(post.id, THREAD, now)
    assert step == Step(post.id, THREAD, OPEN, 0, now, now)
    assert names(await ledger.steps(post.id)) == [(post.id, REACTIONS), (post.id, THREAD)]


@pytest.mark.parametrize("state", [OPEN, DONE])
async def test_a_step_that_is_there_is_not_planned_twice(ledger: Ledger, clock: FakeClock, state: StepState) -> None:
    post = await publish(ledger, clock, 1, [THREAD])
    if state is DONE:
        await ledger.finish_step(post.id, THREAD, "t1", clock.now())
    (there,) = await ledger.steps(post.id)
    assert await ledger.plan_step(post.id, THREAD, clock.advance(hours=1)) == there
    assert await ledger.steps(post.id) == [there]


async def test_a_step_that_failed_begins_anew(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock, 1, [THREAD])
    await ledger.take_steps(clock.now(), clock.now() + SOON, 10)
    await ledger.fail_step(post.id, THREAD, "no permission")
    now = clock.advance(hours=1)
    assert await ledger.plan_step(post.id, THREAD, now) == Step(post.id, THREAD, OPEN, 0, now, now)


async def test_only_a_posted_post_gets_a_step(ledger: Ledger, clock: FakeClock) -> None:
    sending = await claim(ledger, clock, 1)
    gone = await publish(ledger, clock, 2, [THREAD])
    await ledger.delete(GARDEN, MessageId("m2"))
    for post in (sending.id, gone.id, PostId(999)):
        assert await ledger.plan_step(post, THREAD, clock.now()) is None
    assert (await states(ledger, gone)) == {THREAD: FAILED}


# ---- pins -----------------------------------------------------------------------------------------------------------


async def test_a_new_pin_takes_down_the_one_before(ledger: Ledger, clock: FakeClock) -> None:
    old = await pin(ledger, clock, 1)
    assert await states(ledger, old) == {PIN: DONE}
    now = clock.advance(days=1)
    new = await pin(ledger, clock, 2)
    assert await states(ledger, new) == {PIN: DONE}
    assert (await ledger.steps(old.id))[-1] == Step(old.id, UNPIN, OPEN, 0, now, now)


async def test_a_pin_is_taken_down_once(ledger: Ledger, clock: FakeClock) -> None:
    old = await pin(ledger, clock, 1)
    clock.advance(days=1)
    await pin(ledger, clock, 2)
    await ledger.finish_step(old.id, UNPIN, None, clock.now())
    done = await ledger.steps(old.id)
    clock.advance(days=1)
    await pin(ledger, clock, 3)
    assert await ledger.steps(old.id) == done


async def test_a_pin_that_could_not_be_taken_down_is_tried_again_with_the_next(
    ledger: Ledger, clock: FakeClock
) -> None:
    old = await pin(ledger, clock, 1)
    clock.advance(days=1)
    await pin(ledger, clock, 2)
    await ledger.fail_step(old.id, UNPIN, "no permission")
    now = clock.advance(days=1)
    await pin(ledger, clock, 3)
    assert (await ledger.steps(old.id))[-1] == Step(old.id, UNPIN, OPEN, 0, now, now)


async def test_the_newest_post_stays_pinned_in_whatever_order_pins_are_done(ledger: Ledger, clock: FakeClock) -> None:
    """After a lost permission yesterday's pin may be done after today's."""
    old = await publish(ledger, clock, 1, [PIN])
    clock.advance(days=1)
    new = await pin(ledger, clock, 2)
    await ledger.finish_step(old.id, PIN, None, clock.now())
    assert await states(ledger, new) == {PIN: DONE}
    assert await states(ledger, old) == {PIN: DONE, UNPIN: OPEN}


async def test_only_pins_that_are_there_are_taken_down(ledger: Ledger, clock: FakeClock) -> None:
    never = await publish(ledger, clock, 1)
    waiting = await publish(ledger, clock, 2, [PIN])
    elsewhere = await pin(ledger, clock, 3, channel=PORCH)
    gone = await pin(ledger, clock, 4)
    await ledger.delete(GARDEN, MessageId("m4"))
    clock.advance(days=1)
    await pin(ledger, clock, 5)
    assert await states(ledger, never) == {}
    assert await states(ledger, waiting) == {PIN: OPEN}
    assert await states(ledger, elsewhere) == {PIN: DONE}
    assert await states(ledger, gone) == {PIN: DONE}


async def test_no_other_step_takes_down_a_pin(ledger: Ledger, clock: FakeClock) -> None:
    old = await pin(ledger, clock, 1)
    clock.advance(days=1)
    post = await publish(ledger, clock, 2, [CROSSPOST])
    await ledger.finish_step(post.id, CROSSPOST, None, clock.now())
    assert await states(ledger, old) == {PIN: DONE}


# ---- when the message is gone ---------------------------------------------------------------------------------------


async def test_open_steps_of_a_message_that_is_gone_fail(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock, 1, [THREAD, REACTIONS])
    other = await publish(ledger, clock, 2, [THREAD])
    await ledger.finish_step(post.id, THREAD, "t1", clock.now())
    assert await ledger.delete(GARDEN, MessageId("m1"))
    assert (await read(ledger, post)).state is State.DELETED
    thread, reactions = await ledger.steps(post.id)
    assert (thread.state, thread.result) == (DONE, "t1")
    assert (reactions.state, reactions.retry_at, reactions.reason) == (FAILED, None, "the message was deleted")
    assert names(await ledger.take_steps(clock.now(), clock.now() + SOON, 10)) == [(other.id, THREAD)]
