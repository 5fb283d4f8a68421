"""Search by topic: any text is safe, every seed can be found, and the order is what a reader expects."""

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Candidate, Hit, Seed
from bot.ports import Shelf
from bot.search.fulltext import WORDS, FullTextSearcher
from bot.search.text import content_words, index_form, is_stump, name_key, words
from bot.search.topics import TopicIndex
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.shelf import SqliteShelf
from tests.fakes.clock import BEGINNING
from tests.fakes.memory_shelf import MemoryShelf
from tests.fakes.seeds import check_index, make_reading, make_seed

LIBRARY = (
    make_seed("stoic", "Some things are up to us, and some are not.", title="Handbook", topics=("stoics", "freedom")),
    make_seed("sea", "The sea is never full, though all the rivers run into it.", topics=("rivers", "vanity")),
    make_seed("walk", "To walk is to think with the feet: freedom begins at the door.", author="Anne Walker"),
    make_seed("tao", "道可道。非常道。名可名。非常名。", title="道德经", topics=("道",)),
    make_seed("proof", "A proof is a letter to a sceptic; freedom of style is allowed.", topics=("proofs", "C++")),
)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[SqliteShelf]:
    """A shelf on a new file; in the end the index is checked against the rows."""
    migrate(path)
    database = await Database.open(path)
    try:
        yield SqliteShelf(database)
        check_index(path)
    finally:
        await database.close()


async def fill(shelf: Shelf, *seeds: Seed) -> FullTextSearcher:
    """Each seed in a file of its own, in the order given."""
    await shelf.update([make_reading(f"{n:04}.yaml", seed) for n, seed in enumerate(seeds)], [], BEGINNING)
    searcher = FullTextSearcher(shelf)
    searcher.update({topic: 1 for seed in seeds for topic in seed.topics})
    return searcher


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[SqliteShelf]:
    async with opened(tmp_path / "shelf.db") as shelf:
        yield shelf


@pytest.fixture
async def searcher(shelf: SqliteShelf) -> FullTextSearcher:
    return await fill(shelf, *LIBRARY)


def ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.id for hit in hits]


