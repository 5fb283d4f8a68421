"""auth.*, apps.*, oauth.*, users.*, bots.*, team.* and emoji.*"""

from tests.simulators.slack import payloads
from tests.simulators.slack.api.table import Call, Method
from tests.simulators.slack.installing import uninstall
from tests.simulators.slack.model import Json
from tests.simulators.slack.problems import SlackError
from tests.simulators.slack.town import APP_ID


def check(call: Call) -> Json:
    """auth.test"""
    team, bot = call.team, call.bot
    about = {"url": payloads.url(team), "team": team.name, "user": team.bot.name, "team_id": team.id}
    return {**about, "user_id": bot.user, "bot_id": bot.bot_id, "is_enterprise_install": False}


def revoke(call: Call) -> Json:
    """auth.revoke"""
    if not call.flag("test"):
        call.sim.world.end_install(call.team, "token_revoked")
    return {"revoked": not call.flag("test")}


def connect(call: Call) -> Json:
    """apps.connections.open"""
    return {"url": call.sim.sockets.open()}


def leave(call: Call) -> Json:
    """apps.uninstall"""
    _check_client(call)
    uninstall(call.sim, call.team)
    return {}


def access(call: Call) -> Json:
    """oauth.v2.access: the token, for the code that somebody's consent gave."""
    _check_client(call)
    code = call.required("code", "invalid_code")
    grant = call.sim.app.grants.get(code)
    if grant is None:
        raise SlackError("invalid_code")
    if grant.used:
        raise SlackError("code_already_used")
    if (call.text("redirect_uri") or grant.redirect_uri) != grant.redirect_uri:
        raise SlackError("bad_redirect_uri")
    grant.used = True
    team = call.sim.world.teams[grant.team]
    install = call.sim.world.install(team, grant.scopes, by=grant.user)
    return {
        "access_token": install.token,
        "token_type": "bot",
        "scope": ",".join(install.scopes),
        "bot_user_id": install.user,
        "app_id": APP_ID,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": grant.user},
    }


def user(call: Call) -> Json:
    found = call.sim.world.user(call.team, call.required("user", "user_not_found"))
    shown = payloads.user(found, call.team)
    return {"user": shown | ({"locale": found.locale} if call.flag("include_locale") else {})}


def users(call: Call) -> Json:
    found = list(call.team.users.values())
    return {"members": [payloads.user(one, call.team) for one in found], "response_metadata": {"next_cursor": ""}}


def bot(call: Call) -> Json:
    if call.text("bot") not in {"", call.team.bot_id}:
        raise SlackError("bot_not_found")
    return {"bot": payloads.bot(call.team) | {"user_id": call.team.bot.id}}


def team(call: Call) -> Json:
    return {"team": payloads.team(call.team)}


def emoji(call: Call) -> Json:
    return {"emoji": {name: f"https://emoji.example/{name}.png" for name in call.team.emoji}}


def echo(call: Call) -> Json:
    """api.test"""
    if call.text("error"):
        raise SlackError(call.text("error"))
    return {"args": call.arguments}


def _check_client(call: Call) -> None:
    given = call.basic or (call.text("client_id"), call.text("client_secret"))
    if given[0] != call.sim.app.client_id:
        raise SlackError("invalid_client_id")
    if given[1] != call.sim.app.client_secret:
        raise SlackError("bad_client_secret")


METHODS = [
    Method("api.test", echo, auth=None, tier=4),
    Method("auth.test", check, tier=None),
    Method("auth.revoke", revoke),
    Method("apps.connections.open", connect, tier=None, auth="app"),
    Method("apps.uninstall", leave, tier=1),
    Method("oauth.v2.access", access, tier=4, auth=None),
    Method("users.info", user, "users:read", tier=4),
    Method("users.list", users, "users:read", tier=2),
    Method("bots.info", bot, "users:read"),
    Method("team.info", team, "team:read"),
    Method("emoji.list", emoji, "emoji:read", tier=2),
]
