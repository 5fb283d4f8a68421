"""Slack, against the simulator in tests/simulators/slack: how soon a post is there, how quickly commands answer, and
the memory it takes, that of all three platforms in one process included.

The real process over real sockets. The floors, in the same run: a bare app of slack_bolt with a slash command that
answers at once, on the same simulator; and a bare request to it. Slack allows a message a second in a channel, and
channels do not wait for each other.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks.bench_discord import environment as of_discord
from benchmarks.chats import Bot, beside_a_floor, delays, settled, spread
from benchmarks.table import show
from tests.simulators.discord.client import discord_process
from tests.simulators.slack.client import Slack, slack_process

BARE = """
import asyncio, os
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

async def main():
    token = os.environ["SEEDBED_SLACK_BOT_TOKEN"]
    client = AsyncWebClient(token=token, base_url=os.environ["SEEDBED_SLACK_API_BASE"])
    app = AsyncApp(client=client)

    @app.command("/seed")
    async def ping(ack):
        await ack("pong")

    await AsyncSocketModeHandler(app, os.environ["SEEDBED_SLACK_APP_TOKEN"]).connect_async()
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def environment(slack: Slack) -> dict[str, str]:
    return {
        "SEEDBED_SLACK_BOT_TOKEN": slack.token,
        "SEEDBED_SLACK_APP_TOKEN": slack.app_token,
        "SEEDBED_SLACK_API_BASE": slack.api,
    }


def raw_latency(slack: Slack) -> list[float]:
    """What one message takes without a bot: a bare request, one after the other, each to a channel of its own."""
    channels = slack.channels(40, prefix="raw").now()

    async def ask() -> list[float]:
        took = []
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {slack.token}"}) as session:
            for channel in channels:
                begun = time.perf_counter()
                body = {"channel": channel, "text": "hello"}
                async with session.post(f"{slack.api}chat.postMessage", json=body) as answer:
                    assert (await answer.json())["ok"]
                took.append(time.perf_counter() - begun)
        return took

    return asyncio.run(ask())


def due_together(slack: Slack, root: Path, channels: int, minutes: int) -> list[float]:
    """Seconds from the due instant to each message."""
    ids = slack.channels(channels).now()

    def posted() -> list[datetime]:
        return [one.created for channel in ids for one in slack.messages(channel).now() if one.metadata]

    return delays(Bot(root, environment(slack), 1_000), "slack", ids, minutes, posted)


def answers(slack: Slack, bot: Bot, rounds: int) -> dict[str, list[float]]:
    """Seconds until each command is acknowledged, and until its answer is there."""
    found: dict[str, list[float]] = {}

    def ask(title: str, command: str, text: str) -> None:
        begun = time.perf_counter()
        asked = slack.slash(command, text, channel="measured", user="organiser").now()
        answer = slack.answer(asked, seconds=20).now()
        found.setdefault(f"{title}: acknowledged", []).append(answer.elapsed)
        found.setdefault(f"{title}: answer", []).append(time.perf_counter() - begun)

    measured = slack.create_channel("measured").now()
    with bot.bare(BARE):
        for _ in range(rounds):
            ask("floor: a bare app", "/seed", "")
    bot.configure([f'name: measured, platform: slack, address: "{measured}", at: "{datetime.now(UTC):%H:%M}"'])
    with bot.bot():
        for number in range(rounds):
            ask("/seed TOPIC private", "/seed", f"topic {number % 50} private")
            ask("/seedbed status", "/seedbed", "status")
            ask("/seedbed next", "/seedbed", "next")
    return found


def memory(slack: Slack, root: Path) -> dict[str, float]:
    figures = {}
    room = f'name: room, platform: slack, address: "{slack.create_channel("room").now()}", at: "09:00"'
    bot = Bot(root / "one", environment(slack), 7)
    with bot.bare(BARE) as bare:
        figures["floor: a bare app of slack_bolt"] = settled(bare)
    bot.configure([room])
    with bot.bot() as running:
        figures["the bot on Slack"] = settled(running)
    with discord_process() as discord:
        hall = discord.state().now().channel_id("reading")
        bot = Bot(root / "three", {**environment(slack), **of_discord(discord)}, 7)
        web = 'name: garden, platform: web, at: "09:00"'
        bot.configure([web, f'name: hall, platform: discord, address: "{hall}", at: "09:00"', room], "web: {port: 0}\n")
        with bot.bot() as running:
            figures["the bot on its page, Discord and Slack at once"] = settled(running)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=200, help="due in the same minute")
    parser.add_argument("--rounds", type=int, default=100, help="of every command")
    parser.add_argument("--seeds", type=int, default=100_000, help="in the library that commands look through")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with slack_process() as slack:
            slack.limit(None).now()
            raw = spread(raw_latency(slack))
            rows = [["a bare request to the simulator", *raw]]
            rows.append(
                ["20 channels due together, three times over", *spread(due_together(slack, root / "few", 20, 3))]
            )
            many = due_together(slack, root / "many", given.channels, 1)
            rows.append([f"{given.channels} channels due together", *spread(many)])
            show("From the due instant to the message (ms)", ["", "median", "99th"], rows)
        with slack_process() as slack:
            slack.limit(None).now()
            found = answers(slack, Bot(root / "commands", environment(slack), given.seeds), given.rounds)
            rows = [[title, *spread(took)] for title, took in found.items()]
            show(f"Commands, {given.seeds:,} seeds (ms)", ["", "median", "99th"], rows)
        with slack_process() as slack:
            rows = beside_a_floor(memory(slack, root / "memory"))
            show("Resident memory (MB)", ["", "MB", "times the floor"], rows)


if __name__ == "__main__":
    main()