# ---- cutting text into words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ('What\'s "love" AND (death)?', ["What", "s", "love", "AND", "death"]),
        ("t:love lov* NEAR/3 -death ^x", ["t", "love", "lov", "NEAR", "3", "death", "x"]),
        ("na\u00efve cafe\u0301", ["naïve", "café"]),
        ("पैंथर्स डिफ़ेंस", ["पैंथर्स", "डिफ़ेंस"]),
        ("道可道 x", ["道可", "可道", "x"]),
        ("第3章", ["第", "3", "章"]),
        ("ความรัก", ["ควา", "วาม", "ามร", "มรั", "รัก"]),
        ("avocado🥑toast ❤️", ["avocado", "toast"]),
        ("\0\ud800 \u200b", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_the_index_is_given_plain_text_as_it_is() -> None:
    """So that most texts need no second copy."""
    for text in ("Plain text, with a dash — and “quotes”.", "Überall", "Слово"):
        assert index_form(text) == text


def test_the_index_is_given_the_ends_of_runs_too() -> None:
    assert index_form("黑豹队x").split() == ["黑豹", "豹队", "队", "x"]
    assert index_form("ความ").split() == ["ควา", "วาม", "าม", "ม"]


def test_stumps() -> None:
    assert [word for word in ("道", "道德", "รั", "รัก", "a", "x1", "") if is_stump(word)] == ["道", "รั"]


def test_stop_words_go_unless_there_is_nothing_else() -> None:
    assert content_words("What is the Meaning of meaning?") == ["Meaning"]
    assert content_words("To be or not to be") == ["To", "be", "or", "not"]


def test_names_compare_by_what_matters() -> None:
    assert name_key("  Mechanistic-Interpretability ") == name_key("mechanistic  interpretability")
    assert name_key("Éducation") == name_key("education")
    assert name_key("C++") != name_key("C")
    assert name_key("हिन्दी") != name_key("हनद")


# ---- searching ----------------------------------------------------------------------------------------------------


async def test_a_topic_by_name_comes_first(shelf: SqliteShelf) -> None:
    """Even before a text that says the word over and over."""
    loud = make_seed("loud", "freedom " * 50, title="freedom and freedom")
    searcher = await fill(shelf, loud, *LIBRARY)
    hits = await searcher.search("Freedom", 10)
    assert ids(hits)[:2] == ["stoic", "loud"]
    assert sorted(ids(hits)) == ["loud", "proof", "stoic", "walk"]


async def test_a_title_by_name_comes_first(searcher: FullTextSearcher) -> None:
    assert ids(await searcher.search("handbook", 1)) == ["stoic"]
    assert ids(await searcher.search("道德经", 1)) == ["tao"]


async def test_a_name_without_a_word_is_found(shelf: SqliteShelf) -> None:
    searcher = await fill(shelf, make_seed("a", "One."), make_seed("b", "Two.", topics=("🌱",)))
    assert ids(await searcher.search("🌱", 10)) == ["b"]
    assert await searcher.search("🌲", 10) == []


async def test_every_word_before_some_of_them(searcher: FullTextSearcher) -> None:
    assert ids(await searcher.search("freedom of the door", 10))[0] == "walk"
    assert set(ids(await searcher.search("freedom of the door", 10))) == {"walk", "stoic", "proof"}


async def test_unknown_words_do_not_hide_known_ones(searcher: FullTextSearcher) -> None:
    assert ids(await searcher.search("sceptic zzyzx", 10)) == ["proof"]


async def test_english_endings_do_not_matter(searcher: FullTextSearcher) -> None:
    assert ids(await searcher.search("river thinking", 10)) == ["sea", "walk"]


async def test_nothing_is_found_where_nothing_matches(searcher: FullTextSearcher) -> None:
    assert await searcher.search("quantum chromodynamics", 10) == []
    assert await searcher.search("", 10) == []
    assert await searcher.search(" \n?!", 10) == []


async def test_as_many_hits_as_asked_and_better_scores_first(searcher: FullTextSearcher) -> None:
    hits = await searcher.search("freedom is up to the sea", 10)
    assert len(hits) > 2
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(await searcher.search("freedom is up to the sea", 2)) == 2
    assert len(set(ids(hits))) == len(hits)


async def test_a_common_word_alone_does_not_bring_a_seed(shelf: SqliteShelf) -> None:
    """In a library so large that looking at every seed with the common word would take long."""
    crowd = [make_seed(f"c{n}", f"common words number{n}") for n in range(2_100)]
    searcher = await fill(
        shelf, *crowd, make_seed("rare", "common axolotl"), make_seed("only", "an axolotl that is alone")
    )
    assert ids(await searcher.search("common axolotl missing", 10)) == ["rare", "only"]


async def test_the_answer_to_common_words_only_is_not_empty(shelf: SqliteShelf) -> None:
    crowd = [make_seed(f"c{n}", f"common {'plain ' * (n % 2)} number{n}") for n in range(4_300)]
    searcher = await fill(shelf, *crowd)
    assert len(await searcher.search("common plain missing", 5)) == 5


async def test_essential_words_weigh_no_more_than_the_others(searcher: FullTextSearcher, shelf: SqliteShelf) -> None:
    """The scores are the same as where every word is essential."""
    words = ["freedom", "sceptic", "door", "door"]
    plain = {hit.id: hit.score for hit in await shelf.match_any(words, words, 10)}
    required = await shelf.match_any(words, ["freedom", "sceptic"], 10)
    assert ids(required) == ["walk", "proof", "stoic"]
    assert [hit.score for hit in required] == pytest.approx([plain[hit.id] for hit in required])


async def test_of_a_long_topic_the_rare_words_count(shelf: SqliteShelf) -> None:
    searcher = await fill(shelf, make_seed("a", "An axolotl, no less."), make_seed("b", "Bread."))
    long = " ".join(f"unheard{number}" for number in range(WORDS)) + " axolotl"
    assert ids(await searcher.search(long, 10)) == ["a"]
    assert ids(await searcher.search("axolotl " * 5_000, 10)) == ["a"]


async def test_the_same_answers_over_the_memory_shelf(shelf: SqliteShelf) -> None:
    """Which seeds are found does not hang on how SQLite weighs them."""
    real, plain = await fill(shelf, *LIBRARY), await fill(MemoryShelf(), *LIBRARY)
    for topic in ("freedom", "sea rivers", "道", "letter to nobody", "Walker", "nothing like it"):
        assert set(ids(await real.search(topic, 10))) == set(ids(await plain.search(topic, 10))), topic


# ---- any text -----------------------------------------------------------------------------------------------------

OPERATORS = [
    '"',
    "'",
    "(",
    ")",
    "*",
    "^",
    "-",
    "+",
    ":",
    "{",
    "}",
    " AND ",
    " OR ",
    " NOT ",
    "NEAR(",
    ", 3)",
    "\0",
    "%",
    ";",
]
ANY_TEXT = st.lists(st.sampled_from(OPERATORS) | st.text(max_size=12), max_size=40).map("".join) | st.text(
    alphabet="a道รहé🥑\ud83d", max_size=300
)


@pytest.fixture
async def over_anything(searcher: FullTextSearcher) -> FullTextSearcher:
    return searcher


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=ANY_TEXT)
async def test_any_text_is_safe(over_anything: FullTextSearcher, text: str) -> None:
    hits = await over_anything.search(text, 3)
    assert len({hit.id for hit in hits}) == len(hits) <= 3
    assert len(await over_anything.near(text)) == 3
    assert set(over_anything.complete(text, 4)) <= {"stoics", "freedom", "rivers", "vanity", "道", "proofs", "C++"}


