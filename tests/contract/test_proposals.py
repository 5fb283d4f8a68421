"""What every store promises of members' proposals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from bot.model import Cutting, Decision, MessageId, Proposal, SeedId, Source
from bot.ports import Proposals, Setups
from bot.storage.proposals import SqliteProposals
from bot.storage.setups import SqliteSetups
from tests.fakes.clock import BEGINNING, FakeClock
from tests.fakes.memory_places import MemoryProposals, MemorySetups
from tests.fakes.posts import GARDEN, PORCH, make_setup

CUTTING = Cutting("A short text about soil.")
RICH = Cutting(
    text="Two lines,\nhalf a character \ud83c and \N{HEBREW LETTER ALEF}",
    title="'; DROP TABLE seed; --",
    author="Ann \N{SEEDLING}",
    source=Source("A book", "https://example.org/?a=1&b=2", "1851-10"),
    topics=("soil", "time\u2019s arrow"),
)


@dataclass(frozen=True, slots=True)
class Nook:
    """Proposals, beside the setups that forgetting a member touches too."""

    proposals: Proposals
    setups: Setups


@pytest.fixture(params=["memory", "sqlite"])
def nook(request: pytest.FixtureRequest) -> Nook:
    if request.param == "memory":
        setups = MemorySetups()
        return Nook(MemoryProposals(setups), setups)
    database = request.getfixturevalue("database")
    return Nook(SqliteProposals(database), SqliteSetups(database))


@pytest.fixture
def proposals(nook: Nook) -> Proposals:
    return nook.proposals


async def add(proposals: Proposals, space: str = "s1", by: str = "ann") -> int:
    return (await proposals.add(space, by, CUTTING, BEGINNING)).id


def numbers(found: Sequence[Proposal]) -> list[int]:
    return [proposal.id for proposal in found]


async def test_a_proposal_comes_back_as_it_was_made(proposals: Proposals, clock: FakeClock) -> None:
    made = await proposals.add("s1", "ann", RICH, clock.now())
    assert made == Proposal(made.id, "s1", "ann", RICH, Decision.WAITING, clock.now())
    assert await proposals.get(made.id) == made
    assert await proposals.get(made.id + 1) is None


async def test_a_number_is_never_given_twice(proposals: Proposals) -> None:
    """The buttons of a message may outlive what they ask about."""
    first = await add(proposals)
    await proposals.forget_member("ann")
    assert await add(proposals) != first


async def test_what_is_undecided_waits_oldest_first(proposals: Proposals, clock: FakeClock) -> None:
    first, second, third = [await add(proposals, space) for space in ("s1", "s2", "s1")]
    assert numbers(await proposals.waiting("s1")) == [first, third]
    assert numbers(await proposals.waiting(None)) == [first, second, third]
    await proposals.decide(first, Decision.DECLINED, None, clock.now())
    assert numbers(await proposals.waiting("s1")) == [third]
    assert numbers(await proposals.waiting("s3")) == []


async def test_a_proposal_is_decided_once(proposals: Proposals, clock: FakeClock) -> None:
    number = await add(proposals)
    now = clock.advance(hours=1)
    assert await proposals.decide(number, Decision.APPROVED, SeedId("soil"), now)
    decided = await proposals.get(number)
    assert decided == Proposal(
        number, "s1", "ann", CUTTING, Decision.APPROVED, BEGINNING, decided=now, seed=SeedId("soil")
    )
    assert not await proposals.decide(number, Decision.DECLINED, None, clock.advance(hours=1))
    assert not await proposals.decide(number + 1, Decision.DECLINED, None, clock.now())
    assert await proposals.get(number) == decided


@pytest.mark.parametrize(
    ("decision", "seed"),
    [(Decision.WAITING, None), (Decision.APPROVED, None), (Decision.DECLINED, SeedId("soil"))],
)
async def test_only_an_approval_has_a_seed_and_waiting_is_no_decision(
    proposals: Proposals, clock: FakeClock, decision: Decision, seed: SeedId | None
) -> None:
    number = await add(proposals)
    with pytest.raises(ValueError, match=decision):
        await proposals.decide(number, decision, seed, clock.now())
    assert numbers(await proposals.waiting("s1")) == [number]


async def test_a_cutting_is_mended_until_it_is_decided(proposals: Proposals, clock: FakeClock) -> None:
    number = await add(proposals)
    assert await proposals.revise(number, RICH)
    mended = await proposals.get(number)
    assert mended is not None
    assert mended.cutting == RICH
    await proposals.decide(number, Decision.DECLINED, None, clock.now())
    assert not await proposals.revise(number, CUTTING)
    assert not await proposals.revise(number + 1, CUTTING)
    declined = await proposals.get(number)
    assert declined is not None
    assert declined.cutting == RICH


async def test_the_message_that_asks_is_noted(proposals: Proposals, clock: FakeClock) -> None:
    number = await add(proposals)
    before = await proposals.get(number)
    assert before is not None
    await proposals.note_card(number, MessageId("m7"))
    assert await proposals.get(number) == replace(before, card=MessageId("m7"))
    await proposals.note_card(number + 1, MessageId("m8"))
    await proposals.decide(number, Decision.DECLINED, None, clock.now())
    await proposals.note_card(number, MessageId("m9"))
    declined = await proposals.get(number)
    assert declined is not None
    assert declined.card == "m9"


async def test_what_was_approved_is_told_until_it_is_exported(proposals: Proposals, clock: FakeClock) -> None:
    first, second, waiting, declined = [await add(proposals) for _ in range(4)]
    await proposals.decide(second, Decision.APPROVED, SeedId("b"), clock.now())
    await proposals.decide(first, Decision.APPROVED, SeedId("a"), clock.advance(hours=1))
    await proposals.decide(declined, Decision.DECLINED, None, clock.now())
    assert numbers(await proposals.approved()) == [first, second]
    for number in (first, waiting, 999):
        await proposals.exported(number)
    assert numbers(await proposals.approved()) == [second]
    await proposals.decide(waiting, Decision.APPROVED, SeedId("c"), clock.now())
    assert numbers(await proposals.approved()) == [second, waiting]


async def test_a_member_is_forgotten_in_proposals_and_setups(nook: Nook, clock: FakeClock) -> None:
    waiting, approved, declined, other = [await add(nook.proposals, by=by) for by in ("ann", "ann", "ann", "bob")]
    await nook.proposals.decide(approved, Decision.APPROVED, SeedId("a"), clock.now())
    await nook.proposals.decide(declined, Decision.DECLINED, None, clock.now())
    await nook.setups.save(make_setup(GARDEN, by="ann"))
    await nook.setups.save(make_setup(PORCH, by="bob"))
    assert await nook.proposals.forget_member("ann") == 4
    assert await nook.proposals.get(waiting) is None
    for number in (approved, declined):
        decided = await nook.proposals.get(number)
        assert decided is not None
        assert (decided.by, decided.cutting) == (None, CUTTING)
    assert numbers(await nook.proposals.waiting("s1")) == [other]
    assert [each.by for each in await nook.setups.all()] == [None, "bob"]
    assert await nook.proposals.forget_member("ann") == 0


async def test_a_space_is_forgotten(nook: Nook, clock: FakeClock) -> None:
    waiting, approved, elsewhere = [await add(nook.proposals, space) for space in ("s1", "s1", "s2")]
    await nook.proposals.decide(approved, Decision.APPROVED, SeedId("a"), clock.now())
    assert await nook.proposals.forget_space("s1") == 2
    assert await nook.proposals.get(waiting) is None
    (kept,) = await nook.proposals.approved()
    assert (kept.id, kept.by, kept.space) == (approved, None, "s1")
    assert numbers(await nook.proposals.waiting(None)) == [elsewhere]
    assert await nook.proposals.forget_space("s1") == 0
