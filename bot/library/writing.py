"""A seed as a file that people like to read, with its keys in the order of seeds/README.md."""

import os
import secrets
from pathlib import Path

from bot import yamlwriting
from bot.errors import ContentError
from bot.library.characters import normalise
from bot.library.reading import read_text
from bot.model import Cutting, Prompt, Seed, SeedId, Source
from bot.yamldoc import Data


def as_yaml(excerpt: Seed | Cutting, *more: Seed) -> str:
    """The text of a file with it: `read_file` makes exactly the same seeds of it."""
    found: list[Data] = [_document(one) for one in (excerpt, *more)]
    return yamlwriting.dump(found if more else found[0])


def seed_of(cutting: Cutting, seed: SeedId) -> Seed:
    """What a cutting would be as a seed of the library, tidied as one is. ContentError says why it could be none."""
    reading = read_text(yamlwriting.dump({"id": seed, **_document(tidied(cutting))}), f"{seed}.yaml")
    if reading.problems:
        raise ContentError(reading.problems)
    (placed,) = reading.seeds
    return placed.seed


def tidied(cutting: Cutting) -> Cutting:
    """Without what cannot be seen, and with nothing where nothing was written."""
    source = cutting.source
    return Cutting(
        text=normalise(cutting.text)[0],
        title=_line(cutting.title),
        author=_line(cutting.author),
        source=Source(_line(source.title), _line(source.url), _line(source.published)),
        topics=tuple(topic for topic in map(_line, cutting.topics) if topic),
    )


def put(path: Path, text: str) -> None:
    """A new file, whole and durable or not there at all. FileExistsError where the name is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name with a dot is passed over by whoever looks for seeds meanwhile.
    apart = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with apart.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _name(apart, path)
    finally:
        apart.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _name(apart: Path, path: Path) -> None:
    """Give a file its name, which no other may have."""
    try:
        path.hardlink_to(apart)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        apart.rename(path)


def _sync_folder(folder: Path) -> None:
    """Make names in a folder as durable as what they name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _document(excerpt: Seed | Cutting) -> dict[str, Data]:
    """Its keys and values, in order; what is not known is left out."""
    source = excerpt.source
    topics: list[Data] = [*excerpt.topics]
    known: dict[str, Data] = {
        "title": excerpt.title,
        "author": excerpt.author,
        "source": _known({"title": source.title, "url": source.url, "published": source.published}),
        "text": excerpt.text,
        "topics": topics,
    }
    if isinstance(excerpt, Seed):
        prompts: list[Data] = [_prompt(prompt) for prompt in excerpt.prompts]
        known = {"id": excerpt.id, **known, "prompts": prompts, "series": excerpt.series, "part": excerpt.part}
    return _known(known)


def _prompt(prompt: Prompt) -> dict[str, Data]:
    return {"text": prompt.text, "family": str(prompt.family)}


def _known(fields: dict[str, Data]) -> dict[str, Data]:
    return {key: value for key, value in fields.items() if value not in (None, [], {})}


def _line(text: str | None) -> str | None:
    return " ".join(normalise(text or "")[0].split()) or None
