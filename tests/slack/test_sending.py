"""Sending over a real socket: what Slack creates, and what the outbox is told, whatever happens on the way."""

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Gone, NotSent, Refused
from bot.platforms.slack import client as client_module
from tests.simulators.slack.client import Slack, until
from tests.slack.adapter import MARKER, Adapter, adapter, message

POST = "chat.postMessage"
BEFORE = ["error_500", "error_502", "error_503", "drop_before", "reset"]
AFTER = ["error_500_after", "error_502_after", "error_503_after", "error_504_after", "drop_after"]
AMBIGUOUS = ["fatal_error", "internal_error", "service_unavailable", "request_timeout"]
DUPLICATES = ["duplicate_message_not_found", "duplicate_channel_not_found"]
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, slack) as bot:
        yield bot


async def created(bot: Adapter, channel: str = "reading") -> int:
    """How many messages the bot has in a channel."""
    return sum(one.author == "seedbed" for one in await bot.slack.messages(channel))


async def in_doubt(bot: Adapter, channel: str = "reading") -> Exception:
    """Send, and see that nobody knows."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  which one is what is looked at
        await bot.platform.send(bot.address[channel], message())
    assert not isinstance(caught.value, NotSent | Refused | Gone)
    return caught.value


async def asked(bot: Adapter, method: str = POST) -> int:
    return len(await bot.slack.requests(method))


# ---- what is created -------------------------------------------------------------------------------------------------


async def test_a_receipt_names_the_message_the_channel_and_the_marker_that_slack_answered(bot: Adapter) -> None:
    receipt = await bot.platform.send(bot.address["reading"], message())
    (posted,) = await bot.slack.messages("reading")
    assert (receipt.message_id, receipt.address, receipt.marker) == (posted.ts, bot.address["reading"], MARKER)


async def test_a_client_msg_id_is_always_the_same_for_a_message_and_another_one_for_every_other(bot: Adapter) -> None:
    """Nothing relies on it; where Slack does drop a repeat by it, that is a repeat indeed."""
    address = bot.address["reading"]
    for one in (message(), message(), message(marker=MARKER[:-1] + "0"), message(generation=1)):
        await bot.platform.send(address, one)
    first, again, *others = [one["arguments"]["client_msg_id"] for one in await bot.slack.requests(POST)]
    assert first == again
    assert len({first, *others}) == 3


async def test_nothing_is_previewed_and_nobody_is_mentioned(bot: Adapter) -> None:
    shouting = message(text="<!channel> <@U1> https://example.org", title="<!here> <https://x|y> @everyone")
    await bot.platform.send(bot.address["reading"], shouting)
    (request,) = await bot.slack.requests(POST)
    assert request["arguments"]["unfurl_links"] is request["arguments"]["unfurl_media"] is False
    assert not {"link_names", "parse"} & set(request["arguments"])
    (posted,) = await bot.slack.messages("reading")
    assert not posted.pinged


async def test_a_channel_may_be_written_with_its_workspace(bot: Adapter) -> None:
    team = (await bot.slack.state()).team_id
    address = f"{team}/{bot.address['reading']}"
    receipt = await bot.platform.send(address, message())
    assert receipt.address == address
    assert await bot.platform.find(address, message().marker, bot.clock.now() - HOUR) == receipt.message_id


# ---- answers that are lost -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", BEFORE)
async def test_what_went_wrong_before_the_write_leaves_nothing_and_is_not_tried_again_in_secret(
    bot: Adapter, fault: str
) -> None:
    await bot.slack.fault(fault, method=POST)
    await in_doubt(bot)
    assert await created(bot) == 0
    assert await asked(bot) == 1


@pytest.mark.parametrize("fault", AFTER)
async def test_what_went_wrong_after_the_write_is_one_message_that_is_found(bot: Adapter, fault: str) -> None:
    await bot.slack.fault(fault, method=POST)
    await in_doubt(bot)
    assert await asked(bot) == 1
    (posted,) = await bot.slack.messages("reading")
    found = await bot.platform.find(bot.address["reading"], message().marker, bot.clock.now() - HOUR)
    assert found == posted.ts


async def test_the_librarys_own_retries_would_have_posted_twice(bot: Adapter) -> None:
    """Why there are none: the same fault, met by a client as slack_sdk makes it. Two faults leave it no third try."""
    await bot.slack.fault("drop_after", method=POST)
    library = AsyncWebClient(token=bot.slack.token, base_url=bot.slack.api)
    await library.chat_postMessage(channel=bot.address["general"], text="Twice")
    assert await created(bot, "general") == 2
    await bot.slack.fault("drop_after", method=POST)
    await in_doubt(bot)
    assert await created(bot) == 1, "the default retry handlers came back"


async def test_no_client_of_the_adapter_repeats_anything(bot: Adapter) -> None:
    workspace = bot.platform._workspaces.of(bot.address["reading"])
    assert workspace.client.retry_handlers == []


@pytest.mark.parametrize("written", [False, True], ids=["not written", "written"])
@pytest.mark.parametrize("error", AMBIGUOUS + DUPLICATES)
async def test_errors_of_slacks_that_say_nothing_of_the_message_leave_it_in_doubt(
    bot: Adapter, error: str, written: bool
) -> None:
    await bot.slack.fault(("refused_after" if written else "refused", error), method=POST)
    await in_doubt(bot)
    assert await created(bot) == int(written)
    assert await asked(bot) == 1


@pytest.mark.parametrize("fault", ["hang", "hang_after"])
async def test_an_answer_that_never_comes_is_given_up(
    bot: Adapter, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "CALL", 1.0)
    await bot.slack.fault(fault, method=POST)
    assert isinstance(await in_doubt(bot), TimeoutError)
    assert await created(bot) == int(fault == "hang_after")


async def test_a_message_applied_late_is_found_once_it_is_there(bot: Adapter) -> None:
    await bot.slack.fault(("late", 0.5), method=POST)
    await in_doubt(bot)

    async def applied() -> bool:
        return (await bot.slack.counts()).late == 0

    await until(applied)
    (posted,) = await bot.slack.messages("reading")
    found = await bot.platform.find(bot.address["reading"], message().marker, bot.clock.now() - HOUR)
    assert found == posted.ts


# ---- certainly not sent ----------------------------------------------------------------------------------------------


async def test_a_pause_that_slack_asks_for_is_told_and_kept_to(bot: Adapter) -> None:
    await bot.slack.fault(("busy", 40), method=POST)
    for _ in range(2):
        with pytest.raises(NotSent) as caught:
            await bot.platform.send(bot.address["reading"], message())
        assert caught.value.retry_after == pytest.approx(40, abs=5)
    assert await asked(bot) == 1, "asked again before the time had come"
    assert await created(bot) == 0


async def test_a_pause_whose_length_a_proxy_took_away_is_a_pause_all_the_same(bot: Adapter) -> None:
    await bot.slack.fault("busy_stripped", method=POST)
    with pytest.raises(NotSent) as caught:
        await bot.platform.send(bot.address["reading"], message())
    assert caught.value.retry_after is None
    assert await created(bot) == 0


async def test_a_host_that_takes_no_connection_got_nothing(bot: Adapter) -> None:
    bot.platform._workspaces.of(bot.address["reading"]).client.base_url = "http://127.0.0.1:9/api/"
    with pytest.raises(NotSent, match="cannot be reached"):
        await bot.platform.send(bot.address["reading"], message())


async def test_a_request_that_never_left_is_not_in_doubt(bot: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes the connection never gets as far as to encrypt it."""
    monkeypatch.setattr(client_module, "CALL", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/api/"
        bot.platform._workspaces.of(bot.address["reading"]).client.base_url = address
        with pytest.raises(NotSent, match="not asked in time"):
            await bot.platform.send(bot.address["reading"], message())


async def test_before_the_login_nothing_was_sent(bot: Adapter) -> None:
    lonely = bot.fresh(api_base="http://127.0.0.1:9/api")
    with pytest.raises(NotSent, match="not reached yet"):
        await lonely.send(bot.address["reading"], message())


# ---- certainly never, as things stand --------------------------------------------------------------------------------


async def test_a_channel_that_the_bot_is_not_in_names_the_command_that_invites_it(bot: Adapter) -> None:
    with pytest.raises(Refused) as caught:
        await bot.platform.send(bot.address["news"], message())
    assert str(caught.value) == "the bot is not in the channel: write /invite @seedbed there"


async def test_an_archived_channel_says_so(bot: Adapter) -> None:
    await bot.slack.archive("reading")
    with pytest.raises(Refused, match="archived"):
        await bot.platform.send(bot.address["reading"], message())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("channel_not_found", "no such channel"),
        ("is_archived", "unarchive it"),
        ("restricted_action", "Posting permissions"),
        ("restricted_action_read_only_channel", "Posting permissions"),
        ("token_revoked", "SEEDBED_SLACK_BOT_TOKEN"),
        ("account_inactive", "install it again"),
        ("invalid_auth", "SEEDBED_SLACK_BOT_TOKEN"),
        ("msg_blocks_too_long", "mistake of the bot's"),
        ("an_error_of_tomorrow", "an_error_of_tomorrow"),
    ],
)
async def test_refusals_come_with_a_reason_and_a_remedy(bot: Adapter, error: str, said: str) -> None:
    await bot.slack.fault(("refused", error), method=POST)
    with pytest.raises(Refused, match=said) as caught:
        await bot.platform.send(bot.address["reading"], message())
    assert bot.slack.token not in str(caught.value)


