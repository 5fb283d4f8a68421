"""Organisers' verbs on a channel: post, preview, skip, pause, resume, queue, move, remove, permissions."""

from pathlib import Path

import aiohttp
import pytest

from tests.discord.organising import Bench, bench
from tests.discord.place import CHANNELS, held
from tests.simulators.discord.client import Discord, until
from tests.simulators.discord.seen import Answer

SIMPLEST = {"time": "09:00", "timezone": "Europe/Berlin"}


async def whole(made: Bench, answer: Answer) -> str:
    """An answer of two messages."""
    return "\n".join([answer.text, *await made.followed(answer.json["id"])])


class TestPost:
    async def test_the_next_seed_goes_out_now_and_is_linked_to(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            told = await made.say("post")
            [post] = await made.place.posts()
            assert f"/{post.id}" in told
            assert "is posted" in told

    async def test_a_seed_is_named_by_a_suggestion_or_by_its_title(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            found = await made.suggested("post", "seed", "Chapter 7")
            assert "Chapter 7 · Author 2" in found
            await made.say("post", {"seed": found["Chapter 7 · Author 2"]})
            await made.say("post", {"seed": "chapter 9"})
            first, second = await made.place.posts()
            assert "Chapter 7" in first.text
            assert "Chapter 9" in second.text

    async def test_words_that_fit_none_or_several_are_answered_with_what_there_is(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            assert "No seed is called “xyzzy”" in await made.say("post", {"seed": "xyzzy"})
            several = await made.say("post", {"seed": "chapter"})
            assert "could be several" in several
            assert "(`" in several
            assert not await made.place.posts()

    async def test_a_seed_that_was_read_is_not_posted_again(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("post", {"seed": "chapter 7"})
            assert "already read" in await made.say("post", {"seed": "chapter 7"})
            assert len(await made.place.posts()) == 1

    async def test_a_refusal_is_told_with_its_reason(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await discord.forbid("send_messages", channel="reading")
            told = await made.say("post")
            assert "was not posted" in told
            assert "Send Messages" in told

    async def test_what_is_not_confirmed_within_a_minute_is_told_as_that(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await discord.fault("drop_after", kind="create_message")
            asked = await discord.slash("seedbed post", {}, user="organiser")

            async def tried() -> bool:
                entries = await made.place.parts.clerk.entries(made.channels()["reading"].name, 1)
                return bool(entries) and entries[0].post.ambiguous

            await until(tried)
            made.place.clock.advance(minutes=2)
            assert "has not confirmed it yet" in (await discord.answer(asked)).text
            assert len(await made.place.posts()) == 1

    async def test_it_answers_in_time_though_posting_takes_long(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            answer = await made.ask("post")
            assert answer.deferred
            assert answer.elapsed < 3


class TestPreview:
    async def test_it_shows_what_comes_next_to_the_asker_alone(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            answer = await made.ask("preview")
            shown = await whole(made, answer)
            assert answer.ephemeral
            assert "This is what" in shown
            assert "Asked for" not in shown
            assert not await made.place.posts()
            made.place.clock.advance(days=1)
            await made.place.post_daily()
            [post] = await made.place.posts()
            assert post.text.splitlines()[0] in shown, "the same seed"

    async def test_it_shows_a_seed_that_is_named(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            shown = await whole(made, await made.ask("preview", {"seed": "chapter 7"}, locale="de"))
            assert "Chapter 7" in shown
            assert "Es wurde nichts gepostet" in shown


class TestSkipPauseResume:
    async def test_a_skipped_slot_has_no_post_and_its_seed_comes_later(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            told = await made.say("skip")
            skipped, coming = (part.split(":F>")[0] for part in told.split("<t:") if ":F>" in part)
            assert int(coming) > int(skipped)
            made.place.clock.advance(days=1)
            await made.place.post_daily()
            assert not await made.place.posts()
            made.place.clock.advance(days=1)
            await made.place.post_daily()
            assert len(await made.place.posts()) == 1

    async def test_a_pause_ends_on_its_date_by_the_channels_calendar(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            assert "is paused until <t:" in await made.say("pause", {"until": "in 3 days"})
            for _ in range(3):
                made.place.clock.advance(days=1)
                await made.place.post_daily()
            assert len(await made.place.posts()) <= 1
            made.place.clock.advance(days=1)
            await made.place.post_daily()
            assert await made.place.posts()

    @pytest.mark.parametrize(("until", "sentence"), [("soon", "I do not know the date"), ("2001-01-01", "not in the")])
    async def test_a_date_that_is_none_or_past_is_refused(
        self, tmp_path: Path, discord: Discord, until: str, sentence: str
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            assert sentence in await made.say("pause", {"until": until})
            assert "paused" not in (await made.say("status")).casefold()

    async def test_dates_are_suggested_and_what_is_typed_is_read(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            found = await made.suggested("pause", "until", "")
            labels = {name.partition(":")[0] for name in found}
            assert {"tomorrow", "in two weeks"} <= labels
            assert len(set(found.values())) == len(found), "no date is there twice"
            [(name, value)] = (await made.suggested("pause", "until", "24.12.2030", locale="de")).items()
            assert (name, value) == ("Di 2030-12-24", "2030-12-24")

    async def test_a_pause_without_an_end_is_ended_by_resume(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            assert "until somebody resumes" in await made.say("pause")
            told = await made.say("resume")
            assert "posts again" in told
            assert "Next: <t:" in told


class TestQueue:
    async def test_a_queued_seed_is_the_next_one(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            assert "Nothing is queued" in await made.say("queue")
            await made.say("queue", {"seed": "chapter 3"})
            told = await made.say("queue", {"seed": "chapter 7"})
            assert told.index("1. Chapter 7") < told.index("2. Chapter 3")
            made.place.clock.advance(days=1)
            await made.place.post_daily()
            [post] = await made.place.posts()
            assert "Chapter 7" in post.text
            assert "One seed is queued" in await made.say("queue")

    async def test_a_seed_is_taken_out_again(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("queue", {"seed": "chapter 3"})
            await made.say("queue", {"seed": "chapter 7"})
            found = await made.suggested("unqueue", "seed", "7")
            [(name, value)] = found.items()
            assert name == "Chapter 7 · Author 2"
            told = await made.say("unqueue", {"seed": value})
            assert "is out of the queue" in told
            assert "1. Chapter 3" in told
            assert "not in the queue" in await made.say("unqueue", {"seed": value})

    async def test_it_speaks_german(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            assert "kommt in" in await made.say("queue", {"seed": "chapter 3"}, locale="de")
            assert "Kein Text heißt „xyzzy“" in await made.say("queue", {"seed": "xyzzy"}, locale="de")


class TestMove:
    async def test_posts_go_to_the_other_channel_and_what_was_read_stays_read(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            await made.say("post")
            state = await discord.state()
            told = await made.say("move", {"to": "general"})
            assert f"<#{state.channel_id('general')}>" in told
            made.place.clock.advance(days=1)
            await made.place.post_daily()
            assert len(await made.place.posts("reading")) == 1
            assert len(await made.place.posts("general")) == 1
            assert "18 of 20" in await made.say("status")

    async def test_what_is_missing_in_the_new_place_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            await discord.forbid("send_messages", channel="general")
            assert "**Send Messages**" in await made.say("move", {"to": "general"})

    async def test_a_place_that_has_a_channel_and_the_files_channels_are_refused(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("setup", SIMPLEST | {"channel": "general"})
            assert "already" in await made.say("move", {"to": "reading", "channel": "general"})
            assert "configuration file" in await made.say("move", {"to": "news", "channel": "reading"})


class TestRemove:
    async def test_it_asks_and_does_it(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            asked = await made.ask("remove")
            assert set(asked.buttons) == {"Remove", "Keep it"}
            assert made.channels()
            done = await discord.answer(await made.press(asked, "Remove"))
            assert "gets no more seeds" in done.text
            assert not done.buttons
            assert not made.channels()

    async def test_kept_it_stays(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            asked = await made.ask("remove", locale="de")
            done = await discord.answer(await made.press(asked, "Behalten", locale="de"))
            assert "bleibt, wie er ist" in done.text
            assert made.channels()

    async def test_of_two_who_remove_it_the_second_is_told_that_it_is_gone(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            first, second = await made.ask("remove"), await made.ask("remove")
            await discord.answer(await made.press(first, "Remove"))
            [told] = await made.followed(await made.press(second, "Remove"))
            assert "has a daily seed here" in told

    async def test_the_files_channels_are_read_only(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            answer = await made.ask("remove")
            assert "configuration file" in answer.text
            assert not answer.buttons


class TestPermissions:
    async def test_all_that_is_there_is_ticked(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            told = await made.say("permissions")
            assert "Everything I need" in told
            for name in ("View Channel", "Send Messages", "Read Message History"):
                assert f"✅ {name}" in told

    async def test_what_the_channel_takes_away_is_told_from_what_the_roles_lack(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await discord.overwrite("reading", role="@everyone", deny=["read_message_history"])
            told = await made.say("permissions")
            assert "❌ **Read Message History**: @everyone is denied it" in told
            assert "✅ Send Messages" in told

    async def test_what_the_roles_lack_is_told_with_the_role_to_give_it_to(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST | {"pin": True})
            await discord.forbid("pin_messages")
            told = await made.say("permissions")
            assert "❌ **Pin Messages**: give it to " in told
            assert "Server Settings → Roles" in told

    async def test_in_a_channel_that_it_cannot_see_nothing_else_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await discord.forbid("view_channel", channel="reading")
            told = await made.say("permissions", {"channel": "reading"})
            assert "❌ **View Channel**" in told
            assert "✅" not in told

    async def test_of_several_channels_only_what_is_missing_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("setup", SIMPLEST | {"channel": "general"})
            await discord.forbid("view_channel", channel="general")
            told = await made.say("permissions")
            assert told.count("Everything I need") == 1
            assert "❌ **View Channel**" in told
            assert "✅" not in told

    async def test_it_speaks_german(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await discord.forbid("send_messages", channel="reading")
            assert "❌ **Nachrichten senden**" in await made.say("permissions", locale="de")


async def test_a_channel_that_was_deleted_is_told_and_can_be_moved(tmp_path: Path, discord: Discord) -> None:
    async with bench(tmp_path, discord) as made:
        number = await discord.create_channel("lounge")
        await made.say("setup", SIMPLEST | {"channel": number})
        await made.say("post")
        await discord.delete_channel(number)
        assert "not there any more" in await made.say("permissions")
        status = await made.say("status")
        assert "**`lounge`**" in status
        assert "Nothing can be posted" in status
        assert await made.suggested("move", "channel", "lounge", {"to": "general"})
        await made.say("move", {"to": "general", "channel": "lounge"})
        made.place.clock.advance(days=1)
        await made.place.post_daily()
        assert len(await made.place.posts("general")) == 1


async def test_what_fitted_only_the_place_before_goes_with_a_move(tmp_path: Path, discord: Discord) -> None:
    async with bench(tmp_path, discord) as made:
        await made.say("setup", SIMPLEST | {"channel": "library", "tag": "fiction"})
        await made.say("move", {"to": "news"})
        assert made.channels()["library"].look.tag is None
        await made.say("setup", {"channel": "news", "crosspost": True})
        await discord.change_channel("library", needs_tag=True)
        answer = await made.ask("move", {"to": "library"})
        assert not made.channels()["library"].extras.crosspost
        assert "asks for a tag" in answer.text


async def test_shown_to_members_by_a_servers_settings_it_still_answers_organisers_only(
    tmp_path: Path, discord: Discord
) -> None:
    async with bench(tmp_path, discord, channels=CHANNELS) as made:
        await shown_to_everybody(discord)
        for locale, words in {"en-US": "Manage Server", "de": "Server verwalten"}.items():
            assert words in await made.say("post", user="ada", locale=locale)
        assert "Manage Server" in await made.say("setup", SIMPLEST, user="ben")
        assert not await made.place.posts()


async def shown_to_everybody(discord: Discord) -> None:
    """As if a moderator had allowed all slash commands for @everyone."""
    commands = (await discord.state())["commands"]
    address = f"{discord.api}/applications/{commands[0]['application_id']}/commands"
    wanted = [command | {"default_member_permissions": None} for command in commands if command["description"]]
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.put(address, json=wanted) as answer:
        assert answer.status == 200, await answer.text()


@pytest.mark.parametrize(
    ("verb", "options"),
    [
        ("setup", {"time": "18:00"}),
        ("status", {}),
        ("post", {}),
        ("preview", {}),
        ("skip", {}),
        ("pause", {}),
        ("resume", {}),
        ("queue", {"seed": "chapter 3"}),
        ("move", {"to": "general"}),
        ("remove", {}),
        ("permissions", {}),
        ("organisers", {"channel": "general"}),
    ],
)
async def test_a_slow_store_is_no_reason_to_be_late(
    tmp_path: Path, discord: Discord, verb: str, options: dict[str, str]
) -> None:
    """Discord waits three seconds for a first sign. Here something else writes to the database for so long."""
    async with bench(tmp_path, discord) as made:
        await made.say("setup", SIMPLEST)
        async with held(made.place.parts.settings.database):
            asked = await discord.slash(f"seedbed {verb}", options, user="organiser")
            early = await discord.answer(asked, acknowledged=True)
            assert early.deferred
            assert early.ephemeral
        answer = await discord.answer(asked)
        assert not answer.failed
        assert "did not work" not in answer.text
