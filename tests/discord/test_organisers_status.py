"""`/seedbed status` and `next`: what is coming, and a plain answer to "why didn't it post?"."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.discord.organising import Bench, bench
from tests.discord.place import CHANNELS
from tests.simulators.discord.client import Discord, until

SIMPLEST = {"time": "09:00", "timezone": "Europe/Berlin"}
TWO = CHANNELS + "  - {name: hall, platform: discord, address: '{general}', at: '18:00', timezone: Europe/Berlin}\n"


async def posted(made: Bench) -> None:
    """The next daily post of every channel."""
    made.place.clock.advance(days=1)
    await made.place.post_daily()


class TestStatus:
    async def test_a_server_without_channels_is_told_how_to_begin(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            told = await made.say("status")
            assert "`/seedbed setup`" in told
            assert "`/seedbed organisers`" in told

    async def test_it_tells_what_comes_and_how_the_last_one_did(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            assert "Nothing was posted yet" in await made.say("status")
            await posted(made)
            [post] = await made.place.posts()
            await discord.react("reading", post.id, "🌱", user="ada")
            await discord.react("reading", post.id, "🌱", user="ben")

            async def counted() -> bool:
                return "🌱 2" in await made.say("status")

            await until(counted)
            told = await made.say("status")
            ahead = await made.place.parts.clerk.next_post(made.channels()["reading"].name)
            assert ahead is not None
            assert f"<t:{int(ahead.slot.due.timestamp())}:F>" in told
            assert "09:00 in Europe/Berlin" in told
            assert "19 of 20 seeds are unread" in told
            assert f"/{post.id}" in told
            assert "What was due lately" in told

    async def test_a_pause_is_told_with_its_end(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            await made.say("pause")
            assert "until somebody resumes it" in await made.say("status")
            await made.say("pause", {"until": "in 2 weeks"})
            assert "Paused until <t:" in await made.say("status")
            await posted(made)
            assert "The channel was paused" in await made.say("status")

    async def test_what_discord_refuses_is_told_with_the_fix(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            await discord.forbid("send_messages", channel="reading")
            await posted(made)
            told = await made.say("status")
            assert "Nothing can be posted" in told
            assert "Send Messages" in told
            assert "was not posted" in told

    async def test_what_was_missed_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            made.place.clock.advance(days=4)
            await made.place.post_daily()
            assert "The bot was not running when it was due" in await made.say("status")

    async def test_among_several_channels_the_one_that_missed_its_post_says_why(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=TWO) as made:
            await made.say("skip", {"channel": "hall"})
            await posted(made)
            told = await made.say("status")
            assert told.count("Nothing was posted: An organiser left it out") == 1

    async def test_what_should_have_followed_a_post_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST | {"pin": True})
            await discord.forbid("pin_messages")
            await posted(made)
            await made.place.parts.follow_ups.resume()
            await made.place.parts.follow_ups.drain(timedelta(seconds=10))
            told = await made.say("status")
            assert "⚠️ The pin" in told or "⏳ The pin" in told
            assert "Pin Messages" in told

    async def test_every_channel_has_its_paragraph_and_one_that_is_named_has_more(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=TWO) as made:
            await made.say("setup", SIMPLEST | {"channel": "news"})
            told = await made.say("status")
            state = await discord.state()
            for name in ("reading", "general", "news"):
                assert f"**<#{state.channel_id(name)}>**" in told
            assert told.count("set in the bot's configuration file") == 2
            assert "What was due" not in told
            assert "Nothing has been due yet" in await made.say("status", {"channel": "hall"})

    async def test_many_channels_are_told_in_several_messages(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            for number in await discord.channels(22):
                await made.say("setup", SIMPLEST | {"channel": number})
            answer = await made.ask("status")
            pages = [answer.text, *await made.followed(answer.json["id"], 2)]
            assert all(len(page) <= 2000 for page in pages)
            assert "\n".join(pages).count("Next: ") == 20
            assert "2 more channels" in pages[-1]

    async def test_the_longest_list_of_slots_is_told_whole(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", {"time": "9", "timezone": "America/Argentina/Buenos_Aires"})
            await made.say("pause")
            answer = await made.ask("next", {"count": 25})
            pages = [answer.text, *await made.followed(answer.json["id"])]
            assert all(len(page) <= 2000 for page in pages)
            assert "\n".join(pages).count("~~ paused") == 25

    async def test_where_the_bot_itself_is_not_well_the_part_is_named_and_nothing_of_its_machine(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            assert "not well" not in await made.say("status")
            (tmp_path / "seeds").rename(tmp_path / "elsewhere")
            await made.place.parts.librarian.refresh()
            told = await made.say("status")
            assert "not well (library)" in told
            assert str(tmp_path) not in told

    async def test_another_servers_channels_are_nobodys_business(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            guild = await discord.add_guild("Elsewhere")
            state = await discord.state()
            other = next(one["id"] for one in state["channels"] if one["guild"] == guild and one["name"] == "general")
            where = {"channel": other, "user": "owner"}
            assert "No channel of this server" in await made.say("status", **where)
            assert "has a daily seed here" in await made.say("status", {"channel": "reading"}, **where)
            assert not await made.suggested("status", "channel", "", **where)
            for verb in ("post", "skip", "pause", "resume", "preview", "queue", "remove", "permissions", "next"):
                assert "has a daily seed here" in await made.say(verb, {"channel": "reading"}, **where)
            assert await made.suggested("status", "channel", "") == {"#reading": "reading"}

    async def test_it_speaks_german(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            await posted(made)
            told = await made.say("status", locale="de")
            assert "Nächster Post" in told
            assert "19 von 20 Texten" in told
            assert "Next" not in told


class TestNext:
    async def test_it_lists_the_slots_to_come(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST | {"days": "mon"})
            told = await made.say("next", {"count": 3})
            assert told.count("09:00 in Europe/Berlin") == 3
            assert "Mon at 09:00" in told

    async def test_what_is_skipped_or_paused_is_struck_out_with_the_reason(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord) as made:
            await made.say("setup", SIMPLEST)
            await made.say("skip")
            assert (await made.say("next")).splitlines()[1].endswith("~~ skipped")
            await made.say("pause")
            assert (await made.say("next", locale="de")).count("~~ pausiert") == 6

    @pytest.mark.parametrize("channel", ["reading", "#reading", "<#{reading}>", "READING"])
    async def test_a_channel_is_known_by_any_of_its_names(self, tmp_path: Path, discord: Discord, channel: str) -> None:
        async with bench(tmp_path, discord, channels=TWO) as made:
            number = (await discord.state()).channel_id("reading")
            told = await made.say("next", {"channel": channel.replace("{reading}", number)}, channel="general")
            assert f"**<#{number}>**" in told

    async def test_left_out_the_channel_of_the_command_is_meant(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=TWO) as made:
            state = await discord.state()
            assert f"**<#{state.channel_id('general')}>**" in await made.say("next", channel="general")
            unclear = await made.say("next", channel="news")
            assert "Say which channel" in unclear
            assert f"<#{state.channel_id('general')}>" in unclear
            assert "Did you mean `reading`?" in await made.say("next", {"channel": "raeding"})
