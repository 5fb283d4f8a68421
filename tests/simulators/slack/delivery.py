"""How the app hears of things: over a socket or over HTTP, again where nobody acknowledged."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.simulators.slack.model import Json, Kind
from tests.simulators.slack.sockets import Sockets
from tests.simulators.slack.town import APP_ID, EVENTS, VERIFICATION_TOKEN
from tests.simulators.slack.webhooks import NoAnswer, Webhooks
from tests.simulators.slack.world import Event, World

ALWAYS = {"app_uninstalled", "tokens_revoked"}  # told although the app is not there any more
OF_PUBLIC_CHANNELS = {"channel_archive", "channel_unarchive", "channel_deleted", "channel_rename", "channel_created"}
SCOPES = {"reaction": "reactions:read", "pin": "pins:read", "channel": "channels:read", "group": "groups:read"}


@dataclass(slots=True)
class Delivery:
    """One attempt to tell the app. `name` is the event's type, the command, or the type of an interaction."""

    kind: str
    name: str
    event_id: str | None
    attempt: int
    at: datetime
    acknowledged: bool | None = None

    def shown(self) -> Json:
        return {
            "kind": self.kind,
            "name": self.name,
            "event_id": self.event_id,
            "attempt": self.attempt,
            "time": self.at.isoformat(),
            "acknowledged": self.acknowledged,
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt under way. `answer` is None where nobody listens."""

    delivery: Delivery
    answer: asyncio.Future[Any] | None


class Courier:
    """`subscribed` are the app's events; `deadline` and `retry_waits` are in seconds."""

    def __init__(
        self, world: World, sockets: Sockets, webhooks: Webhooks, later: Callable[[Coroutine[Any, Any, object]], None]
    ) -> None:
        self.subscribed = set(EVENTS)
        self.deadline = 3.0
        self.retry_waits = [0.0, 60.0, 300.0]
        self.duplicates = 0  # so many of the next events are delivered twice
        self.log: list[Delivery] = []
        self.under_way = 0  # events that are neither acknowledged nor given up
        self.held = False
        self._kept: list[Json] = []
        self._count = 0
        self._world = world
        self._sockets = sockets
        self._webhooks = webhooks
        self._later = later
        world.listeners.append(self.publish)

    def publish(self, event: Event) -> None:
        """Tell the app, if it is subscribed to this, may know it and is where it happened."""
        if not self._is_wanted(event):
            return
        payload = self._callback(event)
        if self.held:
            self._kept.append(payload)
        else:
            self._start(payload)

    def hold(self, held: bool, *, backwards: bool = False) -> None:
        """Keep events back, or let them go, in order or the newest first."""
        self.held = held
        kept, self._kept = self._kept, []
        if held:
            self._kept = kept
            return
        for payload in reversed(kept) if backwards else kept:
            self._start(payload)

    def begin(self, kind: str, name: str, payload: Json, number: int = 0, reason: str = "") -> Attempt:
        """Tell the app; the frame is on its way when this returns. `number` counts the attempts before."""
        delivery = Delivery(kind, name, payload.get("event_id"), number, self._world.clock.now())
        self.log.append(delivery)
        if self._webhooks.addresses:
            sending = self._webhooks.send(kind, payload, self.deadline, number, reason)
            return Attempt(delivery, asyncio.ensure_future(sending))
        frame: Json = {"payload": payload, "type": kind, "accepts_response_payload": kind != "events_api"}
        if kind == "events_api":
            frame |= {"retry_attempt": number, "retry_reason": reason}
        return Attempt(delivery, self._sockets.send(frame))

    async def answer(self, attempt: Attempt) -> Json | None:
        """Its acknowledgement. NoAnswer."""
        if attempt.answer is None:
            attempt.delivery.acknowledged = False
            raise NoAnswer("no_connection")
        try:
            async with asyncio.timeout(self.deadline):
                found: Json | None = await attempt.answer
        except (TimeoutError, NoAnswer) as error:
            attempt.delivery.acknowledged = False
            raise NoAnswer(str(error) or "timeout") from None
        attempt.delivery.acknowledged = True
        return found

    # ---- events ----

    def _is_wanted(self, event: Event) -> bool:
        kind, install = str(event.data["type"]), event.team.install
        if kind in ALWAYS:
            return kind in self.subscribed
        if install is None or install.ended:
            return False
        channel = event.channel
        if kind == "message" and channel:
            named, needed = f"message.{channel.kind}", f"{channel.kind}:history"
            return named in self.subscribed and needed in install.scopes and event.team.bot.id in channel.members
        if kind not in self.subscribed:
            return False
        if kind.startswith("member_") and channel:
            scope: str | None = f"{channel.kind}:read"
        else:
            scope = "app_mentions:read" if kind == "app_mention" else SCOPES.get(kind.partition("_")[0])
        if scope and scope not in install.scopes:
            return False
        open_to_all = channel is None or (kind in OF_PUBLIC_CHANNELS and channel.kind is Kind.PUBLIC)
        return open_to_all or (channel is not None and event.team.bot.id in channel.members)

    def _callback(self, event: Event) -> Json:
        self._count += 1
        bot = event.team.bot.id
        authorization = {"enterprise_id": None, "team_id": event.team.id, "user_id": bot}
        return {
            "token": VERIFICATION_TOKEN,
            "team_id": event.team.id,
            "api_app_id": APP_ID,
            "event": event.data,
            "type": "event_callback",
            "event_id": f"Ev0SIM{self._count:06X}",
            "event_time": self._world.clock.epoch(),
            "authorizations": [{**authorization, "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": f"4-{self._count}",
        }

    def _start(self, payload: Json) -> None:
        twice = self.duplicates > 0
        self.duplicates -= twice
        for _ in range(1 + twice):
            self.under_way += 1
            first = self.begin("events_api", payload["event"]["type"], payload)
            self._later(self._see_through(payload, first))

    async def _see_through(self, payload: Json, attempt: Attempt) -> None:
        """Until it is acknowledged, or there was no answer to the last attempt."""
        try:
            for number, wait in enumerate([*self.retry_waits, None], start=1):
                try:
                    await self.answer(attempt)
                except NoAnswer as error:
                    if wait is None:
                        return
                    await asyncio.sleep(wait)
                    attempt = self.begin("events_api", payload["event"]["type"], payload, number, str(error))
                else:
                    return
        finally:
            self.under_way -= 1
