"""What surrounds an excerpt: title, attribution, small print, prompts. Each is shortened to a length of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.model import Kind, Message
from bot.platforms.cutting import shorten
from bot.platforms.discord import limits
from bot.platforms.discord.limits import length
from bot.platforms.discord.markup import escape, heading, link
from bot.platforms.discord.words import Words
from bot.platforms.plain import host_of, isolate, line, published

_AUTHOR = 120
_SOURCE = 160
_TOPICS = 200
_ASKED = 100
_INVITATION = 100


@dataclass(frozen=True, slots=True)
class Lines:
    """Title, attribution and invitation are markdown. Notes and prompts are plain, each on one line."""

    title: str | None
    attribution: str | None
    notes: tuple[str, ...]
    invitation: str
    prompts: tuple[str, ...]


def lines_of(message: Message, words: Words, locale: str | None = None) -> Lines:
    """For a message in a Discord locale; None is the language of what everybody sees."""
    title = line(message.title or "")
    return Lines(
        title=fitted(title, heading, limits.TITLE) if title else None,
        attribution=_attribution(message, words, locale),
        notes=_notes(message, words, locale),
        invitation=fitted(line(message.invitation), escape, _INVITATION),
        prompts=tuple(found for found in (line(prompt.text) for prompt in message.prompts) if found),
    )


def fitted(text: str, dress: Callable[[str], str], room: int) -> str:
    """A text dressed, and shortened beforehand so that it fits into so many characters then."""
    return dress(shorten(text, lambda part: length(dress(part)) <= room, room))


def questions(prompts: Sequence[str], room: int) -> str:
    """A numbered list; where it is too long, each prompt gets an equal share of the room."""
    whole = _numbered([isolate(escape(prompt)) for prompt in prompts])
    if length(whole) <= room:
        return whole
    share = room // len(prompts) - len("1. \n")
    return _numbered([fitted(prompt, lambda part: isolate(escape(part)), share) for prompt in prompts])


def _numbered(prompts: Sequence[str]) -> str:
    return "\n".join(f"{number}. {prompt}" for number, prompt in enumerate(prompts, 1))


def _attribution(message: Message, words: Words, locale: str | None) -> str | None:
    """— Author, [Title](address), 11 June 2025; an address without a title of its own is where to read on."""
    author, source = line(message.attribution.author or ""), message.attribution.source
    title = line(source.title or "")
    if title == line(message.title or ""):
        title = ""
    known = [
        fitted(author, lambda part: isolate(escape(part)), _AUTHOR) if author else None,
        link(shorten(title, lambda part: length(escape(part)) <= _SOURCE, _SOURCE), source.url) if title else None,
        escape(published(source, words, locale)) if source.published else None,
    ]
    origin = ", ".join(part for part in known if part)
    host = None if title else host_of(source.url)
    more = link(words.say("post.continue", locale, host=host), source.url) if host else ""
    return " · ".join(part for part in (f"— {origin}" if origin else "", more) if part) or None


def _notes(message: Message, words: Words, locale: str | None) -> tuple[str, ...]:
    notes = []
    topic = _plain(line(message.topic or ""), _ASKED)
    if topic:
        notes.append(words.say("post.asked", locale, topic=topic))
    elif message.kind is Kind.ASKED and message.topic is not None:  # else an organiser had it posted
        notes.append(words.say("post.asked_any", locale))
    if message.late:
        notes.append(words.say("post.late", locale))
    topics = ", ".join(filter(None, map(line, message.topics)))
    if topics:
        notes.append(words.say("post.topics", locale, topics=_plain(topics, _TOPICS)))
    return tuple(notes)


def _plain(text: str, room: int) -> str:
    """Shortened as it will be at its longest, escaped."""
    return isolate(shorten(text, lambda part: length(escape(part)) <= room, room))
