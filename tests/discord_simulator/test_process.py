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

from tests.discord_simulator.conftest import Api, Robot, connected
from tests.simulators.discord.client import MODULE, Discord, discord_process, running_discord, until
from tests.simulators.discord.seen import State
from tests.simulators.process import REPOSITORY


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_end_it_ends_and_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    """With a request that hangs, a write still to come and a gateway connection under way."""
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
    discord = Discord((await process.stdout.readline()).decode().strip())
    await discord.fault("hang", kind="create_message", channel="reading")
    await discord.fault(("late", 60), kind="create_message", channel="general")
    state = await discord.state()
    reading, general = (f"{discord.api}/channels/{state.channel_id(name)}/messages" for name in ("reading", "general"))
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.ws_connect(discord.gateway):
        hanging = asyncio.create_task(_post(session, reading))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await _post(session, general)
        await until(lambda: _asked(discord, 2))
        process.send_signal(number)
        out, err = await asyncio.wait_for(process.communicate(), 20)
        await asyncio.gather(hanging, return_exceptions=True)
    assert (process.returncode, out, err) == (0, b"", b"")
    assert _files(tmp_path) == []
    port = int(discord.base.rpartition(":")[2])
    with socket.socket() as plug:
        assert plug.connect_ex(("127.0.0.1", port)) != 0


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def _post(session: aiohttp.ClientSession, url: str) -> None:
    async with session.post(url, json={"content": "x"}):
        pass


async def _asked(discord: Discord, count: int) -> bool:
    return len(await discord.requests("create_message")) == count


async def test_two_at_once_know_nothing_of_each_other() -> None:
    async with running_discord() as one, running_discord() as two:
        await one.post("reading", "hello")
        assert (len(await one.messages("reading")), len(await two.messages("reading"))) == (1, 0)


def test_without_a_loop_the_verbs_are_the_same() -> None:
    with discord_process() as discord:
        number = discord.post("reading", "hello").now()
        discord.react("reading", number, "🌱", user="ben").now()
        assert [one.reactions for one in discord.messages("reading").now()] == [{"🌱": ["ben"]}]
        with pytest.raises(AssertionError, match="there is no channel 'attic'"):
            discord.post("attic", "hello").now()


def test_a_verb_that_nobody_awaits_is_told_of() -> None:
    """Else a test would pass without having done what it says."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        Discord("http://127.0.0.1:1").post("reading", "hello")
        gc.collect()
    assert [str(one.message) for one in told if "was never asked" in str(one.message)]


async def test_reset_forgets_everything(discord: Discord, api: Api, state: State) -> None:
    async with connected(Robot(), discord) as task:
        await discord.post("reading", "hello")
        await discord.fault("error_500")
        await discord.reset()
        fresh = await discord.state()
        assert fresh.messages == []
        assert (fresh["faults_left"], fresh["requests"]) == (0, [])
        assert not task.done()


class TestWorld:
    async def test_ids_are_snowflakes_of_their_time(self, discord: Discord, state: State) -> None:
        ids = [int(one["id"]) for one in state["channels"]]
        assert len(set(ids)) == 4
        assert all(10**17 < one < 2**63 for one in ids)
        posted = await discord.post("reading", "hello")
        assert int(posted) > max(ids)

    async def test_a_thousand_channels(self, api: Api, discord: Discord, state: State) -> None:
        made = await discord.channels(1000)
        assert len(set(made)) == 1000
        assert len((await api("GET", f"/guilds/{state.guild_id}/channels")).body) == 1004
        assert (await api("POST", f"/channels/{made[-1]}/messages", {"content": "x"})).status == 200

    @pytest.mark.parametrize(
        ("verb", "words"),
        [
            ({"do": "sing"}, "there is no verb 'sing'; there are: person, post"),
            ({"do": "post"}, "post: missing a required argument: 'channel'"),
            ({"do": "post", "channel": "reading", "content": "x", "user": "eve"}, "there is nobody called 'eve'"),
            ({"do": "react", "channel": "reading", "message": "last", "emoji": "🌱"}, "there is no message 'last'"),
            ({"do": "permit", "permissions": ["fly"]}, "there is no permission 'fly'"),
            ({"do": "change_channel", "channel": "reading", "colour": 1}, "a channel has no 'colour' to change"),
            ({"do": "role", "user": "ada", "name": "King"}, "there is no role 'King'"),
            ({"do": "answer", "interaction": 1}, "there is no interaction 1"),
        ],
    )
    async def test_what_is_not_possible_is_a_sentence(
        self, verb: dict[str, object], words: str, discord: Discord
    ) -> None:
        async with aiohttp.ClientSession() as session, session.post(f"{discord.base}/control", json=verb) as answer:
            assert answer.status == 400
            assert words in (await answer.json())["error"]

    async def test_people_keep_to_their_permissions(self, discord: Discord) -> None:
        await discord.overwrite("reading", deny=["add_reactions", "send_messages"])
        number = await discord.post("reading", "notice", user="owner")
        with pytest.raises(AssertionError, match="ada lacks send_messages in 'reading'"):
            await discord.post("reading", "hello")
        with pytest.raises(AssertionError, match="ada lacks add_reactions in 'reading'"):
            await discord.react("reading", number, "🌱")
        with pytest.raises(AssertionError, match="ada has no such reaction 🌱"):
            await discord.unreact("reading", number, "🌱")

    async def test_the_text_of_a_message_is_all_that_can_be_read(
        self, api: Api, discord: Discord, state: State
    ) -> None:
        embed = {
            "title": "title",
            "description": "description",
            "author": {"name": "author"},
            "footer": {"text": "footer"},
            "fields": [{"name": "name", "value": "value"}],
        }
        body = {"content": "content", "embeds": [embed]}
        await api("POST", f"/channels/{state.channel_id('reading')}/messages", body)
        found = (await discord.messages("reading"))[0].text
        assert found.split() == ["content", "author", "title", "description", "name", "value", "footer"]
