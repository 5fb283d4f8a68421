"""The commands: thin shells around the service and the store. `main` runs one."""

import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from bot import __version__
from bot.cli import acting, console, doctor, planting, reading, running, status
from bot.errors import SeedbedError, UsageError

_GROUPS = (running, doctor, status, reading, acting, planting)


def main() -> NoReturn:
    """Run one command; every failure is a sentence on standard error and an exit code (docs/commands.md)."""
    console.prepare()
    sys.exit(_run(sys.argv[1:]))


def commands() -> typer.Typer:
    """Every command, in the order of a user's first day."""
    root = typer.Typer(
        name="seedbed",
        help="One excerpt a day, with questions worth answering, for a reading group.",
        context_settings={"help_option_names": ["-h", "--help"]},
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    root.callback(invoke_without_command=True)(_root)
    for group in _GROUPS:
        root.registered_commands += group.commands.registered_commands
    return root


def _run(words: Sequence[str]) -> int:
    """The exit code of one command."""
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    try:
        code: int | None = commands()(words, standalone_mode=False)
        console.finish()
    except typer.TyperException as error:
        console.print_error(_sentence(error))
        return UsageError.exit_code
    except typer.Exit as end:
        return end.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except SeedbedError as error:
        console.print_error(str(error))
        return error.exit_code
    return code or 0


def _sentence(error: typer.TyperException) -> str:
    """What is off about the words of a command, and where the right ones are."""
    what = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{what[:1].lower()}{what[1:]}" + (f"; `{context.command_path} --help` says more" if context else "")


def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        console.print_line(f"seedbed {__version__}")
    elif context.invoked_subcommand is None:
        console.print_line(context.get_help())
