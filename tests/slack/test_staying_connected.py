"""The supervisor: what can never be is said at once, everything else is survived, and no address is dialled twice."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from bot.config import Secret
from bot.errors import NotSent, PlatformUnavailable
from bot.model import PlatformName
from bot.platforms.slack import session as session_module
from bot.platforms.slack import socket as socket_module
from tests.fakes.inbox import KeepingInbox
from tests.simulators.slack.client import Slack, until
from tests.slack.adapter import MARKER, Adapter, adapter, message
from tests.slack.place import place

RECONNECTED = ("reconnected", PlatformName.SLACK)
OPEN = "apps.connections.open"


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, slack) as bot:
        await bot.news("reconnected")
        bot.inbox.news.clear()
        yield bot


@pytest_asyncio.fixture
async def unstarted(tmp_path: Path, slack: Slack) -> AsyncIterator[Adapter]:
    async with adapter(tmp_path, slack, started=False) as bot:
        yield bot


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The start goes on without a connection after a second, and new tries come soon."""
    monkeypatch.setattr(session_module, "START", 1.0)
    for module in (session_module, socket_module):
        monkeypatch.setattr(module, "LONGEST_BACKOFF", 0.1)


async def hears(bot: Adapter) -> None:
    """A reaction comes in."""
    before = len(bot.inbox.changes)
    posted = await bot.platform.send(bot.address["general"], message(marker=f"{MARKER[:-4]}{before:04}"))
    await bot.slack.react("general", posted.message_id, "🌱")
    await until(lambda: len(bot.inbox.changes) > before)


async def dials(bot: Adapter) -> int:
    return len(await bot.slack.requests(OPEN))


# ---- what can never be -----------------------------------------------------------------------------------------------


async def test_a_wrong_bot_token_is_one_sentence_that_names_the_variable(unstarted: Adapter) -> None:
    token = Secret("xoxb-1-2-of-somebody-else")
    for begin in (
        unstarted.fresh(bot_token=token).open,
        lambda: unstarted.fresh(bot_token=token).start(KeepingInbox()),
    ):
        with pytest.raises(PlatformUnavailable, match="SEEDBED_SLACK_BOT_TOKEN") as caught:
            await begin()
        assert token.reveal() not in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code == 69
    assert await dials(unstarted) == 0


async def test_a_wrong_app_token_is_one_sentence_that_names_the_variable(unstarted: Adapter) -> None:
    """The library's own handler would try it for ever."""
    token = Secret("xapp-1-A1-2-of-somebody-else")
    with pytest.raises(PlatformUnavailable, match="SEEDBED_SLACK_APP_TOKEN") as caught:
        await unstarted.fresh(app_token=token).start(KeepingInbox())
    assert token.reveal() not in str(caught.value)
    assert await dials(unstarted) == 1


@pytest.mark.parametrize("missing", ["bot_token", "app_token"])
async def test_a_missing_token_is_said_before_anybody_is_asked_for_a_connection(
    unstarted: Adapter, missing: str
) -> None:
    with pytest.raises(PlatformUnavailable, match=f"SEEDBED_SLACK_{missing.upper()} is not set"):
        await unstarted.fresh(**{missing: None}).start(KeepingInbox())
    assert await dials(unstarted) == 0


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "token_expired"])
async def test_a_token_that_is_good_no_more_says_so_at_the_start(unstarted: Adapter, error: str) -> None:
    await unstarted.slack.fault(("refused", error), method="auth.test")
    with pytest.raises(PlatformUnavailable, match="install"):
        await unstarted.platform.start(unstarted.inbox)


