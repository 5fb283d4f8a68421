"""The commands as Discord gets them: within its limits in every language, told when they changed, answered when not."""

import re
from pathlib import Path
from typing import Any

import discord as library
import pytest

from bot.platforms.discord.commands import answers
from bot.platforms.discord.commands.tree import REGISTERED, Tree, sync
from tests.discord.place import Place, place
from tests.simulators.discord.client import Discord, until

NAME = re.compile(r"[-_'\w]{1,32}")
SUBCOMMANDS = {1, 2}


def tree_of(place: Place) -> Tree:
    tree = place.platform._session.client._connection._command_tree
    assert isinstance(tree, Tree)
    return tree


def parts_of(command: dict[str, Any]) -> list[dict[str, Any]]:
    """A command with everything below it: verbs, options, choices."""
    below = [*command.get("options", []), *command.get("choices", [])]
    return [command, *(part for one in below for part in parts_of(one))]


def spellings(part: dict[str, Any], field: str) -> list[str]:
    found = [part.get(field), *(part.get(f"{field}_localizations") or {}).values()]
    return [text for text in found if text is not None]


def size(command: dict[str, Any]) -> int:
    """Characters of everything, each text in its longest language."""
    texts = [max(spellings(part, field), key=len, default="") for part in parts_of(command) for field in FIELDS]
    return sum(map(len, texts)) + sum(len(str(part.get("value", ""))) for part in parts_of(command))


FIELDS = ("name", "description")


class TestLimits:
    async def test_every_name_and_description_fits_in_every_language(self, reading: Place) -> None:
        commands = await tree_of(reading).payload()
        slash = [command for command in commands if command["type"] == 1]
        assert {"seed", "plant", "forget-me", "seedbed"} <= {command["name"] for command in slash}
        for command in slash:
            assert size(command) <= 8000, command["name"]
            for part in parts_of(command):
                assert len(part.get("options", [])) <= 25
                assert len(part.get("choices", [])) <= 25
                if "value" in part:  # a choice, whose name is for people alone
                    assert all(1 <= len(name) <= 100 for name in spellings(part, "name"))
                    continue
                assert all(NAME.fullmatch(name) and name == name.lower() for name in spellings(part, "name")), part
                assert all(1 <= len(text) <= 100 for text in spellings(part, "description")), part

    async def test_menus_of_messages_have_short_names(self, reading: Place) -> None:
        menus = [command for command in await tree_of(reading).payload() if command["type"] == 3]
        assert [menu["name"] for menu in menus] == ["Why this seed?", "Save as seed"]
        assert all(1 <= len(name) <= 32 for menu in menus for name in spellings(menu, "name"))

    async def test_siblings_have_different_names_in_every_language(self, reading: Place) -> None:
        """Discord refuses all commands where two options of one have the same name in any language."""
        for command in await tree_of(reading).payload():
            for part in parts_of(command):
                below = part.get("options", [])
                for locale in ("en-US", "de"):
                    names = [(one.get("name_localizations") or {}).get(locale, one["name"]) for one in below]
                    assert len(names) == len(set(names)), (part["name"], locale)

    async def test_every_text_has_its_second_language(self, reading: Place) -> None:
        lacking = [
            part["name"]
            for command in await tree_of(reading).payload()
            for part in parts_of(command)
            if part.get("description") and "de" not in part["description_localizations"]
        ]
        assert lacking == []

    async def test_they_are_for_servers_that_installed_the_bot(self, reading: Place) -> None:
        for command in await tree_of(reading).payload():
            assert command["contexts"] == [0]
            assert command["integration_types"] == [0]

    async def test_organisers_commands_are_shown_to_organisers(self, reading: Place) -> None:
        needed = {
            command["name"]: command["default_member_permissions"] for command in await tree_of(reading).payload()
        }
        manage_server = library.Permissions(manage_guild=True).value
        assert needed == {
            "seed": None,
            "plant": None,
            "forget-me": None,
            "Why this seed?": None,
            "Save as seed": manage_server,
            "seedbed": manage_server,
        }


class TestRegistering:
    async def test_they_are_registered_once_and_not_again_after_a_restart(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        for _ in range(3):
            async with place(tmp_path, discord) as reading:
                await registered(reading)
        assert (await discord.counts())["command_overwrites"] == 1

    async def test_a_change_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with place(tmp_path, discord) as reading:
            await registered(reading)
            await reading.parts.store.memory.keep(REGISTERED, "what an earlier version told")
        async with place(tmp_path, discord):
            await until(lambda: overwritten(discord, 2))

    async def test_another_application_is_told_as_well(self, tmp_path: Path, discord: Discord) -> None:
        """As when a new bot is made for the same database."""
        async with place(tmp_path, discord) as reading:
            known = await registered(reading)
            await reading.parts.store.memory.keep(REGISTERED, f"1{known}")
        async with place(tmp_path, discord):
            await until(lambda: overwritten(discord, 2))

    async def test_what_cannot_be_registered_now_is_at_the_next_start(self, tmp_path: Path, discord: Discord) -> None:
        await discord.fault(("refused", 30034), kind="commands")
        async with place(tmp_path, discord) as reading:
            await reading.post_daily()  # the bot works
            assert await reading.parts.store.memory.recall(REGISTERED) is None
        async with place(tmp_path, discord) as reading:
            await registered(reading)
            assert not (await reading.ask("seed")).failed


class TestWhenSomethingBreaks:
    async def test_a_command_that_is_no_more_is_answered(self, reading: Place) -> None:
        """A client keeps a command in its menu for a while after it was changed."""
        tree_of(reading).remove_command("plant")
        assert "has changed" in (await reading.ask("plant")).text

    async def test_a_database_that_is_gone_is_apologised_for_without_naming_it(
        self, reading: Place, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Where it lies on the bot's machine is for the log."""
        await reading.parts.store.close()
        answer = await reading.ask("seed", {"topic": "water"})
        assert answer.text
        assert ".db" not in answer.text
        assert ".db" in caplog.text

    async def test_a_mistake_of_ours_is_apologised_for_and_logged_without_names(
        self, reading: Place, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A command that no release has: it divides by nothing."""
        tree = tree_of(reading)

        @tree.command(name="broken", description="Divides")
        async def broken(interaction: library.Interaction) -> None:
            await answers.defer(interaction)
            await answers.say(interaction, str(1 // 0))

        await sync(tree, reading.parts.store.memory)
        answer = await reading.ask("broken", None, locale="de")
        assert "nicht an dir" in answer.text
        assert "ZeroDivisionError" in caplog.text
        assert (await reading.discord.state()).user_id("ada") not in caplog.text

    async def test_an_interaction_that_another_process_answered_is_left_alone(
        self, reading: Place, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Two bots with one token: whoever comes second does nothing, and says nothing of it."""
        await reading.discord.fault(("refused", 40060), kind="answer")
        asked = await reading.discord.slash("seed", {"topic": "water"})
        await until(lambda: asked_for(reading, "answer"))
        assert await reading.posts() == []
        assert not (await reading.discord.answer(asked, seconds=4)).json["acknowledged"]
        assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def registered(place: Place) -> str:
    """What is remembered of it, once it was told."""
    memory = place.parts.store.memory

    async def known() -> bool:
        return await memory.recall(REGISTERED) is not None

    await until(known)
    return await memory.recall(REGISTERED) or ""


async def overwritten(discord: Discord, times: int) -> bool:
    return bool((await discord.counts())["command_overwrites"] == times)


async def asked_for(place: Place, kind: str) -> bool:
    return bool(await place.discord.requests(kind))
