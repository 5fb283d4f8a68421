"""How the bot answers people: to them alone, in time, and in words also where something breaks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import aiohttp
import discord
from discord import app_commands

from bot.errors import DeliveryError, UsageError
from bot.log import fields
from bot.model import Channel, MessageId, PlatformName
from bot.platforms.discord.parts import Parts
from bot.platforms.discord.words import Words

log = logging.getLogger(__name__)

Interaction: TypeAlias = discord.Interaction[discord.Client]
Answer: TypeAlias = str | Mapping[str, Any]  # a text, or keyword arguments as `Messageable.send` takes them

TIMEOUT = 30.0  # seconds for a request
LONGEST = 2000  # characters of a message
FORM_LIFE = 14 * 60.0  # seconds; Discord takes answers for fifteen minutes
FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError)  # of a request
OUT_OF_REACH = (discord.DiscordServerError, aiohttp.ClientError, OSError)  # those that are no mistake of ours
# Unknown message (the answer was dismissed), unknown webhook or interaction, an expired token, and an interaction that
# another process acknowledged: nobody waits for this answer any more.
LOST = frozenset({10008, 10015, 10062, 40060, 50027})


async def defer(interaction: Interaction) -> None:
    """Say at once that an answer is coming, for the asker alone. Discord waits three seconds for this, not longer."""
    async with asyncio.timeout(TIMEOUT):
        await interaction.response.defer(ephemeral=True, thinking=True)


async def defer_edit(interaction: Interaction) -> None:
    """Say at once, without showing anything, that the message with the button may change."""
    async with asyncio.timeout(TIMEOUT):
        await interaction.response.defer()


async def edit(interaction: Interaction, arguments: Mapping[str, Any]) -> None:
    """Change the message with the button, after `defer_edit`."""
    async with asyncio.timeout(TIMEOUT):
        await interaction.edit_original_response(**arguments)


async def say(interaction: Interaction, answer: Answer) -> None:
    """Answer whoever asked, and nobody else; in place of an earlier answer, where there is one."""
    arguments = _arguments(answer)
    async with asyncio.timeout(TIMEOUT):
        if not interaction.response.is_done():
            await interaction.response.send_message(**arguments, ephemeral=True)
        elif interaction.response.type is discord.InteractionResponseType.deferred_message_update:
            await add(interaction, answer)  # an edit would be one of the message with the button
        elif isinstance(answer, str):
            await interaction.edit_original_response(**arguments, embeds=[], view=None)
        else:
            await interaction.edit_original_response(**arguments)


async def tell(words: Words, interaction: Interaction, key: str, **values: object) -> None:
    """Answer with a text of the catalogue, in the language of whoever asked."""
    await say(interaction, words.say(key, str(interaction.locale), **values))


async def add(interaction: Interaction, answer: Answer) -> None:
    """One more message below the answer, for the same eyes only."""
    async with asyncio.timeout(TIMEOUT):
        await interaction.followup.send(**_arguments(answer), ephemeral=True)


async def fail(words: Words, interaction: Interaction, error: Exception) -> None:
    """Tell whoever asked what is wrong; never raises."""
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    if isinstance(cause, discord.HTTPException) and cause.code in LOST:
        log.debug("nobody waits for this answer any more", extra=fields(code=cause.code))
        return
    key = _key_of(cause)
    if isinstance(cause, OUT_OF_REACH):
        log.warning("an answer did not get through", extra=fields(asked=_name_of(interaction), reason=repr(cause)))
    elif key == "member.apology":
        log.error("a command failed", exc_info=cause, extra=fields(asked=_name_of(interaction)))
    text = sentence(str(cause)) if key is None else words.say(key, str(interaction.locale))
    try:
        await say(interaction, text)
    except FAILURES as trouble:
        log.debug("could not answer", extra=fields(asked=_name_of(interaction), trouble=repr(trouble)))


@asynccontextmanager
async def caught(words: Words, interaction: Interaction) -> AsyncIterator[None]:
    """For a button's callback: what it raises is answered. discord.py would log it, and Discord say "failed"."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody pressed a button and waits
        await fail(words, interaction, error)


class Form(discord.ui.Modal):
    """A modal whose failures are answered; its title holds 45 characters."""

    def __init__(self, words: Words, title: str) -> None:
        super().__init__(title=title, timeout=FORM_LIFE)
        self.words = words

    async def on_error(self, interaction: Interaction, error: Exception, /) -> None:  # type: ignore[override]  # ours are plain clients
        await fail(self.words, interaction, error)


def channel_of(parts: Parts, interaction: Interaction) -> Channel | None:
    """The channel with a daily seed in which somebody asks: itself, or what the thread or forum post belongs to."""
    here = interaction.channel
    parent = here.parent_id if isinstance(here, discord.Thread) else None
    places = {str(interaction.channel_id), str(parent)}
    return next((one for one in discord_channels(parts) if one.address in places), None)


def discord_channels(parts: Parts) -> list[Channel]:
    return [channel for channel in parts.overview.channels() if channel.platform is PlatformName.DISCORD]


def link(guild: discord.Guild | None, address: str, message_id: MessageId) -> str:
    """Where a post is. A forum's post is a thread of its own, of the same id as its first message."""
    known = guild.get_channel(int(address)) if guild and address.isdecimal() else None
    place = message_id if isinstance(known, discord.ForumChannel) else address
    return f"https://discord.com/channels/{guild.id if guild else '@me'}/{place}/{message_id}"


def _arguments(answer: Answer) -> dict[str, Any]:
    if not isinstance(answer, str):
        return dict(answer)
    return {"content": answer if len(answer) <= LONGEST else answer[: LONGEST - 1] + "…"}


def _key_of(cause: Exception) -> str | None:
    """The text that answers a failure; None where it brings its own sentence."""
    if isinstance(cause, UsageError | DeliveryError):
        return None  # other sentences of ours name what is on the bot's own machine
    if isinstance(cause, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return "member.changed"
    if isinstance(cause, app_commands.CheckFailure):
        return "member.not_allowed"
    return "member.apology"


def sentence(text: str) -> str:
    """With a capital letter and a full stop, as an answer is written."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _name_of(interaction: Interaction) -> str:
    """What was used; the custom ids of buttons and forms say nothing of people."""
    command = interaction.command
    return command.qualified_name if command else str(interaction.custom_id)
