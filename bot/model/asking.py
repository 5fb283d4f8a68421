"""What members do: react, and ask."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.model.ids import ChannelName, MessageId
from bot.model.posts import Message, Post


class Reaction(NamedTuple):
    """One person's reaction on a message. `burst` is Discord's super reaction, a second one beside the plain."""

    user: str
    emoji: str
    burst: bool = False


@dataclass(frozen=True, slots=True)
class ReactionChange:
    """Somebody put a reaction on a message or took it off; the newest change of (message, user, emoji, burst) wins."""

    channel: ChannelName
    message_id: MessageId
    user: str
    emoji: str
    present: bool
    at: datetime
    burst: bool = False


@dataclass(frozen=True, slots=True)
class PlantRequest:
    """`/seed <topic>`; an empty topic asks for whatever comes next.

    `request` is unique to the asking (an interaction id): asked twice, answered once.
    """

    channel: ChannelName
    topic: str
    request: str
    user: str


class Answer(StrEnum):
    """What became of a PlantRequest."""

    POSTED = "posted"
    SENDING = "sending"  # not confirmed yet; it will be, or the ledger says why not
    ALREADY_READ = "already_read"  # everything that matches was read in this round
    NOTHING = "nothing"  # nothing matches; `near` names topics that would
    REFUSED = "refused"  # the platform does not take it now; `reason` says why


@dataclass(frozen=True, slots=True)
class PlantAnswer:
    answer: Answer
    post: Post | None = None
    near: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A seed shown to one person alone; nothing is written down. `read`: this channel had it in this round."""

    message: Message | None = None  # None where nothing matches; then `near` names topics that would
    read: bool = False
    near: tuple[str, ...] = ()
