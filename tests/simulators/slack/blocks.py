"""What blocks may hold: types, lengths and counts; what breaks one is named by its JSON pointer."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.simulators.slack.model import Json

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MOST_ID = 255
MOST_MARKDOWN = 12_000  # all markdown blocks of a message together
PLAIN, ANY_TEXT = {"plain_text"}, {"plain_text", "mrkdwn"}
SELECTS = {
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
}
PICKERS = {"datepicker", "timepicker", "datetimepicker"}
CHOICES = {"checkboxes", "radio_buttons"}
INPUTS = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
INTERACTIVE = {"button", "overflow", *SELECTS, *PICKERS, *CHOICES}
IN_INPUT = {*SELECTS, *PICKERS, *CHOICES, *INPUTS}
IN_SECTION = {*INTERACTIVE, "image"} - {"rich_text_input"}
RICH_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
RICH_LEAVES = {"text", "link", "emoji", "user", "channel", "usergroup", "broadcast", "date", "color", "team"}


class Faults:
    """Gathers what is wrong, as `must be ... [json-pointer:/blocks/0/text]`."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, place: str, what: str) -> None:
        self.found.append(f"{what} [json-pointer:{place}]")

    def string(self, place: str, value: Any, most: int, least: int = 1) -> None:
        """A text of a length."""
        if not isinstance(value, str):
            self.add(place, "must provide a string")
        elif length(value) < least:
            self.add(place, f"must be more than {least - 1} characters")
        elif length(value) > most:
            self.add(place, f"must be less than {most + 1} characters")

    def optional(self, place: str, part: Json, name: str, most: int) -> None:
        if part.get(name) is not None:
            self.string(f"{place}/{name}", part[name], most)

    def text(self, place: str, value: Any, most: int, kinds: set[str] = PLAIN) -> None:
        """A text object."""
        if not isinstance(value, dict):
            self.add(place, "missing required field: text" if value is None else "must provide an object")
            return
        if value.get("type") not in kinds:
            self.add(f"{place}/type", f"must be one of {', '.join(sorted(kinds))}")
        self.string(f"{place}/text", value.get("text"), most)
        unknown = set(value) - {"type", "text", "emoji", "verbatim"}
        if unknown:
            self.add(place, f"no more fields allowed: {', '.join(sorted(unknown))}")

    def items(self, place: str, value: Any, most: int, least: int = 1) -> list[Any]:
        if not isinstance(value, list):
            self.add(place, "must provide an array")
            return []
        if len(value) > most:
            self.add(place, f"no more than {most} items allowed")
        if len(value) < least:
            self.add(place, f"no fewer than {least} items allowed")
        return value


def check(blocks: Any, *, most: int = MOST_IN_MESSAGE, surface: str = "message") -> list[str]:
    """What is wrong with the blocks of a "message", "modal" or "home"; empty where all is well."""
    faults = Faults()
    seen: set[str] = set()
    for number, block in enumerate(faults.items("/blocks", blocks, most, least=0)):
        place = f"/blocks/{number}"
        if not isinstance(block, dict) or block.get("type") not in BLOCKS:
            kind = block.get("type") if isinstance(block, dict) else block
            faults.add(f"{place}/type", f"unsupported type: {kind}")
            continue
        if block["type"] == "markdown" and surface != "message":
            faults.add(f"{place}/type", f"unsupported type for {surface}: markdown")
        faults.optional(place, block, "block_id", MOST_ID)
        identity = block.get("block_id")
        if identity in seen:
            faults.add(f"{place}/block_id", f"`block_id` {identity} already exists")
        if isinstance(identity, str):
            seen.add(identity)
        BLOCKS[block["type"]](faults, place, block)
    if sum(length(one.get("text") or "") for one in _of_type(blocks, "markdown")) > MOST_MARKDOWN:
        faults.add("/blocks", f"markdown blocks must be less than {MOST_MARKDOWN + 1} characters together")
    return faults.found


def length(text: str) -> int:
    """In units of UTF-16, of which an emoji has two or more: the larger of the two counts that Slack may mean."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def weight(blocks: list[Json]) -> int:
    """All of blocks as JSON, not their texts alone: messages with many parts were refused below 13,200 characters."""
    return length(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def texts(part: Any) -> Iterator[str]:
    """Every text that people can read in blocks, in their order; an image by its description."""
    if isinstance(part, list):
        for one in part:
            yield from texts(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in {"text", "alt_text"} and isinstance(value, str):
                yield value
            elif name == "name" and part.get("type") == "emoji":
                yield f":{value}:"
            elif isinstance(value, dict | list):
                yield from texts(value)


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block with each element of it that people can use."""
    for block in blocks:
        for name in ("elements", "accessory", "element"):
            inside = block.get(name)
            for one in inside if isinstance(inside, list) else [inside]:
                if isinstance(one, dict) and one.get("type") in INTERACTIVE | INPUTS:
                    yield block, one


