"""HTTP mode: workspaces that install the app by themselves, several at once, and what is kept of each."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from bot.model import Channel, ChannelName, Post
from bot.platforms.slack.installing import KEPT, PATIENCE
from tests.simulators.slack.client import Slack, until
from tests.slack.hosted import KEY, Hosted, hosted


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack) -> AsyncIterator[Hosted]:
    async with hosted(tmp_path, slack) as bot:
        yield bot


async def test_a_workspace_installs_the_app_and_is_told_what_to_do_next(bot: Hosted) -> None:
    page = await bot.install()
    assert page.status == 200
    assert "/seedbed setup" in page.text
    team = (await bot.slack.state()).team()
    assert team["name"] in page.text
    assert list(await bot.parts.store.memory.recall_all(KEPT)) == [KEPT + team["id"]]
    assert team["name"] in bot.platform.health().detail


async def test_the_pages_show_nothing_to_others(bot: Hosted) -> None:
    """There is a code in the address of the last one, and a state in the link of the first one."""
    for page in (await bot.get("/slack/install"), await bot.install()):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert bot.slack.client_secret not in page.text


async def test_a_token_lies_in_the_database_as_nobody_can_read_it(tmp_path: Path, slack: Slack) -> None:
    async with hosted(tmp_path, slack) as bot:
        await bot.install()
        (workspace,) = bot.platform._workspaces
        token = workspace.client.token
        assert token is not None
        assert token.startswith("xoxb-")
    content = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert KEPT.encode() in content
    assert token.encode() not in content
    assert KEY.encode() not in content


async def test_workspaces_are_there_again_after_a_restart(tmp_path: Path, slack: Slack) -> None:
    harbour = await slack.add_team("Harbour readers")
    async with hosted(tmp_path, slack) as bot:
        await bot.install()
        await bot.install(harbour["id"])
        before = {one.team: one.client.token for one in bot.platform._workspaces}
    async with hosted(tmp_path, slack) as bot:
        assert {one.team: one.client.token for one in bot.platform._workspaces} == before
        assert len(before) == 2
        assert bot.platform.health().ok


async def test_with_another_key_the_workspace_is_named_and_can_install_again(tmp_path: Path, slack: Slack) -> None:
    async with hosted(tmp_path, slack) as bot:
        await bot.install()
    async with hosted(tmp_path, slack, SEEDBED_SLACK_KEY="quite another key of more than thirty-two") as bot:
        health = bot.platform.health()
        assert not health.ok
        assert "SEEDBED_SLACK_KEY does not open the token of T0" in health.detail
        await bot.install()
        assert bot.platform.health().ok


# ---- two workspaces at once ------------------------------------------------------------------------------------------


async def set_up(bot: Hosted, place: str) -> Channel:
    """By an organiser, in their own workspace; the channel."""
    known = {one.name for one in bot.parts.clerk.channels()}
    opened = await bot.slack.answer(await bot.slack.slash("/seedbed", "setup", channel=place, user="organiser"))
    await bot.slack.answer(await bot.slack.submit(opened.view.id))
    (made,) = [one for one in bot.parts.clerk.channels() if one.name not in known]
    return made


async def post_now(bot: Hosted, channel: Channel) -> Post:
    """As an organiser asks for, with what a running bot would do at the next tick."""
    asked = asyncio.create_task(bot.parts.desk.post_now(channel.name))
    await bot.parts.wake.wait()
    bot.parts.wake.clear()
    await bot.parts.outbox.resume()
    return await asked


async def test_two_workspaces_at_once_each_get_their_own_posts_and_answers(bot: Hosted) -> None:
    harbour = (await bot.slack.add_team("Harbour readers"))["id"]
    team = (await bot.slack.state()).team()["id"]
    await bot.install(team)
    await bot.install(harbour)
    await bot.slack.invite("harbour-readers/reading")
    channels = {place: await set_up(bot, place) for place in (f"{team}/reading", "harbour-readers/reading")}
    assert [one.address.partition("/")[0] for one in channels.values()] == [team, harbour]
    for place, channel in channels.items():
        post = await post_now(bot, channel)
        (posted,) = [one for one in await bot.slack.messages(place) if one.author == "seedbed"]
        assert posted.ts == post.message_id, "and it went to its own workspace"
        await bot.slack.react(place, posted.ts, "🌱", user="ada")
    for channel in channels.values():

        async def counted(name: ChannelName = channel.name) -> bool:
            (entry,) = await bot.parts.clerk.feed(name, 5)
            return bool(entry.reactions)

        await until(counted)
        (entry,) = await bot.parts.clerk.feed(channel.name, 5)
        assert sum(entry.reactions.values()) == 1, "a reaction in one workspace is none in the other"


# ---- what does not end in an installation ----------------------------------------------------------------------------


async def test_who_says_no_has_installed_nothing(bot: Hosted) -> None:
    page = await bot.get(await bot.consent(denied=True))
    assert (page.status, page.link) == (200, "/slack/install")
    assert "Nothing was installed" in page.text
    assert await bot.parts.store.memory.recall_all(KEPT) == {}


async def test_a_code_from_another_browser_installs_nothing(bot: Hosted) -> None:
    """Else somebody could be made to install the bot into a workspace of an attacker's, or the other way round."""
    back = await bot.consent()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
        assert (await bot.get(back, other)).status == 400
        await bot.get("/slack/install", other)
        assert (await bot.get(back, other)).status == 400
    assert await bot.parts.store.memory.recall_all(KEPT) == {}


async def test_a_cookie_that_is_no_text_is_another_browsers(bot: Hosted) -> None:
    back = await bot.consent()
    host, port = bot.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(b"GET %b HTTP/1.0\r\nCookie: seedbed_install=\xff\xfe\r\n\r\n" % back.encode())
        assert b" 400 " in await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("state", ["", "x", "gAAAAABn" + "A" * 90])
async def test_a_state_that_is_none_of_ours_installs_nothing(bot: Hosted, state: str) -> None:
    back = URL(await bot.consent())
    page = await bot.get(str(back.update_query(state=state)))
    assert page.status == 400
    assert "too late, or in another browser" in page.text


async def test_an_answer_that_comes_too_late_installs_nothing(bot: Hosted) -> None:
    back = await bot.consent()
    bot.clock.advance(seconds=PATIENCE.total_seconds() + 1)
    assert (await bot.get(back)).status == 400


async def test_a_code_works_once(bot: Hosted) -> None:
    back = await bot.consent()
    assert (await bot.get(back)).status == 200
    again = await bot.get(back)
    assert again.status == 400
    assert "Not installed" in again.text


async def test_a_code_that_slack_does_not_know_is_told_in_its_words(bot: Hosted) -> None:
    back = URL(await bot.consent())
    page = await bot.get(str(back.update_query(code="1.2.3")))
    assert page.status == 400
    assert "invalid_code" in page.text


async def test_a_slack_that_is_out_of_reach_can_be_tried_again(bot: Hosted) -> None:
    back = await bot.consent()
    await bot.slack.fault("drop_before", method="oauth.v2.access")
    page = await bot.get(back)
    assert page.status == 502
    assert "cannot be reached" in page.text
    assert (await bot.install()).status == 200
