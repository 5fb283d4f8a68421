"""A platform that takes every message at once and remembers none: what is measured is ours."""

from datetime import datetime

from bot.model import ChannelName, Health, Marker, Message, MessageId, Receipt
from bot.ports import Inbox, Manners


class NullPlatform:
    """`sent` counts the messages."""

    def __init__(self) -> None:
        self.manners = Manners()
        self.sent = 0

    async def start(self, inbox: Inbox) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def send(self, address: str, message: Message) -> Receipt:
        self.sent += 1
        return Receipt(MessageId(str(self.sent)), address, message.marker)

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:  # noqa: ARG002  the port's
        return None

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[tuple[str, str]]:  # noqa: ARG002  the port's
        return frozenset()

    async def refresh(self, channel: ChannelName) -> None:
        """Nobody looks."""

    def health(self) -> Health:
        return Health(ok=True, detail="takes everything")
