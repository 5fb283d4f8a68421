"""What the parts of the ledger share."""

from bot.failpoints import Failpoints
from bot.ports import Clock
from bot.storage.database import Database, Parameters


class Verbs:
    """A set of verbs over the database, each one transaction."""

    def __init__(self, database: Database, clock: Clock, failpoints: Failpoints) -> None:
        self._database = database
        self._clock = clock
        self._failpoints = failpoints

    async def _change(self, sql: str, params: Parameters = (), failpoint: str | None = None) -> int:
        """One statement in a transaction of its own; the number of rows it changed."""
        async with self._database.transaction() as tx:
            cursor = await tx.execute(sql, params)
            if failpoint is not None:
                self._failpoints.reach(failpoint)
            return cursor.rowcount
