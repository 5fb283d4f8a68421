"""The bot as `python -m bot run` starts it, but with a chat board in place of the web page, so that doubles show.

python -m tests.crash.bot_on_board [--settle SECONDS] [--resend-within SECONDS] [--ask CHANNEL TOPIC REQUEST]...

The board is the one in SEEDBED_TEST_BOARD, the configuration that in SEEDBED_CONFIG.
"""

import argparse
import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot import app, config, log
from bot.model import ChannelName, PlantRequest, PlatformName
from bot.ports import Inbox, Manners
from tests.fakes.platform import MANNERS, VARIABLE, FakePlatform


class PlatformWithMembers(FakePlatform):
    """A board whose members ask for seeds as soon as the bot is there."""

    def __init__(self, base: str, manners: Manners, asked: Sequence[PlantRequest]) -> None:
        super().__init__(base, manners)
        self._asked = asked
        self._answers: list[asyncio.Task[object]] = []

    async def start(self, inbox: Inbox) -> None:
        await super().start(inbox)
        self._answers = [asyncio.create_task(inbox.plant_seed(request)) for request in self._asked]

    async def stop(self) -> None:
        for answer in self._answers:
            answer.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await super().stop()


def main(environ: Mapping[str, str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--settle", type=float, default=MANNERS.settle.total_seconds())
    parser.add_argument("--resend-within", type=float, default=0)
    parser.add_argument("--ask", nargs=3, action="append", default=[])
    given = parser.parse_args()
    asked = [PlantRequest(ChannelName(name), topic, request, "ada") for name, topic, request in given.ask]
    manners = replace(
        MANNERS, settle=timedelta(seconds=given.settle), resend_within=timedelta(seconds=given.resend_within)
    )
    platform = PlatformWithMembers(environ[VARIABLE], manners, asked)
    settings = config.load(config.find(environ), environ)
    log.configure("info")
    factories = {PlatformName.WEB: lambda *_: platform}
    asyncio.run(app.run(settings, environ, _say_ready, factories=factories))


def _say_ready(_: str) -> None:
    print("ready board", flush=True)  # noqa: T201  whoever started this process waits for the line


if __name__ == "__main__":
    main(os.environ)
