"""What somebody chooses or types in an element of a message, form or home, as Slack reports it."""

from typing import Any

from tests.simulators.slack import blocks
from tests.simulators.slack.api.views import initial
from tests.simulators.slack.control.lookup import NotPossible
from tests.simulators.slack.model import Json


def find(parts: list[Json], name: str) -> tuple[Json, Json]:
    """A block and its element, by action_id, block_id or label."""
    found = list(blocks.elements(parts))
    for block, element in found:
        label = (element.get("text") or {}).get("text"), (block.get("label") or {}).get("text")
        if name in {element.get("action_id"), block.get("block_id"), *label}:
            return block, element
    names = ", ".join(str(element.get("action_id")) for _, element in found)
    raise NotPossible(f"there is nothing called {name!r} to press or fill in; there are: {names}")


def chosen(element: Json, value: Any) -> Json:
    """An element with a value: a text, an option's value or label, a time, the id of a channel or user, or a list."""
    kind = element["type"]
    if kind == "button":
        return {"type": kind, **({"value": element["value"]} if "value" in element else {})}
    if kind == "overflow":
        return {"type": kind, "selected_option": _option(element, value)}
    state = dict(initial(element) or {})
    name = next(key for key in state if key != "type")
    if kind in {"static_select", "radio_buttons", "external_select"}:
        state[name] = None if value is None else _option(element, value)
    elif kind in {"checkboxes", "multi_static_select", "multi_external_select"}:
        state[name] = [_option(element, one) for one in value or []]
    else:
        state[name] = value
    return state


def is_empty(state: Json) -> bool:
    return all(value in (None, "", []) for key, value in state.items() if key != "type")


def check_length(element: Json, state: Json) -> None:
    """As the form itself would not let go of."""
    value = state.get("value")
    if not isinstance(value, str):
        return
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not least <= len(value) <= most:
        raise NotPossible(f"{element['action_id']} takes {least} to {most} characters, not {len(value)}")


def _option(element: Json, value: Any) -> Json:
    if isinstance(value, dict):
        return value  # of an external select: it was suggested
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    options: list[Json] = [one for group in groups for one in group["options"]]
    for one in options:
        if value in {one["value"], one["text"]["text"]}:
            return one
    raise NotPossible(f"there is no option {value!r}; there are: {', '.join(one['value'] for one in options)}")
