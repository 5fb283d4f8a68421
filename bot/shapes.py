"""What a file must look like, and one clear sentence for everything that does not.

A shape is a pydantic model of data that came out of bot/yamldoc.py: strict (nothing is converted, except a list to the
tuple and a text to the date, enum or path that the field asks for, as from JSON), frozen, and closed to unknown keys.
Field validators that refuse a value raise `wrong(what, remedy)`, or a plain ValueError with the sentence.
"""

import difflib
import json
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import pydantic
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.errors import ContentError, Problem
from bot.yamldoc import Data, Document

S = TypeVar("S", bound="Shape")
Loc = tuple[str | int, ...]


class Shape(pydantic.BaseModel):
    """Base of everything that is read from a file."""

    model_config = pydantic.ConfigDict(strict=True, frozen=True, extra="forbid")


def _as_written(value: object) -> object:
    # Only canonical numbers and `true`, `false` leave bot/yamldoc.py as something else than text.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


Text = Annotated[str, pydantic.BeforeValidator(_as_written, json_schema_input_type=str | int)]
"""A text; a number or truth value that was written without quotes (`title: 1984`) counts as written. The schema for
editors asks for quotes round `true`, for the sake of what they would suggest otherwise."""


def wrong(what: str, remedy: str) -> PydanticCustomError:
    """To be raised by a field's validator: a sentence that may begin after "file:line:column:", and what to do."""
    return PydanticCustomError("wrong", "{what}", {"what": what, "remedy": remedy})


def read(shape: type[S], document: Document, loc: Sequence[str | int] = ()) -> S:
    """The part of a document at `loc`, or ContentError with every problem in it."""
    data: Any = document.data
    for part in loc:
        data = data[part]
    try:
        return validate(shape, data)
    except pydantic.ValidationError as error:
        raise ContentError(problems_of(error, shape, document, loc)) from None


def validate(shape: type[S], data: Data) -> S:
    """Raises pydantic.ValidationError. By way of JSON, because there strict means what it means in a file."""
    return shape.model_validate_json(json.dumps(data))


def problems_of(
    error: pydantic.ValidationError, shape: type[Shape], document: Document, loc: Sequence[str | int] = ()
) -> list[Problem]:
    """Each mistake with its place, in the order of the file. `loc` leads to the part that was validated."""
    details = error.errors(include_url=False)
    meant = {found for detail in details if (found := _meant(detail, shape)) is not None}
    problems = []
    for detail in details:
        inner = detail["loc"]
        if detail["type"] == "missing" and inner in meant:
            continue  # its misspelling is told already
        what, remedy = _sentence(detail, shape)
        problems.append(document.problem((*loc, *inner), what, remedy))
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def nearest(word: str, words: Sequence[str]) -> str | None:
    """The one of `words` that was probably meant, if any comes close."""
    folded = {one.casefold(): one for one in reversed(words)}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggestion(word: str, words: Sequence[str]) -> str:
    """A remedy: the nearest right word, or all of them."""
    near = nearest(word, words)
    return f'did you mean "{near}"?' if near else f"use one of {', '.join(words)}"


def label(loc: Sequence[str | int]) -> str:
    """How a person names a place in a file: `"topics", item 2`."""
    names = [f'"{part}"' if isinstance(part, str) else f"item {part + 1}" for part in loc]
    last = max((at for at, part in enumerate(loc) if isinstance(part, str)), default=0)
    return ", ".join(names[last:]) or "this"


def _sentence(detail: ErrorDetails, shape: type[Shape]) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    kind, loc, found = detail["type"], detail["loc"], detail["input"]
    context: Mapping[str, Any] = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key {label(loc[-1:])}", suggestion(str(loc[-1]), _keys_at(shape, loc[:-1]))
    if kind == "missing":
        return f"{label(loc[-1:])} is missing{_inside(loc[:-1])}", f"add {loc[-1]}:"
    if kind in {"enum", "literal_error"}:
        choices = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return f"{label(loc)} cannot be {describe(found)}", suggestion(str(found), choices)
    if kind in _WANTED:
        wanted, example = _WANTED[kind]
        return f"{label(loc)} should be {wanted}, but is {describe(found)}", _quoting(
            found
        ) if kind == "string_type" else example
    if kind in {"too_short", "too_long"} and isinstance(found, str):
        kind = f"string_{kind}"
    if kind in _BOUNDS:
        what, remedy = _BOUNDS[kind]
        return f"{label(loc)} {what.format(**context)}", remedy.format(**context)
    message = str(context.get("error") or detail["msg"])
    remedy = str(context.get("remedy", "correct it"))
    return (
        message if kind in {"wrong", "value_error"} else f"{label(loc)}: {message[:1].lower()}{message[1:]}"
    ), remedy


