"""Socket Mode: connections, tickets, acknowledgements and what is delivered again."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.simulators.slack.client import Slack, until
from tests.slack_simulator.conftest import Api, Json, Robot, connected


@asynccontextmanager
async def plug(slack: Slack, api: Api) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare socket that acknowledges nothing by itself."""
    async with aiohttp.ClientSession() as session, session.ws_connect(await ticket(slack, api)) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


async def ticket(slack: Slack, api: Api) -> str:
    return str((await api("apps.connections.open", bearer=slack.app_token)).body["url"])


async def acknowledge(socket: aiohttp.ClientWebSocketResponse, frame: Json) -> None:
    await socket.send_json({"envelope_id": frame["envelope_id"]})


class TestConnections:
    async def test_a_ticket_is_good_for_one_use(self, slack: Slack, api: Api) -> None:
        """Dialled again it is dead, which is what keeps slack_sdk in a loop."""
        url = await ticket(slack, api)
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url) as socket:
                hello = await socket.receive_json()
                assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            for dead in (url, url.replace("ticket=", "ticket=0")):
                with pytest.raises(aiohttp.WSServerHandshakeError, match="408"):
                    await session.ws_connect(dead)
        assert (await slack.counts())["dead_handshakes"] == 2

    async def test_a_ticket_does_not_keep(self, slack: Slack, api: Api) -> None:
        await slack.tune(ticket_life=0)
        url = await ticket(slack, api)
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.WSServerHandshakeError, match="408"):
                await session.ws_connect(url)

    @pytest.mark.parametrize("by_reset", [False, True])
    async def test_handshakes_can_be_refused(self, slack: Slack, api: Api, by_reset: bool) -> None:
        await slack.refuse_sockets(1, by_reset=by_reset)
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientError):
                await session.ws_connect(await ticket(slack, api))
        async with plug(slack, api):
            assert (await slack.counts()).connected == 1

    async def test_after_a_failed_handshake_slack_sdk_stays_with_the_dead_address(self, slack: Slack) -> None:
        """A watchdog has to build a new client: this one dials one address for ever."""
        robot = Robot(slack)
        async with connected(robot, slack, ping=0.05):
            await slack.refuse_sockets(1)
            before = (await slack.counts())["opened"]
            await slack.disconnect()

            async def stuck() -> bool:
                return bool((await slack.counts())["handshakes"] >= 6)

            await until(stuck)
            found = await slack.counts()
            assert found["opened"] == before + 1
            assert found.connected == 0

    async def test_asked_to_go_slack_sdk_comes_back_by_itself(self, slack: Slack, robot: Robot) -> None:
        assert await slack.disconnect("refresh_requested") == 1
        await until(lambda: _opened_again(slack, 2))
        await slack.react("reading", await slack.post("reading", "hello"), "🌱")
        await robot.hears("reaction_added")

    async def test_a_warning_leaves_the_socket_open(self, slack: Slack, api: Api) -> None:
        async with plug(slack, api) as socket:
            await slack.disconnect("warning", close=False)
            frame = await socket.receive_json()
            assert (frame["type"], frame["reason"]) == ("disconnect", "warning")
            assert (await slack.counts()).connected == 1

    @pytest.mark.parametrize("code", [None, 1011])
    async def test_sockets_can_be_ended(self, slack: Slack, api: Api, code: int | None) -> None:
        async with plug(slack, api) as socket:
            assert await slack.drop(code) == 1
            assert (await socket.receive()).type in {
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSED,
                aiohttp.WSMsgType.ERROR,
            }
            await until(lambda: _nobody(slack))

    async def test_ten_sockets_and_no_more(self, slack: Slack, api: Api) -> None:
        async with aiohttp.ClientSession() as session:
            sockets = [await session.ws_connect(await ticket(slack, api)) for _ in range(11)]
            frames = [await socket.receive_json() for socket in sockets]
            assert [one["type"] for one in frames] == ["hello"] * 10 + ["disconnect"]
            assert frames[-1]["reason"] == "too_many_websockets"
            await asyncio.gather(*[socket.close() for socket in sockets])

    async def test_any_frame_can_be_sent(self, slack: Slack, api: Api) -> None:
        async with plug(slack, api) as socket:
            await slack.send_frame({"type": "poem"})
            assert await socket.receive_json() == {"type": "poem"}


