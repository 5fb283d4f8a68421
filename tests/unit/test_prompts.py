"""Discussion prompts: three a post, each of another family, quoting what is there, repeating nothing without need."""

# ruff: noqa: RUF001 - quotation marks and the punctuation of many scripts are what is tested
import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Family, Prompt, Seed, SeedId
from bot.ports import PromptContext, PromptWriter
from bot.prompts import Prompter
from bot.prompts.authored import guess_family, stem_of
from bot.prompts.phrases import MOST_WORDS, clauses, scrap, size
from bot.prompts.stems import STEMS, Needs
from bot.prompts.templates import draw

WALDEN = (
    "I went to the woods because I wished to live deliberately, to front only the essential facts of life, and see if I"
    " could not learn what it had to teach, and not, when I came to die, discover that I had not lived."
)
ANALECTS = "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？人不知而不愠，不亦君子乎？"
PROVERB = "اطلبوا العلم من المهد إلى اللحد. العلم في الصغر كالنقش على الحجر، وخير الناس أنفعهم للناس."
HOSTILE = "@everyone <script>alert(1)</script> [x](javascript:alert(1)) {0} {} %s"
AWKWARD = (
    "Hope",
    "🙂",
    "🇩🇪" * 40,
    "👩‍👩‍👧‍👦" * 40,
    "",
    " \n\t ",
    "...",
    '"',
    "“”‘’",
    "a" * 50_000,
    "." * 50_000,
    " \n" * 25_000,
    "天地玄黄宇宙洪荒" * 6_000,
    "ความพยายามอยู่ที่ไหนความสำเร็จอยู่ที่นั่น",
    "\ud800 broken",
    HOSTILE,
    ANALECTS,
    PROVERB,
    WALDEN,
)
WRITER: PromptWriter = Prompter()

texts = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(WALDEN.split() + list('.,;:?!"“”()[]—…\n') + ["...", "和", "<b>", "*so*"]), max_size=80
    ).map(" ".join),
)
every_stem = st.sampled_from([stem.name for stem in STEMS])


def seed(text: str, prompts: tuple[Prompt, ...] = ()) -> Seed:
    return Seed(SeedId("a-seed"), text, stem_of(text), prompts=prompts)


def authored(text: str, family: Family) -> Prompt:
    return Prompt(text, family, stem_of(text))


def quoted(prompt: Prompt) -> list[str]:
    """What a prompt from a template quotes from the excerpt; such a quotation holds no quotation mark itself."""
    return re.findall("“([^“”]*)”", re.sub("‘.*’", "", prompt.text, flags=re.DOTALL))


def numbered(prefix: str, family: Family, count: int) -> tuple[Prompt, ...]:
    return tuple(authored(f"{prefix} {number}?", family) for number in range(count))


@given(texts, st.lists(every_stem), st.frozensets(every_stem), st.lists(texts, max_size=4))
def test_a_post_always_gets_one_prompt_of_each_family_and_the_same_ones_again(
    text: str, recent: list[str], before: frozenset[str], earlier: list[str]
) -> None:
    context = PromptContext(tuple(recent), before, tuple(earlier))
    prompts = WRITER.write(seed(text), context)
    assert [prompt.family for prompt in prompts] == [Family.DIRECT, Family.SIDE, Family.CONNECT]
    assert len({prompt.text for prompt in prompts}) == 3
    assert all(prompt.text.endswith("?") for prompt in prompts)
    assert Prompter().write(seed(text), context) == prompts


@given(texts, st.frozensets(every_stem))
def test_quotations_stand_in_the_excerpt_word_for_word_and_are_short(text: str, before: frozenset[str]) -> None:
    prompts = WRITER.write(seed(text), PromptContext(seed_stems=before))
    quotations = [quotation for prompt in prompts for quotation in quoted(prompt)]
    assert len(quotations) == len(set(quotations))
    for quotation in quotations:
        assert quotation
        assert quotation in text
        assert len(quotation.split()) <= MOST_WORDS
        assert not set(quotation) & set('“”"«»()[]<>*\n')


