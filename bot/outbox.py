"""claim -> send -> confirm -> reconcile. Everything that goes out goes through here; nothing else calls Platform.send.

The promise: exactly one post whenever the platform lets us look, otherwise a visible `unknown`, never a silent double.
docs/adr/0001-one-outbox-and-reconcile.md says why it is done this way.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import DeliveryError, Gone, NotSent, Refused, StoreError, Unreadable
from bot.failpoints import Failpoints
from bot.log import fields
from bot.model import Channel, ChannelName, Draft, Kind, Message, MessageId, PlatformName, Post, PostId, State, Why
from bot.ports import Clock, Ledger, Platform

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than any wait for a turn and the longest request together
BATCH = 50  # claims made durable at once
LOOK_BACK = timedelta(hours=1)  # before the due instant: a slot that was moved a little, and clocks that differ
FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(minutes=5)
BLOCKED_BACKOFF = timedelta(minutes=10)
RESEND_PAUSE = timedelta(seconds=2)
FRESH = timedelta(seconds=1)  # a claim this young is the time of its request; an older one waited for its turn
ASKED_WINDOW = timedelta(minutes=15)  # nobody waits longer for an answer to /seed
GONE_WINDOW = timedelta(days=7)  # for a channel that is not there; as long as any catches up
DOUBT_WINDOW = timedelta(hours=24)  # of look-ups that fail, before a person is asked


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A post on its way, with all that one try needs."""

    post: Post
    message: Message
    channel: Channel
    platform: Platform

    @property
    def window(self) -> timedelta:
        """How long after it was due the post is still worth sending."""
        return self.channel.catch_up if self.post.kind is Kind.DAILY else ASKED_WINDOW

    @property
    def resend_within(self) -> timedelta:
        """How long after the first attempt a repeat cannot become a second message."""
        drops = self.platform.drops_repeats(self.channel.address)
        return self.platform.manners.resend_within if drops else timedelta(0)


