"""Seeds that are put first by hand."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import ChannelName, Lineage
from bot.storage.codec import micros
from bot.storage.verbs import Verbs

QUEUED = "SELECT lineage FROM queue WHERE channel = ? ORDER BY place DESC"
DRAFTED = "DELETE FROM queue WHERE channel = ? AND lineage = ?"

# Its place is the instant, unless another of the same instant, or of a clock that was ahead, is first already.
_QUEUE = """
INSERT INTO queue (channel, lineage, place)
VALUES (:channel, :lineage, max(:now, coalesce((SELECT max(place) + 1 FROM queue WHERE channel = :channel), 0)))
ON CONFLICT (channel, lineage) DO UPDATE SET place = excluded.place
"""


class QueueVerbs(Verbs):
    async def queue(self, channel: ChannelName, lineage: Lineage, now: datetime) -> None:
        await self._change(_QUEUE, {"channel": channel, "lineage": lineage, "now": micros(now)})

    async def unqueue(self, channel: ChannelName, lineage: Lineage) -> bool:
        return bool(await self._change(DRAFTED, (channel, lineage)))

    async def queued(self, channel: ChannelName) -> Sequence[Lineage]:
        return [Lineage(row["lineage"]) for row in await self._database.fetch(QUEUED, (channel,))]