@given(texts, st.lists(every_stem), st.frozensets(every_stem))
def test_no_stem_comes_back_while_there_is_another(text: str, recent: list[str], before: frozenset[str]) -> None:
    context = PromptContext(tuple(recent), before)
    unquoted = {stem.name: stem.family for stem in STEMS if stem.needs is Needs.NOTHING}
    for prompt in WRITER.write(seed(text), context):
        spare = {name for name, family in unquoted.items() if family is prompt.family}
        if prompt.stem in recent:
            assert spare <= set(recent)
        if prompt.stem in before:
            assert spare <= set(recent) | before


@given(texts, st.lists(every_stem), st.frozensets(every_stem), st.integers(0, 40))
def test_a_swap_asks_one_family_something_else_and_leaves_the_others(
    text: str, recent: list[str], before: frozenset[str], turn: int
) -> None:
    context = PromptContext(tuple(recent), before)
    shown = WRITER.write(seed(text), context)
    after = WRITER.swap(seed(text), context, shown, turn)
    assert [prompt.family for prompt in after] == list(Family)
    assert [number for number in range(3) if after[number] != shown[number]] == [turn % 3]
    assert len({prompt.text for prompt in (*shown, *after)}) == 4
    assert after[turn % 3].stem != shown[turn % 3].stem
    assert Prompter().swap(seed(text), context, shown[::-1], turn) == after


@pytest.mark.parametrize("text", AWKWARD, ids=lambda text: repr(text[:12]))
def test_twelve_swaps_show_twelve_prompts_never_seen_in_the_post_though_nobody_notes_them_down(text: str) -> None:
    own = tuple(prompt for family in Family for prompt in numbered(family, family, 2))
    shown = WRITER.write(seed(text, own), PromptContext())
    met = {prompt.stem for prompt in shown}
    for turn in range(12):
        shown = WRITER.swap(seed(text, own), PromptContext(), shown, turn)
        fresh = shown[turn % 3].stem
        assert fresh not in met
        assert (fresh in {prompt.stem for prompt in own}) == (turn < 3)
        met.add(fresh)


def test_a_swap_goes_round_when_a_family_has_no_more() -> None:
    shown = WRITER.write(seed(WALDEN), PromptContext())
    asked = [shown[0].stem]
    for turn in range(0, 3 * 60, 3):
        shown = WRITER.swap(seed(WALDEN), PromptContext(), shown, turn)
        asked.append(shown[0].stem)
    rounds = asked.index(asked[0], 1)
    assert rounds == len([stem for stem in STEMS if stem.family is Family.DIRECT and stem.needs is not Needs.OPENING])
    assert len(set(asked[:rounds])) == rounds


def test_a_swap_takes_what_the_channel_has_not_seen_lately() -> None:
    kept = {"direct/name-it", "direct/tone"}
    recent = tuple(stem.name for stem in STEMS if stem.name not in kept)
    shown = WRITER.write(seed(WALDEN), PromptContext(recent))
    after = WRITER.swap(seed(WALDEN), PromptContext(recent), shown, 0)
    assert (shown[0].stem, after[0].stem) == ("direct/tone", "direct/name-it")


def test_a_swap_quotes_nothing_that_another_prompt_of_the_post_quotes() -> None:
    shown = WRITER.write(seed(WALDEN), PromptContext())
    for turn in range(60):
        shown = WRITER.swap(seed(WALDEN), PromptContext(), shown, turn)
        quotations = [quotation for prompt in shown for quotation in quoted(prompt)]
        assert len(quotations) == len(set(quotations))


def test_a_prompt_that_left_its_file_is_followed_by_those_still_there() -> None:
    left, stays = numbered("direct", Family.DIRECT, 2)
    shown = WRITER.write(seed(WALDEN, (left, stays)), PromptContext())
    assert shown[0] == left
    assert WRITER.swap(seed(WALDEN, (stays,)), PromptContext(), shown, 0)[0] == stays


