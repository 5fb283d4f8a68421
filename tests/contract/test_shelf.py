"""What every shelf promises, over memory and SQLite alike."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.errors import Problem
from bot.model import Family, Prompt, Seed, SeedId, Source
from bot.ports import FileReading, Shelf, ShelfChange, Stamp
from bot.storage.database import Database
from bot.storage.shelf import SqliteShelf
from tests.fakes.clock import BEGINNING
from tests.fakes.memory_shelf import MemoryShelf
from tests.fakes.seeds import check_index, make_reading, make_seed

RIVER = "A river never stays the same, and neither does the one who steps into it for the second time."
STONE = "The stone on the hill waits for the wind and the rain to make a valley out of a mountain range."
BREAD = "Whoever kneads the dough at four in the morning knows why the loaf is worth more than its flour."


@pytest.fixture(params=["memory", "sqlite"])
def shelf(request: pytest.FixtureRequest) -> Iterator[Shelf]:
    """Each kind of shelf in turn; whatever a test did, the full-text index agrees with the rows in the end."""
    if request.param == "memory":
        yield MemoryShelf()
        return
    database: Database = request.getfixturevalue("database")
    yield SqliteShelf(database)
    check_index(database.path)


async def take(shelf: Shelf, *readings: FileReading, vanished: Sequence[str] = ()) -> ShelfChange:
    return await shelf.update(readings, vanished, BEGINNING)


async def ids(shelf: Shelf) -> list[str]:
    return [candidate.id for candidate in await shelf.catalogue()]


async def lineages(shelf: Shelf) -> dict[str, int]:
    return {candidate.id: candidate.lineage for candidate in await shelf.catalogue()}


async def found(shelf: Shelf, *words: str) -> list[str]:
    return [hit.id for hit in await shelf.match_all(words, 10)]


# ---- taking files in ----------------------------------------------------------------------------------------------


async def test_an_empty_shelf_has_nothing(shelf: Shelf) -> None:
    assert await shelf.stamps() == {}
    assert await shelf.catalogue() == []
    assert await shelf.size() == 0
    assert await shelf.seed(SeedId("river")) is None
    assert list(await shelf.problems()) == []
    assert list(await shelf.notices()) == []
    assert await found(shelf, "river") == []


async def test_a_seed_comes_back_as_its_file_has_it(shelf: Shelf) -> None:
    seed = Seed(
        id=SeedId("river"),
        text=RIVER,
        fingerprint="f",
        title='On "change" \\ rivers',
        author="Heraclitus",
        source=Source("Fragments", "https://example.org/fragments", "1901-05"),
        topics=("change", "time\u2019s arrow"),
        prompts=(Prompt("Which river?", Family.CONNECT, "which"), Prompt("Why the same?", Family.DIRECT, "why")),
        series="Fragments",
        part=12,
    )
    await take(shelf, make_reading("river.yaml", seed))
    assert await shelf.seed(SeedId("river")) == seed
    bare = make_seed("stone", STONE)
    await take(shelf, make_reading("stone.yaml", bare))
    assert await shelf.seed(SeedId("stone")) == bare


async def test_the_catalogue_is_in_the_order_of_the_library(shelf: Shelf) -> None:
    """By path, then by place in the file, whatever came first."""
    await take(shelf, make_reading("m.yaml", make_seed("m2", RIVER), make_seed("m1", STONE)))
    await take(shelf, make_reading("z.yaml", make_seed("z", BREAD)), make_reading("a/b.yaml", make_seed("b", "B")))
    catalogue = await shelf.catalogue()
    assert [candidate.id for candidate in catalogue] == ["b", "m2", "m1", "z"]
    assert [candidate.position for candidate in catalogue] == sorted(candidate.position for candidate in catalogue)
    assert len({candidate.position for candidate in catalogue}) == 4


async def test_a_candidate_has_what_the_picker_needs(shelf: Shelf) -> None:
    await take(
        shelf,
        make_reading(
            "a.yaml",
            make_seed("a", RIVER, author="A", source=Source("T", None, "1999"), topics=("x", "y")),
            make_seed("b", STONE, title="Title", source=Source("T", "https://example.org", None)),
        ),
    )
    first, second = await shelf.catalogue()
    assert (first.heading, first.author, first.source) == ("A river never stays the same, and neither …", "A", "T")
    assert (first.topics, first.published) == (("x", "y"), "1999")
    assert (second.heading, second.source, second.topics) == ("Title", "https://example.org", ())


async def test_a_text_is_known_while_a_seed_in_use_has_it(shelf: Shelf) -> None:
    river = make_seed("river", RIVER)
    assert await shelf.holds(river.fingerprint) is None
    await take(shelf, make_reading("b.yaml", river), make_reading("a.yaml", make_seed("stream", RIVER)))
    assert await shelf.holds(river.fingerprint) == "stream"
    await take(shelf, vanished=["a.yaml"])
    assert await shelf.holds(river.fingerprint) == "river"
    await take(shelf, make_reading("b.yaml", make_seed("river", STONE)))
    assert await shelf.holds(river.fingerprint) is None


async def test_stamps_tell_what_was_taken_in(shelf: Shelf) -> None:
    stamp = Stamp(size=12, mtime_ns=1_800_000_000_123_456_789, inode=2**64 - 1)
    await take(shelf, FileReading("a.yaml", stamp, ()), make_reading("b.yaml", make_seed("b", RIVER)))
    assert (await shelf.stamps())["a.yaml"] == stamp
    await take(shelf, vanished=["a.yaml"])
    assert list(await shelf.stamps()) == ["b.yaml"]


async def test_files_with_a_problem_are_told_apart(shelf: Shelf) -> None:
    """Whoever starts up later must know of them too, or what they keep would stay in use once they are deleted."""
    await take(shelf, make_reading("b.yaml", make_seed("x", STONE)), make_reading("c.yaml", make_seed("y", BREAD)))
    assert await shelf.troubled() == {}
    problem = Problem(Path("c.yaml"), 1, 1, "a tab", "use spaces")
    await take(shelf, make_reading("a.yaml", make_seed("x", RIVER)), make_reading("c.yaml", problems=(problem,)))
    assert sorted(await shelf.troubled()) == ["b.yaml", "c.yaml"]
    assert list(await shelf.stamps()) == ["a.yaml"]
    await take(shelf, vanished=["b.yaml", "c.yaml"])
    assert await shelf.troubled() == {}
    assert await ids(shelf) == ["x"]


async def test_an_update_says_what_changed(shelf: Shelf) -> None:
    first = make_reading("a.yaml", make_seed("a", RIVER), make_seed("b", STONE))
    assert await take(shelf, first) == ShelfChange((SeedId("a"), SeedId("b")), ())
    assert await take(shelf, first) == ShelfChange((), ())
    changed = make_reading("a.yaml", make_seed("a", RIVER, title="Now with a title"))
    assert await take(shelf, changed) == ShelfChange((SeedId("a"),), (SeedId("b"),))
    assert await take(shelf, vanished=["a.yaml", "never.yaml"]) == ShelfChange((), (SeedId("a"),))


async def test_a_seed_whose_file_is_gone_is_out_of_use_but_known(shelf: Shelf) -> None:
    """A post of it may still be on its way, and its answer names it."""
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER)))
    await take(shelf, vanished=["a.yaml"])
    assert await ids(shelf) == []
    assert await shelf.size() == 0
    assert await found(shelf, "river") == []
    known = await shelf.seed(SeedId("a"))
    assert known is not None
    assert known.text == RIVER


async def test_a_file_name_that_is_no_text_is_no_obstacle(shelf: Shelf) -> None:
    """Linux lets a file be called anything; such a name reaches us with half characters in it."""
    path = "b\udcff.yaml"
    problem = Problem(Path(path), 0, 0, "its name is no text", "rename it")
    await take(shelf, FileReading(path, Stamp(1, 1, 1), (), (problem,)), make_reading("a.yaml", make_seed("a", RIVER)))
    assert await ids(shelf) == ["a"]
    assert len(await shelf.problems()) == 1
    await take(shelf, vanished=[path])
    assert list(await shelf.problems()) == []


async def test_seeds_that_only_move_are_moved(shelf: Shelf) -> None:
    """Within their file, and to another one whose name says nothing of theirs."""
    river, stone = make_seed("river", RIVER), make_seed("stone", STONE)
    await take(shelf, make_reading("a.yaml", river, stone))
    before = await lineages(shelf)
    assert await take(shelf, make_reading("a.yaml", stone, river)) == ShelfChange(
        (SeedId("stone"), SeedId("river")), ()
    )
    assert await ids(shelf) == ["stone", "river"]
    await take(shelf, make_reading("a.yaml", stone), make_reading("z.yaml", river))
    await take(shelf, vanished=["a.yaml"])
    assert await ids(shelf) == ["river"]
    assert await found(shelf, "river") == ["river"]
    assert await lineages(shelf) == {"river": before["river"]}


# ---- problems and notices -----------------------------------------------------------------------------------------


async def test_a_bad_file_keeps_what_was_known_of_it(shelf: Shelf) -> None:
    """The last good version of a seed stays usable, beside the good seeds of its file."""
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER), make_seed("b", STONE)))
    problem = Problem(Path("a.yaml"), 3, 1, "a tab", "use spaces")
    await take(shelf, make_reading("a.yaml", make_seed("b", STONE, title="Stone"), problems=(problem,)))
    assert sorted(await ids(shelf)) == ["a", "b"]
    assert await found(shelf, "river") == ["a"]
    assert list(await shelf.problems()) == [problem]
    assert await shelf.stamps() == {}

    await take(shelf, make_reading("a.yaml", make_seed("b", STONE, title="Stone")))
    assert await ids(shelf) == ["b"]
    assert list(await shelf.problems()) == []
    assert list(await shelf.stamps()) == ["a.yaml"]


async def test_what_a_bad_file_keeps_is_not_taken_for_gone(shelf: Shelf) -> None:
    """A seed like it that arrives meanwhile is another one."""
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER)))
    problem = Problem(Path("a.yaml"), 3, 1, "a tab", "use spaces")
    like_it = make_seed("b", RIVER + " So they say.")
    await take(shelf, make_reading("a.yaml", problems=(problem,)), make_reading("b.yaml", like_it))
    assert len(set((await lineages(shelf)).values())) == 2


async def test_a_bad_file_does_not_keep_a_text_that_moved_within_it(shelf: Shelf) -> None:
    """Ids derived from places shift when an item is put in front; its text must not be there twice."""
    await take(shelf, make_reading("a.yaml", make_seed("a-1", RIVER), make_seed("a-2", STONE)))
    problem = Problem(Path("a.yaml"), 1, 1, "no text", "add one")
    moved = make_reading("a.yaml", make_seed("a-2", RIVER), make_seed("a-3", STONE), problems=(problem,))
    await take(shelf, moved)
    assert await ids(shelf) == ["a-2", "a-3"]


async def test_problems_come_by_path_and_line(shelf: Shelf) -> None:
    def problem(path: str, line: int) -> Problem:
        return Problem(Path(path), line, 2, "wrong", "right it")

    later = make_reading("b.yaml", problems=(problem("b.yaml", 9), problem("b.yaml", 2)))
    await take(shelf, later, make_reading("a.yaml", problems=(problem("a.yaml", 5),)))
    assert [(p.path.name, p.line) for p in await shelf.problems()] == [("a.yaml", 5), ("b.yaml", 2), ("b.yaml", 9)]


async def test_the_same_id_twice_is_a_problem_of_the_later_path(shelf: Shelf) -> None:
    await take(shelf, make_reading("b.yaml", make_seed("x", STONE)), make_reading("a.yaml", make_seed("x", RIVER)))
    (problem,) = await shelf.problems()
    assert problem.path == Path("b.yaml")
    assert "a.yaml:1" in problem.what
    seed = await shelf.seed(SeedId("x"))
    assert seed is not None
    assert seed.text == RIVER
    assert list(await shelf.stamps()) == ["a.yaml"]


async def test_the_later_path_is_taken_in_once_the_first_is_gone(shelf: Shelf) -> None:
    second = make_reading("b.yaml", make_seed("x", STONE))
    await take(shelf, make_reading("a.yaml", make_seed("x", RIVER)), second)
    await take(shelf, second, vanished=["a.yaml"])
    seed = await shelf.seed(SeedId("x"))
    assert seed is not None
    assert seed.text == STONE
    assert list(await shelf.problems()) == []
    assert list(await shelf.stamps()) == ["b.yaml"]


async def test_an_earlier_path_that_comes_later_takes_the_id(shelf: Shelf) -> None:
    """The outcome does not depend on which of two files was seen first, and the one that lost is to be read again."""
    await take(shelf, make_reading("b.yaml", make_seed("x", STONE), make_seed("y", BREAD)))
    await take(shelf, make_reading("a.yaml", make_seed("x", RIVER)))
    assert await ids(shelf) == ["x", "y"]
    (problem,) = await shelf.problems()
    assert (problem.path, problem.line) == (Path("b.yaml"), 1)
    assert list(await shelf.stamps()) == ["a.yaml"]
    assert await found(shelf, "stone") == []
    assert await found(shelf, "river") == ["x"]


async def test_two_seeds_that_quarrel_about_an_id_do_not_share_a_lineage(shelf: Shelf) -> None:
    """Or reading one would silently spend the other, once its id is put right."""
    await take(shelf, make_reading("b.yaml", make_seed("x", STONE)))
    stone = (await lineages(shelf))["x"]
    await take(shelf, make_reading("a.yaml", make_seed("x", RIVER)))
    await take(shelf, make_reading("b.yaml", make_seed("stone", STONE)))
    assert (await lineages(shelf))["stone"] == stone
    assert (await lineages(shelf))["x"] != stone


async def test_paths_are_told_as_people_know_them(shelf: Shelf) -> None:
    first = make_reading("a.yaml", make_seed("x", RIVER), make_seed("y", STONE), shown=Path("seeds/a.yaml"))
    second = make_reading("b.yaml", make_seed("x", BREAD), make_seed("z", STONE), shown=Path("seeds/b.yaml"))
    await take(shelf, first, second)
    (problem,) = await shelf.problems()
    (notice,) = await shelf.notices()
    assert (problem.path, notice.path) == (Path("seeds/b.yaml"), Path("seeds/b.yaml"))
    assert "seeds/a.yaml:1" in problem.what
    assert "seeds/a.yaml:2" in notice.what


async def test_exact_duplicates_are_noticed_with_both_places_and_share_a_lineage(shelf: Shelf) -> None:
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER)), make_reading("b.yaml", make_seed("b", RIVER)))
    (notice,) = await shelf.notices()
    assert notice.path == Path("b.yaml")
    assert "'a' in a.yaml:1" in notice.what
    assert len(set((await lineages(shelf)).values())) == 1
    assert sorted(await shelf.stamps()) == ["a.yaml", "b.yaml"]
    await take(shelf, vanished=["a.yaml"])
    assert list(await shelf.notices()) == []


async def test_notices_of_a_file_last_as_long_as_it(shelf: Shelf) -> None:
    notice = Problem(Path("a.yaml"), 2, 3, "a zero-width space was removed", "nothing to do")
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER), notices=(notice,)))
    assert list(await shelf.notices()) == [notice]
    assert list(await shelf.problems()) == []
    assert list(await shelf.stamps()) == ["a.yaml"]
    await take(shelf, vanished=["a.yaml"])
    assert list(await shelf.notices()) == []


# ---- lineages -----------------------------------------------------------------------------------------------------


async def test_a_seed_keeps_its_lineage_through_everything_at_once(shelf: Shelf) -> None:
    """Another file, another id, another place and some other words, in one change."""
    await take(shelf, make_reading("a.yaml", make_seed("a-1", RIVER), make_seed("a-2", STONE)))
    before = await lineages(shelf)
    moved = make_reading(
        "sub/new.yaml",
        make_seed("new-1", STONE.replace("hill", "slope")),
        make_seed("new-2", BREAD),
        make_seed("r", RIVER),
    )
    await take(shelf, moved, vanished=["a.yaml"])
    after = await lineages(shelf)
    assert after["new-1"] == before["a-2"]
    assert after["r"] == before["a-1"]
    assert after["new-2"] not in before.values()


async def test_a_text_that_comes_back_is_known(shelf: Shelf) -> None:
    """Also after its id has held other texts meanwhile."""
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER)))
    (before,) = (await lineages(shelf)).values()
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER.replace("never", "hardly ever"))))
    await take(shelf, vanished=["a.yaml"])
    await take(shelf, make_reading("b.yaml", make_seed("b", RIVER)))
    assert await lineages(shelf) == {"b": before}


async def test_a_copy_that_becomes_another_text_gets_a_lineage_of_its_own(shelf: Shelf) -> None:
    """People begin a new file by copying one; the new seed must not count as read because the old one was."""
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER)))
    await take(shelf, make_reading("b.yaml", make_seed("b", RIVER)))
    await take(shelf, make_reading("b.yaml", make_seed("b", BREAD)))
    after = await lineages(shelf)
    assert after["a"] != after["b"]


async def test_an_unread_file_does_not_change_lineages(shelf: Shelf) -> None:
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER)), make_reading("b.yaml", make_seed("b", STONE)))
    before = await lineages(shelf)
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER + " So they say.")))
    assert await lineages(shelf) == before


# ---- full text ----------------------------------------------------------------------------------------------------


async def test_every_word_must_be_there(shelf: Shelf) -> None:
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER), make_seed("b", STONE)))
    assert await found(shelf, "RIVER", "same") == ["a"]
    assert await found(shelf, "river", "stone") == []
    assert sorted(await found(shelf, "the")) == ["a", "b"]
    assert list(await shelf.match_all((), 10)) == []


async def test_words_stand_in_topics_title_author_source_and_text(shelf: Shelf) -> None:
    seed = make_seed(
        "a", "Body.", title="Heading", author="Writer", source=Source("Volume"), topics=("subject matter",)
    )
    await take(shelf, make_reading("a.yaml", seed, make_seed("b", STONE)))
    for word in ("body", "heading", "writer", "volume", "subject", "matter"):
        assert await found(shelf, word) == ["a"], word


async def test_a_topic_says_more_than_a_title_and_a_title_more_than_the_text(shelf: Shelf) -> None:
    other = ("Nothing to see in this one at all.", "Or in this one here.", "Still nothing here to see.")
    await take(
        shelf,
        make_reading("a.yaml", make_seed("text", "A word on patience.")),
        make_reading("b.yaml", make_seed("title", "A word on them.", title="patience")),
        make_reading("c.yaml", make_seed("topic", "A word on this.", topics=("patience",))),
        *(make_reading(f"x{n}.yaml", make_seed(f"x{n}", text)) for n, text in enumerate(other)),
    )
    assert await found(shelf, "patience") == ["topic", "title", "text"]


async def test_an_essential_word_must_be_there_and_all_words_rank(shelf: Shelf) -> None:
    await take(
        shelf,
        make_reading("a.yaml", make_seed("common", "wind and rain and wind and snow")),
        make_reading("b.yaml", make_seed("rare", "a heron in the reeds")),
        make_reading("c.yaml", make_seed("both", "a heron in the wind")),
        make_reading("d.yaml", make_seed("neither", "a loaf of bread")),
        make_reading("e.yaml", make_seed("none", "a pair of shoes")),
    )
    hits = await shelf.match_any(["heron", "wind"], ["heron"], 10)
    assert [hit.id for hit in hits] == ["both", "rare"]
    assert hits[0].score > hits[1].score
    assert len(await shelf.match_any(["heron", "wind"], ["heron", "wind"], 10)) == 3
    assert len(await shelf.match_any(["heron", "wind"], ["heron", "wind"], 2)) == 2
    assert list(await shelf.match_any(["heron"], [], 10)) == []


async def test_a_repeated_word_weighs_more(shelf: Shelf) -> None:
    await take(
        shelf,
        make_reading("a.yaml", make_seed("a", "an oak by the wall")),
        make_reading("b.yaml", make_seed("b", "an elm by the wall")),
        *(make_reading(f"x{n}.yaml", make_seed(f"x{n}", f"nothing number{n} at all")) for n in range(4)),
    )
    assert (await shelf.match_any(["oak", "oak", "elm"], ["oak", "elm"], 10))[0].id == "a"
    assert (await shelf.match_any(["oak", "elm", "elm"], ["oak", "elm"], 10))[0].id == "b"


async def test_signs_and_emoji_do_not_stick_to_words(shelf: Shelf) -> None:
    text = "avocado🥑toast, ❤️honey❤️, tea🫖 \u2066isolated\u2069"
    await take(shelf, make_reading("a.yaml", make_seed("a", text, topics=('rock "n" roll \\ jazz',))))
    for word in ("avocado", "toast", "honey", "tea", "isolated", "rock", "n", "jazz"):
        assert await found(shelf, word) == ["a"], word


async def test_frequencies_are_counted_no_further_than_asked(shelf: Shelf) -> None:
    await take(shelf, *(make_reading(f"{n}.yaml", make_seed(f"s{n}", f"bread number{n}")) for n in range(5)))
    assert await shelf.frequencies(["bread", "number3", "cake"], 100) == {"bread": 5, "number3": 1, "cake": 0}
    assert await shelf.frequencies(["bread"], 3) == {"bread": 3}


async def test_a_hit_is_headed_by_the_title_or_the_first_words(shelf: Shelf) -> None:
    await take(shelf, make_reading("a.yaml", make_seed("a", RIVER, title="Change"), make_seed("b", STONE)))
    assert (await shelf.match_all(["river"], 1))[0].title == "Change"
    assert (await shelf.match_all(["stone"], 1))[0].title == "The stone on the hill waits for the …"


async def test_a_name_is_found_whatever_its_case_accents_and_hyphens(shelf: Shelf) -> None:
    await take(
        shelf,
        make_reading(
            "a.yaml",
            make_seed("topic", RIVER, topics=("Café-Society", "change")),
            make_seed("title", STONE, title="Cafe society"),
            make_seed("longer", BREAD, topics=("cafe society today",)),
        ),
    )
    assert {hit.id for hit in await shelf.named("cafe society", 10)} == {"topic", "title"}
    assert len(await shelf.named("cafe society", 1)) == 1
    await take(shelf, make_reading("a.yaml", make_seed("topic", RIVER, topics=("change",))))
    assert list(await shelf.named("cafe society", 10)) == []


@pytest.mark.parametrize(
    ("text", "whole", "within"),
    [
        ("道可道。非常道。名可名。非常名。", ["可道"], ["常"]),
        ("ความรักเป็นสิ่งที่งดงามที่สุดในโลก", ["รัก"], ["โล"]),
        ("古池や蛙飛びこむ水の音", ["古池"], ["音"]),
        ("나라말이 중국과 달라 문자와 서로 통하지 아니하므로", ["중국"], ["말"]),
        ("सत्य ही ईश्वर है और प्रेम उसका मार्ग", ["ईश्वर"], ["सत्य"]),
    ],
)
async def test_every_script_is_found_by_words_and_by_single_characters(
    shelf: Shelf, text: str, whole: list[str], within: list[str]
) -> None:
    await take(shelf, make_reading("a.yaml", make_seed("a", text, title=text[:8]), make_seed("b", STONE)))
    assert await found(shelf, *whole) == ["a"]
    assert await found(shelf, *within) == ["a"]
    assert await shelf.frequencies(within, 10) == dict.fromkeys(within, 1)
    await take(shelf, make_reading("a.yaml", make_seed("b", STONE)))
    assert await found(shelf, *whole) == []
