"""What organisers do."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.model import Candidate, ChannelName, Cutting, Message, MessageId, Post, Proposal, SeedId, Setup
from bot.ports.reading import Upcoming

ORGANISERS = "organisers/"  # in the Memory, and then the space: the address of the organisers' own channel


class Desk(Protocol):
    """What organisers do, from a platform or from the command line. UsageError says what cannot be, in a sentence.

    Channels of the configuration file are read-only here: only what is no setting works on them.
    """

    async def set_up(self, setup: Setup) -> bool:
        """A new channel, or new settings of one set up before; True for a new one."""
        ...

    async def setup(self, channel: ChannelName) -> Setup | None:
        """As it was set up on its platform; None for a channel of the configuration file."""
        ...

    async def setups(self, space: str) -> Sequence[Setup]: ...

    async def remove(self, channel: ChannelName) -> None:
        """No more posts; what was read and posted there stays known, should it be set up again."""
        ...

    async def move(self, channel: ChannelName, address: str) -> None:
        """The same channel, with its history, at another place of its platform."""
        ...

    async def post_now(self, channel: ChannelName, seed: SeedId | None = None) -> Post:
        """Post the seed named, or the next one, through the outbox, and wait up to a minute for what becomes of it."""
        ...

    async def skip(self, channel: ChannelName) -> Upcoming:
        """Leave out the next slot; which one it was. Its seed stays unread."""
        ...

    async def pause(self, channel: ChannelName, until: date | None = None) -> datetime | None:
        """No daily posts until this local date, or until `resume`; the instant at which they go on."""
        ...

    async def resume(self, channel: ChannelName) -> Upcoming | None:
        """End a pause; the next slot."""
        ...

    async def queue(self, channel: ChannelName, seed: SeedId) -> Sequence[Candidate]:
        """Put a seed first, before those put there earlier; the whole queue, next one first."""
        ...

    async def unqueue(self, channel: ChannelName, seed: SeedId) -> Sequence[Candidate]: ...

    async def queued(self, channel: ChannelName) -> Sequence[Candidate]:
        """Seeds put first by hand that are still to come, next one first."""
        ...

    async def preview(self, channel: ChannelName, seed: SeedId | None = None) -> Message:
        """What the next post would be, as things stand; nothing is written down."""
        ...

    async def purge(self, space: str) -> int:
        """Forget the channels, proposals and settings of a server or workspace; how many channels. Counts stay."""
        ...


class Nursery(Protocol):
    """Where members' cuttings wait until organisers take them into the library. UsageError says what cannot be."""

    async def organisers(self, space: str) -> str | None:
        """The address of the organisers' own channel in a server or workspace, if they chose one."""
        ...

    async def set_organisers(self, space: str, address: str | None) -> None: ...

    async def propose(self, space: str, by: str, cutting: Cutting) -> Proposal:
        """Keep a cutting until it is decided on. UsageError where it could be no seed, or the library has its text."""
        ...

    async def proposal(self, number: int) -> Proposal | None: ...

    async def waiting(self, space: str | None) -> Sequence[Proposal]:
        """Undecided, oldest first; with None those of every server and workspace."""
        ...

    async def noted(self, number: int, card: MessageId) -> None:
        """Remember the message that asks organisers about it."""
        ...

    async def revise(self, number: int, cutting: Cutting) -> Proposal:
        """Organisers mend it before they decide."""
        ...

    async def approve(self, number: int) -> Proposal:
        """Into the library, from where it is posted like any other; decided twice, the first one stands."""
        ...

    async def decline(self, number: int) -> Proposal: ...

    async def forget_member(self, user: str) -> int:
        """Take a member's name off everything kept here, and drop what is undecided; how many rows."""
        ...
