"""The small pieces of the page that need no page: pace, words, paragraphs, links."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Source
from bot.platforms.web import words
from bot.platforms.web.limits import Buckets
from bot.platforms.web.posts import fold, link_to, paragraphs
from tests.fakes.clock import FakeClock

TODAY = date(2026, 12, 31)


def test_a_bucket_gives_a_burst_and_then_a_steady_flow(clock: FakeClock) -> None:
    buckets = Buckets(clock, burst=2, seconds=10)
    assert [buckets.take("ann") for _ in range(3)] == [0.0, 0.0, 10.0]
    assert buckets.take("bob") == 0.0
    clock.advance(seconds=4)
    assert buckets.take("ann") == pytest.approx(6.0)
    clock.advance(seconds=6)
    assert [buckets.take("ann") for _ in range(2)] == [0.0, pytest.approx(10.0)]
    clock.advance(days=1)
    assert [buckets.take("ann") for _ in range(3)] == [0.0, 0.0, 10.0]


def test_a_clock_set_back_holds_nobody_up(clock: FakeClock) -> None:
    buckets = Buckets(clock, burst=1, seconds=1)
    buckets.take("ann")
    clock.set(clock.now().replace(year=2020))
    clock.advance(seconds=1)
    assert buckets.take("ann") == 0.0


def test_only_so_many_buckets_are_remembered(clock: FakeClock) -> None:
    buckets = Buckets(clock, burst=1, seconds=10, keys=2)
    for key in ("ann", "bob", "eve"):
        assert buckets.take(key) == 0.0
    assert buckets.take("eve") == 10.0
    assert buckets.take("ann") == 0.0, "the one longest unseen was forgotten"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 30), "yesterday"),
        (date(2026, 12, 31), "today"),
        (date(2027, 1, 1), "tomorrow"),
        (date(2027, 1, 2), "Saturday, 2 January 2027"),
        (date(2026, 12, 29), "Tuesday, 29 December"),
    ],
)
def test_a_date_is_said_as_near_as_it_is(day: date, said: str) -> None:
    assert words.near_date(day, TODAY) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1851", "1851"),
        ("1851-10", "October 1851"),
        ("1851-10-05", "5 October 1851"),
        ("1851-13", "1851-13"),
        ("soon", "soon"),
        (None, None),
    ],
)
def test_when_it_was_published_is_said_as_far_as_it_is_known(value: str | None, said: str | None) -> None:
    assert words.published(value) == said


def test_a_sentence_begins_with_a_capital_and_keeps_its_names() -> None:
    assert words.begin("tuesday, 29 December") == "Tuesday, 29 December"
    assert words.begin("") == ""


@pytest.mark.parametrize(("number", "said"), [(1, "1 seed"), (2, "2 seeds"), (0, "0 seeds")])
def test_one_is_not_many(number: int, said: str) -> None:
    assert words.count(number, "seed", "seeds") == said


def test_paragraphs_are_cut_at_blank_lines_and_keep_their_line_breaks() -> None:
    assert paragraphs("one\ntwo\n\n  three\n \t\n\n\nfour\n") == ("one\ntwo", "  three", "four")
    assert paragraphs("") == ()


@given(st.lists(st.text("ab ", min_size=1, max_size=80).filter(str.strip), max_size=12).map(tuple))
def test_a_fold_loses_nothing(parts: tuple[str, ...]) -> None:
    shown, folded = fold(parts, limit=40)
    assert "".join(shown + folded).replace(" ", "") == "".join(parts).replace(" ", "")
    assert shown or not parts
    assert sum(map(len, shown)) <= 50


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://www.example.org/a?b=c", "example.org"),
        ("http://example.org", "example.org"),
        ("HTTPS://EXAMPLE.org:8443/x", "example.org"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org", None),
        ("/etc/passwd", None),
        ("https://", None),
        ("https://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links_and_they_name_their_host(url: str | None, text: str | None) -> None:
    link = link_to(Source(url=url))
    assert (link.text if link else None) == text
