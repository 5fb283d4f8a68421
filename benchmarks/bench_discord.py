"""Discord, against the simulator in tests/simulators/discord: how soon a post is there, a minute in which everybody is
due, how quickly commands answer, and the memory it takes.

The real process over real sockets. The floors, in the same run: a bare client of discord.py, with a slash command that
answers at once, on the same simulator; and what 50 requests a second allow. The simulator's own latency is one of the
columns, since what is measured includes it.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import aiohttp

from benchmarks import libraries
from benchmarks.table import show
from bot.platforms.discord.buttons import marker_in
from tests.e2e.process import Home, Running
from tests.simulators.discord.client import Discord, discord_process
from tests.simulators.discord.seen import Message

ALLOWED = 50  # requests a second
BARE = """
import asyncio, os, discord, yarl
discord.http.Route.BASE = os.environ["SEEDBED_DISCORD_API_BASE"]
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["SEEDBED_DISCORD_GATEWAY_URL"])
intents = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)
client = discord.Client(intents=intents, max_messages=None, chunk_guilds_at_startup=False, guild_ready_timeout=1.0)
tree = discord.app_commands.CommandTree(client)

@tree.command(description="Answers at once.")
async def ping(interaction):
    await interaction.response.send_message("pong", ephemeral=True)

@client.event
async def on_ready():
    await tree.sync()
    print("ready", flush=True)

client.run(os.environ["SEEDBED_DISCORD_TOKEN"], log_handler=None)
"""


class Bot(Home):
    """The bot, or a bare client, on one simulator."""

    def __init__(self, root: Path, discord: Discord, seeds: int) -> None:
        super().__init__(root)
        self._discord = discord
        libraries.write(root / "library", seeds, lists=seeds > 1_000)

    def configure(self, lines: Iterable[str]) -> None:
        channels = "\n".join(f"  - {{{line}}}" for line in lines)
        self.write("seedbed.yaml", f"library: library\nchannels:\n{channels}\n")

    def environ(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        ours = {
            "SEEDBED_DISCORD_TOKEN": self._discord.token,
            "SEEDBED_DISCORD_API_BASE": self._discord.api,
            "SEEDBED_DISCORD_GATEWAY_URL": self._discord.gateway,
        }
        return super().environ({**ours, **(more or {})})

    @contextmanager
    def bare(self) -> Iterator[Running]:
        running = Running([sys.executable, "-c", BARE], self.root, self.environ())
        try:
            yield running
        finally:
            running.kill()


# ---- a post, and a minute in which everybody is due ----------------------------------------------------------------


def next_minute(at_least: float = 12.0) -> datetime:
    """The first full minute that leaves the bot so many seconds to start."""
    soon = datetime.now(UTC) + timedelta(seconds=at_least)
    return soon.replace(second=0, microsecond=0) + timedelta(minutes=1)


def delays(discord: Discord, root: Path, channels: int, minutes: int) -> list[float]:
    """Seconds from the due instant to the message, for so many channels in each of so many minutes."""
    bot = Bot(root, discord, 7 if channels * minutes < 8 else 1_000)
    ids = discord.channels(channels).now()
    first = next_minute()
    times = [first + timedelta(minutes=minute) for minute in range(minutes)]
    at = ", ".join(f'"{one:%H:%M}"' for one in times)
    bot.configure(
        f'name: room-{number}, platform: discord, address: "{channel}", at: [{at}]'
        for number, channel in enumerate(ids)
    )
    with bot.bot():
        wait_until(times[-1])
        wanted = channels * minutes
        deadline = time.monotonic() + 60 + wanted / ALLOWED * 2
        while len(posts(discord, ids)) < wanted:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(posts(discord, ids))} of {wanted} posts")
            time.sleep(1)
    found = [one.created for one in posts(discord, ids)]
    return [(created - max(due for due in times if due <= created)).total_seconds() for created in found]


def posts(discord: Discord, channels: Iterable[str]) -> list[Message]:
    wanted = set(channels)
    found = discord.state().now().messages
    return [one for one in found if one.channel in wanted and any(marker_in(name) for name in one.buttons.values())]


def wait_until(instant: datetime) -> None:
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))


def raw_latency(discord: Discord) -> list[float]:
    """What one message takes without a bot: a bare request, one after the other."""
    channel = discord.channels(1, prefix="raw").now()[0]

    async def ask() -> list[float]:
        headers = {"Authorization": f"Bot {discord.token}"}
        took = []
        async with aiohttp.ClientSession(headers=headers) as session:
            for number in range(40):
                begun = time.perf_counter()
                async with session.post(f"{discord.api}/channels/{channel}/messages", json={"content": str(number)}):
                    took.append(time.perf_counter() - begun)
                await asyncio.sleep(1 / ALLOWED)
        return took

    return asyncio.run(ask())


# ---- commands ------------------------------------------------------------------------------------------------------


def answers(discord: Discord, bot: Bot, rounds: int) -> dict[str, list[float]]:
    """Seconds until the first answer to each command, and until the whole one where that comes later."""
    found: dict[str, list[float]] = {}

    def ask(title: str, command: str, options: dict[str, object], *, focused: str | None = None) -> None:
        begun = time.perf_counter()
        if focused is None:
            asked = discord.slash(command, options, user="organiser").now()
        else:
            asked = discord.autocomplete(command, options, focused=focused, user="organiser").now()
        answer = discord.answer(asked, seconds=20).now()
        found.setdefault(f"{title}: first answer", []).append(answer.elapsed)
        found.setdefault(f"{title}: whole answer", []).append(time.perf_counter() - begun)

    with bot.bare() as bare:
        assert bare.wait_until_ready() == ""
        for _ in range(rounds):
            ask("floor: /ping of a bare client", "ping", {})
    reading = discord.state().now().channel_id("reading")
    bot.configure([f'name: reading, platform: discord, address: "{reading}", at: "{datetime.now(UTC):%H:%M}"'])
    with bot.bot():
        for number in range(rounds):
            ask("/seed TOPIC private", "seed", {"topic": f"topic {number % 50}", "private": True})
            ask("/seed as one types", "seed", {"topic": f"t{'heme'[: number % 5]}"}, focused="topic")
            ask("/seedbed status", "seedbed status", {})
            ask("/seedbed next", "seedbed next", {})
    return found


def resident(process: int) -> float:
    """MB."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def memory(bot: Bot) -> dict[str, float]:
    figures = {}
    with bot.bare() as bare:
        bare.wait_until_ready()
        time.sleep(3)
        figures["floor: a bare client of discord.py"] = resident(bare.pid)
    with bot.bot() as running:
        time.sleep(3)
        figures["the bot on Discord"] = resident(running.pid)
    return figures


