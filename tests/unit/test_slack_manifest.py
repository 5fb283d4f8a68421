"""The app's manifest asks of Slack what the code uses: not a scope or an event less, and not one more."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import yamldoc
from bot.platforms.slack import events, leaving, manifest
from bot.platforms.slack.scopes import SCOPES

ROOT = Path(__file__).parents[2]
CODE = ROOT / "bot" / "platforms" / "slack"
URL = "https://seedbed.example.org"

# What each method of the Web API needs, in public and private channels, as Slack documents it. The bot calls it where
# it is: nothing is ever done in direct messages but writing one, which chat:write covers.
NEEDS: dict[str, set[str]] = {
    "api_call": set(),  # oauth.v2.access alone, see below
    "apps_connections_open": set(),  # an app-level token
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "metadata.message:read"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_replies": {"channels:history", "groups:history"},
    "pins_add": {"pins:write"},
    "pins_remove": {"pins:write"},
    "reactions_add": {"reactions:write"},
    "reactions_get": {"reactions:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
}
# Slash commands and shortcuts.
NO_METHOD = {"commands"}


def trees() -> Iterator[ast.AST]:
    for path in sorted(CODE.rglob("*.py")):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def named(method: str) -> set[str]:
    """The texts that `something.METHOD("text")` is called with."""
    return {
        str(node.args[0].value)
        for node in trees()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_the_scopes_are_those_that_the_calls_need() -> None:
    methods = {name for name in dir(AsyncWebClient) if not name.startswith("_")}
    called = {node.attr for node in trees() if isinstance(node, ast.Attribute)} & methods
    assert called == set(NEEDS), "a method that is new here, or called no more"
    assert set(SCOPES) == NO_METHOD | {scope for method in called for scope in NEEDS[method]}
    assert len(SCOPES) == len(set(SCOPES))
    assert named("api_call") == {"oauth.v2.access"}


def test_the_events_are_those_that_somebody_listens_to() -> None:
    """Those of events.py and leaving.py are taken from there; the others stand in the code as texts."""
    assert named("event") <= set(manifest.EVENTS)
    heard = {*events.HEARD, *leaving.HEARD}
    assert set(manifest.EVENTS) == named("event") | heard
    assert {"reaction_added", "app_uninstalled", "tokens_revoked", "app_home_opened"} <= set(manifest.EVENTS)


def test_every_command_is_declared_with_what_may_follow_it() -> None:
    declared = manifest.document()["features"]
    assert isinstance(declared, dict)
    commands: Any = declared["slash_commands"]
    assert {one["command"] for one in commands} == named("command")
    # Else a channel that is named comes without its id, and a private one cannot be told at all.
    assert all(one["should_escape"] for one in commands)


def test_every_shortcut_is_declared() -> None:
    features: Any = manifest.document()["features"]
    kinds = {"global": "global_shortcut", "message": "message_shortcut"}
    for kind, register in kinds.items():
        listened = sum(isinstance(node, ast.Attribute) and node.attr == register for node in trees())
        assert listened == sum(one["type"] == kind for one in features["shortcuts"])
    assert [one["name"] for one in features["shortcuts"]] == ["Plant a seed", "Save as seed", "Why this seed?"]


def test_the_shipped_manifest_is_the_one_the_code_makes() -> None:
    """`seedbed slack manifest` writes it anew."""
    assert (ROOT / "slack-manifest.yaml").read_text(encoding="utf-8") == manifest.text()
    assert yamldoc.load(ROOT / "slack-manifest.yaml").data == manifest.document()


def test_the_manifest_keeps_the_limits_of_slack() -> None:
    document: Any = manifest.document()
    display, features = document["display_information"], document["features"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 174 <= len(display["long_description"]) <= 4000
    for one in features["slash_commands"]:
        assert len(one["description"]) <= 2000
        assert len(one["usage_hint"]) <= 1000
    for one in features["shortcuts"]:
        assert len(one["name"]) <= 24
        assert len(one["description"]) <= 150
    assert len(manifest.EVENTS) <= 100


def test_for_socket_mode_there_is_no_address_in_it() -> None:
    document: Any = manifest.document()
    assert document["settings"]["socket_mode_enabled"] is True
    assert "http" not in str(document)


def test_for_http_mode_every_way_in_leads_to_the_bot() -> None:
    document: Any = manifest.document(URL)
    settings = document["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert settings["interactivity"]["request_url"] == f"{URL}/slack/events"
    assert settings["interactivity"]["message_menu_options_url"] == f"{URL}/slack/events", "the menu of time zones"
    assert {one["url"] for one in document["features"]["slash_commands"]} == {f"{URL}/slack/events"}
    assert document["oauth_config"]["redirect_urls"] == [f"{URL}/slack/oauth_redirect"]


@pytest.mark.parametrize("key", ["token_rotation_enabled", "org_deploy_enabled"])
def test_what_the_bot_cannot_do_is_off(key: str) -> None:
    document: Any = manifest.document()
    assert document["settings"][key] is False
