"""Whatever a seed holds, its post is within Discord's limits, mentions nobody, and loses neither text nor source."""

# ruff: noqa: RUF001 - right-to-left letters and quotation marks are part of the matter

import inspect
import re
from dataclasses import replace
from typing import Any

import pytest
from discord import ForumChannel, InteractionResponse, PartialMessage, TextChannel, ui
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Attribution, Family, Kind, Look, Marker, Prompt, SeedId, Source, Style
from bot.model import Message as Post
from bot.platforms.discord.buttons import Button, custom_id, marker_in
from bot.platforms.discord.limits import length
from bot.platforms.discord.post import Rendered, render, render_private
from bot.platforms.discord.words import Words
from bot.platforms.plain import clean, line, safe_url
from tests.unit.discord_markdown import Markup, read
from tests.unit.discord_payload import Json, check_name, sent, shown

WORDS = Words.load()
ROLE = "123456789012345678"
LINK = "https://discord.com/channels/1/2/3"
OURS = {Markup.QUOTE, Markup.HEADING, Markup.SMALL, Markup.LIST, Markup.FORMAT, Markup.MASKED, Markup.LINK}

words = st.sampled_from(
    [
        *"\n \\*_~`|<>[]()#-+.:@/!?&1a…。，",
        "@everyone",
        "<@1>",
        f"<@&{ROLE}>",
        "<#1>",
        "<t:0>",
        "</seed:1>",
        ":smile:",
        "```",
        "# ",
        "- ",
        "> ",
        "1. ",
        "[x](https://evil.example)",
        "https://example.org/a_b",
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
urls = st.one_of(st.none(), st.just("https://example.org/a_(b)"), short.map("https://example.org/".__add__), short)


@st.composite
def posts(draw: st.DrawFn) -> Post:
    return Post(
        marker=Marker("seedbed:0123456789abcdef0123456789abcd"),
        kind=draw(st.sampled_from(Kind)),
        seed=SeedId("a-seed"),
        title=draw(st.one_of(st.none(), short.map(lambda text: text[:300]))),
        text=draw(excerpts),
        attribution=Attribution(
            draw(st.one_of(st.none(), short.map(lambda text: text[:300]))),
            Source(
                draw(st.one_of(st.none(), short)),
                draw(urls),
                draw(st.sampled_from([None, "1851", "2025-06-11", "*?*"])),
            ),
        ),
        topics=tuple(draw(st.lists(short.map(lambda text: text[:40]), max_size=12))),
        invitation="Answer any one:",
        prompts=draw(st.one_of(st.just(()), prompts)),
        late=draw(st.booleans()),
        topic=draw(st.one_of(st.none(), short)),
        look=Look(draw(st.sampled_from(Style)), draw(st.sampled_from([None, ROLE]))),
    )


thoroughly = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def solid(text: str) -> str:
    """Without white space, which may come and go at the end of a message."""
    return "".join(text.split())


def post_of(text: str, **others: Any) -> Post:
    plain = Post(
        Marker("seedbed:0123456789abcdef0123456789abcd"),
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


def body(rendered: Rendered) -> Json:
    return sent(rendered.arguments())


@thoroughly
@given(posts(), st.booleans())
def test_every_post_is_within_all_limits_however_characters_are_counted(post: Post, forum: bool) -> None:
    rendered = render(post, WORDS, forum=forum)
    view = shown(body(rendered))
    assert view.total <= view.most * 0.95
    assert all(length(label) <= 80 for label in view.labels)
    check_name(rendered.thread_name)
    assert length(rendered.thread_name) <= 100
    assert rendered.thread_name.strip() == rendered.thread_name != ""
    assert "\n" not in rendered.thread_name
    for content in rendered.in_thread:
        assert shown({"content": content}).total <= 2000
        assert content.strip() == content


@thoroughly
@given(posts(), st.booleans())
def test_nobody_is_mentioned_but_the_role_of_a_daily_post(post: Post, forum: bool) -> None:
    rendered = render(post, WORDS, forum=forum)
    sent_body, view = body(rendered), shown(body(rendered))
    pings = post.look.role is not None and post.kind is Kind.DAILY
    assert sent_body["allowed_mentions"] == ({"parse": [], "roles": [int(ROLE)]} if pings else {"parse": []})
    assert view.all(Markup.MENTION) == ([f"<@&{ROLE}>"] if pings else [])
    kinds = {kind for reading in view.readings for kind in reading.kinds} - {Markup.MENTION}
    kinds |= {kind for content in rendered.in_thread for kind in read(content).kinds}
    assert kinds <= OURS


@thoroughly
@given(posts(), st.booleans())
def test_nothing_of_the_excerpt_is_lost_and_its_source_is_kept(post: Post, forum: bool) -> None:
    rendered = render(post, WORDS, forum=forum)
    view = shown(body(rendered))
    rest = [read(content).text for content in rendered.in_thread if content.startswith("-# The excerpt, continued\n")]
    assert rendered.cut == bool(rest)
    joined = view.excerpt + "".join(text.removeprefix("The excerpt, continued\n") for text in rest)
    assert solid(joined) == (solid(clean(post.text)) or "…")
    assert ("the rest is in the thread" in "\n".join(view.texts)) >= rendered.cut
    author, url = line(post.attribution.author or ""), safe_url(post.attribution.source.url)
    assert author[:40] in view.plain
    if url:
        assert url in view.all(Markup.MASKED)
    for prompt in post.prompts:
        assert line(prompt.text)[:100].rstrip() in view.plain
        assert line(prompt.text) in "\n".join(read(content).text for content in rendered.in_thread)


@thoroughly
@given(posts(), prompts, st.booleans())
def test_a_question_swapped_changes_neither_the_kind_of_message_nor_where_it_is_cut(
    post: Post, others: tuple[Prompt, ...], forum: bool
) -> None:
    """A card can never become an embed again, and the rest of the excerpt is in the thread already."""
    post = replace(post, prompts=post.prompts or others)
    before, after = render(post, WORDS, forum=forum), render(replace(post, prompts=others), WORDS, forum=forum)
    assert ("embed" in before.arguments()) == ("embed" in after.arguments())
    assert shown(body(before)).excerpt == shown(body(after)).excerpt
    assert before.in_thread[1:] == after.in_thread[1:] or not (line(others[0].text) and before.in_thread)


@thoroughly
@given(posts(), st.sampled_from([None, "en-GB", "de", "pt-BR"]), st.sampled_from([None, LINK]))
def test_what_one_person_is_shown_is_within_limits_and_pings_nobody(
    post: Post, locale: str | None, link: str | None
) -> None:
    sent_body = sent(render_private(post, WORDS, locale, link=link))
    view = shown(sent_body)
    assert view.total <= view.most * 0.95
    assert sent_body["allowed_mentions"] == {"parse": []}
    assert not view.all(Markup.MENTION)
    assert view.custom_ids == ()
    assert len(view.labels) == (link is not None)


sentences = st.lists(
    st.sampled_from(
        ["This one is short. ", "Is this one a question, or not? ", "“It ends in a quotation.” ", "So it is! "]
    ),
    min_size=400,
    max_size=900,
).map(lambda parts: "".join(parts).strip())


@thoroughly
@given(sentences, st.sampled_from(Style))
def test_a_long_excerpt_is_cut_after_a_sentence_wherever_it_is_cut(text: str, style: Style) -> None:
    rendered = render(post_of(text, look=Look(style)), WORDS)
    assert rendered.cut
    parts = [shown(body(rendered)).excerpt, *(read(content).text for content in rendered.in_thread[1:])]
    assert all(re.search(r"[.?!]”?$", part) for part in parts)


def test_the_card_comes_first_then_an_embed_that_holds_all_then_a_card_that_is_cut() -> None:
    def kind(text: str) -> tuple[bool, bool]:
        rendered = render(post_of(text), WORDS)
        return "embed" in rendered.arguments(), rendered.cut

    assert kind("word " * 100) == (False, False)
    assert kind("word " * 700) == (True, False)
    assert kind("word " * 5000) == (False, True)


def test_a_post_that_is_edited_keeps_its_kind_even_if_another_would_be_chosen_today() -> None:
    """A card can never become an embed again."""
    assert "embed" in render(post_of("word " * 700), WORDS).arguments()
    card = render(post_of("word " * 700), WORDS, style=Style.CARD)
    assert (set(card.arguments()), card.cut) == ({"allowed_mentions", "view"}, True)
    assert "embed" in render(post_of("Hope"), WORDS, style=Style.EMBED).arguments()


def test_a_forum_post_is_an_embed_whatever_the_channel_prefers() -> None:
    assert isinstance(render(post_of("Hope"), WORDS).arguments()["view"], ui.LayoutView)
    assert set(render(post_of("Hope"), WORDS, forum=True).arguments()) == {
        "allowed_mentions",
        "content",
        "embed",
        "view",
    }


@pytest.mark.parametrize("style", Style)
def test_each_button_carries_the_marker_by_which_the_post_is_found_again(style: Style) -> None:
    post = post_of("Hope", look=Look(style))
    view = shown(body(render(post, WORDS)))
    assert view.custom_ids == tuple(custom_id(post.marker, button) for button in Button)
    assert {marker_in(name) for name in view.custom_ids} == {post.marker}
    assert view.labels == ("Another question", "Save for me", "Discuss")


def test_the_labels_of_the_buttons_fit_in_every_language() -> None:
    for locale in WORDS.locales:
        labels = [WORDS.say(f"post.{name}", locale) for name in (*Button, "to_post")]
        assert all(1 <= length(label) <= 80 for label in labels)


@pytest.mark.parametrize("style", Style)
async def test_discord_py_has_nothing_to_remember_of_a_post(style: Style) -> None:
    """It keeps every view that is not finished for as long as it lives: a slow leak, with a post a day."""
    view = render(post_of("Hope", look=Look(style)), WORDS).arguments()["view"]
    assert isinstance(view, ui.View | ui.LayoutView)
    assert view.is_finished()


def test_the_role_comes_first_so_that_a_notification_begins_with_it() -> None:
    card = body(render(post_of("Hope", look=Look(role=ROLE)), WORDS))
    assert card["components"][0] == {"type": 10, "content": f"<@&{ROLE}>"}
    embed = body(render(post_of("Hope", look=Look(Style.EMBED, ROLE)), WORDS))
    assert embed["content"] == f"<@&{ROLE}>"
    assert "roles" not in body(render(post_of("Hope", look=Look(role="everyone")), WORDS))["allowed_mentions"]


def seen(post: Post, locale: str | None = None) -> str:
    return shown(sent(render_private(post, WORDS, locale, link=None))).plain


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


def test_a_date_is_written_as_the_reader_writes_it() -> None:
    post = post_of("Hope", attribution=Attribution(None, Source("Brief", None, "1843-03-05")))
    assert "5. März 1843" in seen(post, "de")
    assert "5 March 1843" in seen(post, "en-GB")


def test_a_late_post_and_one_asked_for_say_so_in_small_print() -> None:
    text = seen(post_of("Hope", late=True, kind=Kind.ASKED, topic=" *tea*\n@here ", topics=("soil", "water")))
    assert "Asked for: “*tea* @here”" in text
    assert "This post is late" in text
    assert "Topics: soil, water" in text
    assert "Asked for with /seed" in seen(post_of("Hope", kind=Kind.ASKED, topic=""))


def test_a_thread_is_named_after_the_seed_and_always_has_a_name() -> None:
    def name(**others: Any) -> str:
        return render(post_of("Hope is a discipline, not a mood, they say", **others), WORDS).thread_name

    assert name() == "A title"
    assert name(title="  Two\nlines ") == "Two lines"
    assert name(title=None) == "Hope is a discipline, not a mood, they …"
    assert name(title="word " * 60) == "word " * 19 + "word…"
    assert name(title="\u200b") == "a-seed"
    assert length(name(title="👩‍👩‍👧‍👦" * 30)) <= 100


def test_an_overlong_title_author_and_topic_are_shortened_and_the_rest_stays() -> None:
    post = post_of("Hope", title="T" * 300, attribution=Attribution("A" * 300, Source("S" * 300)), topics=("t" * 900,))
    text = seen(post)
    assert re.search(r"^T+…\nHope\n— A+…, S+…\nTopics: t+…\n", text)


@pytest.mark.parametrize("style", Style)
def test_sending_a_forum_post_editing_and_answering_take_the_same_arguments(style: Style) -> None:
    rendered = render(post_of("Hope", look=Look(style)), WORDS)
    for method in (TextChannel.send, ForumChannel.create_thread, PartialMessage.edit, InteractionResponse.edit_message):
        assert set(rendered.arguments()) <= set(inspect.signature(method).parameters)
    rendered.arguments().clear()
    assert rendered.arguments(), "each call hands out a dictionary of its own"
