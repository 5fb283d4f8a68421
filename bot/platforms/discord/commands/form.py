"""The form in which an excerpt is written down, for whoever proposes one and for whoever mends it."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.model import Cutting
from bot.platforms.discord.commands import answers, typed
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.words import Words
from bot.platforms.typed import source_of

TEXT = 4000  # characters; Discord's fields take no more
LINE = 300

Then = Callable[[Interaction, Cutting], Awaitable[None]]


class CuttingForm(answers.Form):
    """Text, source, title, author and topics, to begin with as `cutting` has them.

    `then` is called with what was filled in, after its interaction was deferred.
    """

    def __init__(self, words: Words, locale: str, cutting: Cutting, then: Then) -> None:
        super().__init__(words, words.say("member.form_title", locale))
        self._locale = locale
        self._then = then
        source = " ".join(part for part in (cutting.source.title, cutting.source.url) if part)
        self._text = self._field("text", cutting.text, paragraph=True)
        self._source = self._field("source", source)
        self._title = self._field("heading", cutting.title)
        self._author = self._field("author", cutting.author)
        self._topics = self._field("topics", ", ".join(cutting.topics))

    def _field(self, name: str, value: str | None, *, paragraph: bool = False) -> discord.ui.TextInput[Any]:
        limit = TEXT if paragraph else LINE
        field: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id=name,
            style=discord.TextStyle.paragraph if paragraph else discord.TextStyle.short,
            default=value[:limit] if value else None,
            required=paragraph,
            max_length=limit,
        )
        text, about = (self.words.say(f"member.form_{name}{part}", self._locale) for part in ("", "_about"))
        self.add_item(discord.ui.Label(text=text, description=about, component=field))
        return field

    def typed(self) -> Cutting:
        """What was filled in, without what cannot be seen."""
        topics = (typed.one_line(topic, LINE) for topic in self._topics.value.split(","))
        return Cutting(
            text=typed.block(self._text.value, TEXT),
            title=typed.one_line(self._title.value, LINE) or None,
            author=typed.one_line(self._author.value, LINE) or None,
            source=source_of(typed.one_line(self._source.value, LINE)),
            topics=tuple(dict.fromkeys(topic for topic in topics if topic)),
        )

    async def on_submit(self, interaction: Interaction, /) -> None:
        await answers.defer(interaction)
        await self._then(interaction, self.typed())
