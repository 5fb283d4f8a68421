"""What comes after a post: its steps, its deletion, the reading of its reactions; and channels that come and go."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import NotSent
from bot.model import (
    Channel,
    ChannelName,
    MessageId,
    PlatformName,
    SeedId,
    Setup,
    State,
    Step,
    StepName,
    StepState,
)
from tests.e2e.days import EARLY, GARDEN, Bot, Place, make_place
from tests.fakes.chat import Fault

PORCH = ChannelName("porch")
DAY = timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path)


async def steps(bot: Bot, number: int = 0) -> dict[StepName, Step]:
    """Of one of the posts, oldest first."""
    post = (await bot.posts())[number]
    return {step.name: step for step in await bot.parts.clerk.steps(post.id)}


async def first_post(bot: Bot) -> MessageId:
    await bot.live(EARLY + timedelta(hours=2))
    (post,) = await bot.posts()
    assert post.message_id is not None
    return post.message_id


async def test_every_step_is_done_once_in_the_order_people_see(place: Place) -> None:
    place.chat.follow_up = (StepName.THREAD, StepName.REACTIONS, StepName.PIN)
    async with place.run() as bot:
        message = await first_post(bot)
        done = await steps(bot)
    assert [name for name, _ in place.chat.followed] == [StepName.THREAD, StepName.REACTIONS, StepName.PIN]
    assert {of for _, of in place.chat.followed} == {message}
    assert {step.state for step in done.values()} == {StepState.DONE}


@pytest.mark.parametrize("fault", [Fault.NOT_SENT, Fault.REFUSED, Fault.LOST_BEFORE, Fault.LOST_AFTER])
async def test_a_step_that_fails_is_tried_again_alone(place: Place, fault: Fault) -> None:
    """The post is not sent again, and what was done is not done twice."""
    place.chat.follow_up = (StepName.THREAD, StepName.PIN)
    place.chat.script_steps([fault])
    async with place.run() as bot:
        await first_post(bot)
        await bot.live(EARLY + timedelta(hours=4))
        assert {step.state for step in (await steps(bot)).values()} == {StepState.DONE}
        assert sorted(step.attempts for step in (await steps(bot)).values()) == [1, 2]
    assert len(place.chat.sent) == 1
    assert sorted(name for name, _ in place.chat.followed) == [StepName.PIN, StepName.THREAD]


async def test_a_step_that_is_refused_for_a_day_is_given_up_with_the_reason(place: Place) -> None:
    place.chat.follow_up = (StepName.PIN,)
    place.chat.script_steps([Fault.REFUSED] * 1000)
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(hours=28))
        given_up = (await steps(bot))[StepName.PIN]
    assert given_up.state is StepState.FAILED
    assert given_up.reason is not None
    assert "permission" in given_up.reason


async def test_a_step_that_a_crash_interrupted_is_finished_by_the_next_process(place: Place) -> None:
    place.chat.follow_up = (StepName.THREAD,)
    async with place.run() as bot:
        place.clock.advance(hours=2)
        await bot.parts.service.post_due()
        await bot.parts.outbox.drain(timedelta(seconds=5))
        # Claimed by a process that then ends without a word.
        now = place.clock.now()
        assert await bot.parts.store.ledger.take_steps(now, now + timedelta(minutes=7), 10)
    async with place.run() as bot:
        assert (await steps(bot))[StepName.THREAD].state is StepState.OPEN
        await bot.live(EARLY + timedelta(hours=4))
        assert (await steps(bot))[StepName.THREAD].state is StepState.DONE
    assert len(place.chat.followed) == 1


async def test_the_pin_of_the_day_before_comes_down_when_the_new_one_is_up(place: Place) -> None:
    place.chat.follow_up = (StepName.PIN,)
    async with place.run() as bot:
        await bot.live(EARLY + 2 * DAY + timedelta(hours=2))
        assert len(await bot.posts()) == 3
    first, second, third = (sent.id for sent in place.chat.sent)
    assert place.chat.followed == [
        (StepName.PIN, first),
        (StepName.PIN, second),
        (StepName.UNPIN, first),
        (StepName.PIN, third),
        (StepName.UNPIN, second),
    ]


async def test_discuss_makes_the_thread_once_and_then_points_to_it(place: Place) -> None:
    async with place.run() as bot:
        await first_post(bot)
        (post,) = await bot.posts()
        thread = await bot.parts.service.discuss(post.id)
        assert thread is not None
        assert await bot.parts.service.discuss(post.id) == thread
    assert [name for name, _ in place.chat.followed] == [StepName.THREAD]


async def test_discuss_says_why_there_is_no_thread(place: Place) -> None:
    async with place.run() as bot:
        await first_post(bot)
        (post,) = await bot.posts()
        place.chat.script_steps([Fault.REFUSED])
        with pytest.raises(NotSent, match="permission"):
            await bot.parts.service.discuss(post.id)


async def test_a_post_that_was_taken_down_keeps_its_counts_and_its_seed(place: Place) -> None:
    place.chat.follow_up = (StepName.PIN,)
    async with place.run() as bot:
        message = await first_post(bot)
        place.chat.react(message, "ada", "🌱")
        await bot.live(EARLY + timedelta(hours=4))
        place.chat.take_down(message)
        await bot.live(EARLY + 7 * DAY)
        ledger = await bot.ledger()
    assert ledger[0].post.state is State.DELETED
    assert ledger[0].reactions == {"🌱": 1}
    assert len({entry.post.seed for entry in ledger[:5]}) == 5, "a seed that was read came back in its round"


async def test_reactions_are_read_less_and_less_often_but_always_after_a_reconnect(place: Place) -> None:
    async with place.run() as bot:
        message = await first_post(bot)
        await bot.live(EARLY + 2 * DAY)
        place.chat.react(message, "ada", "🌱")
        await bot.live(EARLY + 2 * DAY + timedelta(hours=3))
        assert (await bot.ledger())[0].reactions == {}, "nobody told, and its next reading is days ahead"
        await bot.parts.service.reconnected(PlatformName.WEB)
        await bot.tick()
        assert (await bot.ledger())[0].reactions == {"🌱": 1}


async def test_another_question_is_a_fresh_one_and_stays(place: Place) -> None:
    async with place.run() as bot:
        await first_post(bot)
        (post,) = await bot.posts()
        assert post.message is not None
        shown = {prompt.stem for prompt in post.message.prompts}
        for _ in range(3):
            message = await bot.parts.service.another_question(post.id)
            assert message is not None
            assert [prompt.family for prompt in message.prompts] == [prompt.family for prompt in post.message.prompts]
            (fresh,) = {prompt.stem for prompt in message.prompts} - shown
            shown.add(fresh)
    async with place.run() as bot:
        (post,) = await bot.posts()
        assert post.message == message


# ---- channels set up on their platform -----------------------------------------------------------------------------


async def test_a_channel_set_up_while_running_posts_from_its_next_slot_on(place: Place) -> None:
    porch = replace(place.channel, name=PORCH, address="porch")
    async with place.run() as bot:
        assert await bot.parts.desk.set_up(Setup(porch, "guild", "ada"))
        await bot.live(EARLY + timedelta(hours=3))
        assert {sent.address for sent in place.chat.sent} == {"garden", "porch"}
    async with place.run() as bot:
        assert PORCH in bot.parts.roster
        await bot.parts.desk.remove(PORCH)
        await bot.live(EARLY + DAY + timedelta(hours=3))
    assert [sent.address for sent in place.chat.sent].count("porch") == 1


async def test_a_channel_of_a_platform_that_is_not_on_waits(place: Place) -> None:
    """No token: nothing is picked for it, and nothing is burned."""
    hall = Channel(ChannelName("hall"), PlatformName.DISCORD, "1" * 18, place.channel.times, place.channel.zone)
    async with place.run() as bot:
        await bot.parts.desk.set_up(Setup(hall, "guild", None))
        await bot.live(EARLY + timedelta(hours=3))
        assert await bot.parts.store.ledger.entries(hall.name) == []


async def test_what_is_queued_comes_first_and_once(place: Place) -> None:
    async with place.run() as bot:
        for seed in ("reed", "moss"):
            await bot.parts.desk.queue(GARDEN, SeedId(seed))
        assert [candidate.id for candidate in await bot.parts.desk.queued(GARDEN)] == ["moss", "reed"]
        await bot.live(EARLY + 2 * DAY + timedelta(hours=2))
        assert [post.seed for post in await bot.posts()][:2] == ["moss", "reed"]
        assert not await bot.parts.desk.queued(GARDEN)


async def test_a_blocked_channel_is_told_once_and_tried_at_once_when_it_opens(place: Place) -> None:
    place.chat.script([Fault.REFUSED] * 3)
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(hours=3))
        assert len(place.chat.told) == 1
        assert "permission" in place.chat.told[0][1]
        place.chat.script([])
        await bot.parts.service.reopened([GARDEN])
        await bot.parts.outbox.drain(timedelta(seconds=5))
        assert len(await bot.posts()) == 1
        assert (await bot.parts.clerk.state(GARDEN)).blocked is None


async def test_without_a_topic_seed_gives_what_comes_next_and_a_glimpse_writes_nothing(place: Place) -> None:
    async with place.run() as bot:
        glimpse = await bot.parts.service.glimpse(GARDEN, "")
        assert glimpse.message is not None
        assert await bot.ledger() == []
        answer = await bot.ask("")
        assert answer.post is not None
        assert answer.post.seed == glimpse.message.seed


async def test_a_glimpse_of_what_was_read_says_so(place: Place) -> None:
    async with place.run() as bot:
        await bot.ask("moss")
        glimpse = await bot.parts.service.glimpse(GARDEN, "moss")
    assert glimpse.read
    assert glimpse.message is not None
    assert glimpse.message.seed == "moss"
    assert place.clock.now() < datetime(2026, 12, 2, tzinfo=UTC)
