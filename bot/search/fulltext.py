"""`/seed <topic>` over the shelf's own full-text index: no model, no dependency, any language."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.model import Hit
from bot.ports import Shelf
from bot.search.text import content_words, name_key
from bot.search.topics import TopicIndex

LONGEST = 10_000  # characters of a topic that are looked at
COUNTED = 64  # different words of it, the longest first, whose frequency is asked
WORDS = 48  # of these, the rarest, that are searched for
BUDGET = 2_000  # seeds that the words which must be there may match, or a fiftieth of the library where that is more


class FullTextSearcher:
    """Seeds of exactly this topic or title first, then those that hold every word, then those that hold telling ones.

    A common word never costs a look at every seed that holds it: one of the rare words must be there, and all are
    weighed.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._topics = TopicIndex({})
        self._known: Mapping[str, int] = {}
        self._size: int | None = None

    def update(self, topics: Mapping[str, int]) -> None:
        """The library changed; `topics` maps each of its topics to the number of seeds that have it."""
        self._size = None
        if topics != self._known:
            self._known = dict(topics)
            self._topics = TopicIndex(self._known)

    def complete(self, prefix: str, limit: int) -> Sequence[str]:
        """Topics that start like this, or have a word that does; the commonest first."""
        return self._topics.complete(prefix[:LONGEST], limit)

    async def near(self, topic: str, limit: int = 3) -> Sequence[str]:
        return self._topics.near(topic[:LONGEST], limit)

    async def search(self, topic: str, limit: int) -> Sequence[Hit]:
        topic = topic[:LONGEST]
        words = content_words(topic)
        named = await self._shelf.named(name_key(topic), limit)
        every = await self._shelf.match_all(words, limit) if len(words) <= WORDS else ()
        # Of the seeds with exactly this name, those that say more of it come first.
        score = {hit.id: hit.score for hit in every}
        named = sorted(named, key=lambda hit: -score.get(hit.id, 0.0))
        found = {hit.id: hit for hit in (*named, *every)}
        if len(found) < limit and len(words) > 1:
            for hit in await self._match_any(words, limit):
                found.setdefault(hit.id, hit)
        return _descending(list(found.values())[:limit])

    async def _match_any(self, words: Sequence[str], limit: int) -> Sequence[Hit]:
        budget = await self._budget()
        longest = sorted(words, key=lambda word: -len(word))[:COUNTED]
        counts = await self._shelf.frequencies(longest, budget + 1)
        rarest = sorted((word for word in longest if counts[word]), key=lambda word: counts[word])[:WORDS]
        return await self._shelf.match_any(rarest, _essential(rarest, counts, budget), limit)

    async def _budget(self) -> int:
        if self._size is None:
            self._size = await self._shelf.size()
        return max(BUDGET, self._size // 50)


def _essential(rarest: Sequence[str], counts: Mapping[str, int], budget: int) -> Sequence[str]:
    """As many of the rarest words as match no more seeds together than the budget allows; at least one."""
    total = 0
    for number, word in enumerate(rarest):
        total += counts[word]
        if total > budget:
            return rarest[: max(1, number)]
    return rarest


def _descending(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The same order with scores that agree with it, where they come from different questions to the shelf."""
    floor = 0.0
    agreed = []
    for hit in reversed(hits):
        floor = max(floor, hit.score)
        agreed.append(replace(hit, score=floor))
    return agreed[::-1]
