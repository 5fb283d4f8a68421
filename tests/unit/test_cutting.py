"""Where a long excerpt is cut: at the end of a sentence if there is one, and never through a character."""

# ruff: noqa: RUF001 - the punctuation of many scripts, look-alikes included, is the matter

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.cutting import cut, pieces, shorten, whole
from bot.platforms.discord.limits import length
from bot.platforms.discord.markup import quote

FAMILY = "👩‍👩‍👧‍👦"
UNITS = ("🇩🇪", FAMILY, "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "ę́", "❤️", "क्षि", "กำ", "เก", "각", "1️⃣")


def up_to(room: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= room


def head(text: str, room: int) -> str:
    return text[: cut(text, up_to(room), room)]


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("One is here. Two is there. Three is far away.", 30, "One is here. Two is there. "),
        ("One is here! Two? “Three is far.” Four follows on.", 35, "One is here! Two? “Three is far.” "),
        ("Dr. Smith met Mr. Jones, e.g. in town. And more of it all.", 40, "Dr. Smith met Mr. Jones, e.g. in town. "),
        ("It was 1984. 2. Nobody knew, as ever", 20, "It was 1984. "),
        ("He paused ... and went on. Then he stopped again", 35, "He paused ... and went on. "),
        ("One line\nAnother line that goes on and on", 20, "One line\n"),
        (
            "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？人不知而不愠",
            26,
            "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？",
        ),
        ("「行こう。」と彼は言った。それから", 14, "「行こう。」と彼は言った。"),
        ("सत्य एक है। मार्ग अनेक हैं। और आगे भी", 31, "सत्य एक है। मार्ग अनेक हैं। "),
        ("اطلبوا العلم؟ العلم نور۔ والجهل ظلام دائم", 28, "اطلبوا العلم؟ العلم نور۔ "),
        ("a long clause, another one; and then no end at all", 32, "a long clause, another one; "),
        ("天地玄黄、宇宙洪荒、日月盈昃辰宿列张", 14, "天地玄黄、宇宙洪荒、"),
        ("only words and nothing else to go by", 20, "only words and "),
        ("天地玄黄宇宙洪荒日月盈昃", 7, "天地玄黄宇宙洪"),
        ("ความพยายามอยู่ที่ไหน", 9, "ความพยายา"),
        ("x" * 40, 25, "x" * 25),
        ("short enough", 20, "short enough"),
    ],
)
def test_a_text_is_cut_after_a_sentence_else_a_clause_else_a_word(text: str, room: int, expected: str) -> None:
    assert head(text, room) == expected


def test_a_boundary_so_early_that_most_of_the_room_were_wasted_is_passed_over() -> None:
    assert head("No. " + "word " * 20, 50) == "No. " + "word " * 9


@pytest.mark.parametrize("unit", UNITS)
def test_what_readers_see_as_one_character_stays_whole(unit: str) -> None:
    text = unit * 70
    for room in range(len(unit), 60):
        assert head(text, room) == unit * (room // len(unit))


def test_a_character_with_a_thousand_accents_is_cut_rather_than_never_ending() -> None:
    text = "a" + "\u0301" * 3000
    assert "".join(pieces(text, up_to(1000), 1000)) == text
    assert whole(text, 1000) == 0


texts = st.lists(
    st.one_of(
        st.sampled_from([*UNITS, ". ", "? ", ", ", "\n", "。", " ", "word", "天", "*", "<@1>", "שלום"]),
        st.text(max_size=6),
    ),
    max_size=120,
).map("".join)


@given(texts, st.integers(8, 60))
def test_the_pieces_joined_are_the_text_and_each_fits(text: str, room: int) -> None:
    found = list(pieces(text, up_to(room), room))
    assert "".join(found) == text
    assert all(0 < len(piece) <= room for piece in found)


@given(texts, st.integers(20, 80))
def test_pieces_fit_as_they_are_dressed_however_that_lengthens_them(text: str, room: int) -> None:
    def fits(part: str) -> bool:
        return length(quote(part)) <= room

    found = list(pieces(text, fits, room))
    assert "".join(found) == text
    assert all(fits(piece) for piece in found)


@given(texts.map(lambda text: text + "word. " * 12))
def test_no_cut_parts_an_accent_or_a_joined_emoji_from_what_it_stands_on(text: str) -> None:
    place = cut(text, up_to(60), 60)
    if unicodedata.combining(text[place]) or "\u200d" in text[place - 1 : place + 1]:
        assert whole(text, 60) == 0, "only where all of it is one character"


@given(texts, st.integers(2, 60))
def test_what_is_shortened_says_so_and_fits(text: str, room: int) -> None:
    short = shorten(text, up_to(room), room)
    assert len(short) <= room
    assert short == text if len(text) <= room else short.endswith("…")


def test_a_title_is_shortened_between_words_not_sentences() -> None:
    assert shorten("Is it so? It may well be, they say", up_to(25), 25) == "Is it so? It may well…"
