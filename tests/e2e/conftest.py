"""Fixtures of the tests that run the program as a process."""

from pathlib import Path

import pytest

from tests.e2e.process import Home

TEXTS = {
    "moss": "Moss drinks the fog through every leaf.",
    "fern": "A fern unrolls its fronds from the middle.",
    "reed": "The reed bends where the oak would break.",
}


def planted(root: Path) -> Home:
    """A folder with a channel that posts at once, and a library of three seeds."""
    home = Home(root)
    for name, text in TEXTS.items():
        home.write(f"seeds/{name}.yaml", f"text: {text}\ntitle: The {name}\ntopics: [{name}, plants]\n")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return planted(tmp_path / "home")
