"""Every mistake in a file becomes one sentence with its place and what to do."""

from collections.abc import Sequence
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import shapes, yamldoc
from bot.errors import ContentError, Problem

FILE = Path("pond.yaml")


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Frog(shapes.Shape):
    name: str
    legs: Annotated[int, pydantic.Field(ge=0, le=4)] = 4


class Pond(shapes.Shape):
    title: shapes.Text
    colour: Colour | None = None
    water: Literal["fresh", "salt"] = "fresh"
    frozen: bool = False
    tags: Annotated[tuple[shapes.Text, ...], pydantic.Field(max_length=2)] = ()
    keeper: Frog | None = None
    frogs: tuple[Frog, ...] = ()
    by_name: dict[str, Frog] = pydantic.Field(default_factory=dict, alias="by name")
    closed: frozenset[date] = frozenset()
    opens: time | None = None
    motto: Annotated[str, pydantic.Field(min_length=2, max_length=9)] | None = None
    code: Annotated[str, pydantic.Field(pattern="^[a-z]+$")] | None = None

    @pydantic.field_validator("motto")
    @classmethod
    def _civil(cls, value: str | None) -> str | None:
        if value == "{boo}":
            raise shapes.wrong('"motto" frightens with {boo}', "be kind")
        if value == "bah":
            raise ValueError('"motto" sulks')
        return value


def read(text: str, *loc: str | int) -> Pond:
    return shapes.read(Pond, yamldoc.parse(text, FILE), loc)


def said(text: str, *loc: str | int) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read(text, *loc)
    return str(caught.value).splitlines()


def test_lists_enums_and_dates_come_as_the_types_that_were_asked_for() -> None:
    pond = read(
        "title: x\ncolour: red\ntags: [a, b]\nclosed: [2026-05-03]\nopens: 09:00\nby name: {ada: {name: Ada}}\n"
    )
    assert pond.colour is Colour.RED
    assert pond.tags == ("a", "b")
    assert pond.closed == {date(2026, 5, 3)}
    assert pond.opens == time(9)
    assert pond.by_name["ada"].name == "Ada"


@pytest.mark.parametrize(("written", "meant"), [("1984", "1984"), ("true", "true"), ("-7", "-7"), ("'0'", "0")])
def test_a_text_without_quotes_is_taken_as_written(written: str, meant: str) -> None:
    assert read(f"title: {written}").title == meant


def test_a_shape_cannot_be_changed() -> None:
    with pytest.raises(pydantic.ValidationError):
        read("title: x").title = "y"  # type: ignore[misc] # that it is refused is the point


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("collour: red", '2:1: unknown key "collour": did you mean "colour"?'),
        ("by nam: {}", '2:1: unknown key "by nam": did you mean "by name"?'),
        (
            "xyz: 1",
            (
                '2:1: unknown key "xyz": use one of title, colour, water, frozen, tags, keeper, frogs, by name, closed,'
                " opens, motto, code"
            ),
        ),
        ("colour: rd", '2:1: "colour" cannot be "rd": did you mean "red"?'),
        ("colour: 7", '2:1: "colour" cannot be the number 7: use one of red, green'),
        ("water: Salty", '2:1: "water" cannot be "Salty": did you mean "salt"?'),
        ("frozen: yes", '2:1: "frozen" should be true or false, but is "yes": write true or false, without quotes'),
        (
            "tags: frog",
            '2:1: "tags" should be a list, but is "frog": write each item on its own line after a dash, or in [ ]',
        ),
        ("tags: [a, b, c]", '2:1: "tags" has more than 2 items: leave some out'),
        (
            "tags: [a, ]\nkeeper: frog",
            '3:1: "keeper" should be a map of keys and values, but is "frog": write its keys below it, indented',
        ),
        (
            "tags:\n  - Note: it rains",
            (
                '3:5: "tags", item 1 should be text, but is a map of keys and values:'
                ' put quotes round the line if its ": " belongs to the text'
            ),
        ),
        (
            "tags: [[a]]",
            '2:8: "tags", item 1 should be text, but is a list: write one text, in quotes if it begins with [ or -',
        ),
        ("tags: [~]", '2:8: "tags", item 1 should be text, but is empty: write something here, or leave the key out'),
        ("keeper: {name: 7}", '2:10: "name" should be text, but is the number 7: put quotes round it'),
        ("keeper: {legs: 2}", '2:1: "name" is missing in "keeper": add name:'),
        ("frogs: [{name: a}, {}]", '2:20: "name" is missing in "frogs", item 2: add name:'),
        ("keeper: {nmae: Ada}", '2:10: unknown key "nmae": did you mean "name"?'),
        ("by name: {ada: {leg: 3, name: A}}", '2:17: unknown key "leg": did you mean "legs"?'),
        ("keeper: {name: A, legs: 5}", '2:19: "legs" is too large: give 4 or less'),
        ("keeper: {name: A, legs: -1}", '2:19: "legs" is too small: give 0 or more'),
        (
            "keeper: {name: A, legs: two}",
            '2:19: "legs" should be a whole number, but is "two": write digits only, without quotes, such as 3',
        ),
        (
            "closed: [2026-02-30]",
            '2:10: "closed", item 1 should be a date, but is "2026-02-30": write it as 2026-05-03',
        ),
        ("opens: 9h", '2:1: "opens" should be a time of day, but is "9h": write it as "09:00"'),
        ("motto: x", '2:1: "motto" is empty or too short: write at least 2 character(s)'),
        ("motto: abcdefghijk", '2:1: "motto" is longer than 9 characters: shorten it'),
        ('motto: "{boo}"', '2:1: "motto" frightens with {boo}: be kind'),
        ("motto: bah", '2:1: "motto" sulks: correct it'),
        ("code: A1", '2:1: "code" is not written as it should be: it has to match ^[a-z]+$'),
    ],
)
def test_each_mistake_is_one_sentence(line: str, sentence: str) -> None:
    assert said(f"title: x\n{line}") == [f"pond.yaml:{sentence}"]


