"""What organisers do and are told on a simulated Slack, in words after `/seedbed` and by buttons."""

import asyncio
from pathlib import Path

import pytest

from tests.simulators.slack.client import Slack, until
from tests.slack.organising import ORGANISER, Bench, bench, held
from tests.slack.place import CHANNELS

TWO = CHANNELS + "  - {name: general, platform: slack, address: '{general}', at: '18:00', timezone: Europe/Berlin}\n"


class TestStatus:
    async def test_one_channel_in_full(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await made.say("post")
            told = await made.say("status")
            [post] = await made.place.posts()
            for part in ("every day at 08:00 (Europe/Berlin)", "Next:", "19 of 20 seeds are unread", post.permalink):
                assert part in told
            assert "What was due lately" in told

    async def test_all_channels_of_the_workspace(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=TWO) as made:
            told = await made.say("status")
            assert told.count("Next:") == 2
            alone = await made.say("status #general")
            assert alone.count("Next:") == 1

    async def test_why_it_did_not_post_and_what_to_do(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await slack.kick("reading")
            assert "/invite @seedbed" in await made.say("post")
            assert "/invite @seedbed" in await made.say("status")

    async def test_without_a_channel_it_says_how_to_begin(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            assert "/seedbed setup" in await made.say("status")

    async def test_its_buttons_do_what_they_say(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            shown = (await made.ask("status")).shown
            assert "leaves out" in (await made.press(shown, "Skip the next")).text


class TestNext:
    async def test_so_many_slots_as_asked_for(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            assert (await made.say("next")).count("<!date^") == 7
            assert (await made.say("next 3 #reading")).count("<!date^") == 3
            await made.say("skip")
            assert "skipped" in await made.say("next")


class TestPosting:
    async def test_the_next_seed_goes_out(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            told = await made.say("post")
            [post] = await made.place.posts()
            assert post.permalink in told

    async def test_a_seed_is_named_by_its_words(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await made.say("post Chapter 7")
            [post] = await made.place.posts()
            assert "Chapter 7" in post.read

    async def test_where_several_are_meant_one_chooses(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            asked = await made.ask("post water")
            assert "could be several" in asked.text
            assert await made.place.posts() == []
            place = await made.channel_id("reading")
            answer = await made.press(asked.shown, "seedbed-run", value=f"post 08 <#{place}>")
            [post] = await made.place.posts()
            assert "Chapter 8" in post.read
            assert post.permalink in answer.text

    async def test_a_button_that_is_pressed_twice_posts_once(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            shown = (await made.ask("status")).shown
            async with held(tmp_path / "data" / "seedbed.db"):
                first = await slack.press("reading", shown.ts, "Post now", user=ORGANISER)
                second = await slack.press("reading", shown.ts, "Post now", user=ORGANISER)
                for pressed in (first, second):
                    assert not (await slack.answer(pressed, steps=0)).failed

            async def posted() -> bool:
                return bool(await made.place.posts())

            await until(posted)
            await made.place.parts.outbox.resume()
            assert len(await made.place.posts()) == 1

    async def test_a_preview_posts_nothing(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            told = await made.say("preview Chapter 7")
            assert "Chapter 7" in told
            assert "Nothing was posted" in told
            assert await made.place.posts() == []

    async def test_a_late_or_missed_post_is_told_with_its_reason(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=TWO) as made:
            await made.say("skip #general")
            made.place.clock.advance(days=2)
            await made.place.post_daily()
            assert "An organiser left it out" in await made.say("status #general")

    async def test_what_a_step_could_not_do_is_told(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            await made.set_up(extras=["pin"])
            await slack.revoke_scope("pins:write")
            made.place.clock.advance(days=1)
            await made.place.post_daily()
            await made.place.follow_up()
            assert "The pin did not work" in await made.say("status")


class TestPausing:
    @pytest.mark.parametrize("line", ["pause until tomorrow", "pause for 2 weeks", "pause in 3 days", "pause"])
    async def test_until_a_day_or_until_resumed(self, tmp_path: Path, slack: Slack, line: str) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            assert "is paused" in await made.say(line)
            assert "Paused" in await made.say("status")
            assert "posts again" in await made.say("resume")

    async def test_a_day_that_is_none_or_past_is_told(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            assert "I do not know the date “soonish”" in await made.say("pause until soonish")
            assert "not in the future" in await made.say("pause 2020-01-01")

    async def test_resumed_by_its_button(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            answer = await made.press((await made.ask("pause")).shown, "Resume")
            assert "posts again" in answer.text

    async def test_from_home_the_answer_is_a_sheet_and_home_is_as_things_are_then(
        self, tmp_path: Path, slack: Slack
    ) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            opened = await slack.answer(await slack.open_home(user=ORGANISER))
            await made.press_view(opened.view, "Post now", steps=3)
            [post] = await made.place.posts()
            home = await slack.home(user=ORGANISER)
            assert home is not None
            assert post.permalink in home.read


class TestQueueing:
    async def test_what_is_put_first_goes_first_and_comes_out_again(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            assert "Nothing is queued" in await made.say("queue")
            await made.say("queue Chapter 7")
            told = await made.ask("queue Chapter 3")
            assert told.text.index("Chapter 3") < told.text.index("1. Chapter 3")
            assert "2. Chapter 7" in told.text
            out = await made.press(told.shown, "seedbed-run:1")
            assert "is out of the queue" in out.text
            await made.say("post")
            [post] = await made.place.posts()
            assert "Chapter 7" in post.read

    async def test_what_is_not_queued_is_told(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            assert "is not in the queue" in await made.say("unqueue Chapter 7")


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "meant"), [("staus", "status"), ("permision", "permissions"), ("Pasue", "pause")]
    )
    async def test_a_typing_error_is_answered_with_the_nearest_verb(
        self, tmp_path: Path, slack: Slack, typed: str, meant: str
    ) -> None:
        async with bench(tmp_path, slack) as made:
            assert f"/seedbed {meant}" in await made.say(typed)

    @pytest.mark.parametrize("line", ["help", "", "   "])
    async def test_help_says_every_verb(self, tmp_path: Path, slack: Slack, line: str) -> None:
        async with bench(tmp_path, slack) as made:
            told = await made.say(line)
            for verb in ("setup", "status", "next", "post", "skip", "pause", "resume", "queue", "move", "permissions"):
                assert f"/seedbed {verb}" in told

    @pytest.mark.parametrize("line", ["<!channel>", "status <@U1> `x`", "post \x00 \ud800", "queue " + "x" * 3000])
    async def test_whatever_is_typed_is_answered_and_pings_nobody(
        self, tmp_path: Path, slack: Slack, line: str
    ) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            answer = await made.ask(line)
            assert answer.refusals == []
            assert answer.shown.pinged == []

    async def test_a_channel_that_is_not_known_is_told_with_those_that_are(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=TWO) as made:
            assert "Did you mean #reading" in await made.say("status #readin")
            assert "Say which channel" in await made.say("next", channel="news")


async def test_a_slow_store_does_not_keep_slack_waiting(tmp_path: Path, slack: Slack) -> None:
    async with bench(tmp_path, slack, channels=CHANNELS) as made:
        async with held(tmp_path / "data" / "seedbed.db"):
            asked = [await slack.slash("/seedbed", verb, user=ORGANISER) for verb in ("skip", "pause", "setup")]
            heard = await asyncio.gather(*(slack.answer(one, steps=0) for one in asked))
            assert not any(one.failed for one in heard)
        assert isinstance(made, Bench)
