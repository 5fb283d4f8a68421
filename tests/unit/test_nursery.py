"""A member's cutting, from the proposal to a seed of the library: real store, real files, a real librarian."""

import asyncio
import logging
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot import library
from bot.errors import SeedbedError, UsageError
from bot.failpoints import Failpoints
from bot.librarian import Librarian
from bot.model import Cutting, Decision, MessageId, Seed, SeedId, Source
from bot.nursery import SeedNursery
from bot.ports import Stamp
from bot.search.fulltext import FullTextSearcher
from bot.storage.sqlite import SqliteStore
from tests.fakes.clock import FakeClock

MOSS = Cutting(
    "Moss drinks the fog\n\nthrough every leaf.\u200b ",
    title="On moss",
    author="A gardener",
    source=Source("Notes", "https://example.org/moss", "1931"),
    topics=("moss", "fog", ""),
)
FERN = Cutting("A fern unrolls its fronds from the middle.")
PLANTED = SeedId("planted-2026-12-01-on-moss")


@dataclass(frozen=True, slots=True)
class Place:
    root: Path
    clock: FakeClock
    store: SqliteStore
    librarian: Librarian
    nursery: SeedNursery

    @property
    def planted(self) -> Path:
        return self.root / "planted"

    @property
    def ids(self) -> list[SeedId]:
        return [candidate.id for candidate in self.librarian.candidates]

    async def seed(self, seed: SeedId) -> Seed:
        found = await self.store.shelf.seed(seed)
        assert found is not None
        return found

    def forget_decision(self, number: int) -> None:
        """As a process leaves it that ends between the file and the row."""
        with closing(sqlite3.connect(self.root / "seedbed.db")) as database, database:
            database.execute(
                "UPDATE proposal SET decision = 'waiting', seed = NULL, decided = NULL WHERE id = ?", (number,)
            )


@asynccontextmanager
async def at_work(root: Path, clock: FakeClock) -> AsyncIterator[Place]:
    """From the start of a process to its end; files and database outlive it."""
    (root / "seeds").mkdir(exist_ok=True)
    (root / "seeds" / "reed.yaml").write_text("text: The reed bends.\n")
    store = await SqliteStore.open(root / "seedbed.db", clock, Failpoints())
    try:
        searcher = FullTextSearcher(store.shelf)
        librarian = Librarian(root / "seeds", root / "planted", store.shelf, searcher, clock)
        nursery = SeedNursery(store, librarian, root / "planted", clock)
        await nursery.restore()
        await librarian.open()
        yield Place(root, clock, store, librarian, nursery)
    finally:
        await store.close()


@pytest_asyncio.fixture
async def place(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Place]:
    async with at_work(tmp_path, clock) as place:
        yield place


# ---- proposing -----------------------------------------------------------------------------------------------------


async def test_a_cutting_is_kept_tidied_until_it_is_decided_on(place: Place) -> None:
    proposal = await place.nursery.propose("server", "alice", MOSS)
    assert proposal.decision is Decision.WAITING
    assert proposal.cutting.text == "Moss drinks the fog\n\nthrough every leaf."
    assert proposal.cutting.topics == ("moss", "fog")
    assert (proposal.by, proposal.made) == ("alice", place.clock.now())
    await place.nursery.noted(proposal.id, MessageId("77"))
    assert await place.nursery.proposal(proposal.id) == replace(proposal, card=MessageId("77"))
    assert [one.id for one in await place.nursery.waiting("server")] == [proposal.id]
    assert await place.nursery.waiting("elsewhere") == []
    assert [one.id for one in await place.nursery.waiting(None)] == [proposal.id]
    assert place.ids == ["reed"], "nothing is in the library before organisers said so"


