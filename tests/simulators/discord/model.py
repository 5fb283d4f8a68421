"""What a Discord is made of. Ids are whole numbers; instants are aware datetimes in UTC."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

Json = dict[str, Any]


class ChannelType(IntEnum):
    TEXT = 0
    DM = 1
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


THREADS = {ChannelType.ANNOUNCEMENT_THREAD, ChannelType.THREAD, ChannelType.PRIVATE_THREAD}


class MessageType(IntEnum):
    DEFAULT = 0
    PINNED = 6  # "somebody pinned a message to this channel"
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU_COMMAND = 23


class Flag(IntFlag):
    """Of a message."""

    CROSSPOSTED = 1
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(slots=True)
class User:
    id: int
    name: str
    bot: bool = False
    takes_messages: bool = True  # direct ones, from the bot


@dataclass(slots=True)
class Member:
    user: int
    joined: datetime
    roles: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int = 0
    mentionable: bool = False


@dataclass(slots=True)
class Overwrite:
    """`id` is a role (the guild's own id: everyone) or, with `kind` 1, a member."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Tag:
    """Of a forum; a moderated one is for those who may manage threads."""

    id: int
    name: str
    moderated: bool = False


@dataclass(frozen=True, slots=True)
class Emoji:
    """A unicode emoji is its `name`; a custom one has an `id` too."""

    name: str
    id: int | None = None

    def __str__(self) -> str:
        return f"{self.name}:{self.id}" if self.id else self.name


@dataclass(slots=True)
class Reaction:
    """Who reacted with one emoji, in the order of their coming."""

    normal: dict[int, None] = field(default_factory=dict)
    burst: dict[int, None] = field(default_factory=dict)

    def of(self, burst: bool) -> dict[int, None]:
        return self.burst if burst else self.normal


@dataclass(slots=True)
class Message:
    """`pinged` is whom it notified: user and role ids, "everyone", "here". `seen_by` is set for an ephemeral one."""

    id: int
    channel_id: int
    author_id: int
    content: str = ""
    type: MessageType = MessageType.DEFAULT
    flags: Flag = field(default_factory=lambda: Flag(0))
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    nonce: str | int | None = None
    pinged: list[str] = field(default_factory=list)
    reactions: dict[Emoji, Reaction] = field(default_factory=dict)
    edited: datetime | None = None
    pinned: datetime | None = None
    thread_id: int | None = None
    reference: tuple[int, int] | None = None  # channel and message
    interaction: Json | None = None  # the metadata of the interaction that it answers
    seen_by: int | None = None


@dataclass(slots=True)
class ThreadState:
    """What a thread has beyond other channels. `auto_archive` is in minutes."""

    owner: int
    auto_archive: int
    created: datetime
    archived_at: datetime
    archived: bool = False
    locked: bool = False
    applied_tags: list[int] = field(default_factory=list)
    message_count: int = 0


@dataclass(slots=True)
class Channel:
    """`slowmode` is in seconds. A thread has a `parent_id` and a `thread`, a direct channel a `recipient`."""

    id: int
    type: ChannelType
    name: str
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    slowmode: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    needs_tag: bool = False
    thread: ThreadState | None = None
    recipient: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def last_message_id(self) -> int | None:
        return next(reversed(self.messages), None)


@dataclass(slots=True)
class Guild:
    """`joined` is whether the bot is in it. `channels` holds no threads."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role]
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Channel] = field(default_factory=dict)
    emojis: dict[int, str] = field(default_factory=dict)
    joined: bool = True
    max_active_threads: int = 1000
    blocked_words: list[str] = field(default_factory=list)  # automatic moderation

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]
