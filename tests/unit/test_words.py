"""The catalogues of texts: complete in every language, used to the last text, and said in the nearest language."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from bot.platforms.words import DEFAULT, Words

BOT = Path(__file__).parents[2] / "bot"
PLATFORMS = BOT / "platforms"
ADAPTERS = sorted(path.parent.name for path in PLATFORMS.glob("*/texts"))
PLURALS = ("_one", "_other")
STAR = "\N{BLACK STAR}"


def languages(adapter: str) -> list[Path]:
    return sorted((PLATFORMS / adapter / "texts").iterdir())


@cache
def texts(folder: Path) -> dict[str, str]:
    return {
        f"{path.stem}.{name}": text
        for path in sorted(folder.glob("*.json"))
        for name, text in json.loads(path.read_text(encoding="utf-8")).items()
    }


def default_of(adapter: str) -> dict[str, str]:
    return texts(PLATFORMS / adapter / "texts" / DEFAULT)


FOLDERS = [folder for adapter in ADAPTERS for folder in languages(adapter)]
OTHERS = [folder for folder in FOLDERS if folder.name != DEFAULT]
every_language = pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parents[1].name}-{path.name}")
every_other = pytest.mark.parametrize("folder", OTHERS, ids=lambda path: f"{path.parents[1].name}-{path.name}")
every_adapter = pytest.mark.parametrize("adapter", ADAPTERS)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def strings(*paths: Path) -> frozenset[str]:
    """Every string in the code but the catalogue's own, and every name of a function or a parameter.

    What is filled into a string is a star.
    """
    found: set[str] = set()
    for path in paths:
        if path.name != "words.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found |= _strings_of(node)
    return frozenset(found)


def _strings_of(node: ast.AST) -> set[str]:
    match node:
        case ast.JoinedStr():
            return {"".join(str(part.value) if isinstance(part, ast.Constant) else STAR for part in node.values)}
        case ast.Constant(value=str(text)):
            return {text}
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return {node.name, *(one.arg for one in node.args.args)}
    return set()


def code_of(adapter: str) -> Iterator[Path]:
    """An adapter's files, and those that adapters share."""
    yield from sorted((PLATFORMS / adapter).rglob("*.py"))
    yield from sorted(PLATFORMS.glob("*.py"))


def forms(key: str) -> set[str]:
    """How code may name a key: whole, or without its area, or without the ending of a plural."""
    found = {key, key.partition(".")[2]}
    return found | {form.removesuffix(plural) for form in found for plural in PLURALS if form.endswith(plural)}


def made_of(form: str, template: list[str], known: frozenset[str]) -> bool:
    """Whether a form is this template with strings of the code in the place of its stars."""
    head, *rest = template
    if not form.startswith(head):
        return False
    left = form.removeprefix(head)
    if not rest:
        return not left
    ends = [place for place in range(1, len(left) + 1) if left[place:].startswith(rest[0])]
    return any(left[:end] in known and made_of(left[end:], rest, known) for end in ends)


def test_there_are_catalogues() -> None:
    """Otherwise the tests below could pass for want of one."""
    assert {"discord", "slack"} <= set(ADAPTERS)
    assert all(DEFAULT in {folder.name for folder in languages(adapter)} for adapter in ADAPTERS)
    assert OTHERS


class TestEveryLanguage:
    @every_other
    def test_it_has_the_same_areas(self, folder: Path) -> None:
        default = folder.with_name(DEFAULT)
        assert {path.name for path in folder.iterdir()} == {path.name for path in default.iterdir()}

    @every_other
    def test_it_says_the_same_things(self, folder: Path) -> None:
        assert set(texts(folder)) == set(texts(folder.with_name(DEFAULT)))

    @every_other
    def test_it_fills_in_the_same_values(self, folder: Path) -> None:
        """A text of the same name with another placeholder would fail when it is said, in that language alone."""
        differing = {
            key: (placeholders(text), placeholders(texts(folder)[key]))
            for key, text in texts(folder.with_name(DEFAULT)).items()
            if key in texts(folder) and placeholders(text) != placeholders(texts(folder)[key])
        }
        assert differing == {}

    @every_language
    def test_its_placeholders_are_plain_names(self, folder: Path) -> None:
        """Nothing of a value can be reached by a text, as {name.attribute} would."""
        assert all(name.isidentifier() for text in texts(folder).values() for name in placeholders(text))

    @every_language
    def test_every_text_says_something(self, folder: Path) -> None:
        assert [key for key, text in texts(folder).items() if text != text.strip() or not text] == []

    @every_language
    def test_every_name_is_given_once(self, folder: Path) -> None:
        """Two texts of one name in a file: the later one would hide the other without a word."""
        for path in sorted(folder.iterdir()):
            pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
            names = [name for name, _ in pairs]
            assert len(names) == len(set(names)), path.name


