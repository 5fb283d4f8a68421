"""The command that tells at a glance how everything is."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer

from bot import app
from bot.cli import console
from bot.cli.documents import (
    counted,
    entry_json,
    moment,
    pause_json,
    problem_json,
    runway_json,
    runway_words,
    upcoming_json,
)
from bot.cli.plumbing import ConfigFile, Json, with_parts
from bot.model import Channel
from bot.storage.instance import InstanceLock

OUTCOMES = 7  # shown for each channel

commands = typer.Typer()


@commands.command()
def status(config_file: ConfigFile = None, as_json: Json = False) -> None:
    """Show each channel's last seven outcomes, how long its library lasts, and what is wrong."""

    async def body(parts: app.Parts) -> None:
        if as_json:
            console.print_json(await _report(parts))
        else:
            await _print(parts)

    with_parts(config_file, body)


async def _report(parts: app.Parts) -> dict[str, Any]:
    """Everything, as scripts read it."""
    running = InstanceLock(parts.settings.database).holder()
    return {
        "database": str(parts.settings.database),
        "running": {"pid": running.pid, "host": running.host, "address": running.address} if running else None,
        "channels": [await _channel_report(parts, channel) for channel in parts.roster.values()],
        "problems": [problem_json(problem) for problem in await parts.store.shelf.problems()],
    }


async def _channel_report(parts: app.Parts, channel: Channel) -> dict[str, Any]:
    state = await parts.clerk.state(channel.name)
    ahead = await parts.clerk.next_post(channel.name)
    entries = await parts.store.ledger.entries(channel.name, limit=OUTCOMES)
    return {
        "name": channel.name,
        "platform": str(channel.platform),
        "paused": pause_json(state.paused_until, parts.clock.now()),
        "blocked": state.blocked,
        "next": upcoming_json(channel.name, ahead) if ahead else None,
        "runway": runway_json(await parts.clerk.runway(channel.name)),
        "outcomes": [entry_json(entry) for entry in reversed(entries)],
    }


async def _print(parts: app.Parts) -> None:
    running = InstanceLock(parts.settings.database).holder()
    console.print_line(f"running: {running}" if running else "not running")
    for channel in parts.roster.values():
        console.print_line()
        await _print_channel(parts, channel)
    if problems := await parts.store.shelf.problems():
        console.print_line()
        console.print_line(f"{counted(len(problems), 'problem')} in the library: `seedbed check` tells them all")


async def _print_channel(parts: app.Parts, channel: Channel) -> None:
    state = await parts.clerk.state(channel.name)
    runway = await parts.clerk.runway(channel.name)
    console.print_line(f"{channel.name} ({channel.platform}): {runway_words(runway, channel.when_exhausted)}")
    if pause := pause_json(state.paused_until, parts.clock.now()):
        console.print_line(f"paused until {_local(state.paused_until, channel) if pause['until'] else 'resumed'}")
    if state.blocked:
        console.print_line(f"blocked: {state.blocked}")
    if ahead := await parts.clerk.next_post(channel.name):
        console.print_line(f"next: {ahead.local:%A %Y-%m-%d %H:%M} ({ahead.utc_offset})")
    entries = await parts.store.ledger.entries(channel.name, limit=OUTCOMES)
    console.print_table(
        ["post", "due", "outcome", "seed", "reason"],
        [
            (
                entry.post.id,
                moment(entry.post.due),
                entry.post.state + (", late" if entry.post.late else ""),
                entry.post.seed,
                entry.post.reason,
            )
            for entry in reversed(entries)
        ],
        none="no slot has come yet",
    )


def _local(when: datetime | None, channel: Channel) -> str:
    return f"{when.astimezone(ZoneInfo(channel.zone)):%A %Y-%m-%d %H:%M}" if when else ""
