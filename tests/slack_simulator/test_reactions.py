"""reactions.* and pins.*, by the bot and by people."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.simulators.slack.client import Slack
from tests.simulators.slack.seen import State
from tests.slack_simulator.conftest import Api, Robot

Post = Callable[..., Any]


class TestReactions:
    async def test_the_real_client_adds_and_takes_away(
        self, client: AsyncWebClient, slack: Slack, post: Post, reading: str
    ) -> None:
        ts = await post()
        await client.reactions_add(channel=reading, timestamp=ts, name="seedling")
        assert (await slack.messages("reading"))[-1].reactions == {"seedling": ["seedbed"]}
        await client.reactions_remove(channel=reading, timestamp=ts, name="seedling")
        assert (await slack.messages("reading"))[-1].reactions == {}

    async def test_each_refusal_has_its_word(self, slack: Slack, api: Api, post: Post, state: State) -> None:
        reading, ts = state.channel_id("reading"), await post()

        async def add(name: str, timestamp: str = ts, channel: str = reading) -> str:
            return (await api("reactions.add", channel=channel, timestamp=timestamp, name=name)).error

        assert await add("seedling") == "ok"
        assert await add("seedling") == "already_reacted"
        assert await add("thumbsup") == "ok"
        assert await add("+1") == "already_reacted"
        assert await add("No emoji!") == "invalid_name"
        assert await add(":seedling:") == "invalid_name"
        assert await add("no_such_emoji") == "invalid_name"
        assert await add("tada", timestamp="1.0") == "message_not_found"
        assert await add("tada", timestamp="soon") == "bad_timestamp"
        assert await add("tada", channel=state.channel_id("news")) == "not_in_channel"
        removed = await api("reactions.remove", channel=reading, timestamp=ts, name="tada")
        assert removed.error == "no_reaction"
        await slack.archive("reading")
        assert await add("tada") == "is_archived"

    async def test_a_message_takes_23_different_ones(self, slack: Slack, api: Api, post: Post, reading: str) -> None:
        ts = await post()
        for number in range(23):
            await slack.react("reading", ts, f"custom_{number}")
        with pytest.raises(AssertionError, match="has 23 different reactions already"):
            await slack.react("reading", ts, "tada")
        assert (await api("reactions.add", channel=reading, timestamp=ts, name="tada")).error == "too_many_emoji"
        assert (await api("reactions.add", channel=reading, timestamp=ts, name="custom_1")).error == "ok"

    async def test_somebody_adds_so_many_and_no_more(self, slack: Slack, api: Api, post: Post, reading: str) -> None:
        await slack.tune(most_reactions_each=2)
        ts = await post()
        names = ("tada", "eyes", "tada", "seedling")
        asked = [await api("reactions.add", channel=reading, timestamp=ts, name=name) for name in names]
        assert [one.error for one in asked] == ["ok", "ok", "already_reacted", "too_many_reactions"]

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("🌱", "seedling"),
            (":seedling:", "seedling"),
            ("thumbsup", "+1"),
            ("👍🏽", "+1::skin-tone-4"),
            ("thumbsup::skin-tone-2", "+1::skin-tone-2"),
        ],
    )
    async def test_people_react_by_any_alias(self, slack: Slack, post: Post, typed: str, name: str) -> None:
        await post()
        assert await slack.react("reading", "last", typed) == name
        assert (await slack.messages("reading"))[-1].reactions == {name: ["ada"]}
        await slack.unreact("reading", "last", typed)
        assert (await slack.messages("reading"))[-1].reactions == {}

    async def test_all_who_reacted_are_named_in_full_only(
        self, slack: Slack, api: Api, post: Post, reading: str
    ) -> None:
        ts = await post()
        for number in range(52):
            await slack.person(f"reader{number}")
            await slack.react("reading", ts, "seedling", user=f"reader{number}")
        short = await api.get("reactions.get", channel=reading, timestamp=ts)
        whole = await api.get("reactions.get", channel=reading, timestamp=ts, full="1")
        found = [one.body["message"]["reactions"][0] for one in (short, whole)]
        assert [(len(one["users"]), one["count"]) for one in found] == [(50, 52), (52, 52)]
        assert whole.body["message"]["permalink"].startswith("https://reading-group.slack.com/archives/")
        gone = await api("reactions.get", channel=reading, timestamp="1.0")
        assert gone.error == "message_not_found"

    async def test_the_app_hears_of_them(self, slack: Slack, robot: Robot, state: State, reading: str) -> None:
        ts = await slack.post("reading", "hello")
        await slack.react("reading", ts, "🌱", user="ben")
        told = await robot.hears("reaction_added")
        assert told["item"] == {"type": "message", "channel": reading, "ts": ts}
        assert (told["user"], told["reaction"], told["item_user"]) == (
            state.user_id("ben"),
            "seedling",
            state.user_id("ada"),
        )
        await slack.unreact("reading", ts, "🌱", user="ben")
        gone = await robot.hears("reaction_removed")
        assert float(gone["event_ts"]) > float(told["event_ts"])


class TestPins:
    async def test_pinned_once_and_taken_off_once(self, slack: Slack, api: Api, post: Post, reading: str) -> None:
        ts = await post()
        where = {"channel": reading, "timestamp": ts}
        assert [(await api("pins.add", **where)).error for _ in range(2)] == ["ok", "already_pinned"]
        assert (await slack.messages("reading"))[-1].pinned
        assert [one["message"]["ts"] for one in (await api("pins.list", channel=reading)).body["items"]] == [ts]
        assert [(await api("pins.remove", **where)).error for _ in range(2)] == ["ok", "no_pin"]
        assert (await api("pins.add", channel=reading, timestamp="1.0")).error == "message_not_found"

    async def test_people_pin_too_and_the_app_hears_of_it(self, slack: Slack, robot: Robot) -> None:
        ts = await slack.post("reading", "hello")
        await slack.pin("reading", ts)
        assert (await robot.hears("pin_added"))["item"]["message"]["ts"] == ts
        await slack.pin("reading", ts, pinned=False)
        await robot.hears("pin_removed")
