"""What of an excerpt is worth quoting: clauses that stand on their own, never cut in mid-phrase.

The word lists know English, for which they tell a claim from throat-clearing. Other languages are quoted by their
punctuation alone. In scripts written without spaces, two characters count as one word.
"""

# ruff: noqa: RUF001 - the punctuation of many scripts is the matter of this file, look-alikes included

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Flag, auto
from itertools import pairwise

LEAST_WORDS = 4
MOST_WORDS = 12
MOST_CHARACTERS = 100
_SCRAP_WORDS = 8
_SCRAP_CHARACTERS = 40
_RUN_CHARACTERS = 12  # of a word longer than all that, or of a line without spaces
_KEEP = 4  # phrases: one for each prompt of a post, and one to spare
_LONG_WORD = 5  # letters: such words carry the meaning; a phrase scores for as many as _LONG_WORDS of them
_LONG_WORDS = 4
_GOOD = 3  # a lower score is a phrase to quote only where the excerpt has no better one
_FAIR = 1  # and this the least


class _Edge(Flag):
    """What stands between two pieces of text."""

    NONE = 0
    COMMA = auto()
    CLAUSE = auto()  # a colon, a semicolon, a dash
    FENCE = auto()  # a quotation mark or a bracket: never quoted across
    SENTENCE = auto()
    ASKS = auto()  # beside SENTENCE
    CUT = auto()  # an ellipsis: the words before it break off


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    before: _Edge
    after: _Edge


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Each run of marks is matched once, from its first one, so that a line of 50,000 dots costs no more than its length.
_BREAK = re.compile(
    r"""
      (?P<fence>[“”„‟"«»‹›()\[\]{}「」『』《》〈〉（）])
    | (?P<stop>(?<![.!?…,;:،؛؟۔।])[.!?…,;:،؛؟۔।]++(?=[\s“”„‟"«»‹›()\[\]{}'’—]|\Z))
    | (?P<wide>[。！？；：，、｡]++)
    | (?P<dash>—|[^\S\n][-–—]{1,2}(?=\s))
    | \n(?=[^\S\n]*(?P<next>\S|\n|\Z))
    """,
    re.VERBOSE,
)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_MARKUP = re.compile(r"[*_`~|<>#@\\^=$\n\t\r\x00-\x1f]|://|www\.")
_LOOSE_QUOTE = re.compile(r"(?<!\w)['‘]|['’](?!\w)")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\S+")
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two make a flag
_BULLETS = "-–—•·*#>¿¡ \t\n\u00a0"

_OPENS_A_CLAUSE = _words("that which who whose when where while because but if whether although though unless whereas")
_ARTICLES_AND_PREPOSITIONS = _words(
    "a an the of in on at to for from with without by as than into onto about via between among under over through"
)
_CUT_BEFORE = _ARTICLES_AND_PREPOSITIONS - _words("a an the of than as")
_JOINS_CLAUSES = _words("and but or so that which because")
_WEAK_END = _ARTICLES_AND_PREPOSITIONS | _words(
    "and or but nor that which who whose is are was were be been has have had can will would may might must should"
    " do does did not very more most its their our your his her my this these those no every some any i we you they"
)
_POINTS_BACK = _words("this that these those it its they their he his she her him them such so then also thus")
_WEAK_START = (
    _POINTS_BACK | _ARTICLES_AND_PREPOSITIONS - _words("a an the") | _OPENS_A_CLAUSE | _words("and or nor given")
)
_CLAIMS = _words(
    "is are was were isn't aren't wasn't can cannot can't must should will would may might never not only always every"
    " none most more less than because makes make means needs becomes become doesn't don't won't nothing"
    " everything nobody everybody seems seem"
)
_CLEARS_THROAT = _words(
    "post blog paper essay article chapter section newsletter episode summarize summarise announcing announce"
    " announced today recently welcome thanks subscribe click link below above following tldr i'll we'll i'm we're"
    " example hello hi dear"
)


