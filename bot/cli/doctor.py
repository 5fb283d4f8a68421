"""The commands that look at a platform from outside: what it lets the bot do, and what it has to be told first."""

from types import ModuleType
from typing import Annotated, Any, Final

import typer

from bot import app
from bot.cli import console, doctor_discord, doctor_slack
from bot.cli.plumbing import ConfigFile, Json, settings_of
from bot.config import Settings
from bot.config import slack as slack_words
from bot.config.timewords import Unclear
from bot.errors import ContentError, PlatformUnavailable, UsageError
from bot.model import PlatformName

DOCTORS: Final[dict[str, ModuleType]] = {
    PlatformName.DISCORD: doctor_discord,
    PlatformName.SLACK: doctor_slack,
}

commands = typer.Typer()


@commands.command()
def doctor(
    platform: Annotated[
        str | None, typer.Argument(metavar="[discord|slack]", help="The platform to look at; else the one in use.")
    ] = None,
    config_file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Say who the bot is on a platform, how it gets there, and what it lacks in each of its channels."""
    if platform is not None and platform not in DOCTORS:
        raise UsageError(f"there is a doctor for `discord` and for `slack`, none for {platform!r}")
    settings = settings_of(config_file, tokens_needed=False)
    asked = DOCTORS[platform or _in_use(settings)]
    missing = asked.lacks(settings)
    if missing is not None:
        if as_json:
            console.print_json(asked.unanswered(missing))
        else:
            console.print_lines(asked.how_to_begin(missing))
        raise typer.Exit(ContentError.exit_code)
    diagnosis = _examine(asked, settings, as_json=as_json)
    if as_json:
        console.print_json(asked.document(diagnosis))
    else:
        console.print_lines(asked.report(diagnosis))
    if not diagnosis.ok:
        raise typer.Exit(PlatformUnavailable.exit_code)


@commands.command()
def slack(
    what: Annotated[str, typer.Argument(help="manifest: what Slack makes the app of.")] = "manifest",
    public_url: Annotated[
        str | None, typer.Option(help="For HTTP mode: the bot's own address, such as https://seedbed.example.org.")
    ] = None,
) -> None:
    """Print the app manifest to paste at https://api.slack.com/apps."""
    if what != "manifest":
        raise UsageError(f"Slack takes a `manifest`; there is no {what!r} to print")
    try:
        address = slack_words.public_url(public_url) if public_url else None
    except Unclear as unclear:
        raise UsageError(f"--public-url: {unclear}") from None
    console.print_lines(app.slack_manifest(address).splitlines())


def _in_use(settings: Settings) -> str:
    """The only platform with a doctor that is on; UsageError where that is none, or both."""
    on = [name for name in DOCTORS if name in settings.platforms]
    if len(on) != 1:
        raise UsageError("say which: `seedbed doctor discord` or `seedbed doctor slack`")
    return on[0]


def _examine(asked: ModuleType, settings: Settings, *, as_json: bool) -> Any:
    try:
        return asked.examine(settings)
    except PlatformUnavailable as error:
        if not as_json:
            raise
        console.print_json(asked.unanswered(str(error)))
        raise typer.Exit(error.exit_code) from None
