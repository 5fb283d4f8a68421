"""The command that looks from outside whether a platform lets the bot do its work."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import app
from bot.cli import console
from bot.cli.documents import counted
from bot.cli.plumbing import ConfigFile, Json, settings_of
from bot.config import Settings
from bot.errors import ContentError, PlatformUnavailable, UsageError

if TYPE_CHECKING:
    from bot.app import Diagnosis

PLATFORM = "discord"
APPLICATIONS = "https://discord.com/developers/applications"

commands = typer.Typer()


@commands.command()
def doctor(
    platform: Annotated[str, typer.Argument(metavar="[discord]", help="The platform to look at.")] = PLATFORM,
    config_file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Say who the bot is on Discord, how to invite it, and what it lacks in each of its channels."""
    if platform != PLATFORM:
        raise UsageError(f"there is a doctor for `{PLATFORM}`, none for {platform!r}")
    settings = settings_of(config_file, tokens_needed=False)
    if settings.discord.token is None:
        _without_a_token(as_json=as_json)
    diagnosis = _examine(settings, as_json=as_json)
    if as_json:
        console.print_json(_document(diagnosis))
    else:
        console.print_lines(_report(diagnosis))
    if not diagnosis.ok:
        raise typer.Exit(PlatformUnavailable.exit_code)


def _examine(settings: Settings, *, as_json: bool) -> "Diagnosis":
    try:
        return asyncio.run(app.examine_discord(settings))
    except PlatformUnavailable as error:
        if not as_json:
            raise
        console.print_json(_unanswered(str(error)))
        raise typer.Exit(error.exit_code) from None


def _without_a_token(*, as_json: bool) -> None:
    """How to get one, and what can be told all the same."""
    missing = "no SEEDBED_DISCORD_TOKEN is set"
    if as_json:
        console.print_json(_unanswered(missing))
    else:
        console.print_lines(
            (
                f"{missing}. To get one:",
                f"  1. open {APPLICATIONS} and make a New Application, named as members will see it",
                "  2. on its page Bot, press Reset Token and copy what appears; leave the privileged intents off",
                "  3. set SEEDBED_DISCORD_TOKEN to it (or SEEDBED_DISCORD_TOKEN_FILE to its file), run this again",
                "",
                f"permissions: {app.discord_permissions()} is the number for the invite link",
            )
        )
    raise typer.Exit(ContentError.exit_code)


def _report(diagnosis: "Diagnosis") -> Iterator[str]:
    """As a person reads it."""
    yield f"token: works; the bot is {diagnosis.bot} (application {diagnosis.application})"
    yield f"invite: {diagnosis.invite}"
    yield f"permissions: {diagnosis.permissions} is the number in that link"
    if diagnosis.servers:
        yield f"servers: {', '.join(diagnosis.servers)}"
    else:
        yield "servers: none yet; open the link to invite the bot"
    if diagnosis.commands:
        yield f"commands: {diagnosis.commands} registered"
    else:
        yield "commands: none registered yet; `seedbed run` does that"
    if diagnosis.granted:
        yield f"intents: {', '.join(diagnosis.granted)} on, and Seedbed needs none; turn them off on the page Bot"
    yield ""
    if not diagnosis.channels:
        yield "channels: none yet; type /seedbed setup in a server of the bot"
    for one in diagnosis.channels:
        place = f"{one.shown} in {one.server}" if one.shown else one.channel.address
        yield f"{one.channel.name} ({place}):" + ("" if one.trouble or one.missing else " all is well")
        if one.trouble:
            yield f"  {one.trouble}"
        for lack in one.missing:
            yield f'  the bot lacks "{lack.permission}": allow it {lack.where}'
    troubled = sum(1 for one in diagnosis.channels if one.trouble or one.missing)
    if troubled:
        yield ""
        yield f"{counted(troubled, 'channel')} of {len(diagnosis.channels)} not well"


def _document(diagnosis: "Diagnosis") -> dict[str, Any]:
    return {
        "ok": diagnosis.ok,
        "trouble": None,
        "bot": diagnosis.bot,
        "application": str(diagnosis.application),
        "permissions": diagnosis.permissions,
        "invite": diagnosis.invite,
        "granted": list(diagnosis.granted),
        "commands": diagnosis.commands,
        "servers": list(diagnosis.servers),
        "channels": [
            {
                "name": one.channel.name,
                "address": one.channel.address,
                "server": one.server,
                "shown": one.shown,
                "kind": one.kind,
                "missing": [{"permission": lack.permission, "where": lack.where} for lack in one.missing],
                "trouble": one.trouble,
            }
            for one in diagnosis.channels
        ],
    }


def _unanswered(trouble: str) -> dict[str, Any]:
    """The same document where Discord was not asked, or did not answer."""
    return {
        "ok": False,
        "trouble": trouble,
        "bot": None,
        "application": None,
        "permissions": app.discord_permissions(),
        "invite": None,
        "granted": [],
        "commands": None,
        "servers": [],
        "channels": [],
    }
