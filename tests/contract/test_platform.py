"""Every promise of the Platform port, held by the page, a chat board, Discord and Slack, each over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.config import WebSettings
from bot.model import Channel, Marker, MessageId, Reaction, ReactionChange, StepName
from bot.platforms.slack import pacing
from bot.platforms.slack.emoji import name_of as emoji_name
from bot.platforms.web import WebPlatform
from bot.ports import Platform
from bot.pseudonym import Pseudonyms
from tests.discord.adapter import adapter
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import KeepingInbox
from tests.fakes.platform import FakePlatform
from tests.fakes.posts import GARDEN, PORCH, make_channel, make_draft, make_message
from tests.fakes.site import site
from tests.simulators.discord.client import running_discord
from tests.simulators.process import simulator
from tests.simulators.slack.client import running_slack
from tests.slack import adapter as slack_adapter

HOUR = timedelta(hours=1)
HOSTILE = [
    "@everyone <script>alert(1)</script> [x](javascript:alert(1)) <!channel> <@U123>",
    "a line of half a megabyte: " + "x" * 500_000,
    "\N{RIGHT-TO-LEFT OVERRIDE}NUL \0, a tab\t, \N{SEEDLING}, \N{HEBREW LETTER ALEF}{{ 7 * 7 }} {% raw %} %s %(x)s {0}",
]


@dataclass(frozen=True, slots=True)
class Stage:
    """A started platform, how to make one that is not started, and how somebody (ann, bob) reacts on it.

    `garden` and `porch` are two addresses; `name` and `emoji` are what somebody on a message and an emoji are called in
    what is read.
    """

    platform: Platform
    fresh: Callable[[], Platform]
    react: Callable[[MessageId, str, str, bool], Awaitable[None]]
    garden: str = GARDEN
    porch: str = PORCH
    name: Callable[[MessageId, str], str] = lambda _, user: user
    emoji: Callable[[str], str] = lambda sign: sign

    def channel(self) -> Channel:
        return replace(make_channel(GARDEN), address=self.garden)


@pytest_asyncio.fixture(params=["fake", "web", "discord", "slack"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        if request.param == "fake":
            yield await chat_board(stack)
        elif request.param == "web":
            yield await web_page(stack, tmp_path)
        elif request.param == "discord":
            yield await discord_server(stack, tmp_path)
        else:
            yield await slack_workspace(stack, tmp_path)


async def chat_board(stack: AsyncExitStack) -> Stage:
    base = await stack.enter_async_context(simulator("tests.simulators.board"))
    client = await stack.enter_async_context(aiohttp.ClientSession(base))
    platform = FakePlatform(base, follow_up=(StepName.THREAD, StepName.REACTIONS, StepName.PIN))
    await platform.start(KeepingInbox())
    stack.push_async_callback(platform.stop)

    async def react(message_id: MessageId, user: str, emoji: str, present: bool) -> None:
        method, body = ("PUT" if present else "DELETE"), {"user": user, "emoji": emoji}
        async with client.request(method, f"/messages/{message_id}/reactions", json=body) as response:
            assert response.status == 204

    return Stage(platform, lambda: FakePlatform(base), react)


async def web_page(stack: AsyncExitStack, root: Path) -> Stage:
    clock = FakeClock(datetime.now(UTC))
    garden = await stack.enter_async_context(site(root, clock))
    ledger = garden.parts.store.ledger

    async def react(message_id: MessageId, user: str, emoji: str, present: bool) -> None:
        if not await ledger.record_reaction(change(message_id, user, emoji, present)):
            # The page's reactions are those that the ledger keeps, and it keeps those of confirmed posts.
            draft = make_draft(int(message_id))
            (post,) = await ledger.claim([draft], "me", clock.now(), clock.now() + HOUR)
            assert await ledger.confirm(post.id, "me", message_id, clock.now())
            assert await ledger.record_reaction(change(message_id, user, emoji, present))

    def change(message_id: MessageId, user: str, emoji: str, present: bool) -> ReactionChange:
        return ReactionChange(GARDEN, message_id, user, emoji, present, clock.advance(seconds=1))

    def fresh() -> Platform:
        return WebPlatform(WebSettings(port=0), garden.parts.store.board, garden.parts.clerk, clock)

    return Stage(garden.web, fresh, react)


async def discord_server(stack: AsyncExitStack, root: Path) -> Stage:
    discord = await stack.enter_async_context(running_discord())
    people = {name: await discord.person(name) for name in ("ann", "bob")}
    for kind in ("create_message", "find"):
        await discord.limit(None, kind=kind)  # else twenty messages at once take as many seconds
    bot = await stack.enter_async_context(adapter(root, discord))
    pseudonyms = await Pseudonyms.load(bot.parts.store.memory, "discord/key")

    async def react(message_id: MessageId, user: str, emoji: str, present: bool) -> None:
        await (discord.react if present else discord.unreact)("reading", message_id, emoji, user=user)

    def name(message_id: MessageId, user: str) -> str:
        return pseudonyms.of(message_id, people[user])

    return Stage(bot.platform, bot.fresh, react, bot.address["reading"], bot.address["general"], name)


async def slack_workspace(stack: AsyncExitStack, root: Path) -> Stage:
    slack = await stack.enter_async_context(running_slack())
    people = {name: await slack.person(name) for name in ("ann", "bob")}
    await slack.limit(None)
    patience = stack.enter_context(pytest.MonkeyPatch.context())
    patience.delitem(pacing.GAPS, "chat_postMessage")  # else twenty messages at once take as many seconds
    bot = await stack.enter_async_context(slack_adapter.adapter(root, slack))
    pseudonyms = await Pseudonyms.load(bot.parts.store.memory, "slack/key")

    async def react(message_id: MessageId, user: str, emoji: str, present: bool) -> None:
        shown = next(one for one in await slack.messages("reading") if one.ts == message_id)
        if present != (user in shown.reactions.get(emoji_name(emoji), ())):  # Slack refuses the same one twice
            await (slack.react if present else slack.unreact)("reading", message_id, emoji, user=user)

    def name(message_id: MessageId, user: str) -> str:
        return pseudonyms.of(message_id, people[user])

    return Stage(bot.platform, bot.fresh, react, bot.address["reading"], bot.address["general"], name, emoji_name)


# ---- life ----------------------------------------------------------------------------------------------------------


async def test_stop_is_harmless_before_start_and_twice(stage: Stage) -> None:
    platform = stage.fresh()
    await platform.stop()
    await platform.start(KeepingInbox())
    await platform.stop()
    await platform.stop()


async def test_a_stopped_platform_starts_again(stage: Stage) -> None:
    platform = stage.fresh()
    for _ in range(2):
        await platform.start(KeepingInbox())
        assert platform.health().ok
        await platform.stop()


async def test_without_a_running_bot_it_sends_and_looks_once_it_is_open(stage: Stage) -> None:
    platform = stage.fresh()
    await platform.open()
    try:
        receipt = await platform.send(stage.garden, make_message(1))
        assert await platform.find(stage.garden, Marker("seedbed:1"), datetime.now(UTC) - HOUR) == receipt.message_id
    finally:
        await platform.stop()


async def test_health_says_whether_it_is_up(stage: Stage) -> None:
    assert stage.platform.health().ok
    assert stage.platform.health().detail
    assert not stage.fresh().health().ok


async def test_the_timeout_is_well_below_the_lease_of_the_outbox(stage: Stage) -> None:
    assert timedelta(0) < stage.platform.manners.timeout <= timedelta(seconds=30)
    assert stage.platform.manners.concurrency >= 1


# ---- send and find -------------------------------------------------------------------------------------------------


async def test_a_receipt_says_which_message_was_created_and_where(stage: Stage) -> None:
    receipt = await stage.platform.send(stage.garden, make_message(1))
    assert receipt.marker == "seedbed:1"
    assert receipt.address == stage.garden
    assert receipt.message_id


async def test_a_message_is_found_by_its_marker_where_it_was_sent(stage: Stage) -> None:
    began = datetime.now(UTC) - HOUR
    receipt = await stage.platform.send(stage.garden, make_message(1))
    assert await stage.platform.find(stage.garden, Marker("seedbed:1"), began) == receipt.message_id
    assert await stage.platform.find(stage.porch, Marker("seedbed:1"), began) is None
    assert await stage.platform.find(stage.garden, Marker("seedbed:2"), began) is None


async def test_nothing_is_found_before_it_was_sent(stage: Stage) -> None:
    assert await stage.platform.find(stage.garden, Marker("seedbed:1"), datetime.now(UTC) - HOUR) is None


async def test_a_search_that_begins_later_finds_nothing_else(stage: Stage) -> None:
    """`since` is how far back must be looked; a platform that sees further may find the same message, never another."""
    receipt = await stage.platform.send(stage.garden, make_message(1))
    found = await stage.platform.find(stage.garden, Marker("seedbed:1"), datetime.now(UTC) + HOUR)
    assert found in {None, receipt.message_id}


async def test_a_message_survives_a_restart_of_the_adapter(stage: Stage) -> None:
    receipt = await stage.platform.send(stage.garden, make_message(1))
    again = stage.fresh()
    await again.start(KeepingInbox())
    try:
        assert await again.find(stage.garden, Marker("seedbed:1"), datetime.now(UTC) - HOUR) == receipt.message_id
    finally:
        await again.stop()


async def test_a_marker_sent_again_is_found_as_one_of_its_messages(stage: Stage) -> None:
    receipts = [await stage.platform.send(stage.garden, make_message(1)) for _ in range(2)]
    found = await stage.platform.find(stage.garden, Marker("seedbed:1"), datetime.now(UTC) - HOUR)
    assert found in {receipt.message_id for receipt in receipts}


async def test_messages_sent_at_once_are_each_their_own(stage: Stage) -> None:
    messages = [make_message(number, marker=f"seedbed:{number}") for number in range(20)]
    receipts = await asyncio.gather(*(stage.platform.send(stage.garden, message) for message in messages))
    assert [receipt.marker for receipt in receipts] == [message.marker for message in messages]
    assert len({receipt.message_id for receipt in receipts}) == 20
    for receipt in receipts:
        found = await stage.platform.find(stage.garden, receipt.marker, datetime.now(UTC) - HOUR)
        assert found == receipt.message_id


async def test_the_same_marker_in_two_places_is_two_messages(stage: Stage) -> None:
    here, there = [await stage.platform.send(address, make_message(1)) for address in (stage.garden, stage.porch)]
    assert here.message_id != there.message_id
    assert (here.address, there.address) == (stage.garden, stage.porch)


async def test_what_was_written_to_is_not_called_untouched(stage: Stage) -> None:
    began = datetime.now(UTC) - HOUR
    await stage.platform.send(stage.garden, make_message(1))
    assert not stage.platform.untouched(stage.garden, began)


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "long", "characters"])
async def test_any_text_can_be_sent(stage: Stage, text: str) -> None:
    receipt = await stage.platform.send(stage.garden, replace(make_message(1), title=text[:300], text=text))
    assert await stage.platform.find(stage.garden, receipt.marker, datetime.now(UTC) - HOUR) == receipt.message_id


# ---- reactions -----------------------------------------------------------------------------------------------------


async def test_reactions_are_the_pairs_on_the_message_now(stage: Stage) -> None:
    receipt = await stage.platform.send(stage.garden, make_message(1))
    assert await stage.platform.reactions(stage.garden, receipt.message_id) == frozenset()
    await stage.react(receipt.message_id, "ann", "👍", True)
    await stage.react(receipt.message_id, "ann", "❤️", True)
    await stage.react(receipt.message_id, "bob", "👍", True)
    await stage.react(receipt.message_id, "ann", "👍", False)
    ann, bob = (stage.name(receipt.message_id, user) for user in ("ann", "bob"))
    expected = {Reaction(ann, stage.emoji("❤️")), Reaction(bob, stage.emoji("👍"))}
    assert await stage.platform.reactions(stage.garden, receipt.message_id) == expected


async def test_the_same_reaction_twice_counts_once(stage: Stage) -> None:
    receipt = await stage.platform.send(stage.garden, make_message(1))
    for _ in range(2):
        await stage.react(receipt.message_id, "ann", "👍", True)
    ann = stage.name(receipt.message_id, "ann")
    assert await stage.platform.reactions(stage.garden, receipt.message_id) == {Reaction(ann, stage.emoji("👍"))}


# ---- what follows --------------------------------------------------------------------------------------------------


async def test_a_step_done_twice_is_done_once(stage: Stage) -> None:
    """So that one whose answer was lost can simply be tried again."""
    channel, message = stage.channel(), make_message(1)
    receipt = await stage.platform.send(stage.garden, message)
    for step in stage.platform.steps(channel, message):
        first = await stage.platform.follow(step, channel, receipt.message_id, message)
        assert await stage.platform.follow(step, channel, receipt.message_id, message) == first


async def test_what_follows_a_message_is_each_step_once(stage: Stage) -> None:
    steps = stage.platform.steps(stage.channel(), make_message(1))
    assert len(set(steps)) == len(steps)
    assert StepName.UNPIN not in steps, "it follows another post's pin"


async def test_organisers_are_told_whatever_happens(stage: Stage) -> None:
    for platform in (stage.platform, stage.fresh()):
        await platform.tell_organisers(stage.channel(), "a channel takes no posts")


async def test_refresh_never_raises(stage: Stage) -> None:
    await stage.platform.refresh(GARDEN)
    await stage.fresh().refresh(GARDEN)
