"""Files become seeds as people mean them; what cannot is told with its place, and keeps nothing else out."""

import contextlib
import json
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped] # its stubs are a package of their own, for one test
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import library, yamldoc
from bot.errors import ContentError
from bot.library.reading import MOST_TOLD, id_of
from bot.model import Family, Seed, Source
from bot.ports import FileReading

SHIPPED = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    return folder


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


def reading(seeds: Path, content: str, path: str = "garden.yaml") -> FileReading:
    file = seeds / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return library.read_file(seeds, path, library.find_files(seeds)[path])


def seed(seeds: Path, content: str, path: str = "garden.yaml") -> Seed:
    read = reading(seeds, content, path)
    assert read.problems == ()
    assert len(read.seeds) == 1
    return read.seeds[0].seed


def problems(seeds: Path, content: str) -> list[str]:
    return [str(problem) for problem in reading(seeds, content).problems]


def notices(seeds: Path, content: str) -> list[str]:
    read = reading(seeds, content)
    assert read.problems == ()
    return [str(notice) for notice in read.notices]


def test_a_file_of_one_seed_is_read_whole(seeds: Path) -> None:
    content = """\
# how a file looks
id: walden-1
title: Where I Lived
author: Henry David Thoreau
source: {title: Walden, url: "https://example.org/walden", published: 1854-08-09}
text: |
  I went to the woods because
  I wished to live deliberately.

topics: [nature, Solitude ]
prompts:
  - What is meant by “deliberately”?
  - {text: Would you defend going to the woods?, family: connect}
  - When did you last go to the woods?
series: Walden
part: 2
note: for the autumn
"""
    read = reading(seeds, content)
    assert (read.problems, read.notices) == ((), ())
    found = read.seeds[0].seed
    assert read.seeds[0].line == 2
    assert found.id == "walden-1"
    assert found.text == "I went to the woods because\nI wished to live deliberately."
    assert found.fingerprint == library.fingerprint(found.text)
    assert (found.title, found.author) == ("Where I Lived", "Henry David Thoreau")
    assert found.source == Source("Walden", "https://example.org/walden", "1854-08-09")
    assert found.topics == ("nature", "Solitude")
    assert [prompt.family for prompt in found.prompts] == [Family.DIRECT, Family.CONNECT, Family.CONNECT]
    assert found.prompts[1].text == "Would you defend going to the woods?"
    assert (found.series, found.part) == ("Walden", 2)


def test_a_text_alone_is_a_seed(seeds: Path) -> None:
    assert seed(seeds, "text: Know thyself.\ntopics:\nprompts:\nsource:\n") == Seed(
        id=seed(seeds, "text: x").id, text="Know thyself.", fingerprint=library.fingerprint("Know thyself.")
    )


def test_what_looks_like_a_number_is_text_where_text_is_meant(seeds: Path) -> None:
    found = seed(seeds, "text: 42\ntitle: 1984\nauthor: no\ntopics: [2001, true, on]\nsource: {published: 1949}")
    assert (found.text, found.title, found.author) == ("42", "1984", "no")
    assert found.topics == ("2001", "true", "on")
    assert found.source.published == "1949"


