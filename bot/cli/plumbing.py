"""What every command needs: the options they share, the parts they work on, and the things that they name."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from bot import app, config, log
from bot.cli import console
from bot.cli.documents import counted
from bot.config import Settings
from bot.errors import UsageError
from bot.model import Candidate, Channel, ChannelName, Post, PostId, SeedId

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="The configuration file; else $SEEDBED_CONFIG or config/seedbed.yaml.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
ChannelArgument = Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel's name, as in the configuration.")]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="Only this channel.")]

LARGEST = 2**63 - 1  # that a database can count to


def settings_of(config_file: Path | None, *, tokens_needed: bool = True) -> Settings:
    """The configuration; from here on only what no command foresees is logged."""
    settings = config.load(config.find(os.environ, config_file), os.environ, tokens_needed=tokens_needed)
    log.configure("error", secrets=settings.secrets)
    # Commands tell themselves what is wrong with the library.
    logging.getLogger("bot.librarian").setLevel(logging.CRITICAL)
    return settings


def with_parts(
    config_file: Path | None, body: Callable[[app.Parts], Awaitable[None]], *, tell_problems: bool = True
) -> None:
    """Run a command's body on the same database as the bot, which may be running.

    What is wrong with the library is one line on standard error, since it may be why a seed is not there.
    """
    settings = settings_of(config_file)

    async def whole() -> None:
        async with app.assemble(settings, os.environ) as parts:
            problems = await parts.store.shelf.problems() if tell_problems else ()
            if problems:
                console.print_error(f"{counted(len(problems), 'problem')} in the library; `seedbed check` tells all")
            await body(parts)

    asyncio.run(whole())


def channel_of(parts: app.Parts, name: str) -> Channel:
    """UsageError, with the names there are, for one that nobody set up."""
    return parts.drafter.channel(ChannelName(name))


def first_channel(parts: app.Parts) -> Channel:
    """Where none is named; UsageError where there is none yet."""
    for channel in parts.roster.values():
        return channel
    raise UsageError("there is no channel yet; write one into the configuration, or set one up on its platform")


def channel_names(parts: app.Parts) -> str:
    return ", ".join(parts.roster)


def seed_of(parts: app.Parts, name: str) -> Candidate:
    """UsageError, with the nearest id there is, for one that is not in the library."""
    return parts.desk.candidate(SeedId(name))


async def post_of(parts: app.Parts, number: int) -> Post:
    """UsageError for a number that no post has."""
    found = await parts.store.ledger.post(PostId(number)) if 0 < number <= LARGEST else None
    if found is None:
        raise UsageError(f"there is no post {number}; `seedbed posts` lists them")
    return found
