"""`seedbed doctor` on a simulated Discord and a simulated Slack, and a bot on Discord without a page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.storage.instance import InstanceLock
from tests.e2e.process import Home
from tests.simulators.discord.client import Discord, discord_process

INVITE = 2252109051415616  # docs/discord.md names it as well


@pytest.fixture(scope="module")
def simulator() -> Iterator[Discord]:
    with discord_process() as discord:
        yield discord


@pytest.fixture
def discord(simulator: Discord) -> Discord:
    simulator.reset().now()
    return simulator


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.write("seeds/moss.yaml", "title: Moss\ntext: Moss drinks the fog through every leaf.\n")
    return home


def environ(discord: Discord) -> dict[str, str]:
    return {
        "SEEDBED_DISCORD_TOKEN": discord.token,
        "SEEDBED_DISCORD_API_BASE": discord.api,
        "SEEDBED_DISCORD_GATEWAY_URL": discord.gateway,
    }


def channels(home: Home, discord: Discord, **more: str) -> None:
    """A configuration with a channel for each name of the simulated guild, with further keys as YAML."""
    ids = {one["name"]: one["id"] for one in discord.state().now()["channels"]}
    entries = [
        f"  - {{name: {name}, platform: discord, at: 08:00, address: {ids[name]}{keys}}}\n"
        for name, keys in more.items()
    ]
    home.write("seedbed.yaml", "channels:\n" + "".join(entries) if entries else "channels: []\n")


def test_without_a_token_it_tells_how_to_get_one_and_the_number_for_the_link(home: Home) -> None:
    home.write("seedbed.yaml", "channels: [{name: a, platform: discord, at: 08:00, address: 123456789012345678}]")
    told = home.run("doctor", "discord")
    assert told.code == 78
    assert "https://discord.com/developers/applications" in told.out
    assert str(INVITE) in told.out
    scripted = home.run("doctor", "discord", "--json")
    assert scripted.code == 78
    assert f'"permissions": {INVITE}' in scripted.out
    assert not home.database.exists(), "a look from outside leaves nothing behind"


def test_it_knows_the_bot_its_link_and_a_channel_that_is_well(home: Home, discord: Discord) -> None:
    channels(home, discord, reading=", pin: true, reactions: [🌱], thread: true")
    found = home.run("doctor", "discord", "--json", env=environ(discord)).json()
    assert found["ok"]
    assert found["bot"].startswith("seedbed")
    assert found["servers"] == ["Reading group"]
    assert re.search(rf"client_id={found['application']}\b", found["invite"])
    assert f"permissions={INVITE}" in found["invite"]
    assert "scope=bot+applications.commands" in found["invite"]
    (channel,) = found["channels"]
    assert (channel["shown"], channel["kind"], channel["missing"], channel["trouble"]) == ("#reading", "text", [], None)
    told = home.run("doctor", "discord", env=environ(discord))
    assert told.code == 0
    assert found["invite"] in told.out
    assert "reading (#reading in Reading group): all is well" in told.out


def test_it_names_what_is_missing_and_where_to_grant_it(home: Home, discord: Discord) -> None:
    channels(home, discord, reading=", pin: true", news="", general="")
    discord.forbid("PIN_MESSAGES").now()
    discord.forbid("READ_MESSAGE_HISTORY", channel="news").now()
    told = home.run("doctor", "discord", env=environ(discord))
    assert told.code == 69
    assert 'the bot lacks "Pin Messages": allow it in the server\'s roles' in told.out
    assert 'the bot lacks "Read Message History": allow it in #news' in told.out
    assert "general (#general in Reading group): all is well" in told.out
    assert told.out.endswith("2 channels of 3 not well\n")
    found = home.run("doctor", "discord", "--json", env=environ(discord))
    assert found.code == 69
    assert '"ok": false' in found.out


def test_a_channel_that_was_set_up_on_discord_is_looked_at_as_well(home: Home, discord: Discord) -> None:
    home.write("seedbed.yaml", "web: {}\n")
    with home.bot(env=environ(discord)) as bot:
        bot.wait_for_log("commands registered")
        asked = discord.slash("seedbed setup", {"time": "09:00", "timezone": "UTC"}, user="organiser").now()
        assert "09:00" in discord.answer(asked).now().text
        found = home.run("doctor", "discord", "--json", env=environ(discord)).json()
    assert [one["shown"] for one in found["channels"]] == ["#reading"]
    assert found["commands"] > 0


def test_a_refused_token_is_one_sentence_and_the_exit_code_for_no_restart(home: Home, discord: Discord) -> None:
    channels(home, discord)
    wrong = {**environ(discord), "SEEDBED_DISCORD_TOKEN": "MTA1.another.token"}
    for command in (("doctor", "discord"), ("run",)):
        ended = home.run(*command, env=wrong)
        assert ended.code == 69
        assert "SEEDBED_DISCORD_TOKEN is refused" in ended.err.splitlines()[-1]
        assert "another" not in ended.out + ended.err
    scripted = home.run("doctor", "discord", "--json", env=wrong)
    assert scripted.code == 69
    assert "SEEDBED_DISCORD_TOKEN is refused" in scripted.out


def test_another_platform_has_no_doctor(home: Home) -> None:
    ended = home.run("doctor", "web")
    assert ended.code == 64
    assert ended.sentence == "there is a doctor for `discord` and for `slack`, none for 'web'"


def test_without_a_name_it_looks_at_the_platform_in_use(home: Home, discord: Discord) -> None:
    channels(home, discord, reading="")
    assert home.run("doctor", "--json", env=environ(discord)).json()["servers"] == ["Reading group"]
    home.write("seedbed.yaml", "channels: [{name: a, platform: web, at: 08:00}]")
    ended = home.run("doctor")
    assert ended.code == 64
    assert ended.sentence == "say which: `seedbed doctor discord` or `seedbed doctor slack`"


# ---- a bot without a page -----------------------------------------------------------------------------------------


def test_a_bot_on_discord_alone_says_that_it_is_well(home: Home, discord: Discord) -> None:
    """There is no page to ask, so it notes down its last look at what is due."""
    channels(home, discord, reading="")
    with home.bot(env=environ(discord)) as bot:
        bot.wait_for_log("commands registered")
        assert home.run("health", env=environ(discord)).code == 0
        assert bot.terminate().code == 0
    ended = home.run("health", env=environ(discord))
    assert ended.code == 69
    assert ended.sentence == "no bot runs on this database"


@pytest.mark.parametrize(
    ("age", "ill", "code", "said"),
    [
        (None, "", 0, "starting"),
        (10, "", 0, "ok"),
        (200, "", 69, "has not looked at what is due for 3 minutes"),
        (10, "discord: the connection is lost", 69, "is not well: discord: the connection is lost"),
    ],
)
def test_health_goes_by_the_last_sign_of_life(home: Home, age: float | None, ill: str, code: int, said: str) -> None:
    """A bot that hangs still holds its lock, and must not pass for one that works."""
    lock = InstanceLock(home.database).acquire()
    lock.note("")
    if age is not None:
        lock.beat(SystemClock().elapsed() - age, ill)
    told = home.run("health")
    lock.release()
    assert told.code == code
    assert said in told.out + told.err
