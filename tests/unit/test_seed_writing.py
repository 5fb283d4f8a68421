"""What is written as a seed is read as the very same seed; a file is there whole or not at all."""

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import library
from bot.errors import ContentError
from bot.model import Cutting, Family, Prompt, Seed, SeedId, Source
from bot.ports import FileReading, Stamp
from bot.prompts.authored import stem_of

SHIPPED = Path(__file__).parents[2] / "seeds"
STAMP = Stamp(0, 0, 0)


def tidy(text: str) -> str:
    return library.normalise(text)[0]


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())


# What YAML, the tidying of texts and Unicode have an eye on, more often than chance would bring it.
SIGNS = st.text(st.sampled_from(list("ab \n\t:#-?[]{},&*!|>'\"%@`\\~=.0\x85\u2028\ufeff\u200d\u200b\x07é\u0301…👩")))
ANY = SIGNS | st.text()
TEXTS = (ANY | st.lists(ANY, max_size=30).map(" ".join)).map(tidy).filter(bool)
LINES = ANY.map(lambda text: one_line(text)[:40].strip()).map(one_line).filter(bool)
PROMPTS = st.builds(lambda text, family: Prompt(text, family, stem_of(text)), LINES, st.sampled_from(Family))
SEEDS = st.builds(
    lambda text, part, **known: Seed(
        SeedId("moss"), text, library.fingerprint(text), part=part if known["series"] else None, **known
    ),
    TEXTS,
    part=st.none() | st.integers(1, 1_000_000),
    title=st.none() | LINES,
    author=st.none() | LINES,
    source=st.builds(
        Source,
        st.none() | LINES,
        st.none() | st.sampled_from(["https://example.org/a?b=c#d", "http://example.org/é:x,y"]),
        st.none() | st.sampled_from(["1931", "1931-04", "2025-06-11"]),
    ),
    topics=st.lists(LINES, max_size=4, unique_by=str.casefold).map(tuple),
    prompts=st.lists(PROMPTS, max_size=4, unique_by=lambda prompt: prompt.stem).map(tuple),
    series=st.none() | LINES,
)


def read_back(text: str) -> FileReading:
    with tempfile.TemporaryDirectory() as folder:
        library.put(Path(folder, "garden.yaml"), text)
        return library.read_file(Path(folder), "garden.yaml", STAMP)


@given(seed=SEEDS)
@example(seed=Seed(SeedId("moss"), "  indented\nand not", library.fingerprint("  indented\nand not"), title="no"))
def test_a_seed_is_read_back_as_it_was_written(seed: Seed) -> None:
    reading = read_back(library.as_yaml(seed))
    assert (reading.problems, reading.notices) == ((), ())
    assert [placed.seed for placed in reading.seeds] == [seed]


@given(text=st.text(st.characters(exclude_categories=[]), min_size=1), title=ANY, topic=ANY)
@example(text="half a character: \ud800", title="\ud800", topic="#soil")
def test_a_cutting_however_it_was_typed_is_a_seed_or_is_refused_for_a_reason(text: str, title: str, topic: str) -> None:
    cutting = Cutting(text, title=title, topics=(topic, topic))
    tidied = library.tidied(cutting)
    if not tidied.text or len(tidied.title or "") > 300 or any(len(one) > 40 for one in tidied.topics):
        with pytest.raises(ContentError):
            library.seed_of(cutting, SeedId("moss"))
        return
    seed = library.seed_of(cutting, SeedId("moss"))
    assert read_back(library.as_yaml(seed)).seeds[0].seed == seed
    assert seed == library.seed_of(tidied, SeedId("moss")), "tidying it before changes nothing"


def test_the_shipped_seeds_are_written_as_they_are_read() -> None:
    found = library.find_files(SHIPPED)
    seeds = [placed.seed for path in found for placed in library.read_file(SHIPPED, path, STAMP).seeds]
    assert len(seeds) >= 7
    first, *rest = seeds
    assert [placed.seed for placed in read_back(library.as_yaml(first, *rest)).seeds] == seeds


def test_a_seed_looks_like_one_of_seeds_readme() -> None:
    cutting = Cutting(
        "The best fertiliser\nis the gardener's shadow.",
        title=" On gardens: a beginning ",
        author="Anonymous\u200b",
        source=Source(None, "https://example.org/shadow", " 1931 "),
        topics=("gardens", "", "attention"),
    )
    assert library.as_yaml(library.seed_of(cutting, SeedId("shadow"))) == (
        "id: shadow\n"
        'title: "On gardens: a beginning"\n'
        "author: Anonymous\n"
        "source:\n"
        "  url: https://example.org/shadow\n"
        '  published: "1931"\n'
        "\n"
        "text: |-\n"
        "  The best fertiliser\n"
        "  is the gardener's shadow.\n"
        "\n"
        "topics: [gardens, attention]\n"
    )


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    library.put(tmp_path / "deep" / "moss.yaml", "text: one\n")
    with pytest.raises(FileExistsError):
        library.put(tmp_path / "deep" / "moss.yaml", "text: two\n")
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["moss.yaml"]
    assert (tmp_path / "deep" / "moss.yaml").read_text() == "text: one\n"


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as that of a memory card, or of some shared folders."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    library.put(tmp_path / "moss.yaml", "text: one\n")
    with pytest.raises(FileExistsError):
        library.put(tmp_path / "moss.yaml", "text: two\n")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("moss.yaml", "text: one\n")]
