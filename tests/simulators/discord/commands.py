"""The application's commands: registered by bulk overwrite, and checked against Discord's limits."""

import re
from collections.abc import Iterator
from enum import IntEnum

from tests.simulators.discord.clock import Clock
from tests.simulators.discord.model import Json
from tests.simulators.discord.problems import ApiError, Form, Path

NAME = re.compile(r"^[-_'\w]{1,32}$")
MOST_CHARACTERS = 8000
MOST_CREATED = 200  # a day and guild
SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
MOST = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
LOCALES = frozenset(
    (
        "id",
        *("da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR"),
        *("ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"),
    )
)


class Option(IntEnum):
    SUBCOMMAND = 1
    GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


WITH_CHOICES = {Option.STRING, Option.INTEGER, Option.NUMBER}


class Registry:
    """Commands by scope: None for the global ones, else a guild. `overwrites` counts the bulk overwrites."""

    def __init__(self, clock: Clock) -> None:
        self.overwrites = 0
        self._clock = clock
        self._commands: dict[int | None, list[Json]] = {}
        self._created: dict[int | None, int] = {}

    def of(self, guild: int | None) -> list[Json]:
        return self._commands.get(guild, [])

    def overwrite(self, application: int, guild: int | None, wanted: list[Json]) -> list[Json]:
        """Replace all commands of a scope; one of a known name and type keeps its id. ApiError 50035, 30032, 30034."""
        check(wanted)
        known = {_key(command): command for command in self.of(guild)}
        new = [command for command in wanted if _key(command) not in known]
        if self._created.get(guild, 0) + len(new) > MOST_CREATED:
            raise ApiError(30034)
        self._created[guild] = self._created.get(guild, 0) + len(new)
        self.overwrites += 1
        self._commands[guild] = [self._registered(one, application, guild, known.get(_key(one))) for one in wanted]
        return self._commands[guild]

    def find(self, guild: int | None, name: str, kind: int, locale: str | None = None) -> Json | None:
        """A command as the menu of a guild has it, by its name or its name in a language."""
        for command in [*self.of(guild), *(self.of(None) if guild else [])]:
            if command["type"] == kind and name in names(command, locale):
                return command
        return None

    def all(self) -> Iterator[Json]:
        for commands in self._commands.values():
            yield from commands

    def _registered(self, command: Json, application: int, guild: int | None, known: Json | None) -> Json:
        kept = {
            "type": SLASH,
            "description": "",
            "default_member_permissions": None,
            "nsfw": False,
            "contexts": None,
            "integration_types": [0],
            "dm_permission": True,
        } | command
        same = known is not None and all(known.get(key) == value for key, value in kept.items())
        stamp = {
            "id": known["id"] if known else str(self._clock.snowflake()),
            "application_id": str(application),
            "version": known["version"] if known and same else str(self._clock.snowflake()),
        }
        return kept | stamp | ({"guild_id": str(guild)} if guild else {})


def names(named: Json, locale: str | None) -> set[str]:
    """What a command or option is called, in general and in a language."""
    local = (named.get("name_localizations") or {}).get(locale) if locale else None
    return {named["name"], local} if local else {named["name"]}


def without_localizations(command: Json) -> Json:
    """A command as a GET without `with_localizations` gives it."""
    plain = {key: value for key, value in command.items() if not key.endswith("_localizations")}
    if "options" in plain:
        plain["options"] = [without_localizations(option) for option in plain["options"]]
    return plain


def check(commands: list[Json]) -> None:
    """ApiError 50035 with the path of every fault, or 30032 for too many."""
    form = Form()
    for kind, most in MOST.items():
        if sum(command.get("type", SLASH) == kind for command in commands) > most:
            raise ApiError(30032)
    keys = [_key(command) for command in commands]
    for number, command in enumerate(commands):
        path: Path = (number,)
        if keys.count(_key(command)) > 1:
            form.fault(path, "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        _check_command(form, path, command)
    form.check()


def _check_command(form: Form, path: Path, command: Json) -> None:
    kind = command.get("type", SLASH)
    form.one_of((*path, "type"), kind, tuple(MOST))
    if kind == SLASH:
        _check_named(form, path, command)
        _check_options(form, path, command.get("options") or [], depth=0)
        if _characters(command) > MOST_CHARACTERS:
            form.fault(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_CHARACTERS})")
    else:
        form.text((*path, "name"), command.get("name"), 1, 32)
        if command.get("description") or command.get("options"):
            words = "Context menu commands cannot have a description or options"
            form.fault(path, "APPLICATION_COMMAND_INVALID_CONTEXT_MENU", words)
        _check_localizations(form, path, command, "name", 32)
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdigit():
        form.fault((*path, "default_member_permissions"), "NUMBER_TYPE_COERCE", "Value is not a permission set.")


