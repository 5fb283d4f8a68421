"""What every store promises of the short texts that adapters keep."""

import pytest

from bot.ports import Memory
from bot.storage.memory import SqliteMemory
from tests.fakes.memory_places import MemoryNotes


@pytest.fixture(params=["memory", "sqlite"])
def memory(request: pytest.FixtureRequest) -> Memory:
    return MemoryNotes() if request.param == "memory" else SqliteMemory(request.getfixturevalue("database"))


async def test_a_text_is_recalled_until_it_is_dropped(memory: Memory) -> None:
    assert await memory.recall("discord/commands") is None
    await memory.keep("discord/commands", "abc")
    assert await memory.recall("discord/commands") == "abc"
    await memory.keep("discord/commands", "\N{SEEDLING}")
    assert await memory.recall("discord/commands") == "\N{SEEDLING}"
    await memory.drop("discord/commands")
    await memory.drop("discord/commands")
    assert await memory.recall("discord/commands") is None


async def test_all_with_a_prefix_are_recalled_by_name(memory: Memory) -> None:
    for name in ("discord/left/2", "discord/left/1", "discord/left", "discord/leftover", "slack/left/1", "%", "_"):
        await memory.keep(name, f"text of {name}")
    found = await memory.recall_all("discord/left/")
    assert list(found.items()) == [
        ("discord/left/1", "text of discord/left/1"),
        ("discord/left/2", "text of discord/left/2"),
    ]
    assert len(await memory.recall_all("discord/left")) == 4
    assert list(await memory.recall_all("%")) == ["%"]
    assert len(await memory.recall_all("")) == 7
    assert await memory.recall_all("discord/Left") == {}