@pytest.mark.usefixtures("impatient")
async def test_an_app_token_that_is_refused_in_later_life_is_said_once_and_posts_go_out_all_the_same(
    bot: Adapter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    await bot.slack.app_token_is(good=False)
    await bot.slack.drop()
    await until(lambda: "SEEDBED_SLACK_APP_TOKEN" in bot.platform.health().detail)
    assert not bot.platform.health().ok
    errors = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert ["SEEDBED_SLACK_APP_TOKEN" in one.getMessage() for one in errors] == [True]
    await bot.platform.send(bot.address["reading"], message())


# ---- what is survived ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_reset", [False, True])
@pytest.mark.usefixtures("impatient")
async def test_connections_that_fail_at_first_are_tried_again_and_posts_go_out_meanwhile(
    unstarted: Adapter, by_reset: bool
) -> None:
    await unstarted.slack.refuse_sockets(1000, by_reset=by_reset)
    await unstarted.platform.start(unstarted.inbox)
    assert not unstarted.platform.health().ok
    await unstarted.platform.send(unstarted.address["reading"], message())
    await unstarted.slack.refuse_sockets(0)
    await until(lambda: unstarted.platform.health().ok)
    assert RECONNECTED in await unstarted.news("reconnected")


@pytest.mark.usefixtures("impatient")
async def test_no_address_is_dialled_twice(bot: Adapter) -> None:
    """The library would dial the one that failed again and again, long after Slack was back."""
    await bot.slack.refuse_sockets(3)
    await bot.slack.drop()
    await bot.news("reconnected")
    state = await bot.slack.counts()
    assert state["dead_handshakes"] == 0
    assert state["handshakes"] == await dials(bot) == 5


@pytest.mark.usefixtures("impatient")
async def test_a_ticket_that_ran_out_is_no_end(bot: Adapter) -> None:
    await bot.slack.tune(ticket_life=0.0)
    await bot.slack.drop()
    await until(lambda: not bot.platform.health().ok)
    await bot.slack.tune(ticket_life=30.0)
    await until(lambda: bot.platform.health().ok)
    await hears(bot)


@pytest.mark.usefixtures("impatient")
async def test_a_login_that_fails_is_tried_again(unstarted: Adapter) -> None:
    await unstarted.slack.fault(*["error_503"] * 3, method="auth.test")
    await unstarted.platform.start(unstarted.inbox)
    await until(lambda: unstarted.platform.health().ok)
    await hears(unstarted)


@pytest.mark.usefixtures("impatient")
async def test_before_the_login_nothing_is_sent_and_it_is_said_why(unstarted: Adapter) -> None:
    platform = unstarted.fresh(api_base="http://127.0.0.1:9/api")
    await platform.start(unstarted.inbox)
    try:
        with pytest.raises(NotSent, match="cannot log in"):
            await platform.send(unstarted.address["reading"], message())
        assert "cannot log in" in platform.health().detail
    finally:
        await platform.stop()


async def test_a_command_without_a_running_bot_says_that_slack_is_out_of_reach(unstarted: Adapter) -> None:
    with pytest.raises(PlatformUnavailable, match="cannot log in"):
        await unstarted.fresh(api_base="http://127.0.0.1:9/api").open()


@asynccontextmanager
async def in_slacks_place(text: str, kind: str) -> AsyncIterator[str]:
    """Something that answers everything with this; the address of its API."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type=kind)

    served = web.Application()
    served.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(served)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("text", "kind"), [("hello", "text/plain"), ("<html>", "text/html"), ("[]", "application/json"), ("", "image/png")]
)
@pytest.mark.usefixtures("impatient")
async def test_whatever_answers_in_slacks_place_is_survived(unstarted: Adapter, text: str, kind: str) -> None:
    """A portal that wants a password, a proxy that says hello."""
    async with in_slacks_place(text, kind) as address:
        platform = unstarted.fresh(api_base=address)
        try:
            await platform.start(unstarted.inbox)
            assert "cannot log in" in platform.health().detail
            with pytest.raises(NotSent):
                await platform.send(unstarted.address["reading"], message())
        finally:
            await platform.stop()


async def test_a_persons_token_is_refused_by_name(unstarted: Adapter) -> None:
    """It would post in that person's name."""
    person = '{"ok": true, "team_id": "T1", "user_id": "U1", "user": "ada"}'
    async with in_slacks_place(person, "application/json") as address:
        with pytest.raises(PlatformUnavailable, match="SEEDBED_SLACK_BOT_TOKEN holds a person's token"):
            await unstarted.fresh(api_base=address).start(KeepingInbox())


@pytest.mark.parametrize("code", [None, 1000, 1011])
@pytest.mark.usefixtures("impatient")
async def test_a_connection_that_ends_is_followed_by_another_and_what_was_missed_is_read(
    bot: Adapter, code: int | None
) -> None:
    await bot.slack.drop(code)
    await bot.news("reconnected")
    assert bot.platform.health().ok
    await hears(bot)


async def test_when_slack_asks_for_a_new_connection_nothing_is_missed_between_the_two(bot: Adapter) -> None:
    await bot.slack.disconnect("warning", close=False)

    async def both() -> bool:
        return (await bot.slack.counts()).connected == 2

    await until(both)
    assert bot.platform.health().ok
    await hears(bot)
    assert RECONNECTED not in bot.inbox.news


@pytest.mark.usefixtures("impatient")
async def test_after_a_connection_that_closes_while_it_asks_for_another_all_goes_on(bot: Adapter) -> None:
    await bot.slack.disconnect("refresh_requested", close=True)
    await until(lambda: RECONNECTED in bot.inbox.news or bot.platform.health().ok)
    await hears(bot)


@pytest.mark.usefixtures("impatient")
async def test_the_watchdog_lets_go_of_everything_and_connects_once_that_is_possible(
    bot: Adapter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(socket_module, "WATCH", 0.2)
    caplog.set_level(logging.WARNING, "bot.platforms.slack.socket")
    await bot.slack.refuse_sockets(1000)
    await bot.slack.drop()
    await until(lambda: "every connection is let go of" in caplog.text)
    await bot.slack.refuse_sockets(0)
    await until(lambda: bot.platform.health().ok)
    await hears(bot)


@pytest.mark.usefixtures("impatient")
async def test_an_address_that_is_given_late_is_given_up_and_another_one_asked_for(
    bot: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "DIAL", 0.5)
    await bot.slack.fault("hang", "hang", method=OPEN)
    await bot.slack.drop()
    await bot.news("reconnected")
    await hears(bot)


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "events_api"},
        {"type": "events_api", "envelope_id": "1", "payload": None},
        {"type": "events_api", "envelope_id": "1", "payload": []},
        {"type": "events_api", "envelope_id": "1", "payload": {}},
        {"type": "events_api", "envelope_id": "1", "payload": {"type": "event_callback", "event": {"type": "x"}}},
        {"type": "interactive", "envelope_id": "1", "payload": {"type": "block_actions"}},
        {"type": "of tomorrow"},
    ],
)
async def test_frames_that_make_no_sense_are_survived(bot: Adapter, frame: dict[str, object]) -> None:
    await bot.slack.send_frame(frame)
    await hears(bot)


