"""Sending over a real socket: what Discord creates, and what the outbox is told, whatever happens on the way."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import DeliveryError, Gone, NotSent, Refused
from bot.model import ChannelName, Look, State
from bot.platforms.discord import faults as faults_module
from bot.platforms.discord import platform as platform_module
from tests.discord.adapter import MARKER, Adapter, adapter, message
from tests.discord.place import place
from tests.simulators.discord.client import Discord, until

BEFORE = ["error_500", "error_502", "error_503", "drop_before", "reset"]
AFTER = ["error_500_after", "error_502_after", "error_503_after", "error_504_after", "drop_after"]


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord) as bot:
        yield bot


async def created(bot: Adapter, channel: str = "reading") -> int:
    """How many messages the bot has in a channel."""
    return sum(one.author == "seedbed" for one in await bot.discord.messages(channel))


async def in_doubt(bot: Adapter, channel: str = "reading") -> Exception:
    """Send, and see that nobody knows."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  which one is what is looked at
        await bot.platform.send(bot.address[channel], message())
    assert not isinstance(caught.value, NotSent | Refused | Gone)
    return caught.value


# ---- what is created -------------------------------------------------------------------------------------------------


async def test_a_receipt_names_the_message_the_channel_and_the_marker_that_discord_answered(bot: Adapter) -> None:
    receipt = await bot.platform.send(bot.address["reading"], message())
    (posted,) = await bot.discord.messages("reading")
    assert (receipt.message_id, receipt.address, receipt.marker) == (posted.id, bot.address["reading"], MARKER)
    assert [name.rpartition(":")[0] for name in posted.buttons.values()] == [MARKER] * 3


async def test_a_nonce_is_always_the_same_for_a_message_and_another_one_for_every_other(bot: Adapter) -> None:
    address = bot.address["reading"]
    other = bot.fresh()
    await other.open()
    try:
        for sender in (bot.platform, other):
            await sender.send(address, message())
        await other.send(address, message(marker=MARKER[:-1] + "0"))
        await other.send(address, message(generation=1))
    finally:
        await other.stop()
    nonces = [one.nonce for one in await bot.discord.messages("reading")]
    assert len(nonces) == len(set(nonces)) == 3
    assert all(isinstance(nonce, str) and len(nonce) == 24 for nonce in nonces)


async def test_nobody_is_mentioned_but_the_channels_own_role(bot: Adapter) -> None:
    roles = (await bot.discord.state())["guilds"][0]["roles"]
    everybody = f"@everyone @here <@&{roles['Organisers']}> <@{(await bot.discord.state()).user_id('ada')}>"
    shouting = message(text=everybody, title=everybody, look=Look(role=roles["Readers"]))
    await bot.platform.send(bot.address["reading"], shouting)
    (posted,) = await bot.discord.messages("reading")
    assert posted.pinged == [roles["Readers"]]


async def test_a_forum_post_is_a_thread_with_its_tag(bot: Adapter) -> None:
    await bot.discord.change_channel("library", needs_tag=True)
    receipt = await bot.platform.send(bot.address["library"], message(look=Look(tag="Essays")))
    assert receipt.address == bot.address["library"]
    thread = (await bot.discord.state()).channel(receipt.message_id)
    assert thread["name"] == "Seed 1"
    assert thread["applied_tags"] == [(await bot.discord.state()).channel("library")["tags"]["essays"]]


# ---- answers that are lost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", BEFORE)
async def test_what_went_wrong_before_the_write_leaves_nothing_and_is_not_tried_again_in_secret(
    bot: Adapter, fault: str
) -> None:
    await bot.discord.fault(fault, kind="create_message")
    await in_doubt(bot)
    assert await created(bot) == 0
    assert len(await bot.discord.requests("create_message")) == 1


@pytest.mark.parametrize("fault", AFTER)
async def test_what_went_wrong_after_the_write_is_one_message_and_a_resend_finds_it(bot: Adapter, fault: str) -> None:
    await bot.discord.fault(fault, kind="create_message")
    await in_doubt(bot)
    assert len(await bot.discord.requests("create_message")) == 1
    receipt = await bot.platform.send(bot.address["reading"], message())
    (posted,) = await bot.discord.messages("reading")
    assert receipt.message_id == posted.id


@pytest.mark.parametrize("fault", ["error_502_after", "drop_after"])
async def test_a_forum_post_whose_answer_is_lost_is_never_created_again_by_the_library(
    bot: Adapter, fault: str
) -> None:
    await bot.discord.fault(fault, kind="create_thread")
    await in_doubt(bot, "library")
    found = await bot.platform.find(bot.address["library"], message().marker, bot.clock.now())
    threads = [one for one in (await bot.discord.state())["channels"] if one["parent"] == bot.address["library"]]
    assert [one["id"] for one in threads] == [found]


