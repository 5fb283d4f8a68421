"""A post as its template needs it: paragraphs, safe links, dates in words, reactions with their counts."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.model import Family, Kind, LedgerEntry, Message, Prompt, Source
from bot.platforms.web import words

# What a reader of an excerpt may want to say, in the order of the buttons.
REACTIONS = {
    "👍": "Well put",
    "❤️": "Love it",
    "💡": "New to me",
    "🤔": "Not so sure",
    "😮": "Surprising",
    "🌱": "I will use this",
}
FAMILIES = {Family.DIRECT: "Close reading", Family.SIDE: "Take a side", Family.CONNECT: "Connect"}
FOLD = 3_000  # characters after which the rest of a long excerpt is folded away
TEASER = 32  # words
TEASER_LENGTH = 260  # characters


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    family: str
    text: str


@dataclass(frozen=True, slots=True)
class Reaction:
    emoji: str
    label: str
    count: int
    mine: bool


@dataclass(frozen=True, slots=True)
class PostView:
    """`folded` holds the paragraphs after the fold of a long excerpt."""

    id: int
    message_id: str
    heading: str
    paragraphs: tuple[str, ...]
    folded: tuple[str, ...]
    teaser: str
    author: str | None
    source: str | None
    link: Link | None
    published: str | None
    topics: tuple[str, ...]
    invitation: str
    questions: tuple[Question, ...]
    moment: datetime
    day: str
    time: str
    late: bool
    asked: bool
    topic: str | None
    reactions: tuple[Reaction, ...]

    @property
    def total(self) -> int:
        return sum(reaction.count for reaction in self.reactions)


def post_view(entry: LedgerEntry, mine: frozenset[str], zone: ZoneInfo, today: date) -> PostView | None:
    """None for an entry that never had a message."""
    post, message = entry.post, entry.post.message
    if message is None or post.message_id is None:
        return None
    moment = (post.posted or post.due).astimezone(zone)
    shown, folded = fold(paragraphs(message.text))
    source = message.attribution.source
    return PostView(
        id=post.id,
        message_id=post.message_id,
        heading=message.heading,
        paragraphs=shown,
        folded=folded,
        teaser=teaser(message),
        author=message.attribution.author,
        source=source.title if source.title != message.title else None,
        link=link_to(source),
        published=words.published(source.published),
        topics=message.topics,
        invitation=message.invitation,
        questions=tuple(question(prompt) for prompt in message.prompts),
        moment=moment,
        day=words.near_date(moment.date(), today),
        time=words.wall_time(moment),
        late=post.late,
        asked=post.kind is Kind.ASKED,
        topic=message.topic,
        reactions=reactions(entry.reactions, mine),
    )


def reactions(counts: dict[str, int], mine: frozenset[str]) -> tuple[Reaction, ...]:
    """The page's own six first, then whatever else was ever put on."""
    others = [emoji for emoji, number in counts.items() if emoji not in REACTIONS and number > 0]
    return tuple(
        Reaction(emoji, REACTIONS.get(emoji, emoji), counts.get(emoji, 0), emoji in mine)
        for emoji in [*REACTIONS, *sorted(others)]
    )


def question(prompt: Prompt) -> Question:
    return Question(FAMILIES[prompt.family], prompt.text)


def paragraphs(text: str) -> tuple[str, ...]:
    """The text cut at blank lines; line breaks within a paragraph stay."""
    return tuple(part.strip("\n") for part in re.split(r"\n(?:[ \t]*\n)+", text) if part.strip())


def fold(parts: tuple[str, ...], limit: int = FOLD) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is shown at once, and what waits behind “Read on”; a single huge paragraph is cut between two words."""
    if sum(map(len, parts)) <= limit * 5 // 4:
        return parts, ()
    shown: list[str] = []
    left = limit
    for place, part in enumerate(parts):
        if len(part) > left:
            cut = part.rfind(" ", 0, left) if not shown else 0
            if cut <= 0 and not shown:
                cut = left
            if cut > 0:
                return (part[:cut],), (part[cut:].lstrip(), *parts[place + 1 :])
            return tuple(shown), parts[place:]
        shown.append(part)
        left -= len(part)
    return tuple(shown), ()


def teaser(message: Message) -> str:
    """The first words, for a list; one unbroken line of any length stays short."""
    parts = message.text[:2_000].split()
    short = " ".join(parts[:TEASER])
    if len(short) > TEASER_LENGTH:
        short = short[:TEASER_LENGTH].rpartition(" ")[0] or short[:TEASER_LENGTH]
    return short + " …" if len(short) < len(message.text.strip()) else short


def link_to(source: Source) -> Link | None:
    """Only http and https addresses become links; the text names the host that really answers."""
    if source.url is None:
        return None
    try:
        parts = urlsplit(source.url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    return Link(source.url, host.removeprefix("www."))
