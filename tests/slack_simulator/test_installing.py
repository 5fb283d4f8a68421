"""Workspaces: several at once, consent and its code, and the end of an installation."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.simulators.slack.client import Slack
from tests.slack_simulator.conftest import Api, Robot

# slack_sdk passes the app's secret by it.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
BACK = "http://bot.example/slack/callback"


def page(**changes: str) -> str:
    """Where an app sends the browser of whoever installs it."""
    query = {"client_id": Slack.client_id, "scope": "chat:write,commands", "redirect_uri": BACK, "state": "s1"}
    return f"https://slack.com/oauth/v2/authorize?{urlencode(query | changes)}"


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def exchange(slack: Slack, code: str, **changes: str) -> Any:
    """By the real client."""
    who = {"client_id": slack.client_id, "client_secret": slack.client_secret}
    client = AsyncWebClient(base_url=slack.api, retry_handlers=[])
    return await client.oauth_v2_access(code=code, **(who | changes))


class TestSeveral:
    async def test_each_has_its_own_people_channels_and_token(self, slack: Slack, api: Api) -> None:
        made = await slack.add_team("Harbour", install=True)
        state = await slack.state()
        assert state.channel_id("harbour/reading") != state.channel_id("reading")
        assert state.user_id("harbour/ada") != state.user_id("ada")
        there = await api("auth.test", bearer=made["token"])
        assert (there.body["team"], there.body["team_id"]) == ("Harbour", made["id"])
        strange = await api("chat.postMessage", channel=state.channel_id("harbour/reading"), text="x")
        assert strange.error == "channel_not_found"
        fine = await api(
            "chat.postMessage", bearer=made["token"], channel=state.channel_id("harbour/reading"), text="hi"
        )
        assert fine.error == "ok"
        assert [one.text for one in await slack.messages("harbour/reading")] == ["hi"]

    async def test_an_event_names_its_workspace(self, slack: Slack, robot: Robot) -> None:
        made = await slack.add_team("Harbour", install=True)
        await slack.react("harbour/reading", await slack.post("harbour/reading", "hello"), "tada")
        await robot.hears("reaction_added")
        assert robot.heard[0]["team_id"] == made["id"]

    async def test_names_belong_to_one_workspace_only(self, slack: Slack) -> None:
        with pytest.raises(AssertionError, match="there is a workspace 'Reading group' already"):
            await slack.add_team("Reading group")
        with pytest.raises(AssertionError, match="there is no workspace 'harbour'"):
            await slack.post("harbour/reading", "hello")


class TestConsent:
    async def test_a_code_becomes_a_token_once(self, slack: Slack, api: Api) -> None:
        made = await slack.add_team("Harbour")
        assert made["token"] is None
        back = await slack.consent(page(), team="Harbour", user="owner")
        asked = query_of(back)
        assert (back.startswith(BACK), asked["state"]) == (True, "s1")
        given = await exchange(slack, asked["code"], redirect_uri=BACK)
        assert (given["team"]["id"], given["scope"]) == (made["id"], "chat:write,commands")
        state = await slack.state()
        assert given["bot_user_id"] == state.team("Harbour")["bot"]
        assert given["authed_user"]["id"] == state.user_id("harbour/owner")
        assert (await api("auth.test", bearer=given["access_token"])).body["team"] == "Harbour"
        with pytest.raises(Exception, match="code_already_used"):
            await exchange(slack, asked["code"])

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"client_id": "1.2"}, "invalid_client_id"),
            ({"client_secret": "wrong"}, "bad_client_secret"),
            ({"redirect_uri": "http://elsewhere.example"}, "bad_redirect_uri"),
        ],
    )
    async def test_who_may_not_have_the_token(self, slack: Slack, changes: dict[str, str], error: str) -> None:
        code = query_of(await slack.consent(page()))["code"]
        with pytest.raises(Exception, match=error):
            await exchange(slack, code, **changes)
        with pytest.raises(Exception, match="invalid_code"):
            await exchange(slack, "no code")

    async def test_somebody_may_say_no(self, slack: Slack) -> None:
        back = await slack.consent(page(), denied=True)
        assert query_of(back) == {"error": "access_denied", "state": "s1"}

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"client_id": "1.2"}, "no app has the client_id"),
            ({"redirect_uri": ""}, "there is no redirect_uri"),
            ({"scope": ""}, "no scope is asked for"),
        ],
    )
    async def test_a_page_that_cannot_be(self, slack: Slack, change: dict[str, str], sentence: str) -> None:
        with pytest.raises(AssertionError, match=sentence):
            await slack.consent(page(**change))

    async def test_the_page_itself_consents(self, slack: Slack) -> None:
        address = page().replace("https://slack.com", slack.base)
        async with aiohttp.ClientSession() as session, session.get(address, allow_redirects=False) as answer:
            assert answer.status == 302
            assert query_of(answer.headers["Location"])["state"] == "s1"

    async def test_installed_again_a_good_token_stays(self, slack: Slack) -> None:
        code = query_of(await slack.consent(page(scope="chat:write")))["code"]
        given = await exchange(slack, code)
        assert (given["access_token"], given["scope"]) == (slack.token, "chat:write")


class TestTheEnd:
    @pytest.mark.parametrize("revoked_first", [False, True])
    async def test_an_uninstalled_app_hears_of_it_in_any_order(
        self, slack: Slack, robot: Robot, api: Api, revoked_first: bool
    ) -> None:
        await slack.uninstall(revoked_first=revoked_first)
        await robot.hears("app_uninstalled")
        told = await robot.hears("tokens_revoked")
        assert told["tokens"]["bot"] == [(await slack.state()).team()["bot"]]
        kinds = ["app_uninstalled", "tokens_revoked"]
        assert [one["name"] for one in await slack.deliveries()] == (kinds[::-1] if revoked_first else kinds)
        assert (await api("auth.test")).error == "account_inactive"
        with pytest.raises(AssertionError, match="the app is not there"):
            await slack.slash("/seed")

    async def test_installed_again_it_has_another_token_and_is_in_no_channel(self, slack: Slack, api: Api) -> None:
        await slack.uninstall()
        given = await exchange(slack, query_of(await slack.consent(page()))["code"])
        assert given["access_token"] != slack.token
        assert (await api("auth.test")).error == "account_inactive"
        channel = (await slack.state()).channel("reading")
        sent = await api("chat.postMessage", bearer=given["access_token"], channel=channel["id"], text="x")
        assert sent.error == "not_in_channel"

    async def test_it_may_leave_by_itself(self, slack: Slack, api: Api, robot: Robot) -> None:
        refused = await api("apps.uninstall", client_id=slack.client_id, client_secret="wrong")
        assert refused.error == "bad_client_secret"
        gone = await api("apps.uninstall", client_id=slack.client_id, client_secret=slack.client_secret)
        assert gone.error == "ok"
        await robot.hears("app_uninstalled")

    async def test_a_revoked_token_is_told_of(self, slack: Slack, robot: Robot, api: Api) -> None:
        await slack.revoke()
        await robot.hears("tokens_revoked")
        await slack.reinstall()
        assert (await api("auth.revoke", test=True)).body["revoked"] is False
        assert (await api("auth.revoke")).body["revoked"] is True
        assert (await api("auth.test")).error == "token_revoked"
