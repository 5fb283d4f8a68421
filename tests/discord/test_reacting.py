"""Reactions: as they are told, one by one and in order, and as they are read when nobody told."""

from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import Gone, NotSent, Refused
from bot.model import MessageId, Reaction
from bot.pseudonym import Pseudonyms
from tests.discord.adapter import Adapter, adapter, message
from tests.simulators.discord.client import Discord, until


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord) as bot:
        yield bot


async def post(bot: Adapter, channel: str = "reading") -> MessageId:
    return (await bot.platform.send(bot.address[channel], message())).message_id


async def names(bot: Adapter, message_id: MessageId, *people: str) -> list[str]:
    """What these people are called on a message."""
    pseudonyms = await Pseudonyms.load(bot.parts.store.memory, "discord/key")
    state = await bot.discord.state()
    return [pseudonyms.of(message_id, state.user_id(one)) for one in people]


async def changes(bot: Adapter, count: int) -> Collection[tuple[str, str, bool, bool]]:
    await until(lambda: len(bot.inbox.changes) >= count)
    return [(one.user, one.emoji, one.burst, one.present) for one in bot.inbox.changes]


# ---- as they are told ------------------------------------------------------------------------------------------------


async def test_reactions_come_in_with_a_pseudonym_bursts_apart_and_a_servers_own_emoji_by_its_id(bot: Adapter) -> None:
    post_id = await post(bot)
    ada, ben = await names(bot, post_id, "ada", "ben")
    own = (await bot.discord.state())["guilds"][0]["emojis"]["seedling"]
    await bot.discord.react("reading", post_id, "🌱", user="ada")
    await bot.discord.react("reading", post_id, "🌱", user="ada", burst=True)
    await bot.discord.react("reading", post_id, ":seedling:", user="ben")
    await bot.discord.unreact("reading", post_id, "🌱", user="ada")
    assert await changes(bot, 4) == [
        (ada, "🌱", False, True),
        (ada, "🌱", True, True),
        (ben, own, False, True),
        (ada, "🌱", False, False),
    ]
    assert {one.channel for one in bot.inbox.changes} == {"reading"}
    instants = [one.at for one in bot.inbox.changes]
    assert instants == sorted(set(instants)), "the newest change wins, so no two are of one instant"