_WHOLE = ("a whole number", "write digits only, without quotes, such as 3")
_LIST = ("a list", "write each item on its own line after a dash, or in [ ]")
_MAP = ("a map of keys and values", "write its keys below it, indented")
_WANTED: dict[str, tuple[str, str]] = {
    "string_type": ("text", ""),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "float_type": ("a number", "write a number without quotes"),
    "bool_type": ("true or false", "write true or false, without quotes"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _MAP,
    "model_type": _MAP,
    "model_attributes_type": _MAP,
    "date_type": ("a date", "write it as 2026-05-03"),
    "date_parsing": ("a date", "write it as 2026-05-03"),
    "date_from_datetime_parsing": ("a date", "write it as 2026-05-03"),
    "time_type": ("a time of day", 'write it as "09:00"'),
    "time_parsing": ("a time of day", 'write it as "09:00"'),
}
_BOUNDS: dict[str, tuple[str, str]] = {
    "string_too_short": ("is empty or too short", "write at least {min_length} character(s)"),
    "string_too_long": ("is longer than {max_length} characters", "shorten it"),
    "too_short": ("has too few items", "give at least {min_length}"),
    "too_long": ("has more than {max_length} items", "leave some out"),
    "string_pattern_mismatch": ("is not written as it should be", "it has to match {pattern}"),
    "greater_than": ("is too small", "give a number above {gt}"),
    "greater_than_equal": ("is too small", "give {ge} or more"),
    "less_than": ("is too large", "give a number below {lt}"),
    "less_than_equal": ("is too large", "give {le} or less"),
}


def describe(found: object) -> str:
    """What stands in the file, in a few words."""
    if found is None:
        return "empty"
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, dict):
        return "a map of keys and values"
    if isinstance(found, list):
        return "a list"
    if isinstance(found, str):
        return f'"{found}"' if len(found) <= 40 else f'"{found[:40]}…"'  # noqa: PLR2004 - enough to know it by
    return f"the number {found}"


def _quoting(found: object) -> str:
    if isinstance(found, dict):
        return 'put quotes round the line if its ": " belongs to the text'
    if isinstance(found, list):
        return "write one text, in quotes if it begins with [ or -"
    return "write something here, or leave the key out" if found is None else "put quotes round it"


def _inside(loc: Loc) -> str:
    return f" in {label(loc)}" if loc else ""


def _meant(detail: ErrorDetails, shape: type[Shape]) -> Loc | None:
    """Where the key that was probably misspelt would be."""
    if detail["type"] != "extra_forbidden":
        return None
    parent = detail["loc"][:-1]
    near = nearest(str(detail["loc"][-1]), _keys_at(shape, parent))
    return (*parent, near) if near else None


def _keys_at(shape: type[Shape], loc: Loc) -> list[str]:
    """The keys that may stand at a place, by walking the annotations of the fields."""
    here: Any = shape
    for part in loc:
        here = _inner(here, part)
    here = _bare(here)
    return [field.alias or name for name, field in here.model_fields.items()] if _is_shape(here) else []


def _inner(annotation: Any, part: str | int) -> Any:
    bare = _bare(annotation)
    if _is_shape(bare):
        fields = {field.alias or name: field.annotation for name, field in bare.model_fields.items()}
        return fields.get(str(part))
    arguments = get_args(bare)
    return arguments[-1 if isinstance(part, str) else 0] if arguments else None


def _bare(annotation: Any) -> Any:
    """Without Annotated, and without "or None"."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in {Union, UnionType}:
            annotation = next(one for one in get_args(annotation) if one is not type(None))
        else:
            return annotation


def _is_shape(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel)
