"""What every command needs: the options they share, the parts they work on, and the channels they name."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from bot import app, config, log
from bot.config import Settings
from bot.errors import UsageError
from bot.model import Channel

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="The configuration file; else $SEEDBED_CONFIG or config/seedbed.yaml.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
ChannelArgument = Annotated[str, typer.Argument(help="A channel's name, as in the configuration.")]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="Only this channel.")]


def settings_of(config_file: Path | None) -> Settings:
    return config.load(config.find(os.environ, config_file), os.environ)


def with_parts(config_file: Path | None, body: Callable[[app.Parts], Awaitable[None]]) -> None:
    """Run a command's body on the same database as the bot, which may be running."""
    settings = settings_of(config_file)
    log.configure("error", secrets=settings.secrets)

    async def whole() -> None:
        async with app.assemble(settings, os.environ) as parts:
            await body(parts)

    asyncio.run(whole())


def channel_of(parts: app.Parts, name: str) -> Channel:
    """UsageError, with the names there are, for one that is not in the configuration."""
    for channel in parts.settings.channels:
        if channel.name == name:
            return channel
    known = ", ".join(channel.name for channel in parts.settings.channels)
    raise UsageError(f"there is no channel {name!r} in the configuration; it has {known}")
