"""Prompts for excerpts that have none of their own: question stems, filled with nothing but words of the excerpt."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from bot.model import Family, Prompt
from bot.prompts.phrases import clauses, scrap
from bot.prompts.stems import STEMS, Needs

_HEADING_WORDS = 14
_HEADING_CHARACTERS = 120
_LONG_WORD = 5  # letters: such words tell what a text is about
_AROUND_WORDS = ".,;:!?()[]“”\"'‘’"  # noqa: RUF001 - as they stand in headings
_NAMES = frozenset(stem.name for stem in STEMS)
_UNSPECIFIC = frozenset(stem.name for stem in STEMS if stem.needs is Needs.NOTHING)
_REMEMBERED = 7  # earlier seeds that people can be expected to have in mind


@dataclass(frozen=True, slots=True)
class Material:
    """What an excerpt and its channel offer to fill the gaps with. `opening` is for excerpts without a clause."""

    clauses: tuple[str, ...]
    opening: str | None
    earlier: str | None


def gather(text: str, earlier: Sequence[str], turn: int) -> Material:
    """`turn` counts how often this excerpt was here before: each time, another clause comes first."""
    found, opening = clauses(text), None
    if not found:
        opening = scrap(text)
        if opening and opening == text.strip(" .!?\n"):
            found, opening = (opening,), None
    shift = turn % len(found) if found else 0
    return Material(found[shift:] + found[:shift], opening, _nearest(text, earlier))


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
    fitting.sort(key=lambda stem: rank(stem.name, salt))
    return tuple(Prompt(stem.question.format(gaps[stem.needs]), family, stem.name) for stem in fitting)


def rank(stem: str, salt: str) -> tuple[bool, bytes]:
    """Where a stem stands in its family for this salt: those that quote something first."""
    return stem in _UNSPECIFIC, draw(salt, stem)


def is_template(stem: str) -> bool:
    """Whether this is the name of a template, and no fingerprint of what somebody wrote."""
    return stem in _NAMES


def draw(salt: str, name: str) -> bytes:
    """A lot that always falls the same way for the same salt and name."""
    return blake2b(f"{salt}\n{name}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _nearest(text: str, earlier: Sequence[str]) -> str | None:
    """Of the headings still in mind, the one that shares most words with the text; the newest where none does."""
    words = set(_long_words(text))
    headings = [heading for heading in map(_shorten, earlier[:_REMEMBERED]) if heading]
    return max(headings, key=lambda heading: len(words.intersection(_long_words(heading))), default=None)


def _long_words(text: str) -> list[str]:
    words = (part.strip(_AROUND_WORDS).casefold() for part in text.split())
    return [word for word in words if len(word) >= _LONG_WORD]


def _shorten(heading: str) -> str:
    words = heading.split()
    short = " ".join(words[:_HEADING_WORDS])
    if len(short) > _HEADING_CHARACTERS:
        short = short[:_HEADING_CHARACTERS].rsplit(" ", 1)[0]
    return short if short == " ".join(words) else f"{short} …"
