"""How people talk to the bot: commands, buttons, shortcuts, forms and App Home. Each gives an interaction."""

from typing import Any

from tests.simulators.slack import payloads
from tests.simulators.slack.api import views
from tests.simulators.slack.control import choosing, lookup
from tests.simulators.slack.control.lookup import NotPossible, Verb
from tests.simulators.slack.delivery import Attempt
from tests.simulators.slack.interactions import Asked, Interaction
from tests.simulators.slack.limits import check_view
from tests.simulators.slack.model import Channel, Install, Json, Kind, Message, Team, User, View
from tests.simulators.slack.problems import SlackError
from tests.simulators.slack.response_urls import show
from tests.simulators.slack.simulation import Simulation
from tests.simulators.slack.town import APP_ID, VERIFICATION_TOKEN
from tests.simulators.slack.webhooks import NoAnswer


def slash(sim: Simulation, *, command: str, text: str = "", channel: str = "reading", user: str = "ada") -> Json:
    """Type a command, `/seed`, and what follows it."""
    place, team, who = _where(sim, channel, user)
    _installed(team, "commands")
    asked = sim.interactions.open(Asked.COMMAND, command, team=team.id, user=who.id, channel=place.id)
    payload = {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": place.id,
        "channel_name": {Kind.PRIVATE: "privategroup", Kind.DIRECT: "directmessage"}.get(place.kind, place.name),
        "user_id": who.id,
        "user_name": who.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": _url(sim, asked),
        "trigger_id": asked.trigger,
    }
    return _ask(sim, asked, payload)


def press(sim: Simulation, *, channel: str, message: str, action: str, user: str = "ada", value: Any = None) -> Json:
    """Use an element of a message: a button by its action_id or label, a select with a value."""
    place, team, who = _where(sim, channel, user)
    _installed(team)
    source = lookup.message(place, message)
    if source.seen_by not in {None, who.id}:
        raise NotPossible(f"{who.name} does not see that message")
    block, element = choosing.find(source.blocks, action)
    asked = sim.interactions.open(
        Asked.PRESS, element["action_id"], team=team.id, user=who.id, channel=place.id, source=source
    )
    payload = {
        **_about(asked, team, who),
        **_message(sim, asked, place, source),
        "container": {
            "type": "message",
            "message_ts": source.ts,
            "channel_id": place.id,
            "is_ephemeral": source.seen_by is not None,
        },
        "state": {"values": {}},
        "actions": [_action(sim, block, element, value)],
    }
    return _ask(sim, asked, payload)


def press_view(sim: Simulation, *, view: str, action: str, value: Any = None) -> Json:
    """Use an element of a form or home that is on somebody's screen."""
    shown, team, who = _view(sim, view)
    block, element = choosing.find(shown.body["blocks"], action)
    if element["type"] not in {"button", "overflow"}:
        shown.state.setdefault(block["block_id"], {})[element["action_id"]] = choosing.chosen(element, value)
    asked = sim.interactions.open(Asked.PRESS, element["action_id"], team=team.id, user=who.id, view=shown)
    payload = {
        **_about(asked, team, who),
        "container": {"type": "view", "view_id": shown.id},
        "view": views.shown(sim, shown),
        "actions": [_action(sim, block, element, value)],
    }
    return _ask(sim, asked, payload)


def shortcut(sim: Simulation, *, callback: str, user: str = "ada", team: str | None = None) -> Json:
    """A global shortcut."""
    place = lookup.team(sim, team)
    _installed(place, "commands")
    who = lookup.user(sim, user, place)
    asked = sim.interactions.open(Asked.SHORTCUT, callback, team=place.id, user=who.id)
    about = _about(asked, place, who) | {"callback_id": callback, "action_ts": sim.clock.ts()}
    del about["api_app_id"]
    return _ask(sim, asked, about)


def message_shortcut(sim: Simulation, *, callback: str, channel: str, message: str, user: str = "ada") -> Json:
    """A shortcut from the menu of a message."""
    place, team, who = _where(sim, channel, user)
    _installed(team, "commands")
    source = lookup.message(place, message)
    asked = sim.interactions.open(
        Asked.MESSAGE_SHORTCUT, callback, team=team.id, user=who.id, channel=place.id, source=source
    )
    payload = {
        **_about(asked, team, who),
        **_message(sim, asked, place, source),
        "callback_id": callback,
        "message_ts": source.ts,
        "action_ts": sim.clock.ts(),
    }
    return _ask(sim, asked, payload)


