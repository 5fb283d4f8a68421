"""What config/seedbed.yaml may hold, key by key; docs/configuration.md says it in prose."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import pydantic

from bot.config import discord, slack, timewords
from bot.config.emoji import MOST
from bot.config.timewords import Unclear
from bot.model import Order, PlatformName, Style, WhenExhausted
from bot.shapes import Shape, Text, describe, wrong

LONGEST_CATCH_UP: Final = timedelta(days=7)
LONGEST_SPACING: Final = timedelta(days=30)  # as far back as the picker is told of; see History in bot/model/posts.py


def _told(parse: Callable[[str], Any]) -> pydantic.PlainValidator:
    """Validates a text by turning it into a value; what `parse` says when it cannot becomes the problem."""

    def check(value: object) -> Any:
        if value is None or isinstance(value, list | dict):
            raise wrong(f"a text is expected here, but this is {describe(value)}", "write one, or leave the key out")
        try:
            return parse(str(value).lower() if isinstance(value, bool) else str(value))
        except Unclear as unclear:
            raise wrong(unclear.what, unclear.remedy) from None

    return pydantic.PlainValidator(check, json_schema_input_type=str)


def _listed(value: object) -> object:
    """One time may stand without a list round it."""
    if value is None:
        raise wrong('"at" is empty', 'write a time such as "09:00"')
    return tuple(value) if isinstance(value, list) else (value,)


def _some(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Instead of a length in the field: pydantic would count only the items that are right."""
    if not items:
        raise wrong("this list is empty", "write at least one item")
    return items