def test_a_list_keeps_its_good_seeds_beside_the_bad(seeds: Path) -> None:
    read = reading(
        seeds, "- text: one\n- txt: two\n- id: three\n  text: three\n- text: '  '\n- text: five\n  part: 0\n"
    )
    assert [(placed.seed.text, placed.line) for placed in read.seeds] == [("one", 1), ("three", 3)]
    assert [str(problem) for problem in read.problems] == [
        'seeds/garden.yaml:2:3: unknown key "txt": did you mean "text"?',
        'seeds/garden.yaml:5:3: "text" is empty: write something here, or leave the key out',
        'seeds/garden.yaml:7:3: "part" is too small: give 1 or more',
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", ":1:1: there is nothing in this file: write text: and an excerpt, or remove the file"),
        ("[]", ":1:1: this list has no seed: write one after a dash, or remove the file"),
        (
            "Once upon a time",
            (
                ':1:1: this should be a map of keys and values, but is "Once upon a time":'
                " write its keys below it, indented"
            ),
        ),
        ("title: x", ':1:1: "text" is missing: add text:'),
        ("text:", ':1:1: "text" should be text, but is empty: write something here, or leave the key out'),
        ('text: "\\u200b"', ':1:1: "text" is empty: write something here, or leave the key out'),
        (
            f"text: {'x' * 50_001}",
            (
                ':1:1: "text" has 50,001 characters, and 50,000 is the most:'
                " split it into several seeds, with series and part"
            ),
        ),
        ('text: x\ntitle: ""', ':2:1: "title" is empty: write something here, or leave the key out'),
        (f"text: x\ntitle: {'y' * 301}", ':2:1: "title" is longer than 300 characters: shorten it'),
        ("text: x\ntopics: [a, '']", ':2:13: "topics", item 2 is empty: write something here, or leave the key out'),
        (f"text: x\ntopics: [{'y' * 41}]", ':2:10: "topics", item 1 is longer than 40 characters: shorten it'),
        (
            "text: x\ntopics: a, b",
            ':2:1: "topics" should be a list, but is "a, b": write each item on its own line after a dash, or in [ ]',
        ),
        (
            "text: x\nid: On Friendship!",
            ':2:1: "id" holds more than a-z, 0-9 and hyphens: "On Friendship!": write on-friendship',
        ),
        (f"text: x\nid: {'y' * 81}", ':2:1: "id" has 81 characters, and 80 is the most: shorten it'),
        (
            "text: x\nsource: {url: 'javascript:alert(1)'}",
            ':2:10: "url" cannot be "javascript:alert(1)": write a web address that begins with https://',
        ),
        (
            "text: x\nsource: {url: 'https://a b'}",
            ':2:10: "url" cannot be "https://a b": write a web address that begins with https://',
        ),
        (
            "text: x\nsource: {url: 'http://[x'}",
            ':2:10: "url" cannot be "http://[x": write a web address that begins with https://',
        ),
        (
            "text: x\nsource: {published: 3 May 2024}",
            ':2:10: "published" cannot be "3 May 2024": write a year, 2025, a month, 2025-06, or a day, 2025-06-11',
        ),
        (
            "text: x\nsource: {published: 2023-02-29}",
            ':2:10: "published" cannot be "2023-02-29": write a year, 2025, a month, 2025-06, or a day, 2025-06-11',
        ),
        (
            "text: x\nsource: https://example.org",
            (
                ':2:1: "source" should be a map of keys and values, but is "https://example.org":'
                " write its keys below it, indented"
            ),
        ),
        ("text: x\nprompts: [{text: y, family: sides}]", ':2:21: "family" cannot be "sides": did you mean "side"?'),
        (
            "text: x\nprompts:\n  - Think twice: why?",
            ':3:5: this prompt is read as the key "Think twice" with a value: put quotes round all of it',
        ),
        ("text: x\nprompts: [{txet: y}]", ':2:12: unknown key "txet": did you mean "text"?'),
        (
            "text: x\nprompts: [[y]]",
            ':2:11: "text" should be text, but is a list: write one text, in quotes if it begins with [ or -',
        ),
        ("text: x\npart: 2", ':2:1: "part" is given without "series": name the series, or remove it'),
        (
            "- {id: a, text: x}\n- {id: a, text: y}",
            ':2:4: "a" is the id of the seed in line 1 too: give this one another id',
        ),
        ("- text: x\n- text: x", ":2:3: this is the same text as in line 1: remove one of the two, or give each an id"),
        ("text: &x y", ':1:7: "&x" is an anchor: remove it, or put quotes round text that begins with &'),
        ("text: x\0y", ":1:8: there is a NUL byte here: the file is no text, or was damaged: restore or remove it"),
    ],
)
def test_each_mistake_is_one_sentence(content: str, sentence: str, seeds: Path) -> None:
    assert problems(seeds, content) == [f"seeds/garden.yaml{sentence}"]


