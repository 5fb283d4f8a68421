"""Faults, limits, clocks, and what happens to the gateway."""

from typing import Any

from tests.simulators.discord.control import lookup
from tests.simulators.discord.control.lookup import Name, NotPossible, Verb
from tests.simulators.discord.faults import Kind
from tests.simulators.discord.gateway import Op
from tests.simulators.discord.model import Json
from tests.simulators.discord.ratelimits import Limit
from tests.simulators.discord.simulation import Simulation

# What ends Client.start() with a KeyError: a reaction without its type.
UNEXPECTED: Json = {"op": 0, "t": "MESSAGE_REACTION_ADD", "s": None, "d": {"emoji": {"id": None, "name": "🌱"}}}


def fault(sim: Simulation, *, steps: list[Any], kind: str = "any", channel: Name | None = None) -> Json:
    """Replace the script for a kind of request, in one channel or in all."""
    where = None if channel is None else lookup.channel(sim, channel).id
    try:
        sim.faults.script(Kind(kind), where, steps)
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
    nonce_window: float | None = None,
    latency: float | None = None,
    clock: float | None = None,
    forum_cards: bool | None = None,
    interaction_deadline: float | None = None,
    interaction_life: float | None = None,
    heartbeat: float | None = None,
    token: str | None = None,
    privileged: int | None = None,
    message_content: bool | None = None,
) -> Json:
    """Set what is named. Seconds, but for `latency` (ms); `clock` is how far Discord's is ahead of the machine's."""
    settings: tuple[tuple[object, str, object], ...] = (
        (sim.tuning, "nonce_window", nonce_window),
        (sim.tuning, "latency", latency),
        (sim.tuning, "forum_cards", forum_cards),
        (sim.clock, "offset", clock),
        (sim.interactions, "deadline", interaction_deadline),
        (sim.interactions, "life", interaction_life),
        (sim.gateway, "heartbeat", heartbeat),
        (sim.gateway, "privileged", privileged),
        (sim.gateway, "token", token),
        (sim, "token", token),
        (sim.world, "shows_content", message_content),
    )
    for holder, name, value in settings:
        if value is not None:
            setattr(holder, name, value)
    return {}


def limit(sim: Simulation, *, count: int | None, seconds: float = 1.0, kind: str | None = None) -> Json:
    """The limit of a kind of request, or (without one) the global one. No count lifts it, with `any` all of them."""
    wanted = None if count is None else Limit(count, seconds)
    if kind is None:
        sim.limits.everywhere = wanted
    elif kind == Kind.ANY and wanted is None:
        sim.limits.limits.clear()
    elif wanted is None:
        sim.limits.limits.pop(Kind(kind), None)
    else:
        sim.limits.limits[Kind(kind)] = wanted
    return {}


async def drop(sim: Simulation, *, resumable: bool = True, code: int | None = None) -> Json:
    """End every gateway connection: with a close code, or (without one) as a line that breaks."""
    return {"dropped": await sim.gateway.drop(code, resumable=resumable)}


def invalid_session(sim: Simulation, *, resumable: bool = False) -> Json:
    """Op 9 to everybody."""
    return {"told": sim.gateway.invalidate(resumable=resumable)}


def reconnect(sim: Simulation) -> Json:
    """Op 7 to everybody."""
    return {"told": sim.gateway.send({"op": Op.RECONNECT, "d": None})}


def refuse_gateway(sim: Simulation, *, count: int, by_reset: bool = False) -> Json:
    """Refuse the next connections: with a 503, or by breaking them."""
    sim.gateway.refuse = (count, by_reset)
    return {}


def send_frame(sim: Simulation, *, frame: Json | None = None) -> Json:
    """Any frame to everybody; without one, an event that discord.py cannot parse."""
    return {"told": sim.gateway.send(UNEXPECTED if frame is None else frame)}


def hold_events(sim: Simulation, *, held: bool = True) -> Json:
    """Keep events back, or let them go."""
    sim.gateway.hold(held)
    return {}


VERBS: dict[str, Verb] = {
    "fault": fault,
    "no_faults": no_faults,
    "reset": reset,
    "tune": tune,
    "limit": limit,
    "drop": drop,
    "invalid_session": invalid_session,
    "reconnect": reconnect,
    "refuse_gateway": refuse_gateway,
    "send_frame": send_frame,
    "hold_events": hold_events,
}
