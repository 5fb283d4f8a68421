"""Commands on a simulated Discord: also what was set up there, and also where no bot runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.place import eventually
from tests.e2e.test_discord import DiscordHome
from tests.simulators.discord.client import discord_process


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DiscordHome]:
    with discord_process() as discord:
        home = DiscordHome(tmp_path / "home", discord)
        channel = discord.state().now().channel_id("general")
        home.write(
            "seedbed.yaml",
            f'channels:\n  - {{name: hall, platform: discord, address: "{channel}", at: "09:00"}}\n',
        )
        yield home


def test_post_without_a_running_bot_does_what_follows_too(home: DiscordHome) -> None:
    """An excerpt that does not fit goes on in the thread, and nobody has to start the bot for that."""
    home.write("seeds/long.yaml", "title: The long walk\ntext: >-\n" + "  Step by step it went on.\n" * 400)
    done = home.run("post", "hall", "--seed", "long")
    assert (done.code, done.out) == (0, "post 1 in hall: posted, The long walk\n"), done
    (message,) = home.seen("general")
    assert message.thread is not None
    assert home.discord.counts().now().connected == 0, "a command needs no gateway"
    with home.bot() as bot:
        assert bot.terminate().code == 0
    assert len(home.seen("general")) == 1


def test_a_post_that_discord_refuses_is_told_with_what_to_do(home: DiscordHome) -> None:
    home.discord.forbid("SEND_MESSAGES", channel="general").now()
    done = home.run("post", "hall")
    assert (done.code, home.seen("general")) == (1, [])
    assert "Send Messages" in done.sentence
    home.discord.permit("SEND_MESSAGES", channel="general").now()
    assert home.run("post", "hall").code == 0


def test_commands_know_a_channel_that_was_set_up_on_discord(home: DiscordHome) -> None:
    with home.bot() as bot:
        home.ask("seedbed setup", {"time": "23:59", "timezone": "UTC"}, user="organiser")
        eventually(lambda: "reading" in home.run("status").out, lambda: bot.log)
        assert "reading is paused" in home.run("pause", "reading").out
        assert home.run("queue", "reading", "moss").out.splitlines()[1] == "1\tmoss\tThe moss"
        assert home.run("post", "reading").out == "post 1 in reading: posted, The moss\n"
        assert "The moss" in home.seen("reading")[0].text
        assert home.run("resume", "reading").out.startswith("reading posts again, next on ")


def test_without_its_token_a_channel_is_said_to_be_off(home: DiscordHome) -> None:
    with home.bot() as bot:
        home.ask("seedbed setup", {"time": "23:59", "timezone": "UTC"}, user="organiser")
        bot.terminate()
    home.write("seedbed.yaml", 'channels:\n  - {name: page, platform: web, at: "09:00"}\n')
    done = home.run("post", "reading", env={"SEEDBED_DISCORD_TOKEN": ""})
    assert (done.code, done.sentence) == (64, "reading is on discord, which is off here: its token is not set")
