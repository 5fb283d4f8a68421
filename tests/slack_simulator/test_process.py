"""The simulator as a process, its control endpoint, and the client that tests use."""

import asyncio
import gc
import signal
import socket
import sys
import warnings
from pathlib import Path

import aiohttp
import pytest

from tests.simulators.process import REPOSITORY
from tests.simulators.slack.client import MODULE, Slack, running_slack, slack_process, until
from tests.simulators.slack.seen import State
from tests.slack_simulator.conftest import Api, Robot, connected


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_end_it_ends_and_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    """With a request that hangs, a write and an event still to come, and a socket open."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        MODULE,
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    slack = Slack((await process.stdout.readline()).decode().strip())
    await slack.fault("hang", method="chat.postMessage", channel="reading")
    await slack.fault(("late", 60), method="chat.postMessage", channel="general")
    await slack.react("reading", await slack.post("reading", "hello"), "🌱")
    state = await slack.state()
    async with aiohttp.ClientSession() as session:
        api = Api(session, slack)
        opened = await api("apps.connections.open", bearer=slack.app_token)
        async with session.ws_connect(opened.body["url"]):
            hanging = asyncio.create_task(api("chat.postMessage", channel=state.channel_id("reading"), text="x"))
            with pytest.raises(aiohttp.ServerDisconnectedError):
                await api("chat.postMessage", channel=state.channel_id("general"), text="x")
            await until(lambda: _asked(slack, 2))
            process.send_signal(number)
            out, err = await asyncio.wait_for(process.communicate(), 20)
            await asyncio.gather(hanging, return_exceptions=True)
    assert (process.returncode, out, err) == (0, b"", b"")
    assert _files(tmp_path) == []
    port = int(slack.base.rpartition(":")[2])
    with socket.socket() as plug:
        assert plug.connect_ex(("127.0.0.1", port)) != 0


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def _asked(slack: Slack, count: int) -> bool:
    return len(await slack.requests("chat.postMessage")) == count


async def test_two_at_once_know_nothing_of_each_other() -> None:
    async with running_slack() as one, running_slack() as two:
        await one.post("reading", "hello")
        assert (len(await one.messages("reading")), len(await two.messages("reading"))) == (1, 0)


def test_without_a_loop_the_verbs_are_the_same() -> None:
    with slack_process() as slack:
        ts = slack.post("reading", "hello").now()
        slack.react("reading", ts, "🌱", user="ben").now()
        assert [one.reactions for one in slack.messages("reading").now()] == [{"seedling": ["ben"]}]
        with pytest.raises(AssertionError, match="there is no channel 'attic'"):
            slack.post("attic", "hello").now()


def test_a_verb_that_nobody_awaits_is_told_of() -> None:
    """Else a test would pass without having done what it says."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        Slack("http://127.0.0.1:1").post("reading", "hello")
        gc.collect()
    assert [str(one.message) for one in told if "was never asked" in str(one.message)]


async def test_reset_forgets_everything(slack: Slack, api: Api) -> None:
    async with connected(Robot(slack), slack):
        await slack.add_team("Harbour", install=True)
        await slack.post("reading", "hello")
        await api("chat.postMessage", channel="#reading", text="hello")
        await slack.fault("error_500")
        await slack.uninstall()
        await slack.reset()
        fresh = await slack.state()
        assert fresh.messages == []
        assert (fresh["faults_left"], await slack.requests("chat.postMessage"), len(fresh["teams"])) == (0, [], 1)
        assert (await api("auth.test")).error == "ok"


class TestWorld:
    async def test_a_thousand_channels(self, slack: Slack, api: Api, state: State) -> None:
        made = await slack.channels(1000)
        assert len(set(made)) == 1000
        assert (await api("chat.postMessage", channel=made[-1], text="x")).error == "ok"

    @pytest.mark.parametrize(
        ("verb", "words"),
        [
            ({"do": "sing"}, "there is no verb 'sing'; there are: person, change_person"),
            ({"do": "post"}, "post: missing a required argument: 'channel'"),
            ({"do": "post", "channel": "reading", "text": "x", "user": "eve"}, "there is nobody called 'eve'"),
            ({"do": "react", "channel": "reading", "message": "last", "emoji": "🌱"}, "there is no message 'last'"),
            ({"do": "answer", "interaction": "1"}, "there is no interaction '1'"),
            ({"do": "kick", "channel": "news"}, "seedbed is not in 'news'"),
            ({"do": "uninstall", "team": "harbour"}, "there is no workspace 'harbour'"),
            ({"do": "press_view", "view": "V1", "action": "go"}, "there is no form 'V1'"),
        ],
    )
    async def test_what_is_not_possible_is_a_sentence(self, verb: dict[str, object], words: str, slack: Slack) -> None:
        async with aiohttp.ClientSession() as session, session.post(f"{slack.base}/control", json=verb) as answer:
            assert answer.status == 400
            assert words in (await answer.json())["error"]

    async def test_people_keep_to_where_they_are(self, slack: Slack) -> None:
        ts = await slack.post("reading", "hello")
        await slack.kick("reading", "ben")
        with pytest.raises(AssertionError, match="ben is not in 'reading'"):
            await slack.react("reading", ts, "🌱", user="ben")
        with pytest.raises(AssertionError, match="ada has no such reaction 🌱"):
            await slack.unreact("reading", ts, "🌱")
        await slack.archive("reading")
        with pytest.raises(AssertionError, match="'reading' is archived"):
            await slack.post("reading", "anybody?")

    async def test_what_can_be_read_of_a_message_is_its_blocks(self, slack: Slack, api: Api, reading: str) -> None:
        blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": "title"}},
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "excerpt"}]},
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "prompt"}, {"type": "emoji", "name": "seedling"}],
                    },
                ],
            },
            {"type": "image", "image_url": "https://x.example/y.png", "alt_text": "a fern"},
        ]
        await api("chat.postMessage", channel=reading, text="for screen readers", blocks=blocks)
        found = (await slack.messages("reading"))[-1]
        assert found.read.split("\n") == ["title", "excerpt", "prompt", ":seedling:", "a fern"]
        assert found.text == "for screen readers"
