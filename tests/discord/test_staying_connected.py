"""The supervisor: what can never be is said at once, and everything else is survived."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from discord.gateway import KeepAliveHandler

from bot.config import Secret
from bot.errors import NotSent, PlatformUnavailable, Refused, StoreError
from bot.model import PlatformName
from bot.platforms.discord import DiscordPlatform
from bot.platforms.discord import client as client_module
from bot.platforms.discord import session as session_module
from tests.discord.adapter import MARKER, Adapter, adapter, message, settings_for
from tests.fakes.inbox import KeepingInbox
from tests.fakes.memory_places import MemoryNotes
from tests.simulators.discord.client import Discord, until

RECONNECTED = ("reconnected", PlatformName.DISCORD)


@pytest_asyncio.fixture
async def bot(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord) as bot:
        await bot.news("reconnected")
        bot.inbox.news.clear()
        yield bot


@pytest_asyncio.fixture
async def unstarted(tmp_path: Path, discord: Discord) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, discord, started=False) as bot:
        yield bot


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The start goes on without the gateway after a second, and new tries come soon."""
    monkeypatch.setattr(session_module, "START", 1.0)
    monkeypatch.setattr(session_module, "LONGEST_BACKOFF", 0.2)


async def hears(bot: Adapter) -> None:
    """A reaction comes in."""
    before = len(bot.inbox.changes)
    posted = await bot.platform.send(bot.address["general"], message(marker=f"{MARKER[:-4]}{before:04}"))
    await bot.discord.react("general", posted.message_id, "🌱")
    await until(lambda: len(bot.inbox.changes) > before)


async def identifies(bot: Adapter) -> int:
    return (await bot.discord.counts()).identifies


# ---- what can never be -----------------------------------------------------------------------------------------------


async def test_a_wrong_token_is_one_sentence_that_names_the_variable(unstarted: Adapter) -> None:
    token = Secret("MTA1.wrong.token-of-somebody")
    for begin in (unstarted.fresh(token=token).open, lambda: unstarted.fresh(token=token).start(KeepingInbox())):
        with pytest.raises(PlatformUnavailable, match="SEEDBED_DISCORD_TOKEN") as caught:
            await begin()
        assert token.reveal() not in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code == 69
    assert await identifies(unstarted) == 0


async def test_a_missing_token_is_said_before_anybody_is_asked(unstarted: Adapter) -> None:
    with pytest.raises(PlatformUnavailable, match="SEEDBED_DISCORD_TOKEN is not set"):
        await unstarted.fresh(token=None).start(KeepingInbox())


