"""What `seedbed doctor discord` says."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from bot import app
from bot.cli.documents import counted
from bot.config import Settings

if TYPE_CHECKING:
    from bot.app import DiscordDiagnosis

APPLICATIONS: Final = "https://discord.com/developers/applications"


def lacks(settings: Settings) -> str | None:
    """What has to be set before anything can be asked."""
    return None if settings.discord.token else "no SEEDBED_DISCORD_TOKEN is set"


def how_to_begin(missing: str) -> Iterator[str]:
    """How to get a token, and what can be told all the same."""
    yield f"{missing}. To get one:"
    yield f"  1. open {APPLICATIONS} and make a New Application, named as members will see it"
    yield "  2. on its page Bot, press Reset Token and copy what appears; leave the privileged intents off"
    yield "  3. set SEEDBED_DISCORD_TOKEN to it (or SEEDBED_DISCORD_TOKEN_FILE to its file), run this again"
    yield ""
    yield f"permissions: {app.discord_permissions()} is the number for the invite link"


def examine(settings: Settings) -> "DiscordDiagnosis":
    return asyncio.run(app.examine_discord(settings))


def report(diagnosis: "DiscordDiagnosis") -> Iterator[str]:
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


def document(diagnosis: "DiscordDiagnosis") -> dict[str, Any]:
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


def unanswered(trouble: str) -> dict[str, Any]:
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
