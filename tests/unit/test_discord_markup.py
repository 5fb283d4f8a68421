"""Text is shown as text on Discord: a second reader of its markdown finds in it what was there, and nothing more."""

# ruff: noqa: RUF001 - characters that look alike or cannot be seen are the matter

from unicodedata import bidirectional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.markup import escape, heading, link, prose, quote
from bot.platforms.plain import clean, host_of, isolate, line, safe_url
from tests.unit.discord_markdown import Markup, read

HOSTILE = (
    "*so* **bold** __under__ _it_ ~~gone~~ ||hidden|| `code` ``two`` ```\nblock\n```",
    "# Heading\n## Two\n### Three\n-# small\n- list\n* list\n+ list\n1. one\n12) two\n> quote\n>>> all of it",
    "  - indented\n\t# too\n\xa0> and so",
    "<@123> <@!123> <@&123> <#123> <:a:1> <a:b:2> <t:0> <t:0:R> </seed:1> <id:browse> <mailto:a@b.c> <tel:+1>",
    "@everyone @here x@everyone @@here",
    ":smile: :a::b: 10:30:45 :+1::skin-tone-2:",
    "[click](https://evil.example) [a [b] c](<https://evil.example>) [x]: y",
    "https://example.org/a_b_c*d*?e=f|g http://example.org. (https://example.org/x_(y)) steam://run discord://x",
    "https://user:pw@example.org/ https://example.org:80x https://[::1]/ https://例え.jp/ xhttps://a.b/**c**",
    "\\ \\\\ \\* trailing \\",
    "¯\\_(ツ)_/¯",
    "C# and F#\n#hash #1 issue\n-5 degrees\n1984. Then",
)
fragments = st.one_of(
    st.sampled_from(
        [*" \n\\*_~`|<>[]()#-+.:@/!&1a", "https://", "http://a.b/c", "@everyone", "```", ":a:", "<@1>", "שלום"]
    ),
    st.text(max_size=8),
)
texts = st.lists(fragments, max_size=40).map("".join).map(clean)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_every_kind_of_markup_is_shown_as_it_was_typed(text: str) -> None:
    escaped = read(escape(text))
    assert (escaped.text, escaped.found) == (text, [])
    shown = read(prose(text))
    assert shown.text == text
    assert shown.kinds <= {Markup.LINK}


@given(texts)
def test_whatever_is_typed_reads_back_as_it_was_and_formats_nothing(text: str) -> None:
    escaped = read(escape(text))
    assert (escaped.text, escaped.found) == (text, [])
    shown = read(prose(text))
    assert shown.text == text
    assert all(address in text for address in shown.all(Markup.LINK))
    assert shown.kinds <= {Markup.LINK}


@given(texts)
def test_a_quotation_is_a_quotation_to_its_end(text: str) -> None:
    quoted = read(quote(text))
    assert quoted.text == text
    assert len(quoted.all(Markup.QUOTE)) == text.count("\n") + 1
    assert quoted.kinds <= {Markup.QUOTE, Markup.LINK}


@given(texts.map(line).filter(bool))
def test_a_heading_is_a_heading_to_its_end(text: str) -> None:
    shown = read(f"## {heading(text)}")
    assert shown.text == text
    assert shown.kinds == {Markup.HEADING}


def test_the_second_reader_finds_markup_that_is_not_escaped() -> None:
    """Else it would prove nothing."""
    found = [kind for text in HOSTILE for kind in read(text).kinds]
    assert set(found) == set(Markup) - {Markup.LINK}
    assert read("<https://example.org>").kinds == {Markup.LINK}
    assert read("## C#").text == "C"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a_b.", "https://example.org/a_b"),
        ("(https://example.org/x_(y))", "https://example.org/x_(y)"),
        ("*https://example.org/x*", "https://example.org/x"),
        ("https://example.org", "https://example.org"),
        ("https://example.org: yes", "https://example.org"),
        ("https://ja.example.org/wiki/漢字。次", "https://ja.example.org/wiki/漢字"),
        ("http://localhost:8080/#top, then", "http://localhost:8080/#top"),
    ],
)
def test_an_address_in_an_excerpt_is_a_link_without_a_preview(text: str, address: str) -> None:
    assert read(prose(text)).all(Markup.LINK) == [address]
    assert read(prose(text)).text == text


@pytest.mark.parametrize(
    "text",
    [
        "https://good.example.evil例え.jp",
        "https://good.example@evil.example/",
        "https://a_b.c/",
        "ftp://a.b",
        "https://",
    ],
)
def test_what_may_not_be_the_address_it_looks_like_is_no_link(text: str) -> None:
    assert (read(prose(text)).text, read(prose(text)).found) == (text, [])


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a_(b)?c=d e#f", "https://example.org/a_%28b%29?c=d%20e#f"),
        ("http://EXAMPLE.org:8080/%20x", "http://EXAMPLE.org:8080/%20x"),
        ("https://example.org/日本", "https://example.org/%E6%97%A5%E6%9C%AC"),
        ("https://bücher.example/", "https://bücher.example/"),
        ('https://example.org/"><[x](y)*|`\\', "https://example.org/%22%3E%3C%5Bx%5D%28y%29%2A%7C%60%5C"),
        ("http://h/h", "http://h/h"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://example.org/", None),
        ("//example.org/", None),
        ("https:///x", None),
        ("https://user:pw@example.org/", None),
        ("https://exa mple.org/", None),
        ("https://[::1]/", None),
        ("https://[", None),
        ("https://example.org/" + "x" * 500, None),
        ("", None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_become_the_target_of_a_link(url: str | None, safe: str | None) -> None:
    assert safe_url(url) == safe
    shown = read(link("*A* [book]", url))
    assert shown.text == "*A* [book]"
    assert shown.all(Markup.MASKED) == ([safe] if safe else [])


@given(st.text(max_size=30), st.text(max_size=60).map("https://example.org/".__add__))
def test_a_link_ends_where_its_label_and_address_end(label: str, url: str) -> None:
    label = line(label) or "x"
    shown = read(f"{link(label, url)} after")
    assert shown.text == f"{label} after"
    assert shown.kinds <= {Markup.MASKED}


def test_a_site_is_named_without_www() -> None:
    assert host_of("https://www.Example.org:8080/a") == "example.org"
    assert host_of("mailto:a@b.c") is None


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_nothing_that_cannot_be_seen_or_sent_is_left(text: str) -> None:
    """Lone surrogates, control characters, characters that turn the direction of reading."""
    cleaned = clean(text)
    cleaned.encode()
    assert not [c for c in cleaned if c < " " and c not in "\n\t"]
    assert not {bidirectional(c) for c in cleaned} & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_right_to_left_lines_are_isolated_each_by_itself() -> None:
    assert prose("שלום, עולם!\nabc\nمرحبا") == "\u2068שלום, עולם!\u2069\nabc\n\u2068مرحبا\u2069"
    assert isolate("Grüße") == "Grüße"
    assert isolate("שלום") == "\u2068שלום\u2069"
    assert heading("C#") == "\u2068C#\u2069"