@pytest.mark.parametrize(
    ("cutting", "sentence"),
    [
        (Cutting(" \u200b\n"), "a seed needs a text, and nothing was written"),
        (Cutting("x" * 50_001), '"text" has 50,001 characters, and 50,000 is the most: split it'),
        (Cutting("x", title="t" * 301), '"title" is longer than 300 characters: shorten it'),
        (Cutting("x", topics=("ok", "t" * 41)), '"topics", item 2 is longer than 40 characters: shorten it'),
        (Cutting("x", source=Source(url="my diary")), '"url" cannot be "my diary": write a web address'),
        (Cutting("x", source=Source(published="last year")), '"published" cannot be "last year": write a year'),
        (Cutting("The reed\n  bends."), "the library has this text already, as reed"),
    ],
)
async def test_what_could_be_no_seed_is_refused_in_a_sentence(place: Place, cutting: Cutting, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        await place.nursery.propose("server", "alice", cutting)
    assert sentence in str(refused.value)
    assert await place.nursery.waiting(None) == []


async def test_a_text_that_waits_is_not_proposed_twice_in_one_place(place: Place) -> None:
    await place.nursery.propose("server", "alice", FERN)
    with pytest.raises(UsageError, match="proposed already"):
        await place.nursery.propose("server", "bob", Cutting("A fern  unrolls\nits fronds from the middle."))
    assert (await place.nursery.propose("elsewhere", "bob", FERN)).id == 2


async def test_organisers_mend_a_cutting_before_they_decide(place: Place) -> None:
    proposal = await place.nursery.propose("server", "alice", MOSS)
    mended = await place.nursery.revise(proposal.id, replace(MOSS, title="Fog "))
    assert mended == replace(proposal, cutting=replace(proposal.cutting, title="Fog"))
    with pytest.raises(UsageError, match="needs a text"):
        await place.nursery.revise(proposal.id, replace(MOSS, text=""))
    await place.nursery.approve(proposal.id)
    with pytest.raises(UsageError, match="the library has this text already"):
        await place.nursery.revise(proposal.id, MOSS)
    with pytest.raises(UsageError, match="proposal 1 was approved already"):
        await place.nursery.revise(proposal.id, FERN)


# ---- deciding ------------------------------------------------------------------------------------------------------


async def test_what_is_approved_is_a_seed_of_the_library_at_once(place: Place) -> None:
    proposal = await place.nursery.propose("server", "alice", MOSS)
    approved = await place.nursery.approve(proposal.id)
    assert (approved.decision, approved.seed, approved.decided) == (Decision.APPROVED, PLANTED, place.clock.now())
    assert place.ids == ["reed", PLANTED]
    assert await place.seed(PLANTED) == library.seed_of(MOSS, PLANTED)
    assert await place.nursery.waiting(None) == []
    assert (place.planted / f"{PLANTED}.yaml").read_text().startswith(f"id: {PLANTED}\ntitle: On moss\n")


async def test_the_first_decision_stands(place: Place) -> None:
    taken = await place.nursery.propose("server", "alice", MOSS)
    left = await place.nursery.propose("server", "alice", FERN)
    first = await place.nursery.approve(taken.id), await place.nursery.decline(left.id)
    place.clock.advance(days=1)
    assert await place.nursery.decline(taken.id) == first[0]
    assert await place.nursery.approve(left.id) == first[1]
    assert first[1].decision is Decision.DECLINED
    assert place.ids == ["reed", PLANTED]


async def test_no_two_seeds_share_an_id(place: Place) -> None:
    for count in range(3):
        proposal = await place.nursery.propose("server", "alice", replace(MOSS, text=f"Moss, part {count}."))
        await place.nursery.approve(proposal.id)
    assert set(place.ids) == {"reed", PLANTED, f"{PLANTED}-2", f"{PLANTED}-3"}


@pytest.mark.parametrize("title", ["x" * 300, "苔について", "../../etc/passwd", "a.yaml", "…", "CON", ".hidden"])
async def test_whatever_the_title_the_file_lies_in_the_folder_and_is_read(place: Place, title: str) -> None:
    proposal = await place.nursery.propose("server", "alice", replace(MOSS, title=title))
    approved = await place.nursery.approve(proposal.id)
    assert approved.seed in place.ids
    assert [path.name for path in place.planted.iterdir()] == [f"{approved.seed}.yaml"]
    assert await place.store.shelf.problems() == []


async def test_the_same_text_is_taken_in_once(place: Place) -> None:
    one = await place.nursery.propose("server", "alice", FERN)
    same = await place.nursery.propose("elsewhere", "bob", FERN)
    await place.nursery.approve(one.id)
    with pytest.raises(UsageError, match="the library has this text already, as planted-2026-12-01-a-fern-unrolls"):
        await place.nursery.approve(same.id)
    assert (await place.nursery.decline(same.id)).decision is Decision.DECLINED
    assert len(place.ids) == 2


async def test_a_number_that_no_proposal_has_is_said(place: Place) -> None:
    assert await place.nursery.proposal(7) is None
    for verb in (place.nursery.approve, place.nursery.decline):
        with pytest.raises(UsageError, match="there is no proposal 7"):
            await verb(7)
    with pytest.raises(UsageError, match="there is no proposal 7"):
        await place.nursery.revise(7, MOSS)


async def test_a_folder_that_cannot_be_written_leaves_it_undecided(place: Place) -> None:
    place.planted.write_text("in the way")
    proposal = await place.nursery.propose("server", "alice", MOSS)
    with pytest.raises(SeedbedError, match="cannot be written"):
        await place.nursery.approve(proposal.id)
    place.planted.unlink()
    assert (await place.nursery.approve(proposal.id)).decision is Decision.APPROVED


async def test_two_processes_that_approve_at_once_make_one_seed(place: Place) -> None:
    """A press of the button and a command; whoever is second finds it done, or is told so and tries again."""
    other = SeedNursery(place.store, place.librarian, place.planted, place.clock)
    proposal = await place.nursery.propose("server", "alice", MOSS)
    outcomes = await asyncio.gather(
        place.nursery.approve(proposal.id), other.approve(proposal.id), return_exceptions=True
    )
    assert any(not isinstance(outcome, BaseException) for outcome in outcomes)
    await place.librarian.refresh()
    approved = await place.nursery.approve(proposal.id)
    assert place.ids == ["reed", approved.seed]
    assert [path.stem for path in place.planted.iterdir()] == [approved.seed]


# ---- what is left when a process ends in between -------------------------------------------------------------------


async def test_an_approval_cut_short_is_finished_by_approving_again(place: Place) -> None:
    proposal = await place.nursery.propose("server", "alice", MOSS)
    await place.nursery.approve(proposal.id)
    place.forget_decision(proposal.id)
    place.clock.advance(days=3)
    assert (await place.nursery.approve(proposal.id)).seed == PLANTED
    assert place.ids == ["reed", PLANTED]


async def test_an_approval_cut_short_can_still_be_declined(place: Place) -> None:
    proposal = await place.nursery.propose("server", "alice", MOSS)
    await place.nursery.approve(proposal.id)
    place.forget_decision(proposal.id)
    await place.nursery.decline(proposal.id)
    await place.librarian.refresh()
    assert place.ids == ["reed"]


async def test_an_approval_cut_short_can_still_be_mended(place: Place) -> None:
    proposal = await place.nursery.propose("server", "alice", MOSS)
    await place.nursery.approve(proposal.id)
    place.forget_decision(proposal.id)
    await place.nursery.revise(proposal.id, replace(MOSS, text="Moss drinks the rain."))
    approved = await place.nursery.approve(proposal.id)
    assert place.ids == ["reed", approved.seed]
    assert (await place.seed(approved.seed or PLANTED)).text == "Moss drinks the rain."


async def test_a_file_that_organisers_laid_there_is_never_taken_for_a_leftover(place: Place) -> None:
    library.put(place.planted / "fern.yaml", library.as_yaml(library.seed_of(FERN, SeedId("fern"))))
    await place.librarian.refresh()
    with pytest.raises(UsageError, match="the library has this text already, as fern"):
        await place.nursery.propose("server", "alice", FERN)


async def test_files_that_are_missing_are_written_again_at_the_start(tmp_path: Path, clock: FakeClock) -> None:
    """As from a backup, which is of the database alone."""
    async with at_work(tmp_path, clock) as place:
        proposal = await place.nursery.propose("server", "alice", MOSS)
        await place.nursery.approve(proposal.id)
        before = (place.planted / f"{PLANTED}.yaml").read_bytes()
        lineage = place.librarian.candidates[1].lineage
    shutil.rmtree(tmp_path / "planted")
    async with at_work(tmp_path, clock) as place:
        assert (place.planted / f"{PLANTED}.yaml").read_bytes() == before
        assert (place.ids, place.librarian.candidates[1].lineage) == (["reed", PLANTED], lineage)


async def test_a_start_goes_on_where_they_cannot_be_written_again(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(tmp_path, clock) as place:
        await place.nursery.approve((await place.nursery.propose("server", "alice", MOSS)).id)
        (place.planted / f"{PLANTED}.yaml").unlink()
        place.planted.rmdir()
        place.planted.symlink_to(tmp_path / "nowhere" / "else")
        caplog.clear()
        await place.nursery.restore()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


# ---- moving them into the library ----------------------------------------------------------------------------------


async def test_exported_files_are_seeds_of_the_library_and_stay_the_same_seeds(place: Place) -> None:
    approved = await place.nursery.approve((await place.nursery.propose("server", "alice", MOSS)).id)
    lineage = place.librarian.candidates[1].lineage
    target = place.root / "seeds" / "planted" / f"{approved.seed}.yaml"
    assert await place.nursery.export(target.parent) == [target]
    assert list(place.planted.iterdir()) == []
    await place.nursery.restore()
    assert list(place.planted.iterdir()) == [], "what was exported is not written again"
    assert {candidate.id: candidate.lineage for candidate in place.librarian.candidates}[PLANTED] == lineage
    assert await place.store.shelf.problems() == []
    assert await place.nursery.export(target.parent) == []


async def test_what_organisers_changed_in_a_file_is_exported_with_it(place: Place) -> None:
    await place.nursery.approve((await place.nursery.propose("server", "alice", MOSS)).id)
    file = place.planted / f"{PLANTED}.yaml"
    file.write_text(file.read_text() + "note: seen by two of us\n")
    (moved,) = await place.nursery.export(place.root / "seeds")
    assert moved.read_text().endswith("note: seen by two of us\n")


async def test_a_file_that_is_no_text_any_more_stays_where_it_is(place: Place) -> None:
    await place.nursery.approve((await place.nursery.propose("server", "alice", MOSS)).id)
    (place.planted / f"{PLANTED}.yaml").write_bytes(b"text: \xff\n")
    with pytest.raises(SeedbedError, match="cannot be read"):
        await place.nursery.export(place.root / "seeds" / "planted")
    assert (place.planted / f"{PLANTED}.yaml").exists()


async def test_another_file_of_that_name_stays_and_nothing_is_moved(place: Place) -> None:
    for cutting in (FERN, MOSS):
        await place.nursery.approve((await place.nursery.propose("server", "alice", cutting)).id)
    other = place.root / "seeds" / f"{PLANTED}.yaml"
    other.write_text("id: another\ntext: Another text.\n")
    with pytest.raises(UsageError, match="is another file; move it away"):
        await place.nursery.export(place.root / "seeds")
    assert other.read_text() == "id: another\ntext: Another text.\n"
    assert len(list(place.planted.iterdir())) == 2
    with pytest.raises(UsageError, match="is where it is already"):
        await place.nursery.export(place.planted)
    assert len(list(place.planted.iterdir())) == 2


@pytest.mark.parametrize("marked", [False, True])
async def test_an_export_cut_short_is_finished_by_another(place: Place, marked: bool) -> None:
    """After the copy, or after the row was marked too: the file is in both places."""
    proposal = await place.nursery.approve((await place.nursery.propose("server", "alice", MOSS)).id)
    target = place.root / "seeds" / "planted" / f"{PLANTED}.yaml"
    library.put(target, (place.planted / f"{PLANTED}.yaml").read_text())
    lineage = place.librarian.candidates[1].lineage
    if marked:
        await place.store.proposals.exported(proposal.id)
    await place.librarian.refresh()
    assert len(await place.store.shelf.problems()) == 1, "the id is there twice"
    assert await place.nursery.export(target.parent) == [target]
    assert (list(place.planted.iterdir()), await place.store.shelf.problems()) == ([], [])
    assert place.ids == [PLANTED, "reed"]
    assert place.librarian.candidates[0].lineage == lineage


# ---- the rest ------------------------------------------------------------------------------------------------------


async def test_the_organisers_channel_is_kept_for_each_server(place: Place) -> None:
    assert await place.nursery.organisers("server") is None
    await place.nursery.set_organisers("server", "42")
    await place.nursery.set_organisers("elsewhere", "43")
    await place.nursery.set_organisers("elsewhere", None)
    assert (await place.nursery.organisers("server"), await place.nursery.organisers("elsewhere")) == ("42", None)


async def test_a_member_who_is_forgotten_leaves_no_name(place: Place) -> None:
    kept = await place.nursery.approve((await place.nursery.propose("server", "alice", MOSS)).id)
    await place.nursery.propose("server", "alice", FERN)
    assert await place.nursery.forget_member("alice") == 2
    assert await place.nursery.waiting(None) == []
    assert await place.nursery.proposal(kept.id) == replace(kept, by=None)
    assert "alice" not in (place.planted / f"{PLANTED}.yaml").read_text()


async def test_a_problem_in_a_planted_file_is_told_by_its_real_place(place: Place) -> None:
    library.put(place.planted / "bad.yaml", "txt: x\n")
    await place.librarian.refresh()
    (problem,) = await place.store.shelf.problems()
    assert problem.path == Path(place.root.name, "planted", "bad.yaml")
    (place.planted / "bad.yaml").unlink()
    await place.librarian.refresh()
    assert await place.store.shelf.problems() == []


async def test_files_of_the_same_name_in_both_folders_are_two_files(place: Place) -> None:
    assert library.read_file(place.root / "seeds", "reed.yaml", Stamp(0, 0, 0)).problems == ()
    library.put(place.planted / "reed.yaml", "id: other-reed\ntext: Another reed.\n")
    await place.librarian.refresh()
    assert place.ids == ["reed", "other-reed"]