class TestEvents:
    async def test_an_event_comes_in_an_envelope(self, slack: Slack, api: Api) -> None:
        async with plug(slack, api) as socket:
            await slack.react("reading", await slack.post("reading", "hello"), "🌱")
            frame = await socket.receive_json()
            assert (frame["type"], frame["retry_attempt"], frame["accepts_response_payload"]) == (
                "events_api",
                0,
                False,
            )
            payload = frame["payload"]
            assert payload["type"] == "event_callback"
            assert payload["team_id"] == (await slack.state()).team_id
            assert payload["authorizations"][0]["user_id"] == (await slack.state()).team()["bot"]
            await acknowledge(socket, frame)
            await until(lambda: _nothing_under_way(slack))

    async def test_without_an_acknowledgement_it_comes_again_with_the_same_id(self, slack: Slack, api: Api) -> None:
        await slack.tune(ack_deadline=0.05, retry_waits=[0, 0, 0])
        async with plug(slack, api) as socket:
            await slack.react("reading", await slack.post("reading", "hello"), "🌱")
            frames = [await socket.receive_json() for _ in range(4)]
            assert [one["retry_attempt"] for one in frames] == [0, 1, 2, 3]
            assert frames[1]["retry_reason"] == "timeout"
            assert len({one["payload"]["event_id"] for one in frames}) == 1
            assert len({one["envelope_id"] for one in frames}) == 4
            await until(lambda: _nothing_under_way(slack))
        assert [one["acknowledged"] for one in await slack.deliveries("reaction_added")] == [False] * 4

    async def test_a_lost_acknowledgement_makes_bolt_hear_twice(self, slack: Slack, robot: Robot) -> None:
        await slack.tune(ack_deadline=0.1)
        await slack.lose_acks(1)
        await slack.react("reading", await slack.post("reading", "hello"), "🌱")
        await robot.hears("reaction_added", 2)
        assert len({body["event_id"] for body in robot.heard}) == 1
        await until(lambda: _nothing_under_way(slack))

    async def test_events_can_be_delivered_twice_at_once(self, slack: Slack, robot: Robot) -> None:
        await slack.duplicate_events(1)
        await slack.react("reading", await slack.post("reading", "hello"), "🌱")
        await robot.hears("reaction_added", 2)
        assert len({body["event_id"] for body in robot.heard}) == 1

    @pytest.mark.parametrize("backwards", [False, True])
    async def test_events_can_be_kept_back(self, slack: Slack, robot: Robot, backwards: bool) -> None:
        ts = await slack.post("reading", "hello")
        await slack.hold_events()
        await slack.react("reading", ts, "tada")
        await slack.react("reading", ts, "eyes")
        assert await slack.deliveries() == []
        await slack.hold_events(held=False, backwards=backwards)
        await robot.hears("reaction_added", 2)
        names = {body["event_id"]: body["event"]["reaction"] for body in robot.heard}
        sent = [names[one["event_id"]] for one in await slack.deliveries()]
        assert sent == (["eyes", "tada"] if backwards else ["tada", "eyes"])

    async def test_what_happens_while_nobody_listens_is_tried_again(self, slack: Slack) -> None:
        await slack.tune(retry_waits=[0.05] * 100)
        await slack.react("reading", await slack.post("reading", "hello"), "🌱")
        robot = Robot(slack)
        async with connected(robot, slack):
            await robot.hears("reaction_added")
        log = await slack.deliveries("reaction_added")
        assert log[0]["acknowledged"] is False

    async def test_the_app_hears_what_it_is_subscribed_to_and_may_see(self, slack: Slack, robot: Robot) -> None:
        await slack.configure(events=["reaction_added", "message.channels"])
        in_news = await slack.post("news", "not here")
        await slack.react("news", in_news, "eyes")
        ts = await slack.post("reading", "hello <!here>")
        await slack.react("reading", ts, "tada")
        await slack.unreact("reading", ts, "tada")
        await slack.post("library", "not subscribed to message.groups")
        await slack.revoke_scope("reactions:read")
        await slack.react("reading", ts, "eyes")
        await slack.post("reading", "the end")
        await robot.hears("message", 2)
        assert [one["text"] for one in robot.told("message")] == ["hello <!here>", "the end"]
        assert [one["reaction"] for one in robot.told("reaction_added")] == ["tada"]
        assert len(robot.heard) == 3

    async def test_what_happens_to_channels_is_told(self, slack: Slack, robot: Robot) -> None:
        await slack.archive("reading")
        await slack.archive("reading", archived=False)
        await slack.change_channel("reading", name="books")
        await slack.invite("news")
        await slack.kick("news")
        await slack.kick("library")
        await slack.delete_channel("general")
        await until(lambda: len(robot.heard) == 7)
        assert [one["name"] for one in await slack.deliveries()] == [
            "channel_archive",
            "channel_unarchive",
            "channel_rename",
            "member_joined_channel",
            "channel_left",
            "group_left",
            "channel_deleted",
        ]

    async def test_a_mention_and_a_deletion_are_told_as_messages(self, slack: Slack, robot: Robot) -> None:
        await slack.configure(events=["app_mention", "message.channels"])
        await slack.grant("app_mentions:read")
        bot = (await slack.state()).team()["bot"]
        ts = await slack.post("reading", f"<@{bot}> hello")
        await robot.hears("app_mention")
        await slack.edit_message("reading", ts, "never mind")
        await slack.delete_message("reading", ts)
        await robot.hears("message", 3)
        assert [one.get("subtype") for one in robot.told("message")] == [None, "message_changed", "message_deleted"]
        assert robot.told("message")[2]["deleted_ts"] == ts


async def test_what_is_no_json_is_let_pass(slack: Slack, api: Api) -> None:
    async with plug(slack, api) as socket:
        await socket.send_str("poem")
        await socket.send_str(json.dumps(["poem"]))
        await socket.send_json({"envelope_id": "unknown"})
        await slack.send_frame({"type": "still here"})
        assert (await socket.receive_json())["type"] == "still here"


async def _opened_again(slack: Slack, count: int) -> bool:
    found = await slack.counts()
    return bool(found["opened"] >= count and found.connected == 1)


async def _nobody(slack: Slack) -> bool:
    return (await slack.counts()).connected == 0


async def _nothing_under_way(slack: Slack) -> Any:
    return (await slack.counts()).under_way == 0
