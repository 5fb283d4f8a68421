"""Cutting text into words the way the index does, in every script, and the names people type.

The index takes runs of letters, digits and combining marks for words. Chinese, Japanese and Korean are cut into pairs
of characters before they come to it, and scripts written without spaces (Thai, Lao, Khmer, Burmese) into threes; so
are topics, and a topic shorter than such a piece finds every piece that begins with it.
"""

import re
import unicodedata

# Letters and marks only: digits and punctuation of these blocks separate or stand alone as anywhere else.
_PAIRS = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
_THREES = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
_RUN = re.compile(f"([{_PAIRS}]+)|([{_THREES}]+)")
# Emoji and signs that are younger than SQLite's table of characters, which takes them for letters; and the marks that
# choose how an emoji looks.
_SIGNS = re.compile(
    "[\u2066-\u2069\u20ba-\u20cf\u23f4-\u23ff\u2b4d-\u2bff\u2e3c-\u2e7f\ufe0e\ufe0f\U0001f000-\U0001f0ff\U0001f130-\U0001faff]+"
)
_PLAIN_WORD = re.compile("[0-9A-Za-z]+")
_MARKS = ("Mn", "Mc", "Co")
_ACCENTS = re.compile("[\u0300-\u036f]")

# English words that say nothing of a topic, with the pieces that "don't" and "we'll" fall into.
STOP_WORDS = frozenset(
    # So many words between quotation marks would be harder to read.
    """
    a above after again against all am an and any are as at be because been before being below between both but by
    can d did didn do does doesn doing don down during each few for from further had has hasn have haven
    having he her here hers herself him himself his how i if in into is isn it its itself just ll m me more
    most my myself no nor not of off on once only or other our ours ourselves out over own re s same she
    should shouldn so some such t than that the their theirs them themselves then there these they this those through
    to too under until up ve very was wasn we were weren what when where which while who whom whose why
    will with won wouldn you your yours yourself yourselves
    """.split()  # noqa: SIM905
)


def index_form(text: str) -> str:
    """What the index is given for a text: the text itself, unless its script needs cutting."""
    if text.isascii():
        return text
    return _RUN.sub(_pieces_with_tails, _SIGNS.sub(" ", unicodedata.normalize("NFC", text)))


def words(text: str) -> list[str]:
    """The words of a topic in their order, their case as typed: the index folds it in its own way."""
    if text.isascii():
        return _PLAIN_WORD.findall(text)
    cut = _RUN.sub(_pieces, _SIGNS.sub(" ", unicodedata.normalize("NFC", text)))
    return "".join(character if _in_word(character) else " " for character in cut).split()


def content_words(text: str) -> list[str]:
    """The different words without English stop words; with them where nothing else is left."""
    different: dict[str, str] = {}
    for word in words(text):
        different.setdefault(word.casefold(), word)
    return [word for key, word in different.items() if key not in STOP_WORDS] or list(different.values())


def is_stump(word: str) -> bool:
    """Whether a word is shorter than the pieces of its script: it stands for every piece that begins with it."""
    run = _RUN.fullmatch(word)
    return run is not None and len(word) < _size(run)


def name_key(name: str) -> str:
    """What the spellings of a topic or title have in common: case, accents, hyphens and spacing do not count."""
    whole = name.encode(errors="ignore").decode()  # a topic may arrive with half characters in it
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", whole.casefold()))
    return " ".join(plain.replace("-", " ").replace("_", " ").split())


def _size(run: re.Match[str]) -> int:
    return 2 if run[1] else 3


def _pieces(run: re.Match[str]) -> str:
    text, size = run[0], _size(run)
    return f" {' '.join(text[at : at + size] for at in range(max(1, len(text) - size + 1)))} "


def _pieces_with_tails(run: re.Match[str]) -> str:
    text, size = run[0], _size(run)
    return f" {' '.join(text[at : at + size] for at in range(len(text)))} "


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in _MARKS
