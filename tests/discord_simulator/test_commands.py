"""Application commands: registering them, and every limit."""

from typing import Any

import discord as library
import pytest
from discord import app_commands

from tests.discord_simulator.conftest import Api, Robot
from tests.simulators.discord.client import Discord
from tests.simulators.discord.seen import State


def command(**more: Any) -> dict[str, Any]:
    return {"name": "seed", "description": "A seed", **more}


def option(**more: Any) -> dict[str, Any]:
    return {"type": 3, "name": "topic", "description": "A topic", **more}


def choice(**more: Any) -> dict[str, Any]:
    return {"name": "n", "value": "v", **more}


def sub(*options: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "name": "show", "description": "Show", "options": list(options)}


def large(last: int) -> dict[str, Any]:
    """A command of 7951 characters and the `last` ones."""
    full = {"name": "n" * 100, "value": "v" * 100}
    options = [option(name=f"{number:0>4}", description="d" * 100, choices=[full]) for number in range(25)]
    options[-1]["choices"] = [full, {"name": "m" * 100, "value": "w" * 100}, choice(name="n" * 47, value="v" * last)]
    return command(description="d" * 100, options=options)


FITS: dict[str, list[dict[str, Any]]] = {
    "names": [command(name="n" * 32, description="d" * 100)],
    "other letters": [command(name="größe-2_ß")],
    "25 options": [command(options=[option(name=f"o{n}") for n in range(25)])],
    "25 choices": [command(options=[option(choices=[choice(name="n" * 100, value=f"{n}") for n in range(25)])])],
    "subcommands": [command(options=[sub(option()), {**sub(), "name": "hide"}])],
    "groups": [command(options=[{"type": 2, "name": "g", "description": "g", "options": [sub(option())]}])],
    "menus": [{"type": 3, "name": "Why this seed?"}, {"type": 2, "name": "Why this seed?"}],
    "localised": [command(name_localizations={"de": "saat"}, description_localizations={"de": "Eine Saat"})],
    "100 commands": [command(name=f"c{n}") for n in range(100)],
    "8000": [large(49)],
}
BREAKS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "long name": ([command(name="n" * 33)], "0.name:BASE_TYPE_MAX_LENGTH"),
    "capitals": ([command(name="Seed")], "0.name:APPLICATION_COMMAND_INVALID_NAME"),
    "spaces": ([command(name="a seed")], "0.name:APPLICATION_COMMAND_INVALID_NAME"),
    "no description": ([command(description="")], "0.description:BASE_TYPE_MIN_LENGTH"),
    "long description": ([command(description="d" * 101)], "0.description:BASE_TYPE_MAX_LENGTH"),
    "twice": ([command(), command()], "0:APPLICATION_COMMANDS_DUPLICATE_NAME"),
    "26 options": ([command(options=[option(name=f"o{n}") for n in range(26)])], "0.options:BASE_TYPE_MAX_LENGTH"),
    "option twice": ([command(options=[option(), option()])], "0.options:APPLICATION_COMMAND_OPTIONS_NAME_INVALID"),
    "required last": (
        [command(options=[option(), option(name="o", required=True)])],
        "0.options:APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    "26 choices": (
        [command(options=[option(choices=[choice(value=f"{n}") for n in range(26)])])],
        "0.options.0.choices:BASE_TYPE_MAX_LENGTH",
    ),
    "long choice": (
        [command(options=[option(choices=[choice(name="n" * 101)])])],
        "0.options.0.choices.0.name:BASE_TYPE_MAX_LENGTH",
    ),
    "long value": (
        [command(options=[option(choices=[choice(value="v" * 101)])])],
        "0.options.0.choices.0.value:BASE_TYPE_MAX_LENGTH",
    ),
    "choices and autocomplete": (
        [command(options=[option(choices=[choice()], autocomplete=True)])],
        "0.options.0.choices:APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
    ),
    "autocomplete of a channel": (
        [command(options=[option(type=7, autocomplete=True)])],
        "0.options.0.autocomplete:APPLICATION_COMMAND_AUTOCOMPLETE_INVALID",
    ),
    "option type": ([command(options=[option(type=12)])], "0.options.0.type:BASE_TYPE_CHOICES"),
    "mixed": ([command(options=[sub(), option()])], "0.options:APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
    "too deep": (
        [command(options=[sub(sub(sub()))])],
        "0.options.0.options.0.options.0:APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    "language": ([command(name_localizations={"xx": "saat"})], "0.name_localizations.xx:ENUM_TYPE_COERCE"),
    "localised name": (
        [command(name_localizations={"de": "Saat Gut"})],
        "0.name_localizations.de:APPLICATION_COMMAND_INVALID_NAME",
    ),
    "localised description": (
        [command(description_localizations={"de": "d" * 101})],
        "0.description_localizations.de:BASE_TYPE_MAX_LENGTH",
    ),
    "menu description": (
        [{"type": 3, "name": "Why", "description": "d"}],
        "0:APPLICATION_COMMAND_INVALID_CONTEXT_MENU",
    ),
    "permissions": ([command(default_member_permissions="all")], "0.default_member_permissions:NUMBER_TYPE_COERCE"),
    "8001": (
        [large(50)],
        "0:APPLICATION_COMMAND_TOO_LARGE",
    ),
}


def _path(state: State, scope: str = "") -> str:
    return f"/applications/{state.user_id('seedbed')}{scope}/commands"


@pytest.mark.parametrize("commands", FITS.values(), ids=FITS)
async def test_what_just_fits_is_registered(commands: list[dict[str, Any]], api: Api, state: State) -> None:
    reply = await api("PUT", _path(state), commands)
    assert reply.status == 200, reply.body
    assert [one["name"] for one in reply.body] == [one["name"] for one in commands]


@pytest.mark.parametrize(("commands", "path"), BREAKS.values(), ids=BREAKS)
async def test_a_limit_that_is_broken_is_named_by_its_path(
    commands: list[dict[str, Any]], path: str, api: Api, state: State
) -> None:
    refused = await api("PUT", _path(state), commands)
    assert (refused.status, refused.code) == (400, 50035)
    assert path in refused.paths
    assert (await api("GET", _path(state))).body == []


async def test_too_many_commands(api: Api, state: State) -> None:
    refused = await api("PUT", _path(state), [command(name=f"c{n}") for n in range(101)])
    assert (refused.status, refused.code) == (400, 30032)
    refused = await api("PUT", _path(state), [{"type": 3, "name": f"c{n}"} for n in range(16)])
    assert refused.code == 30032


async def test_two_hundred_creates_a_day(api: Api, state: State) -> None:
    for half in "ab":
        assert (await api("PUT", _path(state), [command(name=f"{half}{n}") for n in range(100)])).status == 200
    refused = await api("PUT", _path(state), [command(name="c")])
    assert (refused.status, refused.code) == (400, 30034)


async def test_an_overwrite_keeps_the_ids_of_known_names(api: Api, discord: Discord, state: State) -> None:
    first = (await api("PUT", _path(state), [command(), command(name="plant")])).body
    second = (await api("PUT", _path(state), [command(description="Another"), command(name="skip")])).body
    assert second[0]["id"] == first[0]["id"]
    assert second[0]["version"] != first[0]["version"]
    assert [one["name"] for one in (await api("GET", _path(state))).body] == ["seed", "skip"]
    assert (await discord.counts())["command_overwrites"] == 2


async def test_a_guilds_commands_are_its_own(api: Api, discord: Discord, state: State) -> None:
    scope = f"/guilds/{state.guild_id}"
    made = (await api("PUT", _path(state, scope), [command()])).body
    assert made[0]["guild_id"] == state.guild_id
    assert (await api("GET", _path(state))).body == []
    assert len((await api("GET", _path(state, scope))).body) == 1
    assert (await api("PUT", _path(state, "/guilds/1"), [])).code == 10004


async def test_another_applications_commands_are_out_of_reach(api: Api) -> None:
    refused = await api("GET", "/applications/1/commands")
    assert (refused.status, refused.code) == (403, 20012)


async def test_localisations_come_when_asked_for(api: Api, state: State) -> None:
    await api("PUT", _path(state), [command(name_localizations={"de": "saat"}, options=[option()])])
    plain = (await api("GET", _path(state))).body[0]
    whole = (await api("GET", _path(state), with_localizations="true")).body[0]
    assert "name_localizations" not in plain
    assert whole["name_localizations"] == {"de": "saat"}


async def test_discord_py_syncs_and_reads_back(rest: Robot, discord: Discord) -> None:
    @rest.tree.command(name="seed", description="A seed")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def seed(_: library.Interaction[Robot], topic: app_commands.Range[str, 1, 50]) -> None: ...

    synced = await rest.tree.sync()
    fetched = await rest.tree.fetch_commands()
    assert [one.id for one in synced] == [one.id for one in fetched]
    assert fetched[0].to_dict() == synced[0].to_dict()
    assert fetched[0].default_member_permissions == library.Permissions(manage_guild=True)


async def test_discord_py_tells_which_command_was_refused(rest: Robot, discord: Discord) -> None:
    @rest.tree.command(name="seed", description="d" * 101)
    async def seed(_: library.Interaction[Robot]) -> None: ...

    with pytest.raises(app_commands.CommandSyncFailure, match="seed"):
        await rest.tree.sync()
