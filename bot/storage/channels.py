"""What the ledger remembers of channels and their slots."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from bot.model import Channel, ChannelName, ChannelState, Kind, Skip, SlotRecord, State, Why
from bot.storage.codec import instant, micros
from bot.storage.verbs import Verbs

FOR_GOOD = datetime.max.replace(tzinfo=UTC)

_RECORDS = """
SELECT channel, slot_date, slot_name, slot_zone, due, state FROM post WHERE slot_date >= :since
UNION
SELECT channel, slot_date, slot_name, slot_zone, due, state FROM channel JOIN post ON post.id = (
    SELECT id FROM post AS latest
    WHERE latest.channel = channel.name AND latest.slot_date IS NOT NULL AND latest.due <= :now
    ORDER BY latest.due DESC, latest.id DESC LIMIT 1
)
"""

_SKIP = """
INSERT INTO post (channel, kind, key, slot_date, slot_name, slot_zone, state, due, why, reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (channel, key) DO NOTHING
"""


class ChannelVerbs(Verbs):
    async def register(self, channels: Sequence[Channel], now: datetime) -> Mapping[ChannelName, ChannelState]:
        rows = [(channel.name, micros(now)) for channel in channels]
        async with self._database.transaction() as tx:
            await tx.executemany("INSERT INTO channel (name, created) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
        states = await self.states()
        return {channel.name: states[channel.name] for channel in channels}

    async def states(self) -> Mapping[ChannelName, ChannelState]:
        rows = await self._database.fetch("SELECT name, created, paused_until, blocked FROM channel")
        return {
            row["name"]: ChannelState(
                ChannelName(row["name"]), instant(row["created"]), instant(row["paused_until"]), row["blocked"]
            )
            for row in rows
        }

    async def pause(self, channel: ChannelName, until: datetime | None) -> None:
        # A channel may be paused before the bot has ever run with it.
        await self._change(
            "INSERT INTO channel (name, created, paused_until) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET paused_until = excluded.paused_until",
            (channel, micros(self._clock.now()), micros(until or FOR_GOOD)),
        )

    async def resume(self, channel: ChannelName) -> None:
        await self._change("UPDATE channel SET paused_until = NULL WHERE name = ?", (channel,))

    async def block(self, channel: ChannelName, reason: str | None) -> bool:
        if reason is None:
            sql = "UPDATE channel SET blocked = NULL WHERE name = ? AND blocked IS NOT NULL"
            return bool(await self._change(sql, (channel,)))
        changed = await self._change(
            "INSERT INTO channel (name, created, blocked) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET blocked = excluded.blocked WHERE blocked IS NOT excluded.blocked",
            (channel, micros(self._clock.now()), reason),
        )
        return bool(changed)

    async def slot_records(self, since: date, now: datetime) -> Mapping[ChannelName, Mapping[str, SlotRecord]]:
        found: dict[ChannelName, dict[str, SlotRecord]] = {}
        for row in await self._database.fetch(_RECORDS, {"since": since.isoformat(), "now": micros(now)}):
            found.setdefault(ChannelName(row["channel"]), {})[f"{row['slot_date']}/{row['slot_name']}"] = SlotRecord(
                date.fromisoformat(row["slot_date"]),
                row["slot_name"],
                instant(row["due"]),
                row["slot_zone"],
                State(row["state"]),
            )
        return found

    async def record_skips(self, skips: Sequence[Skip]) -> None:
        rows = [_skip_row(skip) for skip in skips]
        async with self._database.transaction() as tx:
            await tx.executemany(_SKIP, rows)

    async def forget_future_skips(self, now: datetime) -> int:
        return await self._change(
            "DELETE FROM post WHERE state = ? AND why = ? AND due > ?", (State.SKIPPED, Why.MISSED, micros(now))
        )


def _skip_row(skip: Skip) -> tuple[str | int, ...]:
    slot = skip.slot
    return (
        slot.channel,
        Kind.DAILY,
        slot.key,
        slot.date.isoformat(),
        slot.name,
        slot.zone,
        State.SKIPPED,
        micros(slot.due),
        skip.why,
        skip.reason,
    )
