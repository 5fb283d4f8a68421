"""A home whose bot posts to a simulated Slack, which takes every repeat for a new message."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.crash.place import Messages, Place
from tests.simulators.slack.client import Slack, slack_process
from tests.simulators.slack.seen import Message

QUICK = ("--settle", "4", "--timeout", "3")  # what is lost is looked for after seconds, and a late write comes sooner


class SlackPlace(Place):
    """Its channels are made on Slack under the names that the bot knows them by."""

    def __init__(self, root: Path, slack: Slack) -> None:
        super().__init__(root)
        self.slack = slack
        self._ids: dict[str, str] = {}

    def open_channels(self, names: Iterable[str], *, waiting: Iterable[str] = (), more: str = "") -> None:
        """As on the page; `more` are further keys of every channel, such as `thread: true`."""
        names, waiting = list(names), list(waiting)
        for name in (*names, *waiting):
            if name not in self._ids:
                self._ids[name] = self.slack.create_channel(name).now()
        common = f'platform: slack, at: "09:00", timezone: {self._zone}{", " if more else ""}{more}'
        lines = [f'  - {{name: {name}, address: "{self._ids[name]}", {common}, first_post: now}}' for name in names]
        lines += [f'  - {{name: {name}, address: "{self._ids[name]}", {common}}}' for name in waiting]
        self.write("seedbed.yaml", "channels:\n" + "\n".join(lines) + "\n")

    def command(self, *words: str) -> list[str]:
        if words[0] == "run":
            return [sys.executable, "-m", "tests.crash.bot_on", "slack", *QUICK, *words[1:]]
        return super().command(*words)

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return super().environ(
            {
                "SEEDBED_SLACK_BOT_TOKEN": self.slack.token,
                "SEEDBED_SLACK_APP_TOKEN": self.slack.app_token,
                "SEEDBED_SLACK_API_BASE": self.slack.api,
                **(more or {}),
            }
        )

    def messages(self) -> Messages:
        """What people see: how many copies there are of each post."""
        found: Counter[tuple[str, str]] = Counter()
        for name in self._ids:
            for message in self.slack.messages(name).now():
                marker = marker_of(message)
                if marker is not None:
                    found[name, marker] += 1
        return found


def marker_of(message: Message) -> str | None:
    """The marker in a post's metadata."""
    payload = (message.metadata or {}).get("event_payload") or {}
    marker = payload.get("marker")
    return str(marker) if marker else None


@contextmanager
def slack_place(root: Path) -> Iterator[SlackPlace]:
    """With a Slack of its own."""
    with slack_process() as slack:
        yield SlackPlace(root, slack)
