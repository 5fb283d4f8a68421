"""How a post looks on Slack, and how it is read out: blocks and text, both within Slack's limits.

Where the excerpt is cut is decided by everything but the prompts, since a post is edited when one is swapped: the
thread goes on where the excerpt was cut.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.model import Kind, Message
from bot.platforms.cutting import ELLIPSIS, cut, pieces
from bot.platforms.plain import clean, safe_url
from bot.platforms.slack import blocks, limits
from bot.platforms.slack.blocks import Part, Run
from bot.platforms.slack.buttons import Button
from bot.platforms.slack.history import EVENT
from bot.platforms.slack.limits import length, weight
from bot.platforms.slack.lines import Lines, lines_of, questions
from bot.platforms.slack.mrkdwn import escape
from bot.platforms.words import Words

# Kept for the prompts, whichever they are: a question swapped for a longer one must not move the cut.
_PROMPTS: Final = 1100  # characters of text, with their invitation; three of the longest need no more
_PROMPTS_WEIGHT: Final = 2 * _PROMPTS + 600  # of their block: JSON escapes some signs, and there is what holds them
_GAP: Final = len("\n\n")
_GROUP: Final = re.compile(r"S[A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as Slack takes it. `in_thread` are its thread's messages, in order: the prompts, and what did not fit
    into the post; each by keyword, for `chat.postMessage`. `cut`: something did not."""

    in_thread: tuple[dict[str, Any], ...]
    cut: bool
    _message: dict[str, Any]

    def arguments(self) -> dict[str, Any]:
        """For `chat.postMessage`, by keyword: text, blocks, metadata, and no previews of links."""
        return dict(self._message)

    def edited(self) -> dict[str, Any]:
        """For `chat.update`, by keyword; what it does not name stays as it is."""
        return {"text": self._message["text"], "blocks": self._message["blocks"]}


def render(message: Message, words: Words) -> Rendered:
    """The public post."""
    lines = lines_of(message, words)
    buttons = blocks.row(message.marker, {button: words.say(f"post.{button}") for button in Button})
    group = _group(message)
    before = [blocks.ping(group)] if group else []
    shown, rest = _laid_out(message, lines, limits.TEXT, words.say("post.cut"), [*before, buttons])
    metadata = {"event_type": EVENT, "event_payload": {"marker": message.marker}}
    made = blocks.message([*before, *shown, buttons]) | {"metadata": metadata}
    return Rendered(_in_thread(lines, rest, words), bool(rest), made)


def render_private(message: Message, words: Words, *, link: str | None) -> dict[str, Any]:
    """For one person alone, as a direct message or an ephemeral answer, by keyword. `link` leads to the post, where
    there is one."""
    url = safe_url(link, limits.URL)
    after = [blocks.sentence([Run(words.say("post.to_post"), url)])] if url else []
    lines = lines_of(message, words)
    shown, _ = _laid_out(message, lines, limits.PRIVATE_TEXT, words.say("post.cut_private"), after)
    return blocks.message([*shown, *after])


def _laid_out(
    message: Message, lines: Lines, most: int, note: str, others: Sequence[Part]
) -> tuple[tuple[Part, ...], str]:
    """Title, excerpt, attribution, small print and prompts, in no more characters than `most` with the other parts; and
    the rest of the excerpt."""
    text = clean(message.text) or ELLIPSIS
    before = [blocks.title(lines.title)] if lines.title else []
    after = [blocks.sentence(lines.attribution)] if lines.attribution else []
    after += [blocks.small(*lines.notes)] if lines.notes else []
    asked = [_asked(lines, _PROMPTS)] if lines.prompts else []
    shortened = blocks.small(note)

    def fits(part: str, *more: Part) -> bool:
        parts = [*before, blocks.quote(part.strip() or ELLIPSIS), *more, *after, *others]
        return (
            length(blocks.text_of(parts)) + _GAP + _PROMPTS <= most
            and weight([one.block for one in parts]) + _PROMPTS_WEIGHT <= limits.BLOCKS
        )

    if len(text) <= most and fits(text):
        return (*before, blocks.quote(text), *after, *asked), ""
    place = cut(text, lambda part: fits(part, shortened), most)
    return (*before, blocks.quote(text[:place].strip()), shortened, *after, *asked), text[place:].strip()


def _in_thread(lines: Lines, rest: str, words: Words) -> tuple[dict[str, Any], ...]:
    """The prompts, then the rest of the excerpt."""
    asked = [blocks.message([_asked(lines, limits.TEXT)])] if lines.prompts else []
    head = blocks.small(words.say("post.continued"))

    def parts_of(text: str) -> list[Part]:
        return [head, blocks.quote(text.strip() or ELLIPSIS)]

    def fits(text: str) -> bool:
        parts = parts_of(text)
        return length(blocks.text_of(parts)) <= limits.TEXT and weight([one.block for one in parts]) <= limits.BLOCKS

    found = [part for part in pieces(rest, fits, limits.TEXT) if part.strip()]
    return (*asked, *(blocks.message(parts_of(part)) for part in found))


def _asked(lines: Lines, room: int) -> Part:
    """The prompts below their invitation, in so many characters of text."""
    return blocks.questions(lines.invitation, questions(lines.prompts, room - length(f"{escape(lines.invitation)}\n")))


def _group(message: Message) -> str | None:
    """The user group that a daily post pings; a post that somebody asked for pings nobody."""
    role = message.look.role or ""
    return role if message.kind is Kind.DAILY and _GROUP.fullmatch(role) else None
