"""Delivery over HTTP: signed requests to the addresses that an app gave."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.simulators.slack.clock import Clock
from tests.simulators.slack.model import Json
from tests.simulators.slack.town import SIGNING_SECRET


class NoAnswer(Exception):
    """Nobody acknowledged; the reason in Slack's words."""


@dataclass(frozen=True, slots=True)
class Addresses:
    events: str
    interactive: str
    commands: str

    def of(self, kind: str) -> str:
        found = {"events_api": self.events, "interactive": self.interactive, "slash_commands": self.commands}
        return found[kind]


class Webhooks:
    """`addresses` is None while the app is in Socket Mode."""

    def __init__(self, clock: Clock) -> None:
        self.addresses: Addresses | None = None
        self.signing_secret = SIGNING_SECRET
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def verify(self, url: str) -> str | None:
        """What is wrong with an address for events; None if it answers the challenge."""
        challenge = "a challenge of the simulator"
        body = json.dumps({"type": "url_verification", "token": "t", "challenge": challenge}).encode()
        try:
            content = await self._post(url, body, "application/json", {}, 5.0)
        except NoAnswer as error:
            return str(error)
        right = content in ({"challenge": challenge}, {"text": challenge})  # as JSON, or plain
        return None if right else f"answered the challenge with {content!r}"

    async def send(self, kind: str, payload: Json, patience: float, attempt: int, reason: str) -> Any:
        """The body of the acknowledgement, as JSON where it is any. NoAnswer."""
        assert self.addresses is not None
        if kind == "events_api":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason} if attempt else {}
        return await self._post(self.addresses.of(kind), body, content_type, retry, patience)

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers that prove where a request is from."""
        at = str(self._clock.epoch())
        digest = hmac.new(self.signing_secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _post(self, url: str, body: bytes, content_type: str, more: dict[str, str], patience: float) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers = {"Content-Type": content_type, **self.signed(body), **more}
        try:
            async with (
                asyncio.timeout(patience),
                self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                content = await answer.text()
        except TimeoutError:
            raise NoAnswer("http_timeout") from None
        except aiohttp.ClientError:
            raise NoAnswer("connection_failed") from None
        if not 200 <= answer.status < 300:
            raise NoAnswer("http_error")
        try:
            return json.loads(content) if content else None
        except ValueError:
            return {"text": content}
