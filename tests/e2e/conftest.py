"""Fixtures of the tests that run the program as a process."""

from pathlib import Path

import pytest

from tests.e2e.process import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder with a channel that posts at once, and a library of two seeds."""
    home = Home(tmp_path / "home")
    home.write(
        "seeds/moss.yaml", "text: Moss drinks the fog through every leaf.\ntitle: Moss\ntopics: [moss, plants]\n"
    )
    home.write("seeds/fern.yaml", "text: A fern unrolls its fronds from the middle.\ntopics: [fern, plants]\n")
    return home
