"""A chat platform in memory that keeps every message it is sent, doubles included, and misbehaves on command.

Time is the injected clock's, so that a write can be applied long after its sender gave up.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import Gone, NotSent, Refused, Unreadable
from bot.model import Channel, ChannelName, Health, Marker, Message, MessageId, Reaction, Receipt, StepName
from bot.ports import Clock, Inbox, Manners

LAG = timedelta(seconds=45)  # at most, between a sender giving up and its write being applied after all


class Fault(StrEnum):
    """What becomes of one request to send, or of one step."""

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
    """`sent` is what the platform's people see; `requests` counts what was asked of it.

    `followed` are the steps that took effect, in order; what is done twice takes effect once. `told` is what organisers
    were told. `follow_up` is what follows a message here.
    """

    def __init__(
        self,
        clock: Clock,
        manners: Manners | None = None,
        nonce_window: timedelta = timedelta(0),
        follow_up: Sequence[StepName] = (),
    ) -> None:
        self.manners = manners or Manners()
        self.sent: list[Sent] = []
        self.requests = 0
        self.readable = True
        self.refreshed: list[ChannelName] = []
        self.follow_up = tuple(follow_up)
        self.followed: list[tuple[StepName, MessageId]] = []
        self.told: list[tuple[ChannelName, str]] = []
        self._nonce_window = nonce_window
        self._faults: deque[Fault] = deque()
        self._step_faults: deque[Fault] = deque()
        self._clock = clock
        self._reactions: dict[MessageId, set[Reaction]] = {}
        self._gone: set[MessageId] = set()

    def script(self, faults: Iterable[Fault]) -> None:
        """What happens to the next requests; after that all goes well."""
        self._faults = deque(faults)

    def script_steps(self, faults: Iterable[Fault]) -> None:
        """What happens to the next steps; after that all goes well. LATE is as LOST_BEFORE."""
        self._step_faults = deque(faults)

    def react(self, message_id: MessageId, user: str, emoji: str, *, burst: bool = False) -> None:
        self._reactions.setdefault(message_id, set()).add(Reaction(user, emoji, burst))

    def take_down(self, message_id: MessageId) -> None:
        """Somebody deletes a message; it stays among those `sent`."""
        self._gone.add(message_id)

    async def open(self) -> None:
        """Nothing to connect to."""

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

    def drops_repeats(self, address: str) -> bool:
        return bool(self._nonce_window)

    def untouched(self, address: str, since: datetime) -> bool:
        return False

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:
        if not self.readable:
            raise Unreadable("no permission to read the history")
        for message in self.sent:
            seen = since <= message.visible <= self._clock.now() and message.id not in self._gone
            if seen and (message.address, message.marker) == (address, marker):
                return message.id
        return None

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[Reaction]:
        self._still_there(message_id)
        return frozenset(self._reactions.get(message_id, ()))

    def steps(self, channel: Channel, message: Message) -> Sequence[StepName]:
        return self.follow_up

    async def follow(self, step: StepName, channel: Channel, message_id: MessageId, message: Message) -> str | None:
        await asyncio.sleep(0)
        self._still_there(message_id)
        match self._step_faults.popleft() if self._step_faults else Fault.NONE:
            case Fault.NOT_SENT:
                raise NotSent("the platform is busy")
            case Fault.REFUSED:
                raise Refused("may not do this here", "give the bot permission")
            case Fault.LOST_BEFORE | Fault.LATE:
                raise ConnectionResetError
            case Fault.LOST_AFTER:
                self._do(step, message_id)
                raise ConnectionResetError
            case Fault.NONE:
                return self._do(step, message_id)

    async def tell_organisers(self, channel: Channel, text: str) -> None:
        self.told.append((channel.name, text))

    async def refresh(self, channel: ChannelName) -> None:
        self.refreshed.append(channel)

    def health(self) -> Health:
        return Health(ok=True, detail="in memory")

    def _apply(self, address: str, marker: Marker, visible: datetime) -> MessageId:
        """Keep the message; within the nonce window a repeated marker is the earlier message."""
        for earlier in self.sent:
            age = visible - earlier.visible
            if (earlier.address, earlier.marker) == (address, marker) and abs(age) < self._nonce_window:
                self._still_there(earlier.id)
                return earlier.id
        sent = Sent(MessageId(str(len(self.sent) + 1)), address, marker, visible)
        self.sent.append(sent)
        return sent.id

    def _do(self, step: StepName, message_id: MessageId) -> str:
        if (step, message_id) not in self.followed:
            self.followed.append((step, message_id))
        return f"{step} of {message_id}"

    def _still_there(self, message_id: MessageId) -> None:
        if message_id in self._gone:
            raise Gone("the message was deleted")
