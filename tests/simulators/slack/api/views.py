"""views.*: forms, and everybody's App Home."""

from secrets import token_hex
from typing import Any

from tests.simulators.slack import blocks, limits, payloads
from tests.simulators.slack.api.table import Call, Method
from tests.simulators.slack.interactions import MOST_PUSHED, Interaction
from tests.simulators.slack.model import Json, View
from tests.simulators.slack.problems import SlackError
from tests.simulators.slack.simulation import Simulation


def open_modal(call: Call) -> Json:
    body = _modal(call)
    asked = _trigger(call)
    return _shown(call, create(call.sim, asked, body))


def push(call: Call) -> Json:
    """Onto the form in which somebody pressed something, three deep at most."""
    body = _modal(call)
    asked = _trigger(call)
    if asked.view is None or asked.view.is_home:
        raise SlackError("invalid_trigger_id")
    return _shown(call, create(call.sim, asked, body, on=asked.view))


def update(call: Call) -> Json:
    body = _modal(call)
    view = _find(call)
    if call.text("hash") and call.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    change(call.sim, view, body)
    return _shown(call, view)


def publish(call: Call) -> Json:
    """Somebody's App Home."""
    user = call.sim.world.user(call.team, call.required("user_id"))
    body = limits.check_view(call.json("view", "invalid_arguments"))
    if body["type"] != "home":
        raise SlackError("invalid_arguments")
    known = call.team.homes.get(user.id)
    if known and call.text("hash") and call.text("hash") != known.hash:
        raise SlackError("hash_conflict")
    if known is None:
        number = call.sim.world.ids.new("V")
        known = View(number, call.team.id, user.id, body, "", root=number)
        call.team.homes[user.id] = call.sim.views[number] = known
    change(call.sim, known, body)
    return _shown(call, known)


def create(sim: Simulation, asked: Interaction, body: Json, *, on: View | None = None) -> View:
    """A form that somebody sees now, on top of another one or alone. SlackError push_limit_reached."""
    external = body.get("external_id")
    if external and any(one.open and one.body.get("external_id") == external for one in sim.views.values()):
        raise SlackError("duplicate_external_id")
    number = sim.world.ids.new("V")
    view = View(number, asked.team, asked.user, {}, "", root=on.root if on else number)
    if on:
        view.previous = on.id
        deep = sum(one.root == on.root and one.open for one in sim.views.values())
        if deep >= MOST_PUSHED:
            raise SlackError("push_limit_reached")
    sim.views[number] = view
    asked.opened = view
    _fill(sim, view, body)
    asked.note("modal", view=shown(sim, view))
    return view


def change(sim: Simulation, view: View, body: Json) -> None:
    """Something else stands in a form or home; what was filled in stays where its block and action are still there."""
    _fill(sim, view, body)
    asked = sim.interactions.latest(view.team, view.user)
    if asked:
        if not view.is_home:
            asked.opened = view
        asked.note("home" if view.is_home else "view", view=shown(sim, view))


def shown(sim: Simulation, view: View) -> Json:
    install = sim.world.teams[view.team].install
    assert install is not None
    return payloads.view(view, install)


def initial(element: Json) -> Json | None:
    """What Slack reports of an element in which nobody has chosen anything yet; None if it is never reported."""
    kind = str(element["type"])
    if kind in {"button", "overflow"}:
        return None
    fields = {
        "plain_text_input": ("value", "initial_value"),
        "email_text_input": ("value", "initial_value"),
        "url_text_input": ("value", "initial_value"),
        "number_input": ("value", "initial_value"),
        "rich_text_input": ("rich_text_value", "initial_value"),
        "datepicker": ("selected_date", "initial_date"),
        "timepicker": ("selected_time", "initial_time"),
        "datetimepicker": ("selected_date_time", "initial_date_time"),
        "checkboxes": ("selected_options", "initial_options"),
        "radio_buttons": ("selected_option", "initial_option"),
        "static_select": ("selected_option", "initial_option"),
        "external_select": ("selected_option", "initial_option"),
        "users_select": ("selected_user", "initial_user"),
        "conversations_select": ("selected_conversation", "initial_conversation"),
        "channels_select": ("selected_channel", "initial_channel"),
        "multi_static_select": ("selected_options", "initial_options"),
        "multi_external_select": ("selected_options", "initial_options"),
        "multi_users_select": ("selected_users", "initial_users"),
        "multi_conversations_select": ("selected_conversations", "initial_conversations"),
        "multi_channels_select": ("selected_channels", "initial_channels"),
    }
    if kind not in fields:
        return None
    name, first = fields[kind]
    empty: Any = [] if name.endswith("s") else None
    return {"type": kind, name: element.get(first, empty)}


def _fill(sim: Simulation, view: View, body: Json) -> None:
    numbered = blocks.with_ids(body["blocks"], lambda: token_hex(3))
    earlier, view.state = view.state, {}
    for block, element in blocks.elements(numbered):
        value = initial(element)
        if value is not None:
            place, action = block["block_id"], element["action_id"]
            kept = earlier.get(place, {}).get(action)
            view.state.setdefault(place, {})[action] = kept or value
    view.body = {**body, "blocks": numbered}
    view.hash = f"{sim.clock.ts()}.{token_hex(4)}"


def _modal(call: Call) -> Json:
    body = limits.check_view(call.json("view", "invalid_arguments"))
    if body["type"] != "modal":
        raise SlackError("invalid_arguments")
    return body


def _trigger(call: Call) -> Interaction:
    asked = call.sim.interactions.triggered(call.required("trigger_id"))
    if asked.team != call.team.id:
        raise SlackError("invalid_trigger_id")
    return asked


def _find(call: Call) -> View:
    number, external = call.text("view_id"), call.text("external_id")
    for view in call.sim.views.values():
        named = view.id == number or (external and view.body.get("external_id") == external)
        if named and view.team == call.team.id and view.open and not view.is_home:
            return view
    raise SlackError("not_found")


def _shown(call: Call, view: View) -> Json:
    return {"view": payloads.view(view, call.bot)}


def close(sim: Simulation, view: View, *, all_of_it: bool = False) -> None:
    """A form goes, with those on top of it, or (`all_of_it`) with the whole pile."""
    for one in sim.views.values():
        if one.id == view.id or (all_of_it and one.root == view.root):
            one.open = False


METHODS = [
    Method("views.open", open_modal, tier=4),
    Method("views.push", push, tier=4),
    Method("views.update", update, tier=4),
    Method("views.publish", publish, tier=4),
]
