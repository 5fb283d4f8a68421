"""Which slots a channel has, in its own time zone, across clock changes, and which of them is due; pure.

Every local date has exactly one slot for each time of day. A time that the clocks jump over is moved on by the jump, a
time that comes twice counts the first time, and a date that the zone left out altogether has a slot that says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.model import Channel, ChannelState, Skip, Slot, SlotRecord, State, Why

PUNCTUAL = timedelta(minutes=5)  # a post this long after its slot is not called late
CLOCK_WAS_AHEAD = timedelta(days=2)  # a post recorded this far ahead holds the next one back; see `due_now`
BARREN = 4 * 366 + 1  # days without a slot after which there can be no other
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """What one look at the clock asks for: at most one slot to post, and the slots that end without a post.

    Record the skips before the slot is claimed: a slot that was claimed closes everything due before it.
    """

    slot: Slot | None = None
    late: bool = False
    skips: tuple[Skip, ...] = ()


def local_time(slot: Slot) -> datetime:
    """When the slot is due, on a clock in its zone."""
    return slot.due.astimezone(ZoneInfo(slot.zone))


# ---- which slots there are ----------------------------------------------------------------------------------------


def slots_on(channel: Channel, day: date) -> tuple[Slot, ...]:
    """The channel's slots of a local date, by time of day; none on a date that it leaves out."""
    if day.weekday() not in channel.days or day in channel.except_dates:
        return ()
    zone = ZoneInfo(channel.zone)
    change = _offset(day + DAY, time(), zone) - _offset(day, time(), zone)
    return tuple(_slot(channel, day, at, str(count), zone, change) for count, at in enumerate(channel.times, 1))


def upcoming(channel: Channel, after: datetime) -> Iterator[Slot]:
    """Slots due later than `after`, soonest first; ends only where the channel has no day left."""
    barren = 0
    waiting: list[Slot] = []
    try:
        day = after.astimezone(ZoneInfo(channel.zone)).date() - DAY
        while barren < BARREN:
            found = slots_on(channel, day)
            barren = 0 if found else barren + 1
            # The slot of a date that does not exist falls due on the next date, among the slots of that.
            ready = sorted((*waiting, *(slot for slot in found if slot.exists)), key=_when)
            waiting = [slot for slot in found if not slot.exists]
            yield from (slot for slot in ready if slot.due > after)
            day += DAY
    except OverflowError:
        return  # the calendar ends in the year 9999


def _slot(channel: Channel, day: date, at: time, name: str, zone: ZoneInfo, change: timedelta) -> Slot:
    """One slot. `change` is by how much the clocks change within the date."""
    wall = datetime.combine(day, at)
    first, second = _offset(day, at, zone), _offset(day, at.replace(fold=1), zone)
    due = (wall - first).replace(tzinfo=UTC)
    ordinary = Slot(channel.name, day, name, due, channel.zone)
    if first == second:
        return replace(ordinary, note=_change(change)) if change else ordinary
    if first > second:
        return replace(ordinary, note=f"{_change(second - first)}: {at:%H:%M} comes twice, the first counts")
    moved = wall + (second - first)
    if moved.date() != day:
        # Moving on would leave the date, so it moves back by the jump; where that leaves it too, the date is missing.
        moved, due = wall - (second - first), (wall - second).replace(tzinfo=UTC)
    if moved.date() != day:
        return replace(ordinary, exists=False, note=f"{day} does not exist in {channel.zone}")
    return replace(ordinary, due=due, note=f"{_change(second - first)}: {at:%H:%M} becomes {moved:%H:%M}")


def _offset(day: date, at: time, zone: ZoneInfo) -> timedelta:
    """From UTC to the wall clock; for a time that does not exist or comes twice, `at.fold` tells which side counts."""
    offset = datetime.combine(day, at, tzinfo=zone).utcoffset()
    assert offset is not None  # a ZoneInfo always knows
    return offset


def _change(by: timedelta) -> str:
    return f"clocks go {'forward' if by > timedelta(0) else 'back'} on this day"


def _when(slot: Slot) -> tuple[datetime, date, int]:
    return slot.due, slot.date, int(slot.name)


# ---- which of them is due -----------------------------------------------------------------------------------------


