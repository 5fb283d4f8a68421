"""The characters of a text: one way of writing each, and none that cannot be seen."""

import re
import unicodedata
from hashlib import blake2b

_UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
# Arabic and Persian, Syriac, the Indic scripts, Khmer, Mongolian: there a joiner changes what is read.
_JOINED = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
# Thai, Lao, Tibetan, Myanmar, Khmer: there a zero-width space divides words.
_UNSPACED = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
# The flags of England, Scotland and Wales are a black one, followed by letters that cannot be seen.
_FLAG = "\U0001f3f4[\U000e0061-\U000e007a]+\U000e007f"

_SUSPECT = re.compile(f"[{_UNSEEN}]")
_UNSEEN_OR_MEANT = re.compile(
    f"(?P<meant>{_FLAG}|(?<=[{_JOINED}])[\u200c\u200d]|(?<=[{_EMOJI}])\u200d(?=[{_EMOJI}])|(?<=[{_UNSPACED}])\u200b)"
    f"|[{_UNSEEN}]"
)
_LINE_ENDS = re.compile("[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)*")

_MARKS = frozenset("\u061c\u200e\u200f")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def normalise(text: str) -> tuple[str, tuple[str, ...]]:
    """A text in NFC with `\\n` for every line end, without characters that cannot be seen or that turn the direction of
    reading, and without blank lines around it; and what was taken out, such as "2 zero-width characters".

    Joiners stay where they are part of an emoji or of a script that needs them, and direction marks in a text that has
    right-to-left letters. Doing it twice changes nothing more.
    """
    text = unicodedata.normalize("NFC", text)
    removed: dict[str, int] = {}
    if _SUSPECT.search(text):
        text, count = _LINE_ENDS.subn("\n", text.replace("\r\n", "\n"))
        if count:
            removed["unusual line end"] = count
        text = unicodedata.normalize("NFC", _without_unseen(text, removed))
    lead = _BLANK_LINES.match(text)
    assert lead is not None  # it may be empty
    return text[lead.end() :].rstrip(), tuple(f"{count} {kind}{'s' * (count > 1)}" for kind, count in removed.items())


def fingerprint(text: str) -> str:
    """32 hexadecimal digits of a normalised text; only how its white space is laid out makes no difference."""
    return blake2b(" ".join(text.split()).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _without_unseen(text: str, removed: dict[str, int]) -> str:
    kept = _MARKS if _RIGHT_TO_LEFT.search(text) else frozenset[str]()

    def judge(found: re.Match[str]) -> str:
        character = found[0]
        if found["meant"] or character in kept:
            return character
        kind = _kind(character)
        removed[kind] = removed.get(kind, 0) + 1
        return ""

    return _UNSEEN_OR_MEANT.sub(judge, text)


def _kind(character: str) -> str:
    if character == "\xad":
        return "soft hyphen"
    if "\ud800" <= character <= "\udfff":
        return "lone surrogate"
    if character in _MARKS or "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069":
        return "direction mark"
    return "zero-width character" if unicodedata.category(character) == "Cf" else "control character"