@pytest.mark.parametrize(
    "text",
    [*(piece * 10_000 for piece in ("x", '"', "道", "🥑", "ก")), "( " * 5_000, " ".join(f"w{n}" for n in range(2_000))],
    ids=lambda text: ascii(text[:4]),
)
async def test_ten_thousand_characters_are_safe(searcher: FullTextSearcher, text: str) -> None:
    assert isinstance(await searcher.search(text, 10), list)
    assert len(await searcher.near(text)) == 3
    searcher.complete(text, 10)


LETTERS = st.text(st.characters(categories=("Lu", "Ll", "Lt", "Lo", "Lm", "Nd", "Mn", "Mc")), min_size=1, max_size=12)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.text(max_size=40), LETTERS, st.text(max_size=40)), min_size=1, max_size=6))
async def test_every_seed_is_found_by_its_own_word(parts: list[tuple[str, str, str]]) -> None:
    """In any script, between any other text, whatever the word is made of."""
    seeds = [
        make_seed(f"s{n}", f"{_clean(front)} {_clean(word)} {_clean(back)}")
        for n, (front, word, back) in enumerate(parts)
    ]
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder, "shelf.db")) as shelf:
            searcher = await fill(shelf, *seeds)
            for seed, (_, word, _) in zip(seeds, parts, strict=True):
                if words(word):
                    assert seed.id in ids(await searcher.search(word, 100))


def _clean(text: str) -> str:
    """As the library lets texts through: no half characters, no NUL."""
    return text.encode(errors="ignore").decode().replace("\0", "")


# ---- kept up to date ----------------------------------------------------------------------------------------------

PHRASES = ("a grey heron", "the old mill", "heron and mill", "nine rivers", "rivers of bread", "道可道", "bread")
A_SEED = st.builds(
    make_seed,
    st.sampled_from(["p", "q", "r", "s"]),
    st.sampled_from(PHRASES),
    title=st.sampled_from([None, "Heron", "Mill"]),
    topics=st.sampled_from([(), ("rivers",), ("bread", "道")]),
)
A_FILE = st.lists(A_SEED, max_size=3, unique_by=lambda seed: seed.id)
A_CHANGE = st.dictionaries(st.sampled_from(["a.yaml", "b.yaml", "c.yaml"]), st.none() | A_FILE, min_size=1)


