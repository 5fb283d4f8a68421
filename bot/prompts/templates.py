"""Prompts for excerpts that have none of their own: question stems, filled with nothing but words of the excerpt.

Each stem asks one open question. What it needs decides where it fits: a clause worth quoting, any words at all, the
heading of an earlier seed, or nothing.
"""

# ruff: noqa: RUF001 - the quotation marks are meant for people
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b

from bot.model import Family, Prompt
from bot.prompts.phrases import clauses, scrap

_HEADING_WORDS = 14
_HEADING_CHARACTERS = 120
_LONG_WORD = 5  # letters: such words tell what a text is about
_REMEMBERED = 7  # earlier seeds that people can be expected to have in mind


class Needs(Enum):
    """What a stem quotes: in double quotation marks from this excerpt, in single ones the heading of an earlier one."""

    CLAUSE = "a clause of the excerpt"
    OPENING = "the first words of the excerpt, which may be cut"
    EARLIER = "the heading of an earlier seed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Stem:
    """A question with at most one gap, `{}`. `name` is what the thirty-day rule remembers: never reuse one."""

    name: str
    family: Family
    needs: Needs
    question: str


def _stems(family: Family, needs: Needs, questions: dict[str, str]) -> tuple[Stem, ...]:
    return tuple(Stem(f"{family}/{name}", family, needs, question) for name, question in questions.items())


