"""What follows a post: each step does what it says, and doing it twice changes nothing."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError

from bot.errors import Gone, Refused
from bot.model import Channel, Extras, Kind, Message, MessageId, StepName
from bot.platforms.slack import pacing
from tests.simulators.slack import seen
from tests.simulators.slack.client import Slack
from tests.slack.adapter import Adapter, adapter, message

ALL = Extras(thread=True, reactions=("🌱", "👍"), pin=True, crosspost=True)
LONG = " ".join(f"Sentence {number} of a long excerpt." for number in range(700))
POST = "chat.postMessage"


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Adapter]:
    await slack.limit(None)
    monkeypatch.delitem(pacing.GAPS, "chat_postMessage")  # else a thread takes a second for each of its parts
    async with adapter(tmp_path, slack) as bot:
        yield bot


@dataclass(frozen=True, slots=True)
class Posted:
    """A post, and how to follow up on it."""

    bot: Adapter
    channel: Channel
    message: Message
    id: MessageId

    async def follow(self, step: StepName) -> str | None:
        return await self.bot.platform.follow(step, self.channel, self.id, self.message)

    async def in_thread(self) -> list[seen.Message]:
        """What was written there."""
        return [
            one for one in await self.bot.slack.messages(self.channel.address) if one.thread_ts == self.id != one.ts
        ]

    async def itself(self) -> seen.Message:
        (found,) = [one for one in await self.bot.slack.messages(self.channel.address) if one.ts == self.id]
        return found


async def posted(bot: Adapter, channel: str = "reading", *, extras: Extras = ALL, text: str | None = None) -> Posted:
    made = message() if text is None else message(text=text)
    receipt = await bot.platform.send(bot.address[channel], made)
    return Posted(bot, bot.channel(channel, extras=extras), made, receipt.message_id)


# ---- which steps there are -------------------------------------------------------------------------------------------


async def test_steps_are_those_that_the_channel_asks_for_and_that_slack_has(bot: Adapter) -> None:
    one = await posted(bot)
    assert list(bot.platform.steps(one.channel, one.message)) == [StepName.THREAD, StepName.REACTIONS, StepName.PIN]


async def test_a_channel_that_asks_for_nothing_gets_nothing_unless_the_excerpt_did_not_fit(bot: Adapter) -> None:
    short = await posted(bot, extras=Extras())
    assert list(bot.platform.steps(short.channel, short.message)) == []
    assert list(bot.platform.steps(short.channel, replace(short.message, text=LONG))) == [StepName.THREAD]


async def test_what_a_member_asked_for_is_not_pinned(bot: Adapter) -> None:
    one = await posted(bot)
    assert list(bot.platform.steps(one.channel, replace(one.message, kind=Kind.ASKED))) == []


# ---- the thread ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", [None, "metadata.message:read"])
async def test_a_thread_holds_the_prompts_and_the_rest_of_the_excerpt_once_however_often_it_is_done(
    bot: Adapter, scope: str | None
) -> None:
    """Also where Slack does not show the metadata by which the parts are told apart."""
    if scope is not None:
        await bot.slack.revoke_scope(scope)
    one = await posted(bot, text=LONG)
    assert [await one.follow(StepName.THREAD) for _ in range(2)] == [one.id, one.id]
    written = [part.text for part in await one.in_thread()]
    assert len(written) == len(set(written)) > 2
    assert all(prompt.text in written[0] for prompt in one.message.prompts)
    assert "Sentence 699 of a long excerpt." in written[-1]


@pytest.mark.parametrize("fault", ["drop_after", "error_502_after", "drop_before", "error_503"])
async def test_a_thread_that_broke_midway_is_finished_and_nothing_is_there_twice(bot: Adapter, fault: str) -> None:
    one = await posted(bot, text=LONG)
    await bot.slack.fault("none", fault, method=POST)
    with suppress(aiohttp.ClientError, SlackApiError):
        await one.follow(StepName.THREAD)
    await one.follow(StepName.THREAD)
    written = [part.text for part in await one.in_thread()]
    assert len(written) == len(set(written)) > 2
    assert "Sentence 699 of a long excerpt." in written[-1]


async def test_a_reply_of_somebody_else_is_no_part_of_the_thread(bot: Adapter) -> None:
    one = await posted(bot)
    await bot.slack.post("reading", f"{one.message.marker}/0", thread=one.id)
    await one.follow(StepName.THREAD)
    assert [part.author for part in await one.in_thread()] == ["ada", "seedbed"]


async def test_a_post_is_never_taken_for_a_part_of_its_thread_nor_the_other_way_round(bot: Adapter) -> None:
    one = await posted(bot, text=LONG)
    await one.follow(StepName.THREAD)
    found = await bot.platform.find(one.channel.address, one.message.marker, bot.clock.now())
    assert found == one.id


# ---- the others ------------------------------------------------------------------------------------------------------


async def test_starter_reactions_are_put_on_once(bot: Adapter) -> None:
    one = await posted(bot, extras=Extras(reactions=("🌱", ":tada:")))
    for _ in range(2):
        await one.follow(StepName.REACTIONS)
    assert (await one.itself()).reactions == {"seedling": ["seedbed"], "tada": ["seedbed"]}
    assert await bot.platform.reactions(bot.address["reading"], one.id) == frozenset()


async def test_an_emoji_that_slack_does_not_know_is_refused(bot: Adapter) -> None:
    one = await posted(bot)
    await bot.slack.fault(("refused", "invalid_name"), method="reactions.add")
    with pytest.raises(Refused, match="does not know an emoji"):
        await one.follow(StepName.REACTIONS)


async def test_a_post_is_pinned_and_unpinned(bot: Adapter) -> None:
    one = await posted(bot)
    for step, pinned in ((StepName.PIN, True), (StepName.PIN, True), (StepName.UNPIN, False), (StepName.UNPIN, False)):
        await one.follow(step)
        assert (await one.itself()).pinned is pinned


@pytest.mark.parametrize(
    ("step", "scope"),
    [(StepName.PIN, "pins:write"), (StepName.UNPIN, "pins:write"), (StepName.REACTIONS, "reactions:write")],
)
async def test_a_step_that_lacks_a_scope_names_it(bot: Adapter, step: StepName, scope: str) -> None:
    one = await posted(bot)
    await bot.slack.revoke_scope(scope)
    with pytest.raises(Refused, match=scope):
        await one.follow(step)


@pytest.mark.parametrize("step", [StepName.THREAD, StepName.REACTIONS, StepName.PIN, StepName.UNPIN])
async def test_nothing_follows_a_post_that_is_gone(bot: Adapter, step: StepName) -> None:
    one = await posted(bot)
    await bot.slack.delete_message("reading", one.id)
    with pytest.raises(Gone):
        await one.follow(step)