def test_all_mistakes_of_a_file_are_told_at_once(seeds: Path) -> None:
    assert problems(seeds, "autor: x\npart: 0\nsource:\n  url: z\n") == [
        'seeds/garden.yaml:1:1: "text" is missing: add text:',
        'seeds/garden.yaml:1:1: unknown key "autor": did you mean "author"?',
        'seeds/garden.yaml:2:1: "part" is too small: give 1 or more',
        'seeds/garden.yaml:4:3: "url" cannot be "z": write a web address that begins with https://',
    ]


def test_a_file_with_thousands_of_mistakes_tells_the_first_and_counts_the_rest(seeds: Path) -> None:
    told = problems(seeds, "- {}\n" * 2000)
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == f"seeds/garden.yaml: {2000 - MOST_TOLD} more of its kind: begin with those above"


def test_what_was_left_out_of_a_text_is_noticed(seeds: Path) -> None:
    content = 'title: "a\\u202eb"\ntext: "one\\u200b two\\u200b\\xad"\ntopics: [Tea, tea]\nprompts: [Why?, "why? "]\n'
    assert notices(seeds, content) == [
        'seeds/garden.yaml:2:1: "text" is read without 2 zero-width characters, 1 soft hyphen: nothing, or delete them',
        'seeds/garden.yaml:1:1: "title" is read without 1 direction mark: nothing, or delete them',
        'seeds/garden.yaml:3:15: the topic "tea" is given twice: keep one of the two',
        "seeds/garden.yaml:4:17: this prompt is given twice: keep one of the two",
    ]
    found = reading(seeds, content).seeds[0].seed
    assert (found.text, found.title, found.topics) == ("one two", "ab", ("Tea",))
    assert [prompt.text for prompt in found.prompts] == ["Why?"]


def test_a_hostile_text_stays_the_text_it_is(seeds: Path) -> None:
    """What platforms could misread is for the adapters to escape; the library keeps it."""
    text = "@everyone <script>alert(1)</script> [x](javascript:alert(1))"
    assert seed(seeds, f"text: '{text}'").text == text


def test_a_text_of_fifty_thousand_characters_fits(seeds: Path) -> None:
    assert len(seed(seeds, f"text: {'é' * 50_000}").text) == 50_000


# Names and ids


@pytest.mark.parametrize(
    ("path", "made"),
    [
        ("on-friendship.yaml", "on-friendship"),
        ("On Friendship.yml", "on-friendship"),
        ("essays/Montaigne/Of Idleness.yaml", "essays-montaigne-of-idleness"),
        ("Über_Straße.v2.yaml", "uber-strasse-v2"),
        ("--.yaml", "seed-a9e7bd63"),
        ("友情.yaml", "seed-f5dc2362"),
        ("дружба 2.yaml", "2-73bca3f0"),
    ],
)
def test_an_id_is_made_of_the_name_of_the_file(path: str, made: str) -> None:
    """These are written into databases: a change here would make read seeds look new."""
    assert id_of(path) == made


def test_the_same_name_gives_the_same_id_on_every_file_system() -> None:
    """Some store é as one character and some as two."""
    for name in ("é.yaml", "Ångström 友é.yaml"):
        assert id_of(unicodedata.normalize("NFD", name)) == id_of(unicodedata.normalize("NFC", name))


@settings(deadline=None)
@given(st.text(min_size=1).map(lambda name: name.replace("/", "") + "a.yaml"))
@example("a" * 200 + ".yaml")
def test_every_name_gives_an_id_that_is_valid_also_in_a_list(name: str) -> None:
    made = id_of(name.encode("utf-8", "replace").decode())
    pattern = library.json_schema()["$defs"]["SeedForm"]["properties"]["id"]["pattern"]
    jsonschema.validate(f"{made}-{'0' * 8}", {"pattern": pattern, "maxLength": 80})


