"""What follows a post: each step does what it says, and doing it twice changes nothing."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.errors import Gone, Refused
from bot.model import Channel, Extras, Kind, Message, MessageId, StepName
from tests.discord.adapter import Adapter, adapter, message
from tests.simulators.discord.client import Discord

ALL = Extras(thread=True, reactions=("🌱", "💬"), pin=True, crosspost=True)
LONG = " ".join(f"Sentence {number} of a long excerpt." for number in range(400))


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord) as bot:
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

    async def in_thread(self) -> list[str]:
        """What the bot wrote there."""
        written = await self.bot.discord.messages(self.id)
        return [one.content for one in written if one.author == "seedbed" and one.content]

    async def itself(self) -> object:
        (found,) = [one for one in await self.bot.discord.messages(self.channel.address) if one.id == self.id]
        return found


async def posted(bot: Adapter, channel: str = "reading", *, extras: Extras = ALL, text: str | None = None) -> Posted:
    made = message() if text is None else message(text=text)
    receipt = await bot.platform.send(bot.address[channel], made)
    return Posted(bot, bot.channel(channel, extras=extras), made, receipt.message_id)


# ---- which steps there are -------------------------------------------------------------------------------------------


async def test_steps_are_those_that_the_channel_asks_for_and_that_its_kind_allows(bot: Adapter) -> None:
    steps = {name: await posted(bot, name) for name in ("reading", "news", "library")}
    names = {name: list(bot.platform.steps(one.channel, one.message)) for name, one in steps.items()}
    assert names == {
        "reading": [StepName.THREAD, StepName.REACTIONS, StepName.PIN],
        "news": [StepName.THREAD, StepName.REACTIONS, StepName.PIN, StepName.CROSSPOST],
        "library": [StepName.THREAD, StepName.REACTIONS],
    }


async def test_a_channel_that_asks_for_nothing_gets_nothing_unless_the_excerpt_did_not_fit(bot: Adapter) -> None:
    short = await posted(bot, extras=Extras())
    assert list(bot.platform.steps(short.channel, short.message)) == []
    assert list(bot.platform.steps(short.channel, replace(short.message, text=LONG))) == [StepName.THREAD]


async def test_what_a_member_asked_for_is_not_pinned(bot: Adapter) -> None:
    one = await posted(bot)
    assert list(bot.platform.steps(one.channel, replace(one.message, kind=Kind.ASKED))) == []


# ---- the thread ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["reading", "library"])
async def test_a_thread_holds_the_prompts_and_the_rest_of_the_excerpt_once_however_often_it_is_done(
    bot: Adapter, channel: str
) -> None:
    one = await posted(bot, channel, text=LONG)
    assert [await one.follow(StepName.THREAD) for _ in range(2)] == [one.id, one.id]
    written = await one.in_thread()
    assert len(written) == len(set(written)) > 2
    assert all(prompt.text in written[0] for prompt in one.message.prompts)
    assert "Sentence 399 of a long excerpt." in written[-1]


async def test_a_thread_is_named_after_the_seed_and_put_away_when_the_channel_says(bot: Adapter) -> None:
    one = await posted(bot, extras=Extras(thread=True, archive_after=timedelta(days=7)))
    await one.follow(StepName.THREAD)
    thread = (await bot.discord.state()).channel(one.id)
    assert (thread["name"], thread["thread"]["auto_archive_duration"]) == ("Seed 1", 7 * 24 * 60)


@pytest.mark.parametrize("fault", ["drop_after", "error_502_after", "drop_before"])
async def test_a_thread_that_broke_midway_is_finished_and_nothing_is_there_twice(bot: Adapter, fault: str) -> None:
    """A server's error is met by the library alone, with the same nonce; a broken connection by the next try."""
    one = await posted(bot, text=LONG)
    await bot.discord.fault("none", fault, kind="create_message", channel=None)
    with suppress(aiohttp.ClientError):
        await one.follow(StepName.THREAD)
    await one.follow(StepName.THREAD)
    written = await one.in_thread()
    assert len(written) == len(set(written)) > 2
    assert "Sentence 399 of a long excerpt." in written[-1]


async def test_a_thread_is_taken_over_when_its_answer_was_lost(bot: Adapter) -> None:
    one = await posted(bot)
    await bot.discord.fault("drop_after", kind="create_thread")
    with pytest.raises(aiohttp.ClientError):
        await one.follow(StepName.THREAD)
    assert await one.follow(StepName.THREAD) == one.id
    assert len(await one.in_thread()) == 1


async def test_a_thread_without_permission_names_it(bot: Adapter) -> None:
    one = await posted(bot)
    await bot.discord.forbid("CREATE_PUBLIC_THREADS", channel="reading")
    with pytest.raises(Refused, match='"Create Public Threads" in #reading'):
        await one.follow(StepName.THREAD)


# ---- the others ------------------------------------------------------------------------------------------------------


async def test_starter_reactions_are_put_on_once(bot: Adapter) -> None:
    own = (await bot.discord.state())["guilds"][0]["emojis"]["seedling"]
    one = await posted(bot, extras=Extras(reactions=("🌱", f"seedling:{own}")))
    for _ in range(2):
        await one.follow(StepName.REACTIONS)
    (shown,) = await bot.discord.messages("reading")
    assert list(shown.reactions.values()) == [["seedbed"], ["seedbed"]]
    assert await bot.platform.reactions(bot.address["reading"], one.id) == frozenset()


async def test_starter_reactions_go_on_a_forums_post(bot: Adapter) -> None:
    one = await posted(bot, "library")
    await one.follow(StepName.REACTIONS)
    (shown,) = [each for each in await bot.discord.messages(one.id) if each.id == one.id]
    assert list(shown.reactions) == ["🌱", "💬"]


async def test_an_emoji_that_is_none_is_refused(bot: Adapter) -> None:
    one = await posted(bot, extras=Extras(reactions=("seedling:123456789012345678",)))
    with pytest.raises(Refused, match="does not know an emoji"):
        await one.follow(StepName.REACTIONS)


async def test_a_post_is_pinned_and_unpinned(bot: Adapter) -> None:
    one = await posted(bot)
    for step, pinned in ((StepName.PIN, True), (StepName.PIN, True), (StepName.UNPIN, False), (StepName.UNPIN, False)):
        await one.follow(step)
        (shown,) = [each for each in await bot.discord.messages("reading") if each.id == one.id]
        assert shown.pinned is pinned


async def test_pins_need_their_permission(bot: Adapter) -> None:
    one = await posted(bot)
    await bot.discord.forbid("PIN_MESSAGES")
    with pytest.raises(Refused, match='"Pin Messages"'):
        await one.follow(StepName.PIN)


async def test_a_post_is_crossposted_once(bot: Adapter) -> None:
    one = await posted(bot, "news")
    for _ in range(2):
        await one.follow(StepName.CROSSPOST)
    elsewhere = await posted(bot, "general")
    with pytest.raises(Refused, match="announcement"):
        await elsewhere.follow(StepName.CROSSPOST)


@pytest.mark.parametrize("step", [StepName.THREAD, StepName.REACTIONS, StepName.PIN, StepName.UNPIN])
async def test_nothing_follows_a_post_that_is_gone(bot: Adapter, step: StepName) -> None:
    one = await posted(bot)
    await bot.discord.delete_message("reading", one.id)
    with pytest.raises(Gone):
        await one.follow(step)
