"""The limits of message components, of the old kind (rows of buttons) and of Components V2."""

from collections.abc import Iterator
from enum import IntEnum

from tests.simulators.discord.model import Json
from tests.simulators.discord.problems import Form, Path


class Kind(IntEnum):
    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18


SELECTS = {
    Kind.STRING_SELECT,
    Kind.USER_SELECT,
    Kind.ROLE_SELECT,
    Kind.MENTIONABLE_SELECT,
    Kind.CHANNEL_SELECT,
}
IN_CONTAINER = {Kind.ROW, Kind.SECTION, Kind.TEXT_DISPLAY, Kind.MEDIA_GALLERY, Kind.FILE, Kind.SEPARATOR}
AT_TOP = IN_CONTAINER | {Kind.CONTAINER}
LINK_STYLE = 5
MOST_COMPONENTS = 40
MOST_TEXT = 4000


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, nested ones and accessories included, in the order they are shown."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for single in ("accessory", "component"):
            if component.get(single):
                yield from walk([component[single]])


def texts(components: list[Json]) -> list[str]:
    """What the text displays say."""
    return [str(part.get("content", "")) for part in walk(components) if part.get("type") == Kind.TEXT_DISPLAY]


def with_ids(components: list[Json]) -> list[Json]:
    """The components as Discord gives them back: each with its number."""
    for number, component in enumerate(walk(components), start=1):
        component.setdefault("id", number)
        for holder in ("media", "file"):
            if holder in component:
                component[holder] = _media(component[holder])
        for item in component.get("items") or []:
            item["media"] = _media(item["media"])
    return components