@given(st.lists(st.text(st.characters(min_codepoint=0x400, max_codepoint=0x9FFF), min_size=1), min_size=2, unique=True))
def test_names_in_other_scripts_do_not_collide(names: list[str]) -> None:
    distinct = {unicodedata.normalize("NFC", name) for name in names if name.isalpha()}
    assert len({id_of(f"{name}.yaml") for name in distinct}) == len(distinct)


def test_seeds_of_a_list_are_named_by_file_and_text(seeds: Path) -> None:
    """So that one can be put in before another, and the others keep their names."""
    first = reading(seeds, "- text: one\n- text: two\n", "a/b.yaml")
    second = reading(seeds, "- text: new\n- text: two\n- text: one\n", "a/b.yaml")
    ids = {placed.seed.text: placed.seed.id for placed in first.seeds}
    assert ids == {text: f"a-b-{library.fingerprint(text)[:8]}" for text in ("one", "two")}
    assert ids.items() <= {placed.seed.text: placed.seed.id for placed in second.seeds}.items()


# Characters


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("e\u0301", "é"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one\u2028two\x85three\x0cfour", "one\ntwo\nthree\nfour"),
        ("\n \n  verse\n    two  \n\n", "  verse\n    two"),
        ("tab\tstays", "tab\tstays"),
        ("a\x00b\x1bc\x9fd\x7f", "abcd"),
        ("\ufeffa\u200bb\u2060c\u180ed", "abcd"),
        ("inter\xadnet", "internet"),
        ("a\u202eb\u2066c\u2069d\u200fe", "abcde"),
        ("a\ud800b", "ab"),
        ("e\u200b\u0301", "é"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("no\u200djoin\u200cer", "nojoiner"),
    ],
)
def test_what_cannot_be_seen_is_left_out(text: str, kept: str) -> None:
    assert library.normalise(text)[0] == kept


@pytest.mark.parametrize(
    "text",
    [
        "“Quotes”, dashes — and … stay, as does a\u00a0hard space",
        "👩🏽\u200d⚕\ufe0f 👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم",  # noqa: RUF001 - Persian is what this is about
        "क्\u200dष",
        "ភាសា\u200bខ្មែរ",
        "שלום\u200f!",
    ],
    ids=["typography", "emoji", "flag of England", "Persian", "Hindi", "Khmer", "Hebrew"],
)
def test_what_has_a_meaning_stays(text: str) -> None:
    assert library.normalise(text) == (text, ())


def test_what_was_left_out_is_counted_by_kind() -> None:
    assert library.normalise("a\u200bb\u200bc\x00\u202e\ud800\xad\u2028.")[1] == (
        "1 unusual line end",
        "2 zero-width characters",
        "1 control character",
        "1 direction mark",
        "1 lone surrogate",
        "1 soft hyphen",
    )


odd_text = st.text(
    st.characters()
    | st.sampled_from(
        "\u200b\u200c\u200d\u200e\u202e\ufe0f👩⚕🏴\U000e0067\U000e007f\u0301\u0338\u2190\u0627 \u0915 \n\r"
    )
)


@settings(deadline=None)
@given(odd_text)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once, _ = library.normalise(text)
    assert library.normalise(once) == (once, ())
    once.encode()  # nothing is left that cannot be stored


def test_only_the_layout_of_white_space_makes_no_difference_to_a_fingerprint() -> None:
    assert library.fingerprint("one two\nthree") == library.fingerprint(" one\n two  three\n")
    assert library.fingerprint("one two") != library.fingerprint("One two")
    assert library.fingerprint("onetwo") != library.fingerprint("one two")
    assert library.fingerprint("one two") == "7689d1ceb0c156d213d3370ce8c62d22"  # is kept in databases


# Files


