"""Which unread seed a channel reads next, and why; pure and deterministic.

What an organiser put first comes first, if it is unread. Else, rule by rule the library narrows: the channel's topics,
what it has not read in this round, what is not too like the last few days. Of what is left the channel's order takes
one. The shuffled order gives each seed a lot, a hash of channel, round and lineage, and the lowest lot is drawn: the
draw is the same after a restart, and a seed that is added, renamed or moved changes nothing about the others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.model import Candidate, Channel, History, Lineage, Order, Pick, WhenExhausted

# The rules by which a seed is left out, as they are counted in `Pick.left_out`.
TOPICS = "topics"
READ = "read"
JUST_READ = "just read"
SPACING = "spacing"

# A daily post moves by an hour when clocks change, and by seconds otherwise: three days back is still three days.
GRACE = timedelta(minutes=65)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one candidate: its place from 1, or the rule and sentence that leave it out.

    `queued` are those put first by hand; the places after them are those of the draw.
    """

    candidate: Candidate
    place: int | None = None
    rule: str | None = None
    reason: str | None = None
    lot: str | None = None  # hexadecimal, where lots are drawn
    queued: bool = False


@dataclass(frozen=True, slots=True)
class _Draw:
    """The library after each rule. Every list holds what the one before it holds, less what its rule leaves out."""

    round: int
    total: int
    read: int  # lineages of the round in `history`
    matching: list[Candidate]
    unread: list[Candidate]  # one for each lineage
    fresh: list[Candidate]
    spaced: list[Candidate]
    nearness: "_Nearness"


def pick(candidates: Iterable[Candidate], channel: Channel, history: History, now: datetime) -> Pick | None:
    """The next seed, or None where nothing matches, or everything was read and the channel stops there."""
    candidates = list(candidates)
    draw = _narrow(candidates, channel, history, now)
    queued, number = _put_first(candidates, history, draw)
    if queued:
        first = queued[0]
        why = (f"{_count(draw.total, 'seed')} in the library", f"put first by an organiser: {first.heading}")
        return Pick(first.id, first.lineage, number, {}, why)
    if not draw.spaced:
        return None
    taken, how = _take(draw.spaced, channel, draw.round)
    left_out = {
        TOPICS: draw.total - len(draw.matching),
        READ: 0 if draw.round > history.round else draw.read,
        JUST_READ: len(draw.unread) - len(draw.fresh),
        SPACING: len(draw.fresh) - len(draw.spaced),
    }
    steps = (*_steps(draw, channel, history, left_out), f"drawn: {taken.heading} ({how})")
    return Pick(taken.id, taken.lineage, draw.round, {rule: n for rule, n in left_out.items() if n}, steps)


def judge(candidates: Iterable[Candidate], channel: Channel, history: History, now: datetime) -> list[Verdict]:
    """What the rules say of every candidate: those to come by place, the next pick first, then those left out."""
    candidates = list(candidates)
    draw = _narrow(candidates, channel, history, now)
    queued, _ = _put_first(candidates, history, draw)
    verdicts = [Verdict(candidate, place, queued=True) for place, candidate in enumerate(queued, 1)]
    placed = {id(candidate) for candidate in queued}
    ordered = sorted((c for c in draw.spaced if id(c) not in placed), key=_order(channel, draw.round))
    lot = _lots(channel, draw.round)
    shuffled = channel.order is Order.SHUFFLED
    verdicts += [
        Verdict(candidate, place, lot=lot(candidate).hex() if shuffled else None)
        for place, candidate in enumerate(ordered, 1 + len(queued))
    ]
    matching, unread, fresh, spaced = ({id(c) for c in stage} for stage in _stages(draw))
    kept = {c.lineage: c for c in (*draw.unread, *queued)}
    for candidate in candidates:
        if id(candidate) in placed:
            continue
        if id(candidate) not in matching:
            verdicts.append(Verdict(candidate, rule=TOPICS, reason=_off_topic(candidate, channel)))
        elif id(candidate) not in unread:
            twin = kept.get(candidate.lineage)
            reason = f"the same seed as {twin.id}" if twin else f"read in round {history.round}"
            verdicts.append(Verdict(candidate, rule=READ, reason=reason))
        elif id(candidate) not in fresh:
            reason = f"it was the last one posted, and does not open round {draw.round}"
            verdicts.append(Verdict(candidate, rule=JUST_READ, reason=reason))
        elif id(candidate) not in spaced:
            verdicts.append(Verdict(candidate, rule=SPACING, reason=draw.nearness.reason(candidate)))
    return verdicts


def eligible(candidates: Iterable[Candidate], channel: Channel) -> list[Candidate]:
    """Those that the channel's topics let in, in the order given; upper and lower case are the same."""
    candidates = list(candidates)
    if not channel.topics_include and not channel.topics_exclude:
        return candidates
    include = {topic.casefold() for topic in channel.topics_include}
    exclude = {topic.casefold() for topic in channel.topics_exclude}
    # Many seeds share a set of topics; each set is judged once.
    wanted = {topics for topics in {c.topics for c in candidates} if _lets_in(include, exclude, topics)}
    return [candidate for candidate in candidates if candidate.topics in wanted]


