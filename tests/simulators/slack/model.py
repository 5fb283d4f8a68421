"""What a Slack is made of. Ids are texts; a message's id in its channel is its `ts`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Kind(StrEnum):
    """Of a channel, by the words that scopes begin with."""

    PUBLIC = "channels"
    PRIVATE = "groups"
    DIRECT = "im"


@dataclass(slots=True)
class User:
    id: str
    name: str
    bot: bool = False
    admin: bool = False
    owner: bool = False
    tz: str = "Europe/Berlin"
    locale: str = "en-US"


@dataclass(slots=True)
class Message:
    """`pinged` is whom it notified: ids of users and groups, "channel", "here". `seen_by` is set if ephemeral."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    client_msg_id: str | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    unfurl_links: bool = True
    unfurl_media: bool = True
    reactions: dict[str, dict[str, None]] = field(default_factory=dict)  # who, by name, in the order of their coming
    pinged: list[str] = field(default_factory=list)
    pinned: str | None = None  # by whom
    edited: str | None = None  # when last, a ts
    seen_by: str | None = None
    by_bot: bool = False

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True)
class Channel:
    """`refuses` is the error that whoever posts gets, as restricted channels give it."""

    id: str
    name: str
    kind: Kind
    created: int
    creator: str
    members: dict[str, None] = field(default_factory=dict)
    archived: bool = False
    topic: str = ""
    refuses: str | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    deleted: list[Message] = field(default_factory=list)

    def replies(self, ts: str) -> list[Message]:
        return [one for one in self.messages.values() if one.is_reply and one.thread_ts == ts and not one.seen_by]


@dataclass(slots=True)
class Install:
    """The app in one workspace. `ended` is the error that its token answers, once it is good for nothing."""

    token: str
    team: str
    bot_id: str
    user: str
    scopes: list[str]
    by: str
    ended: str | None = None


@dataclass(slots=True)
class View:
    """A form, or somebody's App Home. `state` is what was chosen so far, as Slack reports it."""

    id: str
    team: str
    user: str
    body: Json
    hash: str
    root: str = ""
    previous: str | None = None
    state: dict[str, Json] = field(default_factory=dict)
    open: bool = True

    @property
    def is_home(self) -> bool:
        return self.body.get("type") == "home"


@dataclass(slots=True)
class Team:
    """A workspace. `bot` is the bot's user there, which stays the same when the app is installed again."""

    id: str
    name: str
    domain: str
    bot: User
    bot_id: str
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    install: Install | None = None
    homes: dict[str, View] = field(default_factory=dict)
    gone: list[Message] = field(default_factory=list)  # with their channels
    emoji: list[str] = field(default_factory=lambda: ["seedbed"])