def _check_named(form: Form, path: Path, named: Json) -> None:
    """The name and the description, and both in every language."""
    name = named.get("name")
    form.text((*path, "name"), name, 1, 32)
    if isinstance(name, str) and not _is_name(name):
        form.fault((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    form.text((*path, "description"), named.get("description"), 1, 100)
    _check_localizations(form, path, named, "name", 32)
    _check_localizations(form, path, named, "description", 100)


def _check_localizations(form: Form, path: Path, named: Json, field: str, most: int) -> None:
    for locale, text in (named.get(f"{field}_localizations") or {}).items():
        place: Path = (*path, f"{field}_localizations", locale)
        if locale not in LOCALES:
            form.fault(place, "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')
        form.text(place, text, 1, most)
        if field == "name" and isinstance(text, str) and "description" in named and not _is_name(text):
            form.fault(place, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(form: Form, path: Path, options: list[Json], *, depth: int) -> None:
    place: Path = (*path, "options")
    if len(options) > 25:
        form.fault(place, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    given = [option.get("name") for option in options]
    if len(given) != len(set(given)):
        form.fault(place, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        words = "Required options must be placed before non-required options"
        form.fault(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words)
    nested = [option.get("type") in {Option.SUBCOMMAND, Option.GROUP} for option in options]
    if any(nested) and not all(nested):
        words = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        form.fault(place, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words)
    for number, option in enumerate(options):
        _check_option(form, (*place, number), option, depth)


def _check_option(form: Form, path: Path, option: Json, depth: int) -> None:
    _check_named(form, path, option)
    kind = option.get("type")
    form.one_of((*path, "type"), kind, tuple(int(one) for one in Option))
    if kind in {Option.SUBCOMMAND, Option.GROUP}:
        if depth + (kind == Option.GROUP) > 1:
            form.fault(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Too deep")
        _check_options(form, path, option.get("options") or [], depth=depth + 1)
        return
    choices = option.get("choices") or []
    if len(choices) > 25:
        form.fault((*path, "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    if choices and (option.get("autocomplete") or kind not in WITH_CHOICES):
        words = "Choices go with neither autocomplete nor this type"
        form.fault((*path, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", words)
    if option.get("autocomplete") and kind not in WITH_CHOICES:
        words = "Autocomplete is for text and numbers"
        form.fault((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", words)
    check_choices(form, (*path, "choices"), choices)


def check_choices(form: Form, path: Path, choices: list[Json]) -> None:
    """Of an option, or offered as somebody types."""
    for number, choice in enumerate(choices):
        form.text((*path, number, "name"), choice.get("name"), 1, 100)
        value = choice.get("value")
        if isinstance(value, str):
            form.text((*path, number, "value"), value, 0, 100)
        elif not isinstance(value, int | float):
            form.fault((*path, number, "value"), "BASE_TYPE_REQUIRED", "This field is required")
        _check_localizations(form, (*path, number), choice, "name", 100)


def _is_name(name: str) -> bool:
    return bool(NAME.match(name)) and name == name.lower()


def _key(command: Json) -> tuple[object, object]:
    return command.get("type", SLASH), command.get("name")


def _characters(part: Json) -> int:
    """Names, descriptions and values together, each at its longest language."""
    total = 0
    for field in ("name", "description"):
        said = [part.get(field) or "", *(part.get(f"{field}_localizations") or {}).values()]
        total += max(len(text) for text in said)
    total += sum(_characters(option) for option in part.get("options") or [])
    for choice in part.get("choices") or []:
        total += _characters(choice) + len(str(choice.get("value", "")))
    return total
