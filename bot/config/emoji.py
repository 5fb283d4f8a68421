"""What counts as an emoji that one types, on any platform."""

import re
import unicodedata
from typing import Final

MOST: Final = 20  # different ones that the bot may put on one message

_LONGEST: Final = 16  # code points; a family of four with skin tones has eleven
_JOINERS: Final = re.compile("[\u200d\U000e0020-\U000e007f]")  # of several pictures, and in flags of countries' parts
_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo"})


def is_unicode(text: str) -> bool:
    """One emoji as a keyboard writes it, with or without a skin tone."""
    if len(text) > _LONGEST or not _JOINERS.sub("", text).isprintable():
        return False
    keycap = re.fullmatch("[0-9#*]\ufe0f?\u20e3", text) is not None
    letters = any(unicodedata.category(one) in _LETTERS and one != "ℹ" for one in text)  # noqa: RUF001  the emoji
    symbol = any(one in "©®" or ord(one) >= ord("\u203c") for one in text)
    return keycap or (symbol and not letters and not any(one.isspace() or one.isascii() for one in text))
