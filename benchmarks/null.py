"""A platform that takes every message at once and remembers none: what is measured is ours."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import Channel, ChannelName, Health, Marker, Message, MessageId, Reaction, Receipt, StepName
from bot.ports import Inbox, Manners


class NullPlatform:
    """`sent` counts the messages."""

    def __init__(self) -> None:
        self.manners = Manners()
        self.sent = 0

    async def open(self) -> None:
        """Nothing to connect to."""

    async def start(self, inbox: Inbox) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def send(self, address: str, message: Message) -> Receipt:
        self.sent += 1
        return Receipt(MessageId(str(self.sent)), address, message.marker)

    def drops_repeats(self, address: str) -> bool:  # noqa: ARG002  the port's
        return False

    def untouched(self, address: str, since: datetime) -> bool:  # noqa: ARG002  the port's
        return False

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:  # noqa: ARG002  the port's
        return None

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[Reaction]:  # noqa: ARG002  the port's
        return frozenset()

    def steps(self, channel: Channel, message: Message) -> Sequence[StepName]:  # noqa: ARG002  the port's
        return ()

    async def follow(
        self,
        step: StepName,  # noqa: ARG002  the port's
        channel: Channel,  # noqa: ARG002  the port's
        message_id: MessageId,  # noqa: ARG002  the port's
        message: Message,  # noqa: ARG002  the port's
    ) -> str | None:
        return None

    async def tell_organisers(self, channel: Channel, text: str) -> None:
        """Nobody is there."""

    async def refresh(self, channel: ChannelName) -> None:
        """Nobody looks."""

    def health(self) -> Health:
        return Health(ok=True, detail="takes everything")
