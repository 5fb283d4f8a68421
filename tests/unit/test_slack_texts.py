"""What is said on Slack: no text is missing, none is left over, and each fits where Slack shows it."""

import ast
import json
from pathlib import Path

import pytest

SLACK = Path(__file__).parents[2] / "bot" / "platforms" / "slack"
AREAS = ("member", "organiser")
# Made of a part that stands in the code and one that does not: states, steps, verbs.
MADE = ("is_", "why_", "step_", "card_", "member_", "button_", "lack_", "extra_", "sure_", "field_", "hint_", "form_")


def texts(area: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((SLACK / "texts" / "en-US" / f"{area}.json").read_text(encoding="utf-8"))
    return found


def said() -> set[str]:
    """Every text that stands in the code of the commands."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((SLACK / "commands").glob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in nodes if isinstance(node.value, str)}


def stem(name: str) -> str:
    return name.removesuffix("_one").removesuffix("_other")


def asked() -> set[str]:
    """Every text that is asked for by its whole name, with its area."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((SLACK / "commands").glob("*.py"))]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = set()
    for call in calls:
        verb, first = call.func, call.args[0] if call.args else None
        if (
            isinstance(verb, ast.Attribute)
            and verb.attr in {"say", "count", "tell"}
            and isinstance(first, ast.Constant)
        ):
            name = str(first.value)
            found.add(name if "." in name else f"organiser.{name}")
    return found


def test_none_is_missing() -> None:
    there = {f"{area}.{stem(name)}" for area in AREAS for name in texts(area)}
    assert len(asked()) > 100
    assert asked() - there == set()


@pytest.mark.parametrize("area", AREAS)
def test_none_is_left_over(area: str) -> None:
    known = said()
    left = [
        name
        for name in texts(area)
        if not {name, stem(name), f"{area}.{name}", f"{area}.{stem(name)}"} & known and not name.startswith(MADE)
    ]
    assert left == []


@pytest.mark.parametrize("area", AREAS)
def test_each_fits_where_it_is_shown(area: str) -> None:
    room = {"_title": 24, "_submit": 24, "button_": 75, "sure_": 300, "extra_": 75, "field_": 60, "hint_": 150}
    long = {
        name: len(text)
        for name, text in texts(area).items()
        for part, most in room.items()
        if (name.endswith(part) or name.startswith(part)) and len(text) > most and name != "home_title"
    }
    assert long == {}


@pytest.mark.parametrize("area", AREAS)
def test_markup_is_slacks(area: str) -> None:
    """Two asterisks are Discord's, and so is its name."""
    assert [name for name, text in texts(area).items() if "**" in text or "Discord" in text or "](" in text] == []
