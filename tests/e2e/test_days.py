"""Whole days of a channel, with a clock that the test moves: the real service, store and library; a chat in memory."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.model import (
    Answer,
    Order,
    SeedId,
    State,
    WhenExhausted,
    Why,
)
from tests.e2e.days import EARLY, GARDEN, TEXTS, Place, make_place
from tests.fakes.chat import Fault


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return make_place(tmp_path)


async def test_one_post_a_day_at_its_time(place: Place) -> None:
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(days=3))
        posts = await bot.posts()
    assert [post.due.isoformat() for post in posts] == [f"2026-12-0{day}T08:00:00+00:00" for day in (1, 2, 3)]
    assert not any(post.late for post in posts)
    assert len({post.seed for post in posts}) == 3


async def test_the_first_post_need_not_wait(place: Place) -> None:
    place.channel = replace(place.channel, first_post_now=True)
    async with place.run() as bot:
        assert [post.slot for post in await bot.posts()] == ["2026-12-01/1"]
        await bot.live(EARLY + timedelta(hours=20))
        assert len(place.chat.sent) == 1


async def test_after_ten_days_away_there_is_one_late_post_and_nine_recorded_skips(place: Place) -> None:
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(hours=2))
    place.clock.advance(days=10)
    async with place.run() as bot:
        posts, skips = await bot.posts(), await bot.posts(State.SKIPPED)
    assert [(post.slot, post.late) for post in posts] == [("2026-12-01/1", False), ("2026-12-11/1", True)]
    assert [skip.slot for skip in skips] == [f"2026-12-{day:02}/1" for day in range(2, 11)]
    assert {skip.why for skip in skips} == {Why.MISSED}
    assert all(skip.reason for skip in skips)


async def test_a_clock_set_back_and_forward_makes_no_second_post(place: Place) -> None:
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(hours=2))
        now = place.clock.now()
        place.clock.set(now - timedelta(hours=2))
        for _ in range(6):
            place.clock.advance(minutes=10)
            await bot.tick()
        place.clock.set(now + timedelta(hours=1))
        await bot.live(now + timedelta(hours=6))
    assert len(place.chat.sent) == 1


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Pacific/Kiritimati", "America/New_York"])
async def test_a_zone_changed_at_noon_makes_no_second_post_that_day(place: Place, zone: str) -> None:
    async with place.run() as bot:
        await bot.live(datetime(2026, 12, 1, 11, 0, tzinfo=UTC))
    place.channel = replace(place.channel, zone=zone)
    async with place.run() as bot:
        await bot.live(datetime(2026, 12, 1, 19, 30, tzinfo=UTC))
        assert len(place.chat.sent) == 1
        await bot.live(datetime(2026, 12, 4, 0, 0, tzinfo=UTC))
        assert len(place.chat.sent) >= 3


async def test_a_time_changed_during_the_day_makes_no_second_post(place: Place) -> None:
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(hours=3))
    place.channel = replace(place.channel, times=(time(15),))
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(hours=14))
    assert len(place.chat.sent) == 1


async def test_no_seed_comes_twice_in_a_round_whatever_happens_to_the_files(place: Place) -> None:
    """Every day something is renamed, edited, or both; the bot restarts each time."""
    place.channel = replace(place.channel, when_exhausted=WhenExhausted.STOP)
    names = list(TEXTS)
    for day in range(len(TEXTS)):
        async with place.run() as bot:
            await bot.live(EARLY + timedelta(days=day, hours=3))
        old = names[day]
        place.rename(old, f"{old}-again")
        if day % 2:
            place.write(f"{old}-again", TEXTS[old] + " It does so slowly.", f"topics: [{old}]\n")
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(days=len(TEXTS), hours=3))
        posts, skips = await bot.posts(), await bot.posts(State.SKIPPED)
    messages = [post.message.text[:20] for post in posts if post.message]
    assert sorted(messages) == sorted(text[:20] for text in TEXTS.values())
    assert [skip.why for skip in skips] == [Why.EXHAUSTED]


async def test_a_new_round_begins_with_other_questions(place: Place) -> None:
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(days=2 * len(TEXTS), hours=3))
        posts = await bot.posts()
    assert [post.round for post in posts] == [1] * 5 + [2] * 5 + [3]
    first = {post.seed: {p.text for p in post.message.prompts} for post in posts[:5] if post.message}
    again = {post.seed: {p.text for p in post.message.prompts} for post in posts[5:10] if post.message}
    assert set(first) == set(again)
    assert not any(first[seed] & again[seed] for seed in first)


async def test_a_failed_send_does_not_burn_the_seed(place: Place) -> None:
    place.chat.script([Fault.REFUSED] * 500)
    async with place.run() as bot:
        await bot.live(datetime(2026, 12, 2, 7, 30, tzinfo=UTC))
        await bot.live(datetime(2026, 12, 2, 8, 30, tzinfo=UTC))
        history = await bot.parts.store.ledger.history(GARDEN, place.clock.now())
        assert len(history.spent) == 1  # reserved by today's post, which is still tried
        assert [post.why for post in await bot.posts(State.SKIPPED)] == [Why.BLOCKED]


async def test_nothing_is_posted_while_the_clock_cannot_be_right(place: Place) -> None:
    place.clock.set(datetime(1970, 1, 1, 8, 0, tzinfo=UTC))
    place.channel = replace(place.channel, first_post_now=True)
    async with place.run() as bot:
        assert await bot.ledger() == []
        assert (await bot.ask("moss")).answer is Answer.REFUSED
        place.clock.set(EARLY)
        await bot.tick()
        assert await bot.ledger() == []  # a step is believed after ten minutes
        await bot.live(EARLY + timedelta(minutes=30))
        assert len(place.chat.sent) == 1


async def test_days_that_a_clock_ahead_has_skipped_are_posted_after_all(place: Place) -> None:
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(hours=2))
    right = place.clock.now()
    place.clock.advance(days=40)
    async with place.run() as bot:
        assert len(await bot.posts(State.SKIPPED)) == 39
    place.clock.set(right)
    async with place.run() as bot:
        await bot.live(right + timedelta(days=2))
        assert [post.slot for post in await bot.posts()][:3] == ["2026-12-01/1", "2026-12-02/1", "2026-12-03/1"]


async def test_an_empty_library_waits_for_its_first_seed(place: Place) -> None:
    for name in TEXTS:
        (place.root / "seeds" / f"{name}.yaml").unlink()
    place.channel = replace(place.channel, first_post_now=True)
    async with place.run() as bot:
        assert await bot.ledger() == []
        place.write("first", "The first seed.")
        await bot.parts.librarian.refresh()
        await bot.tick()
        assert [post.seed for post in await bot.posts()] == ["first"]


async def test_a_bad_file_is_left_out_and_its_last_good_version_stays(place: Place) -> None:
    async with place.run() as bot:
        place.write("moss", "Moss", "topics: nonsense: here\n")
        place.write("sedge", "Sedges have edges.", "colour: green\n")
        place.write("rush", "Rushes are round.")
        await bot.parts.librarian.refresh()
        ids = {candidate.id for candidate in bot.parts.librarian.candidates}
        assert ids == {*TEXTS, "rush"}
        seed = await bot.parts.store.shelf.seed(SeedId("moss"))
        assert seed is not None
        assert seed.text == TEXTS["moss"]
        problems = [str(problem) for problem in await bot.parts.store.shelf.problems()]
        assert len(problems) == 2
        assert all(":2:" in problem for problem in problems)
        place.write("moss", "Moss is patient.")
        await bot.parts.librarian.refresh()
        seed = await bot.parts.store.shelf.seed(SeedId("moss"))
        assert seed is not None
        assert seed.text == "Moss is patient."


async def test_an_id_goes_to_the_first_path_and_back_when_that_one_goes(place: Place) -> None:
    place.write("willow", "The first willow.", "id: willow-tree\n")
    async with place.run() as bot:

        async def text_and_problems() -> tuple[str, list[str]]:
            await bot.parts.librarian.refresh()
            seed = await bot.parts.store.shelf.seed(SeedId("willow-tree"))
            assert seed is not None
            return seed.text, [str(problem.path) for problem in await bot.parts.store.shelf.problems()]

        place.write("aspen", "Another text with the same id.", "id: willow-tree\n")
        assert await text_and_problems() == ("Another text with the same id.", ["seeds/willow.yaml"])
        (place.root / "seeds" / "aspen.yaml").unlink()
        assert await text_and_problems() == ("The first willow.", [])


async def test_a_missing_library_keeps_the_last_one_in_use(place: Place) -> None:
    async with place.run() as bot:
        (place.root / "seeds").rename(place.root / "away")
        await bot.parts.librarian.refresh()
        assert len(bot.parts.librarian.candidates) == len(TEXTS)
        assert not bot.parts.librarian.health().ok
        (place.root / "away").rename(place.root / "seeds")
        await bot.parts.librarian.refresh()
        assert bot.parts.librarian.health().ok


async def test_a_topic_is_answered_once_a_request_and_never_with_what_was_read(place: Place) -> None:
    async with place.run() as bot:
        first = await bot.ask("moss")
        assert first.answer is Answer.POSTED
        assert first.post is not None
        assert first.post.seed == "moss"
        assert (await bot.ask("moss", "r1")).post == first.post
        again = await bot.ask("moss", "r2")
        assert again.answer is Answer.ALREADY_READ
        assert again.post is not None
        assert again.post.id == first.post.id
        nothing = await bot.ask("quantum chromodynamics", "r3")
        assert nothing.answer is Answer.NOTHING
        assert nothing.near
    assert len(place.chat.sent) == 1


async def test_members_who_ask_at_the_same_moment_get_different_seeds(place: Place) -> None:
    async with place.run() as bot:
        answers = await asyncio.gather(*(bot.ask("plants", f"r{number}") for number in range(3)))
        assert [answer.answer for answer in answers] == [Answer.POSTED] * 3
        assert len({answer.post.seed for answer in answers if answer.post}) == 3


async def test_an_asked_for_seed_is_not_drawn_again(place: Place) -> None:
    place.channel = replace(place.channel, when_exhausted=WhenExhausted.STOP)
    async with place.run() as bot:
        await bot.ask("fern")
        await bot.live(EARLY + timedelta(days=6))
        assert sorted(post.seed or "" for post in await bot.posts()) == sorted(TEXTS)


async def test_topics_of_a_channel_bound_what_may_be_asked_for(place: Place) -> None:
    place.channel = replace(place.channel, topics_exclude=frozenset({"moss"}))
    async with place.run() as bot:
        assert (await bot.ask("moss")).answer is Answer.NOTHING


async def test_a_pause_ends_by_itself_and_leaves_its_reason(place: Place) -> None:
    async with place.run() as bot:
        await bot.parts.store.ledger.pause(GARDEN, datetime(2026, 12, 2, 23, 0, tzinfo=UTC))
        await bot.live(EARLY + timedelta(days=2, hours=3))
        skips = await bot.posts(State.SKIPPED)
        assert [(skip.slot, skip.why) for skip in skips] == [
            ("2026-12-01/1", Why.PAUSED),
            ("2026-12-02/1", Why.PAUSED),
        ]
        assert [post.slot for post in await bot.posts()] == ["2026-12-03/1"]


async def test_the_runway_names_the_day_the_library_runs_dry(place: Place) -> None:
    async with place.run() as bot:
        runway = await bot.parts.clerk.runway(GARDEN)
        assert (runway.unread, runway.total, runway.dry, runway.low) == (5, 5, date(2026, 12, 6), True)


async def test_reactions_missed_while_away_are_put_right(place: Place) -> None:
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(hours=2))
        place.chat.react(place.chat.sent[0].id, "ada", "🌱")
        place.chat.react(place.chat.sent[0].id, "bo", "🌱")
        await bot.live(EARLY + timedelta(hours=4))
        await bot.parts.service.reconcile()
        assert (await bot.ledger())[0].reactions == {"🌱": 2}


async def test_in_order_means_in_order(place: Place) -> None:
    place.channel = replace(place.channel, order=Order.IN_ORDER)
    async with place.run() as bot:
        await bot.live(EARLY + timedelta(days=5))
        assert [post.seed for post in await bot.posts()] == sorted(TEXTS)