def with_ids(blocks: list[Json], new: Callable[[], str]) -> list[Json]:
    """Blocks and their elements with the ids that Slack gives where an app gave none."""
    numbered = []
    for block in blocks:
        whole = {**block, "block_id": block.get("block_id") or new()}
        for name in ("accessory", "element"):
            if isinstance(whole.get(name), dict):
                whole[name] = _with_action(whole[name], new)
        if whole["type"] == "actions":
            whole["elements"] = [_with_action(one, new) for one in whole["elements"]]
        numbered.append(whole)
    return numbered


def _with_action(element: Json, new: Callable[[], str]) -> Json:
    needs = element.get("type") in INTERACTIVE | INPUTS
    return {**element, "action_id": element.get("action_id") or new()} if needs else element


def _of_type(blocks: Any, kind: str) -> list[Json]:
    if not isinstance(blocks, list):
        return []
    return [one for one in blocks if isinstance(one, dict) and one.get("type") == kind]


def _section(faults: Faults, place: str, block: Json) -> None:
    if block.get("text") is None and not block.get("fields"):
        faults.add(place, "missing required field: text")
    if block.get("text") is not None:
        faults.text(f"{place}/text", block["text"], 3000, ANY_TEXT)
    if block.get("fields") is not None:
        for number, field in enumerate(faults.items(f"{place}/fields", block["fields"], 10)):
            faults.text(f"{place}/fields/{number}", field, 2000, ANY_TEXT)
    if block.get("accessory") is not None:
        _element(faults, f"{place}/accessory", block["accessory"], IN_SECTION)


def _header(faults: Faults, place: str, block: Json) -> None:
    faults.text(f"{place}/text", block.get("text"), 150)


def _divider(faults: Faults, place: str, block: Json) -> None:
    pass  # it holds nothing


def _context(faults: Faults, place: str, block: Json) -> None:
    for number, one in enumerate(faults.items(f"{place}/elements", block.get("elements"), 10)):
        where = f"{place}/elements/{number}"
        if isinstance(one, dict) and one.get("type") == "image":
            _image_element(faults, where, one)
        else:
            faults.text(where, one, 2000, ANY_TEXT)


def _actions(faults: Faults, place: str, block: Json) -> None:
    seen: set[str] = set()
    for number, one in enumerate(faults.items(f"{place}/elements", block.get("elements"), 25)):
        where = f"{place}/elements/{number}"
        _element(faults, where, one, INTERACTIVE)
        action = one.get("action_id") if isinstance(one, dict) else None
        if action in seen:
            faults.add(where, f"`action_id` {action} already exists")
        if isinstance(action, str):
            seen.add(action)


def _input(faults: Faults, place: str, block: Json) -> None:
    faults.text(f"{place}/label", block.get("label"), 2000)
    if block.get("hint") is not None:
        faults.text(f"{place}/hint", block["hint"], 2000)
    _element(faults, f"{place}/element", block.get("element"), IN_INPUT)


def _image(faults: Faults, place: str, block: Json) -> None:
    _image_element(faults, place, block)
    if block.get("title") is not None:
        faults.text(f"{place}/title", block["title"], 2000)


def _markdown(faults: Faults, place: str, block: Json) -> None:
    faults.string(f"{place}/text", block.get("text"), MOST_MARKDOWN)


def _rich_text(faults: Faults, place: str, block: Json) -> None:
    for number, part in enumerate(faults.items(f"{place}/elements", block.get("elements"), 1000, least=0)):
        where = f"{place}/elements/{number}"
        if not isinstance(part, dict) or part.get("type") not in RICH_PARTS:
            faults.add(where, f"unsupported type: {part.get('type') if isinstance(part, dict) else part}")
            continue
        is_list = part["type"] == "rich_text_list"
        if is_list and part.get("style") not in {"bullet", "ordered"}:
            faults.add(f"{where}/style", "must be one of bullet, ordered")
        for order, leaf in enumerate(faults.items(f"{where}/elements", part.get("elements"), 1000, least=0)):
            if is_list:
                _rich_section(faults, f"{where}/elements/{order}", leaf)
            else:
                _rich_leaf(faults, f"{where}/elements/{order}", leaf)


def _rich_section(faults: Faults, place: str, part: Any) -> None:
    if not isinstance(part, dict) or part.get("type") != "rich_text_section":
        faults.add(place, "must be a rich_text_section")
        return
    for number, leaf in enumerate(faults.items(f"{place}/elements", part.get("elements"), 1000, least=0)):
        _rich_leaf(faults, f"{place}/elements/{number}", leaf)


def _rich_leaf(faults: Faults, place: str, leaf: Any) -> None:
    kind = leaf.get("type") if isinstance(leaf, dict) else None
    if kind not in RICH_LEAVES:
        faults.add(place, f"unsupported type: {kind}")
    elif kind == "text":
        faults.string(f"{place}/text", leaf.get("text"), 1_000_000)
    elif kind == "link":
        _url(faults, f"{place}/url", leaf.get("url"))
    elif kind == "emoji":
        faults.string(f"{place}/name", leaf.get("name"), 100)
    styles = leaf.get("style") if isinstance(leaf, dict) else None
    if styles is not None and (not isinstance(styles, dict) or set(styles) - {"bold", "italic", "strike", "code"}):
        faults.add(f"{place}/style", "must be an object of bold, italic, strike, code")


