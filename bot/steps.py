"""What follows a confirmed post: its thread, the starter reactions, the pin. Each is a row that is tried by itself.

A step is safe to do twice (the adapter looks first), so its claim is no more than the instant of the next try.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta

from bot.errors import DeliveryError, Gone, NotSent, Refused, StoreError
from bot.failpoints import Failpoints
from bot.log import fields
from bot.model import Channel, ChannelName, PlatformName, Post, PostId, Step, StepName, StepState
from bot.ports import Clock, Ledger, Platform

log = logging.getLogger(__name__)

LONGEST = timedelta(minutes=5)  # of one try; a long excerpt is many messages in its thread
AGAIN = LONGEST + timedelta(minutes=2)  # after a try of a process that is gone; longer than any platform settles
BATCH = 50
AT_ONCE = 10
FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(minutes=30)
REFUSED_BACKOFF = timedelta(minutes=10)
WINDOW = timedelta(hours=24)  # after that nobody needs it any more


class FollowUps:
    """Runs the steps that are due. One process does, the one that runs the outbox."""

    def __init__(
        self,
        ledger: Ledger,
        platforms: Mapping[PlatformName, Platform],
        channels: Mapping[ChannelName, Channel],
        clock: Clock,
        failpoints: Failpoints,
    ) -> None:
        self._failpoints = failpoints
        self._ledger = ledger
        self._platforms = platforms
        self._channels = channels
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[tuple[PostId, StepName], asyncio.Task[None]] = {}

    async def resume(self) -> int:
        """Begin whatever is due, a batch at a time; how many."""
        now = self._clock.now()
        steps = await self._ledger.take_steps(now, now + AGAIN, BATCH)
        for step in steps:
            self._begin(step)
        return len(steps)

    async def do_now(self, post: PostId, name: StepName) -> Step | None:
        """Do one step and wait for it, also one that nobody had planned; as it is then. None: there is no such post."""
        step = await self._ledger.plan_step(post, name, self._clock.now())
        if step is not None and step.state is StepState.OPEN:
            while (post, name) not in self._under_way and await self.resume():
                pass  # others that were due before it go first
            if (task := self._under_way.get((post, name))) is not None:
                await asyncio.wait([task])
        found = (step for step in await self._ledger.steps(post) if step.name is name)
        return next(found, None)

    async def drain(self, at_most: timedelta) -> None:
        """Wait for the tries under way, then let go of those that hang; their rows come up again."""
        if self._under_way:
            _, hanging = await asyncio.wait(self._under_way.values(), timeout=at_most.total_seconds())
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    def _begin(self, step: Step) -> None:
        which = (step.post, step.name)
        if which in self._under_way:
            return
        task = asyncio.create_task(self._do(step), name=f"{step.name} of post {step.post}")
        self._under_way[which] = task
        task.add_done_callback(lambda _: self._under_way.pop(which, None))

    async def _do(self, step: Step) -> None:
        try:
            post = await self._ledger.post(step.post)
            async with self._turns:
                await self._try(step, post)
        except StoreError as error:
            # The row comes up again by itself.
            log.error("the store failed during a step", extra=fields(post=step.post, reason=error))  # noqa: TRY400

    async def _try(self, step: Step, post: Post | None) -> None:
        channel = self._channels.get(post.channel) if post else None
        platform = self._platforms.get(channel.platform) if channel else None
        if post is None or post.message is None or post.message_id is None or channel is None or platform is None:
            await self._later(step, REFUSED_BACKOFF, "its channel is not in use")
            return
        self._failpoints.reach("before_step")
        try:
            async with asyncio.timeout(LONGEST.total_seconds()):
                result = await platform.follow(step.name, channel, post.message_id, post.message)
            self._failpoints.reach("after_step")
        except Gone:
            await self._ledger.delete(post.channel, post.message_id)
        except NotSent as error:
            pause = timedelta(seconds=error.retry_after) if error.retry_after else self._backoff(step)
            await self._later(step, pause, str(error))
        except Refused as error:
            await self._later(step, REFUSED_BACKOFF, str(error))
        except Exception as error:  # noqa: BLE001  whatever a platform's library raises: it may have been done
            reason = str(error) if isinstance(error, DeliveryError) else f"{type(error).__name__} {error}".strip()
            await self._later(step, max(platform.manners.settle, self._backoff(step)), reason)
        else:
            await self._ledger.finish_step(step.post, step.name, result, self._clock.now())

    async def _later(self, step: Step, pause: timedelta, reason: str) -> None:
        now = self._clock.now()
        told = fields(post=step.post, step=step.name, reason=reason)
        if now + pause - step.planned > WINDOW:
            log.warning("a step after a post is given up", extra=told)
            await self._ledger.fail_step(step.post, step.name, reason)
            return
        if step.attempts <= 1:
            log.warning("a step after a post did not work yet", extra=told)
        await self._ledger.retry_step(step.post, step.name, now + pause, reason)

    def _backoff(self, step: Step) -> timedelta:
        """Doubles from five seconds to half an hour."""
        return min(FIRST_BACKOFF * (1 << min(step.attempts, 12)), LONGEST_BACKOFF)