def test_all_mistakes_are_told_in_the_order_of_the_file() -> None:
    assert said("frozen: maybe\ncolour: blue\nfrogs:\n  - name: Ada\n    legs: 6\n  - legs: 2\n") == [
        'pond.yaml:1:1: "title" is missing: add title:',
        'pond.yaml:1:1: "frozen" should be true or false, but is "maybe": write true or false, without quotes',
        'pond.yaml:2:1: "colour" cannot be "blue": use one of red, green',
        'pond.yaml:5:5: "legs" is too large: give 4 or less',
        'pond.yaml:6:5: "name" is missing in "frogs", item 2: add name:',
    ]


def test_a_misspelt_key_is_not_said_to_be_missing_too() -> None:
    assert said("tittle: x") == ['pond.yaml:1:1: unknown key "tittle": did you mean "title"?']


def test_a_part_of_a_document_keeps_its_places() -> None:
    text = "ponds:\n  - title: one\n  - title: two\n    keeper:\n      name: [Ada]\n"
    assert read(text, "ponds", 0).title == "one"
    assert said(text, "ponds", 1) == [
        'pond.yaml:5:7: "name" should be text, but is a list: write one text, in quotes if it begins with [ or -'
    ]


@pytest.mark.parametrize(
    ("text", "found"), [("", "empty"), ("- a", "a list"), ("frog", '"frog"'), ("7", "the number 7"), ("true", "true")]
)
def test_a_file_that_holds_something_else_altogether(text: str, found: str) -> None:
    sentence = f"this should be a map of keys and values, but is {found}: write its keys below it, indented"
    assert said(text) == [f"pond.yaml:1:1: {sentence}"]


def test_a_long_value_is_quoted_only_in_part() -> None:
    assert said("title: x\ncolour: " + "y" * 900) == [
        f'pond.yaml:2:1: "colour" cannot be "{"y" * 40}…": use one of red, green'
    ]


keys = st.sampled_from([*(field.alias or name for name, field in Pond.model_fields.items()), "name", "legs", "other"])
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["red", "09:00", "2026-05-03"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None)
@given(values)
def test_whatever_a_file_holds_is_a_pond_or_problems_with_remedies(data: Any) -> None:
    document = yamldoc.parse("", FILE)
    document.data = data
    try:
        pond: Pond | None = shapes.read(Pond, document)
        problems: Sequence[Problem] = ()
    except ContentError as error:
        pond, problems = None, error.problems
    assert (pond is None) == bool(problems)
    assert all(problem.what and problem.remedy for problem in problems)
