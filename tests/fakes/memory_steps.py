"""Steps after a post, and seeds put first by hand, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import ChannelName, Lineage, PostId, State, Step, StepName, StepState
from bot.ports import Clock
from tests.fakes.memory_rows import MemoryRows, Row, posted


class MemorySteps(MemoryRows):
    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._queues: dict[ChannelName, list[Lineage]] = {}

    # ---- steps -----------------------------------------------------------------------------------------------------

    async def take_steps(self, now: datetime, again: datetime, limit: int) -> Sequence[Step]:
        due = [
            (row, step)
            for _, row in sorted(self._rows.items())
            for step in row.steps.values()
            if step.state is StepState.OPEN and step.retry_at and step.retry_at <= now
        ]
        return [_change(row, replace(step, attempts=step.attempts + 1, retry_at=again)) for row, step in due[:limit]]

    async def plan_step(self, post: PostId, name: StepName, now: datetime) -> Step | None:
        row = self._posted(post)
        return plan(row, name, now) if row else None

    async def finish_step(self, post: PostId, name: StepName, result: str | None, now: datetime) -> None:
        if (found := self._open(post, name)) is None:
            return
        row, step = found
        _change(row, replace(step, state=StepState.DONE, result=result, retry_at=None, reason=None))
        if name is StepName.PIN:
            pinned = [other for other in self._rows.values() if _is_pinned(other, row.post.channel)]
            for other in sorted(pinned, key=lambda other: posted(other.post))[:-1]:
                plan(other, StepName.UNPIN, now)

    async def retry_step(self, post: PostId, name: StepName, retry_at: datetime, reason: str) -> None:
        if (found := self._open(post, name)) is not None:
            row, step = found
            _change(row, replace(step, retry_at=retry_at, reason=reason))

    async def fail_step(self, post: PostId, name: StepName, reason: str) -> None:
        if (found := self._open(post, name)) is not None:
            row, step = found
            fail(row, step, reason)

    async def steps(self, post: PostId) -> Sequence[Step]:
        row = self._rows.get(post)
        return list(row.steps.values()) if row else []

    def _open(self, post: PostId, name: StepName) -> tuple[Row, Step] | None:
        row = self._rows.get(post)
        step = row.steps.get(name) if row else None
        return (row, step) if row and step and step.state is StepState.OPEN else None

    # ---- the queue -------------------------------------------------------------------------------------------------

    async def queue(self, channel: ChannelName, lineage: Lineage, now: datetime) -> None:
        await self.unqueue(channel, lineage)
        self._queues.setdefault(channel, []).insert(0, lineage)

    async def unqueue(self, channel: ChannelName, lineage: Lineage) -> bool:
        queue = self._queues.get(channel, [])
        if lineage not in queue:
            return False
        queue.remove(lineage)
        return True

    async def queued(self, channel: ChannelName) -> Sequence[Lineage]:
        return list(self._queues.get(channel, ()))


def plan(row: Row, name: StepName, now: datetime) -> Step:
    """A new step, or the one there is; one that failed begins anew."""
    step = row.steps.get(name)
    if step is None or step.state is StepState.FAILED:
        step = _change(row, Step(row.post.id, name, StepState.OPEN, 0, now, now))
    return step


def fail(row: Row, step: Step, reason: str) -> None:
    _change(row, replace(step, state=StepState.FAILED, retry_at=None, reason=reason))


def _change(row: Row, step: Step) -> Step:
    row.steps[step.name] = step
    return step


def _is_pinned(row: Row, channel: ChannelName) -> bool:
    pin = row.steps.get(StepName.PIN)
    return (
        row.post.channel == channel
        and row.post.state is State.POSTED
        and pin is not None
        and (pin.state is StepState.DONE)
    )
