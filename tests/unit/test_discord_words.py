"""The catalogue of texts for Discord: complete in every language, and used to the last text."""

import ast
import json
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import discord
import pytest

from bot.platforms.discord.words import Translator, Words
from bot.platforms.words import DEFAULT

BOT = Path(__file__).parents[2] / "bot"
ADAPTER = BOT / "platforms" / "discord"
TEXTS = ADAPTER / "texts"
AREAS = ("member", "organiser", "post", "rights")
PLURALS = ("_one", "_other")
STAR = "\N{BLACK STAR}"
KEY = re.compile(rf"(?:{'|'.join(AREAS)})\.[a-z0-9_]*[a-z0-9]")


@cache
def texts(locale: str) -> dict[str, str]:
    return {
        f"{path.stem}.{name}": text
        for path in sorted((TEXTS / locale).glob("*.json"))
        for name, text in json.loads(path.read_text(encoding="utf-8")).items()
    }


LOCALES = sorted(path.name for path in TEXTS.iterdir())
OTHERS = [locale for locale in LOCALES if locale != DEFAULT]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def strings(folder: Path) -> frozenset[str]:
    """Every string in the code but the catalogue's own, and every name of a function or a parameter.

    What is filled into a string is a star.
    """
    found: set[str] = set()
    for path in sorted(folder.rglob("*.py")):
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


class TestEveryLanguage:
    def test_there_is_a_second_one(self) -> None:
        assert DEFAULT in LOCALES
        assert OTHERS

    @pytest.mark.parametrize("locale", LOCALES)
    def test_its_name_is_discords_own(self, locale: str) -> None:
        assert locale in {known.value for known in discord.Locale}

    @pytest.mark.parametrize("locale", LOCALES)
    def test_it_has_the_same_areas(self, locale: str) -> None:
        assert {path.name for path in (TEXTS / locale).iterdir()} == {f"{area}.json" for area in AREAS}

    @pytest.mark.parametrize("locale", OTHERS)
    def test_it_says_the_same_things(self, locale: str) -> None:
        assert set(texts(locale)) == set(texts(DEFAULT))

    @pytest.mark.parametrize("locale", OTHERS)
    def test_it_fills_in_the_same_values(self, locale: str) -> None:
        """A text of the same name with another placeholder would fail when it is said, in that language alone."""
        differing = {
            key: (placeholders(text), placeholders(texts(locale)[key]))
            for key, text in texts(DEFAULT).items()
            if key in texts(locale) and placeholders(text) != placeholders(texts(locale)[key])
        }
        assert differing == {}

    @pytest.mark.parametrize("locale", LOCALES)
    def test_its_placeholders_are_plain_names(self, locale: str) -> None:
        """Nothing of a value can be reached by a text, as {name.attribute} would."""
        assert all(name.isidentifier() for text in texts(locale).values() for name in placeholders(text))

    @pytest.mark.parametrize("locale", LOCALES)
    def test_every_text_says_something(self, locale: str) -> None:
        assert [key for key, text in texts(locale).items() if text != text.strip() or not text] == []

    @pytest.mark.parametrize("locale", LOCALES)
    def test_every_name_is_given_once(self, locale: str) -> None:
        """Two texts of one name in a file: the later one would hide the other without a word."""
        for path in sorted((TEXTS / locale).iterdir()):
            pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
            names = [name for name, _ in pairs]
            assert len(names) == len(set(names)), path.name


class TestAgainstTheCode:
    def test_what_the_code_says_is_there(self) -> None:
        known = texts(DEFAULT)
        keys = {string for string in strings(ADAPTER) if KEY.fullmatch(string)}
        assert len(keys) > 30, "the code's keys were not found"
        assert {key for key in keys if key not in known and f"{key}{PLURALS[0]}" not in known} == set()

    def test_what_is_there_is_said(self) -> None:
        """A text that no code names any more only costs translators their time."""
        plain = strings(ADAPTER)
        templates = [string.split(STAR) for string in plain if STAR in string]
        everything = strings(BOT)
        unused = [
            key
            for key in texts(DEFAULT)
            if plain.isdisjoint(forms(key))
            and not any(made_of(form, template, everything) for template in templates for form in forms(key))
        ]
        assert unused == []

    def test_plurals_come_in_pairs(self) -> None:
        one, other = PLURALS
        keys = set(texts(DEFAULT))
        assert {key.removesuffix(one) for key in keys if key.endswith(one)} == {
            key.removesuffix(other) for key in keys if key.endswith(other)
        }


@pytest.mark.parametrize("locale", LOCALES)
class TestRoom:
    """Discord refuses the whole answer where one of these is too long."""

    def test_a_forms_title_and_labels_fit(self, locale: str) -> None:
        form = {key: text for key, text in texts(locale).items() if key.startswith("member.form_")}
        assert len(form) == 11
        assert {key for key, text in form.items() if len(text) > (100 if key.endswith("_about") else 45)} == set()

    def test_labels_of_buttons_fit(self, locale: str) -> None:
        labels = ("member.try_again", "member.forget_confirm", "post.another", "post.save", "post.discuss")
        assert [key for key in labels if len(texts(locale)[key]) > 80] == []

    def test_what_is_said_fits_into_a_message(self, locale: str) -> None:
        """With room for what is filled in."""
        assert [key for key, text in texts(locale).items() if len(text) > 1500] == []


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

    async def test_discord_is_told_only_what_differs_from_english(self) -> None:
        """Each localisation counts to the 8000 characters of a command."""
        context: discord.app_commands.TranslationContext[Any, Any] = discord.app_commands.TranslationContext(
            location=discord.app_commands.TranslationContextLocation.other, data=None
        )
        translator, text = Translator(self.WORDS), self.WORDS.localised("area.bye")
        told = {
            locale.value: translation
            for locale in discord.Locale
            if (translation := await translator.translate(text, locale, context)) is not None
        }
        assert str(text) == "Bye"
        assert told == {"es-ES": "Adiós", "es-419": "Adiós"}

    def test_what_is_shipped_loads(self) -> None:
        words = Words.load()
        assert set(words.locales) == set(LOCALES)
        assert words.say("member.saved", "de") == texts("de")["member.saved"]
