"""Discord, against the simulator in tests/simulators/discord: how soon a post is there, a minute in which everybody is
due, how quickly commands answer, and the memory it takes.

The real process over real sockets. The floors, in the same run: a bare client of discord.py, with a slash command that
answers at once, on the same simulator; and what 50 requests a second allow. The simulator's own latency is one of the
columns, since what is measured includes it.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks.chats import Bot, beside_a_floor, delays, settled, spread
from benchmarks.table import show
from bot.platforms.discord.buttons import marker_in
from tests.simulators.discord.client import Discord, discord_process

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


def environment(discord: Discord) -> dict[str, str]:
    return {
        "SEEDBED_DISCORD_TOKEN": discord.token,
        "SEEDBED_DISCORD_API_BASE": discord.api,
        "SEEDBED_DISCORD_GATEWAY_URL": discord.gateway,
    }


# ---- a post, and a minute in which everybody is due ----------------------------------------------------------------


def due_together(discord: Discord, root: Path, channels: int, minutes: int) -> list[float]:
    """Seconds from the due instant to each message."""
    ids = discord.channels(channels).now()
    wanted = set(ids)

    def posted() -> list[datetime]:
        found = [one for one in discord.state().now().messages if one.channel in wanted]
        return [one.created for one in found if any(map(marker_in, one.buttons.values()))]

    return delays(Bot(root, environment(discord), 1_000), "discord", ids, minutes, posted)


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

    with bot.bare(BARE):
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


def memory(bot: Bot) -> dict[str, float]:
    figures = {}
    with bot.bare(BARE) as bare:
        figures["floor: a bare client of discord.py"] = settled(bare)
    with bot.bot() as running:
        figures["the bot on Discord"] = settled(running)
    return figures


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
            few = spread(due_together(discord, root / "few", 20, 3))
            rows = [["a bare request to the simulator", *raw], ["20 channels due together, three times over", *few]]
            show("From the due instant to the message (ms)", ["", "median", "99th"], rows)
        with discord_process() as discord:
            took = max(due_together(discord, root / "many", given.channels, 1))
            least = given.channels / ALLOWED
            limited = discord.counts().now().rate_limited
            rows = [[f"{given.channels:,}", f"{least:.1f}", f"{took:.1f}", f"{took / least:.2f}", str(limited)]]
            show(
                "Everybody in the same minute (s)",
                ["channels", "allowed", "took", "times as long", "answered 429"],
                rows,
            )
        with discord_process() as discord:
            bot = Bot(root / "commands", environment(discord), given.seeds)
            found = answers(discord, bot, given.rounds)
            show(
                f"Commands, {given.seeds:,} seeds (ms)",
                ["", "median", "99th"],
                [[title, *spread(took)] for title, took in found.items()],
            )
        with discord_process() as discord:
            bot = Bot(root / "memory", environment(discord), 7)
            reading = discord.state().now().channel_id("reading")
            bot.configure([f'name: reading, platform: discord, address: "{reading}", at: "09:00"'])
            rows = beside_a_floor(memory(bot))
            show("Resident memory (MB)", ["", "MB", "times the floor"], rows)


if __name__ == "__main__":
    main()
