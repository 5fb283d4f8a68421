"""The words after a command, as people type them; pure."""

import re
from dataclasses import dataclass, replace
from html import unescape

_PLACE = re.compile(r"<#(?P<id>[A-Z0-9]+)(?:\|[^>]*)?>|(?<!\S)#(?P<name>[^\s<>#]+)")
_BEFORE_PLACES = frozenset({"to", "from", "in", "for", "into", "and"})


@dataclass(frozen=True, slots=True)
class Line:
    """`verb` is in lower case. `places` are the channels named, in order: an id, or a name after #. `rest` are the
    other words, without such as "in" that stood before a channel at the end.
    """

    verb: str = ""
    rest: str = ""
    places: tuple[str, ...] = ()

    @property
    def place(self) -> str | None:
        return self.places[0] if self.places else None

    def shorn(self, word: str) -> "Line":
        """Without a word at the end or the beginning, which was taken for something else."""
        words = self.rest.split()
        if words and words[-1] == word:
            return replace(self, rest=" ".join(words[:-1]))
        return replace(self, rest=" ".join(words[1:])) if words and words[0] == word else self


def read(text: str) -> Line:
    """`pause until friday in #books` -> pause, "until friday", #books."""
    verb, _, rest = text.strip().partition(" ")
    places = tuple(found["id"] or f"#{unescape(found['name'])}" for found in _PLACE.finditer(rest))
    words = unescape(_PLACE.sub(" ", rest)).split()
    while places and words and words[-1].casefold() in _BEFORE_PLACES:
        words = words[:-1]
    return Line(unescape(verb).casefold().strip("."), " ".join(words), places)
