"""A place to post to, and what comes in from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.model import (
    Channel,
    ChannelName,
    Glimpse,
    Health,
    Marker,
    Message,
    MessageId,
    PlantAnswer,
    PlantRequest,
    PlatformName,
    PostId,
    Reaction,
    ReactionChange,
    Receipt,
    StepName,
)


@dataclass(frozen=True, slots=True)
class Manners:
    """How a platform wants to be treated by the outbox."""

    timeout: timedelta = timedelta(seconds=30)  # our own, around every request; well below the outbox's lease
    # After the first attempt the platform drops a repeated marker by itself. Shorter than the platform's own window by
    # as long as a write may lag behind its request, or a late repeat lands outside the window and is a second post.
    resend_within: timedelta = timedelta(0)
    settle: timedelta = timedelta(seconds=90)  # after the last attempt, what was applied shows in the history
    concurrency: int = 20  # requests under way at once


class Platform(Protocol):
    """A place to post to. Nothing but the outbox calls `send`."""

    @property
    def manners(self) -> Manners: ...

    async def open(self) -> None:
        """Be able to send and look, for a command without a running bot: nothing comes in. Raises as `start` does."""
        ...

    async def start(self, inbox: "Inbox") -> None:
        """Connect and hand what comes in to `inbox`.

        PlatformUnavailable, within seconds, where that can never be: a wrong token, a port in use. A platform that is
        only out of reach is tried again and again, and `health` says so.
        """
        ...

    async def stop(self) -> None:
        """Let go of everything; harmless when never started or called twice."""
        ...

    async def send(self, address: str, message: Message) -> Receipt:
        """Create the message. NotSent: surely not there, try again; Refused: surely never, as things stand; Gone: it
        was there already, and somebody took it down.

        Any other exception means that nobody knows. Text is shown as text: nothing in it mentions anybody.
        """
        ...

    def drops_repeats(self, address: str) -> bool:
        """Whether a marker sent again within `manners.resend_within` is dropped there as well; False if in doubt."""
        ...

    def untouched(self, address: str, since: datetime) -> bool:
        """True where it is known without asking that nothing was written there at `since` or later."""
        ...

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:
        """The message with this marker sent at `since` or later, or None if it is provably not there.

        Unreadable where the history cannot be read, or cannot be proven readable.
        """
        ...

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[Reaction]:
        """Every reaction on the message now, the bot's own left out. Gone where the message is."""
        ...

    def steps(self, channel: Channel, message: Message) -> Sequence[StepName]:
        """What follows this message here once it is confirmed, in the order people should see it happen."""
        ...

    async def follow(self, step: StepName, channel: Channel, message_id: MessageId, message: Message) -> str | None:
        """Do one step, or find it done; the id of what was made, where there is one. Raises as `send` does.

        Never called sooner after a try that nobody knows the end of than the platform's time to settle.
        """
        ...

    async def tell_organisers(self, channel: Channel, text: str) -> None:
        """Something that the organisers of a channel have to know, where they will see it; never raises."""
        ...

    async def refresh(self, channel: ChannelName) -> None:
        """What this channel shows has changed (a post was confirmed, a reaction counted); never raises."""
        ...

    def health(self) -> Health: ...


class Inbox(Protocol):
    """Everything that comes in from members and from the platforms themselves."""

    async def plant_seed(self, request: PlantRequest) -> PlantAnswer:
        """Answer `/seed <topic>`; the same `request` twice is one post."""
        ...

    async def glimpse(self, channel: ChannelName, topic: str) -> Glimpse:
        """What `/seed <topic>` would post, for one person alone; where all was read, the best of what was."""
        ...

    async def another_question(self, post: PostId) -> Message | None:
        """The post with a fresh prompt of the next family in turn, as it is to be shown from now on.

        None where the post is not there any more.
        """
        ...

    async def discuss(self, post: PostId) -> str | None:
        """The id of the post's thread, which is made if there is none. DeliveryError where that cannot be now."""
        ...

    async def record_reaction(self, change: ReactionChange) -> bool:
        """True if the message is one of ours. Replays and reordering are harmless."""
        ...

    async def clear_reactions(
        self, channel: ChannelName, message_id: MessageId, emoji: str | None, at: datetime
    ) -> None:
        """Somebody took all reactions off a message, or all of one emoji."""
        ...

    async def record_deletion(self, channel: ChannelName, message_id: MessageId) -> None:
        """The message is gone from the platform; its counts stay."""
        ...

    async def reconnected(self, platform: PlatformName) -> None:
        """What happened meanwhile was not told: reactions of recent posts are compared with the platform's, soon."""
        ...

    async def reopened(self, channels: Sequence[ChannelName]) -> None:
        """Something about these channels changed that may let posts in again: what was refused is tried at once."""
        ...

    async def closed(self, channels: Sequence[ChannelName], reason: str) -> None:
        """Nothing can be posted there (the channel or the server is gone); the organisers are told once."""
        ...
