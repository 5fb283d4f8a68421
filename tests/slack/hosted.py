"""A whole bot in HTTP mode on a simulated Slack, and a browser to install it with."""

import hashlib
import hmac
import io
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bot import config
from bot.app import Parts, assemble
from bot.config import Settings
from bot.model import PlatformName
from bot.platforms.slack import SlackPlatform
from bot.platforms.slack.hosting import Hosting
from bot.ports import Inbox
from tests.fakes.clock import FakeClock
from tests.fakes.site import library
from tests.simulators.slack.client import Slack
from tests.slack.adapter import slack_clock

KEY = "a key of thirty-two characters, or more"
PUBLIC = "http://localhost"
HTTP = f"slack: {{mode: http, port: 0, public_url: '{PUBLIC}'}}\n"


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser was answered."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def link(self) -> str:
        """Where its one button leads."""
        found = re.search(r'class="go" href="([^"]+)"', self.text)
        assert found, self.text
        return unescape(found[1])


@dataclass(frozen=True, slots=True)
class Hosted:
    """`address` is where the bot listens, behind what would be `PUBLIC`; `browser` keeps its cookies."""

    parts: Parts
    clock: FakeClock
    slack: Slack
    platform: SlackPlatform
    address: str
    browser: aiohttp.ClientSession

    async def get(self, path: str, browser: aiohttp.ClientSession | None = None) -> Page:
        # As it is: a browser changes nothing in what stands in the address either.
        async with (browser or self.browser).get(URL(self.address + path, encoded=True)) as answer:
            return Page(answer.status, await answer.text(), dict(answer.headers))

    async def consent(self, team: str | None = None, *, denied: bool = False) -> str:
        """Up to where Slack's page sends the browser back; the path of that."""
        begun = await self.get("/slack/install")
        back = await self.slack.consent(begun.link, team=team, denied=denied)
        assert back.startswith(PUBLIC)
        return back.removeprefix(PUBLIC)

    async def install(self, team: str | None = None) -> Page:
        """All the way."""
        return await self.get(await self.consent(team))

    async def send(self, body: bytes | io.BytesIO, headers: Mapping[str, str]) -> tuple[int, str]:
        """What a request is answered to which Slack's address is known."""
        async with self.browser.post(f"{self.address}/slack/events", data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    def signed(self, body: bytes, *, age: float = 0, secret: str | None = None) -> dict[str, str]:
        """The headers that Slack would send with it."""
        stamp = str(int(self.clock.now().timestamp() - age))
        digest = hmac.new(
            (secret or self.slack.signing_secret).encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256
        )
        return {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
        }


def environment(slack: Slack, **changes: str) -> dict[str, str]:
    return {
        "SEEDBED_SLACK_API_BASE": slack.api,
        "SEEDBED_SLACK_SIGNING_SECRET": slack.signing_secret,
        "SEEDBED_SLACK_CLIENT_ID": slack.client_id,
        "SEEDBED_SLACK_CLIENT_SECRET": slack.client_secret,
        "SEEDBED_SLACK_KEY": KEY,
        **changes,
    }


def challenge(word: str) -> bytes:
    """What Slack asks a new address for events."""
    return json.dumps({"type": "url_verification", "token": "t", "challenge": word}).encode()


def settings_of(root: Path, environ: Mapping[str, str], channels: str = "") -> Settings:
    """Written the first time."""
    path = root / "config" / "seedbed.yaml"
    if not path.exists():
        path.parent.mkdir(parents=True)
        path.write_text(f"{HTTP}channels:\n{channels}" if channels else HTTP, encoding="utf-8")
        (root / "seeds").mkdir()
        for name, text in library().items():
            (root / "seeds" / name).write_text(text, encoding="utf-8")
    return config.load(path, environ)


@asynccontextmanager
async def hosted(
    root: Path,
    slack: Slack,
    *,
    clock: FakeClock | None = None,
    inbox: Inbox | None = None,
    channels: str = "",
    **changes: Any,
) -> AsyncIterator[Hosted]:
    """Started but for the ticker; a second one on the same folder is the same bot after a restart."""
    clock, environ = clock or slack_clock(), environment(slack, **changes)
    async with (
        assemble(settings_of(root, environ, channels), environ, clock=clock) as parts,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
    ):
        await parts.service.start()
        await parts.outbox.start()
        platform = parts.platforms[PlatformName.SLACK]
        assert isinstance(platform, SlackPlatform)
        await platform.start(inbox or parts.service)
        try:
            presence = platform._session
            assert isinstance(presence, Hosting)
            await slack.use_http(f"{presence.address}/slack/events")
            yield Hosted(parts, clock, slack, platform, presence.address, browser)
        finally:
            await parts.outbox.drain(timedelta(seconds=10))
            await parts.follow_ups.drain(timedelta(seconds=10))
            await platform.stop()
