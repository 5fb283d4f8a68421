"""A post as a card: Discord's second kind of components. It needs no permission for embeds, and no setting hides it.

Its parts share one limit, and the excerpt gets what the others leave. For the prompts a fixed room is kept, whichever
they are: a question swapped for a longer one must neither move the cut nor turn the card into something else.
"""

from collections.abc import Sequence

from discord import ui

from bot.platforms.discord import limits
from bot.platforms.discord.limits import length
from bot.platforms.discord.lines import Lines, questions
from bot.platforms.discord.markup import escape

COLOUR = 0x4F8A5B  # the green of a seedling; nothing is told by it

_PROMPTS = 1000  # kept for them, whether they need it or not
_ROLE = len("<@&18446744073709551615>")


class Card(ui.LayoutView):
    """Buttons are answered by their custom_id, also after a restart, so discord.py has nothing to keep of a card."""

    def is_finished(self) -> bool:
        return True


def room(lines: Lines) -> int:
    """Characters left for the excerpt, dressed."""
    around = [_title(lines), _small_print(lines), _invitation(lines)]
    return limits.CARD - _PROMPTS - _ROLE - sum(length(part) for part in around if part)


def make(lines: Lines, excerpt: str, buttons: Sequence[ui.Button[Card]], *, role: str | None = None) -> Card:
    """The card; `excerpt` is dressed, and no longer than the room for it. `role` is to be pinged."""
    ping = f"<@&{role}>" if role else None
    before = [part for part in (_title(lines), excerpt, _small_print(lines)) if part]
    taken = sum(length(part) for part in (ping or "", _invitation(lines), *before))
    asked = questions(lines.prompts, limits.CARD - taken)
    card, box = Card(timeout=None), ui.Container[Card](accent_colour=COLOUR)
    if ping:
        card.add_item(ui.TextDisplay(ping))
    for part in before:
        box.add_item(ui.TextDisplay(part))
    if lines.prompts:
        box.add_item(ui.Separator())
        box.add_item(ui.TextDisplay(f"{_invitation(lines)}{asked}"))
    if buttons:
        box.add_item(ui.ActionRow(*buttons))
    return card.add_item(box)


def _title(lines: Lines) -> str:
    return f"## {lines.title}" if lines.title else ""


def _small_print(lines: Lines) -> str:
    """The attribution, and below it the notes."""
    return "\n".join([*filter(None, [lines.attribution]), *(f"-# {escape(note)}" for note in lines.notes)])


def _invitation(lines: Lines) -> str:
    return f"**{lines.invitation}**\n" if lines.prompts and lines.invitation else ""
