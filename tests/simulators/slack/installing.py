"""How the app comes into a workspace, and goes: consent and its code, and the two events of the end."""

from secrets import token_hex
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from tests.simulators.slack.model import Team
from tests.simulators.slack.simulation import Grant, Simulation
from tests.simulators.slack.world import Event


def consent(sim: Simulation, address: str, team: Team, user: str, *, denied: bool = False) -> str:
    """Where somebody's browser goes next, who was sent to `address` to allow the app. ValueError for a bad address."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    if asked.get("client_id") != sim.app.client_id:
        raise ValueError(f"no app has the client_id {asked.get('client_id')!r}")
    back = asked.get("redirect_uri")
    if not back:
        raise ValueError("there is no redirect_uri")
    scopes = [one for one in asked.get("scope", "").split(",") if one]
    if not scopes:
        raise ValueError("no scope is asked for")
    state = {"state": asked["state"]} if "state" in asked else {}
    if denied:
        return _with(back, {"error": "access_denied", **state})
    code = f"1.2.{token_hex(16)}"
    sim.app.grants[code] = Grant(team.id, user, scopes, back)
    return _with(back, {"code": code, **state})


def uninstall(sim: Simulation, team: Team, *, revoked_first: bool = False) -> None:
    """The app is removed from a workspace: its token ends, it is in no channel any more, and it hears of it twice."""
    sim.world.end_install(team, "account_inactive")
    for channel in team.channels.values():
        channel.members.pop(team.bot.id, None)
    if revoked_first:
        tell_of_tokens(sim, team)
    sim.world.publish(Event(team, {"type": "app_uninstalled", "event_ts": sim.clock.ts()}))
    if not revoked_first:
        tell_of_tokens(sim, team)


def tell_of_tokens(sim: Simulation, team: Team) -> None:
    """tokens_revoked, which names the bot's user."""
    tokens = {"oauth": [], "bot": [team.bot.id]}
    sim.world.publish(Event(team, {"type": "tokens_revoked", "tokens": tokens, "event_ts": sim.clock.ts()}))


def _with(address: str, more: dict[str, str]) -> str:
    parts = urlsplit(address)
    query = "&".join(one for one in (parts.query, urlencode(more)) if one)
    return urlunsplit(parts._replace(query=query))
