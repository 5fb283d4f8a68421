"""Text that is to be shown as text, in Discord's markdown: nothing in it formats, links, mentions or pings."""

import re

from bot.platforms.plain import ADDRESS, isolate, safe_url, turns, without_sentence

# What stands before a character that would mean something, and is nothing itself but for spaces and digits of a list.
_BEFORE = r"""
    (?=[\\*_~`|<\[\]])
  | (?=@(?:everyone|here))
  | (?=:\S*?:)  # an emoji's name
  | (?<=\w)(?=://)  # an address, which would become a link
  | ^[^\S\n]*+(?=[#>+-])
  | ^[^\S\n]*+[0-9]++(?=[.)])
"""
_SPECIAL = re.compile(_BEFORE, re.VERBOSE | re.MULTILINE)
_SPECIAL_OR_ADDRESS = re.compile(f"(?P<address>{ADDRESS})|{_BEFORE}", re.VERBOSE | re.MULTILINE)
_AFTER = re.compile(r"(?=[*_~\]:])")  # what may follow an address and is markup
_BACKSLASH = r"\g<0>\\"


def escape(text: str) -> str:
    """A cleaned text with every character of the markdown taken for itself; addresses in it are no links."""
    return _SPECIAL.sub(_BACKSLASH, text)


def prose(text: str) -> str:
    """As `escape`, but web addresses are links, without a preview; lines with right-to-left letters are isolated."""
    shown = _SPECIAL_OR_ADDRESS.sub(_linked, text) if "://" in text else escape(text)
    return "\n".join(map(isolate, shown.split("\n"))) if turns(shown) else shown


def quote(text: str) -> str:
    """Prose in a block quotation."""
    return f"> {prose(text)}".replace("\n", "\n> ")


def heading(text: str) -> str:
    """One line for a heading, whose trailing # would be taken for its other end."""
    return isolate(escape(text), always=text.endswith("#"))


def link(label: str, url: str | None) -> str:
    """A masked link; the label alone where there is no address, or none that Discord would take."""
    target = safe_url(url)
    shown = isolate(escape(label))
    return f"[{shown}]({target})" if target else shown


def _linked(found: re.Match[str]) -> str:
    """An address in angle brackets, with what is markup of its closing punctuation escaped; or else a backslash."""
    if not found["address"]:
        return f"{found[0]}\\"
    address = without_sentence(found["address"])
    return f"<{address}>{_AFTER.sub(_BACKSLASH, found['address'][len(address) :])}"
