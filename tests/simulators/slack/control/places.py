"""What organisers do: with channels, with whole workspaces, and with the app in them."""

from tests.simulators.slack import installing
from tests.simulators.slack.control import lookup
from tests.simulators.slack.control.lookup import NotPossible, Verb
from tests.simulators.slack.model import Json, Kind, Team
from tests.simulators.slack.simulation import Simulation
from tests.simulators.slack.webhooks import Addresses


def create_channel(
    sim: Simulation, *, name: str, team: str | None = None, private: bool = False, bot: bool = True
) -> Json:
    """With everybody in it, and the bot too."""
    place = lookup.team(sim, team)
    members = [one.id for one in place.users.values() if not one.bot]
    channel = sim.world.add_channel(place, name, Kind.PRIVATE if private else Kind.PUBLIC, members)
    if bot:
        channel.members[place.bot.id] = None
    return {"id": channel.id}


def channels(sim: Simulation, *, count: int, prefix: str = "room", team: str | None = None) -> Json:
    """So many more, with the bot in them and without events."""
    return {"ids": [create_channel(sim, name=f"{prefix}-{number}", team=team)["id"] for number in range(count)]}


def change_channel(
    sim: Simulation, *, channel: str, name: str | None = None, topic: str | None = None, refuses: str | None = None
) -> Json:
    """`refuses` is the error that posting gets, `restricted_action` for example; "" lifts it."""
    place = lookup.channel(sim, channel)
    if topic is not None:
        place.topic = topic
    if refuses is not None:
        place.refuses = refuses or None
    if name is not None:
        sim.world.rename(place, name)
    return {}


def archive(sim: Simulation, *, channel: str, archived: bool = True, user: str = "organiser") -> Json:
    place = lookup.channel(sim, channel)
    who = lookup.user(sim, user, sim.world.team_of(place))
    sim.world.archive(place, who.id, archived=archived)
    return {}


def delete_channel(sim: Simulation, *, channel: str, user: str = "organiser") -> Json:
    place = lookup.channel(sim, channel)
    sim.world.delete_channel(place, lookup.user(sim, user, sim.world.team_of(place)).id)
    return {}


def invite(sim: Simulation, *, channel: str, who: str | None = None, user: str = "organiser") -> Json:
    """Invite the bot, or somebody."""
    place = lookup.channel(sim, channel)
    team = sim.world.team_of(place)
    guest = lookup.user(sim, who, team) if who else team.bot
    sim.world.join(place, guest.id, lookup.user(sim, user, team).id)
    return {}


def kick(sim: Simulation, *, channel: str, who: str | None = None, user: str = "organiser") -> Json:
    """Remove the bot, or somebody."""
    place = lookup.channel(sim, channel)
    team = sim.world.team_of(place)
    guest = lookup.user(sim, who, team) if who else team.bot
    if guest.id not in place.members:
        raise NotPossible(f"{guest.name} is not in {place.name!r}")
    sim.world.leave(place, guest.id, lookup.user(sim, user, team).id)
    return {}


# ---- workspaces ----


def add_team(sim: Simulation, *, name: str, install: bool = False) -> Json:
    """Another workspace, with the same people and channels; with the app only if it is said."""
    if any(one.name == name for one in sim.world.teams.values()):
        raise NotPossible(f"there is a workspace {name!r} already")
    place = sim.world.add_team(name)
    if install:
        sim.world.install(place, list(sim.app.scopes), by=next(iter(place.users)))
        for channel in ("reading", "general"):
            lookup.channel(sim, f"{place.id}/{channel}").members[place.bot.id] = None
    return {"id": place.id, "token": place.install.token if place.install else None}


def consent(
    sim: Simulation, *, address: str, team: str | None = None, user: str = "owner", denied: bool = False
) -> Json:
    """Somebody whose browser was sent to `address` allows the app, or does not; where the browser goes next."""
    place = lookup.team(sim, team)
    try:
        back = installing.consent(sim, address, place, lookup.user(sim, user, place).id, denied=denied)
    except ValueError as error:
        raise NotPossible(str(error)) from None
    return {"address": back}


def uninstall(sim: Simulation, *, team: str | None = None, revoked_first: bool = False) -> Json:
    """Remove the app: app_uninstalled and tokens_revoked come in this order, or the other way round."""
    installing.uninstall(sim, _with_app(sim, team), revoked_first=revoked_first)
    return {}


def revoke(sim: Simulation, *, team: str | None = None, error: str = "token_revoked", tell: bool = True) -> Json:
    """The bot's token ends with an error; `tell` by tokens_revoked."""
    place = _with_app(sim, team)
    sim.world.end_install(place, error)
    if tell:
        installing.tell_of_tokens(sim, place)
    return {}


def reinstall(sim: Simulation, *, team: str | None = None, token: str | None = None) -> Json:
    """Install the app from its settings page: in its only workspace that changes no token that is good."""
    place = lookup.team(sim, team)
    known = place.install.token if place.install else None
    install = sim.world.install(place, list(sim.app.scopes), by=next(iter(place.users)), token=token or known)
    return {"token": install.token}


def grant(sim: Simulation, *, scopes: list[str], team: str | None = None) -> Json:
    """Give the bot more scopes, as a new installation would."""
    install = _with_app(sim, team).install
    assert install is not None
    install.scopes = list(dict.fromkeys([*install.scopes, *scopes]))
    return {}


def revoke_scope(sim: Simulation, *, scopes: list[str], team: str | None = None) -> Json:
    install = _with_app(sim, team).install
    assert install is not None
    install.scopes = [one for one in install.scopes if one not in scopes]
    return {}


def configure(
    sim: Simulation, *, scopes: list[str] | None = None, events: list[str] | None = None, apply: bool = True
) -> Json:
    """The app's scopes and events as its manifest has them; `apply` gives the scopes to every installation, too."""
    if scopes is not None:
        sim.app.scopes = list(scopes)
        for place in sim.world.teams.values() if apply else []:
            if place.install:
                place.install.scopes = list(scopes)
    if events is not None:
        sim.courier.subscribed = set(events)
    return {}


async def use_http(
    sim: Simulation, *, events: str, interactive: str | None = None, commands: str | None = None, verify: bool = True
) -> Json:
    """Deliver to these addresses from now on; the first has to answer a challenge, unless `verify` is off."""
    wrong = await sim.webhooks.verify(events) if verify else None
    if wrong:
        raise NotPossible(f"{events} is no address for events: {wrong}")
    sim.webhooks.addresses = Addresses(events, interactive or events, commands or events)
    return {}


def use_sockets(sim: Simulation) -> Json:
    """Deliver over sockets, as in the beginning."""
    sim.webhooks.addresses = None
    return {}


def _with_app(sim: Simulation, name: str | None) -> Team:
    place = lookup.team(sim, name)
    if place.install is None:
        raise NotPossible(f"the app is not installed in {place.name!r}")
    return place


VERBS: dict[str, Verb] = {
    "create_channel": create_channel,
    "channels": channels,
    "change_channel": change_channel,
    "archive": archive,
    "delete_channel": delete_channel,
    "invite": invite,
    "kick": kick,
    "add_team": add_team,
    "consent": consent,
    "uninstall": uninstall,
    "revoke": revoke,
    "reinstall": reinstall,
    "grant": grant,
    "revoke_scope": revoke_scope,
    "configure": configure,
    "use_http": use_http,
    "use_sockets": use_sockets,
}