def _element(faults: Faults, place: str, one: Any, allowed: set[str]) -> None:
    kind = one.get("type") if isinstance(one, dict) else None
    if kind not in allowed:
        faults.add(place, f"unsupported type: {kind}" if one is not None else "missing required field: element")
        return
    if kind == "image":
        _image_element(faults, place, one)
        return
    faults.optional(place, one, "action_id", MOST_ID)
    if one.get("placeholder") is not None:
        faults.text(f"{place}/placeholder", one["placeholder"], 150)
    if one.get("confirm") is not None:
        _confirm(faults, f"{place}/confirm", one["confirm"])
    if kind == "button":
        _button(faults, place, one)
    elif kind in {"static_select", "multi_static_select", "overflow", *CHOICES}:
        _options(faults, place, one)
    elif kind == "plain_text_input":
        _text_input(faults, place, one)
    elif kind == "number_input" and not isinstance(one.get("is_decimal_allowed"), bool):
        faults.add(f"{place}/is_decimal_allowed", "missing required field: is_decimal_allowed")
    elif kind == "timepicker" and one.get("initial_time") is not None:
        _clock_time(faults, f"{place}/initial_time", one["initial_time"])


def _button(faults: Faults, place: str, one: Json) -> None:
    faults.text(f"{place}/text", one.get("text"), 75)
    faults.optional(place, one, "value", 2000)
    faults.optional(place, one, "accessibility_label", 75)
    if one.get("url") is not None:
        _url(faults, f"{place}/url", one["url"])
    if one.get("style") not in {None, "primary", "danger"}:
        faults.add(f"{place}/style", "must be one of primary, danger")


def _options(faults: Faults, place: str, one: Json) -> None:
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(one["type"], 100)
    groups = one.get("option_groups")
    if groups is None:
        listed = [("options", faults.items(f"{place}/options", one.get("options"), most))]
    else:
        faults.items(f"{place}/option_groups", groups, 100)
        listed = []
        for number, group in enumerate(groups):
            where = f"option_groups/{number}"
            faults.text(f"{place}/{where}/label", group.get("label"), 75)
            listed.append((f"{where}/options", faults.items(f"{place}/{where}/options", group.get("options"), most)))
    kinds = ANY_TEXT if one["type"] in CHOICES else PLAIN
    known = []
    for where, options in listed:
        for number, option in enumerate(options):
            faults.text(f"{place}/{where}/{number}/text", option.get("text"), 75, kinds)
            faults.string(f"{place}/{where}/{number}/value", option.get("value"), 150)
            if option.get("description") is not None:
                faults.text(f"{place}/{where}/{number}/description", option["description"], 75, kinds)
            known.append(option.get("value"))
    single = [one["initial_option"]] if one.get("initial_option") else []
    for chosen in [*single, *(one.get("initial_options") or [])]:
        if chosen.get("value") not in known:
            faults.add(f"{place}/initial_option", "must be one of the options")


def _text_input(faults: Faults, place: str, one: Json) -> None:
    least, most = one.get("min_length", 0), one.get("max_length", 3000)
    if not 0 <= least <= most or not 1 <= most <= 3000:
        faults.add(place, "min_length and max_length must be between 0 and 3000")
    elif one.get("initial_value"):
        faults.string(f"{place}/initial_value", one["initial_value"], most)


def _image_element(faults: Faults, place: str, one: Json) -> None:
    faults.string(f"{place}/alt_text", one.get("alt_text"), 2000)
    if one.get("slack_file") is None:
        _url(faults, f"{place}/image_url", one.get("image_url"))


def _confirm(faults: Faults, place: str, one: Any) -> None:
    if not isinstance(one, dict):
        faults.add(place, "must provide an object")
        return
    for name, most, kinds in (("title", 100, PLAIN), ("text", 300, ANY_TEXT), ("confirm", 30, PLAIN)):
        faults.text(f"{place}/{name}", one.get(name), most, kinds)
    faults.text(f"{place}/deny", one.get("deny"), 30)


def _url(faults: Faults, place: str, value: Any) -> None:
    faults.string(place, value, 3000)
    if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:", "slack://")):
        faults.add(place, "must be a valid URL")


def _clock_time(faults: Faults, place: str, value: Any) -> None:
    hours, _, minutes = str(value).partition(":")
    well = len(hours) == len(minutes) == 2 and (hours + minutes).isdigit() and int(hours) < 24 and int(minutes) < 60
    if not well:
        faults.add(place, "must be a time as HH:mm")


BLOCKS: dict[str, Callable[[Faults, str, Json], None]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "rich_text": _rich_text,
}
