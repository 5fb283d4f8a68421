"""What surrounds an excerpt: title, attribution, small print, prompts. Each is shortened to a length of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Kind, Message
from bot.platforms.cutting import shorten
from bot.platforms.plain import host_of, isolate, line, published, safe_url
from bot.platforms.slack import limits
from bot.platforms.slack.blocks import Run
from bot.platforms.slack.limits import length
from bot.platforms.slack.mrkdwn import escape
from bot.platforms.words import Words

# What the library takes, 300 characters of a line, is shown whole unless it is full of what has to be escaped.
_LINE = 400
_TOPICS = 300
_ASKED = 150
_INVITATION = 100


@dataclass(frozen=True, slots=True)
class Lines:
    """Each on one line, and empty where it is not known."""

    title: str
    attribution: tuple[Run, ...]
    notes: tuple[str, ...]
    invitation: str
    prompts: tuple[str, ...]


def lines_of(message: Message, words: Words) -> Lines:
    return Lines(
        title=fitted(message.title, _LINE),
        attribution=_attribution(message, words),
        notes=_notes(message, words),
        invitation=fitted(message.invitation, _INVITATION),
        prompts=tuple(filter(None, (line(prompt.text) for prompt in message.prompts))),
    )


def fitted(text: str | None, room: int) -> str:
    """On one line, and shortened so that it fits into so many characters once it is escaped."""
    return isolate(shorten(line(text or ""), lambda part: length(escape(part)) <= room, room))


def questions(prompts: Sequence[str], room: int) -> tuple[str, ...]:
    """Each prompt whole where all fit into the room as a numbered list, else as much as its equal share holds."""
    if sum(length(f"1. {escape(isolate(prompt))}\n") for prompt in prompts) <= room:
        return tuple(map(isolate, prompts))
    share = room // len(prompts) - length(f"1. {isolate('', always=True)}\n")
    return tuple(fitted(prompt, share) for prompt in prompts)


def _attribution(message: Message, words: Words) -> tuple[Run, ...]:
    """— Author, Title, 11 June 2025; an address without a title of its own is where to read on."""
    source, url = message.attribution.source, safe_url(message.attribution.source.url, limits.URL)
    title = "" if line(source.title or "") == line(message.title or "") else fitted(source.title, _LINE)
    known = [
        Run(fitted(message.attribution.author, _LINE)),
        Run(title, url),
        Run(fitted(published(source, words), _LINE)),
    ]
    origin = [run for run in known if run.text]
    runs = [one for run in origin for one in (Run(", "), run)]
    runs[:1] = [Run("— ")] if runs else []
    if url and not title:
        more = Run(words.say("post.continue", host=host_of(url, limits.URL)), url)
        runs += [Run(" · "), more] if runs else [more]
    return tuple(runs)


def _notes(message: Message, words: Words) -> tuple[str, ...]:
    notes = []
    if topic := fitted(message.topic, _ASKED):
        notes.append(words.say("post.asked", topic=topic))
    elif message.kind is Kind.ASKED and message.topic is not None:  # else an organiser had it posted
        notes.append(words.say("post.asked_any"))
    if message.late:
        notes.append(words.say("post.late"))
    if topics := fitted(", ".join(filter(None, map(line, message.topics))), _TOPICS):
        notes.append(words.say("post.topics", topics=topics))
    return tuple(notes)
