"""The bot as `python -m bot run` starts it, but on a simulator in place of the web page, so that doubles show.

python -m tests.crash.bot_on board|discord|slack [--settle SECONDS] [--resend-within SECONDS] [--timeout SECONDS]
                             [--ask CHANNEL TOPIC REQUEST]...

The board is the one in SEEDBED_TEST_BOARD, Discord and Slack those that the environment names.
"""

import argparse
import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot import app, config, log
from bot.model import ChannelName, PlantRequest, PlatformName
from bot.ports import Inbox, Manners, Platform
from tests.fakes.platform import MANNERS, VARIABLE, FakePlatform


class Members:
    """They ask for seeds as soon as the bot is there."""

    def __init__(self, asked: Sequence[PlantRequest]) -> None:
        self._asked = asked
        self._answers: list[asyncio.Task[object]] = []

    def arrive(self, inbox: Inbox) -> None:
        self._answers = [asyncio.create_task(inbox.plant_seed(request)) for request in self._asked]

    async def leave(self) -> None:
        for answer in self._answers:
            answer.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)


class BoardWithMembers(FakePlatform):
    def __init__(self, base: str, manners: Manners, members: Members) -> None:
        super().__init__(base, manners)
        self._members = members

    async def start(self, inbox: Inbox) -> None:
        await super().start(inbox)
        self._members.arrive(inbox)

    async def stop(self) -> None:
        await self._members.leave()
        await super().stop()


def discord_with_members(tools: app.Tools, manners: Manners, members: Members) -> Platform:
    # Here and not above: bots on a board start the sooner.
    from bot.platforms.discord import DiscordPlatform  # noqa: PLC0415

    class DiscordWithMembers(DiscordPlatform):
        async def start(self, inbox: Inbox) -> None:
            await super().start(inbox)
            members.arrive(inbox)

        async def stop(self) -> None:
            await members.leave()
            await super().stop()

    settings, memory = tools.settings.discord, tools.store.memory
    platform = DiscordWithMembers(settings, tools.overview, tools.desk, tools.nursery, memory, tools.clock)
    platform.manners = manners
    return platform


def slack_with_members(tools: app.Tools, manners: Manners, members: Members) -> Platform:
    from bot.platforms.slack import SlackPlatform  # noqa: PLC0415  as above

    class SlackWithMembers(SlackPlatform):
        async def start(self, inbox: Inbox) -> None:
            await super().start(inbox)
            members.arrive(inbox)

        async def stop(self) -> None:
            await members.leave()
            await super().stop()

    settings, memory = tools.settings.slack, tools.store.memory
    platform = SlackWithMembers(settings, tools.overview, tools.desk, tools.nursery, memory, tools.clock)
    platform.manners = manners
    return platform


def main(environ: Mapping[str, str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("platform", choices=["board", "discord", "slack"])
    parser.add_argument("--settle", type=float, default=MANNERS.settle.total_seconds())
    parser.add_argument("--resend-within", type=float, default=0)
    parser.add_argument("--timeout", type=float, default=MANNERS.timeout.total_seconds())
    parser.add_argument("--ask", nargs=3, action="append", default=[])
    given = parser.parse_args()
    members = Members([PlantRequest(ChannelName(name), topic, request, "ada") for name, topic, request in given.ask])
    manners = replace(
        MANNERS,
        settle=timedelta(seconds=given.settle),
        resend_within=timedelta(seconds=given.resend_within),
        timeout=timedelta(seconds=given.timeout),
    )
    factories: Mapping[PlatformName, app.Factory] = {
        PlatformName.WEB: lambda _: BoardWithMembers(environ[VARIABLE], manners, members)
    }
    if given.platform == "discord":
        factories = {PlatformName.DISCORD: lambda tools: discord_with_members(tools, manners, members)}
    if given.platform == "slack":
        factories = {PlatformName.SLACK: lambda tools: slack_with_members(tools, manners, members)}
    settings = config.load(config.find(environ), environ)
    log.configure("info", secrets=settings.secrets)
    asyncio.run(app.run(settings, environ, _say_ready, factories=factories))


def _say_ready(_: str) -> None:
    print("ready simulator", flush=True)  # noqa: T201  whoever started this process waits for the line


if __name__ == "__main__":
    main(os.environ)
