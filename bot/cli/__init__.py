"""The commands: thin shells around the service and the store. `main` runs one."""

import os
import sys
from typing import Annotated, NoReturn

import typer

from bot import __version__
from bot.cli import acting, console, reading, running
from bot.errors import SeedbedError, UsageError

_GROUPS = (running, reading, acting)


def main() -> NoReturn:
    """Run one command; every failure is a sentence on standard error and an exit code (docs/commands.md)."""
    try:
        code = commands()(standalone_mode=False)
    except typer.TyperException as error:
        console.print_error(error.format_message())
        code = UsageError.exit_code
    except typer.Exit as end:
        code = end.exit_code
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except SeedbedError as error:
        console.print_error(str(error))
        code = error.exit_code
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does: nothing is wrong, and nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code or 0)


def commands() -> typer.Typer:
    """Every command, in the order of a user's first day."""
    root = typer.Typer(
        name="seedbed",
        help="One excerpt a day, with questions worth answering, for a reading group.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    root.callback(invoke_without_command=True)(_root)
    for group in _GROUPS:
        root.registered_commands += group.commands.registered_commands
    return root


def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        console.print_line(f"seedbed {__version__}")
    elif context.invoked_subcommand is None:
        console.print_line(context.get_help())
