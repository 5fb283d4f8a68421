"""Writes a post as it will go out: the seed's text, its prompts, its marker. Nothing is written down here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot import picker
from bot.errors import UsageError
from bot.model import (
    Attribution,
    Channel,
    ChannelName,
    Draft,
    History,
    Kind,
    Marker,
    Message,
    Pick,
    Post,
    Seed,
    SeedId,
    Slot,
)
from bot.ports import Catalogue, Clock, PromptContext, PromptWriter, Store

INVITATION = "Answer any one:"
MOST_WORN = 90  # prompts that a post remembers having shown
FORGOTTEN = 30  # of them when there are more: whole turns of three families


def marker_of(channel: Channel, key: str) -> Marker:
    """By which a post is found again: the same for the same channel and key, on any machine, at any time."""
    digest = blake2b(f"{channel.platform}\0{channel.address}\0{channel.name}\0{key}".encode(), digest_size=15)
    return Marker(f"seedbed:{digest.hexdigest()}")


class Drafter:
    def __init__(
        self,
        channels: Mapping[ChannelName, Channel],
        store: Store,
        catalogue: Catalogue,
        writer: PromptWriter,
        clock: Clock,
    ) -> None:
        self._channels = channels
        self._ledger = store.ledger
        self._shelf = store.shelf
        self._catalogue = catalogue
        self._writer = writer
        self._clock = clock

    def channel(self, name: ChannelName) -> Channel:
        """UsageError, with the names there are, for one that nobody set up."""
        try:
            return self._channels[name]
        except KeyError:
            known = ", ".join(self._channels) or "none yet"
            raise UsageError(f"there is no channel {name!r}; those there are: {known}") from None

    async def history(self, channel: Channel) -> History:
        return await self._ledger.history(channel.name, self._clock.now())

    def next_pick(self, channel: Channel, history: History) -> Pick | None:
        """What the picker would take now; None where nothing is left."""
        return picker.pick(self._catalogue.candidates, channel, history, self._clock.now())

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
        seed = await self._shelf.seed(pick.seed)
        if seed is None:
            raise LookupError(f"the picker chose {pick.seed}, which is not on the shelf")
        context = await self._context(channel, pick, history)
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
            look=channel.look,
        )
        return Draft(channel.name, kind, key, message, pick, due, late, slot)

    async def draft_now(self, name: ChannelName, key: str, seed: SeedId | None = None) -> Draft:
        """What an organiser's `post` would send: the seed named, or the next one. UsageError where there is none."""
        channel = self.channel(name)
        history = await self.history(channel)
        pick = self.next_pick(channel, history) if seed is None else self._chosen(channel, history, seed)
        if pick is None:
            why = "no seed is left to post in it" if self._catalogue.candidates else "the library is empty"
            raise UsageError(f"{name}: {why}")
        return await self.draft(channel, pick, history, kind=Kind.ASKED, key=key, due=self._clock.now())

    def _chosen(self, channel: Channel, history: History, seed: SeedId) -> Pick:
        candidate = next((c for c in self._catalogue.candidates if c.id == seed), None)
        if candidate is None:
            raise UsageError(f"there is no seed {seed!r} in the library; `seedbed search` finds its id")
        if candidate.lineage in history.spent:
            raise UsageError(
                f"{seed} was already read in {channel.name} in round {history.round}; a round never repeats"
            )
        return Pick(seed, candidate.lineage, history.round, {}, ("chosen by an organiser",))

    async def swapped(self, channel: Channel, post: Post) -> Message | None:
        """A post's message with a fresh prompt of the family whose turn it is; None where its seed is unknown."""
        message = post.message
        if message is None or post.seed is None or post.lineage is None or post.round is None:
            return None
        found = await self._shelf.seed(post.seed)
        # The seed's file may be gone, but what was posted of it is enough to ask about.
        seed = found or Seed(post.seed, message.text, fingerprint=str(post.seed), title=message.title)
        history = await self.history(channel)
        pick = Pick(post.seed, post.lineage, post.round, {}, ())
        context = await self._context(channel, pick, history)
        context = replace(context, seed_stems=context.seed_stems | set(message.worn))
        direct, side, connect = message.prompts
        prompts = self._writer.swap(seed, context, (direct, side, connect), len(message.worn))
        kept = {prompt.stem for prompt in prompts}
        gone = tuple(prompt.stem for prompt in message.prompts if prompt.stem not in kept)
        # One is counted even where nothing else was left to ask, so that the next family has its turn.
        worn = (*message.worn, *(gone or ("",)))
        return replace(message, prompts=prompts, worn=worn[FORGOTTEN:] if len(worn) > MOST_WORN else worn)

    async def _context(self, channel: Channel, pick: Pick, history: History) -> PromptContext:
        return PromptContext(
            recent_stems=tuple(stem for recent in history.recent for stem in recent.stems),
            seed_stems=await self._ledger.stems(channel.name, pick.lineage),
            earlier=tuple(recent.heading for recent in history.recent if recent.lineage != pick.lineage),
        )
