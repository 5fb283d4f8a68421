"""How people talk to the bot: commands, buttons, forms. Each is refused where Discord's client would not offer it."""

from typing import Any

from tests.simulators.discord import components, payloads, permissions
from tests.simulators.discord.commands import MESSAGE_MENU, SLASH, Option, names
from tests.simulators.discord.control import lookup
from tests.simulators.discord.control.lookup import Name, NotPossible, Verb
from tests.simulators.discord.control.options import resolve
from tests.simulators.discord.interactions import Answered, Asked, Interaction
from tests.simulators.discord.model import Channel, Json, Message, User
from tests.simulators.discord.permissions import Permission
from tests.simulators.discord.simulation import Simulation
from tests.simulators.discord.world import Event


def slash(
    sim: Simulation,
    *,
    command: str,
    channel: Name,
    options: Json | None = None,
    user: Name = "ada",
    locale: str = "en-US",
) -> Json:
    """`seedbed setup` with options by name. The interaction's id."""
    place, who = lookup.channel(sim, channel), lookup.user(sim, user)
    found, data = _typed(sim, place, who, command, options or {}, locale, focused=None)
    interaction = _open(sim, Asked.COMMAND, found["name"], place, who, locale)
    return _publish(sim, interaction, place, who, data)


def autocomplete(
    sim: Simulation,
    *,
    command: str,
    channel: Name,
    focused: str,
    options: Json | None = None,
    user: Name = "ada",
    locale: str = "en-US",
) -> Json:
    """Somebody types: `options` are filled in so far, `focused` is the one with the cursor in it."""
    place, who = lookup.channel(sim, channel), lookup.user(sim, user)
    found, data = _typed(sim, place, who, command, options or {}, locale, focused=focused)
    interaction = _open(sim, Asked.AUTOCOMPLETE, found["name"], place, who, locale)
    return _publish(sim, interaction, place, who, data)


def message_menu(
    sim: Simulation, *, command: str, channel: Name, message: Name, user: Name = "ada", locale: str = "en-US"
) -> Json:
    """A command from a message's menu; what the message says comes with it."""
    place, who = lookup.channel(sim, channel), lookup.user(sim, user)
    found = _offered(sim, place, who, command, MESSAGE_MENU, locale)
    target = _visible(place, message, who)
    data = {"id": found["id"], "name": found["name"], "type": MESSAGE_MENU, "target_id": str(target.id)}
    data["resolved"] = {"messages": {str(target.id): sim.world.shown(target, whole=True)}}
    interaction = _open(sim, Asked.COMMAND, f"menu:{found['name']}", place, who, locale)
    return _publish(sim, interaction, place, who, data)


def press(
    sim: Simulation,
    *,
    channel: Name,
    message: Name,
    custom_id: str,
    user: Name = "ada",
    values: list[str] | None = None,
    locale: str = "en-US",
) -> Json:
    """A button by its custom id or its label, or a select with `values`."""
    place, who = lookup.channel(sim, channel), lookup.user(sim, user)
    source = _visible(place, message, who)
    parts = [part for part in components.walk(source.components) if part.get("custom_id")]
    fitting = [part for part in parts if custom_id in {part["custom_id"], part.get("label")}]
    if not fitting:
        there = ", ".join(repr(part["custom_id"]) for part in parts) or "none"
        raise NotPossible(f"the message has no button {custom_id!r}; it has: {there}")
    part = fitting[0]
    if part.get("disabled"):
        raise NotPossible(f"the button {custom_id!r} is disabled")
    data: Json = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part.get("id", 0)}
    if values is not None:
        data["values"] = values
    interaction = _open(sim, Asked.PRESS, part["custom_id"], place, who, locale, source)
    return _publish(sim, interaction, place, who, data)


