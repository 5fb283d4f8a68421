"""The topics of the library as people type them: completion, and the nearest ones to a topic that found nothing."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cached_property

from bot.search.text import content_words, name_key

COMPARED = 2_000  # of the commonest topics, letter by letter; and as many that share the beginning of a word
LONGEST = 60  # characters of what was typed that are compared
WORDS = 5  # of what was typed, that are compared one by one
CLOSE = 0.6  # of the letters in common, and in order


class TopicIndex:
    """Built from the number of seeds of each topic, at first use; never changed."""

    def __init__(self, topics: Mapping[str, int]) -> None:
        # By fame: the commonest first, then by name.
        self._topics = sorted(topics, key=lambda topic: (-topics[topic], topic))

    @cached_property
    def _keys(self) -> list[str]:
        """What is compared of each topic, in the order of fame."""
        return [name_key(topic) for topic in self._topics]

    @cached_property
    def _beginnings(self) -> tuple[list[str], list[int]]:
        """Every place in a topic where a word begins: the rest from there on, sorted, with the topic's fame."""
        rests = sorted((rest, fame) for fame, key in enumerate(self._keys) for rest in _rests(key))
        return [rest for rest, _ in rests], [fame for _, fame in rests]

    def complete(self, prefix: str, limit: int) -> list[str]:
        """Topics that start like this, or have a word that does; the commonest first."""
        typed = name_key(prefix)
        if not typed:
            return self._topics[:limit]
        return [self._topics[fame] for fame in sorted(set(self._starting(typed)))[:limit]]

    def near(self, topic: str, limit: int) -> list[str]:
        """The most alike in a shared word or in spelling; then the commonest, so that it is never empty."""
        typed = name_key(topic)[:LONGEST]
        words = sorted(content_words(typed), key=lambda word: (-len(word), word))[:WORDS]
        candidates = dict.fromkeys(range(min(COMPARED, len(self._topics))))
        for word in words:
            for length in range(len(word), 2, -1):
                starting = self._starting(word[:length])
                candidates.update(dict.fromkeys(sorted(starting)[:COMPARED]))
                if starting:
                    break
        closeness = _Closeness(typed, words)
        scored = sorted((-closeness.to(self._keys[fame]), fame) for fame in candidates)
        return [self._topics[fame] for _, fame in scored[:limit]]

    def _starting(self, typed: str) -> list[int]:
        rests, fames = self._beginnings
        end = bisect_left(rests, typed[:-1] + chr(ord(typed[-1]) + 1)) if typed < "\U0010ffff" else len(rests)
        return fames[bisect_left(rests, typed) : end]


class _Closeness:
    """How near a topic is to what was typed; 0 where nothing tells that it is."""

    def __init__(self, typed: str, words: list[str]) -> None:
        self._words = words
        # SequenceMatcher keeps what it learns of its second text.
        self._matchers = [SequenceMatcher(None, "", text, autojunk=False) for text in dict.fromkeys((typed, *words))]

    def to(self, key: str) -> float:
        parts = key.split()
        telling = content_words(key)
        shared = sum(word in parts for word in self._words)
        alike = max((self._alike(matcher, part) for matcher in self._matchers for part in {key, *parts}), default=0.0)
        # A word in common says more than letters in common, and most where it is all there is to the topic.
        return alike + shared + (shared / len(telling) if telling else 0.0)

    def _alike(self, matcher: "SequenceMatcher[str]", part: str) -> float:
        matcher.set_seq1(part)
        if matcher.real_quick_ratio() < CLOSE or matcher.quick_ratio() < CLOSE:
            return 0.0
        ratio = matcher.ratio()
        return ratio if ratio >= CLOSE else 0.0


def _rests(key: str) -> Iterator[str]:
    yield key
    for place, character in enumerate(key):
        if character == " ":
            yield key[place + 1 :]
