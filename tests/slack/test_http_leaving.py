"""Workspaces that take the bot out, and bring it back: their token, their channels, and what is kept of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model import ChannelName, PlatformName, Setup
from bot.platforms.slack.installing import KEPT
from bot.platforms.slack.leaving import GRACE, LEFT
from tests.fakes.inbox import KeepingInbox
from tests.fakes.posts import make_channel
from tests.simulators.slack.client import Slack, until
from tests.slack.adapter import adapter
from tests.slack.hosted import Hosted, hosted


class Watched:
    """A bot with one workspace, where a channel is set up, and what its inbox was told."""

    def __init__(self, bot: Hosted, inbox: KeepingInbox, team: str) -> None:
        self.bot = bot
        self.inbox = inbox
        self.team = team

    async def told(self, kind: str) -> tuple[object, ...]:
        """The first thing of this kind."""
        await until(lambda: any(one[0] == kind for one in self.inbox.news))
        return next(one for one in self.inbox.news if one[0] == kind)

    async def kept(self) -> set[str]:
        """Names in the adapter's memory that are about workspaces."""
        memory = self.bot.parts.store.memory
        return set(await memory.recall_all(KEPT)) | set(await memory.recall_all(LEFT))


async def set_up(bot: Hosted, name: str, team: str) -> None:
    made = replace(make_channel(ChannelName(name)), platform=PlatformName.SLACK, address=f"{team}/C0{name.upper():0<8}")
    await bot.parts.desk.set_up(Setup(made, team, "U1"))


@pytest_asyncio.fixture
async def here(tmp_path: Path, slack: Slack) -> AsyncIterator[Watched]:
    inbox = KeepingInbox()
    async with hosted(tmp_path, slack, inbox=inbox) as bot:
        await bot.install()
        team = (await slack.state()).team()["id"]
        await set_up(bot, "attic", team)
        await set_up(bot, "cellar", "T0ANOTHER1")
        inbox.news.clear()
        yield Watched(bot, inbox, team)


@pytest.mark.parametrize("revoked_first", [False, True])
async def test_a_workspace_that_removes_the_app_loses_its_token_and_its_channels_close_once(
    here: Watched, revoked_first: bool
) -> None:
    """Slack tells it by two events, in any order."""
    await here.bot.slack.uninstall(here.team, revoked_first=revoked_first)
    kind, name, reason = await here.told("closed")
    assert (kind, name) == ("closed", "attic")
    assert str(reason).endswith("install it again; what was set up there is kept for 30 days")
    both = ("app_uninstalled", "tokens_revoked")

    async def acknowledged() -> bool:
        told = [one for name in both for one in await here.bot.slack.deliveries(name)]
        return len(told) >= 2 and all(one["acknowledged"] for one in told)

    await until(acknowledged)
    assert await here.kept() == {LEFT + here.team}
    assert len([one for one in here.inbox.news if one[0] == "closed"]) == 1, "nobody is told twice"
    assert "a first installation" in here.bot.platform.health().detail


async def test_a_workspace_that_installs_the_app_again_goes_on(here: Watched) -> None:
    await here.bot.slack.uninstall(here.team)
    await here.told("closed")
    here.inbox.news.clear()
    assert (await here.bot.install(here.team)).status == 200
    assert await here.told("reopened") == ("reopened", "attic")
    assert await here.kept() == {KEPT + here.team}
    assert [one.team for one in here.bot.platform._workspaces] == [here.team]


async def test_a_token_that_still_works_is_kept_whatever_a_late_event_says(here: Watched) -> None:
    """Word of an earlier installation may come after the new one was made."""
    await here.bot.slack.uninstall(here.team)
    await here.told("closed")
    await here.bot.install(here.team)
    leaving = here.bot.platform._leaving
    assert leaving is not None
    await leaving.ended(here.team)
    assert await here.kept() == {KEPT + here.team}


async def test_a_token_of_a_person_is_nothing_to_the_bot(here: Watched) -> None:
    await here.bot.slack.revoke(here.team, tell=False)
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U0SOMEBODY"], "bot": []}}
    payload = {"type": "event_callback", "team_id": here.team, "event_id": "Ev1", "event": event}
    await send(here.bot, payload)
    await send(here.bot, {**payload, "event_id": "Ev2", "event": {"type": "app_uninstalled"}})
    await here.told("closed")  # by the second one, which is worked through after the first
    assert len([one for one in here.inbox.news if one[0] == "closed"]) == 1