@settings(deadline=None, max_examples=40)
@given(st.lists(A_CHANGE, min_size=1, max_size=6))
async def test_updates_one_by_one_end_as_one_that_is_fresh(changes: list[dict[str, list[Seed] | None]]) -> None:
    """Whatever came and went meanwhile, also where files quarrel about an id."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder, "old.db")) as old, opened(Path(folder, "fresh.db")) as fresh:
            files: dict[str, list[Seed]] = {}
            for change in changes:
                await _apply(old, files, change)
            await fresh.update([make_reading(path, *seeds) for path, seeds in files.items()], [], BEGINNING)
            assert await _seen(old) == await _seen(fresh)
            memory = MemoryShelf()
            await memory.update([make_reading(path, *seeds) for path, seeds in files.items()], [], BEGINNING)
            assert await _outline(memory) == await _outline(fresh)


async def _apply(shelf: Shelf, files: dict[str, list[Seed]], change: Mapping[str, list[Seed] | None]) -> None:
    """As the librarian does: what changed, and once more what has a problem."""
    vanished = [path for path, seeds in change.items() if seeds is None and path in files]
    for path, seeds in change.items():
        if seeds is None:
            files.pop(path, None)
        else:
            files[path] = seeds
    sound = await shelf.stamps()
    again = [path for path in files if path in change or path not in sound]
    await shelf.update([make_reading(path, *files[path]) for path in again], vanished, BEGINNING)


async def _seen(shelf: Shelf) -> object:
    searcher = FullTextSearcher(shelf)
    topics = ("heron", "old mill", "rivers bread", "道", "the", "a heron on the rivers", "nothing")
    return await _outline(shelf), [await searcher.search(topic, 50) for topic in topics]


async def _outline(shelf: Shelf) -> object:
    seeds = [(await shelf.seed(candidate.id), _but_lineage(candidate)) for candidate in await shelf.catalogue()]
    return seeds, list(await shelf.problems()), list(await shelf.notices()), await shelf.stamps()


def _but_lineage(candidate: Candidate) -> tuple[object, ...]:
    return candidate.heading, candidate.author, candidate.source, candidate.topics, candidate.position


# ---- topics -------------------------------------------------------------------------------------------------------

TOPICS = {"stoics": 40, "self-control": 9, "Self": 3, "the good life": 12, "Étude": 2, "life": 30, "道": 1}


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", ["stoics", "life", "the good life"]),
        ("st", ["stoics"]),
        ("LIFE", ["life", "the good life"]),
        ("l", ["life", "the good life"]),
        ("self c", ["self-control"]),
        ("self", ["self-control", "Self"]),
        ("good l", ["the good life"]),
        ("etu", ["Étude"]),
        ("道", ["道"]),
        ("x", []),
        ("ife", []),
        ("\U0010ffff", []),
    ],
)
def test_completion(prefix: str, expected: list[str]) -> None:
    assert TopicIndex(TOPICS).complete(prefix, 3) == expected


@pytest.mark.parametrize(
    ("topic", "first"),
    [
        ("stocis", "stoics"),
        ("a life of ease", "life"),
        ("what makes life good", "the good life"),
        ("selfcontrol", "self-control"),
        ("etudes", "Étude"),
        ("stoicism", "stoics"),
    ],
)
def test_near(topic: str, first: str) -> None:
    near = TopicIndex(TOPICS).near(topic, 3)
    assert near[0] == first
    assert len(set(near)) == 3


def test_near_falls_back_to_the_commonest() -> None:
    assert TopicIndex(TOPICS).near("zzzz", 3) == ["stoics", "life", "the good life"]
    assert TopicIndex({"one": 1}).near("zzzz", 3) == ["one"]
    assert TopicIndex({}).near("zzzz", 3) == []


def test_near_finds_a_rare_topic_among_very_many() -> None:
    """It is not one of the commonest, but begins like a word of what was typed."""
    topics = {f"topic {number}": 10 for number in range(5_000)} | {"axolotls": 1}
    assert TopicIndex(topics).near("an axolotl", 1) == ["axolotls"]


async def test_the_searcher_follows_the_library(shelf: SqliteShelf) -> None:
    searcher = await fill(shelf, *LIBRARY)
    assert searcher.complete("fr", 5) == ["freedom"]
    searcher.update({"frost": 2, "freedom": 1})
    assert searcher.complete("fr", 5) == ["frost", "freedom"]
    assert await searcher.near("frist") == ["frost", "freedom"]
