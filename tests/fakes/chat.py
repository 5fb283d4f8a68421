"""A chat platform in memory that keeps every message it is sent, doubles included, and misbehaves on command.

Time is the injected clock's, so that a write can be applied long after its sender gave up.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import NotSent, Refused, Unreadable
from bot.model import ChannelName, Health, Marker, Message, MessageId, Receipt
from bot.ports import Clock, Inbox, Manners

LAG = timedelta(seconds=45)  # at most, between a sender giving up and its write being applied after all


class Fault(StrEnum):
    """What becomes of one request to send."""

    NONE = "none"
    NOT_SENT = "not sent"  # a definite failure
    REFUSED = "refused"
    LOST_BEFORE = "lost before the write"  # the caller cannot tell it from the next one
    LOST_AFTER = "lost after the write"
    LATE = "applied long after the caller gave up"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message on the platform; `visible` is when it shows in the history."""

    id: MessageId
    address: str
    marker: Marker
    visible: datetime


class ChatPlatform:
    """`sent` is what the platform's people see; `requests` counts what was asked of it."""

    def __init__(self, clock: Clock, manners: Manners | None = None, nonce_window: timedelta = timedelta(0)) -> None:
        self.manners = manners or Manners()
        self.sent: list[Sent] = []
        self.requests = 0
        self.readable = True
        self.refreshed: list[ChannelName] = []
        self._nonce_window = nonce_window
        self._faults: deque[Fault] = deque()
        self._clock = clock
        self._reactions: dict[MessageId, set[tuple[str, str]]] = {}

    def script(self, faults: Iterable[Fault]) -> None:
        """What happens to the next requests; after that all goes well."""
        self._faults = deque(faults)

    def react(self, message_id: MessageId, user: str, emoji: str) -> None:
        self._reactions.setdefault(message_id, set()).add((user, emoji))

    async def start(self, inbox: Inbox) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def send(self, address: str, message: Message) -> Receipt:
        self.requests += 1
        await asyncio.sleep(0)
        match self._faults.popleft() if self._faults else Fault.NONE:
            case Fault.NOT_SENT:
                raise NotSent("the platform is busy")
            case Fault.REFUSED:
                raise Refused("may not post here", "give the bot permission")
            case Fault.LOST_BEFORE:
                raise ConnectionResetError
            case Fault.LOST_AFTER:
                self._apply(address, message.marker, self._clock.now())
                raise ConnectionResetError
            case Fault.LATE:
                self._apply(address, message.marker, self._clock.now() + LAG)
                raise TimeoutError
            case Fault.NONE:
                return Receipt(self._apply(address, message.marker, self._clock.now()), address, message.marker)

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:
        if not self.readable:
            raise Unreadable("no permission to read the history")
        for message in self.sent:
            seen = since <= message.visible <= self._clock.now()
            if seen and (message.address, message.marker) == (address, marker):
                return message.id
        return None

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[tuple[str, str]]:
        return frozenset(self._reactions.get(message_id, ()))

    async def refresh(self, channel: ChannelName) -> None:
        self.refreshed.append(channel)

    def health(self) -> Health:
        return Health(ok=True, detail="in memory")

    def _apply(self, address: str, marker: Marker, visible: datetime) -> MessageId:
        """Keep the message; within the nonce window a repeated marker is the earlier message."""
        for earlier in self.sent:
            age = visible - earlier.visible
            if (earlier.address, earlier.marker) == (address, marker) and abs(age) < self._nonce_window:
                return earlier.id
        sent = Sent(MessageId(str(len(self.sent) + 1)), address, marker, visible)
        self.sent.append(sent)
        return sent.id
