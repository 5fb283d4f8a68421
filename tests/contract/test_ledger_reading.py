"""What every ledger promises of what a channel has read, and of lists of posts."""

from datetime import UTC, datetime, timedelta

from bot.model import Lineage, MessageId, PostId, State, Why
from bot.ports import Ledger
from tests.contract.rows import LEASE, ME, TODAY, claim, publish, read
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.posts import GARDEN, PORCH, make_draft, make_skip, make_slot, untitled

# ---- what a channel has read ----------------------------------------------------------------------------------------


async def test_a_channel_that_read_nothing_is_in_its_first_round(ledger: Ledger, clock: FakeClock) -> None:
    history = await ledger.history(GARDEN, clock.now())
    assert (history.round, history.spent, history.recent) == (1, frozenset(), ())


async def test_history_is_of_the_newest_round_of_this_channel(ledger: Ledger, clock: FakeClock) -> None:
    await publish(ledger, clock, 1)
    await publish(ledger, clock, 2)
    await publish(ledger, clock, 3, channel=PORCH, round=5)
    await claim(ledger, clock, 2, round=2)
    history = await ledger.history(GARDEN, clock.now())
    assert (history.round, history.spent) == (2, frozenset({2}))
    assert [recent.lineage for recent in history.recent] == [2, 1]


async def test_a_round_that_was_only_dropped_has_not_begun(ledger: Ledger, clock: FakeClock) -> None:
    await publish(ledger, clock, 1)
    post = await claim(ledger, clock, 1, round=2)
    await ledger.drop(post.id, ME, Why.BLOCKED, "too late")
    history = await ledger.history(GARDEN, clock.now())
    assert (history.round, history.spent) == (1, frozenset({1}))


async def test_recent_posts_carry_what_spacing_and_prompts_need(ledger: Ledger, clock: FakeClock) -> None:
    await ledger.claim([untitled(make_draft(4))], ME, clock.now(), clock.now() + LEASE)
    (post,) = [entry.post for entry in await ledger.entries()]
    await ledger.confirm(post.id, ME, MessageId("m"), clock.now())
    (recent,) = (await ledger.history(GARDEN, clock.now())).recent
    assert (recent.lineage, recent.posted, recent.heading) == (4, clock.now(), "The text of seed 4.")
    assert (recent.author, recent.source) == ("Author 4", "https://example.org/4")
    assert recent.stems == ("direct-4", "side-4", "connect-4")


async def test_recent_is_thirty_days_or_thirty_posts_whichever_is_more(ledger: Ledger, clock: FakeClock) -> None:
    for lineage in range(1, 41):
        await publish(ledger, clock, lineage)
        clock.advance(hours=1)
    recent = (await ledger.history(GARDEN, clock.now())).recent
    assert [one.lineage for one in recent] == list(range(40, 0, -1))
    clock.set(BEGINNING + timedelta(days=30, hours=35))
    assert len((await ledger.history(GARDEN, clock.now())).recent) == 30
    clock.set(BEGINNING + timedelta(days=30, hours=5))
    assert len((await ledger.history(GARDEN, clock.now())).recent) == 35


async def test_stems_are_all_that_ever_came_with_a_seed_in_this_channel(ledger: Ledger, clock: FakeClock) -> None:
    await publish(ledger, clock, 1)
    await claim(ledger, clock, 1, round=2)
    await publish(ledger, clock, 2)
    await publish(ledger, clock, 1, channel=PORCH)
    assert await ledger.stems(GARDEN, Lineage(1)) == {"direct-1", "side-1", "connect-1"}
    assert await ledger.stems(GARDEN, Lineage(9)) == frozenset()


async def test_post_of_is_the_newest_confirmed_one(ledger: Ledger, clock: FakeClock) -> None:
    assert await ledger.post_of(GARDEN, Lineage(1)) is None
    await claim(ledger, clock, 2)
    assert await ledger.post_of(GARDEN, Lineage(2)) is None
    first = await publish(ledger, clock, 1)
    clock.advance(days=1)
    second = await publish(ledger, clock, 1, round=2)
    clock.advance(days=1)
    await claim(ledger, clock, 1, round=3)
    assert first.id != second.id
    assert await ledger.post_of(GARDEN, Lineage(1)) == second
    assert await ledger.post_of(PORCH, Lineage(1)) is None


async def test_posts_that_are_not_there_are_none(ledger: Ledger) -> None:
    assert await ledger.post(PostId(1)) is None
    assert await ledger.post_by_key(GARDEN, "nothing") is None


# ---- lists ----------------------------------------------------------------------------------------------------------


async def test_entries_are_newest_first_by_due_then_by_id(ledger: Ledger, clock: FakeClock) -> None:
    for lineage, age in ((1, 2), (2, 0), (3, 1), (4, 1)):
        await publish(ledger, clock, lineage, due=BEGINNING - timedelta(hours=age))
    assert [entry.post.lineage for entry in await ledger.entries()] == [2, 4, 3, 1]
    assert [entry.post.lineage for entry in await ledger.entries(limit=2)] == [2, 4]
    assert await ledger.entries(limit=0) == []


async def test_entries_continue_before_a_post(ledger: Ledger, clock: FakeClock) -> None:
    for lineage in range(1, 6):
        await publish(ledger, clock, lineage, due=BEGINNING - timedelta(hours=lineage // 2))
    whole = list(await ledger.entries(GARDEN))
    paged: list[object] = []
    before = None
    while page := await ledger.entries(GARDEN, before=before, limit=2):
        paged += page
        before = page[-1].post.id
    assert paged == whole


async def test_entries_are_of_one_channel_and_some_states(ledger: Ledger, clock: FakeClock) -> None:
    await publish(ledger, clock, 1)
    await claim(ledger, clock, 2)
    await claim(ledger, clock, 3, channel=PORCH)
    await ledger.record_skips([make_skip(make_slot(TODAY - timedelta(days=1)))])
    assert len(await ledger.entries()) == 4
    assert [entry.post.lineage for entry in await ledger.entries(PORCH)] == [3]
    states = (State.SENDING, State.POSTED)
    assert [entry.post.lineage for entry in await ledger.entries(GARDEN, states=states)] == [2, 1]
    (skip,) = await ledger.entries(states=(State.SKIPPED,))
    assert (skip.title, skip.reactions) == (None, {})


async def test_an_entry_has_its_title_or_its_opening_words(ledger: Ledger, clock: FakeClock) -> None:
    await claim(ledger, clock, 1)
    await ledger.claim([untitled(make_draft(2))], ME, clock.now(), clock.now() + LEASE)
    assert [entry.title for entry in await ledger.entries()] == ["The text of seed 2.", "Seed 1"]


# ---- instants -------------------------------------------------------------------------------------------------------


async def test_instants_come_back_to_the_microsecond(ledger: Ledger, clock: FakeClock) -> None:
    due = datetime(2031, 2, 3, 4, 5, 6, 789_123, UTC)
    post = await claim(ledger, clock, due=due)
    assert (await read(ledger, post)).due == due
