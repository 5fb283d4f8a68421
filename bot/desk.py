"""What organisers do, whichever way they say it: a command here, a slash command there."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.drafter import Drafter
from bot.errors import UsageError
from bot.model import (
    Candidate,
    Channel,
    ChannelName,
    Lineage,
    Message,
    Post,
    SeedId,
    Setup,
    Skip,
    State,
    WhenExhausted,
    Why,
)
from bot.ports import ORGANISERS, Catalogue, Clock, Overview, Store, Upcoming
from bot.roster import Roster
from bot.slots import due_now

WAIT = timedelta(minutes=1)  # for what becomes of a post
LOOK = timedelta(milliseconds=200)  # between two looks at it
RECORDS = timedelta(days=3)  # how far back a channel's slots are compared one by one
COMPARED = 2000  # ids with one that is not there, to name the nearest
UNDER_WAY = (State.PENDING, State.SENDING)


class OrganisersDesk:
    """Implements the Desk. `wake` makes whoever runs the outbox look at it at once."""

    def __init__(
        self,
        roster: Roster,
        store: Store,
        catalogue: Catalogue,
        drafter: Drafter,
        overview: Overview,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._roster = roster
        self._ledger = store.ledger
        self._store = store
        self._catalogue = catalogue
        self._drafter = drafter
        self._overview = overview
        self._clock = clock
        self._wake = wake

    # ---- channels that are set up on their platform ----------------------------------------------------------------

    async def set_up(self, setup: Setup) -> bool:
        channel = setup.channel
        earlier = self._roster.setup(channel.name)
        if self._roster.from_file(channel.name):
            raise UsageError(f"the configuration file has a channel {channel.name} already; change it there")
        if earlier is not None and earlier.space != setup.space:
            raise UsageError(f"the name {channel.name} is taken by a channel elsewhere; choose another")
        self._must_be_free(channel, channel.address)
        if earlier is not None and earlier.channel.address != channel.address:
            await self._must_be_at_rest(channel.name)
        await self._ledger.register((channel,), self._clock.now())
        # Before it is saved: from then on any tick may find it due.
        await self._let_pass(earlier.channel if earlier else None, channel)
        new = await self._roster.save(setup)
        await self._open_again(channel.name)
        return new

    async def setup(self, channel: ChannelName) -> Setup | None:
        return self._roster.setup(channel)

    async def setups(self, space: str) -> Sequence[Setup]:
        return self._roster.setups(space)

    async def remove(self, channel: ChannelName) -> None:
        self._own(channel)
        await self._roster.remove(channel)

    async def move(self, channel: ChannelName, address: str) -> None:
        await self._roster.load()  # a member who set it up may have been forgotten since
        setup = self._own(channel)
        self._must_be_free(setup.channel, address)
        await self._must_be_at_rest(channel)
        await self._roster.save(replace(setup, channel=replace(setup.channel, address=address)))
        await self._open_again(channel)

    async def purge(self, space: str) -> int:
        setups = self._roster.setups(space)
        for setup in setups:
            await self._roster.remove(setup.channel.name)
        await self._store.proposals.forget_space(space)
        await self._store.memory.drop(ORGANISERS + space)
        return len(setups)

    # ---- the daily post --------------------------------------------------------------------------------------------

    async def post_now(self, channel: ChannelName, seed: SeedId | None = None) -> Post:
        await self._registered(channel)
        key = f"organiser/{uuid4()}"
        draft = await self._drafter.draft_now(channel, key, self._named(seed))
        post = await self._ledger.enqueue(draft, self._clock.now())
        if post is None:
            raise UsageError("another post took this seed at the same moment; try again")
        self._wake()
        until = self._clock.elapsed() + WAIT.total_seconds()
        while post.state in UNDER_WAY and self._clock.elapsed() < until:
            await asyncio.sleep(LOOK.total_seconds())
            post = await self._ledger.post(post.id) or post
        return post

    async def skip(self, channel: ChannelName) -> Upcoming:
        await self._registered(channel)
        ahead = await self._overview.next_post(channel)
        if ahead is None:
            raise UsageError(f"{channel} has no slot to skip in the next weeks")
        await self._ledger.record_skips([Skip(ahead.slot, Why.ASKED, "an organiser skipped it")])
        return ahead

    async def pause(self, channel: ChannelName, until: date | None = None) -> datetime | None:
        known = await self._registered(channel)
        end = datetime.combine(until, time(), ZoneInfo(known.zone)) if until is not None else None
        if end is not None and end <= self._clock.now():
            raise UsageError(f"{until} is not in the future; a pause ends on a day to come")
        await self._ledger.pause(channel, end)
        return end

    async def resume(self, channel: ChannelName) -> Upcoming | None:
        await self._registered(channel)
        await self._ledger.resume(channel)
        return await self._overview.next_post(channel)

    async def preview(self, channel: ChannelName, seed: SeedId | None = None) -> Message:
        return (await self._drafter.draft_now(channel, f"preview/{uuid4()}", self._named(seed))).message

    # ---- seeds put first -------------------------------------------------------------------------------------------

    async def queue(self, channel: ChannelName, seed: SeedId) -> Sequence[Candidate]:
        known = await self._registered(channel)
        candidate = self.candidate(seed)
        history = await self._drafter.history(known)
        if candidate.lineage in history.spent and known.when_exhausted is WhenExhausted.STOP:
            raise UsageError(f"{candidate.id} was already read in {channel}, which stops when all is read")
        await self._ledger.queue(channel, candidate.lineage, self._clock.now())
        return await self.queued(channel)

    async def unqueue(self, channel: ChannelName, seed: SeedId) -> Sequence[Candidate]:
        known = self._drafter.channel(channel)
        if not await self._ledger.unqueue(known.name, self.candidate(seed).lineage):
            raise UsageError(f"{seed} is not in the queue of {channel}")
        return await self.queued(channel)

    async def queued(self, channel: ChannelName) -> Sequence[Candidate]:
        lineages = await self._ledger.queued(self._drafter.channel(channel).name)
        found: dict[Lineage, Candidate] = {}
        for candidate in self._catalogue.candidates if lineages else ():
            found.setdefault(candidate.lineage, candidate)
        return tuple(found[lineage] for lineage in lineages if lineage in found)

    # ---- what is named ---------------------------------------------------------------------------------------------

    async def _registered(self, name: ChannelName) -> Channel:
        """The channel, known to the ledger, which it is not yet where no bot has run with it."""
        channel = self._drafter.channel(name)
        await self._ledger.register((channel,), self._clock.now())
        return channel

    def _own(self, name: ChannelName) -> Setup:
        """How a channel was set up; UsageError for one of the configuration file."""
        setup = self._roster.setup(self._drafter.channel(name).name)
        if setup is None:
            raise UsageError(f"{name} is a channel of the configuration file; change it there")
        return setup

    def candidate(self, seed: SeedId) -> Candidate:
        """UsageError, with the nearest id there is, for a seed that is not in the library."""
        seeds = {candidate.id: candidate for candidate in self._catalogue.candidates}
        if seed in seeds:
            return seeds[seed]
        # In a large library only ids that begin alike are compared: the bot has other things to do meanwhile.
        alike = seeds if len(seeds) <= COMPARED else [one for one in seeds if one[:3] == seed[:3]][:COMPARED]
        near = get_close_matches(seed, alike, n=1)
        hint = f"; is {near[0]} meant?" if near else ""
        raise UsageError(f"there is no seed {seed!r} in the library{hint}")

    def _named(self, seed: SeedId | None) -> SeedId | None:
        return None if seed is None else self.candidate(seed).id

    # ---- what must hold --------------------------------------------------------------------------------------------

    def _must_be_free(self, channel: Channel, address: str) -> None:
        """Two channels in one place would post twice a day there, each unaware of the other."""
        for other in self._roster.values():
            if other.name != channel.name and (other.platform, other.address) == (channel.platform, address):
                raise UsageError(f"the channel {other.name} posts there already; change or remove that one")

    async def _must_be_at_rest(self, channel: ChannelName) -> None:
        """A post whose answer is out would be looked for, and sent again, in the new place."""
        if await self._ledger.entries(channel, states=(State.SENDING,), limit=1):
            raise UsageError(f"a post to {channel} is on its way; move the channel when it has arrived")

    async def _let_pass(self, earlier: Channel | None, channel: Channel) -> None:
        """A slot that only the new settings make overdue is none that anybody missed: posts begin with the next."""
        now = self._clock.now()
        state = (await self._ledger.states())[channel.name]
        records = (await self._ledger.slot_records((now - RECORDS).date(), now)).get(channel.name, {})
        due = due_now(channel, state, records, now)
        asked_for = earlier is None and channel.first_post_now and not records
        expected = due_now(earlier, state, records, now).slot if earlier else None
        if due.slot is None or asked_for or (expected is not None and expected.key == due.slot.key):
            return
        passed = Skip(due.slot, Why.ASKED, "its time had passed when the channel was set up")
        await self._ledger.record_skips([*due.skips, passed])

    async def _open_again(self, channel: ChannelName) -> None:
        """What was refused under other settings is tried again at once."""
        await self._ledger.block(channel, None)
        if await self._ledger.hasten((channel,), self._clock.now()):
            self._wake()
