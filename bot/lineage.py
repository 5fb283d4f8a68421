"""Which arriving seed is which known one: a lineage lasts through edits, renames, moves and re-ordering.

Pure. In this order, and the first that applies decides:

1. a text that was ever seen has the lineage it had then, so that exact duplicates share one and are read once;
2. the text that this id held before, if it is alike and is found nowhere else now;
3. the most alike of the texts that this change made disappear;
4. the id alone, where its seed was in use until now and nobody else took its lineage;
5. nothing: a new lineage.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from itertools import pairwise

from bot.model import Lineage, SeedId

ALIKE = 0.6  # shares of words and pairs of words in common; two texts of one author on one subject stay below 0.4
ALL_PAIRS = 10_000  # up to so many pairs of texts are all compared
SKETCH = 12  # beyond that, only texts that share one of the this many smallest hashes of theirs
CROWD = 8  # a hash that more texts than this share tells nothing
LONGEST_WORDS = 12  # characters a word, on average; no language written with spaces comes near

Shingles = Counter[str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A seed as its file has it now."""

    id: SeedId
    fingerprint: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """A seed as it was before this change. `in_use` is False where its file was gone already."""

    id: SeedId
    lineage: Lineage
    fingerprint: str
    in_use: bool


def trace(
    arrivals: Sequence[Arrival],
    known: Sequence[Known],
    remembered: Mapping[str, Lineage],
    elsewhere: Collection[str],
    texts: Mapping[SeedId, str],
    new: Callable[[], Lineage],
) -> list[Lineage]:
    """The lineage of each arrival, in their order.

    `known`: what was held by the arriving ids and by the files of this change. `remembered`: the lineages of
    fingerprints ever seen. `elsewhere`: fingerprints that stay in use in other files. `texts`: those of the known
    seeds whose fingerprint is neither arriving nor elsewhere; the others are not needed.
    """
    found = {a.fingerprint: remembered[a.fingerprint] for a in arrivals if a.fingerprint in remembered}
    placed = {a.fingerprint for a in arrivals}.union(elsewhere)
    lost = {k.id: k for k in known if k.fingerprint not in placed}
    # The first to bring a new text decides for its duplicates.
    fresh: dict[str, Arrival] = {}
    for arrival in arrivals:
        if arrival.fingerprint not in found:
            fresh.setdefault(arrival.fingerprint, arrival)
    for arrival in fresh.values():
        own = lost.get(arrival.id)
        if own and likeness(arrival.text, texts[own.id]) >= ALIKE:
            found[arrival.fingerprint] = own.lineage

    taken = set(found.values())
    pool = {k.id: k for k in lost.values() if k.in_use and k.lineage not in taken}
    unplaced = [a for a in fresh.values() if a.fingerprint not in found]
    for arrival, id_ in _match(unplaced, {id_: texts[id_] for id_ in pool}):
        if pool[id_].lineage not in taken:
            found[arrival.fingerprint] = pool[id_].lineage
            taken.add(pool[id_].lineage)
    for arrival in unplaced:
        if arrival.fingerprint not in found:
            own = pool.get(arrival.id)
            lineage = own.lineage if own and own.lineage not in taken else new()
            found[arrival.fingerprint] = lineage
            taken.add(lineage)
    return [found[arrival.fingerprint] for arrival in arrivals]


def likeness(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1: the shared part of words and of neighbouring pairs of words."""
    return _likeness(_shingles(one), _shingles(other))


def _likeness(one: Shingles, other: Shingles) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _shingles(text: str) -> Shingles:
    words = text.casefold().split()
    # A text written without spaces is compared by its characters.
    if sum(map(len, words)) > LONGEST_WORDS * len(words):
        words = list("".join(words))
    shingles = Counter(words)
    shingles.update(f"{one} {two}" for one, two in pairwise(words))
    return shingles


def _match(arrivals: Sequence[Arrival], lost: Mapping[SeedId, str]) -> Iterator[tuple[Arrival, SeedId]]:
    """Pairs that are alike, the most alike first, each arrival and each lost seed in one pair at most."""
    if not lost:
        return
    place = {id_: number for number, id_ in enumerate(lost)}
    pairs = _all_pairs(arrivals, lost) if len(arrivals) * len(lost) <= ALL_PAIRS else _likely_pairs(arrivals, lost)
    alike = [(-ratio, number, place[id_], id_) for number, id_, ratio in pairs if ratio >= ALIKE]
    matched: set[int] = set()
    used: set[SeedId] = set()
    for _, number, _, id_ in sorted(alike):
        if number not in matched and id_ not in used:
            matched.add(number)
            used.add(id_)
            yield arrivals[number], id_


Pairs = Iterator[tuple[int, SeedId, float]]  # the arrival's number, the lost seed, and how alike they are


def _all_pairs(arrivals: Sequence[Arrival], lost: Mapping[SeedId, str]) -> Pairs:
    others = {id_: _shingles(text) for id_, text in lost.items()}
    for number, arrival in enumerate(arrivals):
        shingles = _shingles(arrival.text)
        yield from ((number, id_, _likeness(shingles, other)) for id_, other in others.items())


def _likely_pairs(arrivals: Sequence[Arrival], lost: Mapping[SeedId, str]) -> Pairs:
    """Those whose sketches share a piece: work and memory grow with the number of texts, not with that of pairs."""
    holders: defaultdict[bytes, list[SeedId]] = defaultdict(list)
    for id_, text in lost.items():
        for piece in _sketch(_shingles(text)):
            holders[piece].append(id_)
    for number, arrival in enumerate(arrivals):
        shingles = _shingles(arrival.text)
        lists = (holders.get(piece, []) for piece in _sketch(shingles))
        near = {id_: None for ids in lists if len(ids) <= CROWD for id_ in ids}
        yield from ((number, id_, _likeness(shingles, _shingles(lost[id_]))) for id_ in near)


def _sketch(shingles: Shingles) -> list[bytes]:
    """The smallest hashes of a text's shingles: texts that are alike have some of them in common."""
    return nsmallest(SKETCH, (blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles))
