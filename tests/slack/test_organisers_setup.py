"""`/seedbed setup`, `move`, `remove` and `permissions` on a simulated Slack."""

import asyncio
from datetime import time
from pathlib import Path

import pytest

from bot.model import Setup
from tests.simulators.slack.client import Slack
from tests.slack.organising import bench, held
from tests.slack.place import CHANNELS


class TestSettingUp:
    async def test_one_form_gives_a_channel_its_daily_seed(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            answer = await made.set_up(more="18:00", topics="soil, -water", reactions="🌱 :eyes:")
            assert "is set up" in answer.view.read
            assert "Next:" in answer.view.read
            [one] = made.channels().values()
            assert one.name == "reading"
            assert one.times == (time(9), time(18))
            assert one.topics_include == {"soil"}
            assert one.topics_exclude == {"water"}
            assert one.extras.reactions == ("🌱", ":eyes:")
            state = await slack.state()
            assert one.address == f"{state.team_id}/{state.channel_id('reading')}"
            setup = await made.place.parts.desk.setup(one.name)
            assert setup is not None
            assert (setup.space, setup.by) == (state.team_id, state.user_id("organiser"))

    async def test_the_form_begins_with_where_and_when_its_organiser_is(self, tmp_path: Path, slack: Slack) -> None:
        await slack.change_person("organiser", tz="America/New_York")
        async with bench(tmp_path, slack) as made:
            fields = (await made.ask("setup", channel="general")).view.fields
            assert fields["place"]["selected_conversation"] == await made.channel_id("general")
            assert fields["seedbed-zone"]["selected_option"]["value"] == "America/New_York"
            assert "now" in fields["seedbed-zone"]["selected_option"]["text"]["text"]
            assert len(fields["days"]["selected_options"]) == 7

    async def test_a_second_time_it_changes_what_there_is(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            await made.set_up(topics="soil")
            opened = await made.ask("setup")
            assert opened.view.fields["topics"]["value"] == "soil"
            answer = await made.submit(opened.view, {"at": "07:15", "extras": ["thread", "pin"]})
            assert "is changed" in answer.view.read
            [one] = made.channels().values()
            assert one.times == (time(7, 15),)
            assert one.topics_include == {"soil"}
            assert one.extras.thread
            assert one.extras.pin

    async def test_its_first_post_is_a_press_away(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            answer = await made.set_up()
            done = await made.press_view(answer.view, "Post now", steps=1)
            [post] = await made.place.posts()
            assert post.permalink in done.view.read

    async def test_what_is_amiss_is_said_at_its_field_and_nothing_is_kept(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            answer = await made.set_up(more="noonish", reactions="plant")
            assert set(answer.errors) == {"more", "reactions"}
            assert made.channels() == {}

    async def test_where_the_bot_is_not_in_the_channel_it_says_how_to_invite_it(
        self, tmp_path: Path, slack: Slack
    ) -> None:
        async with bench(tmp_path, slack) as made:
            answer = await made.set_up("news")
            assert "/invite @seedbed" in answer.view.read
            assert list(made.channels()) == ["news"], "it is kept, and posts once the bot is invited"

    async def test_another_channel_may_be_chosen_in_the_form(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            await made.set_up(place=await made.channel_id("general"))
            assert list(made.channels()) == ["general"]

    async def test_a_topic_that_no_seed_has_is_told(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            answer = await made.set_up(topics="soul")
            assert "No seed has the topic “soul”" in answer.view.read

    async def test_a_slow_store_has_the_form_say_to_wait(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            opened = await made.ask("setup")
            async with held(tmp_path / "data" / "seedbed.db"):
                sent = await slack.submit(opened.view.id, {})
                heard = await slack.answer(sent)
                assert not heard.failed
                assert "One moment" in heard.view.read
            answer = await slack.answer(sent, steps=2)
            assert "is set up" in answer.view.read

    async def test_where_slack_opens_no_form_any_more_it_says_so(self, tmp_path: Path, slack: Slack) -> None:
        """It does for three seconds only."""
        async with bench(tmp_path, slack) as made:
            await slack.tune(trigger_life=0)
            assert "too long" in await made.say("setup")

    async def test_the_same_place_is_never_set_up_beside_the_configuration_file(
        self, tmp_path: Path, slack: Slack
    ) -> None:
        """However each of them writes the channel's address: there would be two posts a day."""
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            assert "configuration file" in await made.say("setup")
            opened = await made.ask("setup", channel="general")
            answer = await made.submit(opened.view, {"place": await made.channel_id("reading")})
            assert "configuration file" in answer.view.read
            assert list(made.channels()) == ["reading"]

    async def test_two_who_send_the_form_off_at_once_make_one_channel(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            first, second = await made.ask("setup"), await made.ask("setup", user="owner")
            await asyncio.gather(slack.submit(first.view.id, {}), slack.submit(second.view.id, {}))
            await slack.answer("3", steps=0)
            await slack.answer("4", steps=0)
            assert len(made.channels()) == 1

    async def test_the_form_opens_from_home_and_from_an_answer(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            opened = await slack.answer(await slack.open_home(user="organiser"))
            form = await made.press_view(opened.view, "Set up a channel")
            answer = await made.submit(form.view, {"place": await made.channel_id("reading")})
            assert "is set up" in answer.view.read

    async def test_where_nobody_can_be_posted_to_it_says_so(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack):
            opened = await slack.answer(await slack.slash("/seedbed", "setup", channel="@organiser", user="organiser"))
            assert opened.view.fields["place"]["selected_conversation"] is None


class TestZones:
    @pytest.mark.parametrize(
        ("typed", "found"), [("berl", "Europe/Berlin"), ("new y", "America/New_York"), ("", "Europe/London")]
    )
    async def test_a_zone_is_found_by_what_people_type(
        self, tmp_path: Path, slack: Slack, typed: str, found: str
    ) -> None:
        async with bench(tmp_path, slack) as made:
            opened = await made.ask("setup")
            asked = await slack.suggest(opened.view.id, "seedbed-zone", typed)
            options = (await slack.answer(asked, steps=0)).options
            assert found in {one["value"] for one in options}
            assert all("UTC" in one["text"]["text"] for one in options)


class TestWhoMay:
    async def test_members_are_told_whom_it_is_for(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            assert "admins and owners" in await made.say("setup", user="ada")
            await made.set_up()
            for verb in ("status", "next", "post", "skip", "pause", "preview", "queue", "remove", "move", "proposals"):
                assert "admins and owners" in await made.say(verb, user="ada"), verb
            assert await made.place.posts() == []

    async def test_whoever_set_a_channel_up_looks_after_it_and_no_other(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            await made.set_up()
            await made.set_up("general")
            [mine] = [one for one in made.channels().values() if one.name == "reading"]
            state = await slack.state()
            await made.place.parts.desk.set_up(Setup(mine, state.team_id, state.user_id("ada")))
            assert "is paused" in await made.say("pause", user="ada")
            assert "admins and owners" in await made.say("pause", user="ada", channel="general")
            assert "is changed" in (await made.set_up(user="ada")).view.read
            assert "admins and owners" in await made.say("setup", user="ada", channel="news")

    async def test_an_admin_no_more_may_no_more(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            assert "Next:" in await made.say("status")
            await slack.change_person("organiser", admin=False)
            assert "admins and owners" in await made.say("status")

    async def test_without_the_scope_to_see_ranks_it_says_what_is_missing(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await slack.revoke_scope("users:read")
            assert "users:read" in await made.say("status")


class TestMoving:
    async def test_named_channels_are_moved_with_what_they_read(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            await made.set_up()
            await made.say("post")
            to = await made.channel_id("general")
            assert "is posted in" in await made.say(f"move <#{to}|general>")
            [one] = made.channels().values()
            assert one.address.endswith(f"/{to}")
            assert one.name == "reading"
            await made.say("post", channel="general")
            [first], [second] = await made.place.posts(), await made.place.posts("general")
            assert first.text != second.text

    async def test_without_a_channel_a_menu_asks_where(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            await made.set_up()
            asked = await made.ask("move")
            to = await made.channel_id("general")
            answer = await made.press(asked.shown, "seedbed-move", value=to)
            assert "is posted in" in answer.text
            assert made.channels()["reading"].address.endswith(f"/{to}")

    async def test_not_where_another_channel_is(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await made.set_up("general")
            asked = await made.ask("move", channel="general")
            to = await made.channel_id("reading")
            answer = await made.press(asked.shown, "seedbed-move", value=to)
            assert "gets seeds already" in answer.text


class TestRemoving:
    async def test_it_asks_first(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            await made.set_up()
            asked = await made.ask("remove")
            assert list(made.channels()) == ["reading"]
            kept = await made.press(asked.shown, "Keep it")
            assert "stays as it is" in kept.text
            assert kept.buttons == {}
            asked = await made.ask("remove")
            gone = await made.press(asked.shown, "Remove")
            assert "gets no more seeds" in gone.text
            assert made.channels() == {}

    async def test_set_up_again_it_knows_what_it_read(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            await made.set_up()
            await made.say("post")
            await made.press((await made.ask("remove")).shown, "Remove")
            await made.set_up()
            assert "19 of 20 seeds are unread" in await made.say("status")

    async def test_channels_of_the_configuration_file_are_changed_there(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            for line in ("remove", "move"):
                assert "configuration file" in await made.say(line)
            assert "set in the bot's configuration file" in await made.say("status")
            assert "is paused" in await made.say("pause"), "what is no setting works"


class TestOrganisersChannel:
    async def test_only_admins_choose_it(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            assert "admins and owners" in await made.say("organisers", user="ada")


class TestPermissions:
    async def test_all_is_well(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            told = await made.say("permissions")
            assert "Everything I need" in told
            assert "❌" not in told

    async def test_what_is_missing_is_named_with_its_remedy(self, tmp_path: Path, slack: Slack) -> None:
        await slack.revoke_scope("pins:write")
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await slack.kick("reading")
            told = await made.say("permissions")
            assert "/invite @seedbed" in told
            assert "`pins:write`" in told
            await slack.archive("reading")
            assert "archived" in await made.say("permissions")