async def test_a_missing_scope_is_named(bot: Adapter) -> None:
    await bot.slack.fault(("refused", "missing_scope"), method=POST)
    with pytest.raises(Refused, match=r"lacks the scope .+OAuth & Permissions"):
        await bot.platform.send(bot.address["reading"], message())


async def test_a_token_that_is_refused_shows_in_the_health_until_it_is_good_again(bot: Adapter) -> None:
    await bot.slack.fault(("refused", "token_revoked"), method=POST)
    with pytest.raises(Refused):
        await bot.platform.send(bot.address["reading"], message())
    assert not bot.platform.health().ok
    await bot.platform.send(bot.address["reading"], message())
    assert bot.platform.health().ok


@pytest.mark.parametrize(
    "address", ["reading", "", "C0 12", "c0123abcd", "U0123ABCD", "T1/", "C\u0661\u0662", "T1/C1/C2"]
)
async def test_an_address_that_is_no_channels_is_refused_without_asking(bot: Adapter, address: str) -> None:
    before = len(await bot.slack.requests())
    with pytest.raises(Refused):
        await bot.platform.send(address, message())
    assert len(await bot.slack.requests()) == before


async def test_a_channel_of_a_workspace_without_the_bot_is_refused(bot: Adapter) -> None:
    with pytest.raises(Refused, match="not installed in the workspace"):
        await bot.platform.send(f"T0ELSEWHERE/{bot.address['reading']}", message())
