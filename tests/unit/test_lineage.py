"""A seed stays the same seed through edits, renames, moves and re-ordering, and another text is another seed."""

import random
from collections.abc import Mapping, Sequence
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lineage import ALIKE, ALL_PAIRS, Arrival, Known, likeness, trace
from bot.model import Lineage, SeedId

RIVER = "A river never stays the same, and neither does the one who steps into it for the second time."
STONE = "The stone on the hill waits for the wind and the rain to make a valley out of a mountain range."
BREAD = "Whoever kneads the dough at four in the morning knows why the loaf is worth more than its flour."
CRANE = "In autumn the cranes leave the marsh in long lines, and nobody can say which of them decided it."


def edited(text: str) -> str:
    """The same text with two words changed and one added."""
    return text.replace("the ", "that ", 1).replace(" and ", " but ", 1) + " Indeed."


class Library:
    """What the shelf would know: every text ever seen, and what each id held last. One file, unless told otherwise."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.gone: dict[str, str] = {}
        self.lineages: dict[str, int] = {}
        self._seen: dict[str, Lineage] = {}
        self._numbers = count(1)

    def change(self, texts: Mapping[str, str], untouched: Sequence[str] = ()) -> dict[str, int]:
        """Replace everything but the ids of other files by `texts`; the lineages from then on."""
        before = self.texts | {id_: text for id_, text in self.gone.items() if id_ in texts}
        known = [Known(SeedId(i), Lineage(self.lineages[i]), text, i in self.texts) for i, text in before.items()]
        found = trace(
            [Arrival(SeedId(id_), text, text) for id_, text in texts.items()],
            known,
            self._seen,
            {self.texts[id_] for id_ in untouched},
            {SeedId(id_): text for id_, text in before.items()},
            lambda: Lineage(next(self._numbers)),
        )
        for text, lineage in zip(texts.values(), found, strict=True):
            self._seen.setdefault(text, lineage)
        kept = {id_: self.texts[id_] for id_ in untouched}
        self.gone |= {id_: text for id_, text in self.texts.items() if id_ not in texts and id_ not in kept}
        self.texts = kept | dict(texts)
        self.lineages |= dict(zip(texts, found, strict=True))
        return {id_: self.lineages[id_] for id_ in self.texts}


@pytest.fixture
def library() -> Library:
    library = Library()
    library.change({"x-1": RIVER, "x-2": STONE, "x-3": BREAD})
    return library


@pytest.fixture
def before(library: Library) -> dict[str, int]:
    return dict(library.lineages)


def test_new_texts_get_different_lineages(before: dict[str, int]) -> None:
    assert len(set(before.values())) == 3


def test_nothing_changed(library: Library, before: dict[str, int]) -> None:
    assert library.change({"x-1": RIVER, "x-2": STONE, "x-3": BREAD}) == before


def test_an_edit_under_the_same_id(library: Library, before: dict[str, int]) -> None:
    assert library.change({"x-1": RIVER, "x-2": edited(STONE), "x-3": BREAD}) == before


def test_an_edit_that_leaves_nothing_alike_under_the_same_id(library: Library, before: dict[str, int]) -> None:
    """An id that somebody gave means the same seed, even in another language."""
    assert library.change({"x-1": RIVER, "x-2": "Der Stein wartet.", "x-3": BREAD}) == before


def test_a_rename(library: Library, before: dict[str, int]) -> None:
    after = library.change({"x-1": RIVER, "y-2": STONE, "x-3": BREAD})
    assert after["y-2"] == before["x-2"]


def test_a_rename_and_an_edit_in_one_go(library: Library, before: dict[str, int]) -> None:
    after = library.change({"y-1": edited(RIVER), "y-2": STONE, "y-3": edited(BREAD)})
    assert list(after.values()) == list(before.values())


def test_texts_swapped_between_two_ids(library: Library, before: dict[str, int]) -> None:
    after = library.change({"x-1": STONE, "x-2": RIVER, "x-3": BREAD})
    assert after == {"x-1": before["x-2"], "x-2": before["x-1"], "x-3": before["x-3"]}


def test_texts_swapped_and_both_edited(library: Library, before: dict[str, int]) -> None:
    after = library.change({"x-1": edited(STONE), "x-2": edited(RIVER), "x-3": BREAD})
    assert after == {"x-1": before["x-2"], "x-2": before["x-1"], "x-3": before["x-3"]}


def test_a_list_without_ids_reordered_with_one_item_edited(library: Library, before: dict[str, int]) -> None:
    after = library.change({"x-1": BREAD, "x-2": edited(RIVER), "x-3": STONE})
    assert after == {"x-1": before["x-3"], "x-2": before["x-1"], "x-3": before["x-2"]}


def test_an_item_put_in_front_of_a_list_without_ids(library: Library, before: dict[str, int]) -> None:
    after = library.change({"x-1": CRANE, "x-2": RIVER, "x-3": STONE, "x-4": BREAD})
    assert [after["x-2"], after["x-3"], after["x-4"]] == list(before.values())
    assert after["x-1"] not in before.values()


def test_an_item_taken_from_the_front_and_the_rest_edited(library: Library, before: dict[str, int]) -> None:
    after = library.change({"x-1": edited(STONE), "x-2": edited(BREAD)})
    assert after == {"x-1": before["x-2"], "x-2": before["x-3"]}


def test_one_item_replaced_by_a_new_one_while_the_others_move(library: Library, before: dict[str, int]) -> None:
    """The id of the one that went must not make the new one count as read: its text is elsewhere."""
    after = library.change({"x-1": STONE, "x-2": CRANE, "x-3": BREAD})
    assert (after["x-1"], after["x-3"]) == (before["x-2"], before["x-3"])
    assert after["x-2"] not in before.values()


def test_exact_duplicates_share_a_lineage(library: Library, before: dict[str, int]) -> None:
    after = library.change({"x-1": RIVER, "x-2": RIVER, "new": CRANE, "newer": CRANE, "x-3": BREAD})
    assert after["x-1"] == after["x-2"] == before["x-1"]
    assert after["new"] == after["newer"]


def test_a_text_that_comes_back_after_its_file_was_gone(library: Library, before: dict[str, int]) -> None:
    library.change({"x-3": BREAD})
    assert library.change({"other": STONE, "x-3": BREAD})["other"] == before["x-2"]


def test_an_earlier_version_that_comes_back(library: Library, before: dict[str, int]) -> None:
    library.change({"x-1": edited(RIVER)})
    library.change({})
    assert library.change({"elsewhere": RIVER}) == {"elsewhere": before["x-1"]}


def test_an_id_that_comes_back_with_an_edited_text(library: Library, before: dict[str, int]) -> None:
    library.change({})
    assert library.change({"x-1": edited(RIVER)}) == {"x-1": before["x-1"]}


def test_an_id_that_comes_back_with_another_text(library: Library, before: dict[str, int]) -> None:
    """The next item of a list without ids gets the id of one that was deleted long ago, and is none the less new."""
    library.change({"x-1": RIVER, "x-2": STONE})
    assert library.change({"x-1": RIVER, "x-2": STONE, "x-3": CRANE})["x-3"] not in before.values()


def test_what_vanished_before_is_not_looked_for(library: Library, before: dict[str, int]) -> None:
    """Only an exact text is recognised later; what is merely alike may be another translation."""
    library.change({})
    assert library.change({"y": edited(RIVER)})["y"] not in before.values()


def test_a_seed_that_is_alike_but_beside_the_old_one_is_new(library: Library, before: dict[str, int]) -> None:
    after = library.change({"x-1": RIVER, "x-2": STONE, "x-3": BREAD, "x-4": edited(RIVER)})
    assert after["x-4"] not in before.values()


def test_a_text_kept_by_another_file_is_not_taken_from_it(library: Library, before: dict[str, int]) -> None:
    after = library.change({"y": edited(STONE)}, untouched=["x-2"])
    assert after["x-2"] == before["x-2"]
    assert after["y"] not in before.values()


def test_the_most_alike_of_several_is_taken(library: Library, before: dict[str, int]) -> None:
    close, closer = edited(RIVER), RIVER + " Indeed."
    after = library.change({"a": close, "b": closer})
    assert after["b"] == before["x-1"]
    assert after["a"] not in before.values()


def test_the_second_best_is_taken_where_the_best_is_better_for_another(library: Library) -> None:
    lines = [f"line{number} of the very same poem" for number in range(12)]
    poem, shorter = " ".join(lines), " ".join(lines[:9])
    before = library.change({"poem": poem, "shorter": shorter})
    after = library.change({"a": poem + " Amen.", "b": " ".join(lines[:11])})
    assert likeness(poem, " ".join(lines[:11])) > likeness(shorter, " ".join(lines[:11]))
    assert after == {"a": before["poem"], "b": before["shorter"]}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (RIVER, edited(RIVER), True),
        (RIVER, RIVER.upper(), True),
        (RIVER, RIVER.replace("\u0020", "\n"), True),
        (RIVER, STONE, False),
        (RIVER, " ".join(sorted(RIVER.split())), False),
        ("道可道非常道名可名非常名無名天地之始", "道可道非常道名可名非恆名無名天地之始", True),
        ("道可道非常道名可名非常名無名天地之始", "學而時習之不亦說乎有朋自遠方來", False),
    ],
)
def test_what_is_alike(one: str, other: str, *, same: bool) -> None:
    assert (likeness(one, other) >= ALIKE) is same


def test_likeness_of_nothing() -> None:
    assert likeness("", "") == 1
    assert likeness("", "word") == 0


def test_a_large_library_moved_and_edited_at_once() -> None:
    """Far more pairs than can be compared: each seed is found again all the same, and quickly."""
    words = [f"word{number}" for number in range(3_000)]
    draw = random.Random(7)
    texts = [" ".join(draw.choices(words, k=60)) for _ in range(600)]
    assert len(texts) ** 2 > ALL_PAIRS
    library = Library()
    before = library.change({f"old-{number}": text for number, text in enumerate(texts)})
    after = library.change({f"new-{number}": f"{text} and so on" for number, text in enumerate(texts)})
    assert list(after.values()) == list(before.values())


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)), st.booleans())
def test_any_order_any_edits_any_names(order: Sequence[int], changed: set[int], renamed: bool) -> None:
    """Each text keeps its lineage, whichever place it moves to, whichever are edited and whatever they are called."""
    draw = random.Random(3)
    texts = [" ".join(f"w{draw.randrange(500)}" for _ in range(30)) for _ in range(6)]
    library = Library()
    before = library.change({f"x-{number}": text for number, text in enumerate(texts)})
    now = [texts[number] + " (corrected)" * (number in changed) for number in order]
    after = library.change({f"{'y' if renamed else 'x'}-{place}": text for place, text in enumerate(now)})
    assert list(after.values()) == [before[f"x-{number}"] for number in order]
