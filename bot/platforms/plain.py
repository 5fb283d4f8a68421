"""Text from elsewhere, before a platform dresses it: what may be seen of it, its addresses, its date in words."""

import re
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from bot.library.characters import normalise
from bot.model import Source
from bot.platforms.words import Words

# No more than surely is an address: what is not matched whole is shown, but is no link.
ADDRESS = r"""
    https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?!\.?[\w@-]|:\w)
    (?:[/?#][\w\-.~:/?#\[\]@!$&'()*+,;=%]*)?
"""
LONGEST_URL = 512  # of a link's target where it takes room of the text; a longer one would eat it up

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ISOLATE, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?(?::[0-9]{1,5})?")
_SENTENCE_ENDS = ".,:;!?'\"*_~]"
_KEPT_IN_URLS = "/:?#@!$&'+,;=%~-._"


def clean(text: str) -> str:
    """Without what cannot be seen, breaks JSON or turns the direction of reading, whoever typed it."""
    return normalise(text)[0]


def line(text: str) -> str:
    """Cleaned, on one line."""
    return " ".join(clean(text).split())


def turns(text: str) -> bool:
    """Whether it has letters that are read from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def isolate(text: str, *, always: bool = False) -> str:
    """Right-to-left text, put so that it turns nothing beside it round."""
    return f"{_ISOLATE}{text}{_POP}" if always or turns(text) else text


def safe_url(url: str | None, longest: int = LONGEST_URL) -> str | None:
    """The address in such letters that nothing ends the link early; None unless it is a plain one of the web."""
    address = line(url or "")
    try:
        scheme, host, *_ = urlsplit(address)
    except ValueError:  # brackets that do not match
        return None
    if scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        return None
    rest = address.partition("//")[2].removeprefix(host)
    found = f"{scheme}://{host}{percent(rest, safe=_KEPT_IN_URLS)}"
    return found if len(found) <= longest else None


def host_of(url: str | None, longest: int = LONGEST_URL) -> str | None:
    """The name of the site, for people."""
    target = safe_url(url, longest)
    return (urlsplit(target).hostname or "").removeprefix("www.") if target else None


def without_sentence(address: str) -> str:
    """An address without the punctuation of the sentence it stands in, and without a bracket that opened before it."""
    while address[-1] in _SENTENCE_ENDS or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address


def published(source: Source, words: Words, locale: str | None = None) -> str:
    """2025-06-11 -> 11 June 2025; 2025-06 -> June 2025; anything else as it is, on one line."""
    known = line(source.published or "")
    year, _, rest = known.partition("-")
    month, _, day = rest.partition("-")
    names = words.say("post.months", locale).split()
    if not (month.isdecimal() and 1 <= int(month) <= len(names)):
        return known
    name = names[int(month) - 1]
    if not day:
        return words.say("post.month", locale, month=name, year=year)
    return words.say("post.day", locale, day=int(day), month=name, year=year) if day.isdecimal() else known
