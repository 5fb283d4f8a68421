"""What ships of the configuration: two files, the schema and the documentation, all in step with the code."""

import json
import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, get_args

import jsonschema  # type: ignore[import-untyped]  # it ships no type information
import pytest
from pydantic import BaseModel

from bot import config, yamldoc
from bot.config import DiscordSettings, Secret, WebSettings, secret
from bot.config.shape import FileShape
from bot.model import Channel, ChannelName, Extras, Look, PlatformName, Style

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "seedbed.yaml"
EXAMPLE = ROOT / "config" / "seedbed.example.yaml"
SCHEMA = ROOT / "config" / "seedbed.schema.json"


def test_the_shipped_file_works_with_no_token_and_no_edit() -> None:
    settings = config.load(SHIPPED, {})
    assert settings.web == WebSettings("127.0.0.1", 8080, (), None)
    assert settings.root == ROOT
    assert settings.library == ROOT / "seeds"
    assert settings.database == ROOT / "data" / "seedbed.db"
    assert settings.secrets == ()
    (garden,) = settings.channels
    assert (garden.name, garden.platform, garden.address) == ("garden", PlatformName.WEB, "garden")
    assert garden.times == (time(9),)
    assert garden.first_post_now


def keys_of(shape: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """Every key there is, each with the keys that lead to it."""
    for name, field in shape.model_fields.items():
        yield (name,)
        for below in shapes_in(field.annotation):
            yield from ((name, *rest) for rest in keys_of(below))


def shapes_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Those that an annotation is made of, however deep: one, a tuple of them, or none at all."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from shapes_in(part)


KEYS = sorted(set(keys_of(FileShape)))


def test_the_walk_over_the_shapes_finds_the_nested_keys() -> None:
    """What the next two tests stand on."""
    assert {("library",), ("web", "hosts"), ("channels", "timezone"), ("channels", "topics", "exclude")} <= set(KEYS)
    assert len(KEYS) >= 20


@pytest.mark.parametrize("key", KEYS, ids=".".join)
def test_every_key_is_in_the_example_file(key: tuple[str, ...]) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert re.search(rf"^[\s#-]*{key[-1]}:", text, re.MULTILINE), key


def documented(key: tuple[str, ...]) -> str:
    """A channel's keys stand in a table of their own."""
    return ".".join(part for part in key if part != "channels") or "channels"


def test_the_documentation_names_no_key_that_does_not_exist() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE))
    assert rows == {documented(key) for key in KEYS}


def test_the_documentation_tells_the_defaults_of_the_shapes() -> None:
    """Those that can be written in one word; the others are told in prose."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| `([^`]+)` \|", text, re.MULTILINE))
    schema = config.json_schema()
    shapes = {
        "": schema,
        "web.": schema["$defs"]["WebShape"],
        "slack.": schema["$defs"]["SlackShape"],
        "channel": schema["$defs"]["ChannelShape"],
    }
    told = {
        (prefix if prefix != "channel" else "") + name: field["default"]
        for prefix, shape in shapes.items()
        for name, field in shape["properties"].items()
        if isinstance(field.get("default"), str | int)
    }
    assert rows == {name: json.dumps(default).strip('"') for name, default in told.items()}


def variables() -> set[str]:
    """Every variable of ours that the code names."""
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").rglob("*.py")))
    named = set(re.findall(r"\bSEEDBED_[A-Z_]+\b", code))
    return named | {f"{name}_FILE" for name in named if getattr(secret, name.removeprefix("SEEDBED_"), None) == name}


def test_every_variable_is_explained_in_the_documentation_and_no_other() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(SEEDBED_[A-Z_]+)` \|", text, re.MULTILINE))
    assert {"SEEDBED_DISCORD_TOKEN_FILE", "SEEDBED_SLACK_KEY_FILE"} <= explained
    assert explained == variables()


def test_the_example_file_loads_and_says_what_its_comments_say() -> None:
    settings = config.load(EXAMPLE, {"SEEDBED_DISCORD_TOKEN": "MTIz.an-example.token"})
    assert settings.web == WebSettings()
    assert settings.discord == DiscordSettings(Secret("MTIz.an-example.token"))
    assert settings.channels == (
        Channel(ChannelName("garden"), PlatformName.WEB, "garden", (time(9),), "Etc/UTC"),
        Channel(
            name=ChannelName("slow-readers"),
            platform=PlatformName.DISCORD,
            address="123456789012345678",
            times=(time(8, 30), time(20)),
            zone="America/New_York",
            days=frozenset(range(5)),
            except_dates=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
            catch_up=timedelta(hours=6),
            spacing=timedelta(days=3),
            look=Look(Style.CARD, role="234567890123456789"),
            extras=Extras(
                thread=True,
                archive_after=timedelta(days=3),
                reactions=("🌱", "sprout:345678901234567890"),
                pin=True,
            ),
        ),
    )


def test_the_shipped_schema_is_the_one_the_code_makes() -> None:
    """`seedbed schema` writes it anew."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == config.json_schema()


def test_an_editor_with_the_schema_takes_what_the_bot_takes_and_marks_what_it_refuses() -> None:
    check = jsonschema.Draft202012Validator(config.json_schema())
    jsonschema.Draft202012Validator.check_schema(config.json_schema())
    for path in (SHIPPED, EXAMPLE):
        check.validate(yamldoc.load(path).data)
    wrongs: tuple[dict[str, Any], ...] = (
        {"channels": "garden"},
        {"channels": [{}]},
        {"channels": [{"name": "Garden", "platform": "web", "at": "09:00"}]},
        {"channels": [{"name": "garden", "platform": "irc", "at": "09:00"}]},
        {"channels": [{"name": "garden", "platform": "web", "at": "9:00"}]},
        {"channels": [{"name": "garden", "platform": "web", "at": ["09:00"], "days": ["monday"]}]},
        {"channels": [{"name": "garden", "platform": "web", "at": ["09:00"], "catch_up": 6}]},
        {"channels": [{"name": "garden", "platform": "web", "at": ["09:00"], "colour": "red"}]},
        {"channels": [{"name": "garden", "platform": "discord", "at": ["09:00"], "archive_after": "2d"}]},
        {"channels": [{"name": "garden", "platform": "discord", "at": ["09:00"], "role": "readers"}]},
        {"channels": [{"name": "garden", "platform": "discord", "at": ["09:00"], "thread": "yes"}]},
    )
    for wrong in wrongs:
        assert not check.is_valid(wrong), wrong
