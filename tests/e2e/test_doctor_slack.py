"""`seedbed doctor slack` and `seedbed slack manifest`, as processes on a simulated Slack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.process import Home
from tests.simulators.slack.client import Slack, slack_process

KEY = "a key of thirty-two characters, or more"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Slack]:
    with slack_process() as slack:
        yield slack


@pytest.fixture
def slack(simulator: Slack) -> Slack:
    simulator.reset().now()
    return simulator


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.write("seeds/moss.yaml", "title: Moss\ntext: Moss drinks the fog through every leaf.\n")
    return home


def environ(slack: Slack) -> dict[str, str]:
    return {
        "SEEDBED_SLACK_BOT_TOKEN": slack.token,
        "SEEDBED_SLACK_APP_TOKEN": slack.app_token,
        "SEEDBED_SLACK_API_BASE": slack.api,
    }


def http_environ(slack: Slack) -> dict[str, str]:
    return {
        "SEEDBED_SLACK_API_BASE": slack.api,
        "SEEDBED_SLACK_SIGNING_SECRET": slack.signing_secret,
        "SEEDBED_SLACK_CLIENT_ID": slack.client_id,
        "SEEDBED_SLACK_CLIENT_SECRET": slack.client_secret,
        "SEEDBED_SLACK_KEY": KEY,
    }


def channels(home: Home, slack: Slack, *names: str) -> None:
    ids = {one["name"]: one["id"] for one in slack.state().now().team()["channels"]}
    entries = [f"  - {{name: {name}, platform: slack, at: 08:00, address: {ids[name]}}}\n" for name in names]
    home.write("seedbed.yaml", "channels:\n" + "".join(entries) if entries else "channels: []\n")


def test_without_tokens_it_tells_how_to_get_them(home: Home) -> None:
    home.write("seedbed.yaml", "channels: [{name: a, platform: slack, at: 08:00, address: C0123ABCD}]")
    told = home.run("doctor", "slack")
    assert told.code == 78
    assert told.out.startswith("no SEEDBED_SLACK_BOT_TOKEN and no SEEDBED_SLACK_APP_TOKEN is set.")
    assert "https://api.slack.com/apps" in told.out
    scripted = home.run("doctor", "slack", "--json")
    assert scripted.code == 78
    assert '"ok": false' in scripted.out
    assert not home.database.exists(), "a look from outside leaves nothing behind"


def test_it_knows_the_workspace_and_a_channel_that_is_well(home: Home, slack: Slack) -> None:
    channels(home, slack, "reading", "library")
    found = home.run("doctor", "slack", "--json", env=environ(slack)).json()
    assert (found["ok"], found["mode"], found["install"]) == (True, "socket", None)
    (workspace,) = found["workspaces"]
    assert (workspace["name"], workspace["bot"], workspace["missing"]) == ("Reading group", "seedbed", [])
    assert [(one["shown"], one["kind"]) for one in found["channels"]] == [
        ("#reading", "public"),
        ("#library", "private"),
    ]
    told = home.run("doctor", env=environ(slack))
    assert told.code == 0
    assert "Socket Mode: both tokens work" in told.out
    assert "reading (#reading in Reading group): all is well" in told.out


def test_it_names_a_channel_without_the_bot_and_scopes_that_are_missing(home: Home, slack: Slack) -> None:
    channels(home, slack, "reading", "news")
    slack.revoke_scope("pins:write").now()
    told = home.run("doctor", "slack", env=environ(slack))
    assert told.code == 69
    assert "the scope pins:write is missing: add it under OAuth & Permissions of your app" in told.out
    assert "news (#news in Reading group):\n  the bot is not in the channel: write /invite @seedbed there" in told.out
    assert told.out.endswith("1 channel of 2 not well\n")


def test_it_names_a_channel_whose_posts_could_not_be_looked_for(home: Home, slack: Slack) -> None:
    """Where the history is closed to the bot, a post of doubtful fate could never be found."""
    channels(home, slack, "reading")
    slack.revoke_scope("channels:history", "groups:history").now()
    told = home.run("doctor", "slack", env=environ(slack))
    assert told.code == 69
    assert "reading" in told.out
    assert "channels:history" in told.out


@pytest.mark.parametrize("variable", ["SEEDBED_SLACK_BOT_TOKEN", "SEEDBED_SLACK_APP_TOKEN"])
def test_a_refused_token_is_one_sentence_that_names_it(home: Home, slack: Slack, variable: str) -> None:
    channels(home, slack)
    kind = "xoxb-" if "BOT" in variable else "xapp-"
    wrong = {**environ(slack), variable: f"{kind}1-another-token-altogether"}
    for command in (("doctor", "slack"), ("run",)):
        ended = home.run(*command, env=wrong)
        assert ended.code == 69, ended
        assert variable in ended.err.splitlines()[-1]
        assert "altogether" not in ended.out + ended.err
    scripted = home.run("doctor", "slack", "--json", env=wrong)
    assert scripted.code == 69
    assert f"{variable} is refused" in scripted.out


# ---- HTTP mode -------------------------------------------------------------------------------------------------------


def test_in_http_mode_it_tells_where_to_install_and_tries_the_apps_own_secrets(home: Home, slack: Slack) -> None:
    home.write("seedbed.yaml", "slack: {mode: http, public_url: 'https://seedbed.example.org'}\n")
    told = home.run("doctor", "slack", env=http_environ(slack))
    assert told.code == 69
    assert "the app's secrets work; workspaces install it at https://seedbed.example.org/slack/install" in told.out
    assert "workspaces: none yet" in told.out
    for variable, value in (("CLIENT_SECRET", "another-secret-altogether"), ("CLIENT_ID", "1.2")):
        ended = home.run("doctor", "slack", env={**http_environ(slack), f"SEEDBED_SLACK_{variable}": value})
        assert ended.code == 69
        assert f"SEEDBED_SLACK_{variable} is refused" in ended.sentence


# ---- the manifest ----------------------------------------------------------------------------------------------------


def test_the_manifest_is_printed_without_a_configuration(home: Home) -> None:
    home.config.unlink()
    shipped = (Path(__file__).parents[2] / "slack-manifest.yaml").read_text(encoding="utf-8")
    assert home.run("slack", "manifest").out == shipped
    assert home.run("slack").out == shipped
    hosted = home.run("slack", "manifest", "--public-url", "https://seedbed.example.org").out
    assert "request_url: https://seedbed.example.org/slack/events" in hosted


def test_what_cannot_be_printed_is_one_sentence(home: Home) -> None:
    for words, said in (
        (("slack", "tokens"), "Slack takes a `manifest`; there is no 'tokens' to print"),
        (("slack", "manifest", "--public-url", "http://seedbed.example.org"), "--public-url: Slack sends to encrypted"),
    ):
        ended = home.run(*words)
        assert ended.code == 64
        assert ended.sentence.startswith(said)
