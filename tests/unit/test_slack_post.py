"""Whatever a seed holds, its post is within Slack's limits, mentions nobody, and loses neither text nor source; and
whoever has it read out hears what others see."""

# ruff: noqa: RUF001 - right-to-left letters and quotation marks are part of the matter

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Attribution, Family, Kind, Look, Marker, Prompt, SeedId, Source
from bot.model import Message as Post
from bot.platforms.plain import clean, line, safe_url
from bot.platforms.slack import limits
from bot.platforms.slack.buttons import Button, action_id
from bot.platforms.slack.limits import length
from bot.platforms.slack.mrkdwn import escape
from bot.platforms.slack.post import render, render_private
from bot.platforms.words import Words
from tests.unit.slack_payload import shown, unescaped, walk

WORDS = Words.load("bot.platforms.slack")
MARKER = Marker("seedbed:0123456789abcdef0123456789abcd")
GROUP = "S0123ABCD"
LINK = "https://example.slack.com/archives/C0123ABCD/p1700000000000100?a=1&b=2"
CONTINUED = "The excerpt, continued"

words = st.sampled_from(
    [
        *"\n *_~`|<>&;!^@#[]()\\\"'-+.:/?1a…。，",
        "<!channel>",
        "<!here|here>",
        "<!everyone>",
        "<!subteam^S0123ABCD|@readers>",
        "<@U1>",
        "<@W1|ada>",
        "<#C1|general>",
        "<https://x|y>",
        "<mailto:a@b.c|d>",
        "<!date^0^{date}|e>",
        "&lt;!channel&gt;",
        "&amp;lt;",
        "@channel",
        "@here",
        ":smile:",
        "```",
        "> ",
        "&gt; ",
        "https://example.org/a_b?c=d&e=<f>",
        "http://example.org. ",
        "javascript:alert(1)",
        "שלום עולם",
        "مرحبا",
        "👩‍👩‍👧‍👦",
        "🇩🇪",
        "👍🏽",
        "天地玄黄",
        "ความพยายาม",
        "e\u0301",
        "\u202e",
        "\ud800",
        "\x00",
        "A sentence of some length. ",
        "Is it one? ",
        "word ",
    ]
)
pieces = st.one_of(words, words, words, st.text(st.characters(exclude_categories=()), max_size=5))
short = st.lists(pieces, max_size=30).map("".join)
sizes = st.one_of(st.integers(1, 300), st.integers(300, 6000), st.integers(1, 50_000))
excerpts = st.builds(
    lambda parts, size: ("".join(parts) * (size // max(1, len("".join(parts))) + 1))[:size],
    st.lists(pieces, min_size=1, max_size=60),
    sizes,
)
prompts = st.tuples(short, short, short).map(
    lambda texts: tuple(Prompt(text[:300], family, "x") for text, family in zip(texts, Family, strict=True))
)
urls = st.one_of(
    st.none(), st.just("https://example.org/a_(b)|c"), short.map("https://example.org/?a=1&b=".__add__), short
)


@st.composite
def posts(draw: st.DrawFn) -> Post:
    return Post(
        marker=MARKER,
        kind=draw(st.sampled_from(Kind)),
        seed=SeedId("a-seed"),
        title=draw(st.one_of(st.none(), short.map(lambda text: text[:300]))),
        text=draw(excerpts),
        attribution=Attribution(
            draw(st.one_of(st.none(), short.map(lambda text: text[:300]))),
            Source(
                draw(st.one_of(st.none(), short)),
                draw(urls),
                draw(st.sampled_from([None, "1851", "2025-06-11", "<!here>"])),
            ),
        ),
        topics=tuple(draw(st.lists(short.map(lambda text: text[:40]), max_size=12))),
        invitation=draw(st.sampled_from(["Answer any one:", "", "<!channel> & <@U1>"])),
        prompts=draw(st.one_of(st.just(()), prompts)),
        late=draw(st.booleans()),
        topic=draw(st.one_of(st.none(), short)),
        look=Look(role=draw(st.sampled_from([None, GROUP]))),
    )


thoroughly = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def solid(text: str) -> str:
    """Without white space, which may come and go where a text is cut."""
    return "".join(text.split())


def post_of(text: str, **others: Any) -> Post:
    plain = Post(
        MARKER,
        Kind.DAILY,
        SeedId("a-seed"),
        "A title",
        text,
        Attribution("An author", Source("A book", "https://example.org/book", "1851")),
        ("soil",),
        "Answer any one:",
        tuple(Prompt(f"What of {family}?", family, family) for family in Family),
    )
    return replace(plain, **others)


@thoroughly
@given(posts())
def test_every_post_is_within_all_limits_and_can_be_edited(post: Post) -> None:
    """However characters are counted, and the whole of what holds them with them."""
    rendered = render(post, WORDS)
    body = rendered.arguments()
    shown(body)
    shown(rendered.edited(), edited=True)
    for one in (body, *rendered.in_thread):
        assert length(one["text"]) <= 4000
        assert limits.weight(one["blocks"]) <= 13_200 * 0.95
        assert len(one["blocks"]) <= 50
        shown(one)


@pytest.mark.parametrize("asked", ["q", "&", '"', "🎉"])
@pytest.mark.parametrize("around", ["", "&", "🎉"])
@pytest.mark.parametrize("filler", ["&", "🎉", "\\", "天", "word ", "http://a.b "])
def test_the_limits_hold_where_every_character_counts_more_than_once(filler: str, around: str, asked: str) -> None:
    """Escaped, in UTF-16, in JSON, or as a link that is an object of its own; and the room is used."""
    post = post_of(
        filler * 5000,
        title=around * 300,
        attribution=Attribution(around * 300, Source(around * 299 + "!", "https://example.org/" + "a" * 480)),
        topics=(around * 40,) * 20,
        topic=around * 900,
        late=True,
        invitation=around * 300,
        prompts=tuple(Prompt(asked * 299 + "?", family, family) for family in Family),
        look=Look(role="S0123456789ABCDEFGHIJ"),
    )
    rendered = render(post, WORDS)
    shown(rendered.edited(), edited=True)
    assert rendered.cut
    assert length(rendered.arguments()["text"]) <= 4000
    for one in (rendered.arguments(), *rendered.in_thread, render_private(post, WORDS, link=LINK)):
        shown(one)
        assert limits.weight(one["blocks"]) <= limits.BLOCKS < 13_200 * 0.95
    for one in rendered.in_thread[1:-1]:
        assert length(one["text"]) <= 4000
        assert length(one["text"]) > 3800 or limits.weight(one["blocks"]) > limits.BLOCKS - 200


@thoroughly
@given(posts())
def test_nobody_is_mentioned_but_the_group_of_a_daily_post(post: Post) -> None:
    rendered = render(post, WORDS)
    view = shown(rendered.arguments())
    group = post.look.role if post.kind is Kind.DAILY else None
    assert view.pinged == ((group,) if group else ())
    ours = {f"!subteam^{group}"} if group else set()
    assert {what for what in view.marked if not what.startswith(("https://", "http://"))} == ours
    for one in (rendered.arguments(), *rendered.in_thread):
        assert (one["unfurl_links"], one["unfurl_media"]) == (False, False)
        assert {"link_names", "parse", "mrkdwn"}.isdisjoint(one)
        kinds = {part["type"] for part in walk(one["blocks"]) if "type" in part}
        assert kinds.isdisjoint({"mrkdwn", "markdown", "user", "channel", "broadcast", "emoji"})
    assert not any(shown(one).pinged for one in rendered.in_thread)


@thoroughly
@given(posts())
def test_links_lead_to_the_web_and_only_where_the_text_says_or_the_source_is(post: Post) -> None:
    rendered = render(post, WORDS)
    source = safe_url(post.attribution.source.url, 3000)
    for one in (rendered.arguments(), *rendered.in_thread):
        view = shown(one)
        for url in {*view.links} - {source}:
            assert re.match(r"https?://[A-Za-z0-9]", url)
            assert not re.search(r"[\s<>|\"]", url)
        assert {what for what in view.marked if not what.startswith("!subteam^")} <= {source}
        for part in walk(one["blocks"]):
            if part.get("type") == "link" and part["url"] != source:
                assert part["text"] in clean(post.text)


@thoroughly
@given(posts())
def test_nothing_of_the_excerpt_is_lost_and_its_source_is_kept(post: Post) -> None:
    rendered = render(post, WORDS)
    view = shown(rendered.arguments())
    rest = [shown(one).excerpt for one in rendered.in_thread if CONTINUED in one["text"] and shown(one).quotes]
    assert rendered.cut == bool(rest)
    assert solid(view.excerpt + "".join(rest)) == (solid(clean(post.text)) or "…")
    assert ("the rest is in the thread" in view.seen) >= rendered.cut
    author, url = line(post.attribution.author or ""), safe_url(post.attribution.source.url, 3000)
    assert author[:75].rstrip() in view.seen
    assert url is None or url in view.links
    for prompt in post.prompts:
        assert line(prompt.text)[:50].rstrip() in view.seen
    if any(line(prompt.text) for prompt in post.prompts):
        whole = shown(rendered.in_thread[0])
        assert all(line(prompt.text)[:250].rstrip() in whole.seen for prompt in post.prompts)


@thoroughly
@given(posts())
def test_whoever_has_it_read_out_hears_all_that_is_seen(post: Post) -> None:
    """Screen readers take the text alone."""
    rendered = render(post, WORDS)
    private = render_private(post, WORDS, link=LINK)
    for one in (rendered.arguments(), *rendered.in_thread, private):
        view = shown(one)
        assert solid(view.read) == solid(view.seen)


@thoroughly
@given(posts(), prompts)
def test_a_question_swapped_never_moves_where_the_excerpt_is_cut(post: Post, others: tuple[Prompt, ...]) -> None:
    """The rest of it is in the thread already."""
    post = replace(post, prompts=post.prompts or others)
    before, after = render(post, WORDS), render(replace(post, prompts=others), WORDS)
    assert shown(before.arguments()).excerpt == shown(after.arguments()).excerpt
    rest = [[one for one in found.in_thread if CONTINUED in one["text"]] for found in (before, after)]
    assert len(rest[0]) == len(rest[1])


@thoroughly
@given(posts(), st.sampled_from([None, LINK]))
def test_what_one_person_is_shown_is_within_limits_and_pings_nobody(post: Post, link: str | None) -> None:
    body = render_private(post, WORDS, link=link)
    view = shown(body)
    assert length(body["text"]) <= limits.PRIVATE_TEXT
    assert limits.weight(body["blocks"]) <= 13_200 * 0.95
    assert (view.pinged, view.actions, view.names) == ((), (), ())
    assert "metadata" not in body
    assert (LINK in view.links) == (link is not None)


sentences = st.lists(
    st.sampled_from(
        ["This one is short. ", "Is this one a question, or not? ", "“It ends in a quotation.” ", "So it is! "]
    ),
    min_size=400,
    max_size=900,
).map(lambda parts: "".join(parts).strip())


@thoroughly
@given(sentences)
def test_a_long_excerpt_is_cut_after_a_sentence_wherever_it_is_cut(text: str) -> None:
    rendered = render(post_of(text), WORDS)
    assert rendered.cut
    parts = [shown(one).excerpt for one in (rendered.arguments(), *rendered.in_thread[1:])]
    assert all(re.search(r"[.?!]”?$", part) for part in parts)


def test_an_excerpt_of_usual_length_is_whole_and_a_long_one_uses_its_room() -> None:
    assert not render(post_of("word " * 500), WORDS).cut
    long = render(post_of("word " * 10_000), WORDS)
    assert length(shown(long.arguments()).excerpt) > 2500
    assert all(length(one["text"]) > 3900 for one in long.in_thread[1:-1])


def test_no_reply_is_empty_where_an_excerpt_has_a_wide_gap() -> None:
    rendered = render(post_of("word " * 1000 + " " * 20_000 + "after."), WORDS)
    rest = [shown(one).excerpt for one in rendered.in_thread[1:]]
    assert all(part.startswith("word") for part in rest[:-1])
    assert rest[-1] == "after."


def test_a_private_copy_holds_more_than_the_post_does() -> None:
    """It is never edited, and has no thread for the rest."""
    post = post_of("word " * 1500)
    assert render(post, WORDS).cut
    assert "Shortened" not in shown(render_private(post, WORDS, link=None)).seen
    assert "Shortened here" in shown(render_private(post_of("word " * 5000), WORDS, link=None)).seen


def test_the_marker_is_in_the_metadata_and_names_the_buttons() -> None:
    """Two marks, since an app without one scope sees the second one only."""
    body = render(post_of("Hope"), WORDS).arguments()
    view = shown(body)
    assert body["metadata"] == {"event_type": "seedbed_post", "event_payload": {"marker": MARKER}}
    assert view.names == (MARKER,)
    assert view.actions == tuple(action_id(button) for button in Button)
    assert view.actions == ("seedbed:another", "seedbed:save", "seedbed:discuss")
    assert view.labels == ("Another question", "Save for me", "Discuss")


def test_an_edit_names_neither_metadata_nor_previews() -> None:
    """Slack keeps the metadata that an edit does not name."""
    assert set(render(post_of("Hope"), WORDS).edited()) == {"text", "blocks"}


def test_each_call_hands_out_a_dictionary_of_its_own() -> None:
    rendered = render(post_of("Hope"), WORDS)
    rendered.arguments().clear()
    assert rendered.arguments()


def test_the_group_comes_first_so_that_a_notification_begins_with_it() -> None:
    body = render(post_of("Hope", look=Look(role=GROUP)), WORDS).arguments()
    assert body["text"].startswith(f"<!subteam^{GROUP}>")
    assert [part["usergroup_id"] for part in walk(body["blocks"][0]) if part.get("type") == "usergroup"] == [GROUP]


@pytest.mark.parametrize("role", ["here", "channel", "<!channel>", "U0123ABCD", "s0123", "123456789012345678", "S1>"])
def test_what_is_no_user_groups_id_pings_nobody(role: str) -> None:
    """A whole channel is woken by its people, never by a bot."""
    assert shown(render(post_of("Hope", look=Look(role=role)), WORDS).arguments()).pinged == ()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("A title", "header"),
        ("*Bold* @here", "header"),
        ("T" * 150, "header"),
        ("T" * 151, "rich_text"),
        ("Bread & butter", "rich_text"),
        ("<!channel>", "rich_text"),
        ("In :smile: mood", "rich_text"),
    ],
)
def test_a_title_is_a_header_where_that_shows_it_as_it_is(title: str, kind: str) -> None:
    """Nobody says what a header makes of an ampersand; rich text shows what it is given."""
    body = render(post_of("Hope", title=title), WORDS).arguments()
    assert body["blocks"][0]["type"] == kind
    assert shown(body).seen.startswith(f"{title}\n")