async def send(bot: Hosted, payload: Mapping[str, object]) -> None:
    body = json.dumps(payload).encode()
    assert (await bot.send(body, bot.signed(body)))[0] == 200


async def test_a_workspace_that_left_while_the_bot_was_away_is_noticed_at_the_start(
    tmp_path: Path, slack: Slack
) -> None:
    team = (await slack.state()).team()["id"]
    async with hosted(tmp_path, slack) as bot:
        await bot.install()
        await set_up(bot, "attic", team)
    await slack.use_sockets()
    await slack.uninstall(team)
    inbox = KeepingInbox()
    async with hosted(tmp_path, slack, inbox=inbox) as bot:
        await until(lambda: any(one[:2] == ("closed", "attic") for one in inbox.news))
        assert set(await bot.parts.store.memory.recall_all(LEFT)) == {LEFT + team}
        assert await bot.parts.store.memory.recall_all(KEPT) == {}


async def test_a_slack_that_cannot_be_asked_takes_nobody_for_gone(tmp_path: Path, slack: Slack) -> None:
    team = (await slack.state()).team()["id"]
    async with hosted(tmp_path, slack) as bot:
        await bot.install()
        await set_up(bot, "attic", team)
    await slack.fault("drop_before", method="auth.test")
    async with hosted(tmp_path, slack) as bot:
        await until(lambda: asked(slack))
        assert bot.platform.health().ok
        assert set(await bot.parts.store.memory.recall_all(KEPT)) == {KEPT + team}
        assert await bot.parts.store.memory.recall_all(LEFT) == {}


async def asked(slack: Slack) -> bool:
    """Whether the look round after the start is over: its one question was not answered."""
    found = await slack.requests("auth.test")
    return bool(found) and found[-1]["status"] == 0


async def test_what_a_workspace_had_here_is_removed_a_month_after_it_left(tmp_path: Path, slack: Slack) -> None:
    async with hosted(tmp_path, slack) as bot:
        memory = bot.parts.store.memory
        await set_up(bot, "attic", "T0000000A")
        await set_up(bot, "cellar", "T0000000B")
        await memory.keep(LEFT + "T0000000A", (bot.clock.now() - GRACE).isoformat())
        await memory.keep(LEFT + "T0000000B", (bot.clock.now() - GRACE + timedelta(days=1)).isoformat())
    async with hosted(tmp_path, slack) as bot:
        memory = bot.parts.store.memory

        async def forgotten() -> bool:
            return list(await memory.recall_all(LEFT)) == [LEFT + "T0000000B"]

        await until(forgotten)
        assert list(await bot.parts.desk.setups("T0000000A")) == []
        assert [one.channel.name for one in await bot.parts.desk.setups("T0000000B")] == ["cellar"]


async def test_in_socket_mode_every_channel_closes_with_the_one_workspace(tmp_path: Path, slack: Slack) -> None:
    async with adapter(tmp_path, slack) as bot:
        await slack.uninstall()
        kind, *names, reason = (await bot.news("closed"))[0]
        assert kind == "closed"
        assert set(names) == {"reading", "general", "news", "library"}
        assert "install it again" in str(reason)


async def test_a_start_without_slack_forgets_nobody(tmp_path: Path, slack: Slack) -> None:
    """The app may be installed again, and only Slack could tell."""
    async with adapter(tmp_path, slack) as bot:
        leaving = bot.platform._leaving
        assert leaving is not None
        team = (await slack.state()).team()["id"]
        assert await leaving.look_round()
        bot.platform._workspaces.drop(team)
        await bot.parts.store.memory.keep(LEFT + team, (bot.clock.now() - GRACE).isoformat())
        assert not await leaving.look_round()
        assert await bot.parts.store.memory.recall(LEFT + team) is not None


async def test_who_asks_in_a_workspace_that_is_not_known_any_more_is_told_so(tmp_path: Path, slack: Slack) -> None:
    """As after a start with another key: the app is still there for people, and its token is not for the bot."""
    async with hosted(tmp_path, slack) as bot:
        await bot.install()
    async with hosted(tmp_path, slack, SEEDBED_SLACK_KEY="quite another key of more than thirty-two") as bot:
        asked = await slack.answer(await slack.slash("/seed"))
        assert "install me here again" in asked.text


async def test_stopping_leaves_no_task_behind(tmp_path: Path, slack: Slack) -> None:
    before = asyncio.all_tasks()
    async with hosted(tmp_path, slack) as bot:
        await bot.install()
        await bot.platform.stop()
        await bot.platform.stop()
        assert not bot.platform.health().ok
    assert asyncio.all_tasks() - before == set()
