"""Importing a module of ours does nothing: nobody needs a token, a file or a database to read or test the code."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("watch_imports.py")


def watch(root: Path, package: str, empty: Path) -> dict[str, Any]:
    """Import the package in a process of its own, with no environment and an empty working directory."""
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, root, package], cwd=empty, env={}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_importing_any_module_reads_no_environment_and_touches_nothing(tmp_path: Path) -> None:
    answer = watch(REPOSITORY, "bot", tmp_path)
    assert answer["seen"] == []
    files = {path.relative_to(REPOSITORY).with_suffix("") for path in (REPOSITORY / "bot").rglob("*.py")}
    assert set(answer["imported"]) == {".".join(file.parts).removesuffix(".__init__") for file in files}
    assert list(tmp_path.iterdir()) == []


def test_the_watch_sees_a_module_that_does_something(tmp_path: Path) -> None:
    package = tmp_path / "busy"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "reader.py").write_text("import os\nos.getenv('TOKEN')\n")
    (package / "opener.py").write_text("from pathlib import Path\nPath(__file__).read_text()\n")
    (package / "dialler.py").write_text("import socket\nsocket.socket().close()\n")
    seen = "\n".join(watch(tmp_path, "busy", tmp_path)["seen"])
    assert "reader.py:2: environment TOKEN" in seen
    assert "opener.py:2: open" in seen
    assert "dialler.py:2: socket" in seen


def test_every_library_we_import_is_one_we_declare() -> None:
    """What only the tests happen to install must not be needed to run."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in project["dependencies"]}
    declared.add("pydantic_core")  # pydantic's own other half, which it pins exactly
    providers = packages_distributions()
    needed = {
        (library, str(path.relative_to(REPOSITORY)))
        for path in (REPOSITORY / "bot").rglob("*.py")
        for library in libraries_of(ast.parse(path.read_text()))
    }
    assert {library for library, _ in needed} >= {"yaml", "aiosqlite"}, "the scan finds what is surely there"
    assert [one for one in sorted(needed) if not declared & {name.lower() for name in providers.get(one[0], [])}] == []


def libraries_of(tree: ast.AST) -> set[str]:
    """The top-level names that a module imports, without the standard library and ourselves."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"bot"}
