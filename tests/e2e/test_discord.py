"""`python -m bot run` on a simulated Discord, set up from there alone: post, react, ask, discuss, restart, and stop."""

import json
import signal
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.platforms.discord.buttons import marker_in
from tests.crash.place import eventually
from tests.e2e.process import DEADLINE, Home, Running
from tests.simulators.discord.client import Discord, discord_process
from tests.simulators.discord.seen import Answer, Message

PLANTS = ("alder", "birch", "cedar", "fern", "moss")


class DiscordHome(Home):
    """A home without any channel in its configuration; the token and a simulator's addresses are in its environment."""

    def __init__(self, root: Path, discord: Discord) -> None:
        super().__init__(root)
        self.discord = discord
        self.write("seedbed.yaml", "library: seeds\n")
        for name in PLANTS:
            text = f"The {name} grows where it can, and asks nobody for leave."
            self.write(f"seeds/{name}.yaml", f"title: The {name}\ntext: {text}\ntopics: [{name}, plants]\n")

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        ours = {
            "SEEDBED_DISCORD_TOKEN": self.discord.token,
            "SEEDBED_DISCORD_API_BASE": self.discord.api,
            "SEEDBED_DISCORD_GATEWAY_URL": self.discord.gateway,
        }
        return super().environ({**ours, **(more or {})})

    def ask(self, command: str, options: Mapping[str, object] | None = None, *, user: str = "ada") -> Answer:
        """A slash command in #reading, and its whole answer."""
        asked = self.discord.slash(command, dict(options or {}), user=user).now()
        return self.discord.answer(asked, seconds=30).now()

    def seen(self, channel: str = "reading") -> list[Message]:
        """The bot's posts in a channel, oldest first."""
        found = self.discord.messages(channel).now()
        return [one for one in found if any(marker_in(name) for name in one.buttons.values())]

    @property
    def sending(self) -> bool:
        """Whether a post is on its way."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=DEADLINE)) as database:
            return database.execute("SELECT 1 FROM post WHERE state = 'sending'").fetchone() is not None

    def wait_for_posts(self, count: int, bot: Running) -> list[Message]:
        eventually(lambda: len(self.seen()) >= count, lambda: bot.log)
        return self.seen()

    def wait_for_reactions(self, wanted: list[dict[str, int]], bot: Running) -> None:
        """Until the ledger counts so, posts oldest first."""
        eventually(lambda: [post["reactions"] for post in self.posts()] == wanted, lambda: f"{self.posts()} {bot.log}")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DiscordHome]:
    with discord_process() as discord:
        yield DiscordHome(tmp_path / "home", discord)


def minutes_ago(minutes: int) -> str:
    """A wall time in UTC that has just passed, so that no slot comes due while a test lasts."""
    return f"{datetime.now(UTC) - timedelta(minutes=minutes):%H:%M}"


def test_a_group_is_set_up_and_read_with_from_discord_alone(home: DiscordHome) -> None:
    discord = home.discord
    with home.bot() as bot:
        setup = home.ask("seedbed setup", {"time": minutes_ago(10), "timezone": "UTC"}, user="organiser")
        assert setup.ephemeral, setup.json
        assert home.ask("seedbed post", user="organiser").ephemeral
        (post,) = home.wait_for_posts(1, bot)
        assert post.pinged == []
        discord.react("reading", post.id, "🌱", user="ada").now()
        discord.react("reading", post.id, "🌱", user="ben").now()
        discord.react("reading", post.id, "🌱", user="ben", burst=True).now()
        home.wait_for_reactions([{"🌱": 2}], bot)
        asked = home.ask("seed", {"topic": "moss"})
        assert asked.deferred
        assert asked.ephemeral
        assert "grows where it can" in home.wait_for_posts(2, bot)[1].text
        thread = discord.answer(discord.press("reading", post.id, "Discuss").now(), seconds=30).now()
        eventually(lambda: home.seen()[0].thread is not None, lambda: f"{thread.json} {bot.log}")
        assert bot.terminate().code == 0
    # While it is away, one reaction goes and another comes.
    discord.unreact("reading", post.id, "🌱", user="ada").now()
    discord.react("reading", home.seen()[1].id, "💧", user="ada").now()
    with home.bot() as bot:
        home.wait_for_reactions([{"🌱": 1}, {"💧": 1}], bot)
        assert home.discord.answer(discord.press("reading", post.id, "Another question").now()).now().json["final"]
        status = home.ask("seedbed status", user="organiser")
        assert "Next:" in status.text
        assert bot.terminate().code == 0
    assert len(home.seen()) == 2
    assert discord.counts().now().rate_limited == 0
    registered = [one for one in discord.requests("commands").now() if one["method"] == "PUT"]
    assert len(registered) == 1, "commands that had not changed were registered again"


def test_reactions_during_a_new_session_are_not_lost(home: DiscordHome) -> None:
    """The gateway forgets the session: what happened meanwhile is never told, and is read instead."""
    discord = home.discord
    with home.bot() as bot:
        home.ask("seedbed setup", {"time": minutes_ago(10), "timezone": "UTC"}, user="organiser")
        home.ask("seedbed post", user="organiser")
        (post,) = home.wait_for_posts(1, bot)
        discord.react("reading", post.id, "🌱", user="ada").now()
        home.wait_for_reactions([{"🌱": 1}], bot)
        discord.refuse_gateway(1).now()
        discord.drop(resumable=False, code=1001).now()
        discord.unreact("reading", post.id, "🌱", user="ada").now()
        discord.react("reading", post.id, "💧", user="ben").now()
        home.wait_for_reactions([{"💧": 1}], bot)


def test_a_wrong_token_is_one_sentence_and_an_exit_code_for_do_not_restart(home: DiscordHome) -> None:
    token = "MTA1.another.token_that_is_not_the_right_one"
    done = home.run("run", env={"SEEDBED_DISCORD_TOKEN": token})
    assert done.code == 69
    assert "SEEDBED_DISCORD_TOKEN is refused" in done.err.splitlines()[-1]
    assert token not in done.err
    assert "Traceback" not in done.err


def test_a_discord_that_is_out_of_reach_does_not_end_the_bot(home: DiscordHome) -> None:
    """It may be the network of this machine, an hour before the post: it connects as soon as it can."""
    home.discord.refuse_gateway(2, by_reset=True).now()
    with home.bot() as bot:
        eventually(lambda: home.discord.counts().now().connected == 1, lambda: bot.log)
        assert bot.terminate().code == 0


def test_an_interrupt_in_the_middle_of_a_post_finishes_it(home: DiscordHome) -> None:
    with home.bot() as bot:
        home.ask("seedbed setup", {"time": minutes_ago(10), "timezone": "UTC"}, user="organiser")
        home.discord.fault(("slow", 1.0), kind="create_message").now()
        home.discord.slash("seedbed post", {}, user="organiser").now()
        eventually(lambda: home.sending, lambda: bot.log)
        bot.send(signal.SIGTERM)
        assert bot.wait().code == 0
    assert len(home.seen()) == 1
    assert [post["state"] for post in home.posts()] == ["posted"]


def test_no_id_of_a_member_is_kept_for_a_reaction(home: DiscordHome) -> None:
    with home.bot() as bot:
        home.ask("seedbed setup", {"time": minutes_ago(10), "timezone": "UTC"}, user="organiser")
        home.ask("seedbed post", user="organiser")
        (post,) = home.wait_for_posts(1, bot)
        home.discord.react("reading", post.id, "🌱", user="ada").now()
        home.wait_for_reactions([{"🌱": 1}], bot)
        ada = home.discord.state().now().user_id("ada")
        assert bot.terminate().code == 0
    with closing(sqlite3.connect(home.database, timeout=DEADLINE)) as database:
        everything = "\n".join(database.iterdump())
    assert post.id in everything
    assert ada not in everything
    assert home.discord.token not in everything


def test_doctor_names_the_bot_and_what_it_lacks(home: DiscordHome) -> None:
    channel = home.discord.state().now().channel_id("general")
    home.write(
        "seedbed.yaml",
        f'channels:\n  - {{name: hall, platform: discord, address: "{channel}", at: "09:00", thread: true}}\n',
    )
    home.discord.forbid("CREATE_PUBLIC_THREADS", channel="general").now()
    done = home.run("doctor", "discord")
    assert "Create Public Threads" in done.out, done
    assert "permissions=" in done.out
    assert json.loads(home.run("doctor", "discord", "--json").out)
