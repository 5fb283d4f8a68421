"""Prompts that an organiser wrote into a seed's file: which family one belongs to, and by what it is remembered."""

# ruff: noqa: RUF001 - quotation marks of every kind are what is looked for
import re
from hashlib import blake2b

from bot.model import Family

# A straight quotation mark opens before a word; between digits and letters it is an inch or a slip of the pen.
_QUOTATION = re.compile(r"[“„«「『‹]|(?<!\w)[\"'‘](?=\w)")
_SIDE = re.compile(
    r"\b(?:(?:dis)?agree\w*|sides?|sided|siding|(?:un)?convinc\w+|defend\w*|defence|defense|persua\w+|argue\w*|against"
    r"|in favou?r|support\w*|challenge\w*|object(?:ion|ions|ed)?|fair|unfair|right or wrong"
    r"|true or false|would you rather)\b",
    re.IGNORECASE,
)


def guess_family(text: str) -> Family:
    """The family of a prompt that came without one: a quotation is direct, taking sides is side, the rest connects."""
    if _QUOTATION.search(text):
        return Family.DIRECT
    if _SIDE.search(text):
        return Family.SIDE
    return Family.CONNECT


def stem_of(text: str) -> str:
    """Twelve hexadecimal digits that stay the same when only spacing or capitals of a prompt change."""
    plain = " ".join(text.split()).casefold()
    return blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
