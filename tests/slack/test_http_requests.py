"""HTTP mode: which requests are Slack's, and which never get as far as being read."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.config import Secret
from bot.errors import PlatformUnavailable
from bot.platforms.slack import http
from tests.fakes.clock import FakeClock
from tests.simulators.slack.client import Slack
from tests.slack.hosted import Hosted, challenge, hosted


@pytest_asyncio.fixture
async def bot(tmp_path: Path, slack: Slack) -> AsyncIterator[Hosted]:
    async with hosted(tmp_path, slack) as bot:
        yield bot


async def test_a_signed_request_is_taken_in(bot: Hosted) -> None:
    body = challenge("moss")
    status, text = await bot.send(body, bot.signed(body))
    assert status == 200
    assert "moss" in text


async def test_a_request_that_slack_did_not_sign_is_refused_unread(bot: Hosted) -> None:
    body = challenge("moss")
    good = bot.signed(body)
    forged = {
        "signed with another secret": bot.signed(body, secret="another-secret-altogether"),
        "signed for another body": bot.signed(challenge("fern")),
        "with another timestamp": {**good, "X-Slack-Request-Timestamp": str(int(bot.clock.now().timestamp()) - 1)},
        "without a signature": {**good, "X-Slack-Signature": ""},
        "with half a signature": {**good, "X-Slack-Signature": good["X-Slack-Signature"][:-4]},
        "with a signature of other letters": {**good, "X-Slack-Signature": "v0=\u00e9"},
        "without a timestamp": {name: text for name, text in good.items() if name != "X-Slack-Request-Timestamp"},
        "with a timestamp that is none": {**good, "X-Slack-Request-Timestamp": "soon"},
        "with a timestamp of many digits": {**good, "X-Slack-Request-Timestamp": "9" * 5000},
    }
    for how, headers in forged.items():
        assert await bot.send(body, headers) == (401, ""), how


@pytest.mark.parametrize("age", [http.SKEW + 2, -http.SKEW - 2])
async def test_a_signature_of_another_hour_is_refused(bot: Hosted, age: float) -> None:
    """Else whoever recorded a request could send it for ever."""
    body = challenge("moss")
    assert await bot.send(body, bot.signed(body, age=age)) == (401, "")
    assert (await bot.send(body, bot.signed(body, age=age - 4 if age > 0 else age + 4)))[0] == 200


async def test_the_same_request_again_is_acknowledged_and_not_done_twice(bot: Hosted) -> None:
    body = challenge("moss")
    headers = bot.signed(body)
    assert "moss" in (await bot.send(body, headers))[1]
    assert await bot.send(body, headers) == (200, "")
    bot.clock.advance(seconds=1)
    assert "moss" in (await bot.send(body, bot.signed(body)))[1], "Slack's own repeat has a time of its own"


async def test_what_nobody_takes_may_come_again(bot: Hosted) -> None:
    """A repeat is only dropped where the first one was answered well."""
    await bot.install()
    team = (await bot.slack.state()).team()["id"]
    body = json.dumps({"type": "something_else", "team": {"id": team}, "user": {"id": "U0"}}).encode()
    headers = bot.signed(body)
    first = await bot.send(body, headers)
    assert first[0] >= 400
    assert await bot.send(body, headers) == first


def test_a_signature_of_bytes_that_are_no_text_is_refused_like_any_other() -> None:
    """As aiohttp hands over a header that is no UTF-8."""
    clock = FakeClock()
    signatures = http.Signatures(Secret("one-secret-of-slack"), clock)
    assert signatures.refuses(b"{}", str(int(clock.now().timestamp())), "v0=\udcff") == "a wrong signature"


async def test_recordings_are_forgotten_once_their_time_is_over(bot: Hosted) -> None:
    clock, signatures = bot.clock, http.Signatures(Secret("one-secret-of-slack"), bot.clock)
    assert [signatures.is_repeated(one) for one in ("a", "b", "a")] == [False, False, True]
    clock.advance(seconds=2 * http.SKEW + 1)
    assert not signatures.is_repeated("c")
    assert list(signatures._seen) == ["c"], "memory does not grow with every request"


async def test_a_request_that_is_too_large_is_refused(bot: Hosted) -> None:
    body = b" " * (http.LARGEST + 1)
    status, _ = await bot.send(io.BytesIO(body), bot.signed(body))
    assert status == 413


async def test_nothing_else_is_served(bot: Hosted) -> None:
    for path in ("/", "/slack", "/slack/events", "/slack/installs", "/healthz"):
        assert (await bot.get(path)).status in {404, 405}, path


async def test_a_request_that_never_ends_is_let_go_of(
    tmp_path: Path, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ", 0.2)
    async with hosted(tmp_path, slack) as bot:
        host, port = bot.address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(b"POST /slack/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        finally:
            writer.close()
            await writer.wait_closed()


async def test_a_port_that_is_taken_is_one_sentence(bot: Hosted, tmp_path: Path, slack: Slack) -> None:
    port = bot.address.rpartition(":")[2]
    other = tmp_path / "other" / "config"
    other.mkdir(parents=True)
    (other / "seedbed.yaml").write_text(f"slack: {{mode: http, port: {port}, public_url: 'http://localhost'}}\n")
    (tmp_path / "other" / "seeds").mkdir()
    with pytest.raises(PlatformUnavailable, match=f"slack: cannot listen at 127.0.0.1:{port}"):
        async with hosted(tmp_path / "other", slack):
            pass