def _at_most_twenty(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(items) > MOST:
        raise wrong(f"a message holds {MOST} reactions, and here are {len(items)}", "leave some out")
    return items


def _name(text: str) -> str:
    if _NAME.fullmatch(text):
        return text
    slug = re.sub("[^a-z0-9]+", "-", text.casefold()).strip("-")[:40].strip("-")
    rule = "use small letters, digits and hyphens, at most 40"
    raise Unclear(f"{describe(text)} cannot be a channel's name", f'{rule}, such as "{slug or "garden"}"')


def _path(text: str) -> Path:
    if not text.strip() or not text.isprintable():
        raise Unclear(f"{describe(text)} is no path", "write a path such as data/seedbed.db")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise Unclear(f"nobody knows the home folder in {describe(text)}", "write the path out") from None


def _topic(text: str) -> str:
    if not text.strip():
        raise Unclear("this topic is empty", "write one, or take the item out")
    return text.strip()


def _catch_up(text: str) -> timedelta:
    length = timewords.span(text)
    if length < timedelta(minutes=1):
        raise Unclear("with no time to catch up nothing is ever posted", 'give "1m" or more')
    if length > LONGEST_CATCH_UP:
        raise Unclear(f"{text} is too long to catch up", f'give "{timewords.said(LONGEST_CATCH_UP)}" or less')
    return length


def _spacing(text: str) -> timedelta:
    length = timewords.span(text)
    if length > LONGEST_SPACING:
        raise Unclear(f"{text} is too long a spacing", f'give "{timewords.said(LONGEST_SPACING)}" or less')
    return length


def host_name(text: str) -> str:
    """An IP address or a host name, in lower case; neither a scheme, a port nor brackets belong to it."""
    host = text.strip().lower()
    if host == "*":
        raise Unclear('"*" is no host', 'write "0.0.0.0" for every network this machine is in')
    named = re.sub("^[a-z]+://|/.*$", "", host)
    named = re.sub(r"^\[(.*)\](:\d+)?$", r"\1", named)
    if not _is_address(named):
        named = re.sub(r":\d+$", "", named)
        # What ends in a number is an address to every resolver: a wrong one, if we cannot read it.
        if not _is_address(named) and (not _HOST.fullmatch(named) or re.search(r"(^|\.)\d+$", named)):
            raise Unclear(f"{describe(text)} is no host", 'write an address such as "127.0.0.1", or a name')
    if named != host:
        raise Unclear(f"{describe(text)} is more than a host", f'write "{named}"; a port has its own key')
    return host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


_NAME = re.compile("[a-z0-9][a-z0-9-]{0,39}")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*")
_TIME_SCHEMA = {"type": "string", "pattern": timewords.TIME_PATTERN}
_SPAN_SCHEMA = pydantic.WithJsonSchema({"type": "string", "pattern": timewords.SPAN_PATTERN})
_TEXT_SCHEMA = pydantic.WithJsonSchema({"type": "string", "minLength": 1})

_Name = Annotated[str, _told(_name), pydantic.WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$"})]
_Host = Annotated[str, _told(host_name), _TEXT_SCHEMA]
_Topic = Annotated[str, _told(_topic), _TEXT_SCHEMA]
_Path = Annotated[Path, _told(_path), _TEXT_SCHEMA]
_Zone = Annotated[str, _told(timewords.zone), _TEXT_SCHEMA]
_Platform = Annotated[PlatformName, pydantic.WithJsonSchema({"enum": sorted(PlatformName)})]
_Weekday = Annotated[int, _told(timewords.weekday), pydantic.WithJsonSchema({"enum": list(timewords.WEEKDAYS)})]
_Date = Annotated[
    date, _told(timewords.day), pydantic.WithJsonSchema({"type": "string", "pattern": timewords.DATE_PATTERN})
]
_Id = Annotated[str, _told(discord.role_id), pydantic.WithJsonSchema({"type": "string", "pattern": discord.ID_PATTERN})]
_Tag = Annotated[Text, pydantic.Field(min_length=1, max_length=20)]
_Emoji = Annotated[Text, _TEXT_SCHEMA]  # what is one depends on the platform; bot/config/channels.py knows
_Archive = Annotated[
    timedelta, _told(discord.archive_after), pydantic.WithJsonSchema({"enum": list(discord.ARCHIVE_AFTER)})
]
_ApiBase = Annotated[str, _told(discord.api_base), _TEXT_SCHEMA]
_SlackBase = Annotated[str, _told(slack.api_base), _TEXT_SCHEMA]
_PublicUrl = Annotated[str, _told(slack.public_url), _TEXT_SCHEMA]
_Port = Annotated[int, pydantic.Field(ge=0, le=65535)]
_GatewayUrl = Annotated[str, _told(discord.gateway_url), _TEXT_SCHEMA]
_Times = Annotated[
    tuple[Annotated[time, _told(timewords.wall_time)], ...],
    pydantic.AfterValidator(_some),
    pydantic.BeforeValidator(_listed),
    pydantic.WithJsonSchema({"anyOf": [_TIME_SCHEMA, {"type": "array", "items": _TIME_SCHEMA, "minItems": 1}]}),
]


def _key(default: Any, description: str, **schema: Any) -> Any:
    """A field with the words an editor shows for it. `schema` adds to its JSON Schema; `shown` there is the default."""
    if "shown" in schema:
        schema["default"] = schema.pop("shown")
    return pydantic.Field(default, description=description, json_schema_extra=schema or None)


class TopicsShape(Shape):
    include: tuple[_Topic, ...] = _key((), "Only seeds with one of these topics; empty means all.")
    exclude: tuple[_Topic, ...] = _key((), "No seed with one of these topics.")


class ChannelShape(Shape):
    name: _Name = _key(..., "The channel's key in the ledger; a new name begins a new history.")
    platform: _Platform = _key(..., "Where the channel is.")
    address: Text | None = _key(None, "The channel's id on its platform; a web channel has none.")
    at: _Times = _key(..., 'The time of the daily post, such as "09:00", or a list of times.')
    timezone: _Zone = _key("Etc/UTC", "An IANA time zone, such as Europe/Berlin.")
    days: Annotated[tuple[_Weekday, ...], pydantic.AfterValidator(_some)] = _key(
        tuple(range(7)), "The days of the week with a post.", shown=list(timewords.WEEKDAYS), minItems=1
    )
    except_dates: tuple[_Date, ...] = _key((), "Dates without a post, such as 2026-12-24.")
    catch_up: Annotated[timedelta, _told(_catch_up), _SPAN_SCHEMA] = _key(
        timedelta(hours=24), "How late a missed post may still be made, up to 7d.", shown="24h"
    )
    topics: TopicsShape = _key(TopicsShape(), "Which seeds this channel gets.")
    order: Order = _key(Order.SHUFFLED, "How seeds follow each other.")
    when_exhausted: WhenExhausted = _key(WhenExhausted.NEW_ROUND, "What happens when every seed has been read.")
    spacing: Annotated[timedelta, _told(_spacing), _SPAN_SCHEMA] = _key(
        timedelta(0), "How long an author or a source stays away while others are left, up to 30d.", shown="0d"
    )
    first_post: Literal["now", "slot"] = _key("slot", "When a new channel gets its first post.")
    style: Style = _key(Style.CARD, "Discord: how a post looks; a forum's posts are embeds.")
    role: _Id | None = _key(None, "Discord: the id of a role that the daily post pings.")
    tag: _Tag | None = _key(None, "Discord: the tag of a forum's posts, by name or id.")
    thread: bool = _key(False, "Discord, Slack: open a thread on the daily post, with its questions.")
    archive_after: _Archive = _key(
        timedelta(days=1), "Discord: a thread without a word for so long is put away.", shown="1d"
    )
    reactions: Annotated[tuple[_Emoji, ...], pydantic.AfterValidator(_at_most_twenty)] = _key(
        (), "Discord, Slack: emoji that the bot itself puts on the daily post.", maxItems=MOST
    )
    pin: bool = _key(False, "Discord, Slack: pin the daily post, in place of the one before.")
    crosspost: bool = _key(False, "Discord: publish the posts of an announcement channel to its followers.")


class WebShape(Shape):
    host: _Host = _key("127.0.0.1", "The address to listen on; one that others can reach needs SEEDBED_WEB_TOKEN.")
    port: _Port = _key(8080, "The port to listen on; 0 takes a free one.")
    hosts: tuple[_Host, ...] = _key((), "Further names under which people open the page.")


class DiscordShape(Shape):
    api_base: _ApiBase | None = _key(None, "Where requests go instead of to Discord, for instance a proxy.")
    gateway_url: _GatewayUrl | None = _key(None, "Where the connection for events goes instead.")


class SlackShape(Shape):
    mode: Literal["socket", "http"] = _key(
        "socket",
        "socket: the bot asks Slack for a connection. http: Slack sends to public_url, for several workspaces.",
    )
    public_url: _PublicUrl | None = _key(None, "HTTP mode: how Slack and browsers reach the bot, with https://.")
    host: _Host = _key("127.0.0.1", "HTTP mode: the address to listen on.")
    port: _Port = _key(3000, "HTTP mode: the port to listen on; 0 takes a free one.")
    api_base: _SlackBase | None = _key(None, "Where requests go instead of to Slack, for instance a proxy.")


class FileShape(Shape):
    library: _Path = _key(Path("seeds"), "The folder with the seeds.")
    database: _Path = _key(Path("data/seedbed.db"), "The database file.")
    web: WebShape = _key(WebShape(), "The page that the bot serves itself.")
    discord: DiscordShape = _key(DiscordShape(), "How Discord is reached; only needed behind a proxy.")
    slack: SlackShape = _key(SlackShape(), "How Slack is reached; only needed for HTTP mode, or behind a proxy.")
    channels: tuple[ChannelShape, ...] | None = _key(
        None, "The places that get a daily post; those that are set up on Discord itself do not stand here."
    )


def json_schema() -> dict[str, Any]:
    """The configuration's JSON Schema, as config/seedbed.schema.json has it."""
    schema = FileShape.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": "Configuration of Seedbed"}
