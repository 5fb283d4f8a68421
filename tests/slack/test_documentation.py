"""docs/slack.md names everything that people can say to the bot and that it asks for, and nothing else."""

import ast
import re
from pathlib import Path

from bot.platforms.slack.leaving import GRACE
from bot.platforms.slack.manifest import SHORTCUTS
from bot.platforms.slack.scopes import SCOPES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
OPERATOR = ROOT / "bot" / "platforms" / "slack" / "commands" / "operator.py"


def cells(section: str) -> list[str]:
    """The first cells of a section's table."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    assert found, section
    return found


def verbs() -> set[str]:
    """The keys of the largest table in the operator's code."""
    tables = [node for node in ast.walk(ast.parse(OPERATOR.read_text())) if isinstance(node, ast.Dict)]
    largest = max(tables, key=lambda one: len(one.keys))
    return {str(key.value) for key in largest.keys if isinstance(key, ast.Constant)}


def test_every_verb_of_organisers_is_documented_and_no_other() -> None:
    told = {one.strip("`") for one in cells("What organisers can do")} - {"/seedbed …"}
    assert told == verbs()
    assert len(told) > 12


def test_every_scope_is_explained_and_no_other() -> None:
    told = [scope for one in cells("Scopes") for scope in re.findall(r"`([^`]+)`", one)]
    assert sorted(told) == sorted(SCOPES)


def test_every_shortcut_is_documented_by_the_name_that_the_manifest_gives_it() -> None:
    told = {one.strip("*") for one in cells("What members can do")}
    assert {name for name, *_ in SHORTCUTS} <= told


def test_how_long_a_workspaces_data_is_kept_is_told() -> None:
    assert GRACE.days == 30
    assert "Thirty days after a workspace removed the bot" in PAGE
