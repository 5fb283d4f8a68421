"""Text that is to be shown as text, in Discord's markdown: nothing in it formats, links, mentions or pings."""

import re
from unicodedata import bidirectional
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from bot.library.characters import normalise

LONGEST_URL = 512  # of a link's target; a longer one would eat the room of the text

_ISOLATE, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_SPECIAL = re.compile(
    r"""
      (?P<mark>[\\*_~`|<\[\]]
        | @(?=everyone|here)
        | :(?=[^\s:]+:)  # the name of an emoji
        | (?<=\w):(?=//)  # of an address, which would become a link
        | ^(?P<indent>[^\S\n]*)(?:[#>+-] | (?P<number>[0-9]+)[.)])
      )
    """,
    re.VERBOSE | re.MULTILINE,
)
# No more than surely is an address: what is not matched whole is shown, but is no link.
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?!\.?[\w@-]|:\w)"
    r"(?:[/?#][\w\-.~:/?#\[\]@!$&'()*+,;=%]*)?"
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?(?::[0-9]{1,5})?")
_SENTENCE_ENDS = ".,:;!?'\"*_~]"
_KEPT_IN_URLS = "/:?#@!$&'+,;=%~-._"


def clean(text: str) -> str:
    """Without what cannot be seen, breaks JSON or turns the direction of reading, whoever typed it."""
    return normalise(text)[0]


def line(text: str) -> str:
    """Cleaned, on one line."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """A cleaned text with every character of the markdown taken for itself; addresses in it are no links."""
    return _SPECIAL.sub(_escaped, text)


def prose(text: str) -> str:
    """As `escape`, but web addresses are links, without a preview; lines with right-to-left letters are isolated."""
    return "\n".join(isolate(_linked(one)) for one in text.split("\n"))


def quote(text: str) -> str:
    """Prose in a block quotation."""
    return "\n".join(f"> {one}" for one in prose(text).split("\n"))


def heading(text: str) -> str:
    """One line for a heading, whose trailing # would be taken for its other end."""
    return isolate(escape(text), always=text.endswith("#"))


def isolate(text: str, *, always: bool = False) -> str:
    """Right-to-left text, put so that it turns nothing beside it round."""
    turns = always or (not text.isascii() and any(bidirectional(one) in {"R", "AL"} for one in text))
    return f"{_ISOLATE}{text}{_POP}" if turns else text


def link(label: str, url: str | None) -> str:
    """A masked link; the label alone where there is no address, or none that Discord would take."""
    target = safe_url(url)
    shown = isolate(escape(label))
    return f"[{shown}]({target})" if target else shown


def safe_url(url: str | None) -> str | None:
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
    return found if len(found) <= LONGEST_URL else None


def host_of(url: str | None) -> str | None:
    """The name of the site, for people."""
    target = safe_url(url)
    return (urlsplit(target).hostname or "").removeprefix("www.") if target else None


def _escaped(found: re.Match[str]) -> str:
    """A backslash right before the character that means something."""
    mark = found[0]
    return f"{mark[:-1]}\\{mark[-1]}"


def _linked(text: str) -> str:
    """One line, escaped but for its addresses."""
    parts, done = [], 0
    for found in _ADDRESS.finditer(text):
        address = _without_sentence(found[0])
        parts += [_between(text, done, found.start()), f"<{address}>"]
        done = found.start() + len(address)
    return "".join([*parts, _between(text, done, len(text))])


def _between(text: str, start: int, end: int) -> str:
    """A part of a line, escaped as what stands there: only the first begins the line."""
    escaped = escape(f"{'' if start == 0 else 'x'}{text[start:end]}")
    return escaped if start == 0 else escaped[1:]


def _without_sentence(address: str) -> str:
    """An address without the punctuation of the sentence it stands in, and without a bracket that opened before it."""
    while address[-1] in _SENTENCE_ENDS or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address
