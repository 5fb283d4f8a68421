"""The workspaces that the bot is in: how each is reached, and what the bot is called there."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotSent, Refused

ADDRESS: Final = re.compile(r"(?:(?P<team>[TE][A-Z0-9]{1,30})/)?(?P<channel>[CGD][A-Z0-9]{1,30})")


class Place(NamedTuple):
    """What an address says: a channel's id, and its workspace's where it names one."""

    channel: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """One that the bot is installed in. `scopes` are what its token may do; empty where Slack did not say."""

    team: str
    name: str
    url: str  # such as https://readers.slack.com/
    bot_user: str
    bot_id: str
    bot_name: str
    client: AsyncWebClient
    scopes: frozenset[str] = frozenset()

    def permalink(self, channel: str, message: str) -> str:
        """The address of a message for people, as Slack makes them."""
        return f"{self.url.rstrip('/')}/archives/{channel}/p{message.replace('.', '')}"


class Workspaces:
    """All of them, by the id of their team. `trouble` says why there is none yet."""

    def __init__(self) -> None:
        self._known: dict[str, Workspace] = {}
        self.trouble = "not started"

    def __iter__(self) -> Iterator[Workspace]:
        return iter(tuple(self._known.values()))

    def __len__(self) -> int:
        return len(self._known)

    def add(self, workspace: Workspace) -> None:
        """A new one, or a new token of one."""
        self._known[workspace.team] = workspace

    def drop(self, team: str) -> None:
        self._known.pop(team, None)

    def clear(self, trouble: str) -> None:
        """None any more, and why."""
        self._known.clear()
        self.trouble = trouble

    def get(self, team: str | None) -> Workspace | None:
        return self._known.get(team) if team else None

    def of(self, address: str) -> Workspace:
        """The workspace of a channel. NotSent where none is reached yet, Refused where it cannot be told which."""
        team = place_of(address).team
        if team is not None and team in self._known:
            return self._known[team]
        if not self._known and self.trouble:
            raise NotSent(f"Slack is not reached yet ({self.trouble})")
        if team is not None or not self._known:
            raise Refused(f"the bot is not installed in the workspace of {address}", "install it there")
        if len(self._known) > 1:
            example = f"{next(iter(self._known))}/{address}"
            raise Refused("the bot is in several workspaces", f"write the channel with its own, such as {example}")
        return next(iter(self._known.values()))

    def addresses(self, team: str | None, channel: str) -> Collection[str]:
        """Every way in which a channel may be written as an address."""
        with_team = {f"{team}/{channel}"} if team else set[str]()
        bare = {channel} if len(self._known) <= 1 else set[str]()
        return with_team | bare


def place_of(address: str) -> Place:
    """Refused where it is no address of a channel."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise Refused(f'"{address}" is no channel of Slack\'s', "copy its id, such as C0123ABCD, from its details")
    return Place(found["channel"], found["team"])


def workspace_of(answer: Any, client: AsyncWebClient, scopes: str = "") -> Workspace:
    """From what auth.test says, or was kept of it; `scopes` with commas between them."""
    return Workspace(
        team=answer["team_id"],
        name=answer.get("team") or answer["team_id"],
        url=answer.get("url") or "https://slack.com/",
        bot_user=answer["user_id"],
        bot_id=answer.get("bot_id") or "",
        bot_name=answer.get("user") or "seedbed",
        client=client,
        scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )
