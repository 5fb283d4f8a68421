"""What the parts of the ledger share."""

from collections.abc import Sequence

from bot.failpoints import Failpoints
from bot.ports import Clock
from bot.storage.database import Database, Parameters, Statement


class Verbs:
    """A set of verbs over the database, each one transaction."""

    def __init__(self, database: Database, clock: Clock, failpoints: Failpoints) -> None:
        self._database = database
        self._clock = clock
        self._failpoints = failpoints

    async def _change(
        self,
        sql: str,
        params: Parameters = (),
        then: Sequence[Statement] = (),
        *,
        failpoint: str | None = None,
    ) -> int:
        """One statement, durable on return; the number of rows it changed. `then` follows where it changed any."""

        def written() -> None:
            if failpoint is not None:
                self._failpoints.reach(failpoint)

        return await self._database.change(sql, params, then, written=written)