def check(form: Form, path: Path, components: list[Json], *, v2: bool) -> None:
    """All limits of a message's components."""
    for number, component in enumerate(components):
        _check_one(form, (*path, number), component, AT_TOP if v2 else {Kind.ROW})
    everything = list(walk(components))
    if v2:
        if len(everything) > MOST_COMPONENTS:
            form.fault(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "Must have at most 40 components in total.")
        if sum(map(len, texts(components))) > MOST_TEXT:
            form.fault(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Displayable text must be at most 4000.")
    elif len(components) > 5:
        form.fault(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    ids = [component["custom_id"] for component in everything if component.get("custom_id")]
    if len(ids) != len(set(ids)):
        form.fault(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def check_modal(form: Form, path: Path, components: list[Json]) -> None:
    """The limits of a modal's one to five rows, labels or text displays."""
    form.count(path, components, 1, 5)
    for number, component in enumerate(components):
        place: Path = (*path, number)
        match component.get("type"):
            case Kind.ROW:
                inside = component.get("components") or []
                form.count((*place, "components"), inside, 1, 1)
                for inner in inside:
                    form.text((*place, "components", 0, "label"), inner.get("label"), 1, 45)
                    _input(form, (*place, "components", 0), inner)
            case Kind.LABEL:
                form.text((*place, "label"), component.get("label"), 1, 45)
                if component.get("description"):
                    form.text((*place, "description"), component["description"], 1, 100)
                _input(form, (*place, "component"), component.get("component") or {})
            case Kind.TEXT_DISPLAY:
                form.text((*place, "content"), component.get("content"), 1, MOST_TEXT)
            case _:
                _bad_type(form, place, (Kind.ROW, Kind.TEXT_DISPLAY, Kind.LABEL))
    ids = [part["custom_id"] for part in walk(components) if part.get("custom_id")]
    if len(ids) != len(set(ids)):
        form.fault(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")


def _check_one(form: Form, path: Path, component: Json, allowed: set[Kind]) -> None:
    kind = component.get("type")
    if kind not in allowed:
        _bad_type(form, path, tuple(sorted(allowed)))
        return
    inside = component.get("components") or []
    match kind:
        case Kind.ROW:
            _row(form, path, inside)
        case Kind.SECTION:
            _section(form, path, component)
        case Kind.TEXT_DISPLAY:
            form.text((*path, "content"), component.get("content"), 1, MOST_TEXT)
        case Kind.MEDIA_GALLERY:
            form.count((*path, "items"), component.get("items") or [], 1, 10)
        case Kind.SEPARATOR:
            form.one_of((*path, "spacing"), component.get("spacing", 1), (1, 2))
        case Kind.CONTAINER:
            form.count((*path, "components"), inside, 1, MOST_COMPONENTS)
            for number, inner in enumerate(inside):
                _check_one(form, (*path, "components", number), inner, IN_CONTAINER)


def _row(form: Form, path: Path, inside: list[Json]) -> None:
    """One to five buttons, or one select."""
    form.count((*path, "components"), inside, 1, 5)
    for number, component in enumerate(inside):
        place: Path = (*path, "components", number)
        if component.get("type") == Kind.BUTTON:
            _button(form, place, component)
        elif component.get("type") in SELECTS:
            _select(form, place, component)
            if len(inside) > 1:
                form.fault(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
        else:
            _bad_type(form, place, (Kind.BUTTON, *sorted(SELECTS)))


def _section(form: Form, path: Path, component: Json) -> None:
    inside, accessory = component.get("components") or [], component.get("accessory") or {}
    form.count((*path, "components"), inside, 1, 3)
    for number, inner in enumerate(inside):
        _check_one(form, (*path, "components", number), inner, {Kind.TEXT_DISPLAY})
    if accessory.get("type") == Kind.BUTTON:
        _button(form, (*path, "accessory"), accessory)
    elif accessory.get("type") != Kind.THUMBNAIL:
        _bad_type(form, (*path, "accessory"), (Kind.BUTTON, Kind.THUMBNAIL))


def _button(form: Form, path: Path, button: Json) -> None:
    style = button.get("style")
    form.one_of((*path, "style"), style, (1, 2, 3, 4, 5))
    if button.get("label") is not None:
        form.text((*path, "label"), button["label"], 0, 80)
    if not button.get("label") and not button.get("emoji"):
        form.fault((*path, "label"), "BUTTON_COMPONENT_MISSING_LABEL", "A button needs a label or an emoji")
    if style == LINK_STYLE:
        form.text((*path, "url"), button.get("url"), 1, 512)
        if not str(button.get("url")).startswith(("http://", "https://", "discord://")):
            form.fault((*path, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'discord').")
        if button.get("custom_id"):
            form.fault((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Not with a url")
    else:
        form.text((*path, "custom_id"), button.get("custom_id"), 1, 100)


def _select(form: Form, path: Path, select: Json) -> None:
    form.text((*path, "custom_id"), select.get("custom_id"), 1, 100)
    if select.get("placeholder") is not None:
        form.text((*path, "placeholder"), select["placeholder"], 0, 150)
    if select.get("type") != Kind.STRING_SELECT:
        return
    options = select.get("options") or []
    form.count((*path, "options"), options, 1, 25)
    for number, option in enumerate(options):
        place: Path = (*path, "options", number)
        form.text((*place, "label"), option.get("label"), 1, 100)
        form.text((*place, "value"), option.get("value"), 1, 100)
        if option.get("description") is not None:
            form.text((*place, "description"), option["description"], 0, 100)


def _input(form: Form, path: Path, component: Json) -> None:
    """A text input, or a select inside a label."""
    if component.get("type") in SELECTS:
        _select(form, path, component)
        return
    if component.get("type") != Kind.TEXT_INPUT:
        _bad_type(form, path, (Kind.TEXT_INPUT, *sorted(SELECTS)))
        return
    form.text((*path, "custom_id"), component.get("custom_id"), 1, 100)
    form.one_of((*path, "style"), component.get("style"), (1, 2))
    for name, most in (("placeholder", 100), ("value", 4000)):
        if component.get(name) is not None:
            form.text((*path, name), component[name], 0, most)
    for name, least in (("min_length", 0), ("max_length", 1)):
        value = component.get(name)
        if value is not None and not least <= value <= 4000:
            form.fault((*path, name), "NUMBER_TYPE_RANGE", f"Value must be between {least} and 4000.")


def _bad_type(form: Form, path: Path, allowed: tuple[Kind, ...]) -> None:
    numbers = tuple(int(kind) for kind in allowed)
    form.fault((*path, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {numbers}.')


def _media(media: Json) -> Json:
    return {"proxy_url": media["url"], "height": None, "width": None, "placeholder": "", "loading_state": 2, **media}