@every_adapter
class TestAgainstTheCode:
    def test_what_the_code_says_is_there(self, adapter: str) -> None:
        known = default_of(adapter)
        areas = {key.partition(".")[0] for key in known}
        key = re.compile(rf"(?:{'|'.join(areas)})\.[a-z0-9_]*[a-z0-9]")
        said = {string for string in strings(*code_of(adapter)) if key.fullmatch(string)}
        assert len(said) > 10, "the code's keys were not found"
        assert {one for one in said if one not in known and f"{one}{PLURALS[0]}" not in known} == set()

    def test_what_is_there_is_said(self, adapter: str) -> None:
        """A text that no code names any more only costs translators their time."""
        plain = strings(*code_of(adapter))
        templates = [string.split(STAR) for string in plain if STAR in string]
        everything = strings(*sorted(BOT.rglob("*.py")))
        unused = [
            key
            for key in default_of(adapter)
            if plain.isdisjoint(forms(key))
            and not any(made_of(form, template, everything) for template in templates for form in forms(key))
        ]
        assert unused == []

    def test_plurals_come_in_pairs(self, adapter: str) -> None:
        one, other = PLURALS
        keys = set(default_of(adapter))
        assert {key.removesuffix(one) for key in keys if key.endswith(one)} == {
            key.removesuffix(other) for key in keys if key.endswith(other)
        }

    def test_what_is_shipped_loads(self, adapter: str) -> None:
        words = Words.load(f"bot.platforms.{adapter}")
        assert set(words.locales) == {folder.name for folder in languages(adapter)}
        assert words.say("post.save") == default_of(adapter)["post.save"]


class TestSaying:
    WORDS = Words(
        {
            "en-US": {
                "area.hello": "Hello, {name}!",
                "area.bye": "Bye",
                "area.seeds_one": "{number} seed",
                "area.seeds_other": "{number} seeds",
            },
            "de": {"area.hello": "Hallo, {name}!"},
            "es-ES": {"area.hello": "¡Hola, {name}!", "area.bye": "Adiós"},
        }
    )

    @pytest.mark.parametrize(
        ("locale", "said"),
        [
            ("de", "Hallo, Ada!"),
            ("en-GB", "Hello, Ada!"),
            ("es-419", "¡Hola, Ada!"),  # the Spanish of another place is nearer than English
            ("fr", "Hello, Ada!"),
            ("", "Hello, Ada!"),
            (None, "Hello, Ada!"),
        ],
    )
    def test_the_nearest_language_is_taken(self, locale: str | None, said: str) -> None:
        assert self.WORDS.say("area.hello", locale, name="Ada") == said

    def test_a_text_that_a_language_lacks_is_said_in_english(self) -> None:
        assert self.WORDS.say("area.bye", "de") == "Bye"

    def test_a_key_that_is_not_there_is_a_mistake_of_the_code(self) -> None:
        with pytest.raises(KeyError):
            self.WORDS.say("area.nothing")

    def test_a_value_is_never_read_as_a_text(self) -> None:
        assert self.WORDS.say("area.hello", name="{name.__class__} {0} }") == "Hello, {name.__class__} {0} }!"

    @pytest.mark.parametrize(("number", "said"), [(0, "0 seeds"), (1, "1 seed"), (2, "2 seeds")])
    def test_one_is_counted_apart(self, number: int, said: str) -> None:
        assert self.WORDS.count("area.seeds", number) == said
