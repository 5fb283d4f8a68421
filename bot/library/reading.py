"""Reading one file of the library into seeds."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from posixpath import splitext

import pydantic

from bot import shapes, yamldoc
from bot.errors import ContentError, Problem
from bot.library.characters import fingerprint, normalise
from bot.library.files import UNNAMEABLE
from bot.library.form import LONGEST_ID, PromptForm, SeedForm, SourceForm
from bot.model import Prompt, Seed, SeedId, Source
from bot.ports import FileReading, PlacedSeed, Stamp
from bot.prompts.authored import guess_family, stem_of

MOST_TOLD = 50  # problems, or notices, of one file
_HASH = 8  # digits that tell seeds of one file, or names of other scripts, apart

Loc = tuple[str | int, ...]


def read_file(root: Path, path: str, stamp: Stamp, *, shown: Path | None = None) -> FileReading:
    """What a file that `find_files` found holds. Whatever is wrong with it is a problem of the reading, never raised.

    Problems name the file as `shown`, else as `<name of the root>/<path>`. In a list, the good seeds are there beside
    the problems.
    """
    shown = shown or Path(root.name, path)
    try:
        document = _open(root, path, shown)
    except ContentError as error:
        return FileReading(path, stamp, (), error.problems, shown=shown)
    return _read(document, path, stamp)


def read_text(text: str, path: str) -> FileReading:
    """What a file with this text would hold at a path of the library."""
    stamp = Stamp(0, 0, 0)
    try:
        return _read(yamldoc.parse(text, Path(path)), path, stamp)
    except ContentError as error:
        return FileReading(path, stamp, (), error.problems, shown=Path(path))


def _read(document: yamldoc.Document, path: str, stamp: Stamp) -> FileReading:
    reading = _Reading(document, id_of(path))
    reading.take_all()
    problems, notices = _at_most(reading.problems), _at_most(reading.notices)
    return FileReading(path, stamp, tuple(reading.seeds), problems, notices, document.path)


def _open(root: Path, path: str, shown: Path) -> yamldoc.Document:
    if UNNAMEABLE in path:
        raise ContentError([Problem(shown, 0, 0, "its name holds characters that no name should", "rename it")])
    if path.endswith("/"):
        what, remedy = "this folder may not be read", "change its permissions, or let its name begin with a dot"
        raise ContentError([Problem(shown, 0, 0, what, remedy)])
    return yamldoc.load(root / path, shown=shown)


def id_of(path: str) -> str:
    """The id of a seed that has none of its own, from its file's path: `essays/On Friendship.yaml` is
    `essays-on-friendship`. A name that says little in a-z, or is long, gets digits of its own.
    """
    name = unicodedata.normalize("NFC", splitext(path)[0])
    plain = name.casefold()
    if not plain.isascii():
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    foreign = not plain.isascii() and any(one.isalnum() and not one.isascii() for one in plain)
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    longest = LONGEST_ID - _HASH - 1  # room for what tells the seeds of a list apart
    if made and len(made) <= longest and not foreign:
        return made
    digits = blake2b(name.encode(), digest_size=_HASH // 2).hexdigest()
    return f"{made[: longest - _HASH - 1].strip('-') or 'seed'}-{digits}"


class _Reading:
    """One pass over a document. What it finds is in `seeds`, `problems` and `notices`."""

    def __init__(self, document: yamldoc.Document, file_id: str) -> None:
        self.seeds: list[PlacedSeed] = []
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []
        self._document = document
        self._file_id = file_id
        self._lines: dict[str, int] = {}  # of the ids so far

    def take_all(self) -> None:
        data = self._document.data
        if data is None:
            self._wrong((), "there is nothing in this file", "write text: and an excerpt, or remove the file")
        elif not isinstance(data, list):
            self._take(data, (), self._file_id)
        elif not data:
            self._wrong((), "this list has no seed", "write one after a dash, or remove the file")
        else:
            for index, item in enumerate(data):
                self._take(item, (index,), None)

    def _take(self, data: yamldoc.Data, loc: Loc, derived: str | None) -> None:
        try:
            form = shapes.validate(SeedForm, data)
        except pydantic.ValidationError as error:
            self.problems += shapes.problems_of(error, SeedForm, self._document, loc)
            return
        before = len(self.problems)
        seed = self._seed(form, loc, derived)
        if len(self.problems) == before:
            self.seeds.append(PlacedSeed(seed, self._document.place(loc)[0]))

    def _seed(self, form: SeedForm, loc: Loc, derived: str | None) -> Seed:
        text = self._text(form.text, (*loc, "text"))
        print_ = fingerprint(text)
        if form.part is not None and form.series is None:
            self._wrong((*loc, "part"), '"part" is given without "series"', "name the series, or remove it")
        seed = Seed(
            id=SeedId(form.id or derived or f"{self._file_id}-{print_[:_HASH]}"),
            text=text,
            fingerprint=print_,
            title=self._line(form.title, (*loc, "title")),
            author=self._line(form.author, (*loc, "author")),
            source=self._source(form.source, (*loc, "source")),
            topics=self._topics(form.topics or (), (*loc, "topics")),
            prompts=self._prompts(form.prompts or (), (*loc, "prompts")),
            series=self._line(form.series, (*loc, "series")),
            part=form.part,
        )
        self._claim_id(seed.id, loc, given=form.id is not None)
        return seed

    def _claim_id(self, seed: SeedId, loc: Loc, *, given: bool) -> None:
        line = self._lines.setdefault(seed, here := self._document.place(loc)[0])
        if line == here:
            return
        if given:
            self._wrong((*loc, "id"), f'"{seed}" is the id of the seed in line {line} too', "give this one another id")
        else:
            self._wrong(loc, f"this is the same text as in line {line}", "remove one of the two, or give each an id")

    def _source(self, form: SourceForm | None, loc: Loc) -> Source:
        if form is None:
            return Source()
        return Source(self._line(form.title, (*loc, "title")), form.url, form.published)

    def _topics(self, topics: Iterable[str], loc: Loc) -> tuple[str, ...]:
        kept: dict[str, str] = {}
        for index, written in enumerate(topics):
            topic = self._line(written, (*loc, index)) or ""
            if kept.setdefault(topic.casefold(), topic) is not topic:
                self._note((*loc, index), f"the topic {shapes.describe(topic)} is given twice", "keep one of the two")
        return tuple(kept.values())

    def _prompts(self, prompts: Iterable[PromptForm], loc: Loc) -> tuple[Prompt, ...]:
        kept: dict[str, Prompt] = {}
        for index, form in enumerate(prompts):
            text = self._line(form.text, (*loc, index)) or ""
            prompt = Prompt(text, form.family or guess_family(text), stem_of(text))
            if kept.setdefault(prompt.stem, prompt) is not prompt:
                self._note((*loc, index), "this prompt is given twice", "keep one of the two")
        return tuple(kept.values())

    def _line(self, value: str | None, loc: Loc) -> str | None:
        return None if value is None else " ".join(self._text(value, loc).split())

    def _text(self, value: str, loc: Loc) -> str:
        text, removed = normalise(value)
        if removed:
            self._note(loc, f"{shapes.label(loc)} is read without {', '.join(removed)}", "nothing, or delete them")
        if not text:
            self._wrong(loc, f"{shapes.label(loc)} is empty", "write something here, or leave the key out")
        return text

    def _wrong(self, loc: Loc, what: str, remedy: str) -> None:
        self.problems.append(self._document.problem(loc, what, remedy))

    def _note(self, loc: Loc, what: str, remedy: str) -> None:
        self.notices.append(self._document.problem(loc, what, remedy))


def _at_most(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MOST_TOLD:
        return tuple(problems)
    rest = Problem(problems[0].path, 0, 0, f"{len(problems) - MOST_TOLD} more of its kind", "begin with those above")
    return (*problems[:MOST_TOLD], rest)
