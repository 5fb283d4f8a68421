"""All the commands together: built once, registered with Discord when they changed, their failures answered."""

import asyncio
import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands

from bot.log import fields
from bot.platforms.discord.commands import answers, forget, menus, operator, plant, presses, seed
from bot.platforms.discord.parts import Parts
from bot.platforms.discord.words import Translator, Words
from bot.ports import Memory

log = logging.getLogger(__name__)

REGISTERED = "discord/commands"  # in Memory: the application and a digest of what it was told


class _Suggestions(logging.Filter):
    """What discord.py logs of a suggestion that failed names the member, and is no error where they typed on."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if "autocomplete" not in str(record.msg):
            return True
        record.msg, record.args = "nothing was suggested", ()
        return not isinstance(error, answers.FAILURES)


_SUGGESTIONS = _Suggestions()


class Tree(app_commands.CommandTree[discord.Client]):
    """Commands for servers that installed the bot, used there and nowhere else."""

    def __init__(self, client: discord.Client, words: Words) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        logging.getLogger("discord.app_commands.tree").addFilter(_SUGGESTIONS)
        self.words = words
        self._translator = Translator(words)

    async def payload(self) -> list[dict[str, Any]]:
        """What Discord is told, in every language."""
        return [await command.get_translated_payload(self, self._translator) for command in self.get_commands()]

    async def on_error(self, interaction: answers.Interaction, error: app_commands.AppCommandError, /) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            log.debug("nothing to suggest", exc_info=error)
            return
        await answers.fail(self.words, interaction, error)


def build(client: discord.Client, parts: Parts) -> Tree:
    """Every command, and every button that a message of ours may carry."""
    tree = Tree(client, parts.words)
    seed.add_to(tree, parts)
    plant.add_to(tree, parts)
    menus.add_to(tree, parts)
    forget.add_to(tree, parts)
    operator.add_to(tree, parts)
    presses.add_to(client, parts)
    return tree


async def sync(tree: Tree, memory: Memory) -> bool:
    """Register the commands, if Discord was not told the same before; whether it was told now.

    Where that cannot be now, the bot works with the commands that were registered last, and the log says so.
    """
    payload = await tree.payload()
    application = tree.client.application_id
    known = f"{application} {hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()}"
    if await memory.recall(REGISTERED) == known:
        return False
    assert application is not None, "commands are registered after the login"
    try:
        async with asyncio.timeout(answers.TIMEOUT):
            await tree.client.http.bulk_upsert_global_commands(application, payload=payload)
    except answers.FAILURES as error:
        log.warning("the commands could not be registered", extra=fields(reason=str(error) or repr(error)))
        return False
    await memory.keep(REGISTERED, known)
    log.info("commands registered", extra=fields(commands=len(payload)))
    return True
