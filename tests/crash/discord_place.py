"""A home whose bot posts to a simulated Discord, which keeps all it is sent and drops only repeated nonces."""

import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from bot.model import Marker
from bot.platforms.discord.buttons import marker_in
from tests.crash.place import Messages, Place
from tests.e2e.process import DEADLINE
from tests.simulators.discord.client import Discord, discord_process
from tests.simulators.discord.seen import Message

# Discord as these tests have it is quick: what is lost is looked for after seconds, and a late write comes sooner.
QUICK = ("--settle", "4", "--resend-within", "1", "--timeout", "3")
PATIENT = ("--settle", "90", "--resend-within", "15", "--timeout", "30")  # as the adapter has it


class DiscordPlace(Place):
    """Its channels are made on Discord under the names that the bot knows them by."""

    def __init__(self, root: Path, discord: Discord, *, manners: tuple[str, ...] = QUICK) -> None:
        super().__init__(root)
        self.discord = discord
        self._manners = manners
        self._ids: dict[str, str] = {}

    def open_channels(self, names: Iterable[str], *, waiting: Iterable[str] = (), more: str = "") -> None:
        """As on the page; `more` are further keys of every channel, such as `thread: true`."""
        names, waiting = list(names), list(waiting)
        for name in (*names, *waiting):
            if name not in self._ids:
                self._ids[name] = self.discord.create_channel(name).now()
        common = f'platform: discord, at: "09:00", timezone: {self._zone}{", " if more else ""}{more}'
        lines = [f'  - {{name: {name}, address: "{self._ids[name]}", {common}, first_post: now}}' for name in names]
        lines += [f'  - {{name: {name}, address: "{self._ids[name]}", {common}}}' for name in waiting]
        self.write("seedbed.yaml", "channels:\n" + "\n".join(lines) + "\n")

    def command(self, *words: str) -> list[str]:
        if words[0] == "run":
            return [sys.executable, "-m", "tests.crash.bot_on", "discord", *self._manners, *words[1:]]
        return super().command(*words)

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return super().environ(
            {
                "SEEDBED_DISCORD_TOKEN": self.discord.token,
                "SEEDBED_DISCORD_API_BASE": self.discord.api,
                "SEEDBED_DISCORD_GATEWAY_URL": self.discord.gateway,
                **(more or {}),
            }
        )

    def messages(self) -> Messages:
        """What people see: how many copies there are of each post."""
        names = {number: name for name, number in self._ids.items()}
        found: Counter[tuple[str, str]] = Counter()
        for message in self.discord.state().now().messages:
            marker = marker_of(message)
            if marker is not None and message.channel in names:
                found[names[message.channel], marker] += 1
        return found

    def seen(self, channel: str) -> list[Message]:
        return self.discord.messages(self._ids.get(channel, channel)).now()

    def steps(self) -> set[str]:
        """The states of all steps after posts."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=DEADLINE)) as database:
            return {state for (state,) in database.execute("SELECT state FROM step")}

    def hasten_steps(self) -> None:
        """What a process that is gone had begun is tried again now, without minutes of waiting."""
        with closing(sqlite3.connect(self.database, timeout=DEADLINE)) as database, database:
            database.execute("UPDATE step SET retry_at = 0 WHERE state = 'open'")

    def twin(self, root: Path) -> "DiscordPlace":
        """Another bot with the same configuration and library, and a database of its own."""
        other = DiscordPlace(root, self.discord, manners=self._manners)
        shutil.copy(self.config, other.config)
        other._ids = self._ids
        return other

    def id_of(self, channel: str) -> str:
        return self._ids[channel]


def marker_of(message: Message) -> Marker | None:
    """The marker in the names of a post's buttons."""
    markers = [marker for name in message.buttons.values() if (marker := marker_in(name)) is not None]
    return markers[0] if markers else None


@contextmanager
def discord_place(root: Path, *, manners: tuple[str, ...] = QUICK) -> Iterator[DiscordPlace]:
    """With a Discord of its own."""
    with discord_process() as discord:
        yield DiscordPlace(root, discord, manners=manners)
