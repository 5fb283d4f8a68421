"""One bot in two workspaces, over HTTP: each sees its own channels, and decides on its own proposals."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.simulators.slack.client import Slack, until
from tests.simulators.slack.seen import Answer
from tests.slack.hosted import Hosted, hosted

HARBOUR = "harbour"
HOME = "reading"


@pytest_asyncio.fixture
async def both(tmp_path: Path, slack: Slack) -> AsyncIterator[Hosted]:
    async with hosted(tmp_path, slack) as bot:
        harbour = await slack.add_team(HARBOUR)
        await bot.install()
        await bot.install(harbour["id"])
        await slack.invite(f"{HARBOUR}/reading")
        yield bot


async def ask(bot: Hosted, line: str, place: str, *, command: str = "/seedbed", user: str = "organiser") -> Answer:
    asked = await bot.slack.slash(command, line, channel=place, user=user)
    return await bot.slack.answer(asked)


async def set_up(bot: Hosted, place: str) -> Answer:
    opened = await ask(bot, "setup", place)
    return await bot.slack.answer(await bot.slack.submit(opened.view.id, {}))


async def test_each_has_its_channel_of_the_same_name_and_its_own_history(both: Hosted) -> None:
    for place in (HOME, f"{HARBOUR}/reading"):
        assert "is set up" in (await set_up(both, place)).view.read
    here, there = both.parts.clerk.channels()
    assert here.address.split("/")[0] != there.address.split("/")[0]
    first = await ask(both, "water", HOME, command="/seed", user="ada")
    second = await ask(both, "water", f"{HARBOUR}/reading", command="/seed", user="ada")
    posts = {place: await both.slack.messages(place) for place in (HOME, f"{HARBOUR}/reading")}
    for answer, place in ((first, HOME), (second, f"{HARBOUR}/reading")):
        [post] = [one for one in posts[place] if one.seen_by is None]
        assert post.permalink in answer.text
        assert "about water" in post.read


async def test_neither_sees_nor_touches_the_others_channels(both: Hosted) -> None:
    await set_up(both, HOME)
    [one] = both.parts.clerk.channels()
    elsewhere = f"{HARBOUR}/general"
    for line in ("status", f"status #{one.name}", "pause", f"pause {one.name}", f"remove #{one.name}"):
        told = (await ask(both, line, elsewhere)).text
        assert "No channel of yours" in told, line
    assert "Nothing is posted" in (await ask(both, "water", elsewhere, command="/seed", user="ada")).text


async def test_proposals_are_decided_on_where_they_were_made(both: Hosted) -> None:
    state = await both.slack.state()
    asked = await both.slack.shortcut("seedbed-plant", user="ada", team=state.team(HARBOUR)["id"])
    opened = await both.slack.answer(asked)
    text = "Whoever would see the harbour must first wait for the tide to come in."
    await both.slack.answer(await both.slack.submit(opened.view.id, {"text": text}))
    assert "Nothing is waiting" in (await ask(both, "proposals", HOME)).text
    listed = await ask(both, "proposals", f"{HARBOUR}/general")
    assert text in listed.text
    pressed = await both.slack.press(listed.shown.channel, listed.shown.ts, "Approve", user="organiser")
    assert "Approved by" in (await both.slack.answer(pressed)).text

    async def told() -> bool:
        return bool(await both.slack.messages(f"{HARBOUR}/@ada"))

    await until(told)