@pytest.mark.parametrize("text", AWKWARD, ids=lambda text: repr(text[:12]))
def test_awkward_excerpts_get_three_short_prompts(text: str) -> None:
    prompts = WRITER.write(seed(text), PromptContext(earlier=(text, "Walden")))
    assert {prompt.family for prompt in prompts} == set(Family)
    assert all(len(prompt.text) <= 300 for prompt in prompts)
    for quotation in (quotation for prompt in prompts for quotation in quoted(prompt)):
        assert quotation in text


def test_markup_mentions_and_braces_are_never_carried_into_a_prompt() -> None:
    for stems in ((), tuple(stem.name for stem in STEMS if stem.needs is not Needs.OPENING)):
        for prompt in WRITER.write(seed(HOSTILE), PromptContext(stems)):
            assert not re.search(r"[@<>{}\[\]]|javascript|%", prompt.text)


def test_authored_prompts_come_first_in_the_order_of_the_file() -> None:
    prompts = tuple(prompt for family in Family for prompt in numbered(family, family, 2))
    chosen = WRITER.write(seed(WALDEN, prompts), PromptContext())
    assert [prompt.text for prompt in chosen] == ["direct 0?", "side 0?", "connect 0?"]


def test_a_seed_that_returns_is_asked_something_else_each_round() -> None:
    """First its own prompts, then templates, for as many rounds as there are stems for it."""
    prompts = tuple(prompt for family in Family for prompt in numbered(family, family, 2))
    used: list[str] = []
    for turn in range(12):
        chosen = WRITER.write(seed(WALDEN, prompts), PromptContext(seed_stems=frozenset(used)))
        assert not {prompt.stem for prompt in chosen} & set(used)
        assert all((prompt in prompts) == (turn < 2) for prompt in chosen)
        used += [prompt.stem for prompt in chosen]


def test_a_seed_that_returns_is_quoted_elsewhere() -> None:
    first = WRITER.write(seed(WALDEN), PromptContext())
    second = WRITER.write(seed(WALDEN), PromptContext(seed_stems=frozenset(prompt.stem for prompt in first)))
    assert quoted(first[0]) != quoted(second[0])


def test_an_authored_prompt_used_lately_in_the_channel_waits() -> None:
    prompts = numbered("direct", Family.DIRECT, 2)
    chosen = WRITER.write(seed(WALDEN, prompts), PromptContext(recent_stems=(prompts[0].stem,)))
    assert chosen[0] == prompts[1]
    chosen = WRITER.write(seed(WALDEN, prompts), PromptContext(recent_stems=tuple(prompt.stem for prompt in prompts)))
    assert chosen[0].stem.startswith("direct/")


def test_thirty_daily_posts_without_authored_prompts_repeat_no_stem() -> None:
    """The thirty-day rule holds even where nobody wrote a prompt, as long as the excerpts have something to quote."""
    stems: tuple[str, ...] = ()
    for day in range(30):
        text = f"{WALDEN} It was the {day}th day of reading, and nobody had grown tired of talking about books."
        chosen = WRITER.write(seed(text), PromptContext(stems, earlier=("Walden, or Life in the Woods",)))
        assert not {prompt.stem for prompt in chosen} & set(stems)
        stems = (*(prompt.stem for prompt in chosen), *stems)


def test_when_everything_was_asked_lately_the_longest_rested_comes_back() -> None:
    prompts = numbered("direct", Family.DIRECT, 2)
    everything = (*(prompt.stem for prompt in prompts), *(stem.name for stem in STEMS))
    for last in (prompts[0].stem, "direct/meaning", "direct/unsaid"):
        recent = (*(stem for stem in everything if stem != last), last)
        assert WRITER.write(seed(WALDEN, prompts), PromptContext(recent))[0].stem == last


