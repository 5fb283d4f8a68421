"""What a method of the Web API is, and what a call of one is."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.simulators.slack.clock import microseconds_of
from tests.simulators.slack.model import Channel, Install, Json, Kind, Message, Team
from tests.simulators.slack.problems import SlackError, missing_scope
from tests.simulators.slack.simulation import Simulation

NO = {"", "0", "false", "none", "null"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its arguments from query, form and JSON together, and whose token it came with."""

    sim: Simulation
    arguments: Json
    token: str
    install: Install | None
    basic: tuple[str, str] | None = None  # name and password

    @property
    def bot(self) -> Install:
        assert self.install is not None
        return self.install

    @property
    def team(self) -> Team:
        return self.sim.world.teams[self.bot.team]

    # ---- arguments ----

    def text(self, name: str) -> str:
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        found = self.text(name)
        if not found:
            missing = [f"[ERROR] missing required field: {name}"]
            raise SlackError(error, response_metadata={"messages": missing})
        return found

    def flag(self, name: str, *, unless_said: bool = False) -> bool:
        value = self.arguments.get(name)
        return unless_said if value is None else str(value).lower() not in NO

    def number(self, name: str, unless_said: int) -> int:
        value = self.text(name)
        if not value:
            return unless_said
        if not value.isdigit():
            raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {name} is no number"]})
        return int(value)

    def json(self, name: str, error: str) -> Any:
        """An object or list, also where it came as a text."""
        value = self.arguments.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    # ---- permission ----

    def need(self, scope: str) -> None:
        if scope not in self.bot.scopes:
            raise missing_scope(scope, self.bot.scopes)

    # ---- places ----

    def channel(self, *, inside: bool = True, live: bool = True) -> Channel:
        """By the argument `channel`. Channels that the bot is not in are seen only if public.

        SlackError channel_not_found, not_in_channel (if it has to be `inside`) or is_archived (if to be `live`).
        """
        named = self.required("channel", "channel_not_found")
        bare = named.removeprefix("#")
        found = self.team.channels.get(named)
        if found is None:
            found = next((one for one in self.team.channels.values() if one.name == bare and named[0] == "#"), None)
        member = found is not None and self.bot.user in found.members
        if found is None or (found.kind is not Kind.PUBLIC and not member):
            raise SlackError("channel_not_found")
        if inside and not member:
            raise SlackError("not_in_channel")
        if live and found.archived:
            raise SlackError("is_archived")
        return found

    def message(self, channel: Channel, name: str = "timestamp", error: str = "bad_timestamp") -> Message:
        """SlackError message_not_found, or `error` for what is no timestamp."""
        ts = self.required(name, error)
        try:
            microseconds_of(ts)
        except ValueError:
            raise SlackError(error) from None
        return self.sim.world.message(channel, ts)


@dataclass(frozen=True, slots=True)
class Method:
    """`scope` is what a call always needs; a handler asks for more where that depends on the channel.

    `auth` is what it is called with: a "bot" token, an "app" token, or None. `tier` is its published rate limit.
    """

    name: str
    answer: Callable[[Call], Json]
    scope: str | None = None
    tier: int | None = 3
    auth: str | None = "bot"
