"""conversations.*, users.* and what else is only read."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.simulators.slack.client import Slack
from tests.simulators.slack.seen import State
from tests.slack_simulator.conftest import Api, Json

Post = Callable[..., Any]
MARKER = {"event_type": "seedbed_post", "event_payload": {"marker": "m1"}}


class TestHistory:
    async def test_newest_first_in_pages(self, client: AsyncWebClient, post: Post, reading: str) -> None:
        stamps = [await post(str(number)) for number in range(5)]
        found: list[str] = []
        async for page in await client.conversations_history(channel=reading, limit=2):
            found += [one["ts"] for one in page["messages"]]
        assert found == stamps[::-1]

    async def test_between_two_instants(self, api: Api, post: Post, reading: str) -> None:
        first, second, third = [await post(str(number)) for number in range(3)]

        async def found(**query: Any) -> list[str]:
            reply = await api("conversations.history", channel=reading, **query)
            return [one["ts"] for one in reply.body["messages"]]

        assert await found(oldest=first) == [third, second]
        assert await found(oldest=first, inclusive=True) == [third, second, first]
        assert await found(latest=third) == [second, first]
        assert await found(oldest=first, latest=third) == [second]

    async def test_the_payload_of_metadata_is_given_on_demand(
        self, slack: Slack, api: Api, post: Post, reading: str
    ) -> None:
        """And with its scope only; a block_id needs neither."""
        await post(metadata=MARKER, blocks=[{"type": "divider", "block_id": "m1"}])

        async def metadata(*, everything: bool) -> Json:
            reply = await api("conversations.history", channel=reading, include_all_metadata=everything)
            assert reply.body["messages"][0]["blocks"][0]["block_id"] == "m1"
            found: Json = reply.body["messages"][0]["metadata"]
            return found

        assert await metadata(everything=True) == MARKER
        assert await metadata(everything=False) == {"event_type": "seedbed_post"}
        await slack.revoke_scope("metadata.message:read")
        assert await metadata(everything=True) == {"event_type": "seedbed_post"}

    async def test_fifteen_at_most_for_apps_outside_the_marketplace(
        self, slack: Slack, api: Api, post: Post, reading: str
    ) -> None:
        await slack.tune(history_limit=15)
        for number in range(17):
            await post(str(number))
        reply = await api("conversations.history", channel=reading, limit=100)
        assert (len(reply.body["messages"]), reply.body["has_more"]) == (15, True)

    async def test_who_may_not_read(self, slack: Slack, api: Api, state: State) -> None:
        news, library = state.channel_id("news"), state.channel_id("library")
        assert (await api("conversations.history", channel=news)).error == "not_in_channel"
        await slack.kick("library")
        assert (await api("conversations.history", channel=library)).error == "channel_not_found"
        await slack.revoke_scope("groups:history")
        await slack.invite("library")
        refused = await api("conversations.history", channel=library)
        assert (refused.error, refused.body["needed"]) == ("missing_scope", "groups:history")
        assert "chat:write" in refused.body["provided"]

    async def test_an_archived_channel_can_be_read(self, slack: Slack, api: Api, post: Post, reading: str) -> None:
        await post()
        await slack.archive("reading")
        assert len((await api("conversations.history", channel=reading)).body["messages"]) == 1

    async def test_a_thread_from_its_parent_on(self, api: Api, post: Post, reading: str) -> None:
        parent = await post("parent")
        for number in range(3):
            await post(f"reply {number}", thread_ts=parent, metadata=MARKER)
        reply = await api("conversations.replies", channel=reading, ts=parent, limit=3, include_all_metadata=True)
        assert [one["text"] for one in reply.body["messages"]] == ["parent", "reply 0", "reply 1"]
        assert reply.body["messages"][1]["metadata"] == MARKER
        cursor = reply.body["response_metadata"]["next_cursor"]
        rest = await api("conversations.replies", channel=reading, ts=parent, cursor=cursor)
        assert [one["text"] for one in rest.body["messages"]] == ["reply 2"]
        assert (await api("conversations.replies", channel=reading, ts="1.0")).error == "thread_not_found"


class TestChannels:
    async def test_what_a_channel_is(self, slack: Slack, client: AsyncWebClient, state: State) -> None:
        found = (await client.conversations_info(channel=state.channel_id("library")))["channel"]
        assert (found["name"], found["is_private"], found["is_member"]) == ("library", True, True)
        found = (await client.conversations_info(channel=state.channel_id("news")))["channel"]
        assert (found["is_private"], found["is_member"], found["is_archived"]) == (False, False, False)

    async def test_the_list_has_private_ones_only_with_the_bot_in_them(self, slack: Slack, api: Api) -> None:
        async def names(types: str) -> list[str]:
            reply = await api("conversations.list", types=types)
            return [one["name"] for one in reply.body["channels"]]

        assert await names("public_channel") == ["reading", "general", "news"]
        assert await names("public_channel,private_channel") == ["reading", "general", "news", "library"]
        await slack.kick("library")
        assert await names("private_channel") == []

    async def test_where_the_bot_is(self, api: Api) -> None:
        reply = await api("users.conversations", types="public_channel,private_channel")
        assert [one["name"] for one in reply.body["channels"]] == ["reading", "general", "library"]

    async def test_members_in_pages(self, api: Api, state: State) -> None:
        channel = state.channel_id("reading")
        first = await api("conversations.members", channel=channel, limit=3)
        cursor = first.body["response_metadata"]["next_cursor"]
        second = await api("conversations.members", channel=channel, cursor=cursor)
        assert len(first.body["members"]) == 3
        assert set(first.body["members"] + second.body["members"]) == set(state.team()["users"].values())

    async def test_it_joins_what_is_public(self, slack: Slack, api: Api, state: State) -> None:
        news = state.channel_id("news")
        assert (await api("conversations.join", channel=news)).error == "ok"
        assert (await api("conversations.join", channel=news)).body["warning"] == "already_in_channel"
        assert "seedbed" in (await slack.state()).channel("news")["members"]
        library = await api("conversations.join", channel=state.channel_id("library"))
        assert library.error == "method_not_supported_for_channel_type"

    async def test_it_opens_one_direct_channel_with_a_person(self, api: Api, state: State) -> None:
        opened = [await api("conversations.open", users=state.user_id("ada")) for _ in range(2)]
        assert len({one.body["channel"]["id"] for one in opened}) == 1
        assert (await api("conversations.open", users="U0NOBODY")).error == "user_not_found"


class TestPeople:
    async def test_who_is_an_admin(self, client: AsyncWebClient, state: State) -> None:
        found = {
            name: (await client.users_info(user=state.user_id(name)))["user"] for name in ("owner", "organiser", "ada")
        }
        assert {name: (one["is_owner"], one["is_admin"]) for name, one in found.items()} == {
            "owner": (True, True),
            "organiser": (False, True),
            "ada": (False, False),
        }

    async def test_zone_and_language(self, slack: Slack, api: Api, state: State) -> None:
        await slack.change_person("ada", tz="Asia/Tokyo", locale="de-DE")
        found = (await api("users.info", user=state.user_id("ada"), include_locale=True)).body["user"]
        assert (found["tz"], found["locale"]) == ("Asia/Tokyo", "de-DE")
        assert (await api("users.info", user="U0NOBODY")).error == "user_not_found"

    async def test_who_we_are(self, client: AsyncWebClient, state: State) -> None:
        team = state.team()
        found = await client.auth_test()
        assert (found["team_id"], found["user_id"], found["bot_id"]) == (team["id"], team["bot"], team["bot_id"])
        assert found["url"] == "https://reading-group.slack.com/"
        assert (await client.bots_info(bot=team["bot_id"]))["bot"]["user_id"] == team["bot"]
        assert (await client.team_info())["team"]["name"] == "Reading group"
        assert len((await client.users_list())["members"]) == 5


class TestTokens:
    async def test_each_bad_token_has_its_word(self, slack: Slack, api: Api) -> None:
        assert (await api("auth.test", bearer=None)).error == "not_authed"
        assert (await api("auth.test", bearer="xoxb-wrong")).error == "invalid_auth"
        assert (await api("auth.test", bearer=slack.app_token)).error == "not_allowed_token_type"
        assert (await api("apps.connections.open")).error == "not_allowed_token_type"
        assert (await api("apps.connections.open", bearer="xapp-wrong")).error == "invalid_auth"
        await slack.app_token_is(good=False)
        assert (await api("apps.connections.open", bearer=slack.app_token)).error == "invalid_auth"

    async def test_a_revoked_token_can_be_made_good(self, slack: Slack, api: Api) -> None:
        await slack.revoke()
        assert (await api("auth.test")).error == "token_revoked"
        assert await slack.reinstall() == slack.token
        assert (await api("auth.test")).error == "ok"
        await slack.revoke(error="account_inactive")
        assert (await api("auth.test")).error == "account_inactive"

    @pytest.mark.parametrize(
        ("method", "scope", "arguments"),
        [
            ("chat.postMessage", "chat:write", {"text": "x"}),
            ("chat.update", "chat:write", {"text": "x", "ts": "1.0"}),
            ("reactions.add", "reactions:write", {"timestamp": "1.0", "name": "seedling"}),
            ("reactions.get", "reactions:read", {"timestamp": "1.0"}),
            ("pins.add", "pins:write", {"timestamp": "1.0"}),
            ("pins.list", "pins:read", {}),
            ("conversations.info", "channels:read", {}),
            ("conversations.history", "channels:history", {}),
            ("conversations.join", "channels:join", {}),
            ("conversations.open", "im:write", {"users": "U1"}),
            ("users.info", "users:read", {"user": "U1"}),
            ("team.info", "team:read", {}),
            ("emoji.list", "emoji:read", {}),
        ],
    )
    async def test_a_method_needs_its_scope(
        self, slack: Slack, api: Api, reading: str, method: str, scope: str, arguments: Json
    ) -> None:
        await slack.revoke_scope(scope)
        found = await api(method, channel=reading, **arguments)
        assert (found.error, found.body.get("needed")) == ("missing_scope", scope)
        await slack.grant(scope)
        assert (await api(method, channel=reading, **arguments)).error != "missing_scope"

    async def test_an_unknown_method_is_told(self, api: Api) -> None:
        assert (await api("chat.sing")).error == "unknown_method"


async def test_the_published_tiers_are_kept_on_demand(slack: Slack, api: Api) -> None:
    await slack.tune(tiers=True)
    asked = [(await api("users.list")).error for _ in range(21)]
    assert asked == ["ok"] * 20 + ["ratelimited"]


async def test_slack_may_have_another_clock(slack: Slack, api: Api, reading: str) -> None:
    before = await api("chat.postMessage", channel=reading, text="x")
    await slack.tune(clock=3600)
    after = await api("chat.postMessage", channel=reading, text="x")
    assert float(after.body["ts"]) - float(before.body["ts"]) > 3500
    assert after.headers["Date"] != before.headers["Date"]
