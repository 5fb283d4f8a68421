"""What every ledger promises of reactions: the newest change wins, whatever order they arrive in."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import MessageId, Post, Reaction, ReactionChange
from bot.ports import Ledger
from tests.contract.rows import ME, claim, publish
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.posts import GARDEN, PORCH


def react(user: str, emoji: str, at: datetime, *, present: bool = True, message: str = "m1") -> ReactionChange:
    return ReactionChange(GARDEN, MessageId(message), user, emoji, present, at)


async def counts(ledger: Ledger, post: Post) -> dict[str, int]:
    return next(entry.reactions for entry in await ledger.entries() if entry.post.id == post.id)


async def test_reactions_are_counted_by_person(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    for user, emoji in (("ann", "🌱"), ("bob", "🌱"), ("ann", "💡"), ("ann", "🌱")):
        assert await ledger.record_reaction(react(user, emoji, clock.advance(seconds=1)))
    assert await counts(ledger, post) == {"🌱": 2, "💡": 1}
    assert await ledger.reactions_of([post.id], "ann") == {(post.id, "🌱"), (post.id, "💡")}
    assert await ledger.reactions_of([post.id], "zoe") == frozenset()
    assert await ledger.reactions_of([], "ann") == frozenset()


async def test_a_reaction_is_taken_off(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await ledger.record_reaction(react("ann", "🌱", clock.now()))
    await ledger.record_reaction(react("ann", "🌱", clock.advance(seconds=1), present=False))
    assert await counts(ledger, post) == {}
    assert await ledger.reactions_of([post.id], "ann") == frozenset()


async def test_a_tie_goes_to_the_one_that_is_present(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await ledger.record_reaction(react("ann", "🌱", clock.now()))
    await ledger.record_reaction(react("ann", "🌱", clock.now(), present=False))
    await ledger.record_reaction(react("bob", "🌱", clock.now(), present=False))
    await ledger.record_reaction(react("bob", "🌱", clock.now()))
    assert await counts(ledger, post) == {"🌱": 2}


async def test_reactions_on_foreign_messages_are_not_kept(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock, 1)
    assert not await ledger.record_reaction(react("ann", "🌱", clock.now(), message="m9"))
    assert not await ledger.record_reaction(replace(react("ann", "🌱", clock.now()), channel=PORCH))
    late = await claim(ledger, clock, 9)
    await ledger.confirm(late.id, ME, MessageId("m9"), clock.now())
    assert await counts(ledger, late) == {}
    assert await counts(ledger, post) == {}


async def test_a_reaction_that_comes_before_our_confirmation_is_kept(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    assert await ledger.record_reaction(react("ann", "🌱", clock.now()))
    await ledger.confirm(post.id, ME, MessageId("m1"), clock.advance(seconds=1))
    assert await counts(ledger, post) == {"🌱": 1}


async def test_a_reading_of_the_platform_replaces_what_was_missed(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await ledger.record_reaction(react("ann", "🌱", clock.now()))
    await ledger.record_reaction(react("bob", "🌱", clock.now()))
    now = clock.advance(hours=1)
    await ledger.replace_reactions(
        GARDEN, MessageId("m1"), frozenset({Reaction("bob", "🌱"), Reaction("cem", "💡")}), now
    )
    assert await counts(ledger, post) == {"🌱": 1, "💡": 1}
    assert await ledger.reactions_of([post.id], "ann") == frozenset()


async def test_a_change_newer_than_the_reading_stands(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    asked = clock.now()
    await ledger.record_reaction(react("ann", "🌱", asked + timedelta(seconds=1)))
    await ledger.record_reaction(react("bob", "💡", asked + timedelta(seconds=1), present=False))
    await ledger.replace_reactions(GARDEN, MessageId("m1"), frozenset({Reaction("bob", "💡")}), asked)
    assert await counts(ledger, post) == {"🌱": 1}


async def test_a_late_replay_does_not_undo_a_reading(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    before, now = clock.now(), clock.advance(hours=1)
    await ledger.replace_reactions(GARDEN, MessageId("m1"), frozenset({Reaction("bob", "💡")}), now)
    assert await ledger.record_reaction(react("ann", "🌱", before))
    assert await ledger.record_reaction(react("bob", "💡", before, present=False))
    assert await counts(ledger, post) == {"💡": 1}
    assert await ledger.record_reaction(react("ann", "🌱", now + timedelta(seconds=1)))
    assert await counts(ledger, post) == {"🌱": 1, "💡": 1}


async def test_an_older_reading_says_nothing_after_a_newer_one(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    before, now = clock.now(), clock.advance(hours=1)
    await ledger.replace_reactions(GARDEN, MessageId("m1"), frozenset({Reaction("ann", "🌱")}), now)
    await ledger.replace_reactions(GARDEN, MessageId("m1"), frozenset({Reaction("bob", "💡")}), before)
    assert await counts(ledger, post) == {"🌱": 1}


async def test_a_reading_of_a_foreign_message_is_not_kept(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.replace_reactions(GARDEN, MessageId("m1"), frozenset({Reaction("ann", "🌱")}), clock.now())
    post = await publish(ledger, clock)
    assert await counts(ledger, post) == {}


# ---- bursts ----------------------------------------------------------------------------------------------------------


async def test_a_burst_is_a_second_reaction_of_the_same_person(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    plain = react("ann", "🌱", clock.now())
    await ledger.record_reaction(plain)
    await ledger.record_reaction(replace(plain, burst=True))
    await ledger.record_reaction(replace(plain, user="bob", burst=True))
    assert await counts(ledger, post) == {"🌱": 2}
    assert await ledger.reactions_of([post.id], "ann") == {(post.id, "🌱")}
    await ledger.record_reaction(replace(plain, present=False, at=clock.advance(seconds=1)))
    assert await counts(ledger, post) == {"🌱": 2}
    await ledger.record_reaction(replace(plain, present=False, burst=True, at=clock.now()))
    assert await counts(ledger, post) == {"🌱": 1}


async def test_a_reading_tells_bursts_apart(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await ledger.record_reaction(react("ann", "🌱", clock.now()))
    now = clock.advance(hours=1)
    await ledger.replace_reactions(GARDEN, MessageId("m1"), frozenset({Reaction("ann", "🌱", burst=True)}), now)
    await ledger.record_reaction(react("ann", "🌱", clock.advance(seconds=1), present=False))
    assert await counts(ledger, post) == {"🌱": 1}


async def test_somebody_who_likes_a_post_twice_is_one_person(ledger: Ledger, clock: FakeClock) -> None:
    await publish(ledger, clock, 1)
    await publish(ledger, clock, 2)
    for burst in (False, True):
        await ledger.record_reaction(replace(react("ann", "🌱", clock.now(), message="m2"), burst=burst))
    for user in ("ann", "bob"):
        await ledger.record_reaction(react(user, "🌱", clock.now()))
    assert [entry.post.lineage for entry in await ledger.liked(GARDEN, 10)] == [1, 2]


# ---- all taken off --------------------------------------------------------------------------------------------------


async def fill(ledger: Ledger, clock: FakeClock) -> None:
    for user, emoji in (("ann", "🌱"), ("bob", "🌱"), ("ann", "💡")):
        for burst in (False, True):
            await ledger.record_reaction(replace(react(user, emoji, clock.now()), burst=burst))


async def test_all_reactions_are_taken_off(ledger: Ledger, clock: FakeClock) -> None:
    post, other = await publish(ledger, clock), await publish(ledger, clock, 2)
    await fill(ledger, clock)
    await ledger.record_reaction(react("ann", "🌱", clock.now(), message="m2"))
    await ledger.clear_reactions(GARDEN, MessageId("m1"), None, clock.advance(seconds=1))
    assert await counts(ledger, post) == {}
    assert await counts(ledger, other) == {"🌱": 1}


async def test_all_of_one_emoji_are_taken_off(ledger: Ledger, clock: FakeClock) -> None:
    post = await publish(ledger, clock)
    await fill(ledger, clock)
    await ledger.clear_reactions(GARDEN, MessageId("m1"), "🌱", clock.advance(seconds=1))
    assert await counts(ledger, post) == {"💡": 1}


async def test_what_was_put_on_since_stays(ledger: Ledger, clock: FakeClock) -> None:
    """Also what was put on in the same instant: a tie goes to what is present."""
    post = await publish(ledger, clock)
    cleared = clock.now() + timedelta(seconds=5)
    await ledger.record_reaction(react("ann", "🌱", cleared))
    await ledger.record_reaction(react("bob", "🌱", cleared + timedelta(seconds=1)))
    await ledger.record_reaction(react("cem", "🌱", cleared - timedelta(seconds=1)))
    await ledger.clear_reactions(GARDEN, MessageId("m1"), None, cleared)
    assert await counts(ledger, post) == {"🌱": 2}


@pytest.mark.parametrize("emoji", [None, "🌱"])
async def test_news_of_a_reaction_from_before_puts_nothing_back(
    ledger: Ledger, clock: FakeClock, emoji: str | None
) -> None:
    post = await publish(ledger, clock)
    before, cleared = clock.now(), clock.advance(seconds=1)
    await ledger.clear_reactions(GARDEN, MessageId("m1"), emoji, cleared)
    await ledger.clear_reactions(GARDEN, MessageId("m1"), emoji, before)
    assert await ledger.record_reaction(react("ann", "🌱", before))
    await ledger.replace_reactions(GARDEN, MessageId("m1"), frozenset({Reaction("bob", "🌱")}), before)
    assert await counts(ledger, post) == {}
    assert await ledger.record_reaction(react("ann", "🌱", cleared))
    assert await counts(ledger, post) == {"🌱": 1}


async def test_reactions_on_a_message_not_confirmed_yet_are_taken_off_too(ledger: Ledger, clock: FakeClock) -> None:
    post = await claim(ledger, clock)
    await ledger.record_reaction(react("ann", "🌱", clock.now()))
    await ledger.clear_reactions(GARDEN, MessageId("m1"), None, clock.advance(seconds=1))
    await ledger.confirm(post.id, ME, MessageId("m1"), clock.now())
    assert await counts(ledger, post) == {}


async def test_a_clearing_of_a_foreign_message_is_not_kept(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.clear_reactions(GARDEN, MessageId("m1"), None, clock.now() + timedelta(hours=1))
    post = await publish(ledger, clock)
    await ledger.record_reaction(react("ann", "🌱", clock.now()))
    assert await counts(ledger, post) == {"🌱": 1}


# ---- what is liked ---------------------------------------------------------------------------------------------------


async def test_liked_posts_come_by_distinct_people_then_newest(ledger: Ledger, clock: FakeClock) -> None:
    for lineage in range(1, 6):
        await publish(ledger, clock, lineage, due=BEGINNING - timedelta(days=9 - lineage))
    liking = {1: ["ann"], 2: ["ann", "bob"], 3: ["ann"], 4: []}
    for lineage, users in liking.items():
        for user in users:
            await ledger.record_reaction(react(user, "🌱", clock.now(), message=f"m{lineage}"))
    # Three emoji of one person are one person, and a reaction taken off is none.
    for emoji in ("💡", "❤️"):
        await ledger.record_reaction(react("ann", emoji, clock.now(), message="m1"))
    await ledger.record_reaction(react("ann", "🌱", clock.now(), message="m5", present=False))
    liked = await ledger.liked(GARDEN, 10)
    assert [entry.post.lineage for entry in liked] == [2, 3, 1]
    assert liked[2].reactions == {"🌱": 1, "💡": 1, "❤️": 1}
    assert [entry.post.lineage for entry in await ledger.liked(GARDEN, 1)] == [2]
    assert await ledger.liked(PORCH, 10) == []
