"""Which permissions a channel needs, and how what is missing is told."""

from dataclasses import replace

import discord
import pytest

from bot.model import Extras, Look, Style
from bot.platforms.discord import rights
from bot.platforms.discord.words import Words
from tests.fakes.posts import make_channel

TEXT, NEWS, FORUM = discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum
PLAIN = make_channel()
ALL = replace(
    PLAIN, look=Look(style=Style.EMBED), extras=Extras(thread=True, reactions=("🌱",), pin=True, crosspost=True)
)


def test_a_plain_channel_needs_little() -> None:
    assert set(rights.needed(PLAIN, TEXT)) == {
        "view_channel",
        "send_messages",
        "embed_links",
        "read_message_history",
        "create_public_threads",
        "send_messages_in_threads",
    }


def test_a_forum_needs_neither_threads_nor_pins() -> None:
    assert not set(rights.needed(ALL, FORUM)) & {"create_public_threads", "pin_messages"}


@pytest.mark.parametrize("kind", [TEXT, NEWS, FORUM])
def test_the_invitation_asks_for_all_that_any_channel_needs_and_for_nothing_that_moderates(
    kind: discord.ChannelType,
) -> None:
    assert rights.missing(rights.INVITE, rights.needed(ALL, kind)) == ()
    for flag in ("administrator", "manage_guild", "manage_messages", "manage_channels", "mention_everyone"):
        assert not getattr(rights.INVITE, flag)


def test_the_invitations_number_is_the_one_that_is_documented() -> None:
    assert rights.INVITE.value == 309237730368 | 1 << 51


def test_every_permission_has_its_name_in_every_language() -> None:
    words = Words.load()
    for flag in {flag for kind in (TEXT, FORUM) for flag in rights.needed(ALL, kind)}:
        labels = [rights.label(flag, words, locale) for locale in words.locales]
        assert len(set(labels)) == len(labels) > 1
        assert flag not in labels


def test_what_is_missing_is_told_from_the_bottom_up() -> None:
    needed = rights.needed(ALL, TEXT)
    assert rights.missing(discord.Permissions.none(), needed) == ("view_channel",)
    assert rights.missing(discord.Permissions(view_channel=True, read_message_history=True), needed) == (
        "send_messages",
        "create_public_threads",
        "send_messages_in_threads",
        "add_reactions",
        "pin_messages",
    )
    assert rights.missing(discord.Permissions.all(), needed) == ()
