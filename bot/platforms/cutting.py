"""Where a long text may be cut: after a sentence, else a clause, else a word, and never within what is one character.

Positions count the characters of the text before it is escaped, so no cut can fall into an escape. Nothing is left out
and nothing is added: the pieces joined are the text.
"""

# ruff: noqa: RUF001 - the punctuation of many scripts is the matter of this file, look-alikes included

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

Fits = Callable[[str], bool]  # of a beginning of the text: whether it fits, dressed as it will be
Places = Callable[[str, int], Iterator[int]]  # of a text, up to an end: where it may be cut, the last place first

ELLIPSIS = "…"

_LEAST = 3  # a cut in the first third of what fits would waste too much of it
_TRIES = 200  # places of one kind looked at, from the last one backwards
_CLOSING = "\"'”’»›)\\]」』”’）】》〉"

# Scripts with full stops of their own need no space after them.
_SENTENCE = re.compile(rf"(?:(?<![.!?…؟۔։።])[.!?…؟۔։።]++[{_CLOSING}]*+(?=\s)|[。！？｡।॥။។៕།]++[{_CLOSING}]*+|\n)\s*+")
_CLAUSE = re.compile(rf"(?:(?<![,;:،؛–])[,;:،؛–]++[{_CLOSING}]*+(?=\s)|[，、；：､—]++[{_CLOSING}]*+)\s*+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“„])(?:\w|[0-9]{1,2}|(?:\w\.)+\w|Dr|Mrs?|Ms|Prof|St|Sr|Jr|vs|cf|ca|No|Nr|Vol|pp|ed|eds|Fig|bzw|usw|vgl|Bd)\.\s*$"
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d]")
_LEADING_VOWELS = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"  # written before their consonant
_TRAILING_VOWELS = "\u0e30\u0e32\u0e33\u0e45\u0eb0\u0eb2\u0eb3"
_JOINER = "\u200d"
_VIRAMA = 9  # the combining class of what makes one letter of two consonants
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two make a flag


def cut(text: str, fits: Fits, most: int) -> int:
    """How much of the text to show: the place of the best cut at which it fits. `most` bounds what can ever fit."""
    return _cut(text, fits, most, (_sentences, _clauses, _words))


def pieces(text: str, fits: Fits, most: int) -> Iterator[str]:
    """The whole text, a piece at a time."""
    while text:
        place = cut(text, fits, most)
        yield text[:place]
        text = text[place:]


def shorten(text: str, fits: Fits, most: int) -> str:
    """The text if it fits, else as many of its words as do, with an ellipsis."""
    if len(text) <= most and fits(text):
        return text
    place = _cut(text, lambda part: fits(part.rstrip() + ELLIPSIS), most, (_words,))
    return text[:place].rstrip() + ELLIPSIS


def whole(text: str, end: int) -> int:
    """The last place at or before `end` between two characters as readers know them; 0 where there is none."""
    while 0 < end < len(text) and _is_one(text, end):
        end -= 1
    return end


def _cut(text: str, fits: Fits, most: int, kinds: Sequence[Places]) -> int:
    if len(text) <= most and fits(text):
        return len(text)
    end = _furthest(text, fits, most)
    for places in kinds:
        for place in islice(places(text, end), _TRIES):
            if place * _LEAST < end:
                break
            if fits(text[:place]):
                return place
    place = whole(text, end)
    while place and not fits(text[:place]):
        place = whole(text, place - 1)
    return place or end  # one character may be longer than all there is room for, with a thousand accents


def _furthest(text: str, fits: Fits, most: int) -> int:
    """The longest beginning that fits, found by halving; at least one character."""
    low, high = 1, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def _sentences(text: str, end: int) -> Iterator[int]:
    """Places after a sentence, the last one first."""
    for found in reversed([*_SENTENCE.finditer(text, 0, end + 1)]):
        place = min(found.end(), end)
        goes_on = text[place : place + 1].islower() or _ABBREVIATION.search(text, max(0, place - 20), place)
        if "\n" in found[0] or not goes_on:
            yield place


def _clauses(text: str, end: int) -> Iterator[int]:
    for found in reversed([*_CLAUSE.finditer(text, 0, end + 1)]):
        yield min(found.end(), end)


def _words(text: str, end: int) -> Iterator[int]:
    """Places after a space; in scripts without spaces between any two characters that may part."""
    for place in range(min(end, len(text) - 1), 0, -1):
        before, after = text[place - 1], text[place]
        spaced = before.isspace() and not after.isspace()
        if spaced or (_UNSPACED.match(before) and _UNSPACED.match(after) and not _is_one(text, place)):
            yield place


def _is_one(text: str, place: int) -> bool:
    """Whether the characters on both sides of a place belong together."""
    before, after = text[place - 1], text[place]
    kind = unicodedata.category(after)
    return (
        kind in {"Mn", "Mc", "Me"}
        or "\U0001f3fb" <= after <= "\U0001f3ff"  # the colour of a skin
        or after in _TRAILING_VOWELS
        or after in {_JOINER, "\u200c"}
        or "\U000e0020" <= after <= "\U000e007f"
        or before == _JOINER
        or before in _LEADING_VOWELS
        or (unicodedata.combining(before) == _VIRAMA and kind == "Lo")
        or "\u1160" <= after <= "\u11ff"
        or (before == "\r" and after == "\n")
        or (after in _FLAG_LETTERS and _flag_letters_before(text, place) % 2 == 1)
    )


def _flag_letters_before(text: str, place: int) -> int:
    start = place
    while start and text[start - 1] in _FLAG_LETTERS:
        start -= 1
    return place - start
