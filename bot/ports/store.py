"""The only memory, and its smaller parts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model import ChannelName, Cutting, Decision, Health, Marker, MessageId, Proposal, Reaction, SeedId, Setup
from bot.ports.ledger import Ledger
from bot.ports.shelf import Shelf


class Board(Protocol):
    """Where the built-in web page keeps its messages: a platform's memory, apart from the ledger's."""

    async def publish(self, channel: ChannelName, marker: Marker, now: datetime) -> MessageId:
        """Put a message up; the same marker again is the same message."""
        ...

    async def find(self, channel: ChannelName, marker: Marker) -> MessageId | None: ...

    async def reactions(self, message_id: MessageId) -> frozenset[Reaction]: ...


class Setups(Protocol):
    """Channels that were set up on their platform, by name."""

    async def all(self) -> Sequence[Setup]:
        """In the order they were first set up."""
        ...

    async def save(self, setup: Setup) -> bool:
        """Keep it, in place of what was there under its name; True for a new one."""
        ...

    async def remove(self, channel: ChannelName) -> bool: ...


class Proposals(Protocol):
    """Rows of the nursery. Verbs answer None, or False, where there is no such row in the state they need."""

    async def add(self, space: str, by: str, cutting: Cutting, now: datetime) -> Proposal: ...

    async def get(self, number: int) -> Proposal | None: ...

    async def waiting(self, space: str | None) -> Sequence[Proposal]:
        """Undecided, oldest first; with None those of every server and workspace."""
        ...

    async def approved(self) -> Sequence[Proposal]:
        """All that were ever taken in and not exported since, oldest first."""
        ...

    async def note_card(self, number: int, card: MessageId) -> None: ...

    async def revise(self, number: int, cutting: Cutting) -> bool:
        """Only while WAITING."""
        ...

    async def decide(self, number: int, decision: Decision, seed: SeedId | None, now: datetime) -> bool:
        """Only while WAITING."""
        ...

    async def exported(self, number: int) -> None:
        """Its seed is a file of the library from now on."""
        ...

    async def forget_member(self, user: str) -> int:
        """`by` becomes None where decided (setups and proposals); what is WAITING is dropped. How many rows."""
        ...

    async def forget_space(self, space: str) -> int:
        """Drop every WAITING proposal of a server or workspace, and who proposed the others."""
        ...


class Memory(Protocol):
    """What an adapter keeps for itself between runs: short texts by name, such as `discord/commands`."""

    async def recall(self, name: str) -> str | None: ...

    async def recall_all(self, prefix: str) -> Mapping[str, str]: ...

    async def keep(self, name: str, text: str) -> None: ...

    async def drop(self, name: str) -> None: ...


class Store(Protocol):
    """The only memory: sets of verbs over one database."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def shelf(self) -> Shelf: ...
    @property
    def board(self) -> Board: ...
    @property
    def setups(self) -> Setups: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def memory(self) -> Memory: ...

    async def check(self) -> Health:
        """Whether the store can be written to now."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go; harmless when called twice."""
        ...
