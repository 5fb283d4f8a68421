"""YAML is read strictly: no silent surprise, and every mistake has a place and a remedy."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import yamldoc
from bot.errors import ContentError

FILE = Path("garden.yaml")


@pytest.fixture(params=[yamldoc.PARSER, yaml.SafeLoader], ids=["libyaml", "python"])
def parser(request: pytest.FixtureRequest) -> Any:
    """Both of PyYAML's parsers: what a file means may not depend on how PyYAML was built."""
    return request.param


@pytest.fixture
def readable_by_all() -> Iterator[Path]:
    """A folder that another user may enter, which tmp_path is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Without the privileges of root, who may read everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def said(text: str, parser: Any = yamldoc.PARSER) -> list[str]:
    """The sentences about a text, one for each mistake."""
    with pytest.raises(ContentError) as caught:
        yamldoc.parse(text, FILE, parser)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("7", 7),
        ("-12", -12),
        ("123456789012345678", 123456789012345678),
        # Longer ones are identifiers, and no two of them may become one.
        ("1234567890123456789", "1234567890123456789"),
        ("0123", "0123"),
        ("-0", "-0"),
        ("+7", "+7"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("٣", "٣"),
        ("9:00", "9:00"),
        ("2024-05-03", "2024-05-03"),
        ("2024-05-03 09:00:00", "2024-05-03 09:00:00"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("True", "True"),
        ("NULL", "NULL"),
        ("=", "="),
        ('"true"', "true"),
        ("'7'", "7"),
        ('""', ""),
        ("C# and F#", "C# and F#"),
        ("plain # a comment", "plain"),
        ("https://example.org/#part", "https://example.org/#part"),
    ],
)
def test_a_value_is_what_a_person_means(written: str, meant: object, parser: Any) -> None:
    data = yamldoc.parse(f"it: {written}", FILE, parser).data
    assert data == {"it": meant}
    assert isinstance(data, dict)
    assert type(data["it"]) is type(meant)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: 2\na: 3", '3:1: "a" is given twice, first in line 1: keep one of the two'),
        ("{a: 1, a: 2}", '1:8: "a" is given twice, first in line 1: keep one of the two'),
        ("a: &top 1", '1:4: "&top" is an anchor: remove it, or put quotes round text that begins with &'),
        ("a: &top {}", '1:4: "&top" is an anchor: remove it, or put quotes round text that begins with &'),
        ("a: *top", '1:4: "*top" is an alias: write the value out, or put quotes round text that begins with *'),
        ("? *top\n: b", '1:3: "*top" is an alias: write the value out, or put quotes round text that begins with *'),
        ("a: !!str 2", "1:4: the value has a tag (!): remove it, or put quotes round text that begins with !"),
        ("a: ! 2", "1:4: the value has a tag (!): remove it, or put quotes round text that begins with !"),
        (
            "a: !!python/object/apply:os.system [ls]",
            "1:4: the value has a tag (!): remove it, or put quotes round text that begins with !",
        ),
        ("<<: {a: 1}", '1:1: "<<" would merge another map into this one: write the entries out'),
        ("1: one", "1:1: 1 is a key here, but a key is text: put quotes round it"),
        ("null: one", "1:1: null is a key here, but a key is text: put quotes round it"),
        ("?\n: one", "1:2: a key is missing before the colon: write one, or put quotes round the line"),
        ("? [a]\n: b", "1:3: a list or a map is a key here, but a key is text: put quotes round it if it is text"),
        ("a: 1\n---\nb: 2", "2:1: a second document begins here: keep one document a file, and remove the line ---"),
        (
            "title: Chapter #3",
            '1:8: the text ends at " #", where a comment begins: put quotes round it, or write a space after the #',
        ),
        (
            "[" * 3000,
            "1:33: lists and maps are nested deeper than 32: write it flatter, or quote a text with brackets",
        ),
    ],
)
def test_what_would_surprise_is_refused(text: str, sentence: str, parser: Any) -> None:
    assert said(text, parser) == [f"garden.yaml:{sentence}"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: b: c", '1:5: a second ": " in one line: put quotes round the whole value, or indent it right'),
        ("a: 'b\n", "1:4: the quote ' that opens here is never closed: close it with '"),
        ("a: [b, c", "1:4: the [ that opens here is not closed properly: close it with ], or quote the text"),
        ("a: {b: c", "1:4: the { that opens here is not closed properly: close it with }, or quote the text"),
        ("a:\n\t- b", "2:1: a tab stands where only spaces may indent: replace it with spaces"),
        ("a: @you", "1:4: a bare value cannot begin with @: put quotes round the whole value"),
        ("a: *bold* words", "1:4: a bare value cannot begin with *: put quotes round the whole value"),
        (
            "a: > Today, we",
            '1:6: after ">" the text begins on the next line, indented: move it, or put quotes round the whole value',
        ),
        (
            "- a\nb: c",
            "2:1: this does not fit what stands above it: indent it like its neighbours, or quote all of it",
        ),
        ("a: 1\nb", '2:1: this line is no "key: value": write a colon after the key, or indent the line'),
        ("a: \0", "1:4: there is a NUL byte here: the file is no text, or was damaged: restore or remove it"),
        ("a: \x07", "1:4: there is a character that YAML forbids here (U+0007): delete it"),
    ],
)
def test_broken_yaml_is_explained(text: str, sentence: str, parser: Any) -> None:
    assert said(text, parser) == [f"garden.yaml:{sentence}"]


def test_an_escape_that_yaml_does_not_know_is_explained() -> None:
    sentence = "1:7: YAML does not know this escape (\\): use single quotes, or write \\\\ for a \\"
    assert said(r'a: "C:\quiet"') == [f"garden.yaml:{sentence}"]


def test_a_lone_surrogate_never_becomes_text(parser: Any) -> None:
    assert len(said(r'a: "\ud800"', parser)) == 1
    assert len(said(r'a: "\UFFFFFFFF"', parser)) == 1


def test_all_mistakes_are_told_at_once() -> None:
    assert said("a: &x 1\na: 2\nb: [*x, !t y]\n<<: 3\n") == [
        'garden.yaml:1:4: "&x" is an anchor: remove it, or put quotes round text that begins with &',
        'garden.yaml:2:1: "a" is given twice, first in line 1: keep one of the two',
        'garden.yaml:3:5: "*x" is an alias: write the value out, or put quotes round text that begins with *',
        "garden.yaml:3:9: the value has a tag (!): remove it, or put quotes round text that begins with !",
        'garden.yaml:4:1: "<<" would merge another map into this one: write the entries out',
    ]


def test_a_bomb_of_aliases_stays_small(parser: Any) -> None:
    """A billion laughs in 400 bytes: nothing is expanded, and the list of mistakes is bounded too."""
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert len(said(bomb, parser)) == yamldoc.MOST_PROBLEMS


def test_depth_is_bounded_for_every_way_to_nest(parser: Any) -> None:
    for text in ("- " * 3000, "{a: " * 3000, "? " * 3000, "".join(" " * level + "a:\n" for level in range(200))):
        assert said(text, parser)
    fits = "[" * yamldoc.DEEPEST + "]" * yamldoc.DEEPEST
    assert yamldoc.parse(fits, FILE, parser).data is not None


def test_a_line_of_a_million_characters_is_only_a_long_text() -> None:
    assert yamldoc.parse("text: " + "x" * 1_000_000, FILE).data == {"text": "x" * 1_000_000}


def test_no_editor_counts_a_line_separator_as_a_line(parser: Any) -> None:
    """YAML 1.1 would end the block at these; they stay in the text, and later lines keep their numbers."""
    document = yamldoc.parse("text: |\n  one\u2028two\x85three\u2029four\nnext: 1", FILE, parser)
    assert document.data == {"text": "one\u2028two\x85three\u2029four\n", "next": 1}
    assert document.place(("next",)) == (3, 1)


def test_an_inner_byte_order_mark_does_no_harm(parser: Any) -> None:
    assert yamldoc.parse("\ufeffa: b\ufeffc", FILE, parser).data == {"a": "b\u2060c"}


@pytest.mark.parametrize(
    ("loc", "place"),
    [
        ((), (2, 1)),
        (("title",), (2, 1)),
        (("source",), (3, 1)),
        (("source", "url"), (4, 3)),
        (("source", "missing"), (3, 1)),
        (("topics", 1), (5, 13)),
        (("prompts", 1, "text"), (8, 5)),
        (("prompts", 7), (6, 1)),
        (("nowhere", "at", "all"), (2, 1)),
    ],
)
def test_every_part_has_its_place(loc: tuple[str | int, ...], place: tuple[int, int], parser: Any) -> None:
    text = "# first line\ntitle: x\nsource:\n  url: y\ntopics: [a, b]\nprompts:\n  - one\n  - text: two\n"
    assert yamldoc.parse(text, FILE, parser).place(loc) == place


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "\ufeff"])
def test_a_file_without_content_is_nothing(text: str, parser: Any) -> None:
    assert yamldoc.parse(text, FILE, parser).data is None


def refusal(path: Path) -> str:
    with pytest.raises(ContentError) as caught:
        yamldoc.load(path, shown=Path("seeds/a.yaml"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"title: caf\xe9\n", "seeds/a.yaml:1:11: the byte 0xE9 is not UTF-8: save the file as UTF-8"),
        (b"a: \xc3\xa9\nb: \xff", "seeds/a.yaml:2:4: the byte 0xFF is not UTF-8: save the file as UTF-8"),
        ("a: b".encode("utf-16"), "seeds/a.yaml:1:1: the file is written in UTF-16: save it as UTF-8"),
        (
            b"a: b\n" + b"# c\n" * 300_000,
            "seeds/a.yaml: the file has 1.1 MiB, and 1 MiB is the most that is read: split it into several files",
        ),
    ],
)
def test_a_file_that_is_no_utf8_or_too_big_is_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    assert refusal(path) == sentence


def test_a_file_of_exactly_one_mebibyte_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: b #" + b" " * (yamldoc.MOST_BYTES - 6))
    assert yamldoc.load(path).data == {"a": "b"}


def test_what_is_no_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "seeds/a.yaml: this is a folder, where a YAML file is expected: name a file"
    gone = "seeds/a.yaml: there is no such file: check the name, or put it back"
    assert refusal(tmp_path / "gone.yaml") == gone
    (tmp_path / "broken").symlink_to("gone.yaml")
    assert refusal(tmp_path / "broken") == gone
    (tmp_path / "loop").symlink_to("loop")
    assert "the file cannot be opened" in refusal(tmp_path / "loop")
    assert "the file cannot be opened" in refusal(tmp_path / "nul\0")


def test_a_pipe_does_not_make_the_reader_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refusal(tmp_path / "pipe.yaml") == (
        "seeds/a.yaml: this is not a regular file, where a YAML file is expected: name a file"
    )


def test_a_file_of_somebody_else_is_refused_in_one_sentence(readable_by_all: Path) -> None:
    path = readable_by_all / "a.yaml"
    path.write_text("a: b")
    path.chmod(0)
    with as_nobody():
        assert refusal(path) == (
            "seeds/a.yaml: the file may not be read by this user: change its permissions or its owner"
        )


def test_problems_name_the_path_itself_where_no_other_is_given(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: [")
    with pytest.raises(ContentError) as caught:
        yamldoc.load(tmp_path / "a.yaml")
    assert caught.value.problems[0].path == tmp_path / "a.yaml"


@settings(deadline=None)
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"a: \x00")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
def test_any_bytes_are_data_or_a_problem(content: bytes) -> None:
    path = Path(tempfile.gettempdir()) / f"seedbed-{os.getpid()}.yaml"
    path.write_bytes(content)
    try:
        with contextlib.suppress(ContentError):
            yamldoc.load(path)
    finally:
        path.unlink()


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="ab1:-[]{}&*!|>'\"%@`#,?~<=.\\ \n\t\u2028é😀", max_size=60))
@example("a: |-9\n x")
@example("%YAML 1.9\n---\na")
@example("[? a, ]")
def test_anything_like_yaml_means_the_same_to_both_parsers_or_is_a_problem(text: str) -> None:
    results = []
    for parser in (yamldoc.PARSER, yaml.SafeLoader):
        with contextlib.suppress(ContentError):
            results.append(yamldoc.parse(text, FILE, parser).data)
    assert len(results) < 2 or results[0] == results[1]


plain_text = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" \n\t"), max_size=40)
whole = st.integers(-(10**18) + 1, 10**18 - 1)
trees = st.recursive(
    st.none() | st.booleans() | whole | plain_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_text, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(trees)
def test_json_is_read_as_what_it_is(data: object) -> None:
    """JSON is YAML in which everything is quoted, so nothing may change its type."""
    assert yamldoc.parse(json.dumps(data, ensure_ascii=False), FILE).data == data