def submit(sim: Simulation, *, interaction: Name, values: Json | None = None) -> Json:
    """Send off the form that an interaction opened; `values` by custom id or label, the rest stays as prefilled."""
    opened = lookup.interaction(sim, interaction)
    if opened.modal is None:
        raise NotPossible("the interaction has shown no form")
    if opened.submitted:
        raise NotPossible("the form was sent off already")
    left = dict(values or {})
    rows = [_filled(row, left) for row in opened.modal["components"]]
    if left:
        raise NotPossible(f"the form has no field {', '.join(map(repr, left))}")
    opened.submitted = True
    place, who = lookup.channel(sim, opened.channel_id), sim.world.users[opened.user_id]
    data = {"custom_id": opened.modal["custom_id"], "components": rows}
    name = opened.modal["custom_id"]
    following = _open(sim, Asked.MODAL, name, place, who, opened.locale, opened.source)
    return _publish(sim, following, place, who, data)


async def answer(sim: Simulation, *, interaction: Name, seconds: float = 10.0, until: str = "final") -> Json:
    """What became of an interaction, once it is final (or `acknowledged`), or when the time is up."""
    found = lookup.interaction(sim, interaction)
    await sim.interactions.wait(found, seconds, acknowledged=until == "acknowledged")
    return shown(sim, found)


def shown(sim: Simulation, one: Interaction) -> Json:
    """Everything there is to know of an interaction."""
    original = one.original
    return {
        "id": str(one.id),
        "asked": one.asked.name.lower(),
        "name": one.name,
        "user": sim.world.users[one.user_id].name,
        "type": int(one.answer) if one.answer else None,
        "acknowledged": one.answer is not None,
        "deferred": one.answer in {Answered.DEFERRED, Answered.DEFERRED_UPDATE},
        "final": one.final,
        "failed": one.failed,
        "ephemeral": one.ephemeral,
        "elapsed": one.answered_after,
        "message": str(original.id) if original else None,
        "followups": [str(each.id) for each in one.followups],
        "choices": one.choices,
        "modal": one.modal,
        "steps": one.steps,
        "refusals": one.refusals,
    }


def _typed(
    sim: Simulation, place: Channel, who: User, words: str, options: Json, locale: str, *, focused: str | None
) -> tuple[Json, Json]:
    """The command and the data of its interaction."""
    first, *rest = words.removeprefix("/").split()
    found = _offered(sim, place, who, first, SLASH, locale)
    path, leaf = [found], found
    for word in rest:
        below = [one for one in leaf.get("options") or [] if word in names(one, locale)]
        if not below or below[0]["type"] not in {Option.SUBCOMMAND, Option.GROUP}:
            raise NotPossible(f"the command {words!r} is not in the menu")
        leaf = below[0]
        path.append(leaf)
    if any(one["type"] in {Option.SUBCOMMAND, Option.GROUP} for one in leaf.get("options") or []):
        raise NotPossible(f"{words!r} is a group of commands, and none by itself")
    filled, resolved = resolve(sim, place, leaf, options, locale, focused)
    for inner in reversed(path[1:]):
        filled = [{"name": inner["name"], "type": inner["type"], "options": filled}]
    data: Json = {"id": found["id"], "name": found["name"], "type": SLASH, "options": filled}
    if "guild_id" in found:
        data["guild_id"] = found["guild_id"]
    return found, data | ({"resolved": resolved} if resolved else {})


def _offered(sim: Simulation, place: Channel, who: User, name: str, kind: int, locale: str) -> Json:
    """A command as the client's menu offers it to a member here."""
    found = sim.registry.find(place.guild_id, name, kind, locale)
    if found is None:
        raise NotPossible(f"the command {name!r} is not registered")
    context = 0 if place.guild_id else 1
    contexts = found["contexts"] if found["contexts"] is not None else [0, 1] if found["dm_permission"] else [0]
    if context not in contexts:
        raise NotPossible(f"the command {name!r} is not offered {'in guilds' if place.guild_id else 'here'}")
    may = sim.world.may(place, who.id)
    if not may & Permission.USE_APPLICATION_COMMANDS:
        raise NotPossible(f"{who.name} may not use commands in {place.name!r}")
    asked = found["default_member_permissions"]
    if asked is None or not place.guild_id or may & Permission.ADMINISTRATOR:
        return found
    needed = Permission(int(asked))
    if not needed or needed & ~may:
        lacking = ", ".join(permissions.names(needed & ~may)) or "administrator"
        raise NotPossible(f"the menu does not offer {name!r} to {who.name}, who lacks {lacking}")
    return found


