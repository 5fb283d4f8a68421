"""Telling the organisers of a channel something, where they will see it."""

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import discord
from discord.http import handle_message_parameters

from bot.errors import SeedbedError
from bot.log import fields
from bot.model import Channel
from bot.platforms.discord import places
from bot.platforms.discord.faults import said
from bot.platforms.discord.session import Session
from bot.ports import Desk, Nursery

log = logging.getLogger(__name__)

ROOM = 2000  # characters of a message
LONGEST = 30.0  # seconds


async def tell(session: Session, desk: Desk, nursery: Nursery, channel: Channel, text: str) -> bool:
    """In the organisers' channel, else to whoever set the channel up, else to the server's owner. Never raises."""
    try:
        async with asyncio.timeout(LONGEST):
            client = session.client
            space, by = await _whose(client, desk, channel)
            async for place in _places(client, nursery, space, by):
                if await _said(client, place, text):
                    return True
    except (SeedbedError, discord.DiscordException, aiohttp.ClientError, OSError, ValueError) as error:
        log.warning(
            "the organisers could not be told", extra=fields(channel=channel.name, reason=said(error), text=text)
        )
        return False
    log.warning("nobody to tell", extra=fields(channel=channel.name, text=text))
    return False


async def _whose(client: discord.Client, desk: Desk, channel: Channel) -> tuple[str | None, str | None]:
    """The server of a channel, and who set the channel up; None where nobody can say any more."""
    setup = await desk.setup(channel.name)
    if setup is not None:
        return setup.space, setup.by
    try:
        return str((await places.find(client, channel.address)).guild), None
    except (SeedbedError, discord.HTTPException):
        return None, None


async def _places(client: discord.Client, nursery: Nursery, space: str | None, by: str | None) -> AsyncIterator[int]:
    """Channels to try, the best one first; a direct one is opened when its turn comes."""
    if space is not None and (address := await nursery.organisers(space)) is not None:
        yield int(address)
    if by is not None and (direct := await _direct(client, by)) is not None:
        yield direct
    if space is not None:
        guild = client.get_guild(int(space))
        owner = guild.owner_id if guild else (await client.http.get_guild(int(space)))["owner_id"]
        if str(owner) != by and owner is not None and (direct := await _direct(client, str(owner))) is not None:
            yield direct


async def _direct(client: discord.Client, user: str) -> int | None:
    try:
        return int((await client.http.start_private_message(int(user)))["id"])
    except discord.HTTPException:
        return None  # somebody who is not there any more


async def _said(client: discord.Client, place: int, text: str) -> bool:
    content = text if len(text) <= ROOM else text[: ROOM - 1] + "…"
    try:
        with handle_message_parameters(content, allowed_mentions=discord.AllowedMentions.none()) as params:
            await client.http.send_message(place, params=params)
    except (discord.Forbidden, discord.NotFound):
        return False  # no direct messages from bots, a channel that was deleted: there are others to tell
    return True
