"""What the file of a seed may hold: the shape that is read, and the JSON Schema made of it."""

import re
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from bot.model import Family
from bot.shapes import Shape, Text, describe, nearest, wrong

LONGEST_TEXT = 50_000  # characters
LONGEST_LINE = 300
LONGEST_TOPIC = 40
LONGEST_ID = 80

_ID = r"[a-z0-9][a-z0-9-]*"
_PUBLISHED = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"


def _right_id(value: str) -> str:
    if len(value) > LONGEST_ID:
        raise wrong(f'"id" has {len(value)} characters, and {LONGEST_ID} is the most', "shorten it")
    if not re.fullmatch(_ID, value):
        near = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
        remedy = f"write {near}" if near else "write it in small letters, digits and hyphens"
        raise wrong(f'"id" holds more than a-z, 0-9 and hyphens: {describe(value)}', remedy)
    return value


def _right_text(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        what = f'"text" has {len(value):,} characters, and {LONGEST_TEXT:,} is the most'
        raise wrong(what, "split it into several seeds, with series and part")
    return value


def _right_url(value: str) -> str:
    url = value.strip()
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and url.isprintable()
    except ValueError:
        fits = False
    if not fits or re.search(r'[\s<>"\\]', url):
        raise wrong(f'"url" cannot be {describe(value)}', "write a web address that begins with https://")
    return url


def _right_date(value: str) -> str:
    try:
        if re.fullmatch(_PUBLISHED, value):
            date.fromisoformat(value + "-01-01"[len(value) - 4 :])
            return value
    except ValueError:
        pass
    raise wrong(
        f'"published" cannot be {describe(value)}', "write a year, 2025, a month, 2025-06, or a day, 2025-06-11"
    )


class SourceForm(Shape):
    """Where the excerpt stands in full."""

    title: Annotated[Text, Field(max_length=LONGEST_LINE)] | None = Field(
        default=None, description="The book, magazine or site it is from, where that differs from the title."
    )
    url: Annotated[Text, AfterValidator(_right_url), Field(max_length=2000)] | None = Field(
        default=None,
        description="A web address that begins with http:// or https://.",
        json_schema_extra={"format": "uri", "pattern": "^https?://"},
    )
    published: Annotated[Text, AfterValidator(_right_date)] | None = Field(
        default=None,
        description="A year, a month or a day: 2025, 2025-06 or 2025-06-11.",
        json_schema_extra={"pattern": f"^{_PUBLISHED}$"},
    )


class PromptForm(Shape):
    """A question about this very excerpt."""

    text: Annotated[Text, Field(max_length=LONGEST_LINE)] = Field(description="The question.")
    family: Family | None = Field(
        default=None,
        description="direct quotes a few words and asks what they mean, side asks to take a side, connect asks for"
        " one's own experience. Guessed where it is absent.",
    )


def _prompt(value: object) -> object:
    if isinstance(value, dict):
        keys = [str(key) for key in value]
        if len(keys) == 1 and nearest(keys[0], ["text", "family"]) is None:
            raise wrong(
                f"this prompt is read as the key {describe(keys[0])} with a value", "put quotes round all of it"
            )
        return value
    return {"text": value}


class SeedForm(Shape):
    """An excerpt with its source, its topics and questions about it."""

    id: Annotated[Text, AfterValidator(_right_id)] | None = Field(
        default=None,
        description="The seed's own name, never changed and never used twice: small letters, digits and hyphens."
        " Made from the file's name where it is absent.",
        json_schema_extra={"pattern": f"^{_ID}$", "maxLength": LONGEST_ID},
    )
    text: Annotated[Text, AfterValidator(_right_text)] = Field(
        description="The excerpt.", json_schema_extra={"minLength": 1, "maxLength": LONGEST_TEXT}
    )
    title: Annotated[Text, Field(max_length=LONGEST_LINE)] | None = Field(
        default=None, description="What to put above it; the opening words stand in where it is absent."
    )
    author: Annotated[Text, Field(max_length=LONGEST_LINE)] | None = Field(default=None, description="Who wrote it.")
    source: SourceForm | None = Field(default=None, description="Where it stands in full.")
    topics: tuple[Annotated[Text, Field(max_length=LONGEST_TOPIC)], ...] | None = Field(
        default=None, description="What members would type after /seed to get it: two to five short phrases."
    )
    prompts: (
        tuple[Annotated[PromptForm, BeforeValidator(_prompt, json_schema_input_type=Text | PromptForm)], ...] | None
    ) = Field(default=None, description="Questions about it, best at least two of each family; templates fill in.")
    series: Annotated[Text, Field(max_length=LONGEST_LINE)] | None = Field(
        default=None, description="The name of the longer text that this is a part of."
    )
    part: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="Which part of the series."
    )
    note: Text | None = Field(default=None, description="For organisers; never posted.")


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a file of the library, for editors."""
    seed = SeedForm.model_json_schema()
    parts = seed.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A file of a Seedbed library",
        "description": "One seed, or a list of seeds.",
        "anyOf": [
            {"$ref": "#/$defs/SeedForm"},
            {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/SeedForm"}},
        ],
        "$defs": {"SeedForm": seed, **parts},
    }
