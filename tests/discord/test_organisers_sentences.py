"""What organisers are told of posts and pages, in every language: whole sentences, with what they need to go on."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.model import (
    Attribution,
    Channel,
    ChannelName,
    Kind,
    LedgerEntry,
    Marker,
    Message,
    MessageId,
    PlatformName,
    Post,
    PostId,
    SeedId,
    Source,
    State,
)
from bot.platforms.discord.commands.voice import LONGEST, Voice, pages, sentence
from bot.platforms.discord.words import Words

WORDS = Words.load()
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
CHANNEL = Channel(ChannelName("reading"), PlatformName.DISCORD, "123456789012345678", (time(9),), "Europe/Berlin")
MESSAGE = Message(
    Marker("seedbed:1"), Kind.DAILY, SeedId("moss"), "*Moss*", "Text.", Attribution(None, Source()), (), "Answer:", ()
)
POST = Post(
    PostId(7),
    CHANNEL.name,
    Kind.DAILY,
    "key",
    None,
    State.PENDING,
    NOW,
    late=False,
    message=MESSAGE,
    reason="it cannot be, as things stand",
)


@pytest.mark.parametrize("locale", WORDS.locales)
@pytest.mark.parametrize("state", State)
def test_every_state_of_a_post_is_told_with_its_reason(state: State, locale: str) -> None:
    told = Voice(WORDS, locale).outcome(replace(POST, state=state), None, CHANNEL)
    assert "{" not in told
    assert ("\\*Moss\\*" in told) == (state is not State.SKIPPED)
    explained = state in {State.BLOCKED, State.SKIPPED, State.UNKNOWN}
    assert ("It cannot be, as things stand." in told) == explained
    assert ("seedbed resolve 7" in told) == (state is State.UNKNOWN)


def test_a_post_is_linked_to_and_one_without_a_message_has_a_name() -> None:
    voice = Voice(WORDS, "en-US")
    posted = replace(POST, state=State.POSTED, message_id=MessageId("42"))
    assert "/123456789012345678/42" in voice.outcome(posted, None, CHANNEL)
    assert "The post" in voice.outcome(replace(POST, message=None), None, CHANNEL)


def test_reactions_are_told_most_first_and_a_servers_own_can_be_seen() -> None:
    entry = LedgerEntry(POST, "Moss", {"🌱": 1, "123456789012345678": 3})
    assert Voice(WORDS, "en-US").reactions(entry) == "<:_:123456789012345678> 3 🌱 1"


def test_reasons_are_sentences_that_format_nothing() -> None:
    assert sentence("the role *Readers* may not") == "The role \\*Readers\\* may not."
    assert sentence("Why?") == "Why?"
    assert sentence("") == ""


def test_pages_hold_whole_paragraphs_and_of_a_long_one_whole_lines() -> None:
    short, long = "s" * 900, "\n".join(f"{number} " + "l" * 300 for number in range(9))
    found = list(pages([short, short, short, long, "x" * 3000]))
    assert all(0 < len(page) <= LONGEST for page in found)
    assert found[0] == f"{short}\n\n{short}"
    lines = [line for page in found for line in page.split("\n") if line]
    assert [line for line in lines if "l" in line] == long.split("\n")
    assert lines[-1] == "x" * (LONGEST - 1) + "…"
