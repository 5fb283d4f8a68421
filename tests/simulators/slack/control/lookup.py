"""Names and ids of a test made into what they stand for. "harbour/reading" is a name in another workspace."""

from collections.abc import Awaitable, Callable

from tests.simulators.slack import emoji
from tests.simulators.slack.model import Channel, Json, Message, Team, User
from tests.simulators.slack.simulation import Simulation

Verb = Callable[..., Json | Awaitable[Json]]


class NotPossible(Exception):
    """What a test asked for cannot be; the sentence says why."""


def team(sim: Simulation, name: str | None) -> Team:
    """By name, domain or id; the first one without."""
    for one in sim.world.teams.values():
        if name in {None, one.name, one.domain, one.id}:
            return one
    raise NotPossible(f"there is no workspace {name!r}")


def split(sim: Simulation, name: str) -> tuple[list[Team], str]:
    """The workspaces that a name may belong to, and the name alone."""
    place, slash, rest = name.rpartition("/")
    return ([team(sim, place)] if slash else list(sim.world.teams.values())), rest


def channel(sim: Simulation, name: str) -> Channel:
    """By name or id; "@ada" is the direct channel of the bot with ada."""
    teams, bare = split(sim, name)
    if bare.startswith("@"):
        who = user(sim, name.replace("@", ""))
        return sim.world.direct(team_of(sim, who), who.id)
    for one in teams:
        for place in one.channels.values():
            if bare == place.id or (bare == place.name and place.id[0] == "C"):
                return place
    raise NotPossible(f"there is no channel {name!r}")


def user(sim: Simulation, name: str, near: Team | None = None) -> User:
    """By name or id; `near` is the workspace that is looked in first."""
    teams, bare = split(sim, name)
    for one in ([near] if near and "/" not in name else []) + teams:
        for person in one.users.values():
            if bare in {person.id, person.name}:
                return person
    raise NotPossible(f"there is nobody called {name!r}")


def team_of(sim: Simulation, who: User) -> Team:
    return next(one for one in sim.world.teams.values() if who.id in one.users)


def message(place: Channel, ts: str) -> Message:
    """By its ts; "last" is the newest that everybody sees."""
    if ts == "last":
        found = [one for one in place.messages.values() if not one.seen_by]
        if found:
            return found[-1]
    if ts not in place.messages:
        raise NotPossible(f"there is no message {ts!r} in {place.name!r}")
    return place.messages[ts]


def reaction(name: str) -> str:
    """`🌱`, `seedling`, `:thumbsup:` or `+1::skin-tone-3`, as Slack names it."""
    found = emoji.typed(name)
    if found is None:
        raise NotPossible(f"there is no emoji {name!r}; give its name")
    return found
