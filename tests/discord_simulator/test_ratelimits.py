"""Rate limits: the global one, buckets with their headers, and discord.py that keeps to them."""

import asyncio

from tests.discord_simulator.conftest import Api, Robot
from tests.simulators.discord.client import Discord
from tests.simulators.discord.seen import State


async def test_a_bucket_counts_down_and_then_says_429(api: Api, discord: Discord, state: State) -> None:
    await discord.limit(2, 30, kind="create_message")
    channel = f"/channels/{state.channel_id('reading')}/messages"
    replies = [await api("POST", channel, {"content": "x"}) for _ in range(3)]
    assert [one.status for one in replies] == [200, 200, 429]
    assert [one.headers["x-ratelimit-remaining"] for one in replies] == ["1", "0", "0"]
    assert {one.headers["x-ratelimit-limit"] for one in replies} == {"2"}
    assert len({one.headers["x-ratelimit-bucket"] for one in replies}) == 1
    last = replies[-1]
    assert last.headers["via"]
    assert last.headers["content-type"] == "application/json"
    assert last.headers["retry-after"] == "30"
    assert last.headers["x-ratelimit-scope"] == "user"
    assert 0 < float(last.headers["x-ratelimit-reset-after"]) <= 30.001
    assert (last.body["global"], 0 < last.body["retry_after"] <= 30.001) == (False, True)
    assert (await discord.counts()).rate_limited == 1
    assert len(await discord.messages("reading")) == 2


async def test_a_bucket_is_of_one_channel(api: Api, discord: Discord, state: State) -> None:
    await discord.limit(1, 30, kind="create_message")
    for name in ("reading", "general"):
        reply = await api("POST", f"/channels/{state.channel_id(name)}/messages", {"content": "x"})
        assert reply.status == 200


async def test_a_bucket_fills_again(api: Api, discord: Discord, state: State) -> None:
    await discord.limit(1, 0.1, kind="create_message")
    channel = f"/channels/{state.channel_id('reading')}/messages"
    first = await api("POST", channel, {"content": "x"})
    await asyncio.sleep(float(first.headers["x-ratelimit-reset-after"]))  # what a client would wait
    assert (await api("POST", channel, {"content": "x"})).status == 200


async def test_the_global_limit_is_for_everything_but_interactions(api: Api, discord: Discord, state: State) -> None:
    await discord.limit(3, 30)
    statuses = [(await api("GET", "/users/@me")).status for _ in range(3)]
    refused = await api("GET", f"/channels/{state.channel_id('reading')}")
    assert (statuses, refused.status, refused.body["global"]) == ([200] * 3, 429, True)
    assert (refused.headers["x-ratelimit-global"], refused.headers["x-ratelimit-scope"]) == ("true", "global")
    assert (await api("POST", "/interactions/1/token/callback", {"type": 4})).code == 10062


async def test_the_usual_global_limit_is_fifty_a_second(api: Api, discord: Discord) -> None:
    await discord.limit(50, 1)
    replies = await asyncio.gather(*[api("GET", "/users/@me") for _ in range(60)])
    refused = [one for one in replies if one.status == 429]
    assert len(refused) <= 10
    assert (await discord.counts()).rate_limited == len(refused)


async def test_discord_py_waits_by_itself_within_a_bucket(rest: Robot, discord: Discord, state: State) -> None:
    """With the headers as they are it never earns a 429."""
    await discord.limit(3, 0.3, kind="create_message")
    channel = rest.get_partial_messageable(int(state.channel_id("reading")))
    for number in range(8):
        await channel.send(f"{number}")
    assert len(await discord.messages("reading")) == 8
    assert (await discord.counts()).rate_limited == 0


async def test_discord_py_obeys_a_429(rest: Robot, discord: Discord, state: State) -> None:
    await discord.limit(2, 0.3)
    channel = rest.get_partial_messageable(int(state.channel_id("reading")))
    for number in range(4):
        await channel.send(f"{number}")
    assert [one.content for one in await discord.messages("reading")] == ["0", "1", "2", "3"]
    assert (await discord.counts()).rate_limited > 0


async def test_invalid_requests_are_counted(api: Api, discord: Discord, state: State) -> None:
    """401, 403 and 429: ten thousand of them in ten minutes would be a ban."""
    await api("GET", "/users/@me", token="wrong")
    await api("GET", "/users/1")
    await discord.forbid("view_channel")
    await api("GET", f"/channels/{state.channel_id('reading')}")
    assert (await discord.counts())["invalid"] == 2
