"""The use cases: what is due is posted, `/seed` is answered, reactions are kept."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot import picker
from bot.clock import ClockGuard
from bot.drafter import Drafter
from bot.errors import Gone, NotSent
from bot.failpoints import Failpoints
from bot.log import fields
from bot.model import (
    Answer,
    Candidate,
    Channel,
    ChannelName,
    ChannelState,
    Draft,
    Glimpse,
    History,
    Hit,
    Kind,
    Message,
    MessageId,
    Pick,
    PlantAnswer,
    PlantRequest,
    PlatformName,
    Post,
    PostId,
    ReactionChange,
    Skip,
    Slot,
    SlotRecord,
    State,
    StepName,
    StepState,
    Why,
)
from bot.outbox import Outbox
from bot.ports import Catalogue, Clock, Platform, Searcher, Store
from bot.roster import Roster
from bot.slots import due_now, upcoming
from bot.steps import FollowUps

log = logging.getLogger(__name__)

RECORDS = timedelta(days=3)  # how far back slots are compared one by one; older ones are behind the latest record
HITS = 200  # search results among which an unread one is looked for
AT_ONCE = 25  # drafts that go out together
TRIES = 3  # picks for one request while others reserve the same seed
READINGS = 20  # messages whose reactions are read between two looks at what else there is to do
READ_AGAIN = timedelta(minutes=10)  # after a reading that failed


class Service:
    """Implements the Inbox. The core never asks which platform it is talking to."""

    def __init__(
        self,
        roster: Roster,
        store: Store,
        catalogue: Catalogue,
        drafter: Drafter,
        searcher: Searcher,
        outbox: Outbox,
        follow_ups: FollowUps,
        platforms: Mapping[PlatformName, Platform],
        clock: Clock,
        failpoints: Failpoints,
    ) -> None:
        self._roster = roster
        self._ledger = store.ledger
        self._catalogue = catalogue
        self._drafter = drafter
        self._searcher = searcher
        self._outbox = outbox
        self._follow_ups = follow_ups
        self._platforms = platforms
        self._clock = clock
        self._guard = ClockGuard(clock)
        self._failpoints = failpoints
        self._held: str | None = None
        self._waiting: set[ChannelName] = set()
        self._ahead: dict[ChannelName, tuple[Channel, datetime]] = {}

    # ---- the daily post --------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Remember the channels, and forget what a clock that was ahead made of days still to come."""
        now = self._clock.now()
        await self._ledger.register(tuple(self._roster.values()), now)
        await self._ledger.reconcile_soon(tuple(self._roster), now)
        if forgotten := await self._ledger.forget_future_skips(now):
            log.warning(
                "the clock was ahead; skipped slots of days to come are open again", extra=fields(slots=forgotten)
            )

    async def post_due(self) -> None:
        """One tick: every slot that is due gets a post under way or a recorded outcome."""
        if self._on_hold():
            return
        now = self._clock.now()
        states = await self._ledger.states()
        records = await self._ledger.slot_records((now - RECORDS).date(), now)
        skips: list[Skip] = []
        drafts: list[Draft] = []
        async for outcome in self._outcomes(states, records, now):
            if isinstance(outcome, Skip):
                skips.append(outcome)
            else:
                drafts.append(outcome)
            # Where very many are due together, the first ones are on their way while the others are drafted.
            if len(drafts) == AT_ONCE:
                await self._send_off(drafts)
                drafts = []
        if skips:
            await self._ledger.record_skips(skips)
            for skip in skips:
                log.warning("no post", extra=fields(channel=skip.slot.channel, slot=skip.slot.key, reason=skip.reason))
        if drafts:
            await self._send_off(drafts)

    async def _outcomes(
        self,
        states: Mapping[ChannelName, ChannelState],
        records: Mapping[ChannelName, Mapping[str, SlotRecord]],
        now: datetime,
    ) -> AsyncIterator[Draft | Skip]:
        """What becomes of every slot that is due now."""
        for channel in tuple(self._roster.values()):
            # A channel whose platform is not on keeps its slots open until it is, or until they are too late.
            if channel.platform not in self._platforms or channel.name not in states:
                continue
            due = due_now(channel, states[channel.name], records.get(channel.name, {}), now)
            for skip in due.skips:
                yield skip
            outcome = await self._draft_slot(channel, due.slot, late=due.late) if due.slot is not None else None
            if outcome is not None:
                yield outcome

    async def _send_off(self, drafts: Sequence[Draft]) -> None:
        self._failpoints.reach("after_pick")
        await self._outbox.submit(drafts)

    def next_due(self) -> datetime | None:
        """When the next slot of any channel falls due."""
        now = self._clock.now()
        for name, channel in self._roster.items():
            known = self._ahead.get(name)
            if known is None or known[0] is not channel or known[1] <= now:
                ahead = next(upcoming(channel, now), None)
                self._ahead[name] = (channel, ahead.due if ahead else datetime.max.replace(tzinfo=UTC))
        return min((self._ahead[name][1] for name in self._roster), default=None)

    def _on_hold(self) -> bool:
        """Whether the clock cannot be believed; said once."""
        doubt = self._guard.doubt()
        if doubt != self._held:
            if doubt:
                log.error("nothing is posted for now", extra=fields(reason=doubt))
            else:
                log.info("the clock is believed again")
            self._held = doubt
        return doubt is not None

    async def _draft_slot(self, channel: Channel, slot: Slot, *, late: bool) -> Draft | Skip | None:
        """What to post in a slot; a skip when everything was read; None (wait) while the library has nothing at all."""
        history = await self._drafter.history(channel)
        pick = self._drafter.next_pick(channel, history)
        if pick is None and not picker.eligible(self._catalogue.candidates, channel):
            if channel.name not in self._waiting:
                self._waiting.add(channel.name)
                log.warning("due, but the library has no seed for it; waiting", extra=fields(channel=channel.name))
            return None
        self._waiting.discard(channel.name)
        if pick is None:
            return Skip(slot, Why.EXHAUSTED, "every seed was read; add seeds, or set `when_exhausted: new_round`")
        return await self._drafter.draft(
            channel, pick, history, kind=Kind.DAILY, key=slot.key, due=slot.due, late=late, slot=slot
        )

    # ---- asked for -------------------------------------------------------------------------------------------------

    async def plant_seed(self, request: PlantRequest) -> PlantAnswer:
        """Answer `/seed <topic>`: the best unread match is posted; what was read here is pointed to, not repeated."""
        channel = self._drafter.channel(request.channel)
        key = f"asked/{request.request}"
        earlier = await self._ledger.post_by_key(channel.name, key)
        if earlier is not None:
            return _answer(earlier)
        if self._on_hold():
            return PlantAnswer(Answer.REFUSED, reason="the bot's clock cannot be right, so nothing is posted for now")
        matches = [candidate for _, candidate in await self._hits(channel, request.topic)]
        if request.topic and not matches:
            return PlantAnswer(Answer.NOTHING, near=tuple(await self._searcher.near(request.topic)))
        for _ in range(TRIES):
            history = await self._drafter.history(channel)
            pick = self._best(channel, history, matches, request.topic)
            if pick is None:
                read = await self._ledger.post_of(channel.name, matches[0].lineage) if matches else None
                return PlantAnswer(Answer.ALREADY_READ if matches else Answer.NOTHING, post=read)
            post = await self._post_asked(channel, pick, history, key, request.topic)
            if post is not None:
                return _answer(post)
        return PlantAnswer(Answer.REFUSED, reason="others were asking at the same moment; try again")

    async def glimpse(self, name: ChannelName, topic: str) -> Glimpse:
        """What `/seed <topic>` would post, for one person alone; where all was read, the best of what was."""
        channel = self._drafter.channel(name)
        history = await self._drafter.history(channel)
        matches = [candidate for _, candidate in await self._hits(channel, topic)]
        pick = self._best(channel, history, matches, topic)
        read = pick is None and bool(matches)
        if pick is None:
            if not matches:
                return Glimpse(near=tuple(await self._searcher.near(topic)) if topic else ())
            pick = Pick(matches[0].id, matches[0].lineage, history.round, {}, ())
        now = self._clock.now()
        draft = await self._drafter.draft(channel, pick, history, kind=Kind.ASKED, key="glimpse", due=now, topic=topic)
        return Glimpse(draft.message, read)

    def _best(self, channel: Channel, history: History, matches: Sequence[Candidate], topic: str) -> Pick | None:
        """The best match that is unread, or without a topic what comes next; None where all was read."""
        if not topic:
            return self._drafter.next_pick(channel, history)
        unread = next((match for match in matches if match.lineage not in history.spent), None)
        if unread is None:
            return None
        asked = f"asked for “{topic[:80]}”: the best match not yet read in round {history.round}"
        return Pick(unread.id, unread.lineage, history.round, {}, (asked,))

    async def search(self, topic: str, name: ChannelName | None, limit: int) -> Sequence[Hit]:
        """What `/seed` would find, best first; with a channel, as that channel would see it: unread first."""
        if name is None:
            return await self._searcher.search(topic, limit)
        found = await self._hits(self._drafter.channel(name), topic)
        spent = (await self._ledger.history(name, self._clock.now())).spent
        return [hit for hit, _ in sorted(found, key=lambda pair: pair[1].lineage in spent)][:limit]

    async def _hits(self, channel: Channel, topic: str) -> list[tuple[Hit, Candidate]]:
        """What matches a topic among the seeds of this channel, best first."""
        hits = {hit.id: hit for hit in await self._searcher.search(topic, HITS)} if topic else {}
        found = [candidate for candidate in self._catalogue.candidates if candidate.id in hits]
        allowed = {candidate.id: candidate for candidate in picker.eligible(found, channel)}
        return [(hit, allowed[hit.id]) for hit in hits.values() if hit.id in allowed]

    async def _post_asked(
        self, channel: Channel, pick: Pick, history: History, key: str, topic: str | None
    ) -> Post | None:
        """Post now and wait for the outcome; None where the key or the seed was taken meanwhile."""
        now = self._clock.now()
        draft = await self._drafter.draft(channel, pick, history, kind=Kind.ASKED, key=key, due=now, topic=topic)
        self._failpoints.reach("after_pick")
        deliveries = await self._outbox.submit([draft])
        if not deliveries:
            return await self._ledger.post_by_key(channel.name, key)
        await asyncio.wait(deliveries)
        return await self._ledger.post_by_key(channel.name, key)

    # ---- at a post -------------------------------------------------------------------------------------------------

    async def another_question(self, post: PostId) -> Message | None:
        found = await self._ledger.post(post)
        if found is None or found.state is not State.POSTED or found.channel not in self._roster:
            return None
        message = await self._drafter.swapped(self._roster[found.channel], found)
        return message if message is not None and await self._ledger.revise(post, message) else None

    async def discuss(self, post: PostId) -> str | None:
        step = await self._follow_ups.do_now(post, StepName.THREAD)
        if step is not None and step.state is not StepState.DONE:
            raise NotSent(step.reason or "the thread is being made; try again in a moment")
        return step.result if step else None

    # ---- reactions and what platforms tell -------------------------------------------------------------------------

    async def record_reaction(self, change: ReactionChange) -> bool:
        kept = await self._ledger.record_reaction(change)
        if kept:
            await self._refresh(change.channel)
        return kept

    async def clear_reactions(
        self, channel: ChannelName, message_id: MessageId, emoji: str | None, at: datetime
    ) -> None:
        await self._ledger.clear_reactions(channel, message_id, emoji, at)
        await self._refresh(channel)

    async def record_deletion(self, channel: ChannelName, message_id: MessageId) -> None:
        if await self._ledger.delete(channel, message_id):
            log.warning("a post was deleted from its channel", extra=fields(channel=channel, message=message_id))
            await self._refresh(channel)

    async def reconnected(self, platform: PlatformName) -> None:
        names = tuple(channel.name for channel in self._roster.values() if channel.platform is platform)
        await self._ledger.reconcile_soon(names, self._clock.now())

    async def reopened(self, channels: Sequence[ChannelName]) -> None:
        if await self._ledger.hasten(channels, self._clock.now()):
            await self._outbox.resume()

    async def closed(self, channels: Sequence[ChannelName], reason: str) -> None:
        for name in channels:
            if (channel := self._roster.get(name)) is not None:
                await self._outbox.block(channel, reason)

    async def reconcile(self) -> None:
        """Read the reactions of posts whose turn it is from their platform, adds and removes."""
        for post in await self._ledger.to_reconcile(self._clock.now(), READINGS):
            channel = self._roster.get(post.channel)
            platform = self._platforms.get(channel.platform) if channel else None
            asked = self._clock.now()
            if channel is None or platform is None or post.message_id is None:
                await self._ledger.reconcile_later(post.id, asked + READ_AGAIN)
                continue
            try:
                present = await platform.reactions(channel.address, post.message_id)
            except Gone:
                await self.record_deletion(post.channel, post.message_id)
            except Exception as error:  # noqa: BLE001  whatever one message does to a library, the others are read
                log.warning("reactions could not be read", extra=fields(channel=post.channel, reason=repr(error)))
                await self._ledger.reconcile_later(post.id, asked + READ_AGAIN)
            else:
                await self._ledger.replace_reactions(post.channel, post.message_id, present, asked)

    async def _refresh(self, name: ChannelName) -> None:
        if (channel := self._roster.get(name)) is not None and channel.platform in self._platforms:
            await self._platforms[channel.platform].refresh(name)


def _answer(post: Post) -> PlantAnswer:
    match post.state:
        case State.POSTED | State.DELETED:
            return PlantAnswer(Answer.POSTED, post=post)
        case State.BLOCKED | State.SKIPPED:
            return PlantAnswer(Answer.REFUSED, post=post, reason=post.reason)
        case State.PENDING | State.SENDING | State.UNKNOWN:
            return PlantAnswer(Answer.SENDING, post=post, reason=post.reason)
