"""One process, one library, one database: a channel on the page, on Discord and on Slack, each with its own ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.platforms.discord.buttons import marker_in
from tests.crash.place import eventually
from tests.e2e.process import Home
from tests.simulators.discord.client import Discord, discord_process
from tests.simulators.slack.client import Slack, slack_process

PLANTS = ("alder", "birch", "cedar", "fern", "moss")


@pytest.fixture
def discord() -> Iterator[Discord]:
    with discord_process() as discord:
        yield discord


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_process() as slack:
        yield slack


def test_each_platform_has_its_own_ledger_and_an_outage_of_one_leaves_the_others_alone(
    tmp_path: Path, discord: Discord, slack: Slack
) -> None:
    home = Home(tmp_path / "home")
    for name in PLANTS:
        home.write(f"seeds/{name}.yaml", f"title: The {name}\ntext: What the {name} has to say about the forest.\n")
    hall, room = discord.state().now().channel_id("reading"), slack.create_channel("room").now()
    common = 'at: "09:00", first_post: now'
    home.write(
        "seedbed.yaml",
        "web: {port: 0}\nchannels:\n"
        f"  - {{name: garden, platform: web, {common}}}\n"
        f'  - {{name: hall, platform: discord, address: "{hall}", {common}}}\n'
        f'  - {{name: room, platform: slack, address: "{room}", {common}}}\n',
    )
    environ = {
        "SEEDBED_DISCORD_TOKEN": discord.token,
        "SEEDBED_DISCORD_API_BASE": discord.api,
        "SEEDBED_DISCORD_GATEWAY_URL": discord.gateway,
        "SEEDBED_SLACK_BOT_TOKEN": slack.token,
        "SEEDBED_SLACK_APP_TOKEN": slack.app_token,
        "SEEDBED_SLACK_API_BASE": slack.api,
    }

    def ledger() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for post in home.run("posts", "--json", env=environ).json():
            found.setdefault(post["channel"], []).append(post["state"])
        return found

    # Discord takes nothing for now.
    discord.fault(*["error_503"] * 50, kind="create_message").now()
    with home.bot(env=environ) as bot:
        eventually(lambda: ledger() == {"garden": ["posted"], "hall": ["sending"], "room": ["posted"]}, lambda: bot.log)
        assert bot.get("/healthz").status == 200
        done = home.run("post", "room", env=environ)
        assert done.code == 0, done
        assert ledger()["room"] == ["posted", "posted"]
        seen = [one for one in slack.messages("room").now() if one.metadata]
        assert len(seen) == 2
        assert bot.terminate().code == 0
    discord.no_faults().now()
    assert not [one for one in discord.messages("reading").now() if any(map(marker_in, one.buttons.values()))]
