"""chat.*: who may write where, what a message may hold, and whom it notifies."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.simulators.slack.client import Slack
from tests.simulators.slack.seen import State
from tests.slack_simulator.conftest import Api, Json

Post = Callable[..., Any]
MARKER = {"event_type": "seedbed_post", "event_payload": {"marker": "m1"}}


def section(text: str, kind: str = "mrkdwn") -> Json:
    return {"type": "section", "text": {"type": kind, "text": text}}


def rich(*leaves: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(leaves)}]}


LEFT = 13_200 - len(json.dumps([rich({"type": "text", "text": ""})], separators=(",", ":")))  # for one rich text


class TestPosting:
    async def test_what_the_real_client_sends_arrives_whole(
        self, client: AsyncWebClient, slack: Slack, reading: str
    ) -> None:
        sent = await client.chat_postMessage(
            channel=reading,
            text="A seed",
            blocks=[section("*A seed*")],
            metadata=MARKER,
            unfurl_links=False,
            unfurl_media=False,
            client_msg_id="c1",
        )
        found = (await slack.messages("reading"))[-1]
        assert (found.ts, found.author, found.text, found.read) == (sent["ts"], "seedbed", "A seed", "*A seed*")
        assert (found.metadata, found.client_msg_id) == (MARKER, "c1")
        assert not found.json["unfurl_links"]
        assert not found.json["unfurl_media"]
        assert sent["message"]["bot_id"] == (await slack.state()).team()["bot_id"]

    async def test_the_same_client_msg_id_is_no_hindrance(self, slack: Slack, post: Post) -> None:
        """Nobody may rely on it."""
        assert await post(client_msg_id="c1") != await post(client_msg_id="c1")
        assert len(await slack.messages("reading")) == 2

    async def test_timestamps_only_grow(self, post: Post) -> None:
        stamps = [await post() for _ in range(5)]
        assert stamps == sorted(set(stamps))

    async def test_form_and_query_do_as_well_as_json(self, slack: Slack, api: Api, reading: str) -> None:
        found = await api.get("chat.postMessage", channel=reading, text="hi", blocks='[{"type": "divider"}]')
        assert found.error == "ok"
        assert (await slack.messages("reading"))[-1].blocks[0]["type"] == "divider"

    async def test_to_a_user_it_goes_into_the_direct_channel(self, slack: Slack, api: Api, state: State) -> None:
        sent = await api("chat.postMessage", channel=state.user_id("ada"), text="psst")
        assert sent.body["channel"].startswith("D")
        assert [one.text for one in await slack.messages("@ada")] == ["psst"]

    async def test_where_the_bot_may_not_write(self, slack: Slack, api: Api, state: State) -> None:
        news, library = state.channel_id("news"), state.channel_id("library")
        assert (await api("chat.postMessage", channel=news, text="x")).error == "not_in_channel"
        await slack.kick("library")
        assert (await api("chat.postMessage", channel=library, text="x")).error == "channel_not_found"
        assert (await api("chat.postMessage", channel="C0NOWHERE", text="x")).error == "channel_not_found"
        await slack.archive("general")
        assert (await api("chat.postMessage", channel="#general", text="x")).error == "is_archived"
        await slack.change_channel("reading", refuses="restricted_action")
        assert (await api("chat.postMessage", channel="#reading", text="x")).error == "restricted_action"

    async def test_chat_write_public_opens_public_channels(self, slack: Slack, api: Api, state: State) -> None:
        await slack.grant("chat:write.public")
        assert (await api("chat.postMessage", channel=state.channel_id("news"), text="x")).error == "ok"

    async def test_a_reply_goes_into_its_thread(self, slack: Slack, api: Api, post: Post, reading: str) -> None:
        parent = await post()
        await post("a prompt", thread_ts=parent)
        await post("another", thread_ts=parent, reply_broadcast=True)
        assert [one.is_reply for one in await slack.messages("reading")] == [False, True, True]
        shown = (await api("conversations.history", channel=reading)).body["messages"]
        assert [one["text"] for one in shown] == ["another", "A seed"]
        assert shown[1]["reply_count"] == 2
        nowhere = await api("chat.postMessage", channel=reading, text="x", thread_ts="1.0")
        assert nowhere.error == "thread_not_found"

    async def test_an_ephemeral_message_is_seen_by_one(self, slack: Slack, api: Api, state: State) -> None:
        reading, ada = state.channel_id("reading"), state.user_id("ada")
        sent = await api("chat.postEphemeral", channel=reading, user=ada, text="only you")
        assert sent.error == "ok"
        assert (await slack.messages("reading"))[-1].seen_by == "ada"
        assert (await api("conversations.history", channel=reading)).body["messages"] == []
        update = await api("chat.update", channel=reading, ts=sent.body["message_ts"], text="x")
        assert update.error == "message_not_found"
        await slack.kick("reading", "ben")
        gone = await api("chat.postEphemeral", channel=reading, user=state.user_id("ben"), text="x")
        assert gone.error == "user_not_in_channel"

    async def test_more_than_five_in_five_seconds_are_too_many(self, slack: Slack, client: AsyncWebClient) -> None:
        ids = await slack.state()
        for _ in range(5):
            await client.chat_postMessage(channel=ids.channel_id("reading"), text="x")
        with pytest.raises(Exception, match="ratelimited"):
            await client.chat_postMessage(channel=ids.channel_id("reading"), text="x")
        await client.chat_postMessage(channel=ids.channel_id("general"), text="another channel")


class TestLimits:
    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({}, "no_text"),
            ({"text": "  "}, "no_text"),
            ({"text": "x" * 40_000}, "ok"),
            ({"text": "x" * 40_001}, "msg_too_long"),
            ({"text": "🌱" * 20_001}, "msg_too_long"),
            ({"text": "x", "blocks": [section("x" * 3000) for _ in range(4)]}, "ok"),
            ({"text": "x", "blocks": [rich({"type": "text", "text": "x" * LEFT})]}, "ok"),
            ({"text": "x", "blocks": [rich({"type": "text", "text": "x" * (LEFT + 1)})]}, "msg_blocks_too_long"),
            ({"text": "x", "blocks": [section("x" * 2640) for _ in range(5)]}, "msg_blocks_too_long"),
            ({"text": "x", "blocks": "no json"}, "invalid_blocks_format"),
            ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
            ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
            ({"text": "x", "metadata": {"event_type": "x", "event_payload": {"y": "z" * 9000}}}, "metadata_too_large"),
            ({"markdown_text": "# x"}, "ok"),
            ({"markdown_text": "# x", "text": "y"}, "markdown_text_conflict"),
            ({"text": "x", "attachments": [{}]}, "invalid_arguments"),
        ],
    )
    async def test_a_message_as_a_whole(self, api: Api, reading: str, body: Json, error: str) -> None:
        assert (await api("chat.postMessage", channel=reading, **body)).error == error

    @pytest.mark.parametrize(
        ("block", "place"),
        [
            ({"type": "poem"}, "/blocks/0/type"),
            ({"type": "section"}, "/blocks/0"),
            (section(""), "/blocks/0/text/text"),
            (section("x" * 3001), "/blocks/0/text/text"),
            (section("🌱" * 1501), "/blocks/0/text/text"),
            ({"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}, "/blocks/0/fields"),
            ({"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}, "/blocks/0/fields/0/text"),
            ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, "/blocks/0/text/text"),
            ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/blocks/0/text/type"),
            ({"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}, "/blocks/0/elements"),
            ({"type": "context", "elements": []}, "/blocks/0/elements"),
            ({"type": "divider", "block_id": "x" * 256}, "/blocks/0/block_id"),
            ({"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}]},
             "/blocks/0/elements/0/text/text"),
            ({"type": "actions", "elements": [{"type": "poem"}]}, "/blocks/0/elements/0"),
            ({"type": "image", "image_url": "https://x.example/y.png"}, "/blocks/0/alt_text"),
            (rich({"type": "text", "text": ""}), "/blocks/0/elements/0/elements/0/text"),
            (rich({"type": "poem"}), "/blocks/0/elements/0/elements/0"),
            (rich({"type": "link", "url": "javascript:x"}), "/blocks/0/elements/0/elements/0/url"),
            ({"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]},
             "/blocks/0/elements/0/style"),
        ],
    )  # fmt: skip
    async def test_a_block_is_refused_by_its_place(self, api: Api, reading: str, block: Json, place: str) -> None:
        found = await api("chat.postMessage", channel=reading, text="x", blocks=[block])
        assert found.error == "invalid_blocks"
        assert any(f"[json-pointer:{place}" in one for one in found.faults), found.faults
        assert found.body["response_metadata"]["messages"] == [f"[ERROR] {one}" for one in found.faults]

    async def test_fifty_blocks_with_ids_of_their_own(self, api: Api, reading: str) -> None:
        blocks: list[Json] = [{"type": "divider"} for _ in range(51)]
        many = await api("chat.postMessage", channel=reading, text="x", blocks=blocks)
        assert many.faults == ["no more than 50 items allowed [json-pointer:/blocks]"]
        twins = [{"type": "divider", "block_id": "a"}] * 2
        assert (await api("chat.postMessage", channel=reading, text="x", blocks=twins)).error == "invalid_blocks"
        assert (await api("chat.postMessage", channel=reading, text="x", blocks=blocks[:50])).error == "ok"

    async def test_blocks_and_elements_without_ids_are_given_some(self, slack: Slack, post: Post) -> None:
        button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
        await post(blocks=[{"type": "actions", "elements": [button, {**button, "action_id": "mine"}]}])
        block = (await slack.messages("reading"))[-1].blocks[0]
        assert block["block_id"]
        assert block["elements"][0]["action_id"]
        assert block["elements"][1]["action_id"] == "mine"


class TestPings:
    @pytest.mark.parametrize(
        ("body", "pinged"),
        [
            ({"text": "<@U123> <!channel> <!here|here> <!subteam^S1>"}, ["U123", "channel", "here", "S1"]),
            ({"text": "&lt;@U123&gt; &lt;!channel&gt; @channel"}, []),
            ({"text": "@channel @ada", "link_names": True}, ["channel"]),
            ({"text": "@here", "parse": "full"}, ["here"]),
            ({"text": "x", "blocks": [section("hello <!everyone>")]}, ["everyone"]),
            ({"text": "x", "blocks": [section("<!channel>", "plain_text")]}, []),
            ({"text": "x", "blocks": [rich({"type": "text", "text": "<!channel> <@U1>"})]}, []),
            ({"text": "x", "blocks": [rich({"type": "broadcast", "range": "here"})]}, ["here"]),
            ({"text": "x", "blocks": [rich({"type": "user", "user_id": "U9"})]}, ["U9"]),
            ({"text": "x", "blocks": [{"type": "markdown", "text": "<@U7>"}]}, ["U7"]),
        ],
    )
    async def test_whom_a_message_notifies(self, slack: Slack, post: Post, body: Json, pinged: list[str]) -> None:
        await post(**body)
        assert (await slack.messages("reading"))[-1].pinged == pinged


class TestChanging:
    async def test_what_is_not_named_stays(self, slack: Slack, api: Api, post: Post, reading: str) -> None:
        ts = await post("before", blocks=[section("block")], metadata=MARKER)
        assert (await api("chat.update", channel=reading, ts=ts, text="after <!here>")).error == "ok"
        found = (await slack.messages("reading"))[-1]
        assert (found.text, found.read, found.metadata, found.pinged) == ("after <!here>", "block", MARKER, ["here"])
        assert found.edited
        await api("chat.update", channel=reading, ts=ts, text="bare", blocks=[], metadata={})
        found = (await slack.messages("reading"))[-1]
        assert (found.blocks, found.metadata) == ([], None)

    async def test_an_edited_text_may_be_shorter_than_a_new_one(self, api: Api, post: Post, reading: str) -> None:
        ts = await post("x" * 4001)
        assert (await api("chat.update", channel=reading, ts=ts, text="x" * 4000)).error == "ok"
        assert (await api("chat.update", channel=reading, ts=ts, text="x" * 4001)).error == "msg_too_long"

    async def test_only_its_own_messages(self, slack: Slack, api: Api, reading: str) -> None:
        ts = await slack.post("reading", "mine", user="ada")
        assert (await api("chat.update", channel=reading, ts=ts, text="x")).error == "cant_update_message"
        assert (await api("chat.delete", channel=reading, ts=ts)).error == "cant_delete_message"
        assert (await api("chat.update", channel=reading, ts="1.0", text="x")).error == "message_not_found"

    async def test_deleted_is_gone_and_remembered(self, slack: Slack, api: Api, post: Post, reading: str) -> None:
        ts = await post()
        assert (await api("chat.delete", channel=reading, ts=ts)).error == "ok"
        assert (await api("chat.delete", channel=reading, ts=ts)).error == "message_not_found"
        assert [one["ts"] for one in (await slack.state()).channel("reading")["deleted"]] == [ts]

    async def test_a_permalink_leads_to_a_message_or_into_its_thread(self, api: Api, post: Post, reading: str) -> None:
        ts = await post()
        reply = await post(thread_ts=ts)
        links = [await api("chat.getPermalink", channel=reading, message_ts=one) for one in (ts, reply)]
        base = f"https://reading-group.slack.com/archives/{reading}/p"
        assert links[0].body["permalink"] == base + ts.replace(".", "")
        assert links[1].body["permalink"] == f"{base}{reply.replace('.', '')}?thread_ts={ts}&cid={reading}"
        assert (await api("chat.getPermalink", channel=reading, message_ts="1.0")).error == "message_not_found"