async def test_intents_that_the_gateway_refuses_end_the_start(
    unstarted: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Discord would do if it called one of ours privileged some day: here the bot asks for one that is.
    greedy = client_module.intents()
    greedy.message_content = True
    monkeypatch.setattr(client_module, "intents", lambda: greedy)
    with pytest.raises(PlatformUnavailable, match="intents"):
        await unstarted.platform.start(unstarted.inbox)
    assert await identifies(unstarted) == 1


@pytest.mark.parametrize(("code", "said"), [(4004, "token"), (4013, "intents"), (4014, "intents"), (4011, "2,500")])
async def test_a_refusal_in_later_life_is_said_once_and_nothing_more_is_tried(
    bot: Adapter, code: int, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    await bot.discord.drop(code=code)
    await until(lambda: said in bot.platform.health().detail)
    assert not bot.platform.health().ok
    with pytest.raises(Refused):
        await bot.platform.send(bot.address["reading"], message())
    errors = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert [said in one.getMessage() for one in errors] == [True]
    assert await identifies(bot) == 1
    assert not [one for one in asyncio.all_tasks() if one.get_name() == "discord supervisor"]


# ---- what is survived ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_reset", [False, True])
@pytest.mark.usefixtures("impatient")
async def test_a_gateway_that_refuses_at_first_is_tried_again_and_posts_go_out_meanwhile(
    unstarted: Adapter, by_reset: bool
) -> None:
    await unstarted.discord.refuse_gateway(1000, by_reset=by_reset)
    await unstarted.platform.start(unstarted.inbox)
    assert not unstarted.platform.health().ok
    await unstarted.platform.send(unstarted.address["reading"], message())
    assert not unstarted.platform.untouched(unstarted.address["reading"], datetime.now(UTC) + timedelta(hours=1))
    await unstarted.discord.refuse_gateway(0)
    await until(lambda: unstarted.platform.health().ok)
    assert RECONNECTED in await unstarted.news("reconnected")


@pytest.mark.usefixtures("impatient")
async def test_a_login_that_fails_is_tried_again(unstarted: Adapter) -> None:
    await unstarted.discord.fault(*["error_503"] * 3, kind="user")
    await unstarted.platform.start(unstarted.inbox)
    await until(lambda: unstarted.platform.health().ok)
    await hears(unstarted)


@pytest.mark.usefixtures("impatient")
async def test_before_the_login_nothing_is_sent_and_it_is_said_why(unstarted: Adapter) -> None:
    platform = unstarted.fresh(api_base="http://127.0.0.1:9/api/v10")
    await platform.start(unstarted.inbox)
    try:
        with pytest.raises(NotSent, match="cannot log in"):
            await platform.send(unstarted.address["reading"], message())
        assert "cannot log in" in platform.health().detail
    finally:
        await platform.stop()


async def test_a_command_without_a_running_bot_says_that_discord_is_out_of_reach(unstarted: Adapter) -> None:
    with pytest.raises(PlatformUnavailable, match="cannot log in"):
        await unstarted.fresh(api_base="http://127.0.0.1:9/api/v10").open()


@pytest.mark.parametrize("how", ["drop", "reconnect", "resumable"])
async def test_a_session_that_goes_on_missed_nothing(bot: Adapter, how: str) -> None:
    post = await bot.platform.send(bot.address["reading"], message())
    if how == "drop":
        await bot.discord.drop()
    else:
        await (bot.discord.reconnect() if how == "reconnect" else bot.discord.invalid_session(resumable=True))
    await bot.discord.react("reading", post.message_id, "🌱")
    await until(lambda: len(bot.inbox.changes) == 1)
    await until(lambda: bot.platform.health().ok)
    assert await identifies(bot) == 1
    assert RECONNECTED not in bot.inbox.news


async def test_behind_a_proxy_a_session_goes_on_there_and_not_where_discord_says(unstarted: Adapter) -> None:
    proxy = unstarted.discord.gateway.replace("127.0.0.1", "localhost")
    platform = unstarted.fresh(gateway_url=proxy)
    await platform.start(unstarted.inbox)
    try:
        await unstarted.discord.drop()
        await until(lambda: platform.health().ok)
        await until(lambda: str(platform._session.client.ws.gateway) == proxy)  # where the next one would go
        assert await identifies(unstarted) == 1
    finally:
        await platform.stop()


async def test_a_new_session_says_that_something_may_have_been_missed(bot: Adapter) -> None:
    await bot.discord.drop(resumable=False)
    await bot.news("reconnected")
    assert await identifies(bot) == 2
    await hears(bot)


async def test_a_payload_that_the_library_cannot_read_ends_nothing(bot: Adapter) -> None:
    for _ in range(2):
        bot.inbox.news.clear()
        await bot.discord.send_frame()
        await bot.news("reconnected")
        await hears(bot)


async def test_sessions_that_are_called_invalid_again_and_again_cost_few_new_ones(bot: Adapter) -> None:
    """discord.py begins a new one each time, without a pause. The clock of this test stands still."""
    memory = bot.parts.store.memory
    just_now = str(round(bot.clock.now().timestamp()))
    await memory.keep("discord/identifies", " ".join([just_now] * 12))
    for _ in range(3):
        await bot.discord.invalid_session()
        await until(lambda: "the next one begins in 300 s" in bot.platform.health().detail)
    assert await identifies(bot) == 1
    await bot.platform.send(bot.address["reading"], message())


async def test_the_first_few_new_sessions_of_an_hour_begin_at_once(bot: Adapter) -> None:
    for number in range(4):
        bot.inbox.news.clear()
        await bot.discord.invalid_session()
        await bot.news("reconnected")
        assert await identifies(bot) == number + 2


async def test_new_sessions_are_counted_across_restarts(bot: Adapter, tmp_path: Path) -> None:
    kept = await bot.parts.store.memory.recall("discord/identifies")
    assert kept is not None
    assert len(kept.split()) == await identifies(bot) == 1
    again = bot.fresh()
    await again.start(bot.inbox)
    await again.stop()
    kept = await bot.parts.store.memory.recall("discord/identifies")
    assert kept is not None
    assert len(kept.split()) == await identifies(bot) == 2


async def test_a_gateway_that_closes_every_connection_is_not_dialled_without_a_pause(bot: Adapter) -> None:
    for _ in range(3):
        await bot.discord.drop()
        await until(lambda: bot.platform.health().ok)
    assert (await bot.discord.counts())["connects"] <= 5
    await hears(bot)


@pytest.mark.usefixtures("impatient")
async def test_a_gateway_that_stays_away_is_begun_anew_before_the_library_would(
    bot: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "WATCH", 1.0)
    await bot.discord.refuse_gateway(1000)
    await bot.discord.drop()
    await until(lambda: "no connection for" in bot.platform.health().detail)
    monkeypatch.setattr(session_module, "WATCH", 60.0)
    await bot.discord.refuse_gateway(0)
    await until(lambda: bot.platform.health().ok)
    await hears(bot)


@pytest.mark.usefixtures("impatient")
async def test_a_store_that_fails_for_a_while_does_not_end_the_connection_for_good(unstarted: Adapter) -> None:
    class Failing(MemoryNotes):
        left = 2

        async def recall(self, name: str) -> str | None:
            if name == "discord/identifies" and self.left:
                self.left -= 1
                raise StoreError("the disk is full")
            return await super().recall(name)

    parts = unstarted.parts
    platform = DiscordPlatform(
        settings_for(unstarted.discord), parts.clerk, parts.desk, parts.nursery, Failing(), unstarted.clock
    )
    await platform.start(unstarted.inbox)
    try:
        await until(lambda: platform.health().ok)
    finally:
        await platform.stop()


async def test_a_mistake_in_the_adapter_ends_the_start_with_a_sentence(
    unstarted: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "intents", lambda: 0 / 0)
    with pytest.raises(PlatformUnavailable, match="the connection failed"):
        await unstarted.platform.start(unstarted.inbox)


async def test_an_event_that_cannot_be_taken_in_is_logged_and_the_next_one_is(
    tmp_path: Path, discord: Discord, caplog: pytest.LogCaptureFixture
) -> None:
    class Choking(KeepingInbox):
        async def record_reaction(self, change: object) -> bool:
            await super().record_reaction(change)  # type: ignore[arg-type]  # as it comes
            if len(self.changes) == 1:
                raise ZeroDivisionError
            return True

    inbox = Choking()
    async with adapter(tmp_path, discord, inbox=inbox) as bot:
        post = await bot.platform.send(bot.address["reading"], message())
        for user in ("ada", "ben"):
            await discord.react("reading", post.message_id, "🌱", user=user)
        await until(lambda: len(inbox.changes) == 2)
    assert "an event was not taken in" in caplog.text


# ---- the end ---------------------------------------------------------------------------------------------------------


async def test_nothing_is_left_running_whatever_the_gateway_was_at(bot: Adapter) -> None:
    await bot.discord.send_frame()
    await bot.news("reconnected")
    await bot.discord.hold_events()
    await bot.platform.stop()
    assert not [one for one in threading.enumerate() if isinstance(one, KeepAliveHandler) and not one._stop_ev.is_set()]
    assert [one.get_name() for one in asyncio.all_tasks() if "discord" in one.get_name().lower()] == []
    with pytest.raises(NotSent):
        await bot.platform.send(bot.address["reading"], message())


async def test_it_stops_at_any_moment_of_a_reconnection(unstarted: Adapter) -> None:
    """Under Python 3.11 a cancellation may get lost just as a connection is made."""
    for turns in range(0, 120, 8):
        await unstarted.parts.store.memory.drop("discord/identifies")
        await start_and_stop(unstarted, turns)


async def start_and_stop(bot: Adapter, turns: int) -> None:
    """Stop so many turns of the loop after the connection broke."""
    platform = bot.fresh()
    await platform.start(bot.inbox)
    await bot.discord.drop()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await platform.stop()


@pytest.mark.usefixtures("impatient")
async def test_it_stops_while_it_is_still_trying(unstarted: Adapter) -> None:
    await unstarted.discord.fault("hang", kind="user")
    await unstarted.platform.start(unstarted.inbox)
    await unstarted.platform.stop()
    assert unstarted.platform.health().detail == "stopped"
