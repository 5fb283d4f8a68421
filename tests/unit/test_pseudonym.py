"""People on a message are counted under names that lead to nobody."""

from bot.pseudonym import Pseudonyms
from tests.fakes.memory_places import MemoryNotes


async def test_a_person_has_one_name_on_a_message_and_another_one_on_every_other() -> None:
    names = await Pseudonyms.load(MemoryNotes(), "discord/key")
    assert names.of("1", "ada") == names.of("1", "ada")
    assert len({names.of("1", "ada"), names.of("1", "ben"), names.of("2", "ada")}) == 3


async def test_the_key_is_kept_and_another_bots_is_another_one() -> None:
    memory = MemoryNotes()
    first, again = [await Pseudonyms.load(memory, "discord/key") for _ in range(2)]
    other = await Pseudonyms.load(MemoryNotes(), "discord/key")
    assert first.of("1", "ada") == again.of("1", "ada") != other.of("1", "ada")


async def test_the_key_is_never_shown() -> None:
    memory = MemoryNotes()
    names = await Pseudonyms.load(memory, "discord/key")
    key = await memory.recall("discord/key")
    assert key is not None
    assert key not in repr(names)
