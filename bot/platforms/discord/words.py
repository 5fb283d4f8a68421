"""The texts for Discord, and how discord.py comes by those of commands."""

from typing import Self

from discord import Locale, app_commands

from bot.platforms import words


class Words(words.Words):
    """The catalogue of this package, by Discord's names of the locales."""

    @classmethod
    def load(cls, package: str = "bot.platforms.discord") -> Self:
        """All that is shipped."""
        return super().load(package)

    def localised(self, key: str) -> app_commands.locale_str:
        """The English text of `key`, for a command's name or description; `Translator` knows the other languages."""
        return app_commands.locale_str(self.say(key), key=key)


class Translator(app_commands.Translator):
    """Hands the catalogue to discord.py, which asks for each text in each of Discord's languages."""

    def __init__(self, catalogue: Words) -> None:
        self._words = catalogue

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """None where the default text does."""
        del context
        key = string.extras.get("key")
        return self._words.in_language(key, locale.value) if key else None
