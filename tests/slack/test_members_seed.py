"""`/seed` on a simulated Slack: what members ask for, what they get, and what they are told."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.simulators.slack.client import Slack, until
from tests.slack.organising import held
from tests.slack.place import READING, Place, place

HOSTILE = [
    "<!channel> <@U1> <!subteam^S1>",
    "*bold* `code` ~gone~ <https://example.org|x>",
    "soil " * 50,
    "half a character \ud800 and \x00 a null",
    "\N{RIGHT-TO-LEFT OVERRIDE}lios",
    "'; DROP TABLE posts; --",
    '"NEAR(soil, water)" AND OR NOT *',
]


class TestInTheChannel:
    async def test_the_best_match_is_posted_and_linked_to(self, reading: Place) -> None:
        answer = await reading.ask("/seed", "water")
        [message] = await reading.posts()
        [entry] = await reading.posted()
        assert "water" in message.read
        assert message.permalink in answer.text
        assert answer.ephemeral
        assert entry.post.message_id == message.ts

    async def test_without_a_topic_something_unread_comes(self, reading: Place) -> None:
        answer = await reading.ask("/seed")
        [message] = await reading.posts()
        assert message.permalink in answer.text

    async def test_what_was_read_is_pointed_to_and_not_repeated(self, reading: Place) -> None:
        for _ in range(3):  # there are three seeds about paths
            await reading.ask("/seed", "paths")
            reading.clock.advance(minutes=1)
        answer = await reading.ask("/seed", "paths")
        posts = await reading.posts()
        assert len({message.text for message in posts}) == len(posts)
        assert any(message.permalink in answer.text for message in posts)
        again = await reading.ask("/seed", "paths")
        assert len(await reading.posts()) == len(posts), "what comes to nothing needs no rest"
        assert "already" in again.text

    async def test_where_nothing_matches_topics_that_would_are_named(self, reading: Place) -> None:
        answer = await reading.ask("/seed", "sooil")
        assert "soil" in answer.text.replace("sooil", "")
        assert await reading.posts() == []

    async def test_a_refusal_says_what_is_missing_and_how_to_mend_it(self, reading: Place) -> None:
        await reading.slack.kick("reading")
        answer = await reading.ask("/seed", "water")
        assert "/invite @seedbed" in answer.text
        assert await reading.posts() == []

    async def test_a_post_that_is_slow_to_be_confirmed_is_linked_to_later(self, reading: Place) -> None:
        """The answer was lost, so the post is looked for when it must be there: after a minute and a half."""
        await reading.slack.fault("drop_after", method="chat.postMessage")
        asked = await reading.slack.slash("/seed", "water")
        told = await reading.slack.answer(asked)
        [message] = await reading.posts()
        assert message.permalink not in told.text
        assert "on its way" in told.text
        reading.clock.advance(seconds=100)
        await reading.parts.outbox.resume()

        async def linked() -> bool:
            return message.permalink in (await reading.slack.answer(asked)).text

        await until(linked)
        assert len(await reading.posts()) == 1


class TestHowOften:
    async def test_a_member_rests_after_a_post_and_is_told_how_long(self, reading: Place) -> None:
        await reading.ask("/seed", "water")
        refused = await reading.ask("/seed", "light")
        assert "30 s" in refused.text
        assert len(await reading.posts()) == 1
        reading.clock.advance(seconds=31)
        await reading.ask("/seed", "light")
        assert len(await reading.posts()) == 2

    async def test_others_need_not_wait(self, reading: Place) -> None:
        await reading.ask("/seed", "water", user="ada")
        await reading.ask("/seed", "light", user="ben")
        assert len(await reading.posts()) == 2

    async def test_asking_twice_at_the_same_moment_is_one_post(self, reading: Place) -> None:
        await asyncio.gather(*(reading.slack.slash("/seed", "water") for _ in range(4)))

        async def told() -> bool:
            return sum(one.seen_by is not None for one in await reading.slack.messages("reading")) == 4

        await until(told)
        assert len(await reading.posts()) == 1


class TestForOneAlone:
    @pytest.mark.parametrize("words", ["water private", "private water", "water --private"])
    async def test_a_private_seed_is_seen_by_nobody_else_and_stays_unread(self, reading: Place, words: str) -> None:
        answer = await reading.ask("/seed", words)
        assert answer.ephemeral
        assert "about water" in answer.text
        assert await reading.posts() == []
        assert await reading.posted() == []

    async def test_it_says_where_the_channel_has_read_everything(self, reading: Place) -> None:
        for _ in range(3):
            await reading.ask("/seed", "paths")
            reading.clock.advance(minutes=1)
        answer = await reading.ask("/seed", "paths private")
        assert "already" in answer.text
        assert "about paths" in answer.text

    async def test_in_another_channel_it_is_shown_to_the_asker_with_a_word_why(self, reading: Place) -> None:
        answer = await reading.ask("/seed", "water", channel="general")
        assert answer.ephemeral
        assert f"<#{reading.parts.roster[READING].address}>" in answer.text
        assert "about water" in answer.text
        assert await reading.posts() == await reading.posts("general") == []

    async def test_what_a_private_channel_reads_is_not_told_to_those_outside(
        self, tmp_path: Path, slack: Slack
    ) -> None:
        channels = "  - {name: reading, platform: slack, address: '{library}', at: '08:00', timezone: Europe/Berlin}\n"
        async with place(tmp_path, slack, channels=channels) as reading:
            await slack.kick("library", "ben")
            outside = await reading.ask("/seed", "water", channel="general", user="ben")
            inside = await reading.ask("/seed", "water", channel="general", user="ada")
            assert "about water" not in outside.text
            assert "about water" in inside.text

    async def test_help_says_what_there_is(self, reading: Place) -> None:
        answer = await reading.ask("/seed", "help")
        assert "/seed soil private" in answer.text
        assert "Plant a seed" in answer.buttons
        assert await reading.posts() == []


class TestWhateverIsTyped:
    @pytest.mark.parametrize("topic", HOSTILE)
    async def test_it_is_answered_and_pings_nobody(self, reading: Place, topic: str) -> None:
        answer = await reading.ask("/seed", topic)
        assert answer.text
        for message in await reading.slack.messages("reading"):
            assert message.pinged == []

    async def test_no_answer_is_refused_by_slack(self, reading: Place) -> None:
        for topic in HOSTILE:
            answer = await reading.ask("/seed", f"{topic} private")
            assert answer.refusals == []

    async def test_letters_that_slack_writes_otherwise_are_read_as_they_were_typed(self, reading: Place) -> None:
        answer = await reading.ask("/seed", "R&amp;D &lt;b&gt;")
        assert "“R&amp;D &lt;b&gt;”" in answer.text, "escaped once, as Slack shows it"


class TestUnderStrain:
    async def test_a_slow_store_does_not_keep_slack_waiting(self, reading: Place, tmp_path: Path) -> None:
        async with held(tmp_path / "data" / "seedbed.db"):
            asked = await reading.slack.slash("/seed", "water")
            heard = await reading.slack.answer(asked, steps=0)
            assert not heard.failed
            assert await reading.posts() == []
        answer = await reading.slack.answer(asked)
        [message] = await reading.posts()
        assert message.permalink in answer.text

    async def test_what_breaks_is_apologised_for_and_logged_with_no_word_of_the_bots_machine(
        self, reading: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Somebody laid hands on the database."""
        database = tmp_path / "data" / "seedbed.db"
        with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
            await asyncio.to_thread(other.execute, "ALTER TABLE post RENAME TO gone")
            answer = await reading.ask("/seed", "water")
            await asyncio.to_thread(other.execute, "ALTER TABLE gone RENAME TO post")
        assert "Sorry" in answer.text
        assert str(tmp_path) not in str(answer.json)
        assert "a command failed" in caplog.messages
        assert "about water" in (await reading.ask("/seed", "water private")).text
