"""What Discord asks of the catalogue of its texts, beyond what every catalogue has to be."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.platforms.discord.words import Translator, Words

TEXTS = Path(__file__).parents[2] / "bot" / "platforms" / "discord" / "texts"
LOCALES = sorted(path.name for path in TEXTS.iterdir())


@cache
def texts(locale: str) -> dict[str, str]:
    return {
        f"{path.stem}.{name}": text
        for path in sorted((TEXTS / locale).glob("*.json"))
        for name, text in json.loads(path.read_text(encoding="utf-8")).items()
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_a_languages_name_is_discords_own(locale: str) -> None:
    assert locale in {known.value for known in discord.Locale}


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


async def test_discord_is_told_only_what_differs_from_english() -> None:
    """Each localisation counts to the 8000 characters of a command."""
    words = Words({"en-US": {"area.bye": "Bye"}, "de": {}, "es-ES": {"area.bye": "Adiós"}})
    context: discord.app_commands.TranslationContext[Any, Any] = discord.app_commands.TranslationContext(
        location=discord.app_commands.TranslationContextLocation.other, data=None
    )
    translator, text = Translator(words), words.localised("area.bye")
    told = {
        locale.value: translation
        for locale in discord.Locale
        if (translation := await translator.translate(text, locale, context)) is not None
    }
    assert str(text) == "Bye"
    assert told == {"es-ES": "Adiós", "es-419": "Adiós"}


def test_what_is_shipped_loads() -> None:
    words = Words.load()
    assert set(words.locales) == set(LOCALES)
    assert words.say("member.saved", "de") == texts("de")["member.saved"]