def test_yaml_files_are_found_at_any_depth_in_the_order_of_their_paths(seeds: Path) -> None:
    for path in ("b.yaml", "a/z.yml", "a/b/c.YAML", ".hidden.yaml", ".git/x.yaml", "notes.txt", "a.yaml~", "é/ü.yaml"):
        file = seeds / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("text: x")
    found = library.find_files(seeds)
    assert list(found) == ["a/b/c.YAML", "a/z.yml", "b.yaml", "é/ü.yaml"]
    status = (seeds / "b.yaml").stat()
    stamp = found["b.yaml"]
    assert (stamp.size, stamp.mtime_ns, stamp.inode) == (status.st_size, status.st_mtime_ns, status.st_ino)


def test_a_changed_file_has_another_stamp(seeds: Path) -> None:
    reading(seeds, "text: one")
    before = library.find_files(seeds)
    (seeds / "new").write_text("text: two")
    (seeds / "new").replace(seeds / "garden.yaml")
    assert library.find_files(seeds) != before


def test_links_that_lead_in_circles_are_followed_once(seeds: Path) -> None:
    reading(seeds, "text: x", "real/a.yaml")
    (seeds / "real/up").symlink_to("..")
    (seeds / "another").symlink_to("real")
    (seeds / "self.yaml").symlink_to("self.yaml")
    (seeds / "b.yaml").symlink_to("real/a.yaml")
    found = library.find_files(seeds)
    assert list(found) == ["b.yaml", "real/a.yaml", "self.yaml"]
    assert library.read_file(seeds, "b.yaml", found["b.yaml"]).seeds
    assert "cannot be opened" in str(library.read_file(seeds, "self.yaml", found["self.yaml"]).problems[0])


def test_a_linked_folder_outside_belongs_to_the_library(seeds: Path) -> None:
    (seeds.parent / "elsewhere").mkdir()
    (seeds.parent / "elsewhere/a.yaml").write_text("text: x")
    (seeds / "more").symlink_to("../elsewhere")
    assert list(library.find_files(seeds)) == ["more/a.yaml"]


def test_a_library_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        library.find_files(tmp_path / "seeds")
    assert str(caught.value) == (
        f"{tmp_path}/seeds: there is no such folder: make it and put seeds in it, or correct library:"
    )
    (tmp_path / "file").touch()
    with pytest.raises(ContentError) as caught:
        library.find_files(tmp_path / "file")
    assert str(caught.value) == f"{tmp_path}/file: this is no folder: name the folder of the library in library:"


def test_a_folder_that_may_not_be_read_is_a_problem_and_stops_nothing(readable_by_all: Path) -> None:
    """`lost+found` on a volume of its own is one."""
    (readable_by_all / "closed").mkdir(mode=0)
    (readable_by_all / "a.yaml").write_text("text: x")
    with as_nobody():
        found = library.find_files(readable_by_all)
    assert list(found) == ["a.yaml", "closed/"]
    read = library.read_file(readable_by_all, "closed/", found["closed/"])
    assert str(read.problems[0]) == (
        f"{readable_by_all.name}/closed: this folder may not be read:"
        " change its permissions, or let its name begin with a dot"
    )
    readable_by_all.chmod(0)
    with as_nobody(), pytest.raises(ContentError, match="change its permissions or its owner"):
        library.find_files(readable_by_all)
    readable_by_all.chmod(0o755)


def test_a_name_that_cannot_be_shown_or_stored_is_a_problem(seeds: Path) -> None:
    for name in (b"caf\xe9.yaml", b"two\nlines.yaml"):
        Path(os.fsdecode(os.fsencode(seeds) + b"/" + name)).write_text("text: x")
    found = library.find_files(seeds)
    assert list(found) == ["caf\ufffd.yaml", "two\ufffdlines.yaml"]
    for path, stamp in found.items():
        read = library.read_file(seeds, path, stamp)
        assert [problem.remedy for problem in read.problems] == ["rename it"]


def test_a_file_that_vanished_meanwhile_is_a_problem(seeds: Path) -> None:
    reading(seeds, "text: x")
    stamp = library.find_files(seeds)["garden.yaml"]
    (seeds / "garden.yaml").unlink()
    read = library.read_file(seeds, "garden.yaml", stamp)
    assert [str(problem) for problem in read.problems] == [
        "seeds/garden.yaml: there is no such file: check the name, or put it back"
    ]