def test_a_stem_asked_twice_counts_from_the_last_time() -> None:
    everything = tuple(stem.name for stem in STEMS)
    recent = ("direct/meaning", *(stem for stem in everything if stem != "direct/meaning"), "direct/meaning")
    assert WRITER.write(seed(WALDEN), PromptContext(recent))[0].stem != "direct/meaning"


def test_when_all_was_asked_of_a_seed_before_its_own_prompts_are_preferred_and_vary() -> None:
    prompts = numbered("direct", Family.DIRECT, 4)
    before = frozenset([*(prompt.stem for prompt in prompts), *(stem.name for stem in STEMS)])
    chosen = {
        WRITER.write(seed(WALDEN, prompts), PromptContext((f"elsewhere {day}",), before))[0].text for day in range(40)
    }
    assert chosen == {prompt.text for prompt in prompts}


def test_the_same_words_in_two_families_are_asked_once() -> None:
    prompts = (authored("What now?", Family.SIDE), authored("What now?", Family.CONNECT))
    _, side, connect = WRITER.write(seed(WALDEN, prompts), PromptContext())
    assert (side.text, connect.text != "What now?") == ("What now?", True)


@given(texts, st.lists(every_stem))
def test_no_earlier_seed_is_named_where_the_channel_has_read_none(text: str, recent: list[str]) -> None:
    connect = WRITER.write(seed(text), PromptContext(tuple(recent)))[2]
    assert not connect.stem.startswith("connect/earlier")


def connect_to(text: str, earlier: tuple[str, ...]) -> str:
    """The connecting prompt once every stem without an earlier seed was used."""
    others = tuple(stem.name for stem in STEMS if stem.needs is not Needs.EARLIER)
    return WRITER.write(seed(text), PromptContext(others, earlier=earlier))[2].text


def test_an_earlier_seed_is_named_by_its_title_the_one_with_most_in_common() -> None:
    assert "‘On walking’" in connect_to(WALDEN, ("On walking", "On sleep"))
    assert "‘Life in the woods’" in connect_to(WALDEN, ("On walking", "Life in the woods", "On sleep"))
    title = "Superposition is not “just” neuron polysemanticity"
    assert f"‘{title}’" in connect_to(WALDEN, (title,))


def test_an_endless_heading_is_cut_between_words() -> None:
    assert f"‘{' '.join(['word'] * 14)} …’" in connect_to(WALDEN, ("word " * 200,))
    assert len(connect_to(WALDEN, ("x" * 50_000,))) < 300


def test_every_stem_is_one_short_open_question_for_one_gap() -> None:
    assert len({stem.name for stem in STEMS}) == len({stem.question for stem in STEMS}) == len(STEMS)
    for stem in STEMS:
        assert stem.name.startswith(f"{stem.family}/")
        assert stem.question.endswith("?")
        assert stem.question.count("?") == 1
        assert stem.question.count("{}") == (stem.needs is not Needs.NOTHING)
        assert len(stem.question.split()) - 1 + MOST_WORDS <= 30
        closed = re.match(r"(?:is|are|do|does|did|has|have|can|could|would|will|should) ", stem.question, re.IGNORECASE)
        assert not closed or " or " in stem.question, "answered by a bare yes or no"