def _lets_in(include: set[str], exclude: set[str], topics: tuple[str, ...]) -> bool:
    folded = [topic.casefold() for topic in topics]
    return (not include or not include.isdisjoint(folded)) and exclude.isdisjoint(folded)


def unread(candidates: Iterable[Candidate], channel: Channel, history: History) -> int:
    """How many seeds the channel has still to read in this round; copies of one seed count once."""
    return len({candidate.lineage for candidate in eligible(candidates, channel)} - history.spent)


# ---- the rules ----------------------------------------------------------------------------------------------------


def _narrow(candidates: Iterable[Candidate], channel: Channel, history: History, now: datetime) -> _Draw:
    candidates = list(candidates)
    matching = eligible(candidates, channel)
    open_seeds, read = _once_each(matching, history.spent)
    fresh, number = open_seeds, history.round
    if not open_seeds and channel.when_exhausted is WhenExhausted.NEW_ROUND:
        open_seeds, number = _once_each(matching, frozenset())[0], history.round + 1
        fresh = open_seeds
        if history.recent:
            fresh = [c for c in open_seeds if c.lineage != history.recent[0].lineage] or open_seeds
    nearness = _Nearness(channel, history, now)
    return _Draw(number, len(candidates), read, matching, open_seeds, fresh, nearness.spaced(fresh), nearness)


def _put_first(candidates: Iterable[Candidate], history: History, draw: _Draw) -> tuple[list[Candidate], int]:
    """Those that organisers queued and that can be read now, next one first, and the round they belong to.

    Neither topics nor spacing hold them back. One that was read in this round waits for the next to begin.
    """
    if not history.queued:
        return [], history.round
    places = {lineage: place for place, lineage in reversed([*enumerate(history.queued)])}
    wanted = [candidate for candidate in candidates if candidate.lineage in places]
    found, number = _once_each(wanted, history.spent)[0], history.round
    if not found and draw.spaced and draw.round > history.round:
        found, number = _once_each(wanted, frozenset())[0], draw.round
    return sorted(found, key=lambda candidate: places[candidate.lineage]), number


def _once_each(candidates: Iterable[Candidate], spent: frozenset[Lineage]) -> tuple[list[Candidate], int]:
    """The unread ones, of several with one lineage the first of the library; and how many lineages are read."""
    found: dict[Lineage, Candidate] = {}
    read: set[Lineage] = set()
    for candidate in candidates:
        lineage = candidate.lineage
        if lineage in spent:
            read.add(lineage)
        elif candidate.position < found.setdefault(lineage, candidate).position:
            found[lineage] = candidate
    return list(found.values()), len(read)


class _Nearness:
    """When an author or a source was last here, as far as that is within the channel's spacing."""

    def __init__(self, channel: Channel, history: History, now: datetime) -> None:
        self._now = now
        self._authors: dict[str, datetime] = {}
        self._sources: dict[str, datetime] = {}
        if not channel.spacing:
            return
        for recent in history.recent:
            if now - recent.posted <= channel.spacing + GRACE:
                _latest(self._authors, recent.author, recent.posted)
                _latest(self._sources, recent.source, recent.posted)

    def spaced(self, candidates: list[Candidate]) -> list[Candidate]:
        """Those whose author and source were not here lately; where there is none, those that were here longest ago."""
        if not self._authors and not self._sources:
            return candidates
        # Each spelling is folded once, so that the loop over the library is two look-ups a seed.
        authors = _spelt(self._authors, {c.author for c in candidates})
        sources = _spelt(self._sources, {c.source for c in candidates})
        free = [c for c in candidates if c.author not in authors and c.source not in sources]
        if free or not candidates:
            return free
        never = min((*authors.values(), *sources.values()))
        last = [max(authors.get(c.author, never), sources.get(c.source, never)) for c in candidates]
        longest_ago = min(last)
        return [c for c, seen in zip(candidates, last, strict=True) if seen == longest_ago]

    def clashes(self, candidate: Candidate) -> bool:
        """Whether its author or source was here lately."""
        return bool(_seen(self._authors, candidate.author) or _seen(self._sources, candidate.source))

    def reason(self, candidate: Candidate) -> str:
        """Why a candidate is left out, for a person."""
        author = _seen(self._authors, candidate.author)
        source = _seen(self._sources, candidate.source)
        if author is not None and (source is None or author >= source):
            return f"its author was here {_ago(self._now - author)}"
        assert source is not None  # nothing else leaves it out
        return f"its source was here {_ago(self._now - source)}"


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _latest(seen: dict[str, datetime], name: str | None, posted: datetime) -> None:
    if name:
        seen[_fold(name)] = max(posted, seen.get(_fold(name), posted))


