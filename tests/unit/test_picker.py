"""What the picker promises: no repeat within a round, the same pick after a restart, and a reason for each seed."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import (
    Candidate,
    Channel,
    ChannelName,
    History,
    Lineage,
    Order,
    Pick,
    PlatformName,
    Recent,
    SeedId,
    WhenExhausted,
)
from bot.picker import JUST_READ, READ, SPACING, TOPICS, eligible, judge, pick, unread

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
GARDEN = Channel(ChannelName("garden"), PlatformName.WEB, "", (time(9),), "Etc/UTC")


def seed(
    number: int,
    *topics: str,
    author: str | None = None,
    source: str | None = None,
    published: str | None = None,
) -> Candidate:
    return Candidate(
        SeedId(f"s{number}"), Lineage(number), f"Seed {number}", author, source, topics, published, position=number
    )


def library(size: int) -> list[Candidate]:
    return [seed(number) for number in range(size)]


def recent(candidate: Candidate, days_ago: float) -> Recent:
    posted = NOW - timedelta(days=days_ago)
    return Recent(candidate.lineage, posted, candidate.heading, candidate.author, candidate.source, ())


def chosen(candidates: list[Candidate], channel: Channel, history: History, now: datetime = NOW) -> Pick:
    found = pick(candidates, channel, history, now)
    assert found is not None
    return found


@dataclass
class Reader:
    """A channel that posts a seed a day, and remembers it as the ledger would."""

    channel: Channel
    history: History = field(default_factory=History)
    now: datetime = NOW
    read: list[Candidate] = field(default_factory=list)

    def post(self, candidates: list[Candidate]) -> Pick | None:
        found = pick(candidates, self.channel, self.history, self.now)
        if found is not None:
            taken = next(candidate for candidate in candidates if candidate.id == found.seed)
            self.read.append(taken)
            entry = Recent(taken.lineage, self.now, taken.heading, taken.author, taken.source, ())
            spent = self.history.spent if found.round == self.history.round else frozenset[Lineage]()
            self.history = History(found.round, spent | {taken.lineage}, (entry, *self.history.recent)[:30])
        self.now += DAY
        return found


# ---- topics -------------------------------------------------------------------------------------------------------


def test_topics_let_in_and_leave_out_whatever_their_case() -> None:
    candidates = [seed(0, "Stoics"), seed(1, "STOICS", "War"), seed(2, "Straße"), seed(3)]
    assert eligible(candidates, GARDEN) == candidates
    include = replace(GARDEN, topics_include=frozenset({"stoics", "STRASSE"}))
    assert eligible(candidates, include) == candidates[:3]
    both = replace(include, topics_exclude=frozenset({"war"}))
    assert eligible(candidates, both) == [candidates[0], candidates[2]]
    exclude = replace(GARDEN, topics_exclude=frozenset({"stoics"}))
    assert eligible(candidates, exclude) == candidates[2:]


def test_unread_counts_copies_of_one_seed_once() -> None:
    twin = replace(seed(9), lineage=Lineage(1))
    assert unread([*library(3), twin], GARDEN, History(1, frozenset({Lineage(0)}))) == 2


def test_nothing_that_matches_is_no_pick() -> None:
    picky = replace(GARDEN, topics_include=frozenset({"tea"}))
    assert pick(library(5), picky, History(), NOW) is None
    assert pick([], GARDEN, History(), NOW) is None


# ---- the order ----------------------------------------------------------------------------------------------------


def test_the_shuffled_order_is_by_a_hash_that_anybody_can_repeat() -> None:
    lots = {n: blake2b(f"garden\0001\000{n}".encode(), digest_size=16).hexdigest() for n in range(50)}
    assert chosen(library(50), GARDEN, History()).lineage == min(lots, key=lambda n: lots[n])


def test_the_shuffled_order_differs_by_channel_and_by_round() -> None:
    orders = {
        tuple(verdict.candidate.id for verdict in judge(library(20), channel, History(number), NOW))
        for channel in (GARDEN, replace(GARDEN, name=ChannelName("attic")))
        for number in (1, 2)
    }
    assert len(orders) == 4


def test_every_seed_has_the_same_chance_to_come_first() -> None:
    firsts = Counter(chosen(library(5), GARDEN, History(number)).seed for number in range(1, 1001))
    assert len(firsts) == 5
    assert all(150 < count < 250 for count in firsts.values())


def test_oldest_first_takes_unknown_dates_last_and_then_the_place_in_the_library() -> None:
    oldest = replace(GARDEN, order=Order.OLDEST)
    candidates = [seed(0), seed(1, published="2024-05"), seed(2, published="2024"), seed(3, published="1890"), seed(4)]
    assert [verdict.candidate.position for verdict in judge(candidates, oldest, History(), NOW)] == [3, 2, 1, 0, 4]
    assert chosen(candidates, oldest, History()).explanation[-1] == "drawn: Seed 3 (the oldest of 5, from 1890)"


def test_in_order_follows_the_library_however_it_is_handed_over() -> None:
    reader = Reader(replace(GARDEN, order=Order.IN_ORDER))
    for _ in range(5):
        reader.post(library(5)[::-1])
    assert [candidate.position for candidate in reader.read] == [0, 1, 2, 3, 4]


# ---- rounds -------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    size=st.integers(1, 30),
    order=st.sampled_from(Order),
    spacing=st.integers(0, 5),
    authors=st.integers(1, 4),
)
def test_a_round_reads_everything_once_and_never_the_same_twice_running(
    size: int, order: Order, spacing: int, authors: int
) -> None:
    candidates = [seed(number, author=f"author {number % authors}") for number in range(size)]
    reader = Reader(replace(GARDEN, order=order, spacing=spacing * DAY))
    for _ in range(3 * size):
        assert reader.post(candidates) is not None
    rounds = [reader.read[begin : begin + size] for begin in range(0, 3 * size, size)]
    for in_round in rounds:
        assert {candidate.lineage for candidate in in_round} == {candidate.lineage for candidate in candidates}
    assert reader.history.round == 3
    if size > 1:
        assert all(a.lineage != b.lineage for a, b in zip(reader.read, reader.read[1:], strict=False))


@settings(deadline=None)
@given(data=st.data())
def test_nothing_repeats_in_a_round_while_the_library_is_edited(data: st.DataObject) -> None:
    """Seeds come, go, move and are renamed; a lineage that was read stays read until the round is over."""
    candidates = library(6)
    reader = Reader(replace(GARDEN, when_exhausted=WhenExhausted.STOP))
    for fresh in range(100, 130):
        edit = data.draw(st.sampled_from(["nothing", "add", "remove", "rename", "move"]))
        place = data.draw(st.integers(0, max(0, len(candidates) - 1)))
        if edit == "add":
            candidates.append(seed(fresh))
        elif candidates and edit == "remove":
            del candidates[place]
        elif candidates and edit == "rename":
            candidates[place] = replace(candidates[place], id=SeedId(f"renamed-{fresh}"), heading="Another title")
        elif candidates and edit == "move":
            candidates.insert(0, replace(candidates.pop(place), position=-fresh))
        left = unread(candidates, GARDEN, reader.history)
        assert (reader.post(candidates) is None) == (left == 0)
    lineages = [candidate.lineage for candidate in reader.read]
    assert len(lineages) == len(set(lineages))


def test_a_channel_that_stops_has_no_pick_when_all_is_read() -> None:
    everything = History(1, frozenset(c.lineage for c in library(3)))
    assert pick(library(3), replace(GARDEN, when_exhausted=WhenExhausted.STOP), everything, NOW) is None
    again = chosen(library(3), GARDEN, everything)
    assert again.round == 2
    assert "every one of them was read in round 1: round 2 begins" in again.explanation


def test_the_seed_posted_last_does_not_open_the_next_round() -> None:
    """Whichever it is; alone in the library, it does."""
    candidates = library(3)
    spent = frozenset(c.lineage for c in candidates)
    for last in candidates:
        found = chosen(candidates, GARDEN, History(1, spent, (recent(last, 1),)))
        assert found.lineage != last.lineage
        assert found.left_out == {JUST_READ: 1}
    alone = History(1, frozenset({Lineage(0)}), (recent(candidates[0], 1),))
    assert chosen(candidates[:1], GARDEN, alone).seed == "s0"


@settings(deadline=None)
@given(size=st.integers(2, 40), added=st.integers(1, 10), order=st.randoms(use_true_random=False))
def test_a_seed_added_changes_nothing_about_the_order_of_the_others(size: int, added: int, order: Random) -> None:
    before = [verdict.candidate.id for verdict in judge(library(size), GARDEN, History(), NOW)]
    more = [replace(c, position=size + added - c.position) for c in library(size + added)]
    order.shuffle(more)
    after = [verdict.candidate.id for verdict in judge(more, GARDEN, History(), NOW)]
    assert [name for name in after if name in before] == before


def test_after_a_restart_the_same_seed_is_picked_for_the_same_reasons() -> None:
    history = History(2, frozenset({Lineage(1), Lineage(4)}), (recent(seed(4), 1),))
    assert chosen(library(40), GARDEN, history) == chosen(list(reversed(library(40))), GARDEN, history)


def test_of_copies_with_one_lineage_the_first_of_the_library_is_posted() -> None:
    twins = [replace(seed(n), lineage=Lineage(1)) for n in (3, 1, 2)]
    assert chosen(twins, GARDEN, History()).seed == "s1"
    assert (
        pick(twins, replace(GARDEN, when_exhausted=WhenExhausted.STOP), History(1, frozenset({Lineage(1)})), NOW)
        is None
    )


# ---- spacing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days_ago", [0, 1, 2, 3, 3.04])
def test_an_author_within_the_spacing_is_left_out(days_ago: float) -> None:
    """Three days back is still three when the clocks changed by an hour, or the post was seconds early."""
    candidates = [seed(0, author="Ada"), seed(1, author="ada "), seed(2, author="Bo")]
    history = History(1, frozenset({Lineage(0)}), (recent(candidates[0], days_ago),))
    spaced = replace(GARDEN, spacing=3 * DAY)
    assert chosen(candidates, spaced, history).seed == "s2"
    assert chosen(candidates, spaced, history).left_out == {READ: 1, SPACING: 1}


def test_an_author_beyond_the_spacing_is_back_in() -> None:
    candidates = [seed(0, author="Ada"), seed(1, author="Ada")]
    history = History(1, frozenset({Lineage(0)}), (recent(candidates[0], 3.1),))
    found = chosen(candidates, replace(GARDEN, spacing=3 * DAY), history)
    assert found.explanation[2].startswith("drawn:")


def test_a_source_counts_like_an_author_and_what_is_unknown_counts_for_nothing() -> None:
    candidates = [seed(0, source="https://a"), seed(1, source="https://a"), seed(2)]
    history = History(1, frozenset({Lineage(0)}), (recent(candidates[0], 1), recent(seed(9), 1)))
    assert chosen(candidates, replace(GARDEN, spacing=DAY), history).seed == "s2"


def test_where_all_are_too_near_those_of_longest_ago_stay_in() -> None:
    ada, bo, again, another = seed(0, author="Ada"), seed(1, author="Bo"), seed(2, author="Ada"), seed(3, author="Bo")
    history = History(1, frozenset({Lineage(0), Lineage(1)}), (recent(bo, 1), recent(ada, 2)))
    found = chosen([ada, bo, again, another], replace(GARDEN, spacing=5 * DAY), history)
    assert found.seed == "s2"
    assert "the author or source of all 2 was here within 5 days: those of longest ago stay in" in found.explanation
    assert "1 left out: its author was here 1 day ago" in found.explanation


def test_spacing_holds_in_a_library_that_one_source_dominates() -> None:
    """1,000 seeds, 700 of one source: it keeps its distance while there is anything else, and no seed is lost."""
    spaced = replace(GARDEN, spacing=2 * DAY)
    candidates = [seed(n, source="https://big" if n < 700 else f"https://small/{n}") for n in range(1000)]
    reader = Reader(spaced)
    broken_early = 0
    for day in range(1000):
        others = any(c.source != "https://big" and c.lineage not in reader.history.spent for c in candidates)
        reader.post(candidates)
        lately = [c.source for c in reader.read[max(0, day - 2) : day]]
        if reader.read[-1].source in lately and others:
            broken_early += 1
    assert broken_early == 0
    assert len({c.lineage for c in reader.read}) == 1000
    unspaced = Reader(GARDEN)
    for _ in range(100):
        unspaced.post(candidates)
    pairs = zip(unspaced.read, unspaced.read[1:], strict=False)
    assert sum(a.source == b.source for a, b in pairs) > 20, "without spacing the same source follows itself"


# ---- put first by hand --------------------------------------------------------------------------------------------


def queue(*numbers: int) -> tuple[Lineage, ...]:
    return tuple(Lineage(number) for number in numbers)


def test_what_an_organiser_queued_comes_first_in_the_order_of_the_queue() -> None:
    reader = Reader(GARDEN)
    for waiting in (queue(7, 2, 9), queue(2, 9), queue(9)):
        reader.history = replace(reader.history, queued=waiting)
        reader.post(library(20))
    assert [candidate.position for candidate in reader.read] == [7, 2, 9]
    first = chosen(library(20), GARDEN, History(queued=queue(7)))
    assert (first.round, first.left_out) == (1, {})
    assert first.explanation == ("20 seeds in the library", "put first by an organiser: Seed 7")


def test_topics_and_spacing_do_not_hold_back_what_was_put_first() -> None:
    candidates = [seed(0, "stoics"), seed(1, "tea", author="Ada"), seed(2, "stoics", author="Ada")]
    channel = replace(GARDEN, topics_include=frozenset({"stoics"}), spacing=3 * DAY)
    history = History(1, frozenset(), (recent(seed(9, author="Ada"), 1),))
    assert chosen(candidates, channel, history).seed == "s0"
    for queued in (1, 2):
        assert chosen(candidates, channel, replace(history, queued=queue(queued))).seed == f"s{queued}"


def test_a_queued_seed_that_was_read_or_left_the_library_gives_way_to_the_next() -> None:
    history = History(1, frozenset({Lineage(3)}), queued=queue(3, 99, 4))
    assert chosen(library(6), GARDEN, history).seed == "s4"
    waits = History(1, frozenset({Lineage(3)}), queued=queue(3, 99))
    assert chosen(library(6), GARDEN, waits) == chosen(library(6), GARDEN, replace(waits, queued=()))


def test_a_queued_seed_that_was_read_opens_the_next_round_even_if_it_was_the_last_one() -> None:
    spent = frozenset(c.lineage for c in library(4))
    history = History(1, spent, (recent(seed(2), 1),), queue(2))
    found = chosen(library(4), GARDEN, history)
    assert (found.seed, found.round) == ("s2", 2)
    stops = replace(GARDEN, when_exhausted=WhenExhausted.STOP)
    assert pick(library(4), stops, history, NOW) is None
    nothing_to_read = replace(GARDEN, topics_include=frozenset({"tea"}))
    assert pick(library(4), nothing_to_read, history, NOW) is None


def test_an_unread_queued_seed_beside_the_topics_begins_no_new_round() -> None:
    candidates = [seed(0, "stoics"), seed(1, "tea")]
    channel = replace(GARDEN, topics_include=frozenset({"stoics"}))
    found = chosen(candidates, channel, History(1, frozenset({Lineage(0)}), queued=queue(1)))
    assert (found.seed, found.round) == ("s1", 1)
    stops = replace(channel, when_exhausted=WhenExhausted.STOP)
    assert chosen(candidates, stops, History(1, frozenset({Lineage(0)}), queued=queue(1))).seed == "s1"


def test_of_copies_of_a_queued_seed_the_first_of_the_library_is_posted() -> None:
    twins = [seed(0), *(replace(seed(n), lineage=Lineage(1)) for n in (3, 1, 2))]
    history = History(queued=queue(1))
    assert chosen(twins, GARDEN, history).seed == "s1"
    verdicts = {v.candidate.position: (v.place, v.reason) for v in judge(twins, GARDEN, history, NOW)}
    assert verdicts == {1: (1, None), 0: (2, None), 2: (None, "the same seed as s1"), 3: (None, "the same seed as s1")}


# ---- what people read ---------------------------------------------------------------------------------------------


def test_the_explanation_follows_the_library_down_to_the_draw() -> None:
    candidates = [
        *(seed(n, "stoics") for n in range(3)),
        seed(3, "stoics", author="Ada"),
        seed(4, "stoics", author="Bo"),
        seed(5, "tea"),
        seed(6),
    ]
    channel = replace(GARDEN, topics_include=frozenset({"stoics"}), spacing=3 * DAY)
    read = frozenset(Lineage(n) for n in range(3))
    found = chosen(candidates, channel, History(1, read, (recent(seed(0, author="Ada"), 2),)))
    assert found.left_out == {TOPICS: 2, READ: 3, SPACING: 1}
    assert found.explanation[:-1] == (
        "7 seeds in the library",
        "5 match this channel's topics",
        "3 were read in round 1",
        "1 left out: its author was here 2 days ago",
    )
    lot = blake2b(b"garden\0001\0004", digest_size=16).hexdigest()[:8]
    assert found.explanation[-1] == f"drawn: Seed 4 (lot {lot}…, lowest of 1)"


def test_judge_says_of_every_candidate_what_became_of_it() -> None:
    candidates = [
        seed(0, "stoics"),
        seed(1, "stoics", author="Ada"),
        seed(2, "stoics", "war"),
        seed(3, "tea"),
        seed(4, "stoics"),
        replace(seed(5, "stoics"), lineage=Lineage(4)),
    ]
    channel = replace(GARDEN, topics_include=frozenset({"stoics"}), topics_exclude=frozenset({"War"}), spacing=DAY)
    history = History(1, frozenset({Lineage(0)}), (recent(seed(0, author="Ada"), 1),))
    verdicts = judge(candidates, channel, history, NOW)
    assert [(v.candidate.position, v.place, v.rule, v.reason) for v in verdicts] == [
        (4, 1, None, None),
        (0, None, READ, "read in round 1"),
        (1, None, SPACING, "its author was here 1 day ago"),
        (2, None, TOPICS, "its topic war is left out here"),
        (3, None, TOPICS, "has none of this channel's topics: stoics"),
        (5, None, READ, "the same seed as s4"),
    ]
    assert verdicts[0].lot is not None


@settings(deadline=None)
@given(
    spent=st.frozensets(st.integers(0, 11).map(Lineage)),
    order=st.sampled_from(Order),
    last=st.integers(0, 11),
    policy=st.sampled_from(WhenExhausted),
    queued=st.lists(st.integers(0, 14).map(Lineage), max_size=4).map(tuple),
)
def test_judge_and_pick_agree(
    spent: frozenset[Lineage], order: Order, last: int, policy: WhenExhausted, queued: tuple[Lineage, ...]
) -> None:
    candidates = [seed(n, author=f"author {n % 3}") for n in range(12)]
    channel = replace(GARDEN, order=order, spacing=2 * DAY, when_exhausted=policy)
    history = History(1, spent, (recent(candidates[last], 1),), queued)
    verdicts = judge(candidates, channel, history, NOW)
    found = pick(candidates, channel, history, NOW)
    assert sorted(v.candidate.position for v in verdicts) == list(range(12))
    assert all((v.place is None) == (v.reason is not None) for v in verdicts)
    assert (found.seed if found else None) == next((v.candidate.id for v in verdicts if v.place == 1), None)
    assert [v.place for v in verdicts if v.place] == list(range(1, sum(v.place is not None for v in verdicts) + 1))
    if found and verdicts[0].queued:
        assert verdicts[0].candidate.lineage in queued
    elif found:
        assert Counter(v.rule for v in verdicts if v.rule) == found.left_out
