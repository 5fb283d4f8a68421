"""What people find in their menus: the commands, buttons and forms of discord.py, and what is not offered to them."""

from typing import Any, Literal

import discord as library
import pytest
from discord import app_commands

from tests.discord_simulator.conftest import Api, Robot
from tests.simulators.discord.client import Discord
from tests.simulators.discord.seen import State

Asked = library.Interaction[Robot]
SEED = {"name": "seed", "description": "d"}


class TestDiscordPy:
    """The library's own commands, buttons and forms."""

    @pytest.fixture
    async def bot(self, robot: Robot, discord: Discord) -> Robot:
        group = app_commands.Group(
            name="seedbed",
            description="Settings",
            default_permissions=library.Permissions(manage_guild=True),
            guild_only=True,
        )

        @group.command(name="setup", description="Set up")
        async def setup(
            asked: Asked,
            time: str,
            where: library.TextChannel | None = None,
            who: library.Member | None = None,
            role: library.Role | None = None,
        ) -> None:
            await asked.response.defer(ephemeral=True)
            await asked.followup.send(f"{time} {where} {who} {role}", ephemeral=True)

        @setup.autocomplete("time")
        async def complete(_: Asked, current: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=f"{current}:00", value=current)]

        @robot.tree.command(name="seed", description="A seed")
        async def seed(
            asked: Asked,
            topic: app_commands.Range[str, 2, 5] | None = None,
            kind: Literal["short", "long"] = "short",
            count: app_commands.Range[int, 1, 3] = 1,
        ) -> None:
            await asked.response.send_message(f"{topic} {kind} {count}", view=Again())

        @robot.tree.command(name="plant", description="Plant one")
        async def plant(asked: Asked) -> None:
            await asked.response.send_modal(Form())

        @robot.tree.command(name="admin", description="For the owner")
        @app_commands.default_permissions()
        async def admin(asked: Asked) -> None:
            await asked.response.send_message("yes")

        @robot.tree.context_menu(name="Why this seed?")
        async def why(asked: Asked, message: library.Message) -> None:
            await asked.response.send_message(f"because {message.content}", ephemeral=True)

        robot.tree.add_command(group)
        await robot.tree.sync()
        return robot

    async def test_a_subcommand_with_its_options(self, bot: Robot, discord: Discord) -> None:
        options = {"time": "09:00", "where": "general", "who": "ben", "role": "Readers"}
        answer = await discord.answer(await discord.slash("seedbed setup", options, user="organiser"))
        assert (answer.text, answer.deferred, answer.ephemeral) == ("09:00 general ben Readers", True, True)

    async def test_completion_while_typing(self, bot: Robot, discord: Discord) -> None:
        asked = await discord.autocomplete("seedbed setup", {"time": "0"}, focused="time", user="organiser")
        assert (await discord.answer(asked)).choices == [{"name": "0:00", "value": "0"}]

    async def test_a_menu_of_a_message_tells_what_it_says(self, bot: Robot, discord: Discord) -> None:
        """With its content, which the bot does not see otherwise."""
        number = await discord.post("reading", "moss is soft", user="ben")
        answer = await discord.answer(await discord.message_menu("Why this seed?", "reading", number))
        assert answer.text == "because moss is soft"

    async def test_a_form_there_and_back(self, bot: Robot, discord: Discord) -> None:
        asked = await discord.slash("plant")
        await discord.answer(asked)
        answer = await discord.answer(await discord.submit(asked, {"Text": "moss"}))
        assert answer.text == "moss by nobody"

    async def test_a_button_there_and_back(self, bot: Robot, discord: Discord) -> None:
        first = await discord.answer(await discord.slash("seed", {"topic": "moss", "kind": "long", "count": 2}))
        assert (first.text, first.buttons) == ("moss long 2", {"Again": "again"})
        second = await discord.answer(await discord.press("reading", first.message_id, "Again"))
        assert (second.text, second.message_id) == ("again", first.message_id)

    @pytest.mark.parametrize(
        ("command", "options", "user", "words"),
        [
            ("sow", {}, "ada", "the command 'sow' is not registered"),
            ("seedbed", {}, "organiser", "is a group of commands"),
            ("seedbed remove", {}, "organiser", "'seedbed remove' is not in the menu"),
            ("seedbed setup", {"time": "1"}, "ada", "does not offer 'seedbed' to ada, who lacks manage_guild"),
            ("seedbed setup", {}, "organiser", "the option 'time' is required"),
            ("seedbed setup", {"time": 9}, "organiser", "the option 'time' does not take 9"),
            ("seedbed setup", {"time": "1", "where": "library"}, "organiser", "does not offer the channel 'library'"),
            ("seed", {"topics": "x"}, "ada", "the command has no option 'topics'"),
            ("seed", {"topic": "x"}, "ada", "takes a length from 2 to 5, not 1"),
            ("seed", {"kind": "wide"}, "ada", "'wide' is no choice of 'kind'"),
            ("seed", {"count": 4}, "ada", "takes a value from 1 to 3, not 4"),
            ("admin", {}, "organiser", "who lacks administrator"),
        ],
    )
    async def test_what_the_client_would_not_send(
        self, command: str, options: dict[str, Any], user: str, words: str, bot: Robot, discord: Discord
    ) -> None:
        with pytest.raises(AssertionError, match=words):
            await discord.slash(command, options, user=user)

    async def test_the_owner_may_do_everything(self, bot: Robot, discord: Discord) -> None:
        for command, options in (("admin", {}), ("seedbed setup", {"time": "1"})):
            assert not (await discord.answer(await discord.slash(command, options, user="owner"))).failed

    async def test_a_channel_may_forbid_commands(self, bot: Robot, discord: Discord) -> None:
        await discord.forbid("use_application_commands", channel="reading", user="ada")
        with pytest.raises(AssertionError, match="ada may not use commands in 'reading'"):
            await discord.slash("seed")
        assert not (await discord.answer(await discord.slash("seed", channel="general"))).failed

    async def test_a_direct_channel_offers_only_what_is_for_it(self, bot: Robot, discord: Discord) -> None:
        with pytest.raises(AssertionError, match="'seedbed' is not offered here"):
            await discord.slash("seedbed setup", {"time": "1"}, channel="@organiser", user="organiser")
        answer = await discord.answer(await discord.slash("seed", channel="@ada"))
        assert answer.text == "None short 1"

    async def test_without_a_bot_nobody_answers(self, discord: Discord, api: Api, state: State) -> None:
        await api("PUT", f"/applications/{state.user_id('seedbed')}/commands", [SEED])
        await discord.tune(interaction_deadline=0.05)
        assert (await discord.answer(await discord.slash("seed"))).failed


class Again(library.ui.View):
    """One button, which changes the message."""

    @library.ui.button(label="Again", custom_id="again")
    async def again(self, asked: Asked, _: library.ui.Button[Any]) -> None:
        await asked.response.edit_message(content="again")


class Form(library.ui.Modal, title="Plant"):
    """Two fields, the second prefilled."""

    text: library.ui.TextInput[Any] = library.ui.TextInput(label="Text")
    author: library.ui.TextInput[Any] = library.ui.TextInput(label="Author", default="nobody", required=False)

    async def on_submit(self, interaction: library.Interaction[Any], /) -> None:
        await interaction.response.send_message(f"{self.text.value} by {self.author.value}", ephemeral=True)


async def test_a_command_is_found_by_its_name_in_a_language(api: Api, discord: Discord, state: State) -> None:
    named = {"name": "seed", "description": "d", "name_localizations": {"de": "saat"}}
    await api("PUT", f"/applications/{state.user_id('seedbed')}/commands", [named])
    await discord.slash("saat", locale="de")
    with pytest.raises(AssertionError, match="not registered"):
        await discord.slash("saat", locale="fr")
