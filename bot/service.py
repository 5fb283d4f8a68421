"""The use cases: what is due is posted, `/seed` is answered, reactions are kept."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from bot import picker
from bot.clock import ClockGuard
from bot.errors import DeliveryError, UsageError
from bot.failpoints import Failpoints
from bot.log import fields
from bot.model import (
    Answer,
    Attribution,
    Candidate,
    Channel,
    ChannelName,
    Draft,
    History,
    Hit,
    Kind,
    Marker,
    Message,
    Pick,
    PlantAnswer,
    PlantRequest,
    PlatformName,
    Post,
    ReactionChange,
    SeedId,
    Skip,
    Slot,
    State,
    Why,
)
from bot.outbox import Outbox
from bot.ports import Catalogue, Clock, Platform, PromptContext, PromptWriter, Searcher, Store
from bot.slots import due_now

log = logging.getLogger(__name__)

INVITATION = "Answer any one:"
RECORDS = timedelta(days=3)  # how far back slots are compared one by one; older ones are behind the latest record
HITS = 200  # search results among which an unread one is looked for
TRIES = 3  # picks for one request while others reserve the same seed
RECONCILED = timedelta(days=7)  # posts whose reactions are compared with the platform's


def marker_of(channel: Channel, key: str) -> Marker:
    """By which a post is found again: the same for the same channel and key, on any machine, at any time."""
    digest = blake2b(f"{channel.platform}\0{channel.address}\0{channel.name}\0{key}".encode(), digest_size=15)
    return Marker(f"seedbed:{digest.hexdigest()}")


class Service:
    """Implements the Inbox. The core never asks which platform it is talking to."""

    def __init__(
        self,
        channels: Sequence[Channel],
        store: Store,
        catalogue: Catalogue,
        writer: PromptWriter,
        searcher: Searcher,
        outbox: Outbox,
        platforms: Mapping[PlatformName, Platform],
        clock: Clock,
        failpoints: Failpoints,
    ) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self._ledger = store.ledger
        self._shelf = store.shelf
        self._catalogue = catalogue
        self._writer = writer
        self._searcher = searcher
        self._outbox = outbox
        self._platforms = platforms
        self._clock = clock
        self._guard = ClockGuard(clock)
        self._failpoints = failpoints
        self._held: str | None = None
        self._waiting: set[ChannelName] = set()

    # ---- the daily post --------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Remember the channels, and forget what a clock that was ahead made of days still to come."""
        now = self._clock.now()
        await self._ledger.register(tuple(self._channels.values()), now)
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
        for channel in self._channels.values():
            due = due_now(channel, states[channel.name], records.get(channel.name, {}), now)
            skips += due.skips
            if due.slot is not None:
                outcome = await self._draft_slot(channel, due.slot, late=due.late)
                if isinstance(outcome, Draft):
                    drafts.append(outcome)
                elif outcome is not None:
                    skips.append(outcome)
        if skips:
            await self._ledger.record_skips(skips)
            for skip in skips:
                log.warning("no post", extra=fields(channel=skip.slot.channel, slot=skip.slot.key, reason=skip.reason))
        if drafts:
            self._failpoints.reach("after_pick")
            await self._outbox.submit(drafts)

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
        history = await self._ledger.history(channel.name, self._clock.now())
        pick = picker.pick(self._catalogue.candidates, channel, history, self._clock.now())
        if pick is None and not picker.eligible(self._catalogue.candidates, channel):
            if channel.name not in self._waiting:
                self._waiting.add(channel.name)
                log.warning("due, but the library has no seed for it; waiting", extra=fields(channel=channel.name))
            return None
        self._waiting.discard(channel.name)
        if pick is None:
            return Skip(slot, Why.EXHAUSTED, "every seed was read; add seeds, or set `when_exhausted: new_round`")
        return await self.draft(
            channel, pick, history, kind=Kind.DAILY, key=slot.key, due=slot.due, late=late, slot=slot
        )

    async def draft(
        self,
        channel: Channel,
        pick: Pick,
        history: History,
        *,
        kind: Kind,
        key: str,
        due: datetime,
        late: bool = False,
        slot: Slot | None = None,
        topic: str | None = None,
    ) -> Draft:
        """The post as it will go out, with its prompts; nothing is written down."""
        seed = await self._shelf.seed(pick.seed)
        if seed is None:
            raise LookupError(f"the picker chose {pick.seed}, which is not on the shelf")
        context = PromptContext(
            recent_stems=tuple(stem for recent in history.recent for stem in recent.stems),
            seed_stems=await self._ledger.stems(channel.name, pick.lineage),
            earlier=tuple(recent.heading for recent in history.recent if recent.lineage != pick.lineage),
        )
        message = Message(
            marker=marker_of(channel, key),
            kind=kind,
            seed=seed.id,
            title=seed.title,
            text=seed.text,
            attribution=Attribution(seed.author, seed.source),
            topics=seed.topics,
            invitation=INVITATION,
            prompts=self._writer.write(seed, context),
            late=late,
            topic=topic,
        )
        return Draft(channel.name, kind, key, message, pick, due, late, slot)

    # ---- asked for -------------------------------------------------------------------------------------------------

    async def plant_seed(self, request: PlantRequest) -> PlantAnswer:
        """Answer `/seed <topic>`: the best unread match is posted; what was read here is pointed to, not repeated."""
        channel = self._channel(request.channel)
        key = f"asked/{request.request}"
        earlier = await self._ledger.post_by_key(channel.name, key)
        if earlier is not None:
            return _answer(earlier)
        if self._on_hold():
            return PlantAnswer(Answer.REFUSED, reason="the bot's clock cannot be right, so nothing is posted for now")
        matches = [candidate for _, candidate in await self._hits(channel, request.topic)]
        if not matches:
            return PlantAnswer(Answer.NOTHING, near=tuple(await self._searcher.near(request.topic)))
        for _ in range(TRIES):
            history = await self._ledger.history(channel.name, self._clock.now())
            unread = next((match for match in matches if match.lineage not in history.spent), None)
            if unread is None:
                read = await self._ledger.post_of(channel.name, matches[0].lineage)
                return PlantAnswer(Answer.ALREADY_READ, post=read)
            asked = f"asked for “{request.topic[:80]}”: the best match not yet read in round {history.round}"
            pick = Pick(unread.id, unread.lineage, history.round, {}, (asked,))
            post = await self._post_asked(channel, pick, history, key, request.topic)
            if post is not None:
                return _answer(post)
        return PlantAnswer(Answer.REFUSED, reason="others were asking at the same moment; try again")

    async def search(self, topic: str, name: ChannelName | None, limit: int) -> Sequence[Hit]:
        """What `/seed` would find, best first; with a channel, as that channel would see it: unread first."""
        if name is None:
            return await self._searcher.search(topic, limit)
        found = await self._hits(self._channel(name), topic)
        spent = (await self._ledger.history(name, self._clock.now())).spent
        return [hit for hit, _ in sorted(found, key=lambda pair: pair[1].lineage in spent)][:limit]

    async def _hits(self, channel: Channel, topic: str) -> list[tuple[Hit, Candidate]]:
        """What matches a topic among the seeds of this channel, best first."""
        hits = {hit.id: hit for hit in await self._searcher.search(topic, HITS)}
        found = [candidate for candidate in self._catalogue.candidates if candidate.id in hits]
        allowed = {candidate.id: candidate for candidate in picker.eligible(found, channel)}
        return [(hit, allowed[hit.id]) for hit in hits.values() if hit.id in allowed]

    async def _post_asked(
        self, channel: Channel, pick: Pick, history: History, key: str, topic: str | None
    ) -> Post | None:
        """Post now and wait for the outcome; None where the key or the seed was taken meanwhile."""
        now = self._clock.now()
        draft = await self.draft(channel, pick, history, kind=Kind.ASKED, key=key, due=now, topic=topic)
        self._failpoints.reach("after_pick")
        deliveries = await self._outbox.submit([draft])
        if not deliveries:
            return await self._ledger.post_by_key(channel.name, key)
        await asyncio.wait(deliveries)
        return await self._ledger.post_by_key(channel.name, key)

    async def draft_now(self, name: ChannelName, key: str, seed: SeedId | None) -> Draft:
        """What an organiser's `post` would send: the seed named, or the next one. UsageError where there is none."""
        channel = self._channel(name)
        now = self._clock.now()
        history = await self._ledger.history(channel.name, now)
        pick = picker.pick(self._catalogue.candidates, channel, history, now)
        if seed is not None:
            candidate = next((c for c in self._catalogue.candidates if c.id == seed), None)
            if candidate is None:
                raise UsageError(f"there is no seed {seed!r} in the library; `seedbed search` finds its id")
            if candidate.lineage in history.spent:
                raise UsageError(f"{seed} was already read in {name} in round {history.round}; a round never repeats")
            pick = Pick(seed, candidate.lineage, history.round, {}, ("chosen by an organiser",))
        if pick is None:
            raise UsageError(f"no seed is left to post in {name}")
        return await self.draft(channel, pick, history, kind=Kind.ASKED, key=key, due=now)

    # ---- reactions -------------------------------------------------------------------------------------------------

    async def record_reaction(self, change: ReactionChange) -> bool:
        kept = await self._ledger.record_reaction(change)
        if kept:
            await self._platforms[self._channel(change.channel).platform].refresh(change.channel)
        return kept

    async def resync(self) -> None:
        """Compare the reactions of recent posts with their platform's, adds and removes."""
        since = self._clock.now() - RECONCILED
        for name, channel in self._channels.items():
            platform = self._platforms[channel.platform]
            for entry in await self._ledger.entries(name, states=(State.POSTED,), limit=30):
                post = entry.post
                if post.message_id is None or post.posted is None or post.posted < since:
                    continue
                asked = self._clock.now()
                try:
                    present = await platform.reactions(channel.address, post.message_id)
                except (DeliveryError, OSError) as error:
                    log.warning("reactions could not be read", extra=fields(channel=name, reason=error))
                    break
                await self._ledger.replace_reactions(name, post.message_id, present, asked)

    def _channel(self, name: ChannelName) -> Channel:
        try:
            return self._channels[name]
        except KeyError:
            known = ", ".join(self._channels)
            raise UsageError(f"there is no channel {name!r} in the configuration; it has {known}") from None


def _answer(post: Post) -> PlantAnswer:
    match post.state:
        case State.POSTED | State.DELETED:
            return PlantAnswer(Answer.POSTED, post=post)
        case State.BLOCKED | State.SKIPPED:
            return PlantAnswer(Answer.REFUSED, post=post, reason=post.reason)
        case State.PENDING | State.SENDING | State.UNKNOWN:
            return PlantAnswer(Answer.SENDING, post=post, reason=post.reason)
