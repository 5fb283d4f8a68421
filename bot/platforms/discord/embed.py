"""A post as a classic embed: for forums, for those who prefer it, and for excerpts that a card has no room for."""

from collections.abc import Sequence

from discord import Embed, ui

from bot.platforms.discord import limits
from bot.platforms.discord.card import COLOUR
from bot.platforms.discord.limits import length
from bot.platforms.discord.lines import Lines, questions

_NO_NAME = "\N{ZERO WIDTH SPACE}"  # a field must have one


class Row(ui.View):
    """Buttons are answered by their custom_id, also after a restart, so discord.py has nothing to keep of them."""

    def is_finished(self) -> bool:
        return True


def room(lines: Lines) -> int:
    """Characters left for the excerpt, dressed; the prompts' field counts in full, whichever they are."""
    around = length(lines.title or "") + length(_footer(lines)) + limits.FIELD + length(lines.invitation or _NO_NAME)
    return min(limits.DESCRIPTION, limits.EMBED - around) - length(_attribution(lines))


def make(lines: Lines, excerpt: str) -> Embed:
    """The embed; `excerpt` is dressed, and no longer than the room for it."""
    embed = Embed(title=lines.title, description=f"{excerpt}{_attribution(lines)}", colour=COLOUR)
    if lines.prompts:
        value = questions(lines.prompts, limits.FIELD)
        embed.add_field(name=lines.invitation or _NO_NAME, value=value, inline=False)
    if lines.notes:
        embed.set_footer(text=_footer(lines))
    return embed


def row(buttons: Sequence[ui.Button[Row]]) -> Row:
    """The buttons below it."""
    view = Row(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view


def _attribution(lines: Lines) -> str:
    return f"\n\n{lines.attribution}" if lines.attribution else ""


def _footer(lines: Lines) -> str:
    """Plain text: a footer knows no markdown."""
    return " · ".join(lines.notes)