# ---- life ------------------------------------------------------------------------------------------------------------


async def test_stopping_leaves_no_task_and_no_connection(unstarted: Adapter) -> None:
    before = asyncio.all_tasks()
    await unstarted.platform.start(unstarted.inbox)
    await until(lambda: unstarted.platform.health().ok)
    await unstarted.platform.stop()
    assert asyncio.all_tasks() == before

    async def alone() -> bool:
        return (await unstarted.slack.counts()).connected == 0

    await until(alone)
    assert not unstarted.platform.health().ok
    with pytest.raises(NotSent, match="stopped"):
        await unstarted.platform.send(unstarted.address["reading"], message())


async def test_whoever_asked_last_is_still_answered_when_the_bot_stops(tmp_path: Path, slack: Slack) -> None:
    async with place(tmp_path, slack) as reading:
        await slack.fault(("slow", 0.5), method="users.info")  # which comes before the answer
        asked = await slack.slash("/seedbed", "status", user="organiser")

        async def heard() -> bool:
            return bool((await slack.answer(asked, steps=0)).json["acknowledged"])

        await until(heard)
        await reading.platform.stop()
        answer = await slack.answer(asked)
    assert answer.steps == ["ephemeral"]
    assert "Sorry" not in answer.text


async def test_a_start_that_fails_leaves_no_task(unstarted: Adapter) -> None:
    before = asyncio.all_tasks()
    with pytest.raises(PlatformUnavailable):
        await unstarted.fresh(bot_token=Secret("xoxb-no-token-of-ours")).start(KeepingInbox())
    assert asyncio.all_tasks() == before