def size(phrase: str) -> int:
    """How many words a phrase has, for a reader: at least one for everything between two spaces."""
    return sum(max(1, (len(_UNSPACED.findall(word)) + 1) // 2) for word in phrase.split())


def clauses(text: str) -> tuple[str, ...]:
    """At most four phrases of 4 to 12 words that stand in the text verbatim, best first; none overlaps another.

    Only good ones where there are any, else the best there is; empty where nothing can be quoted whole.
    """
    found = {(piece.start, piece.end): piece for piece in _candidates(text) if _is_quotable(text, piece)}
    ranked = sorted(((_score(text, piece), piece) for piece in found.values()), key=lambda x: (-x[0], x[1].start))
    kept: dict[str, _Piece] = {}
    for score, piece in ranked:
        if score < (_GOOD if kept else _FAIR) or len(kept) == _KEEP:
            break
        if all(piece.end <= other.start or other.end <= piece.start for other in kept.values()):
            kept.setdefault(text[piece.start : piece.end], piece)
    return tuple(kept)


def scrap(text: str) -> str | None:
    """The first few words or characters, for a text with nothing better; None where nothing there can be shown."""
    shown = [piece for piece in _pieces(text) if not _MARKUP.search(text, piece.start, piece.end)]
    if not shown:
        return None
    piece = next((piece for piece in shown if _LETTER.search(text, piece.start, piece.end)), shown[0])
    line = text[piece.start : min(piece.end, piece.start + 4 * _SCRAP_CHARACTERS)]
    words = line.split(" ")
    while len(words) > 1 and (len(words) > _SCRAP_WORDS or len(" ".join(words)) > _SCRAP_CHARACTERS):
        words.pop()
    run = " ".join(words)
    if size(run) > _SCRAP_WORDS or len(run) > _SCRAP_CHARACTERS:
        run = run[: _whole_characters(run, _RUN_CHARACTERS)]
    return run.rstrip() or None


def _pieces(text: str) -> Iterator[_Piece]:
    """The text between punctuation marks, stripped; where several marks meet, the edge holds them all."""
    start, before = 0, _Edge.SENTENCE
    pending: _Piece | None = None
    for at, end, edge in _breaks(text):
        if stripped := _strip(text, start, at):
            if pending:
                yield pending
            pending, before = _Piece(*stripped, before, edge), edge
        else:
            before |= edge
            pending = pending and replace(pending, after=before)
        start = end
    if pending:
        yield pending


def _breaks(text: str) -> Iterator[tuple[int, int, _Edge]]:
    for match in _BREAK.finditer(text):
        edge = _edge(match)
        if edge:
            yield match.start(), match.end(), edge
    yield len(text), len(text), _Edge.SENTENCE


def _edge(match: re.Match[str]) -> _Edge:
    if match["fence"]:
        return _Edge.FENCE
    if match["dash"]:
        return _Edge.CLAUSE
    marks = match["stop"] or match["wide"]
    if marks is None:  # a new line goes on with the sentence if it goes on in lower case
        return _Edge.NONE if match["next"].islower() else _Edge.SENTENCE
    if "..." in marks or "…" in marks:
        return _Edge.CUT
    if marks[-1] in ",،，、":
        return _Edge.COMMA
    if marks[-1] in ":;؛：；":
        return _Edge.CLAUSE
    return _Edge.SENTENCE | _Edge.ASKS if marks[-1] in "?؟？" else _Edge.SENTENCE


def _strip(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and (text[start] in _BULLETS or text[start].isspace()):
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _candidates(text: str) -> Iterator[_Piece]:
    pieces = list(_pieces(text))
    for number, whole in enumerate(pieces):
        piece = _without_joint(text, whole)
        yield piece
        if size(text[piece.start : piece.end]) > MOST_WORDS:
            yield from _parts(text, piece)
        if _Edge.SENTENCE in piece.before:
            yield from _sentence(text, pieces, number)


def _without_joint(text: str, piece: _Piece) -> _Piece:
    """Without the `and` or `which` that tied it to the piece before."""
    joint = _WORD.match(text, piece.start, piece.end)
    if joint is None or _Edge.SENTENCE in piece.before or joint[0].lower() not in _JOINS_CLAUSES:
        return piece
    rest = _strip(text, joint.end(), piece.end)
    return replace(piece, start=rest[0]) if rest else piece


def _sentence(text: str, pieces: list[_Piece], number: int) -> Iterator[_Piece]:
    """The whole sentence that begins here, if it is short and its pieces are joined by commas and the like."""
    first = pieces[number]
    for piece in pieces[number : number + MOST_WORDS]:
        if size(text[first.start : piece.end]) > MOST_WORDS:
            return
        if _Edge.SENTENCE in piece.after:
            yield _Piece(first.start, piece.end, first.before, piece.after)
            return
        if piece.after & (_Edge.FENCE | _Edge.CUT):
            return


def _parts(text: str, piece: _Piece) -> Iterator[_Piece]:
    """A long clause, taken apart before words that open one; parts still too long, at a preposition."""
    words = [
        (piece.start + word.start(), piece.start + word.end()) for word in _WORD.finditer(text[piece.start : piece.end])
    ]
    plain = [text[start:end].lower() for start, end in words]
    opens = [number for number, word in enumerate(plain) if number and word in _OPENS_A_CLAUSE]
    for first, last in pairwise([-1, *opens, len(words)]):
        for begin, stop in _fitting(plain, first + 1, last):
            # What ends before a `that` may lack its object; what follows it is a clause of its own.
            before = piece.before if begin == 0 else _Edge.COMMA if begin == first + 1 else _Edge.NONE
            after = piece.after if stop == len(words) else _Edge.NONE
            yield _Piece(words[begin][0], words[stop - 1][1], before, after)


def _fitting(plain: list[str], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The part itself if it is short enough, else its head and its tail on either side of a preposition."""
    while end > begin and plain[end - 1] in _JOINS_CLAUSES:
        end -= 1
    if end - begin <= MOST_WORDS:
        if end > begin:
            yield begin, end
        return
    cuts = [number for number in range(begin + LEAST_WORDS, end - LEAST_WORDS) if plain[number] in _CUT_BEFORE]
    heads = [cut for cut in cuts if cut - begin <= MOST_WORDS and plain[cut - 1] not in _WEAK_END]
    tails = [cut + 1 for cut in cuts if end - cut <= MOST_WORDS]
    if heads:
        yield begin, heads[-1]
    if tails:
        yield tails[0], end


def _is_quotable(text: str, piece: _Piece) -> bool:
    phrase = text[piece.start : piece.end]
    return (
        len(phrase) <= MOST_CHARACTERS
        and LEAST_WORDS <= size(phrase) <= MOST_WORDS
        and not piece.after & _Edge.CUT
        and not _MARKUP.search(phrase)
        and not _LOOSE_QUOTE.search(phrase)
        and _LETTER.search(phrase) is not None
        and _plain(phrase)[-1] not in _WEAK_END
    )


def _score(text: str, piece: _Piece) -> int:
    """Higher for a whole sentence that says something, lower for what leans on its surroundings."""
    words = _plain(text[piece.start : piece.end])
    starts, ends = _Edge.SENTENCE in piece.before, _Edge.SENTENCE in piece.after
    score = 3 if starts and ends else 0
    score += 1 if ends or _Edge.CLAUSE in piece.after else 0
    score += min(_LONG_WORDS, sum(len(word) >= _LONG_WORD for word in words))
    score += 2 if any(word in _CLAIMS for word in words) else 0
    score -= 2 * min(2, sum(word in _CLEARS_THROAT for word in words))
    score -= 2 if words[0] in _POINTS_BACK or (words[0] in _WEAK_START and not starts) else 0
    score -= 6 if _Edge.ASKS in piece.after else 0
    score -= 2 if piece.before in (_Edge.FENCE, _Edge.NONE) else 0
    score -= 3 if piece.after in (_Edge.FENCE, _Edge.NONE) else 0
    score -= 1 if any(character.isdigit() for word in words for character in word) else 0
    return score


def _plain(phrase: str) -> list[str]:
    return [word.strip(".,;:!?").replace("’", "'") for word in phrase.lower().split()]


def _whole_characters(text: str, end: int) -> int:
    """The nearest place at or before `end` that does not part a letter or an emoji from what belongs to it."""
    while 0 < end < len(text) and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    flags = len(text[:end]) - len(text[:end].rstrip(_FLAG_LETTERS))
    return end - flags % 2


def _joins(character: str) -> bool:
    return character == "\u200d" or unicodedata.category(character) in {"Mn", "Mc", "Me", "Sk"}