def _seen(seen: Mapping[str, datetime], name: str | None) -> datetime | None:
    return seen.get(_fold(name)) if name else None


def _spelt(seen: Mapping[str, datetime], names: Iterable[str | None]) -> dict[str | None, datetime]:
    """The names as the library spells them, with the instant they were last here."""
    return {name: posted for name in names if (posted := _seen(seen, name)) is not None}


# ---- the order ----------------------------------------------------------------------------------------------------


def _take(candidates: Sequence[Candidate], channel: Channel, number: int) -> tuple[Candidate, str]:
    """The first in the channel's order, and how it came to be that."""
    among = len(candidates)
    if channel.order is Order.SHUFFLED:
        taken, lot = _lowest(candidates, channel, number)
        return taken, f"lot {lot.hex()[:8]}…, lowest of {among}"
    taken = min(candidates, key=_order(channel, number))
    if channel.order is Order.OLDEST:
        return taken, f"the oldest of {among}, from {taken.published or 'an unknown date'}"
    return taken, f"the first of {among} in the order of the library"


def _order(channel: Channel, number: int) -> Callable[[Candidate], tuple[bytes | str, int]]:
    """What a channel's order sorts by."""
    if channel.order is Order.SHUFFLED:
        lot = _lots(channel, number)
        return lambda candidate: (lot(candidate), 0)
    if channel.order is Order.OLDEST:
        unknown = "~"  # after every digit
        return lambda candidate: (candidate.published or unknown, candidate.position)
    return lambda candidate: ("", candidate.position)


def _lots(channel: Channel, number: int) -> Callable[[Candidate], bytes]:
    """A seed's lot in a round: of a channel, a round and a lineage, and of nothing else."""
    begun = blake2b(f"{channel.name}\0{number}\0".encode(), digest_size=16)

    def lot(candidate: Candidate) -> bytes:
        drawn = begun.copy()
        drawn.update(b"%d" % candidate.lineage)
        return drawn.digest()

    return lot


def _lowest(candidates: Sequence[Candidate], channel: Channel, number: int) -> tuple[Candidate, bytes]:
    """The candidate with the lowest lot: one hash a seed, whatever the size of the library."""
    lot = _lots(channel, number)
    lots = [lot(candidate) for candidate in candidates]
    lowest = min(lots)
    return candidates[lots.index(lowest)], lowest


# ---- for people ---------------------------------------------------------------------------------------------------


def _stages(draw: _Draw) -> tuple[list[Candidate], list[Candidate], list[Candidate], list[Candidate]]:
    return draw.matching, draw.unread, draw.fresh, draw.spaced


def _steps(draw: _Draw, channel: Channel, history: History, left_out: Mapping[str, int]) -> Iterator[str]:
    """How the library narrowed, a line a rule."""
    yield f"{_count(draw.total, 'seed')} in the library"
    if channel.topics_include or channel.topics_exclude:
        yield f"{len(draw.matching)} match{'es' if len(draw.matching) == 1 else ''} this channel's topics"
    if draw.round > history.round:
        yield f"every one of them was read in round {history.round}: round {draw.round} begins"
    elif left_out[READ]:
        yield f"{_were(left_out[READ])} read in round {draw.round}"
    if left_out[JUST_READ]:
        yield "1 left out: it was the last one posted"
    within = _length(channel.spacing)
    if draw.spaced and draw.nearness.clashes(draw.spaced[0]):
        yield f"the author or source of all {len(draw.fresh)} was here within {within}: those of longest ago stay in"
    if left_out[SPACING] == 1:
        spaced = {id(candidate) for candidate in draw.spaced}
        (near,) = (candidate for candidate in draw.fresh if id(candidate) not in spaced)
        yield f"1 left out: {draw.nearness.reason(near)}"
    elif left_out[SPACING]:
        yield f"{left_out[SPACING]} left out: their author or source was here within {within}"


def _off_topic(candidate: Candidate, channel: Channel) -> str:
    """Which of the channel's topic rules a candidate fails."""
    exclude = {topic.casefold() for topic in channel.topics_exclude}
    unwanted = [topic for topic in candidate.topics if topic.casefold() in exclude]
    if unwanted:
        return f"its topic {', '.join(unwanted)} is left out here"
    return f"has none of this channel's topics: {', '.join(sorted(channel.topics_include))}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _were(number: int) -> str:
    return "1 was" if number == 1 else f"{number} were"


def _length(span: timedelta) -> str:
    """A length of time in whole days, or in hours below one; none is negative, though a clock may be set back."""
    span = max(span, timedelta(0))
    return _count(round(span / DAY), "day") if span >= DAY else _count(round(span / timedelta(hours=1)), "hour")


def _ago(span: timedelta) -> str:
    return f"{_length(span)} ago"