def spread(seconds: list[float]) -> tuple[str, str]:
    """Median and 99th percentile, in milliseconds."""
    return f"{median(seconds) * 1000:.0f}", f"{quantiles(seconds, n=100, method='inclusive')[98] * 1000:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=1_000, help="due in the same minute")
    parser.add_argument("--rounds", type=int, default=100, help="of every command")
    parser.add_argument("--seeds", type=int, default=100_000, help="in the library that commands look through")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with discord_process() as discord:
            raw = spread(raw_latency(discord))
            few = spread(delays(discord, root / "few", 20, 3))
            rows = [["a bare request to the simulator", *raw], ["20 channels due together, three times over", *few]]
            show("From the due instant to the message (ms)", ["", "median", "99th"], rows)
        with discord_process() as discord:
            took = max(delays(discord, root / "many", given.channels, 1))
            least = given.channels / ALLOWED
            limited = discord.counts().now().rate_limited
            rows = [[f"{given.channels:,}", f"{least:.1f}", f"{took:.1f}", f"{took / least:.2f}", str(limited)]]
            show(
                "Everybody in the same minute (s)",
                ["channels", "allowed", "took", "times as long", "answered 429"],
                rows,
            )
        with discord_process() as discord:
            bot = Bot(root / "commands", discord, given.seeds)
            found = answers(discord, bot, given.rounds)
            show(
                f"Commands, {given.seeds:,} seeds (ms)",
                ["", "median", "99th"],
                [[title, *spread(took)] for title, took in found.items()],
            )
        with discord_process() as discord:
            bot = Bot(root / "memory", discord, 7)
            reading = discord.state().now().channel_id("reading")
            bot.configure([f'name: reading, platform: discord, address: "{reading}", at: "09:00"'])
            figures = memory(bot)
            floor = next(iter(figures.values()))
            rows = [[title, f"{size:.0f}", f"{size / floor:.2f}"] for title, size in figures.items()]
            show("Resident memory (MB)", ["", "MB", "times the floor"], rows)


if __name__ == "__main__":
    main()
