"""The real process in Slack's HTTP mode: two workspaces install it, each is posted to, and one of them leaves."""

import http.cookiejar
import re
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.e2e.process import Home, Running
from tests.simulators.slack.client import Slack, slack_process

PUBLIC = "http://localhost"
CONFIGURATION = f"slack: {{mode: http, port: 0, public_url: '{PUBLIC}'}}\n"
KEY = "a key of thirty-two characters, or more"


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_process() as slack:
        yield slack


def environ(slack: Slack) -> dict[str, str]:
    return {
        "SEEDBED_SLACK_API_BASE": slack.api,
        "SEEDBED_SLACK_SIGNING_SECRET": slack.signing_secret,
        "SEEDBED_SLACK_CLIENT_ID": slack.client_id,
        "SEEDBED_SLACK_CLIENT_SECRET": slack.client_secret,
        "SEEDBED_SLACK_KEY": KEY,
    }


def listening(bot: Running) -> str:
    """Where the bot takes Slack's requests."""
    found = re.search(r"listening for Slack address=(\S+)", bot.wait_for_log("listening for Slack"))
    assert found
    return found[1]


def install(slack: Slack, address: str, team: str) -> str:
    """As a browser does it; the last page."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with browser.open(f"{address}/slack/install") as page:
        link = re.search(r'class="go" href="([^"]+)"', page.read().decode())
    assert link
    back = slack.consent(unescape(link[1]), team=team).now()
    with browser.open(back.replace(PUBLIC, address)) as page:
        return str(page.read().decode())


def set_up(slack: Slack, place: str) -> None:
    opened = slack.answer(slack.slash("/seedbed", "setup", channel=place, user="organiser").now()).now()
    slack.answer(slack.submit(opened.view.id).now()).now()


def posts(slack: Slack, place: str) -> int:
    return sum(one.author == "seedbed" and one.seen_by is None for one in slack.messages(place).now())


def test_two_workspaces_have_a_life_of_their_own_in_one_process(tmp_path: Path, slack: Slack) -> None:
    home = Home(tmp_path)
    for name in ("moss", "fern"):
        home.write(f"seeds/{name}.yaml", f"title: The {name}\ntext: What the {name} has to say about the forest.\n")
    home.write("seedbed.yaml", CONFIGURATION)
    here = slack.state().now().team()
    harbour = slack.add_team("Harbour readers").now()
    with home.bot("--log-level", "debug", env=environ(slack)) as bot:
        address = listening(bot)
        slack.use_http(f"{address}/slack/events").now()
        for team in (here["id"], harbour["id"]):
            assert "/seedbed setup" in install(slack, address, team)
        slack.invite("harbour-readers/reading").now()
        places = (f"{here['id']}/reading", "harbour-readers/reading")
        for place in places:
            set_up(slack, place)
        found = home.run("status", "--json", env=environ(slack)).json()
        names = [one["name"] for one in found["channels"]]
        assert len(names) == 2
        for name in names:
            assert home.run("post", name, env=environ(slack)).code == 0
        assert [posts(slack, place) for place in places] == [1, 1]
        slack.uninstall(harbour["id"]).now()
        bot.wait_for_log("a workspace removed the bot")
        assert home.run("post", names[0], env=environ(slack)).code == 0, "the other one goes on"
        assert posts(slack, places[0]) == 2
        ended = bot.terminate()
    assert ended.code == 0
    assert home.run("post", names[0], env=environ(slack)).code == 0, "a command needs no running bot"
    assert posts(slack, places[0]) == 3
    with home.bot(env=environ(slack)) as bot:
        report = home.run("doctor", "slack", env=environ(slack))
        assert here["name"] in report.out
        assert "Harbour" not in report.out
        assert bot.terminate().code == 0
    for secret in (KEY, slack.client_secret, slack.signing_secret, "code=", "state="):
        assert secret not in ended.err
    assert re.search(r"xoxb-(?!\*\*\*)", ended.err) is None, (
        "tokens of workspaces are not in the settings, and masked too"
    )
