"""Reactions: as they are told, in whatever order, and as they are read when nobody told."""

from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import Gone, Refused
from bot.model import MessageId, Reaction
from bot.pseudonym import Pseudonyms
from tests.simulators.slack.client import Slack, until
from tests.slack.adapter import Adapter, adapter, message
from tests.slack.place import Place, place


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, slack) as bot:
        yield bot


async def post(bot: Adapter, channel: str = "reading") -> MessageId:
    return (await bot.platform.send(bot.address[channel], message())).message_id


async def names(bot: Adapter, message_id: MessageId, *people: str) -> list[str]:
    """What these people are called on a message."""
    pseudonyms = await Pseudonyms.load(bot.parts.store.memory, "slack/key")
    state = await bot.slack.state()
    return [pseudonyms.of(message_id, state.user_id(one)) for one in people]


async def changes(bot: Adapter, count: int) -> Collection[tuple[str, str, bool]]:
    await until(lambda: len(bot.inbox.changes) >= count)
    return [(one.user, one.emoji, one.present) for one in sorted(bot.inbox.changes, key=lambda one: one.at)]


# ---- as they are told ------------------------------------------------------------------------------------------------


async def test_reactions_come_in_with_a_pseudonym_and_one_name_for_one_emoji(bot: Adapter) -> None:
    post_id = await post(bot)
    ada, ben = await names(bot, post_id, "ada", "ben")
    await bot.slack.react("reading", post_id, "thumbsup", user="ada")
    await bot.slack.react("reading", post_id, "+1::skin-tone-4", user="ben")
    await bot.slack.unreact("reading", post_id, "+1", user="ada")
    assert await changes(bot, 3) == [(ada, "+1", True), (ben, "+1", True), (ada, "+1", False)]
    assert {one.channel for one in bot.inbox.changes} == {"reading"}


async def test_the_instant_of_a_change_is_slacks_own(bot: Adapter) -> None:
    """Events come in any order, and the newest one wins by it."""
    post_id = await post(bot)
    await bot.slack.tune(clock=1000.0)
    await bot.slack.react("reading", post_id, "🌱")
    await until(lambda: bot.inbox.changes)
    (change,) = bot.inbox.changes
    assert change.at - bot.clock.now() > timedelta(seconds=900)