async def test_the_bots_own_reactions_are_not_heard(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.discord.react("reading", post_id, "🌱", user="seedbed")
    await bot.discord.unreact("reading", post_id, "🌱", user="seedbed")
    await bot.discord.react("reading", post_id, "🌱", user="ada")
    (only,) = await changes(bot, 1)
    assert only[0] == (await names(bot, post_id, "ada"))[0]


async def test_what_moderators_clear_comes_in(bot: Adapter) -> None:
    post_id = await post(bot)
    own = (await bot.discord.state())["guilds"][0]["emojis"]["seedling"]
    await bot.discord.react("reading", post_id, "🌱")
    await bot.discord.react("reading", post_id, ":seedling:")
    await bot.discord.clear_emoji("reading", post_id, ":seedling:")
    await bot.discord.clear("reading", post_id)
    await until(lambda: len([one for one in bot.inbox.news if one[0] == "cleared"]) == 2)
    cleared = [one[:4] for one in bot.inbox.news if one[0] == "cleared"]
    assert cleared == [("cleared", "reading", post_id, own), ("cleared", "reading", post_id, None)]


async def test_reactions_on_a_forum_post_are_those_of_its_forum(bot: Adapter) -> None:
    post_id = await post(bot, "library")
    await bot.discord.react(post_id, post_id, "🌱")
    await changes(bot, 1)
    assert {one.channel for one in bot.inbox.changes} == {"library"}


@pytest.mark.parametrize("bulk", [False, True])
async def test_a_post_that_is_deleted_comes_in(bot: Adapter, bulk: bool) -> None:
    post_id = await post(bot)
    others = [await bot.discord.post("reading", "talk") for _ in range(2)] if bulk else []
    await bot.discord.delete_message("reading", post_id, *others)
    await until(lambda: ("deleted", "reading", post_id) in bot.inbox.news)


async def test_a_forum_post_that_is_deleted_comes_in_and_a_thread_beside_a_post_is_none(bot: Adapter) -> None:
    beside, in_forum = await post(bot), await post(bot, "library")
    asking = bot.channel("reading")
    await bot.platform.follow(bot.platform.steps(asking, message(text="long " * 3000))[0], asking, beside, message())
    await bot.discord.delete_channel(beside)
    await bot.discord.delete_channel(in_forum)
    await until(lambda: ("deleted", "library", in_forum) in bot.inbox.news)
    assert ("deleted", "reading", beside) not in bot.inbox.news


# ---- as they are read ------------------------------------------------------------------------------------------------


async def test_all_that_is_on_a_message_is_read_however_many(bot: Adapter) -> None:
    post_id = await post(bot)
    own = (await bot.discord.state())["guilds"][0]["emojis"]["seedling"]
    crowd = [f"reader{number}" for number in range(120)]
    for one in crowd:
        await bot.discord.person(one)
        await bot.discord.react("reading", post_id, "🌱", user=one)
    await bot.discord.react("reading", post_id, "🌱", user="seedbed")
    await bot.discord.react("reading", post_id, "🌱", user="ada", burst=True)
    await bot.discord.react("reading", post_id, ":seedling:", user="ben")
    found = await bot.platform.reactions(bot.address["reading"], post_id)
    ada, ben = await names(bot, post_id, "ada", "ben")
    assert {one for one in found if one.burst} == {Reaction(ada, "🌱", burst=True)}
    assert {one for one in found if one.emoji == own} == {Reaction(ben, own)}
    assert {one.user for one in found if one.emoji == "🌱" and not one.burst} == set(await names(bot, post_id, *crowd))


async def test_what_is_read_bears_the_names_that_were_told(bot: Adapter) -> None:
    post_id = await post(bot, "library")
    await bot.discord.react(post_id, post_id, "🌱", user="ada")
    ((user, emoji, burst, _),) = await changes(bot, 1)
    assert await bot.platform.reactions(bot.address["library"], post_id) == {Reaction(user, emoji, burst)}


async def test_the_same_person_has_another_name_on_another_post(bot: Adapter) -> None:
    first = await post(bot)
    second = (await bot.platform.send(bot.address["general"], message(2, marker="seedbed:2"))).message_id
    assert await names(bot, first, "ada") != await names(bot, second, "ada")


async def test_a_post_that_is_gone_has_no_reactions_and_says_so(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.discord.delete_message("reading", post_id)
    with pytest.raises(Gone):
        await bot.platform.reactions(bot.address["reading"], post_id)


async def test_reactions_that_may_not_be_read_name_the_permission(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.discord.forbid("READ_MESSAGE_HISTORY", channel="reading")
    with pytest.raises(Refused, match='"Read Message History" in #reading'):
        await bot.platform.reactions(bot.address["reading"], post_id)


@pytest.mark.parametrize("fault", ["error_503", "drop_before", ("busy_no_via", 5)])
async def test_reactions_that_cannot_be_read_now_are_read_again(bot: Adapter, fault: str | tuple[str, float]) -> None:
    post_id = await post(bot)
    await bot.discord.fault(*[fault] * 2, kind="message")  # what only reads is asked twice where a connection breaks
    with pytest.raises(NotSent):
        await bot.platform.reactions(bot.address["reading"], post_id)


async def test_they_are_read_without_a_gateway(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.discord.react("reading", post_id, "🌱", user="ada")
    other = bot.fresh()
    await other.open()
    try:
        (found,) = await other.reactions(bot.address["reading"], post_id)
        assert found.user == (await names(bot, post_id, "ada"))[0]
        assert not other.untouched(bot.address["reading"], datetime.now(UTC))
    finally:
        await other.stop()
