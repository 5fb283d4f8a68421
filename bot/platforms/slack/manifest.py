"""The app's manifest: what it asks of Slack, put together from the code that uses it."""

from typing import Final

from bot.platforms.slack import events, http, leaving
from bot.platforms.slack.commands import plant, shortcuts
from bot.platforms.slack.installing import CALLBACK
from bot.platforms.slack.scopes import SCOPES
from bot.yamldoc import Data
from bot.yamlwriting import dump

EVENTS: Final = tuple(sorted({"app_home_opened", *events.HEARD, *leaving.HEARD}))
COMMANDS: Final[tuple[tuple[str, str, str], ...]] = (
    ("/seed", "Plant an excerpt about something, in the channel or for you alone", "[topic] [private] | help"),
    ("/seedbed", "Set up and look after the daily excerpt of a channel", "setup | status | next | help"),
)
SHORTCUTS: Final[tuple[tuple[str, str, str, str], ...]] = (  # name, type, callback id, description
    ("Plant a seed", "global", plant.SHORTCUT, "Propose an excerpt for the library"),
    ("Save as seed", "message", shortcuts.KEEP, "Propose this message for the library"),
    ("Why this seed?", "message", shortcuts.WHY, "See how this excerpt was chosen"),
)
HEAD: Final = (
    "# Made by `seedbed slack manifest`. Paste it at https://api.slack.com/apps, Create New App, From a manifest.\n"
)
LONG_DESCRIPTION: Final = (
    "Seedbed brings a reading group one excerpt a day from its own library, with three questions that are worth "
    "answering. Ask for one about something with /seed, keep what you like, and propose excerpts of your own; "
    "organisers look after it all with /seedbed. The bot runs on your own machine, and "
    "of what people write it keeps nothing but what they propose."
)


def text(public_url: str | None = None) -> str:
    """The manifest as Slack's page takes it; in the repository as slack-manifest.yaml."""
    return HEAD + dump(document(public_url))


def document(public_url: str | None = None) -> dict[str, Data]:
    """The app manifest: for Socket Mode, or for HTTP mode at `public_url` (no slash at its end)."""
    return {
        "display_information": {
            "name": "Seedbed",
            "description": "One excerpt a day, with questions worth answering, for a reading group",
            "long_description": LONG_DESCRIPTION,
            "background_color": "#2f5d3a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "seedbed", "always_online": True},
            "shortcuts": [
                {"name": name, "type": kind, "callback_id": callback, "description": what}
                for name, kind, callback, what in SHORTCUTS
            ],
            "slash_commands": [
                {**_url(public_url, "url"), "command": name, "description": what, "usage_hint": hint}
                | {"should_escape": True}  # a channel that is named comes with its id
                for name, what, hint in COMMANDS
            ],
        },
        "oauth_config": {**_redirect(public_url), "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**_url(public_url, "request_url"), "bot_events": list(EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **_url(public_url, "request_url"),
                **_url(public_url, "message_menu_options_url"),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": public_url is None,
            "token_rotation_enabled": False,
        },
    }


def _url(public_url: str | None, key: str) -> dict[str, Data]:
    return {key: public_url + http.EVENTS} if public_url else {}


def _redirect(public_url: str | None) -> dict[str, Data]:
    return {"redirect_urls": [public_url + CALLBACK]} if public_url else {}
