"""The Store over one SQLite file."""

import asyncio
import logging
from datetime import datetime
from pathlib import Path

from bot.errors import StoreError
from bot.failpoints import Failpoints
from bot.model import Health
from bot.ports import Clock
from bot.storage.board import SqliteBoard
from bot.storage.codec import micros
from bot.storage.copying import save
from bot.storage.database import Database, see_through
from bot.storage.ledger import SqliteLedger
from bot.storage.memory import SqliteMemory
from bot.storage.migrate import migrate
from bot.storage.proposals import SqliteProposals
from bot.storage.setups import SqliteSetups
from bot.storage.shelf import SqliteShelf

log = logging.getLogger(__name__)


class SqliteStore:
    """Always close it: its connections have threads that outlive the event loop."""

    def __init__(self, database: Database, clock: Clock, failpoints: Failpoints) -> None:
        self._database = database
        self._clock = clock
        self._written: datetime | None = None
        self.ledger = SqliteLedger(database, clock, failpoints)
        self.shelf = SqliteShelf(database)
        self.board = SqliteBoard(database)
        self.setups = SqliteSetups(database)
        self.proposals = SqliteProposals(database)
        self.memory = SqliteMemory(database)

    @classmethod
    async def open(cls, path: Path, clock: Clock, failpoints: Failpoints) -> "SqliteStore":
        """Create the file, or bring it up to date after a copy beside it. StoreError says why that cannot be."""
        copy = await see_through(asyncio.to_thread(migrate, path))
        if copy is not None:
            log.info("the database %s is of this version now; as it was before, it is kept in %s", path, copy)
        return cls(await Database.open(path), clock, failpoints)

    async def check(self) -> Health:
        """Whether the store can be written to now: it writes. `since` is the last time that it could."""
        now = self._clock.now()
        try:
            async with self._database.transaction() as tx:
                await tx.execute("INSERT OR REPLACE INTO pulse (one, at) VALUES (1, ?)", (micros(now),))
        except StoreError as error:
            return Health(False, str(error), self._written)
        self._written = now
        return Health(True, f"writes go to {self._database.path}", now)

    async def backup(self, target: Path) -> None:
        """Save everything to a new file, complete or not at all; StoreError where that cannot be, or it exists."""
        await see_through(asyncio.to_thread(save, self._database.path, target))

    async def check_integrity(self) -> tuple[str, ...]:
        """What SQLite finds damaged in the file, a line each; empty when it is sound. Reads the whole file."""
        try:
            rows = await self._database.fetch("PRAGMA quick_check")
        except StoreError as error:
            return (str(error),)  # damage may be such that the check itself cannot go on
        return tuple(line for row in rows for line in row[0].splitlines() if line != "ok")

    async def close(self) -> None:
        await self._database.close()
