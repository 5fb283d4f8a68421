"""What discord.py sends for a rendered post, and what a person sees of it."""

from dataclasses import dataclass
from typing import Any

from discord import AllowedMentions
from discord.http import handle_message_parameters

from bot.platforms.discord.limits import length
from tests.simulators.discord.components import walk
from tests.simulators.discord.limits import check_message, check_thread
from tests.simulators.discord.problems import Form
from tests.unit.discord_markdown import Markup, Reading, read

Json = dict[str, Any]


def sent(arguments: Json) -> Json:
    """The body of the request, with the client's own rule that nobody is mentioned."""
    payload = handle_message_parameters(**arguments, previous_allowed_mentions=AllowedMentions.none()).payload
    assert payload is not None
    return payload


@dataclass(frozen=True, slots=True)
class Shown:
    """A body, taken apart: every text in markdown, in the order it is seen, and which of them holds the excerpt."""

    texts: tuple[str, ...]
    total: int  # characters that share a limit
    most: int
    labels: tuple[str, ...]
    custom_ids: tuple[str, ...]

    @property
    def readings(self) -> list[Reading]:
        return [read(text) for text in self.texts]

    @property
    def plain(self) -> str:
        return "\n".join(reading.text for reading in self.readings)

    def all(self, markup: Markup) -> list[str]:
        return [what for reading in self.readings for what in reading.all(markup)]

    @property
    def excerpt(self) -> str:
        """What stands in block quotations, as it is seen."""
        quoted = [line for text in self.texts for line in text.split("\n") if line.startswith("> ")]
        return read("\n".join(quoted)).text


def shown(body: Json) -> Shown:
    """Raises ApiError where the simulated Discord would refuse it."""
    check_message(body)
    components = [*walk(body.get("components") or [])]
    buttons = [one for one in components if one["type"] == 2]
    texts = [one["content"] for one in components if one["type"] == 10]
    most, total = 4000, sum(map(length, texts))
    if not components and "embeds" not in body:
        texts, most, total = [body["content"]], 2000, length(body["content"])
    if "embeds" in body:
        (embed,) = body["embeds"]
        fields = [text for one in embed.get("fields", []) for text in (one["name"], one["value"])]
        # A footer knows no markdown: escaped here, it reads as it is.
        texts = [body.get("content") or "", embed.get("title", ""), embed.get("description", ""), *fields]
        footer = embed.get("footer", {}).get("text", "")
        most, total = 6000, sum(map(length, texts[1:])) + length(footer)
    return Shown(
        tuple(filter(None, texts)),
        total,
        most,
        tuple(one["label"] for one in buttons),
        tuple(one["custom_id"] for one in buttons if "custom_id" in one),
    )


def check_name(name: str) -> None:
    form = Form()
    check_thread(form, {"name": name}, creating=True)
    form.check()