def submit(sim: Simulation, *, view: str, values: Json | None = None) -> Json:
    """Fill in a form and send it off; what is not in `values` (by action_id, block_id or label) stays as it is."""
    form, team, who = _view(sim, view)
    _fill(form, values or {})
    asked = sim.interactions.open(Asked.SUBMIT, form.body.get("callback_id", ""), team=team.id, user=who.id, view=form)
    urls = _chosen_urls(sim, form, asked)
    payload = _about(asked, team, who) | {"view": views.shown(sim, form), "response_urls": urls}
    return _ask(sim, asked, payload)


def close(sim: Simulation, *, view: str, all_of_it: bool = False) -> Json:
    """Close a form without sending it off."""
    form, team, who = _view(sim, view)
    views.close(sim, form, all_of_it=all_of_it)
    asked = sim.interactions.open(Asked.CLOSE, form.body.get("callback_id", ""), team=team.id, user=who.id, view=form)
    if not form.body.get("notify_on_close"):
        asked.acknowledged(None)
        return {"interaction": asked.id}
    payload = _about(asked, team, who) | {"view": views.shown(sim, form), "is_cleared": all_of_it}
    return _ask(sim, asked, payload)


def suggest(sim: Simulation, *, view: str, action: str, text: str) -> Json:
    """Type into an external select of a form; the suggestions are the acknowledgement's `options`."""
    form, team, who = _view(sim, view)
    block, element = choosing.find(form.body["blocks"], action)
    asked = sim.interactions.open(Asked.SUGGEST, element["action_id"], team=team.id, user=who.id, view=form)
    payload = _about(asked, team, who) | {
        "container": {"type": "view", "view_id": form.id},
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": text,
        "view": views.shown(sim, form),
    }
    return _ask(sim, asked, payload)


def open_home(sim: Simulation, *, user: str = "ada", team: str | None = None) -> Json:
    """Somebody opens the app's Home tab."""
    place = lookup.team(sim, team)
    _installed(place)
    who = lookup.user(sim, user, place)
    direct = sim.world.direct(place, who.id)
    asked = sim.interactions.open(Asked.HOME, "home", team=place.id, user=who.id, channel=direct.id)
    asked.acknowledged(None)
    known = place.homes.get(who.id)
    view = {"view": views.shown(sim, known)} if known else {}
    sim.world.tell({"type": "app_home_opened", "user": who.id, "channel": direct.id, "tab": "home", **view}, direct)
    return {"interaction": asked.id}


# ---- what came of it ----


async def answer(sim: Simulation, *, interaction: str, seconds: float = 10.0, steps: int = 1) -> Json:
    """Once it is acknowledged and so many things were shown, or after so many seconds."""
    found = sim.interactions.all.get(interaction)
    if found is None:
        raise NotPossible(f"there is no interaction {interaction!r}")
    await sim.interactions.wait(found, seconds, steps=steps)
    return shown(sim, found)


def home(sim: Simulation, *, user: str = "ada", team: str | None = None) -> Json:
    """What stands in somebody's Home tab."""
    place = lookup.team(sim, team)
    found = place.homes.get(lookup.user(sim, user, place).id)
    return {"view": views.shown(sim, found) if found else None}


def shown(sim: Simulation, one: Interaction) -> Json:
    return {
        "id": one.id,
        "asked": one.asked.value,
        "name": one.name,
        "user": one.user,
        "channel": one.channel,
        "acknowledged": one.acked_after is not None,
        "elapsed": one.acked_after,
        "failed": one.failed,
        "ack": one.ack,
        "opened": one.opened.id if one.opened else None,
        "steps": one.steps,
        "refusals": one.refusals,
        "trigger_id": one.trigger,
        "response_url": _url(sim, one) if one.has_url else None,
        "uses": one.uses,
    }


def _ask(sim: Simulation, asked: Interaction, payload: Json) -> Json:
    kind = "slash_commands" if asked.asked is Asked.COMMAND else "interactive"
    sim.later(_see_through(sim, asked, sim.courier.begin(kind, asked.name, payload)))
    return {"interaction": asked.id}


async def _see_through(sim: Simulation, asked: Interaction, attempt: Attempt) -> None:
    try:
        ack = await sim.courier.answer(attempt)
    except NoAnswer:
        asked.unanswered()
        return
    try:
        _take(sim, asked, ack)
    except SlackError as error:
        asked.refused(error)
    asked.acknowledged(ack)


