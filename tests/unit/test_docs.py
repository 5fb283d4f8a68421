"""The documentation names what there is: commands, options, exit codes, links and the version."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

import bot
from bot import errors
from bot.cli import commands

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "seeds/**/*.md", "config/**/*.md", "benchmarks/**/*.md")
    for path in REPOSITORY.glob(pattern)
)


def options_of(command: Any) -> Iterator[str]:
    for parameter in command.params:
        yield from (name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--"))


def test_every_command_has_its_heading_with_every_option() -> None:
    """Nobody should have to read the code to find out what can be said."""
    text = (REPOSITORY / "docs" / "commands.md").read_text()
    preface = text.partition("\n## ")[0]
    sections = {
        match[1]: match[0] for match in re.finditer(r"^### `([a-z]+).*?(?=^##)", text, re.MULTILINE | re.DOTALL)
    }
    root: Any = typer.main.get_command(commands())
    assert set(sections) == set(root.commands)
    for name, command in root.commands.items():
        missing = [option for option in options_of(command) if option not in sections[name] + preface]
        assert missing == [], name
        said = set(re.findall(r"--[a-z][a-z-]+", sections[name].splitlines()[0]))
        assert said <= set(options_of(command)), f"{name} is documented with options it does not have"
    assert [option for option in options_of(root) if option not in preface] == []


def test_every_exit_code_is_explained() -> None:
    text = (REPOSITORY / "docs" / "commands.md").read_text()
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    raised = {one.exit_code for one in family_of(errors.SeedbedError)}
    assert raised | {0, errors.SeedbedError.exit_code, 130} == explained


def family_of(base: type[errors.SeedbedError]) -> Iterator[type[errors.SeedbedError]]:
    for child in base.__subclasses__():
        yield child
        yield from family_of(child)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors_of(file)):
            broken.append(target)
    assert broken == []


def anchors_of(page: Path) -> set[str]:
    """The headings of a page, as a link names them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_pages_a_reader_is_sent_to_are_looked_at() -> None:
    """Otherwise the test above could pass for want of pages."""
    names = {str(page.relative_to(REPOSITORY)) for page in PAGES}
    assert {"README.md", "docs/architecture.md", "docs/operations.md", "docs/commands.md"} <= names


def test_the_architecture_names_every_file_of_the_core_and_of_the_chat_adapters() -> None:
    """The page says that it holds the whole program; a file that it forgets is one nobody finds."""
    text = (REPOSITORY / "docs" / "architecture.md").read_text()
    files = [
        path.stem
        for folder in (
            "bot",
            *(f"bot/platforms/{name}{below}" for name in ("discord", "slack") for below in ("", "/commands")),
        )
        for path in (REPOSITORY / folder).glob("*.py")
        if path.stem != "__init__"
    ]
    assert [name for name in files if not re.search(rf"\b{name}\b", text)] == []


def test_the_architecture_draws_the_layers_as_they_are_checked() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text()
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (one["layers"] for one in contracts if one["type"] == "layers")
    assert "```text\n" + "\n".join(layers) + "\n```" in text


def test_the_changelog_has_a_place_for_the_next_change() -> None:
    assert "\n## [Unreleased]\n" in (REPOSITORY / "CHANGELOG.md").read_text()


def test_there_is_one_version_and_the_changelog_knows_it_once_released() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "bot/__init__.py"
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (REPOSITORY / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert not released or bot.__version__ == released[0]