async def test_only_channels_with_a_nonce_drop_repeats(bot: Adapter) -> None:
    other = bot.fresh()
    await other.open()
    try:
        for name, drops in (("reading", True), ("news", True), ("library", False)):
            assert bot.platform.drops_repeats(bot.address[name]) is drops
            assert not other.drops_repeats(bot.address[name]), "of what nobody told of, nothing is known"
            await other.send(bot.address[name], message())
            assert other.drops_repeats(bot.address[name]) is drops
        assert not bot.platform.drops_repeats("garden")
    finally:
        await other.stop()


@pytest.mark.parametrize("fault", ["drop_after", "error_502_after", "drop_before"])
async def test_a_forum_post_in_doubt_settles_through_its_history(tmp_path: Path, discord: Discord, fault: str) -> None:
    forum = (
        "  - {name: library, platform: discord, address: '{library}', at: '08:00', timezone: UTC, first_post: now}\n"
    )
    async with place(tmp_path, discord, channels=forum) as bot:
        await discord.fault(fault, kind="create_thread")
        await bot.post_daily()
        for _ in range(30):
            bot.clock.advance(seconds=5)
            await bot.parts.outbox.resume()
            await bot.parts.outbox.drain(timedelta(seconds=30))
        (entry,) = await bot.posted(ChannelName("library"))
        address = (await discord.state()).channel_id("library")
        threads = [one["id"] for one in (await discord.state())["channels"] if one["parent"] == address]
        assert threads == [entry.post.message_id]
        assert entry.post.state is State.POSTED


@pytest.mark.parametrize("fault", ["hang", "hang_after"])
async def test_an_answer_that_never_comes_is_given_up(
    bot: Adapter, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform_module, "CALL", 1.0)
    await bot.discord.fault(fault, kind="create_message")
    assert isinstance(await in_doubt(bot), TimeoutError)
    assert await created(bot) == int(fault == "hang_after")


async def test_a_message_applied_late_is_the_one_that_a_resend_gets(bot: Adapter) -> None:
    await bot.discord.fault(("late", 1.0), kind="create_message")
    await in_doubt(bot)

    async def applied() -> bool:
        return (await bot.discord.counts()).late == 0

    receipt = await bot.platform.send(bot.address["reading"], message())
    await until(applied)
    (posted,) = await bot.discord.messages("reading")
    assert receipt.message_id == posted.id


async def test_a_post_that_was_taken_down_before_the_resend_is_gone(bot: Adapter) -> None:
    receipt = await bot.platform.send(bot.address["reading"], message())
    await bot.discord.delete_message("reading", receipt.message_id)
    with pytest.raises(Gone):
        await bot.platform.send(bot.address["reading"], message())


# ---- certainly not sent ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["busy_no_via", "busy_banned", "busy_stripped"])
async def test_a_pause_that_discord_asks_for_is_told_also_behind_a_proxy(bot: Adapter, fault: str) -> None:
    await bot.discord.fault((fault, 7), kind="create_message")
    with pytest.raises(NotSent) as caught:
        await bot.platform.send(bot.address["reading"], message())
    assert caught.value.retry_after == (7 if fault != "busy_banned" else caught.value.retry_after)
    assert caught.value.retry_after is not None
    assert await created(bot) == 0


async def test_a_short_pause_is_waited_for(bot: Adapter) -> None:
    await bot.discord.fault(("busy", 0.2), ("busy", 0.1), kind="create_message")
    await bot.platform.send(bot.address["reading"], message())
    assert await created(bot) == 1


async def test_a_long_pause_is_the_outboxs_business(bot: Adapter) -> None:
    await bot.discord.fault(("busy", 40), kind="create_message")
    with pytest.raises(NotSent) as caught:
        await bot.platform.send(bot.address["reading"], message())
    assert caught.value.retry_after == 40


