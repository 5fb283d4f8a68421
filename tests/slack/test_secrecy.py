"""No ticket, token or response URL reaches a log, whatever its level, nor anything else that is shown."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import log
from bot.config import Secret
from bot.errors import PlatformUnavailable
from bot.platforms.slack import session as session_module
from bot.platforms.slack import socket as socket_module
from tests.fakes.inbox import KeepingInbox
from tests.simulators.slack.client import Slack, until
from tests.slack.adapter import adapter, message
from tests.slack.place import place

SECRET = ("ticket=", "simulatedbottoken", "1000000000001-simulated", "simulated-verification-token", "/response/")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that the bot writes when it is asked to say all it knows; without the known secrets, to test more."""
    written = io.StringIO()
    root = logging.getLogger()
    level = root.level
    log.configure("debug", stream=written)
    yield written
    for handler in [one for one in root.handlers if getattr(one, "stream", None) is written]:
        root.removeHandler(handler)
    root.setLevel(level)


def leaks(text: str) -> list[str]:
    """What of a secret stands in a text; a name with nothing behind it but the mask is none."""
    cleaned = text.replace("ticket=***", "")
    return [line for line in cleaned.splitlines() if any(secret in line for secret in SECRET)]


async def test_a_day_of_the_bot_is_logged_without_a_secret(tmp_path: Path, slack: Slack, lines: io.StringIO) -> None:
    """Commands, buttons, forms and reactions; a connection that breaks, and one that cannot be made."""
    async with place(tmp_path, slack) as reading:
        await reading.ask("/seed")
        (shown,) = await reading.posts()
        await slack.react("reading", shown.ts, "🌱")
        await reading.press(shown, "seedbed:save")
        await reading.ask("/seedbed", "status", user="organiser")
        await slack.refuse_sockets(2)
        await slack.drop()
        await until(lambda: not reading.platform.health().ok)
        assert not leaks(reading.platform.health().detail)
        await slack.refuse_sockets(0)
        await until(lambda: reading.platform.health().ok)
    assert "connected to Slack" in lines.getvalue()
    assert leaks(lines.getvalue()) == []


async def test_a_handshake_that_fails_never_shows_its_ticket(
    tmp_path: Path, slack: Slack, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's own client prints it."""
    monkeypatch.setattr(session_module, "START", 1.0)
    monkeypatch.setattr(socket_module, "LONGEST_BACKOFF", 0.1)
    await slack.refuse_sockets(1000)
    async with adapter(tmp_path, slack, started=False) as bot:
        await bot.platform.start(KeepingInbox())
        assert "503" in bot.platform.health().detail
        assert not leaks(bot.platform.health().detail)
        await bot.platform.stop()
    assert "503" in lines.getvalue()
    assert leaks(lines.getvalue()) == []


@pytest.mark.parametrize("which", ["bot_token", "app_token"])
async def test_a_token_that_is_refused_is_never_shown(
    tmp_path: Path, slack: Slack, lines: io.StringIO, which: str
) -> None:
    token = Secret("nothing-that-looks-like-a-simulatedbottoken")
    async with adapter(tmp_path, slack, started=False) as bot:
        with pytest.raises(PlatformUnavailable) as caught:
            await bot.fresh(**{which: token}).start(KeepingInbox())
        assert token.reveal() not in repr(caught.value) + str(caught.value)
    assert leaks(lines.getvalue()) == []


@pytest.mark.parametrize("fault", ["error_500", "drop_after", "reset", ("refused", "invalid_auth")])
async def test_a_call_that_fails_never_shows_its_token(
    tmp_path: Path, slack: Slack, lines: io.StringIO, fault: str | tuple[str, str]
) -> None:
    async with adapter(tmp_path, slack) as bot:
        await slack.fault(fault, method="chat.postMessage")
        with pytest.raises(Exception) as caught:  # noqa: PT011  whichever it is, it shows no token
            await bot.platform.send(bot.address["reading"], message())
        logging.getLogger("bot").error("a send failed", exc_info=caught.value)
        assert leaks(repr(caught.value) + str(caught.value)) == []
    assert "a send failed" in lines.getvalue()
    assert leaks(lines.getvalue()) == []


@pytest.mark.parametrize(
    "text",
    [
        "wss://wss-primary.slack.com/link/?ticket=0a1b2c3d&app_id=A1",
        "{'url': 'wss://wss-primary.slack.com/link/?ticket=0a1b2c3d'}",
        "POST https://hooks.slack.com/commands/T012/34567/0a1b2c3d",
        '{"response_url": "https://example.org/response/0a1b2c3d", "channel": "C1"}',
        "{'token': '0a1b2c3d', 'team_id': 'T1'}",
        '{"trigger_id": "12.34.0a1b2c3d"}',
        "Authorization: Bearer 0a1b2c3d0a1b2c3d",
        "xoxb-1-2-0a1b2c3d xapp-1-A1-2-0a1b2c3d xoxe.xoxb-1-0a1b2c3d",
        "response_url=https://example.org/response/0a1b2c3d",
    ],
)
def test_whatever_a_library_says_is_masked(text: str) -> None:
    assert "0a1b2c3d" not in log.Mask()(text)
