"""What the bot says on a platform, in the language of whoever reads it."""

import json
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Self

DEFAULT = "en-US"


class Words:
    """The catalogue of texts, by names of locales such as Discord's and Slack's. en-US is complete, and others fall
    back to it.

    A key is an area and a name, such as "member.thanks"; the texts are in texts/LOCALE/AREA.json of an adapter.
    """

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts
        # "es-419" is better served by "es-ES" than by English, and "en-GB" is served by "en-US".
        self._kin = {locale.partition("-")[0]: locale for locale in texts}

    @classmethod
    def load(cls, package: str) -> Self:
        """All that is shipped with an adapter, named as "bot.platforms.slack"."""
        folder = files(package).joinpath("texts")
        return cls({locale.name: _texts_of(locale) for locale in folder.iterdir() if locale.is_dir()})

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(self._texts)

    def say(self, key: str, locale: str | None = None, **values: object) -> str:
        """The text of `key` in a locale, its {placeholders} filled in. KeyError for a key that is not there."""
        found = self._of(locale or DEFAULT).get(key) or self._texts[DEFAULT][key]
        return found.format(**values)

    def count(self, key: str, number: int, locale: str | None = None, **values: object) -> str:
        """The text of KEY_one or KEY_other, with `number` filled in for {number}."""
        return self.say(f"{key}_one" if number == 1 else f"{key}_other", locale, number=number, **values)

    def in_language(self, key: str, locale: str) -> str | None:
        """The text of `key` where a locale has its own, other than the default one."""
        return None if self._of(locale) is self._texts[DEFAULT] else self._of(locale).get(key)

    def _of(self, locale: str) -> Mapping[str, str]:
        nearest = locale if locale in self._texts else self._kin.get(locale.partition("-")[0], DEFAULT)
        return self._texts[nearest]


def _texts_of(locale: Traversable) -> dict[str, str]:
    """The texts of one language, areas together."""
    return {
        f"{area.name.removesuffix('.json')}.{name}": text
        for area in locale.iterdir()
        if area.name.endswith(".json")
        for name, text in json.loads(area.read_text(encoding="utf-8")).items()
    }
