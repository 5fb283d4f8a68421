"""Faults: what each does to a message, and what discord.py makes of it, as it was measured for the design."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta

import aiohttp
import discord as library
import pytest

from tests.discord_simulator.conftest import Api, Robot
from tests.simulators.discord.client import Discord, until
from tests.simulators.discord.seen import State

Step = str | tuple[str, float]
# One channel.send() under each script: tries, messages created, and what the caller sees.
SENDS: dict[str, tuple[list[Step], tuple[int, int, str]]] = {
    "429 with Via": ([("busy", 0.1)], (2, 1, "ok")),
    "429 without Via": ([("busy_no_via", 1)], (1, 0, "HTTPException 429")),
    "429 of Cloudflare": ([("busy_banned", 1)], (1, 0, "HTTPException 429")),
    "429 stripped": ([("busy_stripped", 1)], (1, 0, "HTTPException 429")),
    "429 for long": ([("busy", 40)], (1, 0, "TimeoutError")),
    "500 once": (["error_500"], (2, 1, "ok")),
    "502 once": (["error_502"], (2, 1, "ok")),
    "504 once": (["error_504"], (2, 1, "ok")),
    "503": (["error_503"], (1, 0, "DiscordServerError 503")),
    "dropped before": (["drop_before"], (1, 0, "ServerDisconnectedError")),
    "dropped after": (["drop_after"], (1, 1, "ServerDisconnectedError")),
    "reset": (["reset"], (1, 0, "ClientOSError")),
    "500 after the write": (["error_500_after"], (2, 1, "ok")),
    "502 after the write": (["error_502_after"], (2, 1, "ok")),
    "503 after the write": (["error_503_after"], (1, 1, "DiscordServerError 503")),
    "504 after the write": (["error_504_after"], (2, 1, "ok")),
    "hang": (["hang"], (1, 0, "TimeoutError")),
    "hang after the write": (["hang_after"], (1, 1, "TimeoutError")),
    "slow": ([("slow", 0.1)], (1, 1, "ok")),
    "late": ([("late", 0.1)], (1, 1, "ServerDisconnectedError")),
    "refused": ([("refused", 200000)], (1, 0, "HTTPException 400")),
}


async def outcome(sending: Awaitable[object]) -> str:
    try:
        async with asyncio.timeout(6):
            await sending
    except library.HTTPException as error:
        return f"{type(error).__name__} {error.status}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__
    return "ok"


async def test_what_discord_py_makes_of_each_fault(rest: Robot, discord: Discord) -> None:
    """All at once, each in a channel of its own, for most of them are waits."""
    for name, (steps, _) in SENDS.items():
        number = await discord.create_channel(name)
        await discord.fault(*steps, kind="create_message", channel=number)
    before = (await discord.state())["channels"]
    ids = {one["name"]: one["id"] for one in before}
    rooms = [rest.get_partial_messageable(int(ids[name])) for name in SENDS]
    seen = await asyncio.gather(*[outcome(room.send("x", nonce=f"n{room.id}"[:25])) for room in rooms])
    await until(lambda: _nothing_late(discord))
    state, requests = await discord.state(), await discord.requests("create_message")
    found = {
        name: (
            sum(one["bucket"] == ids[name] for one in requests),
            len(state.channel(name)["messages"]),
            what,
        )
        for name, what in zip(SENDS, seen, strict=True)
    }
    assert found == {name: expected for name, (_, expected) in SENDS.items()}


async def _nothing_late(discord: Discord) -> bool:
    return (await discord.counts()).late == 0


async def test_discord_py_gives_up_after_five_tries(rest: Robot, discord: Discord, state: State) -> None:
    """The waits between them are its own: 1, 3, 5, 7 and 9 seconds."""
    await discord.fault(*["error_502"] * 5, kind="create_message")
    channel = rest.get_partial_messageable(int(state.channel_id("reading")))
    with pytest.raises(library.DiscordServerError):
        await channel.send("x")
    assert len(await discord.requests("create_message")) == 5
    assert await discord.messages("reading") == []


async def test_without_a_nonce_a_lost_answer_is_a_double(rest: Robot, discord: Discord, state: State) -> None:
    """A forum post, which discord.py repeats after a 500."""
    forum = await rest.fetch_channel(int(state.channel_id("library")))
    assert isinstance(forum, library.ForumChannel)
    await discord.fault("error_500_after", kind="create_thread")
    await forum.create_thread(name="Moss", content="x")
    assert sum(one["parent"] is not None for one in (await discord.state())["channels"]) == 2


class TestScripts:
    async def test_a_script_is_used_up_and_then_all_is_well(self, api: Api, discord: Discord, state: State) -> None:
        await discord.fault("error_503", "none", "error_502", kind="create_message")
        channel = f"/channels/{state.channel_id('reading')}/messages"
        statuses = [(await api("POST", channel, {"content": "x"})).status for _ in range(4)]
        assert statuses == [503, 200, 502, 200]

    async def test_a_script_is_for_its_kind_and_its_channel(self, api: Api, discord: Discord, state: State) -> None:
        await discord.fault("error_500", kind="create_message", channel="reading")
        await discord.fault("error_502", kind="find")
        await discord.fault("error_503")
        reading, general = (f"/channels/{state.channel_id(name)}/messages" for name in ("reading", "general"))
        statuses = [(await api("POST", reading, {"content": "x"})).status]
        statuses += [(await api("GET", general)).status]
        statuses += [(await api("POST", general, {"content": "x"})).status]
        statuses += [(await api("POST", place, {"content": "x"})).status for place in (reading, general)]
        assert statuses == [500, 502, 503, 200, 200]

    async def test_scripts_can_be_given_up(self, api: Api, discord: Discord) -> None:
        await discord.fault("error_503", "error_503")
        assert (await discord.counts())["faults_left"] == 2
        await discord.no_faults()
        assert (await api("GET", "/users/@me")).status == 200

    async def test_an_unknown_fault_or_kind_is_a_sentence(self, discord: Discord) -> None:
        with pytest.raises(AssertionError, match="'flood' is not a valid Fault"):
            await discord.fault("flood")
        with pytest.raises(AssertionError, match="'fetch' is not a valid Kind"):
            await discord.fault("reset", kind="fetch")

    async def test_a_storm_of_resets_passes(self, api: Api, discord: Discord) -> None:
        await discord.fault(("reset_storm", 3))
        for _ in range(3):
            with pytest.raises(aiohttp.ClientOSError):
                await api("GET", "/users/@me")
        assert (await api("GET", "/users/@me")).status == 200

    async def test_an_empty_history_hides_what_is_there(self, api: Api, discord: Discord, state: State) -> None:
        await discord.post("reading", "hello")
        await discord.fault("empty_history", kind="find")
        channel = f"/channels/{state.channel_id('reading')}/messages"
        assert [len((await api("GET", channel)).body) for _ in range(2)] == [0, 1]

    async def test_a_late_write_is_not_there_before_its_time(self, api: Api, discord: Discord, state: State) -> None:
        await discord.fault(("late", 0.5), kind="create_message")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await api("POST", f"/channels/{state.channel_id('reading')}/messages", {"content": "x"})
        await until(lambda: _nothing_late(discord))
        asked = datetime.fromisoformat((await discord.requests("create_message"))[0]["time"])
        assert [one.created - asked > timedelta(seconds=0.4) for one in await discord.messages("reading")] == [True]

    async def test_a_429_is_told_as_each_place_tells_it(self, api: Api, discord: Discord) -> None:
        await discord.fault(("busy", 7), ("busy_no_via", 7), ("busy_banned", 7), ("busy_stripped", 7))
        told = []
        for _ in range(4):
            reply = await api("GET", "/users/@me")
            after = reply.body["retry_after"] if isinstance(reply.body, dict) else None
            told.append((reply.status, "via" in reply.headers, reply.headers.get("retry-after"), after))
        assert told == [
            (429, True, "7", 7),
            (429, False, "7", 7),
            (429, False, "7", None),
            (429, False, None, 7),
        ]
        assert (await discord.counts()).rate_limited == 4

    async def test_answers_can_be_slow_in_general(self, api: Api, discord: Discord) -> None:
        await discord.tune(latency=200)
        await api("GET", "/users/@me")
        assert (await discord.requests("user"))[-1]["took"] >= 0.2

    async def test_the_log_tells_what_was_asked_and_answered(self, api: Api, discord: Discord, state: State) -> None:
        await discord.fault("drop_before", kind="find")
        channel = f"/channels/{state.channel_id('reading')}/messages"
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await api("GET", channel)
        await api("GET", channel, limit=1)
        found = await discord.requests("find")
        assert [(one["method"], one["bucket"], one["status"]) for one in found] == [
            ("GET", state.channel_id("reading"), 0),
            ("GET", state.channel_id("reading"), 200),
        ]


async def test_discords_clock_may_differ_from_ours(api: Api, discord: Discord, state: State) -> None:
    await discord.tune(clock=3600)
    posted = (await api("POST", f"/channels/{state.channel_id('reading')}/messages", {"content": "x"})).body
    ahead = library.utils.snowflake_time(int(posted["id"])) - library.utils.utcnow()
    assert 3590 < ahead.total_seconds() < 3610
    headers = (await api("GET", "/users/@me")).headers
    hour = library.utils.utcnow() + timedelta(hours=1)
    assert f"{hour:%d %b %Y %H:}" in headers["date"]
