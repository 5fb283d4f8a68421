"""What the bot says on Discord, in the language of whoever reads it."""

from collections.abc import Mapping


class Words:
    """The catalogue of texts: `words/en-US.json` is complete; other languages fall back to it text by text."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts

    def say(self, key: str, locale: str | None = None, **values: object) -> str:
        """The text of `key` in a Discord locale, its {placeholders} filled in. KeyError for a key that is not there."""
        found = self._texts.get(locale or "", {}).get(key) or self._texts["en-US"][key]
        return found.format(**values)
