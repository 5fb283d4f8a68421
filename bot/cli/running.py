"""Commands around the process: run it, check what it is given, ask whether it is well, save what it knows."""

import asyncio
import http.client
import json
import os
import tempfile
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot import app, config, library, log
from bot.cli import console
from bot.cli.documents import counted, problem_json
from bot.cli.plumbing import ConfigFile, Json, settings_of
from bot.clock import SystemClock
from bot.config import Settings
from bot.errors import ContentError, PlatformUnavailable, Problem, SeedbedError, StoreError, UsageError
from bot.failpoints import Failpoints
from bot.librarian import Librarian
from bot.search.fulltext import FullTextSearcher
from bot.storage.instance import Instance, InstanceLock

PATIENCE = 10.0  # seconds; the page itself gives a store that is stuck five

commands = typer.Typer()


@commands.command()
def run(
    config_file: ConfigFile = None,
    host: Annotated[str | None, typer.Option(help="Bind the web page here instead.")] = None,
    port: Annotated[int | None, typer.Option(help="Use this port for the web page; 0 takes a free one.")] = None,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "info",
    log_json: Annotated[bool, typer.Option("--log-json", help="Log lines as JSON.")] = False,
) -> None:
    """Run the bot until it is told to stop."""
    settings = config.load(config.find(os.environ, config_file), os.environ, host=host, port=port)
    log.configure(log_level, json=log_json, secrets=settings.secrets)
    asyncio.run(app.run(settings, os.environ, console.print_ready))


@commands.command()
def check(config_file: ConfigFile = None, as_json: Json = False) -> None:
    """Check the configuration and the library: every problem at once."""
    seeds: int | None = None
    try:
        problems, notices, seeds = asyncio.run(_check_library(settings_of(config_file)))
    except ContentError as error:
        problems, notices = list(error.problems), []
    if as_json:
        console.print_json(
            {
                "ok": not problems,
                "seeds": seeds,
                "problems": [problem_json(problem) for problem in problems],
                "notices": [problem_json(notice) for notice in notices],
            }
        )
    else:
        for problem in problems:
            console.print_error(str(problem))
        for notice in notices:
            console.print_line(f"note: {notice}")
        found = "the library was not read" if seeds is None else counted(seeds, "seed")
        console.print_line(f"{found}, {counted(len(problems), 'problem')}, {counted(len(notices), 'note')}")
    if problems:
        raise typer.Exit(ContentError.exit_code)


@commands.command()
def schema(
    what: Annotated[str, typer.Argument(help="seed or configuration.")] = "seed",
) -> None:
    """Print the JSON Schema of seed files or of the configuration, for an editor to complete and check."""
    match what:
        case "seed":
            console.print_json(library.json_schema())
        case "configuration":
            console.print_json(config.json_schema())
        case _:
            raise UsageError(f"there is a schema of `seed` and of `configuration`, none of {what!r}")


@commands.command()
def health(config_file: ConfigFile = None) -> None:
    """Ask the running bot whether all is well, as a container's health check does."""
    holder = InstanceLock(settings_of(config_file).database).holder()
    if holder is None:
        raise PlatformUnavailable("no bot runs on this database")
    if not holder.address:
        console.print_line(_by_its_beat(holder))
        return
    # Never through a proxy that the environment names: it is this very machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{holder.address}/healthz", timeout=PATIENCE) as answer:
            console.print_line(json.load(answer)["status"])
    except urllib.error.HTTPError as error:
        with error:
            raise PlatformUnavailable(f"{holder} is not well: {_ills(error.read())}") from None
    except (OSError, http.client.HTTPException) as error:
        raise PlatformUnavailable(f"{holder} does not answer: {error}") from None


@commands.command()
def backup(
    target: Annotated[Path, typer.Argument(help="A file that does not exist yet.")], config_file: ConfigFile = None
) -> None:
    """Save the database to a file, also while the bot runs."""

    settings = settings_of(config_file)
    if not settings.database.exists():
        raise StoreError(f"there is no database {settings.database} yet, so there is nothing to save")

    async def body() -> None:
        async with app.opened(settings, SystemClock(), Failpoints()) as store:
            await store.backup(target)

    asyncio.run(body())
    console.print_line(f"saved to {target}")


def _by_its_beat(holder: Instance) -> str:
    """How a bot without a page is, by what it notes down itself."""
    if holder.address is None or holder.beat is None:
        return "starting"
    age = SystemClock().elapsed() - holder.beat
    if age > app.WEDGED.total_seconds():
        raise PlatformUnavailable(f"{holder} has not looked at what is due for {age / 60:.0f} minutes")
    if holder.ill:
        raise PlatformUnavailable(f"{holder} is not well: {holder.ill}")
    return "ok"


def _ills(report: bytes) -> str:
    """What is wrong, from what /healthz answers."""
    parts = json.loads(report)["parts"]
    return "; ".join(f"{name}: {part['detail']}" for name, part in parts.items() if not part["ok"])


async def _check_library(settings: Settings) -> tuple[list[Problem], list[Problem], int]:
    """Problems, notices and the number of seeds, found by taking the library into a database of its own."""
    try:
        apart = tempfile.TemporaryDirectory()
    except OSError as error:
        raise SeedbedError(f"no temporary folder to check the library in: {error.strerror}; set TMPDIR") from None
    with apart as folder:
        clock = SystemClock()
        elsewhere = replace(settings, database=Path(folder) / "check.db")
        async with app.opened(elsewhere, clock, Failpoints()) as store:
            librarian = Librarian(settings.library, settings.planted, store.shelf, FullTextSearcher(store.shelf), clock)
            await librarian.open()
            return list(await store.shelf.problems()), list(await store.shelf.notices()), len(librarian.candidates)