def seen(post: Post) -> str:
    return shown(render_private(post, WORDS, link=None)).seen


@pytest.mark.parametrize(
    ("author", "source", "expected"),
    [
        ("Ada", Source("Notes", "https://example.org/n", "1843-09-05"), "— Ada, Notes, 5 September 1843"),
        ("Ada", Source("Notes", None, "1843-09"), "— Ada, Notes, September 1843"),
        ("Ada", Source(None, "https://www.example.org/n", "1843"), "— Ada, 1843 · Continue at example.org"),
        (None, Source(None, "https://example.org/n"), "Continue at example.org"),
        ("Ada", Source("A title", "https://example.org/n"), "— Ada · Continue at example.org"),
        ("Ada", Source("Notes", "javascript:alert(1)", "1843-13-40"), "— Ada, Notes, 1843-13-40"),
        ("Ada", Source(), "— Ada"),
        (None, Source(), None),
    ],
)
def test_the_attribution_says_what_is_known_and_leaves_out_the_rest(
    author: str | None, source: Source, expected: str | None
) -> None:
    text = seen(post_of("Hope", attribution=Attribution(author, source), topics=(), prompts=()))
    assert text == "\n".join(filter(None, ("A title\nHope", expected)))


def test_a_very_long_address_is_a_link_but_is_not_read_out() -> None:
    """It would take the room of the excerpt, for those who have it read out."""
    url = f"https://example.org/{'a' * 1900}"
    body = render(post_of("Hope", attribution=Attribution("Ada", Source("Notes", url))), WORDS).arguments()
    assert shown(body).links == (url,)
    assert url not in body["text"]
    assert "Notes" in body["text"]


