"""Faults, limits, clocks, and what happens to connections and deliveries."""

from typing import Any

from tests.simulators.slack.api.server import METHODS
from tests.simulators.slack.control import lookup
from tests.simulators.slack.control.lookup import NotPossible, Verb
from tests.simulators.slack.faults import ANY, RESPONSE_URL
from tests.simulators.slack.model import Json
from tests.simulators.slack.ratelimits import Limit
from tests.simulators.slack.simulation import Simulation
from tests.simulators.slack.town import APP_TOKEN


def fault(sim: Simulation, *, steps: list[Any], method: str = ANY, channel: str | None = None) -> Json:
    """Replace the script for a method, in one channel or in all."""
    _known(method, {ANY, RESPONSE_URL})
    where = None if channel is None else lookup.channel(sim, channel).id
    try:
        sim.faults.script(method, where, steps)
    except ValueError as error:
        raise NotPossible(str(error)) from None
    return {}


def no_faults(sim: Simulation) -> Json:
    """Every script ends, and every setting of `tune` stays."""
    sim.faults.clear()
    return {}


async def reset(sim: Simulation) -> Json:
    """The simulator is as new, and nobody is connected."""
    await sim.reset()
    return {}


def tune(
    sim: Simulation,
    *,
    latency: float | None = None,
    clock: float | None = None,
    history_limit: int | None = None,
    most_reactions_each: int | None = None,
    tiers: bool | None = None,
    ack_deadline: float | None = None,
    retry_waits: list[float] | None = None,
    trigger_life: float | None = None,
    url_life: float | None = None,
    ticket_life: float | None = None,
    signing_secret: str | None = None,
    client_secret: str | None = None,
) -> Json:
    """Set what is named. Seconds, but for `latency` (ms); `clock` is how far Slack's is ahead of the machine's."""
    settings: tuple[tuple[object, str, object], ...] = (
        (sim.tuning, "latency", latency),
        (sim.tuning, "history_limit", history_limit),
        (sim.tuning, "most_reactions_each", most_reactions_each),
        (sim.clock, "offset", clock),
        (sim.limits, "tiers", tiers),
        (sim.courier, "deadline", ack_deadline),
        (sim.courier, "retry_waits", retry_waits),
        (sim.interactions, "trigger_life", trigger_life),
        (sim.interactions, "url_life", url_life),
        (sim.sockets, "ticket_life", ticket_life),
        (sim.webhooks, "signing_secret", signing_secret),
        (sim.app, "client_secret", client_secret),
    )
    for holder, name, value in settings:
        if value is not None:
            setattr(holder, name, value)
    return {}


def limit(sim: Simulation, *, count: int | None, seconds: float = 1.0, method: str = ANY) -> Json:
    """The limit of a method; no count lifts it, with `any` all of them."""
    if count is not None:
        _known(method, set())
        sim.limits.limits[method] = Limit(count, seconds)
    elif method == ANY:
        sim.limits.limits.clear()
        sim.limits.tiers = False
    else:
        sim.limits.limits.pop(method, None)
    return {}


async def drop(sim: Simulation, *, code: int | None = None) -> Json:
    """End every socket: with a close code, or (without one) as a line that breaks."""
    return {"dropped": await sim.sockets.drop(code)}


async def disconnect(sim: Simulation, *, reason: str = "refresh_requested", close: bool = True) -> Json:
    """Ask everybody to connect anew, by a `warning` or a `refresh_requested`, and (`close`) end their sockets."""
    return {"told": await sim.sockets.disconnect(reason, close=close)}


def refuse_sockets(sim: Simulation, *, count: int, by_reset: bool = False) -> Json:
    """Refuse the next handshakes: with a 503, or by breaking them."""
    sim.sockets.refuse = (count, by_reset)
    return {}


def lose_acks(sim: Simulation, *, count: int) -> Json:
    """So many acknowledgements over sockets go astray, so that what they acknowledge is delivered again."""
    sim.sockets.lose_acks = count
    return {}


def duplicate_events(sim: Simulation, *, count: int) -> Json:
    """So many of the next events are delivered twice, with one event_id."""
    sim.courier.duplicates = count
    return {}


def hold_events(sim: Simulation, *, held: bool = True, backwards: bool = False) -> Json:
    """Keep events back, or let them go, in order or the newest first."""
    sim.courier.hold(held, backwards=backwards)
    return {}


def send_frame(sim: Simulation, *, frame: Json) -> Json:
    """Any frame to every socket."""
    return {"told": sim.sockets.tell_all(frame)}


def app_token(sim: Simulation, *, good: bool) -> Json:
    """Whether the app-level token is good."""
    sim.world.app_tokens = {APP_TOKEN} if good else set()
    return {}


def _known(method: str, more: set[str]) -> None:
    if method not in {*METHODS, *more}:
        raise NotPossible(f"there is no method {method!r}; there are: {', '.join(sorted({*METHODS, *more}))}")


VERBS: dict[str, Verb] = {
    "fault": fault,
    "no_faults": no_faults,
    "reset": reset,
    "tune": tune,
    "limit": limit,
    "drop": drop,
    "disconnect": disconnect,
    "refuse_sockets": refuse_sockets,
    "lose_acks": lose_acks,
    "duplicate_events": duplicate_events,
    "hold_events": hold_events,
    "send_frame": send_frame,
    "app_token": app_token,
}
