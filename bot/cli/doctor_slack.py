"""What `seedbed doctor slack` says."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from bot import app
from bot.cli.documents import counted
from bot.config import Settings

if TYPE_CHECKING:
    from bot.app import SlackDiagnosis

APPS: Final = "https://api.slack.com/apps"
AGAIN: Final = "add it under OAuth & Permissions of your app (or take its new manifest), and install the app again"


def lacks(settings: Settings) -> str | None:
    """What has to be set before anything can be asked."""
    slack = settings.slack
    needed = (
        {
            "SEEDBED_SLACK_CLIENT_ID": slack.client_id,
            "SEEDBED_SLACK_CLIENT_SECRET": slack.client_secret,
            "SEEDBED_SLACK_SIGNING_SECRET": slack.signing_secret,
            "SEEDBED_SLACK_KEY": slack.key,
        }
        if slack.mode == "http"
        else {"SEEDBED_SLACK_BOT_TOKEN": slack.bot_token, "SEEDBED_SLACK_APP_TOKEN": slack.app_token}
    )
    missing = [name for name, given in needed.items() if not given]
    return f"no {' and no '.join(missing)} is set" if missing else None


def how_to_begin(missing: str) -> Iterator[str]:
    """How to get the tokens."""
    yield f"{missing}. To get what is needed:"
    yield f"  1. open {APPS}, press Create New App, From a manifest, and paste slack-manifest.yaml"
    yield "     (`seedbed slack manifest` prints it)"
    yield "  2. under Basic Information, App-Level Tokens, generate one with the scope connections:write, and set"
    yield "     SEEDBED_SLACK_APP_TOKEN to it"
    yield "  3. under Install App, install it, and set SEEDBED_SLACK_BOT_TOKEN to the Bot User OAuth Token"
    yield "  4. run this again"
    yield ""
    yield "several workspaces: docs/slack.md tells about HTTP mode, which needs other secrets"


def examine(settings: Settings) -> "SlackDiagnosis":
    return asyncio.run(app.examine_slack(settings))


def report(diagnosis: "SlackDiagnosis") -> Iterator[str]:
    """As a person reads it."""
    if diagnosis.install is None:
        yield "Socket Mode: both tokens work"
    else:
        yield f"HTTP mode: the app's secrets work; workspaces install it at {diagnosis.install}"
    if not diagnosis.workspaces:
        yield "workspaces: none yet"
    for visited in diagnosis.workspaces:
        if visited.trouble:
            yield f"workspace {visited.name}: {visited.trouble}"
        else:
            yield f"workspace {visited.name} ({visited.team}): the bot is @{visited.bot}"
        for scope in visited.missing:
            yield f"  the scope {scope} is missing: {AGAIN}"
    yield ""
    if not diagnosis.channels:
        yield "channels: none yet; type /seedbed setup in a channel of the workspace"
    for one in diagnosis.channels:
        place = f"{one.shown} in {one.workspace}" if one.shown else one.channel.address
        yield f"{one.channel.name} ({place}):" + ("" if one.trouble else " all is well")
        if one.trouble:
            yield f"  {one.trouble}"
    troubled = sum(1 for one in diagnosis.channels if one.trouble)
    if troubled:
        yield ""
        yield f"{counted(troubled, 'channel')} of {len(diagnosis.channels)} not well"


def document(diagnosis: "SlackDiagnosis") -> dict[str, Any]:
    return {
        "ok": diagnosis.ok,
        "trouble": None,
        "mode": diagnosis.mode,
        "install": diagnosis.install,
        "workspaces": [
            {
                "team": one.team,
                "name": one.name,
                "bot": one.bot,
                "missing": list(one.missing),
                "trouble": one.trouble,
            }
            for one in diagnosis.workspaces
        ],
        "channels": [
            {
                "name": one.channel.name,
                "address": one.channel.address,
                "workspace": one.workspace,
                "shown": one.shown,
                "kind": one.kind,
                "trouble": one.trouble,
            }
            for one in diagnosis.channels
        ],
    }


def unanswered(trouble: str) -> dict[str, Any]:
    """The same document where Slack was not asked, or did not answer."""
    return {"ok": False, "trouble": trouble, "mode": None, "install": None, "workspaces": [], "channels": []}
