"""`/seedbed setup`: a channel gets its daily seed from Discord alone."""

from pathlib import Path

import pytest

from bot.model import Style
from tests.discord.organising import Bench, bench
from tests.discord.place import CHANNELS
from tests.simulators.discord.client import Discord

SIMPLEST = {"time": "09:00", "timezone": "Europe/Berlin"}
EVERYTHING = SIMPLEST | {
    "days": "mon-fri",
    "topics": "water, -soil",
    "thread": "3d",
    "style": "embed",
    "reactions": "👍🌱",
    "pin": True,
}


async def next_slot(made: Bench, name: str = "reading") -> int:
    """When the next post is due, in seconds as Discord writes them."""
    ahead = await made.place.parts.clerk.next_post(made.channels()[name].name)
    assert ahead is not None
    return int(ahead.slot.due.timestamp())


class TestANewChannel:
    async def test_one_command_with_a_time_and_a_zone_is_enough_for_a_daily_post(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord) as made:
            told = await made.say("setup", SIMPLEST)
            due = await next_slot(made)
            assert "is set up" in told
            assert f"<t:{due}:F>" in told, "the reader's own time"
            assert "09:00 in Europe/Berlin" in told, "the channel's"
            assert "Missing" not in told
            await made.place.post_daily()
            assert not await made.place.posts(), "its first slot is to come"
            made.place.clock.advance(days=1)
            await made.place.post_daily()
            assert len(await made.place.posts()) == 1

    async def test_every_option_is_kept_and_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            told = await made.say("setup", EVERYTHING | {"role": "Readers"})
            channel = made.channels()["reading"]
            role = next(part for part in told.split() if part.startswith("<@&"))[3:-1]
            assert (channel.days, channel.zone) == (frozenset(range(5)), "Europe/Berlin")
            assert (channel.topics_include, channel.topics_exclude) == (frozenset({"water"}), frozenset({"soil"}))
            assert (channel.look.style, channel.look.role) == (Style.EMBED, role)
            assert channel.extras.thread
            assert channel.extras.archive_after.days == 3
            assert channel.extras.reactions == ("👍", "🌱")
            assert channel.extras.pin
            for words in (
                "Monday to Friday",
                "Topics: water",
                "Never: soil",
                "three days",
                "👍 🌱",
                "pinned",
                "embeds",
            ):
                assert words in told

    async def test_given_in_a_thread_its_channel_is_meant(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.place.ask("seed", {"topic": "water"})
            [post] = await made.place.posts()
            await made.place.press(post, "Discuss")
            told = await made.say("setup", SIMPLEST, channel=post.id)
            assert "configuration file" in told, "and not a thread where nothing is posted"

    @pytest.mark.parametrize("given", [{}, {"time": "9"}, {"timezone": "Europe/Berlin"}])
    async def test_without_a_time_and_a_zone_it_says_what_to_give(
        self, tmp_path: Path, discord: Discord, given: dict[str, str]
    ) -> None:
        async with bench(tmp_path, discord) as made:
            assert "`timezone: Europe/Berlin`" in await made.say("setup", given)
            assert not made.channels()

    async def test_a_second_channel_needs_no_zone_where_all_share_one(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            await made.say("setup", {"channel": "general", "time": "9am"})
            assert made.channels()["general"].zone == "Europe/Berlin"

    async def test_a_topic_that_no_seed_has_is_pointed_out(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            told = await made.say("setup", SIMPLEST | {"topics": "watr, xyzzy"})
            assert "no seed has the topic “watr”. is one of these meant? water" in told.casefold()
            assert "No seed has the topic “xyzzy”" in told
            assert "No seed of the library fits" in told

    async def test_a_name_in_other_letters_or_taken_gets_a_name_of_its_own(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            for title in ("Lesekreis Köln", "読書", "reading!"):
                number = await discord.create_channel(title)
                assert "is set up" in await made.say("setup", SIMPLEST | {"channel": number})
            assert set(made.channels()) == {"reading", "lesekreis-koln", "channel", "reading-2"}


class TestWhatIsThereAlready:
    async def test_what_is_not_given_stays_as_it_is(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", EVERYTHING | {"role": "Readers"})
            before = made.channels()["reading"]
            told = await made.say("setup", {"time": "18:30", "thread": "off"})
            after = made.channels()["reading"]
            assert "is changed" in told
            assert [f"{at:%H:%M}" for at in after.times] == ["18:30"]
            assert not after.extras.thread
            assert (after.zone, after.days, after.look) == (before.zone, before.days, before.look)
            assert (after.topics_include, after.extras.reactions) == (before.topics_include, before.extras.reactions)

    async def test_a_setting_is_taken_off_again(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", EVERYTHING | {"role": "Readers"})
            for setting in ("role", "topics", "reactions"):
                await made.say("setup", {"clear": setting})
            channel = made.channels()["reading"]
            assert (channel.look.role, channel.extras.reactions) == (None, ())
            assert not channel.topics_include | channel.topics_exclude
            assert channel.extras.pin

    async def test_without_options_it_shows_how_it_is(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", EVERYTHING)
            told = await made.say("setup")
            assert "Topics: water" in told
            assert "changed" not in told

    async def test_a_channel_of_the_configuration_file_is_read_only(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            before = made.channels()
            assert "configuration file" in await made.say("setup", {"time": "18:30"})
            assert made.channels() == before

    async def test_set_up_again_it_goes_on_where_it_was_and_another_channel_does_not(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            await made.say("post")
            asked = await made.ask("remove")
            await discord.answer(await made.press(asked, "Remove"))
            assert not made.channels()
            guild = await discord.add_guild("Elsewhere")
            state = await discord.state()
            other = next(one["id"] for one in state["channels"] if one["guild"] == guild and one["name"] == "reading")
            await made.say("setup", SIMPLEST, channel=other, user="owner")
            assert "reading-2" in made.channels(), "its seeds are unread, and nothing of the other's is told"
            assert "19 of 20" in await made.say("setup", SIMPLEST)


class TestWrongInput:
    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"time": "noon"}, "I do not know the time “noon”"),
            ({"timezone": "Berlni"}, "Europe/Berlin"),
            ({"timezone": "Atlantis"}, "Name a city"),
            ({"days": "someday"}, "I do not know the days “someday”"),
            ({"reactions": "nice"}, "no emoji"),
            ({"reactions": "🍇🍈🍉🍊🍋🍌🍍🥭🍎🍏🍐🍑🍒🍓🫐🥝🍅🫒🥥🥑🍆"}, "20"),
            ({"crosspost": True}, "announcement channels"),
            ({"tag": "fiction"}, "Only forums"),
            ({"role": "@everyone"}, "never pinged"),
            ({"time": "**@everyone** <@1>"}, "\\*\\*\\@everyone\\*\\*"),
        ],
    )
    async def test_one_sentence_says_what_is_wrong_and_nothing_is_kept(
        self, tmp_path: Path, discord: Discord, options: dict[str, str], sentence: str
    ) -> None:
        async with bench(tmp_path, discord) as made:
            answer = await made.ask("setup", SIMPLEST | options)
            assert sentence in answer.text
            assert not answer.shown["mentions"]
            assert not made.channels()


class TestPermissions:
    async def test_what_is_missing_is_named_with_its_place_and_the_channel_is_kept(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord) as made:
            await discord.forbid("send_messages", "read_message_history", channel="reading")
            await discord.forbid("add_reactions")
            told = await made.say("setup", SIMPLEST | {"reactions": "👍"})
            assert "**Send Messages**" in told
            assert "Edit Channel → Permissions" in told
            assert "reading" in made.channels()

    async def test_a_channel_that_the_bot_cannot_see_is_set_up_all_the_same(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord) as made:
            await discord.forbid("view_channel", channel="general")
            told = await made.say("setup", SIMPLEST | {"channel": "general"})
            assert "**View Channel**" in told
            assert "general" in made.channels()

    async def test_a_role_that_would_not_be_pinged_is_pointed_out(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await discord.overwrite("reading", role="@everyone", deny=["mention_everyone"])
            told = await made.say("setup", SIMPLEST | {"role": "Organisers"})
            assert "named but not pinged" in told
            assert "not pinged" not in await made.say("setup", {"role": "Readers"}), "anyone may mention these"


class TestThePostNowButton:
    async def test_it_posts_once_and_goes(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            answer = await made.ask("setup", SIMPLEST)
            pressed = await made.press(answer, "Post now")
            [told] = await made.followed(pressed)
            [post] = await made.place.posts()
            assert post.id in told
            edited = next(step for step in (await discord.answer(pressed)).json["steps"] if step["what"] == "edit")
            assert not edited["message"]["components"]

    async def test_of_two_presses_at_once_only_one_posts(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            answer = await made.ask("setup", SIMPLEST)
            await discord.hold_events()
            presses = [await made.press(answer, "Post now") for _ in range(2)]
            await discord.hold_events(held=False)
            await made.followed(presses[0])
            assert len(await made.place.posts()) == 1

    async def test_it_answers_after_a_restart(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            answer = await made.ask("setup", SIMPLEST)
        async with bench(tmp_path, discord) as made:
            await made.followed(await made.press(answer, "Post now"))
            assert len(await made.place.posts()) == 1

    async def test_nobody_else_can_press_it(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            answer = await made.ask("setup", SIMPLEST)
            await discord.role("organiser", "Organisers", given=False)
            refused = await discord.answer(await made.press(answer, "Post now"))
            assert "Manage Server" in refused.text
            assert not await made.place.posts()


class TestForums:
    async def test_a_forum_that_asks_for_a_tag_offers_its_tags(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await discord.change_channel("library", needs_tag=True)
            answer = await made.ask("setup", SIMPLEST | {"channel": "library"})
            assert "asks for a tag" in answer.text
            menu = answer.shown["components"][0]["components"][0]
            options = {option["label"]: option["value"] for option in menu["options"]}
            assert set(options) == {"fiction", "essays"}
            chosen = await made.press(answer, menu["custom_id"], values=[options["essays"]])
            told = await discord.answer(chosen)
            assert "Tag: essays" in told.text
            assert made.channels()["library"].look.tag == options["essays"]
            await made.followed(await made.press(told, "Post now"))
            state = await discord.state()
            [thread] = [one for one in state["channels"] if one.get("parent") == state.channel_id("library")]
            assert thread["applied_tags"] == [options["essays"]]

    async def test_a_tag_is_given_by_its_name_and_suggested(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            found = await made.suggested("setup", "tag", "fic", {"channel": "library"})
            assert list(found) == ["fiction"]
            await made.say("setup", SIMPLEST | {"channel": "library", "tag": "Fiction"})
            assert made.channels()["library"].look.tag == found["fiction"]
            assert "It has: essays, fiction" in await made.say("setup", {"channel": "library", "tag": "poems"})

    async def test_only_an_announcement_channel_is_crossposted(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            assert "followers" in await made.say("setup", SIMPLEST | {"channel": "news", "crosspost": True})
            assert made.channels()["news"].extras.crosspost


class TestSuggestions:
    async def test_zones_come_with_what_their_clocks_show(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            found = await made.suggested("setup", "timezone", "berl")
            [(name, value)] = found.items()
            assert value == "Europe/Berlin"
            assert name.startswith("Europe/Berlin (UTC+0")
            assert ", now " in name
            german = await made.suggested("setup", "timezone", "berl", locale="de")
            assert ", jetzt " in next(iter(german))
            assert len(await made.suggested("setup", "timezone", "")) > 5
            assert not await made.suggested("setup", "timezone", "atlantis")

    async def test_days_and_topics_are_completed(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            assert "every day" in await made.suggested("setup", "days", "")
            assert await made.suggested("setup", "days", "mo, we") == {"Mon, Wed": "mon, wed"}
            assert "soil, water" in await made.suggested("setup", "topics", "soil, wa")
            assert "soil, -water" in await made.suggested("setup", "topics", "soil, -wa")


async def test_it_all_speaks_german(tmp_path: Path, discord: Discord) -> None:
    async with bench(tmp_path, discord) as made:
        answer = await made.place.ask(
            "seedbed einrichten",
            {"zeit": "9 Uhr", "zeitzone": "Berlin", "tage": "mo-fr"},
            user="organiser",
            locale="de",
        )
        assert "ist eingerichtet" in answer.text
        assert "Montag bis Freitag um 09:00" in answer.text
        assert "Jetzt posten" in answer.buttons
        wrong = await made.say("setup", {"time": "mittags"}, locale="de")
        assert "Die Zeit „mittags“ kenne ich nicht" in wrong


async def test_members_are_not_offered_it(tmp_path: Path, discord: Discord) -> None:
    async with bench(tmp_path, discord) as made:
        with pytest.raises(AssertionError, match="manage_guild"):
            await made.ask("setup", SIMPLEST, user="ada")