async def test_a_send_that_ran_out_of_time_while_it_had_to_wait_is_not_in_doubt(
    bot: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord said that it did not take the request, and no other one was made."""
    monkeypatch.setattr(platform_module, "CALL", 1.0)
    await bot.discord.fault(("busy", 15), kind="create_message")
    with pytest.raises(NotSent) as caught:
        await bot.platform.send(bot.address["reading"], message())
    assert caught.value.retry_after == 15


async def test_a_server_error_after_a_pause_is_in_doubt(bot: Adapter) -> None:
    await bot.discord.fault(("busy", 0.1), "error_502_after", kind="create_message")
    await in_doubt(bot)
    assert await created(bot) == 1


async def test_without_a_connection_nothing_was_sent(tmp_path: Path, discord: Discord) -> None:
    async with adapter(tmp_path, discord) as bot:
        lonely = bot.fresh(api_base="http://127.0.0.1:9/api/v10")
        with pytest.raises(NotSent):
            await lonely.send(bot.address["reading"], message())


# ---- certainly never, as things stand --------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["reading", None])
@pytest.mark.parametrize(
    ("permission", "label"), [("SEND_MESSAGES", "Send Messages"), ("VIEW_CHANNEL", "View Channel")]
)
async def test_a_missing_permission_is_named_with_the_place_to_grant_it(
    bot: Adapter, permission: str, label: str, channel: str | None
) -> None:
    await bot.discord.forbid(permission, channel=channel)
    with pytest.raises(Refused) as caught:
        await bot.platform.send(bot.address["reading"], message())
    assert f'"{label}"' in caught.value.reason
    place = f"#{channel}" if channel else "the server's roles"
    assert caught.value.remedy == f"allow it in {place}"


async def test_without_a_gateway_a_hidden_channel_may_be_one_of_a_server_that_was_left(bot: Adapter) -> None:
    await bot.discord.forbid("VIEW_CHANNEL", channel="reading")
    other = bot.fresh()
    await other.open()
    try:
        with pytest.raises(Refused, match=r'lacks "View Channel".*or invite the bot again'):
            await other.send(bot.address["reading"], message())
    finally:
        await other.stop()


async def test_an_embed_names_the_permission_for_embeds(bot: Adapter) -> None:
    await bot.discord.forbid("EMBED_LINKS", channel="library")
    with pytest.raises(Refused) as caught:
        await bot.platform.send(bot.address["library"], message())
    assert str(caught.value) == 'the bot lacks "Embed Links" in #library: allow it in #library'


async def test_a_refusal_is_one_although_nobody_explains_it(bot: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults_module, "EXPLAIN", 0.5)
    await bot.discord.forbid("SEND_MESSAGES", channel="reading")
    for fault in ("hang", "error_503", "drop_before"):
        await bot.discord.fault(fault, fault, kind="guild")
        with pytest.raises(Refused, match="look at its permissions there"):
            await bot.platform.send(bot.address["reading"], message())
        await bot.discord.no_faults()


async def test_a_deleted_channel_and_a_server_that_was_left_are_refusals(bot: Adapter) -> None:
    await bot.discord.delete_channel("general")
    with pytest.raises(Refused, match="not there any more"):
        await bot.platform.send(bot.address["general"], message())
    await bot.discord.remove_guild()
    with pytest.raises(Refused):
        await bot.platform.send(bot.address["reading"], message())


@pytest.mark.parametrize(
    ("code", "said"), [(200000, "AutoMod"), (160006, "open threads"), (50035, "mistake of the bot's"), (40067, "tag")]
)
async def test_refusals_come_with_a_reason_and_a_remedy(bot: Adapter, code: int, said: str) -> None:
    await bot.discord.fault(("refused", code), kind="create_message")
    with pytest.raises(Refused, match=said):
        await bot.platform.send(bot.address["reading"], message())


async def test_a_forum_without_the_wanted_tag_says_which_ones_it_has(bot: Adapter) -> None:
    with pytest.raises(Refused, match=r'no tag "poems".*"fiction", "essays"'):
        await bot.platform.send(bot.address["library"], message(look=Look(tag="poems")))


async def test_a_token_that_was_reset_is_named_and_never_shown(bot: Adapter) -> None:
    await bot.discord.tune(token="MTA1.another.token")
    with pytest.raises(Refused, match="SEEDBED_DISCORD_TOKEN") as caught:
        await bot.platform.send(bot.address["reading"], message())
    assert bot.discord.token not in str(caught.value)


@pytest.mark.parametrize("address", ["reading", "", "12 34", "9" * 30, "１２３"])  # noqa: RUF001  digits, yet no id
async def test_an_address_that_is_no_id_is_refused_without_asking(bot: Adapter, address: str) -> None:
    before = len(await bot.discord.requests())
    with pytest.raises(Refused):
        await bot.platform.send(address, message())
    assert len(await bot.discord.requests()) == before


async def test_a_direct_channel_or_a_thread_is_no_place_for_a_seedbed(bot: Adapter) -> None:
    receipt = await bot.platform.send(bot.address["library"], message())
    with pytest.raises(Refused, match="no channel of a server"):
        await bot.platform.send(receipt.message_id, message())


async def test_every_word_of_the_port_is_a_delivery_error(bot: Adapter) -> None:
    """The command line shows them as they are."""
    await bot.discord.forbid("SEND_MESSAGES")
    with pytest.raises(DeliveryError, match='lacks "Send Messages"'):
        await bot.platform.send(bot.address["reading"], replace(message(), late=True))
