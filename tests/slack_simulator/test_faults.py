"""Faults: what each does to a message, and what slack_sdk makes of it, as it was measured for the design."""

import asyncio
from collections.abc import Awaitable

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import async_default_handlers
from slack_sdk.web.async_client import AsyncWebClient

from tests.simulators.slack.client import Slack, until
from tests.simulators.slack.seen import State
from tests.slack_simulator.conftest import Api

Step = str | tuple[str, float | str]
# One chat_postMessage() with retry_handlers=[] under each script: tries, messages created, and what the caller sees.
SENDS: dict[str, tuple[list[Step], tuple[int, int, str]]] = {
    "well": ([], (1, 1, "ok")),
    "429": ([("busy", 3)], (1, 0, "ratelimited 429")),
    "429 stripped": (["busy_stripped"], (1, 0, "ratelimited 429")),
    "500": (["error_500"], (1, 0, "no word 500")),
    "502": (["error_502"], (1, 0, "no word 502")),
    "503": (["error_503"], (1, 0, "no word 503")),
    "504": (["error_504"], (1, 0, "no word 504")),
    "500 after the write": (["error_500_after"], (1, 1, "no word 500")),
    "503 after the write": (["error_503_after"], (1, 1, "no word 503")),
    "dropped before": (["drop_before"], (1, 0, "ServerDisconnectedError")),
    "dropped after": (["drop_after"], (1, 1, "ServerDisconnectedError")),
    "reset": (["reset"], (1, 0, "ClientOSError")),
    "late": ([("late", 0.1)], (1, 1, "ServerDisconnectedError")),
    "slow": ([("slow", 0.1)], (1, 1, "ok")),
    "hang": (["hang"], (1, 0, "TimeoutError")),
    "hang after the write": (["hang_after"], (1, 1, "TimeoutError")),
    "refused": ([("refused", "fatal_error")], (1, 0, "fatal_error 200")),
    "refused after the write": ([("refused_after", "internal_error")], (1, 1, "internal_error 200")),
    "out of service": ([("refused", "service_unavailable")], (1, 0, "service_unavailable 503")),
}


async def outcome(sending: Awaitable[object]) -> str:
    try:
        await sending
    except SlackApiError as error:
        data = error.response.data
        word = data.get("error") if isinstance(data, dict) else None
        return f"{word or 'no word'} {error.response.status_code}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__
    return "ok"


async def send_under(
    slack: Slack, scripts: dict[str, list[Step]], handlers: list[AsyncRetryHandler]
) -> dict[str, tuple[int, int, str]]:
    """Each script in a channel of its own, all at once: tries, messages created, and what the caller sees."""
    await slack.limit(None)
    rooms = dict(zip(scripts, await slack.channels(len(scripts)), strict=True))
    for name, steps in scripts.items():
        await slack.fault(*steps, method="chat.postMessage", channel=rooms[name])
    client = AsyncWebClient(token=slack.token, base_url=slack.api, retry_handlers=handlers, timeout=3)
    sent = [outcome(client.chat_postMessage(channel=room, text="A seed")) for room in rooms.values()]
    seen = dict(zip(rooms, await asyncio.gather(*sent), strict=True))
    await until(lambda: _nothing_late(slack))
    state, log = await slack.state(), await slack.requests("chat.postMessage")
    return {
        name: (sum(one["channel"] == room for one in log), len(state.channel(room)["messages"]), seen[name])
        for name, room in rooms.items()
    }


async def test_what_slack_sdk_makes_of_each_fault(slack: Slack) -> None:
    found = await send_under(slack, {name: steps for name, (steps, _) in SENDS.items()}, [])
    assert found == {name: expected for name, (_, expected) in SENDS.items()}


async def test_the_default_retry_handler_makes_two_of_one(slack: Slack) -> None:
    """An answer lost after the write: a silent second try, two messages, and "ok". This is why writes have none."""
    scripts: dict[str, list[Step]] = {"lost": ["drop_after"], "hang": ["hang_after"], "busy": [("busy", 1)]}
    found = await send_under(slack, scripts, async_default_handlers())
    assert found["lost"] == (2, 2, "ok")
    assert found["hang"] == (1, 1, "TimeoutError")
    assert found["busy"] == (1, 0, "ratelimited 429")


async def test_without_a_script_of_its_own_a_channel_has_that_of_all(
    slack: Slack, api: Api, reading: str, state: State
) -> None:
    await slack.fault(("refused", "fatal_error"), method="chat.postMessage", channel="reading")
    await slack.fault(("refused", "internal_error"), ("refused", "ekm_access_denied"), method="chat.postMessage")
    asked = [await api("chat.postMessage", channel=reading, text="x") for _ in range(2)]
    assert [one.error for one in asked] == ["fatal_error", "internal_error"]
    assert (await api("chat.postMessage", channel=state.channel_id("general"), text="x")).error == "ekm_access_denied"
    assert (await slack.counts())["faults_left"] == 0


async def test_any_method_may_have_a_fault(slack: Slack, api: Api) -> None:
    await slack.fault("error_502")
    assert (await api("users.list")).status == 502
    assert (await api("users.list")).error == "ok"


async def test_no_faults_ends_every_script(slack: Slack, api: Api) -> None:
    await slack.fault("error_502", "error_502", method="users.list")
    await slack.no_faults()
    assert (await api("users.list")).error == "ok"


async def test_busy_says_when_to_come_again(slack: Slack, api: Api) -> None:
    await slack.fault(("busy", 7), "busy_stripped")
    asked = [await api("users.list") for _ in range(2)]
    assert [one.headers.get("Retry-After") for one in asked] == ["7", None]
    assert (await slack.counts()).rate_limited == 2


async def test_an_empty_history_says_ok(slack: Slack, api: Api, reading: str) -> None:
    await slack.post("reading", "hello")
    await slack.fault("empty_history", method="conversations.history")
    found = [(await api("conversations.history", channel=reading)).body["messages"] for _ in range(2)]
    assert [len(one) for one in found] == [0, 1]


async def test_the_log_tells_what_was_asked_and_answered(slack: Slack, api: Api, reading: str) -> None:
    await api("chat.postMessage", channel=reading, text="A seed", token="t")
    await api("chat.postMessage", channel=reading)
    log = await slack.requests("chat.postMessage")
    assert [(one["channel"], one["status"], one["error"]) for one in log] == [
        (reading, 200, None),
        (reading, 200, "no_text"),
    ]
    assert log[0]["arguments"] == {"channel": reading, "text": "A seed"}


async def test_latency_slows_every_answer(slack: Slack, api: Api) -> None:
    await slack.tune(latency=50)
    await api("auth.test")
    assert (await slack.requests("auth.test"))[0]["took"] >= 0.05


@pytest.mark.parametrize("script", ["sing", ("sing", 3)])
async def test_an_unknown_fault_is_a_sentence(slack: Slack, script: Step) -> None:
    with pytest.raises(AssertionError, match="sing"):
        await slack.fault(script)
    with pytest.raises(AssertionError, match=r"there is no method 'chat\.sing'"):
        await slack.fault("hang", method="chat.sing")


async def _nothing_late(slack: Slack) -> bool:
    return (await slack.counts()).late == 0