class Outbox:
    """Delivers drafts, and settles what an earlier attempt or an earlier process left open."""

    def __init__(
        self,
        ledger: Ledger,
        platforms: Mapping[PlatformName, Platform],
        channels: Mapping[ChannelName, Channel],
        clock: Clock,
        failpoints: Failpoints,
        owner: str,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`wake` is called when a post is confirmed that something follows."""
        self._wake = wake
        self._ledger = ledger
        self._platforms = platforms
        self._channels = channels
        self._clock = clock
        self._failpoints = failpoints
        self._owner = owner
        self._turns = {name: asyncio.Semaphore(platform.manners.concurrency) for name, platform in platforms.items()}
        self._under_way: dict[PostId, asyncio.Task[State]] = {}
        self._blocked: set[ChannelName] = set()

    async def start(self) -> None:
        """Take over what a process that is gone left in `sending`. Only for the one process that runs the outbox."""
        left = await self._ledger.inherit(self._clock.now())
        self._blocked = {name for name, state in (await self._ledger.states()).items() if state.blocked}
        if left:
            log.warning("the sending of posts was interrupted; each is looked up first", extra=fields(posts=left))

    async def submit(self, drafts: Sequence[Draft]) -> Sequence[asyncio.Task[State]]:
        """Claim the drafts and begin to send them; a draft whose key or seed is taken is left out.

        The tasks end in the state each post reached. They go on when the caller is cancelled, and none raises.
        """
        tasks = []
        for start in range(0, len(drafts), BATCH):
            # One batch ahead of the sends and no further: a claimed row must not outwait its lease.
            while len(self._under_way) >= BATCH:
                await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
            now = self._clock.now()
            claimed = await self._ledger.claim(drafts[start : start + BATCH], self._owner, now, now + LEASE)
            self._failpoints.reach("after_claim")
            tasks += [self._begin(post, claimed_now=True) for post in claimed]
        return tasks

    async def resume(self) -> None:
        """Begin again with what is due for another try: postponed, blocked and doubtful posts."""
        now = self._clock.now()
        for post in await self._ledger.take(self._owner, now, now + LEASE, BATCH):
            if post.id not in self._under_way:
                self._begin(post, claimed_now=False)

    async def drain(self, at_most: timedelta) -> None:
        """Wait for the sends under way, then let go of those that hang: their rows are settled at the next start."""
        if self._under_way:
            _, hanging = await asyncio.wait(self._under_way.values(), timeout=at_most.total_seconds())
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)

    async def block(self, channel: Channel, reason: str) -> None:
        """The channel takes no posts: its organisers are told once, and after that only when the reason changes."""
        self._blocked.add(channel.name)
        if await self._ledger.block(channel.name, reason):
            log.warning("a channel is blocked", extra=fields(channel=channel.name, reason=reason))
            sentence = (
                f"{channel.name} takes no posts: {reason}. Nothing is lost: its settings and its next seed are kept, "
                "and it goes on by itself as soon as it can."
            )
            await self._platforms[channel.platform].tell_organisers(channel, sentence)

    def _begin(self, post: Post, *, claimed_now: bool) -> asyncio.Task[State]:
        task = asyncio.create_task(self._deliver(post, claimed_now=claimed_now), name=f"deliver post {post.id}")
        self._under_way[post.id] = task
        task.add_done_callback(lambda _: self._under_way.pop(post.id, None))
        return task

    async def _deliver(self, post: Post, *, claimed_now: bool) -> State:
        channel = self._channels.get(post.channel)
        platform = self._platforms.get(channel.platform) if channel else None
        try:
            if channel is None or platform is None or post.message is None:
                return await self._without_channel(post)
            parcel = _Parcel(post, post.message, channel, platform)
            async with self._turns[channel.platform]:
                state = await self._try(parcel, claimed_now=claimed_now)
        except StoreError as error:
            # The row is durable in `sending`: when its lease has run out it is looked up before anything is sent.
            log.error("the store failed during a send", extra=fields(post=post.id, reason=error))  # noqa: TRY400
            return State.SENDING
        if state is State.POSTED:
            await self._tell_open(channel)
            await platform.refresh(channel.name)
        return state

    # ---- one try ---------------------------------------------------------------------------------------------------

    async def _try(self, parcel: _Parcel, *, claimed_now: bool) -> State:
        """Look where something may be there already, else send; the state says what the ledger now holds."""
        post, now = parcel.post, self._clock.now()
        first, last = post.first_attempt, post.last_attempt
        if not post.ambiguous or first is None or last is None:
            if post.ambiguous:  # taken by a process that ended before it requested anything
                await self._ledger.absolve(post.id, self._owner)
            asked_again = post.attempts > 0 and first is None  # by `resolve --resend`: a person's word has no window
            if now - post.due > parcel.window and not claimed_now and not asked_again:
                return await self._expire(parcel)
            return await self._send_unless_there(parcel, claimed_now=claimed_now)
        if now - first < parcel.resend_within:
            return await self._request(parcel)
        settled = last + parcel.platform.manners.settle
        if now < settled:
            return await self._doubt(post, settled, post.reason or "waiting until the platform's history has settled")
        return await self._reconcile(parcel)

    async def _send_unless_there(self, parcel: _Parcel, *, claimed_now: bool) -> State:
        """The look before a first send covers a restored backup and a second bot on the same channel."""
        since = parcel.post.due - LOOK_BACK
        try:
            untouched = parcel.platform.untouched(parcel.channel.address, since)
            found = None if untouched else await self._find(parcel)
        except Unreadable:
            found = None  # nothing says that there ever was an attempt
        except Exception as error:  # noqa: BLE001  whatever a platform's library raises: nothing was sent
            return await self._not_now(parcel.post, self._backoff(parcel.post), f"the look-up failed: {_say(error)}")
        if found is not None:
            return await self._confirm(parcel, found)
        self._failpoints.reach("after_look")
        return await self._request(parcel, counted=claimed_now)

    async def _reconcile(self, parcel: _Parcel) -> State:
        """An earlier attempt may have been applied, and the platform has had its time: look, then decide."""
        post, now = parcel.post, self._clock.now()
        try:
            found = await self._find(parcel)
        except Unreadable as error:
            return await self._give_up(parcel, str(error))
        except Exception as error:  # noqa: BLE001  whatever a platform's library raises: we still do not know
            if now - (post.first_attempt or now) > DOUBT_WINDOW:
                return await self._give_up(parcel, f"the look-ups fail: {_say(error)}")
            return await self._doubt(post, now + self._backoff(post), f"the look-up failed: {_say(error)}")
        if found is not None:
            return await self._confirm(parcel, found)
        if not await self._ledger.absolve(post.id, self._owner):
            return State.SENDING
        if now - post.due > parcel.window:
            return await self._expire(parcel)
        return await self._request(replace(parcel, post=replace(post, ambiguous=False)))

    async def _request(self, parcel: _Parcel, *, counted: bool = False) -> State:
        """One request to create the message. `counted`: the claim already counted this attempt."""
        post, now = parcel.post, self._clock.now()
        # After a crash the platform gets its time from the last attempt on, so that must be this request's.
        counted = counted and post.last_attempt is not None and now - post.last_attempt <= FRESH
        if not counted and not await self._ledger.attempt(post.id, self._owner, now, now + LEASE):
            return State.SENDING
        self._failpoints.reach("before_send")
        try:
            async with asyncio.timeout(parcel.platform.manners.timeout.total_seconds()):
                receipt = await parcel.platform.send(parcel.channel.address, parcel.message)
        except NotSent as error:
            pause = timedelta(seconds=error.retry_after) if error.retry_after else self._backoff(post)
            return await self._not_now(post, pause, str(error))
        except Gone as error:
            return await self._bury(parcel, str(error))
        except Refused as error:
            await self.block(parcel.channel, str(error))
            # What is in doubt can be looked up while the channel takes no new posts.
            pause = self._backoff(post) if post.ambiguous else BLOCKED_BACKOFF
            return await self._not_now(post, pause, str(error), State.BLOCKED)
        except Exception as error:  # noqa: BLE001  the port's promise: anything else means that nobody knows
            return await self._doubt_attempt(parcel, f"the answer was lost: {_say(error)}")
        self._failpoints.reach("after_send")
        if receipt.marker != parcel.message.marker or receipt.address != parcel.channel.address:
            return await self._doubt_attempt(parcel, "the platform answered with another message")
        return await self._confirm(parcel, receipt.message_id)

    async def _find(self, parcel: _Parcel) -> MessageId | None:
        async with asyncio.timeout(parcel.platform.manners.timeout.total_seconds()):
            since = parcel.post.due - LOOK_BACK
            return await parcel.platform.find(parcel.channel.address, parcel.message.marker, since)

    # ---- what came of it -------------------------------------------------------------------------------------------

    async def _confirm(self, parcel: _Parcel, message_id: MessageId) -> State:
        post = parcel.post
        steps = parcel.platform.steps(parcel.channel, parcel.message)
        confirmed = await self._ledger.confirm(post.id, self._owner, message_id, self._clock.now(), steps)
        self._failpoints.reach("after_confirm")
        if not confirmed:
            return State.SENDING
        if steps:
            self._wake()
        log.info("posted", extra=fields(post=post.id, channel=post.channel, seed=post.seed, message=message_id))
        return State.POSTED

    async def _without_channel(self, post: Post) -> State:
        """Its channel was removed, or its platform is not on; either may come back, and after a week nobody waits."""
        reason = "its channel is not set up any more"
        if self._clock.now() - post.due <= GONE_WINDOW:
            return await self._not_now(post, BLOCKED_BACKOFF, reason)
        if await self._ledger.drop(post.id, self._owner, Why.BLOCKED, reason):
            return State.SKIPPED
        await self._ledger.give_up(post.id, self._owner, reason)
        return State.UNKNOWN

    async def _bury(self, parcel: _Parcel, reason: str) -> State:
        """An earlier attempt had been applied, and somebody took the message down before we heard of it."""
        if not await self._ledger.bury(parcel.post.id, self._owner, self._clock.now()):
            return State.SENDING
        log.warning("posted, then deleted", extra=fields(post=parcel.post.id, channel=parcel.channel.name, why=reason))
        return State.DELETED

    async def _not_now(self, post: Post, pause: timedelta, reason: str, state: State = State.PENDING) -> State:
        """A definite failure: back into the queue, unless an earlier attempt is still in doubt."""
        retry_at = self._clock.now() + pause
        if await self._ledger.postpone(post.id, self._owner, state, retry_at, reason):
            log.info("not sent", extra=fields(post=post.id, channel=post.channel, reason=reason, again=retry_at))
            return state
        return await self._doubt(post, retry_at, reason)

    async def _doubt_attempt(self, parcel: _Parcel, reason: str) -> State:
        manners, now = parcel.platform.manners, self._clock.now()
        first = parcel.post.first_attempt or now
        again = now + RESEND_PAUSE
        return await self._doubt(
            parcel.post, again if again - first < parcel.resend_within else now + manners.settle, reason
        )

    async def _doubt(self, post: Post, retry_at: datetime, reason: str) -> State:
        log.warning("in doubt", extra=fields(post=post.id, channel=post.channel, reason=reason, look=retry_at))
        await self._ledger.doubt(post.id, self._owner, retry_at, reason)
        return State.SENDING

    async def _give_up(self, parcel: _Parcel, reason: str) -> State:
        log.error(
            "nobody knows whether a post is there: look, then run `seedbed resolve POST --sent` or `--resend`",
            extra=fields(post=parcel.post.id, channel=parcel.channel.name, reason=reason),
        )
        if await self._ledger.give_up(parcel.post.id, self._owner, reason):
            await parcel.platform.tell_organisers(
                parcel.channel,
                f"Nobody knows whether post {parcel.post.id} (“{parcel.message.heading}”) is there: {reason}. "
                f"Look, then run `seedbed resolve {parcel.post.id} --sent` or `--resend`.",
            )
        return State.UNKNOWN

    async def _expire(self, parcel: _Parcel) -> State:
        reason = f"could not be posted in time: {parcel.post.reason or 'the bot was not running'}"
        log.warning("no post", extra=fields(post=parcel.post.id, channel=parcel.channel.name, reason=reason))
        await self._ledger.drop(parcel.post.id, self._owner, Why.BLOCKED, reason)
        return State.SKIPPED

    async def _tell_open(self, channel: Channel) -> None:
        if channel.name in self._blocked:
            self._blocked.discard(channel.name)
            await self._ledger.block(channel.name, None)
            log.info("a channel takes posts again", extra=fields(channel=channel.name))

    def _backoff(self, post: Post) -> timedelta:
        """Doubles from five seconds to five minutes."""
        return min(FIRST_BACKOFF * (1 << min(post.attempts, 10)), LONGEST_BACKOFF)


def _say(error: Exception) -> str:
    """An error of a library in a few words; our own say themselves what is wrong."""
    return str(error) if isinstance(error, DeliveryError) else f"{type(error).__name__} {error}".strip()