def _take(sim: Simulation, asked: Interaction, ack: Json | None) -> None:
    """What an acknowledgement itself does. SlackError where Slack would not take it."""
    if asked.asked is Asked.COMMAND:
        if ack:
            show(sim, asked, ack)
    elif asked.asked is Asked.SUBMIT and asked.view:
        _submitted(sim, asked, asked.view, ack or {})
    elif asked.asked is Asked.SUGGEST and ack:
        asked.note("options")


def _submitted(sim: Simulation, asked: Interaction, form: View, ack: Json) -> None:
    match ack.get("response_action"):
        case None:
            views.close(sim, form)
            asked.note("closed")
        case "clear":
            views.close(sim, form, all_of_it=True)
            asked.note("closed")
        case "errors":
            known = {block["block_id"] for block in form.body["blocks"] if block["type"] == "input"}
            unknown = set(ack.get("errors") or {}) - known
            if unknown or not ack.get("errors"):
                raise SlackError("invalid_errors", unknown=sorted(unknown))
            asked.note("errors")
        case "update":
            views.change(sim, form, check_view(ack.get("view")))
        case "push":
            views.create(sim, asked, check_view(ack.get("view")), on=form)
        case other:
            raise SlackError("invalid_response_action", given=other)


def _fill(form: View, values: Json) -> None:
    for name, value in values.items():
        block, element = choosing.find(form.body["blocks"], name)
        state = choosing.chosen(element, value)
        choosing.check_length(element, state)
        form.state.setdefault(block["block_id"], {})[element["action_id"]] = state
    for block in form.body["blocks"]:
        if block["type"] == "input" and not block.get("optional"):
            state = form.state[block["block_id"]][block["element"]["action_id"]]
            if choosing.is_empty(state):
                raise NotPossible(f"the form needs {block['label']['text']!r} ({block['element']['action_id']})")


def _chosen_urls(sim: Simulation, form: View, asked: Interaction) -> list[Json]:
    """For each channel that was chosen in an element which asks for a response_url."""
    return [
        {
            "response_url": _url(sim, asked),
            "block_id": block["block_id"],
            "action_id": block["element"]["action_id"],
            "channel_id": form.state[block["block_id"]][block["element"]["action_id"]]["selected_conversation"],
        }
        for block in form.body["blocks"]
        if block["type"] == "input" and block["element"].get("response_url_enabled")
    ]


def _action(sim: Simulation, block: Json, element: Json, value: Any) -> Json:
    known = {"action_id": element["action_id"], "block_id": block["block_id"], "action_ts": sim.clock.ts()}
    text = {"text": element["text"]} if "text" in element else {}
    return {**known, **text, **choosing.chosen(element, value)}


def _about(asked: Interaction, team: Team, who: User) -> Json:
    return {
        "type": asked.asked.value,
        "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": team.id},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "trigger_id": asked.trigger,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _message(sim: Simulation, asked: Interaction, place: Channel, source: Message) -> Json:
    team = sim.world.team_of(place)
    return {
        "channel": {"id": place.id, "name": place.name if place.kind is Kind.PUBLIC else "privategroup"},
        "message": payloads.message(source, team, place),
        "response_url": _url(sim, asked),
    }


def _url(sim: Simulation, asked: Interaction) -> str:
    return f"{sim.base}/response/{asked.key}"


def _where(sim: Simulation, channel: str, user: str) -> tuple[Channel, Team, User]:
    place = lookup.channel(sim, channel)
    team = sim.world.team_of(place)
    who = lookup.user(sim, user, team)
    if who.id not in place.members:
        raise NotPossible(f"{who.name} is not in {place.name!r}")
    return place, team, who


def _view(sim: Simulation, name: str) -> tuple[View, Team, User]:
    """A form or home by its id; or what somebody's latest interaction opened, by that interaction's number."""
    asked = sim.interactions.all.get(name)
    found = sim.views.get(name) or (asked.opened if asked else None)
    if found is None or not found.open:
        raise NotPossible(f"there is no form {name!r} on anybody's screen")
    team = sim.world.teams[found.team]
    _installed(team)
    return found, team, team.users[found.user]


def _installed(team: Team, scope: str | None = None) -> Install:
    if team.install is None or team.install.ended or (scope and scope not in team.install.scopes):
        raise NotPossible(f"the app is not there in {team.name!r}" + (f", or lacks {scope}" if scope else ""))
    return team.install


VERBS: dict[str, Verb] = {
    "slash": slash,
    "press": press,
    "press_view": press_view,
    "shortcut": shortcut,
    "message_shortcut": message_shortcut,
    "submit": submit,
    "close": close,
    "suggest": suggest,
    "open_home": open_home,
    "home": home,
    "answer": answer,
}
