"""Slack's names of emoji: right for what people type, and one for each emoji when they come back."""

import re
import unicodedata
from importlib.resources import files

import pytest

from bot.config import slack as config
from bot.errors import Refused
from bot.platforms.slack.emoji import key_of, name_of
from tests.simulators.slack import emoji as simulated


@pytest.mark.parametrize(
    ("emoji", "name"),
    [
        ("🌱", "seedling"),
        ("👍", "+1"),
        ("❤️", "heart"),
        ("❤", "heart"),
        ("🤔", "thinking_face"),
        ("📚", "books"),
        ("🎉", "tada"),
        ("📅", "date"),  # Unicode's name of it is calendar, which is another one's in Slack
        ("1️⃣", "one"),
        ("🇩🇪", "flag-de"),
        ("🇳🇿", "flag-nz"),
        ("👏🏽", "clap::skin-tone-4"),
        ("👍🏿", "+1::skin-tone-6"),
        ("🤷🏻‍♀️", "woman-shrugging::skin-tone-2"),
        ("🏳️‍🌈", "rainbow-flag"),
        (":seedling:", "seedling"),
        (":our-own_one:", "our-own_one"),
        (":Grüße:", "Grüße"),
        (":wave::skin-tone-3:", "wave::skin-tone-3"),
    ],
)
def test_an_emoji_has_its_name(emoji: str, name: str) -> None:
    assert name_of(emoji) == name


@pytest.mark.parametrize("emoji", ["", "x", "🏻", "🌱🌱", "🇩", "🇩x", "☥", ":", "::", ":a b:", "seedling", ":a:b:"])
def test_a_sign_without_a_known_name_is_refused_with_what_to_do(emoji: str) -> None:
    with pytest.raises(Refused, match=r"not known.*between colons, such as :seedling:"):
        name_of(emoji)


@pytest.mark.parametrize("emoji", [":seedling:", ":+1:", ":wave::skin-tone-3:", "🌱", "👏🏽", "🇩🇪"])
def test_what_the_configuration_takes_has_a_name(emoji: str) -> None:
    assert config.emoji(emoji) == emoji
    assert name_of(emoji)


def test_the_simulated_slack_calls_common_ones_the_same() -> None:
    """Two lists, written apart."""
    assert {sign: name_of(sign) for sign in simulated.SIGNS} == simulated.SIGNS


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("seedling", "seedling"),
        ("+1", "+1"),
        ("thumbsup", "+1"),
        ("+1::skin-tone-3", "+1"),
        ("thumbsup::skin-tone-6", "+1"),
        ("flag-de", "de"),
        ("our-own_one", "our-own_one"),
        ("", ""),
    ],
)
def test_a_reaction_counts_under_one_name(name: str, key: str) -> None:
    assert key_of(name) == key
    assert key_of(key) == key


def test_the_list_has_each_sign_once_and_names_that_slack_could_have() -> None:
    text = files("bot.platforms.slack").joinpath("emoji.txt").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    entries = [line.split(" ") for line in text.splitlines()]
    signs = [sign for entry in entries for sign in (entry[:1] if len(entry) == 2 else entry[0])]
    names = [entry[1] for entry in entries if len(entry) == 2]
    assert len(signs) == len(set(signs)) > 1400
    assert [name for name in names if not re.fullmatch("[a-z0-9_+-]+", name)] == []
    found = [name_of(sign) for sign in signs]
    assert len(found) == len(set(found)), "two signs would be one reaction"
    assert [name for name in found if key_of(name) != name] == [], "a name of the list is another one's alias"
