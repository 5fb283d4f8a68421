"""Fixtures of the tests that kill the bot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.place import BoardPlace, ChatBoard, chat_board


@pytest.fixture
def board() -> Iterator[ChatBoard]:
    with chat_board() as board:
        yield board


@pytest.fixture
def place(tmp_path: Path, board: ChatBoard) -> BoardPlace:
    """A bot on a chat board, with nothing posted yet."""
    return BoardPlace(tmp_path / "place", board)