STEMS = (
    *_stems(
        Family.DIRECT,
        Needs.CLAUSE,
        {
            "meaning": "What do you take “{}” to mean here?",
            "own-words": "How would you put “{}” to a friend who has not read this?",
            "weight": "Which word in “{}” carries the most weight, in your reading?",
            "assumes": "What does “{}” take for granted?",
            "example": "What concrete example comes to mind when you read “{}”?",
            "lost": "What would be lost if the author had left out “{}”?",
            "two-readers": "Where could two careful readers part ways over “{}”?",
            "follows": "What follows, in your view, if we take “{}” at its word?",
            "set-against": "What is “{}” set against, openly or between the lines?",
            "question-behind": "If “{}” is an answer, what is the question behind it?",
            "rely": "What would you need to know before relying on “{}”?",
            "tone": "What tone of voice do you hear in “{}”?",
            "reader": "What sort of reader is “{}” meant for, would you say?",
            "stops-short": "What does “{}” stop short of saying?",
        },
    ),
    *_stems(
        Family.DIRECT,
        Needs.OPENING,
        {
            "opening-expect": "What does “{}” lead you to expect, right at the start?",
            "opening-lost": "What would be different if the excerpt did not begin with “{}”?",
            "opening-ring": "What does “{}” bring to mind before you read on?",
            "opening-why": "Why might somebody choose to begin with “{}”?",
        },
    ),
    *_stems(
        Family.DIRECT,
        Needs.NOTHING,
        {
            "in-short": "What is this excerpt saying, in a sentence of your own?",
            "underline": "Which part of this excerpt would you underline to bring out what it means?",
            "second-reading": "What in this excerpt could be read in a second way?",
            "unsaid": "What does this excerpt leave unsaid that its meaning hangs on?",
        },
    ),
    *_stems(
        Family.SIDE,
        Needs.CLAUSE,
        {
            "defend": "Would you defend “{}” or argue with it, and which other words here would you use?",
            "too-far": "Does “{}” go too far or not far enough, and what in the text makes you say so?",
            "strongest": "Is “{}” the strongest point here or the weakest, and what in the excerpt decides it?",
            "fact-or-view": "Would you file “{}” under fact or under opinion, and what in the text decides it?",
            "wide-or-narrow": "Would you apply “{}” widely or only now and then, judging by what stands around it?",
            "bet": "Would you bet on “{}” or against it in ten years' time, going by what the text offers?",
            "earned": "Has the author earned “{}” or only asserted it, going by the words around it?",
            "plain-or-bold": "Is “{}” cautious or bold, and which of its words tip the balance for you?",
        },
    ),
    *_stems(
        Family.SIDE,
        Needs.NOTHING,
        {
            "won-or-lost": "Does this excerpt win you over or lose you, and at which words?",
            "attack": "If you had to argue against this excerpt, which of its words would you go for first?",
            "advocate": "If you had to defend this excerpt to a sceptic, which of its words would you lean on?",
            "even-handed": "Is this excerpt even-handed or one-sided, and which words give it away?",
            "keep": "If only a few words of this excerpt could stay, which would you fight for?",
            "useful": "Is this excerpt more useful or more provocative, and which words decide it for you?",
            "ask-or-answer": "Does this excerpt raise more questions or settle more, and what in it shows that?",
            "hope-or-warning": "Do you read this excerpt as a hope or as a warning, and what in it supports you?",
        },
    ),
    *_stems(
        Family.CONNECT,
        Needs.EARLIER,
        {
            "earlier-changes": "How does this excerpt change what you made of ‘{}’, which we read earlier?",
            "earlier-adds": "What does this excerpt add to ‘{}’, from our earlier reading?",
            "earlier-pulls": "Where do this excerpt and ‘{}’, which we read earlier, pull in different directions?",
            "earlier-shared": "Which idea runs through both this excerpt and ‘{}’, which we read earlier?",
            "earlier-shelf": "If this excerpt and ‘{}’ shared a shelf, what would its label say?",
            "earlier-ask": "What would you now ask about ‘{}’, having read this excerpt?",
            "earlier-first": "Why would you hand a newcomer this excerpt before ‘{}’, or after it?",
            "earlier-common": "What would you say to somebody who finds nothing in common between this excerpt and ‘{}’?",
        },
    ),
    *_stems(
        Family.CONNECT,
        Needs.CLAUSE,
        {
            "seen": "Where in your own work or life have you met something like “{}”?",
            "person": "Which person you know came to mind when you read “{}”?",
            "differently": "What would you do differently this week if you took “{}” seriously?",
            "read-before": "What else have you read that “{}” brings back?",
        },
    ),
    *_stems(
        Family.CONNECT,
        Needs.NOTHING,
        {
            "moment": "Which moment in your own work does this excerpt bring back?",
            "other-field": "What in a quite different field is most like what this excerpt is about?",
            "decision": "In which decision ahead of you would this excerpt be worth remembering?",
            "trade": "How would you explain this excerpt to somebody in your own line of work?",
            "belief": "Which belief of yours does this excerpt disturb the most?",
            "younger": "What would this excerpt have told you ten years ago that it no longer does?",
            "pass-on": "To whom would you pass this excerpt on, and with which remark?",
            "not-here": "Where in your own experience would this excerpt not hold?",
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Material:
    """What an excerpt and its channel offer to fill the gaps with."""

    clauses: tuple[str, ...]
    opening: str | None
    earlier: str | None


def gather(text: str, earlier: Sequence[str], turn: int) -> Material:
    """`turn` counts how often this excerpt was here before: each time, another clause comes first."""
    found = clauses(text)
    shift = turn % len(found) if found else 0
    return Material(found[shift:] + found[:shift], None if found else scrap(text), _nearest(text, earlier))


def fill(family: Family, material: Material, salt: str) -> tuple[Prompt, ...]:
    """Every prompt of this family that the material allows, the more specific ones first, else in the salt's order.

    Never empty. All of them quote the same clause, the first.
    """
    gaps = {
        Needs.CLAUSE: material.clauses[0] if material.clauses else None,
        Needs.OPENING: material.opening,
        Needs.EARLIER: material.earlier,
        Needs.NOTHING: "",
    }
    fitting = [stem for stem in STEMS if stem.family is family and gaps[stem.needs] is not None]
    fitting.sort(key=lambda stem: (stem.needs is Needs.NOTHING, draw(salt, stem.name)))
    return tuple(Prompt(stem.question.format(gaps[stem.needs]), family, stem.name) for stem in fitting)


def draw(salt: str, name: str) -> bytes:
    """A lot that always falls the same way for the same salt and name."""
    return blake2b(f"{salt}\n{name}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _nearest(text: str, earlier: Sequence[str]) -> str | None:
    """Of the headings still in mind, the one that shares most words with the text; the newest where none does."""
    words = set(_long_words(text))
    headings = [heading for heading in map(_shorten, earlier[:_REMEMBERED]) if heading]
    return max(headings, key=lambda heading: len(words.intersection(_long_words(heading))), default=None)


def _long_words(text: str) -> list[str]:
    words = (part.strip(".,;:!?()[]“”\"'‘’").casefold() for part in text.split())
    return [word for word in words if len(word) >= _LONG_WORD]


def _shorten(heading: str) -> str:
    words = heading.split()
    short = " ".join(words[:_HEADING_WORDS])
    if len(short) > _HEADING_CHARACTERS:
        short = short[:_HEADING_CHARACTERS].rsplit(" ", 1)[0]
    return short if short == " ".join(words) else f"{short} …"