async def test_an_event_that_is_told_twice_is_one(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.slack.duplicate_events(1)
    await bot.slack.react("reading", post_id, "🌱")
    await bot.slack.react("reading", post_id, "👍")
    found = await changes(bot, 2)
    assert sorted(emoji for _, emoji, _ in found) == ["+1", "seedling"]
    assert len(bot.inbox.changes) == 2


async def test_an_event_that_slack_sends_again_after_a_lost_acknowledgement_is_one(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.slack.tune(ack_deadline=0.2, retry_waits=[0.0, 0.0, 0.0])
    await bot.slack.lose_acks(1)
    await bot.slack.react("reading", post_id, "🌱")

    async def twice() -> bool:
        return len(await bot.slack.deliveries("reaction_added")) == 2

    await until(twice)
    await bot.slack.react("reading", post_id, "👍")
    await changes(bot, 2)
    assert len(bot.inbox.changes) == 2


async def test_the_bots_own_reactions_are_not_heard(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.slack.react("reading", post_id, "🌱", user="seedbed")
    await bot.slack.react("reading", post_id, "🌱", user="ada")
    (only,) = await changes(bot, 1)
    assert only[0] == (await names(bot, post_id, "ada"))[0]


async def test_reactions_in_a_channel_that_is_none_of_ours_are_nobodys(bot: Adapter) -> None:
    channel = await bot.slack.create_channel("elsewhere")
    post_id = await bot.slack.post(channel, "hello")
    await bot.slack.react(channel, post_id, "🌱")
    await bot.slack.react("reading", await post(bot), "🌱")
    await changes(bot, 1)
    assert {one.channel for one in bot.inbox.changes} == {"reading"}


@pytest.mark.parametrize("backwards", [False, True])
async def test_whatever_the_order_of_the_events_the_newest_one_wins(reading: Place, backwards: bool) -> None:
    await reading.ask("/seed")
    (shown,) = await reading.posts()
    await reading.slack.hold_events()
    await reading.slack.react("reading", shown.ts, "🌱", user="ada")
    await reading.slack.unreact("reading", shown.ts, "🌱", user="ada")
    await reading.slack.react("reading", shown.ts, "🌱", user="ben")
    await reading.slack.unreact("reading", shown.ts, "🌱", user="ben")
    await reading.slack.react("reading", shown.ts, "🌱", user="ben")
    await reading.slack.hold_events(held=False, backwards=backwards)

    async def settled() -> bool:
        quiet = (await reading.slack.counts()).under_way == 0
        (entry,) = await reading.posted()
        return quiet and dict(entry.reactions) == {"seedling": 1}

    await until(settled)


# ---- as they are read ------------------------------------------------------------------------------------------------


async def test_all_that_is_on_a_message_is_read_however_many(bot: Adapter) -> None:
    post_id = await post(bot)
    crowd = [f"reader{number}" for number in range(60)]
    for one in crowd:
        await bot.slack.person(one)
        await bot.slack.react("reading", post_id, "🌱", user=one)
    await bot.slack.react("reading", post_id, "🌱", user="seedbed")
    await bot.slack.react("reading", post_id, "+1::skin-tone-2", user="ben")
    found = await bot.platform.reactions(bot.address["reading"], post_id)
    (ben,) = await names(bot, post_id, "ben")
    assert {one for one in found if one.emoji == "+1"} == {Reaction(ben, "+1")}
    assert {one.user for one in found if one.emoji == "seedling"} == set(await names(bot, post_id, *crowd))


async def test_what_is_read_bears_the_names_that_were_told(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.slack.react("reading", post_id, "thumbsup::skin-tone-3", user="ada")
    ((user, emoji, _),) = await changes(bot, 1)
    assert await bot.platform.reactions(bot.address["reading"], post_id) == {Reaction(user, emoji)}


async def test_a_post_that_is_gone_has_no_reactions_and_says_so(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.slack.delete_message("reading", post_id)
    with pytest.raises(Gone):
        await bot.platform.reactions(bot.address["reading"], post_id)


async def test_reactions_that_may_not_be_read_name_the_scope(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.slack.revoke_scope("reactions:read")
    with pytest.raises(Refused, match="reactions:read"):
        await bot.platform.reactions(bot.address["reading"], post_id)


async def test_they_are_read_without_a_connection(bot: Adapter) -> None:
    post_id = await post(bot)
    await bot.slack.react("reading", post_id, "🌱", user="ada")
    other = bot.fresh()
    await other.open()
    try:
        (found,) = await other.reactions(bot.address["reading"], post_id)
        assert found.user == (await names(bot, post_id, "ada"))[0]
    finally:
        await other.stop()


async def test_what_happened_while_the_bot_was_away_is_read_after_it_is_back(tmp_path: Path, slack: Slack) -> None:
    async with place(tmp_path, slack) as reading:
        await reading.ask("/seed")
        (shown,) = await reading.posts()
        await slack.react("reading", shown.ts, "🌱", user="ada")

        async def counted() -> bool:
            return [entry.reactions for entry in await reading.posted()] == [{"seedling": 1}]

        await until(counted)
        clock = reading.clock
    await slack.unreact("reading", shown.ts, "🌱", user="ada")
    await slack.react("reading", shown.ts, "👍", user="ben")
    clock.advance(seconds=60)
    async with place(tmp_path, slack, clock) as again:

        async def right() -> bool:
            await again.parts.service.reconcile()
            return [entry.reactions for entry in await again.posted()] == [{"+1": 1}]

        await until(right)


async def test_a_post_that_was_deleted_is_noticed_when_its_reactions_are_read(tmp_path: Path, slack: Slack) -> None:
    """Slack tells of deletions only to those who hear every message."""
    async with place(tmp_path, slack) as reading:
        await reading.ask("/seed")
        (shown,) = await reading.posts()
        await slack.delete_message("reading", shown.ts)
        await slack.drop()

        async def noticed() -> bool:
            await reading.parts.service.reconcile()
            return not await reading.posted()

        await until(noticed)