def due_now(channel: Channel, state: ChannelState, records: Mapping[str, SlotRecord], now: datetime) -> Due:
    """What the ledger's `records` (by slot key) leave to be done at `now`.

    At most one slot is to be posted, the latest, and only within the catch-up window; every other one that fell due
    ends as a skip with its reason. Nothing is due while a post is recorded for an instant up to two days ahead: the
    clock is behind, or was ahead, and either way the channel has had its post.
    """
    if any(now < record.due <= now + CLOCK_WAS_AHEAD and _counts(record) for record in records.values()):
        return Due()
    before = [record for record in records.values() if record.due <= now]
    paused = _pause(channel, state, now)
    missed = list(_unrecorded(channel, state, records, before, now))
    if channel.first_post_now and not records and not paused:
        first = _first(channel, now)
        missed = [*(slot for slot in missed if slot.key != first.key), first]
    skips, open_slots = [], []
    for slot in missed:
        if not slot.exists:
            skips.append(Skip(slot, Why.NO_SUCH_DATE, f"{slot.date} does not exist in {slot.zone}"))
        elif paused:
            skips.append(Skip(slot, Why.PAUSED, paused))
        elif moved := _moved_zone(channel, slot, before):
            skips.append(Skip(slot, Why.MOVED_ZONE, moved))
        else:
            open_slots.append(slot)
    return _catch_up(channel, open_slots, skips, now)


def _unrecorded(
    channel: Channel,
    state: ChannelState,
    records: Mapping[str, SlotRecord],
    before: Sequence[SlotRecord],
    now: datetime,
) -> Iterator[Slot]:
    """Slots that fell due since the channel was created and since the latest record, and have none; oldest first."""
    latest = max((record.due for record in before), default=state.created)
    # Slots can share an instant (02:30 becomes 03:30). A skip of one leaves the others open, a post closes them.
    closed = any(_counts(record) for record in before if record.due == latest)
    for slot in upcoming(channel, max(latest, state.created) - timedelta(microseconds=1)):
        if slot.due > now:
            return
        if slot.due > state.created and not (closed and slot.due == latest) and slot.key not in records:
            yield slot


def _catch_up(channel: Channel, open_slots: Sequence[Slot], skips: Sequence[Skip], now: datetime) -> Due:
    """Post the latest slot if there is still time for it; the others were missed."""
    if not open_slots:
        return Due(skips=tuple(skips))
    latest = open_slots[-1]
    behind = now - latest.due
    window = max(channel.catch_up, PUNCTUAL)
    if behind > window:
        reason = f"more than {_span(window)} late"
        missed = [Skip(slot, Why.MISSED, reason) for slot in open_slots]
        return Due(skips=_in_order(skips, missed))
    missed = [Skip(slot, Why.MISSED, _superseded(slot, latest)) for slot in open_slots[:-1]]
    return Due(latest, behind > PUNCTUAL, _in_order(skips, missed))


def _superseded(slot: Slot, by: Slot) -> str:
    if slot.due == by.due:
        return "it fell due together with a later slot, which was posted instead"
    return "the bot was not running; a later slot was posted instead"


def _in_order(*skips: Sequence[Skip]) -> tuple[Skip, ...]:
    return tuple(sorted((skip for some in skips for skip in some), key=lambda skip: _when(skip.slot)))


def _first(channel: Channel, now: datetime) -> Slot:
    """The post of a first start: it takes the place of today's first slot, on whatever weekday."""
    today = now.astimezone(ZoneInfo(channel.zone)).date()
    return Slot(channel.name, today, "1", now, channel.zone, note="the first post goes out at the first start")


def _pause(channel: Channel, state: ChannelState, now: datetime) -> str | None:
    """The reason for a skip while the channel is paused."""
    if state.paused_until is None or state.paused_until <= now:
        return None
    if state.paused_until.year == MAXYEAR:
        return "paused until it is resumed"
    return f"paused until {state.paused_until.astimezone(ZoneInfo(channel.zone)):%Y-%m-%d %H:%M} {channel.zone}"


def _moved_zone(channel: Channel, slot: Slot, before: Sequence[SlotRecord]) -> str | None:
    """The reason for a skip where the channel has a new zone in which a slot follows too soon on the last post.

    Too soon is less than half of the usual distance: twelve hours for one post a day.
    """
    last = max((record for record in before if _counts(record)), key=lambda record: record.due, default=None)
    if last is None or last.zone == channel.zone or slot.due - last.due >= _distance(channel.times) / 2:
        return None
    gap = _span(slot.due - last.due)
    return f"the time zone changed from {last.zone} to {channel.zone}, in which this is only {gap} after the last post"


def _distance(times: Sequence[time]) -> timedelta:
    """The shortest time between two slots on ordinary days."""
    minutes = [timedelta(hours=at.hour, minutes=at.minute) for at in times]
    return min(later - earlier for earlier, later in pairwise((*minutes, minutes[0] + DAY)))


def _counts(record: SlotRecord) -> bool:
    """Whether the slot has a post, or has one on its way."""
    return record.state is not State.SKIPPED


def _span(span: timedelta) -> str:
    """A length of time as a person says it."""
    hours = span / timedelta(hours=1)
    return f"{hours:.0f} h" if hours >= 2 or hours == 1 else f"{hours * 60:.0f} min"  # noqa: PLR2004  90 min, but 2 h