def _visible(place: Channel, number: Name, who: User) -> Message:
    found = lookup.message(place, number)
    if found.seen_by not in {None, who.id}:
        raise NotPossible(f"{who.name} does not see that message")
    return found


def _filled(part: Json, values: Json) -> Json:
    """A row, a label or an input of a form, with what was typed."""
    kind = part["type"]
    if kind == components.Kind.ROW:
        return {"type": kind, "id": 1, "components": [_filled(one, values) for one in part["components"]]}
    if kind == components.Kind.LABEL:
        inner = {**part["component"], "label": part["label"]}
        return {"type": kind, "id": 1, "component": _filled(inner, values)}
    if kind == components.Kind.TEXT_DISPLAY:
        return {"type": kind, "id": 1}
    key = next((key for key in (part["custom_id"], part.get("label")) if key in values), None)
    value: Any = part.get("value") or "" if key is None else values.pop(key)
    common = {"type": kind, "id": 1, "custom_id": part["custom_id"]}
    if kind != components.Kind.TEXT_INPUT:
        return {**common, "values": value or []}
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    required = part.get("required", True)
    if (required and not value) or (value and not least <= len(value) <= most):
        raise NotPossible(f"the field {part.get('label')!r} wants {max(least, 1)} to {most} characters")
    return {**common, "value": value}


def _open(
    sim: Simulation, asked: Asked, name: str, place: Channel, who: User, locale: str, source: Message | None = None
) -> Interaction:
    if not sim.world.may(place, who.id) & Permission.VIEW_CHANNEL:
        raise NotPossible(f"{who.name} does not see {place.name!r}")
    guild = sim.world.guild_of(place)
    if guild and not guild.joined:
        raise NotPossible("the bot is not in this guild")
    return sim.interactions.open(
        asked, name, user=who.id, channel=place.id, guild=place.guild_id, source=source, locale=locale
    )


def _publish(sim: Simulation, interaction: Interaction, place: Channel, who: User, data: Json) -> Json:
    guild = sim.world.guild_of(place)
    payload: Json = {
        "id": str(interaction.id),
        "application_id": str(sim.application_id),
        "type": int(interaction.asked),
        "token": interaction.token,
        "version": 1,
        "data": data,
        "channel_id": str(place.id),
        "locale": interaction.locale,
        "app_permissions": str(int(sim.world.may(place))),
        "entitlements": [],
        "attachment_size_limit": 10_485_760,
        "context": 0 if guild else 1,
        "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
    }
    if guild:
        may = str(int(sim.world.may(place, who.id)))
        payload["guild_id"], payload["guild_locale"] = str(guild.id), "en-US"
        payload["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
        payload["member"] = {**payloads.member_with_user(guild.members[who.id], who), "permissions": may}
        payload["channel"] = {**payloads.channel(place), "permissions": may}
    else:
        payload["user"] = payloads.user(who)
        payload["channel"] = payloads.direct_channel(place, who)
    if interaction.source:
        payload["message"] = sim.world.shown(interaction.source, whole=True)
    sim.world.publish(Event("INTERACTION_CREATE", payload, guild))
    return {"interaction": str(interaction.id)}


VERBS: dict[str, Verb] = {
    "slash": slash,
    "autocomplete": autocomplete,
    "message_menu": message_menu,
    "press": press,
    "submit": submit,
    "answer": answer,
}
