"""What somebody filled into a command, as the client would let them, and as the interaction carries it."""

from tests.simulators.discord import payloads
from tests.simulators.discord.commands import Option, names
from tests.simulators.discord.control import lookup
from tests.simulators.discord.control.lookup import NotPossible
from tests.simulators.discord.model import Channel, Json
from tests.simulators.discord.simulation import Simulation

TYPES: dict[int, type | tuple[type, ...]] = {
    Option.STRING: str,
    Option.INTEGER: int,
    Option.BOOLEAN: bool,
    Option.NUMBER: (int, float),
}


def resolve(
    sim: Simulation, place: Channel, command: Json, values: Json, locale: str, focused: str | None
) -> tuple[list[Json], Json]:
    """The filled options, and the users, channels and roles among them. Incomplete ones are fine while typing."""
    filled: list[Json] = []
    resolved: Json = {}
    left = dict(values)
    for option in command.get("options") or []:
        key = next((key for key in names(option, locale) if key in left), None)
        if key is not None:
            typing = focused is not None
            value = _value(sim, place, option, left.pop(key), resolved, typing=typing)
            entry = {"name": option["name"], "type": option["type"], "value": value}
            filled.append({**entry, "focused": True} if focused in names(option, locale) else entry)
        elif option.get("required") and focused is None:
            raise NotPossible(f"the option {option['name']!r} is required")
    if left:
        raise NotPossible(f"the command has no option {', '.join(map(repr, left))}")
    if focused is not None and not any(entry.get("focused") for entry in filled):
        raise NotPossible(f"{focused!r} is not among the options filled in")
    return filled, resolved


def _value(
    sim: Simulation, place: Channel, option: Json, value: object, resolved: Json, *, typing: bool
) -> str | int | float | bool:
    name, kind = option["name"], option["type"]
    if kind in {Option.USER, Option.CHANNEL, Option.ROLE, Option.MENTIONABLE}:
        return _thing(sim, place, option, str(value), resolved)
    wanted = TYPES[kind]
    fits = isinstance(value, wanted) and (kind == Option.BOOLEAN or not isinstance(value, bool))
    if typing and isinstance(value, str):
        return value
    if not fits or not isinstance(value, str | int | float):
        raise NotPossible(f"the option {name!r} does not take {value!r}")
    choices = option.get("choices") or []
    if choices:
        named = [choice["value"] for choice in choices if value in {choice["name"], choice["value"]}]
        if not named:
            raise NotPossible(f"{value!r} is no choice of {name!r}")
        chosen: str | int | float = named[0]
        return chosen
    _check_range(option, value)
    return value


def _check_range(option: Json, value: str | float) -> None:
    size, what = (len(value), "length") if isinstance(value, str) else (value, "value")
    least, most = option.get(f"min_{what}"), option.get(f"max_{what}")
    if what == "length":
        most = most or 6000
    if (least is not None and size < least) or (most is not None and size > most):
        raise NotPossible(f"the option {option['name']!r} takes a {what} from {least} to {most}, not {size}")


def _thing(sim: Simulation, place: Channel, option: Json, name: str, resolved: Json) -> str:
    guild = sim.world.guild_of(place)
    if option["type"] == Option.CHANNEL:
        channel = lookup.channel(sim, name)
        allowed = option.get("channel_types")
        if channel.guild_id != place.guild_id or (allowed and channel.type not in allowed):
            raise NotPossible(f"the option {option['name']!r} does not offer the channel {name!r}")
        shown = {**payloads.channel(channel), "permissions": str(int(sim.world.may(channel)))}
        resolved.setdefault("channels", {})[str(channel.id)] = shown
        return str(channel.id)
    roles = [role for role in guild.roles.values() if name in {role.name, str(role.id)}] if guild else []
    if roles and option["type"] != Option.USER:
        resolved.setdefault("roles", {})[str(roles[0].id)] = payloads.role(roles[0])
        return str(roles[0].id)
    if option["type"] == Option.ROLE:
        raise NotPossible(f"there is no role {name!r}")
    who = lookup.user(sim, name)
    resolved.setdefault("users", {})[str(who.id)] = payloads.user(who)
    if guild and who.id in guild.members:
        shown = {**payloads.member(guild.members[who.id]), "permissions": str(int(sim.world.may(place, who.id)))}
        resolved.setdefault("members", {})[str(who.id)] = shown
    return str(who.id)
