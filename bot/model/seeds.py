"""The library's nouns: a seed, its source and prompts, and what may become one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import Lineage, MessageId, SeedId


class Family(StrEnum):
    """The three kinds of discussion prompt; a post carries one of each."""

    DIRECT = "direct"  # quotes a few words of the excerpt and asks what they mean
    SIDE = "side"  # take a side, and say what in the text supports you
    CONNECT = "connect"  # to one's own work or experience, or to an earlier seed of the channel


@dataclass(frozen=True, slots=True)
class Prompt:
    """`stem` is what may not come back within thirty days: a template's name, or the authored text's fingerprint."""

    text: str
    family: Family
    stem: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an excerpt comes from; what is not known is None. `published` is YYYY, YYYY-MM or YYYY-MM-DD."""

    title: str | None = None
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """An excerpt as its file has it, after normalisation. `fingerprint` is a hash of the normalised text."""

    id: SeedId
    text: str
    fingerprint: str
    title: str | None = None
    author: str | None = None
    source: Source = Source()
    topics: tuple[str, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    series: str | None = None
    part: int | None = None

    @property
    def heading(self) -> str:
        """The title, or the opening words where no title is known."""
        return self.title or opening(self.text)


def opening(text: str, words: int = 8) -> str:
    """The first words of a text on one line, with an ellipsis where more follows."""
    parts = text.split()
    return " ".join(parts[:words]) + (" …" if len(parts) > words else "")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the picker needs to know of a seed; kept in memory for the whole library."""

    id: SeedId
    lineage: Lineage
    heading: str
    author: str | None
    source: str | None  # what counts as the same source: its address, else its title
    topics: tuple[str, ...]
    published: str | None
    position: int  # in the library: by path, then by place in the file


class Decision(StrEnum):
    """What organisers made of a proposal."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Cutting:
    """An excerpt that a member proposes, as typed."""

    text: str
    title: str | None = None
    author: str | None = None
    source: Source = Source()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cutting on its way into the library. `space` is the server or workspace; `card` the message that asks there.

    `by` is the member who proposed it, None once forgotten. `seed` is its id in the library when approved.
    """

    id: int
    space: str
    by: str | None
    cutting: Cutting
    decision: Decision
    made: datetime
    card: MessageId | None = None
    decided: datetime | None = None
    seed: SeedId | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result; a higher score is better, and scores compare only within one search."""

    id: SeedId
    title: str
    score: float
