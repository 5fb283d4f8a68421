"""How a seed lies in columns, what the index is given of it, and the way back."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.model import Candidate, Family, Lineage, Prompt, Seed, SeedId, Source, opening
from bot.search.text import index_form, name_key

SEED = (
    "SELECT id, text, fingerprint, title, author, source_title, source_url, published, topics, prompts, series, part"
    " FROM seed JOIN seed_text USING (number) WHERE id = ?"
)
CATALOGUE = (
    "SELECT id, lineage, coalesce(title, opening), author, coalesce(source_url, source_title), topics, published"
    " FROM seed WHERE present ORDER BY path, place, number"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file says of a seed: `narrow` are the columns of `seed` from `title` on, `wide` those of `seed_text`."""

    narrow: tuple[str | None, ...]
    wide: tuple[str | int | None, ...]
    digest: bytes


def columns(seed: Seed) -> Columns:
    """The columns of a seed."""
    topics = _json(seed.topics)
    source = seed.source
    narrow = (
        seed.title,
        None if seed.title else opening(seed.text),
        seed.author,
        source.title,
        source.url,
        source.published,
        topics,
    )
    prompts = _json([(prompt.text, prompt.family, prompt.stem) for prompt in seed.prompts])
    wide = (seed.text, prompts, seed.series, seed.part, _indexed(seed, topics))
    return Columns(narrow, wide, blake2b(repr((narrow, wide)).encode(), digest_size=16).digest())


def names(title: str | None, topics: str) -> Iterator[str]:
    """By which names a topic finds a seed exactly; `topics` as in its column. A name may come twice."""
    yield from map(name_key, json.loads(topics))
    if title:
        yield name_key(title)


def seed_from(row: sqlite3.Row) -> Seed:
    """Back from the columns of SEED."""
    return Seed(
        id=SeedId(row["id"]),
        text=row["text"],
        fingerprint=row["fingerprint"],
        title=row["title"],
        author=row["author"],
        source=Source(row["source_title"], row["source_url"], row["published"]),
        topics=tuple(json.loads(row["topics"])),
        prompts=tuple(Prompt(text, Family(family), stem) for text, family, stem in json.loads(row["prompts"])),
        series=row["series"],
        part=row["part"],
    )


def candidates_from(rows: Iterable[Sequence[Any]]) -> list[Candidate]:
    """Back from the rows of CATALOGUE. What many seeds share (authors, sources, topics) is one object for them all."""
    topics_of: dict[str, tuple[str, ...]] = {}
    shared: dict[str | None, str | None] = {}

    def one(text: str | None) -> str | None:
        return shared.setdefault(text, text)

    found = []
    for position, (id_, lineage, heading, author, source, topics, published) in enumerate(rows):
        if topics not in topics_of:
            # Keyed by the name itself: it is never None.
            topics_of[topics] = tuple(str(one(topic)) for topic in json.loads(topics))
        found.append(
            Candidate(
                SeedId(id_),
                Lineage(lineage),
                heading,
                one(author),
                one(source),
                topics_of[topics],
                one(published),
                position,
            )
        )
    return found


def _indexed(seed: Seed, topics: str) -> str | None:
    """What the index is given where that is not what the columns hold; None where it always is."""
    origin = " ".join(filter(None, (seed.author, seed.source.title)))
    forms = [_unless_same(text) for text in (topics, seed.title, origin, seed.text)]
    return _json(forms) if any(form is not None for form in forms) else None


def _unless_same(text: str | None) -> str | None:
    form = index_form(text) if text is not None else None
    return None if form == text else form


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
