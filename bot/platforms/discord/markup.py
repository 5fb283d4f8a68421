"""Text that is to be shown as text, in Discord's markdown: nothing in it formats, links, mentions or pings."""

import re
from urllib.parse import quote as percent
from urllib.parse import urlsplit

from bot.library.characters import normalise

LONGEST_URL = 512  # of a link's target; a longer one would eat the room of the text

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_ISOLATE, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
# What stands before a character that would mean something, and is nothing itself but for spaces and digits of a list.
_BEFORE = r"""
    (?=[\\*_~`|<\[\]])
  | (?=@(?:everyone|here))
  | (?=:\S*?:)  # an emoji's name
  | (?<=\w)(?=://)  # an address, which would become a link
  | ^[^\S\n]*+(?=[#>+-])
  | ^[^\S\n]*+[0-9]++(?=[.)])
"""
# No more than surely is an address: what is not matched whole is shown, but is no link.
_ADDRESS = r"""
    https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?!\.?[\w@-]|:\w)
    (?:[/?#][\w\-.~:/?#\[\]@!$&'()*+,;=%]*)?
"""
_SPECIAL = re.compile(_BEFORE, re.VERBOSE | re.MULTILINE)
_SPECIAL_OR_ADDRESS = re.compile(f"(?P<address>{_ADDRESS})|{_BEFORE}", re.VERBOSE | re.MULTILINE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?(?::[0-9]{1,5})?")
_AFTER = re.compile(r"(?=[*_~\]:])")  # what may follow an address and is markup
_BACKSLASH = r"\g<0>\\"
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
    return _SPECIAL.sub(_BACKSLASH, text)


def prose(text: str) -> str:
    """As `escape`, but web addresses are links, without a preview; lines with right-to-left letters are isolated."""
    shown = _SPECIAL_OR_ADDRESS.sub(_linked, text) if "://" in text else escape(text)
    return "\n".join(map(isolate, shown.split("\n"))) if _turns(shown) else shown


def quote(text: str) -> str:
    """Prose in a block quotation."""
    return f"> {prose(text)}".replace("\n", "\n> ")


def heading(text: str) -> str:
    """One line for a heading, whose trailing # would be taken for its other end."""
    return isolate(escape(text), always=text.endswith("#"))


def isolate(text: str, *, always: bool = False) -> str:
    """Right-to-left text, put so that it turns nothing beside it round."""
    return f"{_ISOLATE}{text}{_POP}" if always or _turns(text) else text


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


def _turns(text: str) -> bool:
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def _linked(found: re.Match[str]) -> str:
    """An address in angle brackets, with what is markup of its closing punctuation escaped; or else a backslash."""
    if not found["address"]:
        return f"{found[0]}\\"
    address = _without_sentence(found["address"])
    return f"<{address}>{_AFTER.sub(_BACKSLASH, found['address'][len(address) :])}"


def _without_sentence(address: str) -> str:
    """An address without the punctuation of the sentence it stands in, and without a bracket that opened before it."""
    while address[-1] in _SENTENCE_ENDS or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address