def test_addresses_in_the_excerpt_are_links_without_the_sentence_around_them() -> None:
    text = "See https://example.org/a_(b). (Or http://example.org/c!) Not ftp://example.org, nor https://<x>."
    view = shown(render(post_of(text, attribution=Attribution(None, Source())), WORDS).arguments())
    assert view.links == ("https://example.org/a_%28b%29", "http://example.org/c")
    assert view.excerpt == text


def test_a_late_post_and_one_asked_for_say_so_in_small_print() -> None:
    text = seen(post_of("Hope", late=True, kind=Kind.ASKED, topic=" *tea*\n<!here> ", topics=("soil", "water")))
    assert "Asked for: “*tea* <!here>”" in text
    assert "This post is late" in text
    assert "Topics: soil, water" in text
    assert "Asked for with /seed" in seen(post_of("Hope", kind=Kind.ASKED, topic=""))


def test_an_overlong_title_author_and_topic_are_shortened_and_the_rest_stays() -> None:
    post = post_of("Hope", title="T" * 900, attribution=Attribution("A" * 900, Source("S" * 900)), topics=("t" * 900,))
    assert re.search(r"^T+…\nHope\n— A+…, S+…\nTopics: t+…\n", seen(post))


def test_what_the_library_takes_of_a_title_and_a_source_is_shown_whole() -> None:
    title, author, source = "T" * 300, "A" * 300, "S" * 300
    body = render(post_of("Hope", title=title, attribution=Attribution(author, Source(source))), WORDS).arguments()
    assert all(part in shown(body).seen for part in (title, author, source))


def test_the_longest_prompts_are_shown_whole() -> None:
    asked = tuple(Prompt("q" * 299 + "?", family, family) for family in Family)
    view = shown(render(post_of("word " * 5000, prompts=asked), WORDS).arguments())
    assert all(prompt.text in view.seen for prompt in asked)


@given(st.text())
def test_escaped_text_is_read_as_it_was_and_holds_no_markup(text: str) -> None:
    assert unescaped(escape(text)) == text
    assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", escape(text))