@settings(deadline=None)
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
@example(b"text: x\n" * 3)
@example(b"- - - text: x")
def test_no_content_of_a_file_is_ever_raised(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "a.yaml").write_bytes(content)
        read = library.read_file(root, "a.yaml", library.find_files(root)["a.yaml"])
        assert bool(read.seeds) or bool(read.problems)


field_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | odd_text | st.sampled_from(["https://example.org", "2024", "side"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "family", "title", "url", "published", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
field_names = st.sampled_from(
    ["id", "text", "title", "author", "source", "topics", "prompts", "series", "part", "note", "tite"]
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(field_names, field_values), max_size=3))
def test_whatever_stands_in_the_fields_is_seeds_or_problems(data: Any) -> None:
    """And what comes out can be stored and shown: no surrogates, no control characters, nothing over its limit."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "a.yaml").write_text(json.dumps(data, ensure_ascii=True), encoding="utf-8")
        read = library.read_file(root, "a.yaml", library.find_files(root)["a.yaml"])
        assert bool(read.seeds) or bool(read.problems)
        for placed in read.seeds:
            assert placed.seed.text.strip()
            repr(placed.seed).encode()
            for line in (placed.seed.title, placed.seed.author, *placed.seed.topics):
                assert line is None or (line and "\n" not in line)


# The shipped library and its schema


def test_every_shipped_seed_is_read_without_a_remark() -> None:
    found = library.find_files(SHIPPED)
    readings = [library.read_file(SHIPPED, path, stamp) for path, stamp in found.items()]
    assert [str(problem) for read in readings for problem in (*read.problems, *read.notices)] == []
    assert len({placed.seed.id for read in readings for placed in read.seeds}) >= 7


def test_the_shipped_schema_is_the_one_the_code_makes() -> None:
    """After a change to the form: `python -m bot schema > seeds/seed.schema.json`."""
    shipped = json.loads((SHIPPED / "seed.schema.json").read_text(encoding="utf-8"))
    assert shipped == library.json_schema()


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(library.json_schema())
    return jsonschema.Draft202012Validator(library.json_schema())


def test_the_schema_accepts_what_is_shipped(schema: jsonschema.Draft202012Validator) -> None:
    for path in library.find_files(SHIPPED):
        schema.validate(yamldoc.load(SHIPPED / path).data)


def test_every_key_of_the_schema_is_described(schema: jsonschema.Draft202012Validator) -> None:
    for form in ("SeedForm", "SourceForm", "PromptForm"):
        for name, field in library.json_schema()["$defs"][form]["properties"].items():
            assert field.get("description"), f"{form}.{name}"


@pytest.mark.parametrize(
    ("content", "right"),
    [
        ("text: x", True),
        ("- text: x\n- text: y", True),
        ("text: x\nprompts: [Why?, {text: How?, family: side}]\ntopics: [2001]\nsource: {published: 2001}", True),
        ("text: x\nsource: {url: 'https://example.org', published: 2024-05}", True),
        ("text: x\ntopics:", True),
        ("text: x\nautor: y", False),
        ("text: ''", False),
        ("title: x", False),
        ("[]", False),
        ("text: x\nid: Not Good", False),
        ("text: x\nprompts: [{family: side}]", False),
        ("text: x\nprompts: [{text: y, family: sides}]", False),
        ("text: x\nsource: {url: 'ftp://example.org'}", False),
        ("text: x\nsource: {published: May 2024}", False),
        (f"text: x\ntitle: {'y' * 301}", False),
        (f"text: x\ntopics: [{'y' * 41}]", False),
        ("text: x\npart: 0\nseries: y", False),
    ],
)
def test_an_editor_and_the_bot_agree(
    content: str, right: bool, seeds: Path, schema: jsonschema.Draft202012Validator
) -> None:
    read = reading(seeds, content)
    assert schema.is_valid(yamldoc.load(seeds / "garden.yaml").data) is right
    assert (read.problems == ()) is right
