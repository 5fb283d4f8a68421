"""What organisers type after `/seedbed` and into its form, and what of it comes back to them."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.model import Channel, ChannelName, Extras, PlatformName
from bot.platforms import when
from bot.platforms.slack.commands import kit, settings, typed
from bot.platforms.slack.commands.line import Line, read
from bot.platforms.slack.commands.submissions import NOTICE, Mistakes, Typed, refilled
from bot.platforms.slack.commands.voice import Voice
from bot.platforms.typed import source_of
from bot.platforms.words import Words
from tests.fakes.clock import BEGINNING

VOICE = Voice(Words.load("bot.platforms.slack"))
ZONES = when.Zones()


class TestLines:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("", Line()),
            ("Status", Line("status")),
            ("pause until friday in #books", Line("pause", "until friday", ("#books",))),
            ("next 3 <#C0123ABCD|books>", Line("next", "3", ("C0123ABCD",))),
            ("move <#C0123ABCD> to <#C0123ABCE>", Line("move", "", ("C0123ABCD", "C0123ABCE"))),
            ("post To the Lighthouse", Line("post", "To the Lighthouse")),
            ("queue R&amp;D &lt;3", Line("queue", "R&D <3")),
            ("  skip   ", Line("skip")),
            ("post what comes in", Line("post", "what comes in")),
        ],
    )
    def test_a_verb_its_words_and_the_channels_named(self, text: str, line: Line) -> None:
        assert read(text) == line

    def test_a_hash_within_a_word_names_no_channel(self) -> None:
        assert read("post c#major") == Line("post", "c#major")


def state_of(blocks: list[dict[str, Any]], **changed: Any) -> dict[str, Any]:
    """A form that is sent off with what it began with, but for some fields."""
    names = {
        "conversations_select": ("selected_conversation", "initial_conversation"),
        "timepicker": ("selected_time", "initial_time"),
        "external_select": ("selected_option", "initial_option"),
        "checkboxes": ("selected_options", "initial_options"),
        "plain_text_input": ("value", "initial_value"),
    }
    values: dict[str, Any] = {}
    for block in blocks:
        if block["type"] == "input":
            name, first = names[block["element"]["type"]]
            field = block["block_id"]
            begun = block["element"].get(first, [] if name.endswith("s") else None)
            values[field] = {block["element"]["action_id"]: {name: changed.get(field, begun)}}
    return {"state": {"values": values}, "blocks": blocks, "type": "modal", "private_metadata": ""}


def channel(**changes: Any) -> Channel:
    made = Channel(ChannelName("reading"), PlatformName.SLACK, "T1/C0123ABCD", (time(9),), "Europe/Berlin")
    return replace(made, **changes)


def filled(one: Channel, **changed: Any) -> Typed:
    blocks = settings.fields(VOICE, one, BEGINNING, place="C0123ABCD", known=True)
    return Typed(state_of(blocks, **changed))


class TestTheSetupForm:
    def test_a_form_sent_off_untouched_changes_nothing(self) -> None:
        """Every setting that the form shows comes back as it was."""
        one = channel(
            times=(time(7, 30), time(18)),
            days=frozenset({0, 2, 4}),
            topics_include=frozenset({"soil"}),
            topics_exclude=frozenset({"war"}),
            extras=Extras(thread=True, pin=True, reactions=("🌱", ":eyes:")),
        )
        assert settings.read(VOICE, ZONES, filled(one)).granted(one) == one

    def test_more_times_join_the_first(self) -> None:
        wishes = settings.read(VOICE, ZONES, filled(channel(), more="18:00 and 7am"))
        assert wishes.times == (time(7), time(9), time(18))

    def test_what_is_amiss_is_said_at_its_field(self) -> None:
        with pytest.raises(Mistakes) as caught:
            settings.read(VOICE, ZONES, filled(channel(), more="noonish", reactions="🌱 plant", days=[]))
        assert set(caught.value.by_field) == {"more", "reactions", "days"}
        assert "noonish" in caught.value.by_field["more"]

    def test_topics_with_a_minus_are_left_out(self) -> None:
        wishes = settings.read(VOICE, ZONES, filled(channel(), topics="soil, -war,, light "))
        assert wishes.include == {"soil", "light"}
        assert wishes.exclude == {"war"}

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("", ()),
            ("🌱👍", ("🌱", "👍")),
            (":seedling: 🌱, :+1:", (":seedling:", "🌱", ":+1:")),
            ("🌱 🌱", ("🌱",)),
            (":wave::skin-tone-3:", (":wave::skin-tone-3:",)),
            ("👩‍🌾", ("👩‍🌾",)),
            ("plant", None),
        ],
    )
    def test_emoji_as_typed_or_by_their_names(self, text: str, found: tuple[str, ...] | None) -> None:
        assert settings.emoji_in(text) == found


class TestAFormThatComesBack:
    def test_nothing_that_was_filled_in_is_lost(self) -> None:
        blocks = settings.fields(VOICE, channel(), BEGINNING, place="C0123ABCD", known=True)
        sent = state_of(blocks, more="noonish", at="10:15", topics="soil")
        again = refilled(sent, "That cannot be.")
        assert again["blocks"][0]["block_id"] == NOTICE
        assert "That cannot be." in again["blocks"][0]["text"]["text"]
        assert Typed(state_of(again["blocks"])).text("more") == "noonish"
        assert Typed(state_of(again["blocks"])).text("at") == "10:15"
        assert Typed(state_of(again["blocks"])).text("topics") == "soil"

    def test_a_field_that_was_emptied_stays_empty(self) -> None:
        one = channel(times=(time(9), time(18)))
        blocks = settings.fields(VOICE, one, BEGINNING, place="C0123ABCD", known=True)
        again = refilled(state_of(blocks, more=None), "No.")
        assert Typed(state_of(again["blocks"])).text("more") == ""

    def test_a_second_time_there_is_one_notice_still(self) -> None:
        blocks = settings.fields(VOICE, channel(), BEGINNING, place="C0123ABCD", known=True)
        twice = refilled(state_of(refilled(state_of(blocks), "One.")["blocks"]), "Two.")
        assert [block["text"]["text"] for block in twice["blocks"] if block["type"] == "section"] == ["⚠️ Two."]


class TestLongAnswers:
    def test_no_section_and_no_message_holds_more_than_slack_takes(self) -> None:
        shown = kit.sections("\n\n".join("word " * 400 for _ in range(40)))
        texts = [block["text"]["text"] for block in shown]
        assert max(map(len, texts)) <= kit.SECTION
        assert sum(map(len, texts)) <= kit.TOGETHER + kit.SECTION
        assert texts[-1].endswith("…"), "that something is missing can be seen"

    def test_a_short_one_is_whole(self) -> None:
        text = "One.\nTwo.\n\nThree."
        assert [block["text"]["text"] for block in kit.sections(text)] == ["One.\nTwo.", "Three."]


class TestTextsOfMessages:
    @pytest.mark.parametrize(
        ("text", "read_as"),
        [
            ("see <https://example.org/a?b=1&amp;c=2|this page>", "see this page"),
            ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
            ("<#C0123ABCD|books> and <@U0123ABCD|ada>", "#books and @ada"),
            ("<!channel> hello", " hello"),
            ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ],
    )
    def test_markup_is_read_as_people_see_it(self, text: str, read_as: str) -> None:
        assert typed.unwrapped(text) == read_as

    @pytest.mark.parametrize(
        ("text", "title", "url"),
        [
            ("On Gardens https://example.org/g", "On Gardens", "https://example.org/g"),
            ("https://example.org/g", None, "https://example.org/g"),
            ("On Gardens", "On Gardens", None),
            ("", None, None),
        ],
    )
    def test_a_source_is_a_title_an_address_or_both(self, text: str, title: str | None, url: str | None) -> None:
        source = source_of(text)
        assert (source.title, source.url) == (title, url)


@pytest.mark.parametrize("hostile", ["<!channel>", "<@U0123ABCD>", "<https://example.org|x>", "a & b"])
def test_what_is_repeated_mentions_nobody_and_links_nowhere(hostile: str) -> None:
    assert "<" not in typed.quoted(hostile)
