"""The names of a post's buttons. They carry its marker, so the same names tell where a message is ours."""

import re
from enum import StrEnum

from bot.model import Marker


class Button(StrEnum):
    ANOTHER = "another"  # question, for everyone
    SAVE = "save"  # for me, as a direct message
    DISCUSS = "discuss"  # in the thread


TEMPLATE = re.compile(r"(?P<marker>seedbed:[0-9a-z-]{1,56}):(?P<button>another|save|discuss)")


def custom_id(marker: Marker, button: Button) -> str:
    """Unique in its message, and at most 100 characters."""
    return f"{marker}:{button}"


def marker_in(name: str) -> Marker | None:
    """The marker in a component's custom_id; None where it is not one of these buttons."""
    found = TEMPLATE.fullmatch(name)
    return Marker(found["marker"]) if found else None
