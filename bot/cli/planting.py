"""Commands for what members bring: look at it, decide on it, and move what was approved into the library."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import app, library
from bot.cli import console
from bot.cli.documents import as_utc, counted, moment
from bot.cli.plumbing import LARGEST, ConfigFile, Json, with_parts
from bot.errors import UsageError
from bot.model import Cutting, Proposal, opening

commands = typer.Typer()

Approve = Annotated[int | None, typer.Option("--approve", metavar="NUMBER", help="Take this one into the library.")]
Decline = Annotated[int | None, typer.Option("--decline", metavar="NUMBER", help="Do not take this one.")]


@commands.command()
def proposals(
    number: Annotated[int | None, typer.Argument(metavar="[NUMBER]", help="Show this one whole.")] = None,
    approve: Approve = None,
    decline: Decline = None,
    config_file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Show what members proposed and nobody decided on yet, and decide."""
    if sum(one is not None for one in (number, approve, decline)) > 1:
        raise UsageError("say one thing at a time: a NUMBER to look at, --approve or --decline")

    async def body(parts: app.Parts) -> None:
        if approve is not None:
            _tell_decision(await parts.nursery.approve(_number(approve)))
        elif decline is not None:
            _tell_decision(await parts.nursery.decline(_number(decline)))
        elif number is not None:
            found = await parts.nursery.proposal(_number(number))
            if found is None:
                raise UsageError(f"there is no proposal {number}; `seedbed proposals` lists those that wait")
            _show(found, as_json=as_json)
        else:
            waiting = await parts.nursery.waiting(None)
            if as_json:
                console.print_json([_proposal_json(one) for one in waiting])
            else:
                _print_proposals(waiting)

    with_parts(config_file, body)


@commands.command()
def export(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A folder of the library; else `planted` in it.")
    ] = None,
    config_file: ConfigFile = None,
) -> None:
    """Move approved seeds from beside the database into the library, as files to keep."""

    async def body(parts: app.Parts) -> None:
        target = folder or parts.settings.library / "planted"
        moved = await parts.nursery.export(target)
        console.print_lines(map(str, moved))
        console.print_line(f"{counted(len(moved), 'seed')} moved" if moved else "nothing is waiting to be moved")
        if moved and not target.resolve().is_relative_to(parts.settings.library.resolve()):
            console.print_line(f"{target} is outside the library: until they are in it, they are not posted")

    with_parts(config_file, body)


def _tell_decision(proposal: Proposal) -> None:
    planted = f" as {proposal.seed}" if proposal.seed else ""
    console.print_line(f"proposal {proposal.id} is {proposal.decision}{planted}")


def _print_proposals(waiting: Sequence[Proposal]) -> None:
    console.print_table(
        ["number", "proposed", "server", "title", "author", "topics"],
        [
            (one.id, moment(one.made), one.space, _heading(one.cutting), one.cutting.author, _topics(one.cutting))
            for one in waiting
        ],
        none="nothing waits for a decision",
    )


def _show(proposal: Proposal, *, as_json: bool) -> None:
    """All of it; in words as the file that would be made of it."""
    if as_json:
        console.print_json(_proposal_json(proposal))
        return
    _tell_decision(proposal)
    console.print_line()
    console.print_lines(library.as_yaml(proposal.cutting).splitlines())


def _proposal_json(proposal: Proposal) -> dict[str, Any]:
    cutting = proposal.cutting
    return {
        "number": proposal.id,
        "space": proposal.space,
        "decision": str(proposal.decision),
        "made": as_utc(proposal.made),
        "seed": proposal.seed,
        "title": cutting.title,
        "author": cutting.author,
        "source": {"title": cutting.source.title, "url": cutting.source.url, "published": cutting.source.published},
        "topics": list(cutting.topics),
        "text": cutting.text,
    }


def _heading(cutting: Cutting) -> str:
    return cutting.title or opening(cutting.text)


def _topics(cutting: Cutting) -> str:
    return ", ".join(cutting.topics)


def _number(number: int) -> int:
    """A number that the store can look for."""
    return number if 0 < number <= LARGEST else 0
