"""How a post looks on Discord: a card, or an embed where that holds more, everything within Discord's limits.

What a post is made of is decided by its excerpt and never by its prompts, since it is edited when one is swapped: a
card can never become an embed again, and the thread goes on where the excerpt was cut.
"""

from dataclasses import dataclass
from typing import Any

from discord import AllowedMentions, ButtonStyle, Object, ui

from bot.model import Kind, Message, Style
from bot.platforms.cutting import ELLIPSIS, cut, pieces, shorten
from bot.platforms.discord import card, embed, limits
from bot.platforms.discord.buttons import Button, custom_id
from bot.platforms.discord.limits import length
from bot.platforms.discord.lines import Lines, lines_of, questions
from bot.platforms.discord.markup import quote
from bot.platforms.discord.words import Words
from bot.platforms.plain import clean, line

_STYLES = {
    Button.ANOTHER: ButtonStyle.secondary,
    Button.SAVE: ButtonStyle.secondary,
    Button.DISCUSS: ButtonStyle.primary,
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as Discord takes it. `in_thread` are the contents of its thread's messages, in order: the prompts, and
    what did not fit into the post. `cut`: something did not."""

    thread_name: str
    in_thread: tuple[str, ...]
    cut: bool
    _arguments: dict[str, Any]

    def arguments(self) -> dict[str, Any]:
        """For `Messageable.send`, `ForumChannel.create_thread` and `PartialMessage.edit`, by keyword."""
        return dict(self._arguments)


def render(message: Message, words: Words, *, forum: bool = False, style: Style | None = None) -> Rendered:
    """The public post, in the default language. A forum's posts are embeds: nobody promises that they may be cards.

    `style` is that of a post that is there already and is to be edited, whatever would be chosen for it today.
    """
    lines, text = lines_of(message, words), _text(message)
    style = style or (Style.EMBED if forum else _style(message, lines, text))
    shown, rest = _shown(text, style, lines, words.say("post.cut"))
    role = _role(message)
    arguments: dict[str, Any] = {"allowed_mentions": _mentions(role)}
    if style is Style.CARD:
        arguments["view"] = card.make(lines, shown, _buttons(message, words), role=role)
    else:
        arguments["content"] = f"<@&{role}>" if role else None
        arguments["embed"] = embed.make(lines, shown)
        arguments["view"] = embed.row(_buttons(message, words))
    return Rendered(thread_name(message), _in_thread(lines, rest, words), bool(rest), arguments)


def render_private(message: Message, words: Words, locale: str | None, *, link: str | None) -> dict[str, Any]:
    """For one person alone, in their language: a direct message or an ephemeral answer, by keyword. `link` leads to the
    post, where there is one."""
    lines, text = lines_of(message, words, locale), _text(message)
    style = _style(message, lines, text)
    shown, _ = _shown(text, style, lines, words.say("post.cut_private", locale))
    buttons = [ui.Button[Any](label=words.say("post.to_post", locale), url=link)] if link else []
    arguments: dict[str, Any] = {"allowed_mentions": AllowedMentions.none()}
    if style is Style.CARD:
        return arguments | {"view": card.make(lines, shown, buttons)}
    arguments["embed"] = embed.make(lines, shown)
    return arguments | ({"view": embed.row(buttons)} if buttons else {})


def thread_name(message: Message) -> str:
    """The heading on one line, 1 to 100 characters; never empty."""
    name = line(message.heading) or str(message.seed)
    return shorten(name, lambda part: length(part) <= limits.THREAD_NAME, limits.THREAD_NAME)


def _text(message: Message) -> str:
    """The excerpt; never empty, which Discord would refuse."""
    return clean(message.text) or ELLIPSIS


def _style(message: Message, lines: Lines, text: str) -> Style:
    """A card, unless the channel wants embeds, or an embed holds the whole excerpt where a card does not."""
    if message.look.style is Style.EMBED:
        return Style.EMBED
    dressed = length(quote(text)) if len(text) <= limits.DESCRIPTION else limits.EMBED
    return Style.EMBED if card.room(lines) < dressed <= embed.room(lines) else Style.CARD


def _shown(text: str, style: Style, lines: Lines, note: str) -> tuple[str, str]:
    """The excerpt as far as it fits, dressed, with a note where it does not; and the rest of the text."""
    room = card.room(lines) if style is Style.CARD else embed.room(lines)
    if len(text) <= room and length(quote(text)) <= room:
        return quote(text), ""
    note = f"\n-# {note}"
    room -= length(note)
    place = cut(text, lambda part: length(quote(part.strip())) <= room, room)
    return f"{quote(text[:place].strip())}{note}", text[place:].strip()


def _in_thread(lines: Lines, rest: str, words: Words) -> tuple[str, ...]:
    """Messages of plain content: the prompts, then the rest of the excerpt."""
    asked = []
    if lines.prompts:
        head = f"**{lines.invitation}**\n" if lines.invitation else ""
        asked.append(head + questions(lines.prompts, limits.CONTENT - length(head)))
    head = f"-# {words.say('post.continued')}\n"
    room = limits.CONTENT - length(head)
    parts = [part.strip() for part in pieces(rest, lambda part: length(quote(part.strip())) <= room, room)]
    return (*asked, *(head + quote(part) for part in parts if part))


def _buttons(message: Message, words: Words) -> list[ui.Button[Any]]:
    return [
        ui.Button[Any](style=style, label=words.say(f"post.{button}"), custom_id=custom_id(message.marker, button))
        for button, style in _STYLES.items()
    ]


def _role(message: Message) -> str | None:
    """The role that a daily post pings; a post that somebody asked for pings nobody."""
    role = message.look.role or ""
    return role if message.kind is Kind.DAILY and role.isascii() and role.isdecimal() else None


def _mentions(role: str | None) -> AllowedMentions:
    """Nobody but the role."""
    roles = [Object(int(role))] if role else False
    return AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)
