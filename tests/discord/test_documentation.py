"""docs/discord.md names everything that people can say to the bot, and nothing that they cannot."""

import re
from pathlib import Path
from typing import Any

from bot.platforms.discord import rights
from bot.platforms.discord.guilds import GRACE
from bot.platforms.discord.words import Words
from tests.discord.place import Place
from tests.simulators.discord.client import Discord, until

PAGE = (Path(__file__).parents[2] / "docs" / "discord.md").read_text(encoding="utf-8")
SLASH, MENU = 1, 3  # kinds of commands


def rows(section: str) -> dict[str, str]:
    """The tables of a section: the whole row by what its first cell names."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    assert text, section
    return {match[1]: match[0] for match in re.finditer(r"^\| [`*]?/?([^|`*]+?)[`*]? \|.*$", text, re.MULTILINE)}


async def registered(discord: Discord) -> list[dict[str, Any]]:
    """The commands as the bot registered them."""
    found: list[dict[str, Any]] = []

    async def come() -> bool:
        found[:] = (await discord.state())["commands"]
        return bool(found)

    await until(come)
    return found


async def test_every_command_is_documented_with_every_option(reading: Place, discord: Discord) -> None:
    commands = {one["name"]: one for one in await registered(discord)}
    members = rows("What members can do")
    for name, command in commands.items():
        if name == "seedbed":
            continue
        assert name in members
        if command["type"] == SLASH:
            assert [one["name"] for one in command.get("options", []) if f"`{one['name']}`" not in members[name]] == []
    said = {name for name in members if name in commands or members[name].startswith("| `/")}
    assert said == commands.keys() - {"seedbed"}


async def test_every_verb_of_organisers_is_documented_with_every_option(reading: Place, discord: Discord) -> None:
    (seedbed,) = (one for one in await registered(discord) if one["name"] == "seedbed")
    verbs = {one["name"]: [option["name"] for option in one.get("options", [])] for one in seedbed["options"]}
    told, settings = rows("What organisers can do"), rows("Set up a channel")
    assert told.keys() - {"seedbed …", "---"} == verbs.keys()
    assert settings.keys() - {"Option", "---"} == set(verbs.pop("setup"))
    for verb, options in verbs.items():
        # `channel` is told once for all.
        assert [one for one in options if one != "channel" and f"`{one}`" not in told[verb]] == [], verb


def test_every_permission_is_explained_and_the_number_of_the_link_is_right() -> None:
    words = Words.load()
    flags = {"view_channel" if flag == "read_messages" else flag for flag, asked in rights.INVITE if asked}
    wanted = {rights.label(flag, words) for flag in flags}
    assert rows("Permissions").keys() - {"Permission", "---"} == wanted
    assert f"**{rights.INVITE.value}**" in PAGE


def test_how_long_a_servers_data_is_kept_is_told() -> None:
    assert GRACE.days == 30
    assert "Thirty days after the bot was removed" in PAGE
