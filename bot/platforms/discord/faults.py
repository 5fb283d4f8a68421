"""What an exception of discord.py says about a request: surely not, surely never, gone, or nobody knows."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
import discord

from bot.errors import DeliveryError, Gone, NotSent, Refused
from bot.platforms.discord import rights
from bot.platforms.discord.limiter import Attempt, seconds
from bot.platforms.discord.words import Words

UNKNOWN_CHANNEL, UNKNOWN_GUILD, UNKNOWN_MESSAGE, UNKNOWN_EMOJI = 10003, 10004, 10008, 10014
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
SLOWMODE, BUSY_CHANNEL = 20016, 20028

# Codes that say what an organiser can do something about: the reason, and the remedy.
REFUSALS: Final[dict[int, tuple[str, str]]] = {
    UNKNOWN_CHANNEL: ("the channel is not there any more", "move the seedbed to another channel, or remove it"),
    UNKNOWN_GUILD: ("the bot is not in this server", "invite it again"),
    UNKNOWN_EMOJI: ("Discord does not know an emoji of the starter reactions", "choose others"),
    30003: ("the channel has as many pins as it can hold", "take some of them down"),
    30010: ("the message has as many different reactions as it can hold", "choose fewer starter reactions"),
    40067: ("this forum wants a tag on every post", "choose one for the channel"),
    50008: ("messages cannot be sent in this channel", "choose a text, announcement or forum channel"),
    50024: ("this cannot be done in a channel of this kind", "crosspost only in announcement channels"),
    50083: ("the thread is archived", "open it again"),
    90001: ("whoever this reaches has blocked the bot", "unblock it"),
    160005: ("the thread is locked", "unlock it"),
    160006: ("the server has as many open threads as it can hold", "archive some of them"),
    200000: ("AutoMod blocks this text", "let the bot pass in Server Settings, Safety Setup, AutoMod"),
    200001: ("AutoMod blocks this title", "let the bot pass in Server Settings, Safety Setup, AutoMod"),
}
TOKEN_REFUSED: Final = ("Discord refuses the bot's token", "set SEEDBED_DISCORD_TOKEN to the current one and restart")
DEFINITE: Final = frozenset({400, 401, 403, 404, 405, 413, 415, 429})  # answers after which nothing was done
EXPLAIN: Final = 5.0  # seconds to find out what is missing; a refusal is one without that, too
WORDS_SHOWN: Final = 200  # characters of what Discord itself says


class Explainer:
    """Turns what discord.py raises into the port's words; names permissions as Discord's client does."""

    def __init__(self, words: Words) -> None:
        self._words = words

    @asynccontextmanager
    async def around(
        self, client: discord.Client, address: str, needed: Iterable[str] = (), attempt: Attempt | None = None
    ) -> AsyncIterator[None]:
        """What is raised within leaves as NotSent, Refused or Gone where that is certain, else as it is.

        `needed` are the permissions, `attempt` what is known of a create; one that is never begun says that there is
        only reading. Without one, a request that got no answer is in doubt.
        """
        try:
            yield
        except DeliveryError:
            raise
        except Exception as error:
            meant = await self._meaning(error, client, address, needed, attempt)
            if meant is None:
                raise
            raise meant from error

    async def _meaning(
        self,
        error: Exception,
        client: discord.Client,
        address: str,
        needed: Iterable[str],
        attempt: Attempt | None,
    ) -> DeliveryError | None:
        if isinstance(error, discord.HTTPException) and error.status in DEFINITE:
            return await self._definite(error, client, address, needed)
        if isinstance(error, aiohttp.ClientConnectorError):
            return NotSent(f"Discord cannot be reached ({error.os_error.strerror or error.os_error})")
        if attempt is not None and not attempt.doubtful:
            return NotSent(f"Discord did not answer ({said(error)})", attempt.retry_after)
        return None

    async def _definite(
        self, error: discord.HTTPException, client: discord.Client, address: str, needed: Iterable[str]
    ) -> DeliveryError:
        if error.status == 429 or error.code in {SLOWMODE, BUSY_CHANNEL}:  # noqa: PLR2004  too many requests
            return NotSent("Discord asks for a pause", await _retry_after(error))
        if error.status == 401:  # noqa: PLR2004  unauthorised
            return Refused(*TOKEN_REFUSED)
        if error.code == UNKNOWN_MESSAGE:
            return Gone("the message is not there any more")
        if error.code in REFUSALS:
            return Refused(*REFUSALS[error.code])
        if error.code in {MISSING_ACCESS, MISSING_PERMISSIONS}:
            return await self._lacking(client, address, needed)
        if error.code == 0 and error.status != 400:  # noqa: PLR2004  bad request
            # No word of Discord's: whoever stands between does not let it through, and may do so later.
            return NotSent(f"something between the bot and Discord answered {error.status}")
        words = " ".join(error.text.split())[:WORDS_SHOWN] or f"error {error.code}"
        return Refused(f"Discord does not take it: {words}", "please report this, it is a mistake of the bot's")

    async def _lacking(self, client: discord.Client, address: str, needed: Iterable[str]) -> Refused:
        """Names what is missing, where that can be found out."""
        try:
            async with asyncio.timeout(EXPLAIN):
                channel, me = await rights.standing(client, address, fresh=True)
        except discord.HTTPException as error:
            if error.code != MISSING_ACCESS:
                return _unexplained("the channel")
            if (told := rights.told(client, address)) is None:
                lacks = f'the bot lacks "{rights.label("view_channel", self._words)}" in the channel'
                return Refused(lacks, "allow it there, or invite the bot again where it was removed")
            channel, me = told
        except (DeliveryError, aiohttp.ClientError, OSError):
            return _unexplained("the channel")
        if me.is_timed_out():
            return Refused("the bot is timed out in this server", "end its timeout")
        return self._refused(f"#{channel.name}", rights.lacks(channel, me, needed))

    def _refused(self, place: str, lacks: Sequence[rights.Lack]) -> Refused:
        if not lacks:
            return _unexplained(place)
        names = " and ".join(f'"{rights.label(lack.flag, self._words)}"' for lack in lacks)
        where = f"in {place}" if any(lack.in_channel for lack in lacks) else "in the server's roles"
        return Refused(f"the bot lacks {names} in {place}", f"allow it {where}")


def _unexplained(place: str) -> Refused:
    return Refused(f"the bot may not do this in {place}", "look at its permissions there")


def said(error: BaseException) -> str:
    """An error of a library in a few words, on one line."""
    return " ".join(f"{type(error).__name__} {error}".split())[:WORDS_SHOWN]


async def _retry_after(error: discord.HTTPException) -> float | None:
    """Seconds, from wherever they stand: proxies strip headers, and Cloudflare sends no JSON."""
    headers = error.response.headers
    found = seconds(headers.get("Retry-After")) or seconds(headers.get("X-RateLimit-Reset-After"))
    if found is not None or not isinstance(error.response, aiohttp.ClientResponse):
        return found
    try:
        body = json.loads(await error.response.text())  # read before, and kept by aiohttp
        return seconds(str(body["retry_after"]))
    except (ValueError, KeyError, TypeError, aiohttp.ClientError):
        return None