@pytest.mark.parametrize("family", Family)
def test_each_family_has_stems_for_a_month_and_some_that_fit_any_text(family: Family) -> None:
    mine = [stem for stem in STEMS if stem.family is family and stem.needs is not Needs.OPENING]
    assert len(mine) >= 30
    assert sum(stem.needs is Needs.NOTHING for stem in mine) >= 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hope is a discipline, not a mood. We'll see.", "Hope is a discipline, not a mood"),
        ("In this post I share a link. Most tests check what nobody doubted.", "Most tests check what nobody doubted"),
        ("He said “never trust a tidy desk” twice. Order hides more than dust.", "Order hides more than dust"),
        (ANALECTS.split("？")[1] + "。", "有朋自远方来，不亦乐乎"),
        (PROVERB, "اطلبوا العلم من المهد إلى اللحد"),
        (
            "We recently released a paper on using slow careful reading to generate compact written guarantees",
            "using slow careful reading to generate compact written guarantees",
        ),
        (
            "Careful readers of very old garden books rarely trust the charming drawings without a date they know",
            "Careful readers of very old garden books rarely trust the charming drawings",
        ),
        (
            "It grew for a year, and the gardener hardly noticed its shadow; so in the end we left.",
            "the gardener hardly noticed its shadow",
        ),
        (
            "It rests on the hope that large old modules stand alone and that interfaces hide what is inside.",
            "interfaces hide what is inside",
        ),
        ("Wovon man nicht sprechen kann, darüber muss man schweigen.", None),
        ("See https://example.org/a/b-c now! Old bridges teach new engineers.", "Old bridges teach new engineers"),
        (
            "Two roads diverged in a yellow wood,\nAnd sorry I could not travel both",
            "And sorry I could not travel both",
        ),
        (
            "Version 3.5 of the bridge carries more than it weighs.",
            "Version 3.5 of the bridge carries more than it weighs",
        ),
    ],
)
def test_the_best_clause_is_a_whole_one_that_says_something(text: str, expected: str | None) -> None:
    assert clauses(text)[0] == (expected or text.rstrip("."))


@pytest.mark.parametrize(
    "text",
    [
        "and because the old masters of the trade always knew...",
        "one two three",
        "the *bold* and _brave_ new `code` we trust",
        "the line was broken\nby an editor that wraps",
    ],
)
def test_what_breaks_off_is_marked_up_or_spans_lines_is_no_clause(text: str) -> None:
    assert clauses(text) == ()


@given(texts)
def test_clauses_are_whole_words_that_do_not_overlap(text: str) -> None:
    found = clauses(text)
    assert len(set(found)) == len(found) <= 4
    for clause in found:
        assert 4 <= size(clause) <= MOST_WORDS
        assert re.search(rf"(?<![^\W_]){re.escape(clause)}(?![^\W_])", text)
    assert clauses(text) == found


def test_a_scrap_never_parts_what_belongs_together() -> None:
    assert scrap("🇩🇪" * 40) == "🇩🇪" * 6
    family = "👩‍👩‍👧‍👦"
    cut = scrap(family * 40)
    assert cut is not None
    assert cut == family * (len(cut) // len(family))
    assert scrap("one two three four five six seven eight nine ten") == "one two three four five six seven eight"
    assert scrap("<b>") is None


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("What does “attention” mean here?", Family.DIRECT),
        ('What does "attention" mean here?', Family.DIRECT),
        ("What does 'attention' mean here?", Family.DIRECT),
        ("Was bedeutet „Achtung“ hier?", Family.DIRECT),
        ("Do you agree that “less is more”?", Family.DIRECT),
        ("Where do you disagree with the author?", Family.SIDE),
        ("Which side would you defend?", Family.SIDE),
        ("What here do you find convincing?", Family.SIDE),
        ("When didn't your own team's plans survive?", Family.CONNECT),
        ("Who here is over 6'2\"?", Family.CONNECT),
        ("What is beside your bed to read?", Family.CONNECT),
        ("", Family.CONNECT),
    ],
)
def test_the_family_of_an_authored_prompt_is_guessed_from_its_words(text: str, family: Family) -> None:
    assert guess_family(text) is family


def test_an_authored_prompt_is_remembered_by_its_words_not_by_spacing_or_capitals() -> None:
    assert re.fullmatch("[0-9a-f]{12}", stem_of("What now?"))
    assert stem_of("What now?") == stem_of(" what  NOW?\n")
    assert stem_of("What now?") != stem_of("What then?")
    assert stem_of("\ud800")


def test_lots_differ_between_seeds() -> None:
    orders = {tuple(sorted("abcdef", key=lambda name: draw(f"seed {number}", name))) for number in range(20)}
    assert len(list(islice(orders, 10))) == 10
