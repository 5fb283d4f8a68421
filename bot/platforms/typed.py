"""What people type that means the same wherever they type it: where an excerpt comes from, and emoji."""

import re

from bot.model import Source

_ADDRESS = re.compile(r"https?://\S+")
_TONE = "[\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    "|[0-9#*]\ufe0f?\u20e3"  # a keycap
    f"|.{_TONE}(?:\u200d.{_TONE})*[\U000e0020-\U000e007f]*"
)


def source_of(text: str) -> Source:
    """A title, an address, or both in either order."""
    found = _ADDRESS.search(text)
    if found is None:
        return Source(title=text or None)
    title = " ".join((text[: found.start()] + text[found.end() :]).split()).strip(" ,;:()<>-\N{EN DASH}")
    return Source(title=title or None, url=found[0].rstrip(".,;)>"))


def pictures(text: str) -> list[str]:
    """Emoji that stand side by side, one by one; whatever else there is, letter by letter."""
    return _EMOJI.findall(text)
