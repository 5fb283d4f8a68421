"""`/seed` on a simulated Discord: what members ask for, what they get, and what they are told."""

import asyncio
from pathlib import Path

import pytest

from tests.discord.place import FORUM, READING, Place, held, place
from tests.fakes.seeds import check_index
from tests.simulators.discord.client import Discord, until

HOSTILE = [
    "@everyone @here <@1> <@&2>",
    "**bold** `code` ~~gone~~ ||hidden|| # heading [x](https://example.org)",
    "soil " * 50,
    "half a character \ud800 and \x00 a null",
    "\N{RIGHT-TO-LEFT OVERRIDE}lios",
    "'; DROP TABLE posts; --",
    '"NEAR(soil, water)" AND OR NOT *',
]


class TestInTheChannel:
    async def test_the_best_match_is_posted_and_linked_to(self, reading: Place) -> None:
        answer = await reading.ask("seed", {"topic": "water"})
        [message] = await reading.posts()
        [entry] = await reading.posted()
        assert "water" in message.text
        assert message.id in answer.text
        assert answer.ephemeral
        assert entry.post.message_id == message.id

    async def test_without_a_topic_something_unread_comes(self, reading: Place) -> None:
        answer = await reading.ask("seed")
        [message] = await reading.posts()
        assert message.id in answer.text

    async def test_asked_in_a_thread_of_a_post_it_is_posted_in_the_channel(self, reading: Place) -> None:
        await reading.ask("seed", {"topic": "water"})
        [message] = await reading.posts()
        await reading.press(message, "Discuss", user="ben")
        answer = await reading.ask("seed", {"topic": "light"}, channel=message.id, user="ben")
        _, second = await reading.posts()
        assert "light" in second.text
        assert second.id in answer.text

    async def test_asked_in_a_forums_post_it_becomes_a_post_of_the_forum(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with place(tmp_path, discord, channels=FORUM) as forum:
            await forum.post_daily()
            [first] = await forum.posted()
            answer = await forum.ask("seed", {"topic": "water"}, channel=str(first.post.message_id))
            second, _ = await forum.posted()
            thread = second.post.message_id
            assert f"/{thread}/{thread}" in answer.text, "a forum's post is a thread, and is linked to as one"

    async def test_what_was_read_is_pointed_to_and_not_repeated(self, reading: Place) -> None:
        for _ in range(3):  # there are three seeds about paths
            await reading.ask("seed", {"topic": "paths"})
            reading.clock.advance(minutes=1)
        answer = await reading.ask("seed", {"topic": "paths"})
        posts = await reading.posts()
        assert len({message.text for message in posts}) == len(posts)
        assert any(message.id in answer.text for message in posts)
        again = await reading.ask("seed", {"topic": "paths"})
        assert len(await reading.posts()) == len(posts), "what comes to nothing needs no rest"
        assert "already" in again.text

    async def test_where_nothing_matches_topics_that_would_are_named(self, reading: Place) -> None:
        answer = await reading.ask("seed", {"topic": "sooil"})
        assert "soil" in answer.text.replace("sooil", "")
        assert await reading.posts() == []

    async def test_a_refusal_says_what_is_missing(self, reading: Place) -> None:
        await reading.discord.forbid("send_messages", channel="reading")
        answer = await reading.ask("seed", {"topic": "water"})
        assert "Send Messages" in answer.text
        assert await reading.posts() == []

    async def test_a_post_that_is_slow_to_be_confirmed_is_linked_to_later(self, reading: Place) -> None:
        """The answer was lost, so the post is looked for when it must be there: after a minute and a half."""
        await reading.discord.fault("drop_after", kind="create_message")
        asked = await reading.discord.slash("seed", {"topic": "water"})
        told = await reading.discord.answer(asked)
        [message] = await reading.posts()
        assert message.id not in told.text
        assert "on its way" in told.text
        reading.clock.advance(seconds=100)
        await reading.parts.outbox.resume()

        async def linked() -> bool:
            return message.id in (await reading.discord.answer(asked)).text

        await until(linked)
        assert len(await reading.posts()) == 1


class TestHowOften:
    async def test_a_member_rests_after_a_post_and_is_told_how_long(self, reading: Place) -> None:
        await reading.ask("seed", {"topic": "water"})
        refused = await reading.ask("seed", {"topic": "light"})
        assert "<t:" in refused.text
        assert len(await reading.posts()) == 1
        reading.clock.advance(seconds=31)
        await reading.ask("seed", {"topic": "light"})
        assert len(await reading.posts()) == 2

    async def test_others_need_not_wait(self, reading: Place) -> None:
        await reading.ask("seed", {"topic": "water"}, user="ada")
        await reading.ask("seed", {"topic": "light"}, user="ben")
        assert len(await reading.posts()) == 2

    async def test_asking_twice_at_the_same_moment_is_one_post(self, reading: Place) -> None:
        await asyncio.gather(*(reading.ask("seed", {"topic": "water"}) for _ in range(4)))
        assert len(await reading.posts()) == 1

    async def test_reading_alone_needs_no_rest(self, reading: Place) -> None:
        for topic in ("water", "light", "soil"):
            assert topic in (await reading.ask("seed", {"topic": topic, "private": True})).text


class TestForOneAlone:
    async def test_a_private_seed_is_seen_by_nobody_else_and_stays_unread(self, reading: Place) -> None:
        answer = await reading.ask("seed", {"topic": "water", "private": True})
        assert answer.ephemeral
        assert "water" in answer.text
        assert await reading.posts() == []
        assert await reading.posted() == []

    async def test_it_says_where_the_channel_has_read_everything(self, reading: Place) -> None:
        for _ in range(3):
            await reading.ask("seed", {"topic": "paths"})
            reading.clock.advance(minutes=1)
        asked = await reading.discord.slash("seed", {"topic": "paths", "private": True})
        note, seed = await reading.told(asked, 2)
        assert "already" in note
        assert "about paths" in seed

    async def test_in_another_channel_it_is_shown_to_the_asker_with_a_word_why(self, reading: Place) -> None:
        asked = await reading.discord.slash("seed", {"topic": "water"}, channel="general")
        note, seed = await reading.told(asked, 2)
        assert f"<#{reading.parts.roster[READING].address}>" in note
        assert "about water" in seed
        assert {message.seen_by for message in await reading.discord.messages("general")} == {"ada"}
        assert await reading.posts() == []

    async def test_a_channel_that_the_asker_cannot_see_is_not_told_of(self, reading: Place) -> None:
        await reading.discord.overwrite("reading", role="@everyone", deny=["view_channel"])
        await reading.discord.permit("view_channel", "send_messages", channel="reading")
        answer = await reading.ask("seed", {"topic": "water"}, channel="general")
        assert "<#" not in answer.text
        assert "/seedbed setup" in answer.text

    async def test_where_nothing_is_set_up_it_says_how_to(self, tmp_path: Path, discord: Discord) -> None:
        async with place(tmp_path, discord, channels="") as empty:
            answer = await empty.ask("seed", {"topic": "water"})
            assert "/seedbed setup" in answer.text


class TestWhatIsTyped:
    @pytest.mark.parametrize("topic", HOSTILE)
    async def test_nothing_typed_does_harm(self, reading: Place, topic: str) -> None:
        answer = await reading.ask("seed", {"topic": topic})
        assert not answer.failed
        assert not any(message.pinged for message in await reading.posts())
        assert "<@" not in answer.text.replace("\\<@", "")
        check_index(reading.parts.settings.database)

    @pytest.mark.parametrize("topic", [*HOSTILE, "", "x" * 6000])
    async def test_nothing_typed_so_far_breaks_the_suggestions(self, reading: Place, topic: str) -> None:
        asked = await reading.discord.autocomplete("seed", {"topic": topic}, focused="topic")
        answer = await reading.discord.answer(asked)
        assert len(answer.choices) <= 25
        assert not answer.json["refusals"]

    async def test_topics_are_suggested_by_how_they_begin(self, reading: Place) -> None:
        asked = await reading.discord.autocomplete("seed", {"topic": "wa"}, focused="topic")
        assert [choice["value"] for choice in (await reading.discord.answer(asked)).choices] == ["water"]

    async def test_no_more_are_suggested_than_discord_takes(self, tmp_path: Path, discord: Discord) -> None:
        seeds = {
            f"{number:02}.yaml": f"text: Number {number}.\ntopics: ['{number} is long {'x' * 28}', 'short {number}']\n"
            for number in range(40)
        }
        async with place(tmp_path, discord, seeds=seeds) as reading:
            asked = await reading.discord.autocomplete("seed", {"topic": ""}, focused="topic")
            answer = await reading.discord.answer(asked)
            assert len(answer.choices) == 25
            assert not answer.json["refusals"]


class TestInTime:
    async def test_a_slow_store_is_no_reason_to_be_late(self, reading: Place) -> None:
        """Discord waits three seconds for a first sign. Here something else writes to the database for so long."""
        async with held(reading.parts.settings.database):
            asked = await reading.discord.slash("seed", {"topic": "water"})
            early = await reading.discord.answer(asked, acknowledged=True)
            assert early.deferred
        assert (await reading.discord.answer(asked)).ephemeral
        assert len(await reading.posts()) == 1


class TestInGerman:
    async def test_the_asker_is_answered_in_their_language_and_the_channel_in_its_own(self, reading: Place) -> None:
        answer = await reading.ask("seed", {"thema": "water"}, locale="de")
        assert answer.text.startswith("Hier ist er")
        nothing = await reading.ask("seed", {"thema": "sooil", "privat": True}, locale="de")
        assert "steht nichts in der Sammlung" in nothing.text

    async def test_menus_are_in_the_language_of_who_opens_them(self, discord: Discord, reading: Place) -> None:
        commands = {one["name"]: one for one in (await discord.state())["commands"]}
        assert commands["plant"]["name_localizations"]["de"] == "vorschlagen"
        assert "Thema" in commands["seed"]["description_localizations"]["de"]
