"""A look at what Discord has to allow, and whom the organisers' news reach."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.config import Secret
from bot.errors import PlatformUnavailable
from bot.model import Channel, Extras, Look
from bot.platforms.discord.doctor import Examined, Missing, examine
from tests.discord.adapter import Adapter, adapter, settings_for
from tests.simulators.discord.client import Discord


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord, started=False) as bot:
        yield bot


async def look(bot: Adapter, channel: Channel) -> Examined:
    (found,) = (await examine(settings_for(bot.discord), [channel])).channels
    return found


async def test_a_healthy_bot_is_told_who_it_is_and_how_to_invite_it(bot: Adapter) -> None:
    channels = [bot.channel(name) for name in ("reading", "news", "library")]
    found = await examine(settings_for(bot.discord), channels)
    state = await bot.discord.state()
    assert found.ok
    assert found.bot.startswith("seedbed")
    assert str(found.application) == state["bot"]["id"]
    assert f"permissions={found.permissions}" in found.invite
    assert "bot" in found.invite
    assert "applications.commands" in found.invite
    assert found.servers == ("Reading group",)
    assert found.commands == 0
    assert [(one.shown, one.server, one.kind) for one in found.channels] == [
        ("#reading", "Reading group", "text"),
        ("#news", "Reading group", "news"),
        ("#library", "Reading group", "forum"),
    ]
    assert await bot.discord.requests("create_message") == []


async def test_each_missing_permission_is_named_with_the_place_to_grant_it(bot: Adapter) -> None:
    await bot.discord.forbid("PIN_MESSAGES")
    await bot.discord.forbid("SEND_MESSAGES", channel="reading")
    found = await look(bot, bot.channel("reading", extras=Extras(pin=True)))
    assert Missing("Send Messages", "in #reading") in found.missing
    assert Missing("Pin Messages", "in the server's roles") in found.missing


async def test_a_channel_that_is_hidden_or_gone_says_so(bot: Adapter) -> None:
    await bot.discord.forbid("VIEW_CHANNEL", channel="reading")
    await bot.discord.delete_channel("general")
    hidden, gone, none = [
        await look(bot, channel)
        for channel in (bot.channel("reading"), bot.channel("general"), replace(bot.channel("news"), address="12"))
    ]
    assert hidden.trouble is not None
    assert '"View Channel"' in hidden.trouble
    assert gone.trouble is not None
    assert "not there any more" in gone.trouble
    assert none.trouble is not None


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("library", {"look": Look(tag="poems")}, 'no tag "poems"'),
        ("reading", {"extras": Extras(crosspost=True)}, "announcement channels only"),
        ("reading", {"look": Look(role="123456789012345678")}, "not in this server"),
    ],
)
async def test_what_the_channels_settings_ask_for_in_vain(
    bot: Adapter, name: str, changes: dict[str, object], said: str
) -> None:
    found = await look(bot, bot.channel(name, **changes))
    assert found.trouble is not None
    assert said in found.trouble


async def test_a_role_that_cannot_be_mentioned_is_named(bot: Adapter) -> None:
    roles = (await bot.discord.state())["guilds"][0]["roles"]
    await bot.discord.forbid("MENTION_EVERYONE")
    ok = await look(bot, bot.channel("reading", look=Look(role=roles["Readers"])))
    assert ok.trouble is None
    mute = await look(bot, bot.channel("reading", look=Look(role=roles["Organisers"])))
    assert mute.trouble is not None
    assert "@Organisers" in mute.trouble


async def test_a_forum_that_wants_a_tag_is_told_before_the_first_post(bot: Adapter) -> None:
    await bot.discord.change_channel("library", needs_tag=True)
    without = await look(bot, bot.channel("library"))
    assert without.trouble is not None
    assert "wants a tag" in without.trouble
    assert (await look(bot, bot.channel("library", look=Look(tag="Fiction")))).trouble is None


async def test_a_token_that_is_wrong_or_missing_is_one_sentence(bot: Adapter) -> None:
    for token in (None, Secret("MTA1.wrong.token-of-somebody")):
        with pytest.raises(PlatformUnavailable, match="SEEDBED_DISCORD_TOKEN"):
            await examine(replace(settings_for(bot.discord), token=token), [])


async def test_a_discord_out_of_reach_is_one_sentence(bot: Adapter) -> None:
    with pytest.raises(PlatformUnavailable, match="cannot log in"):
        await examine(replace(settings_for(bot.discord), api_base="http://127.0.0.1:9/api/v10"), [])
