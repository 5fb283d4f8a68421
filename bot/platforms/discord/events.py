"""What the gateway tells -> the inbox, one after the other, in the order in which it happened."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import discord

from bot.errors import SeedbedError
from bot.model import ChannelName, MessageId, PlatformName, ReactionChange
from bot.platforms.discord.guilds import Guilds
from bot.platforms.discord.parts import Parts
from bot.pseudonym import Pseudonyms

log = logging.getLogger(__name__)

TICK: Final = timedelta(microseconds=1)
DAY: Final = timedelta(days=1)
LAST_WORDS: Final = 1.0  # seconds for what is still to be told when the bot stops

Cleared = discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent


class Events:
    """Never blocks and never raises: what is told is queued, and one task works through it until `stop`."""

    def __init__(self, client: discord.Client, parts: Parts, pseudonyms: Pseudonyms) -> None:
        self._client = client
        self._parts = parts
        self._pseudonyms = pseudonyms
        self._guilds = Guilds(client, parts)
        self._queue: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._last = datetime.min.replace(tzinfo=parts.clock.now().tzinfo)

    def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="discord events")

    async def stop(self) -> None:
        """Finish what was told, as far as it goes in a second."""
        task, self._task = self._task, None
        if task is None:
            return
        try:
            async with asyncio.timeout(LAST_WORDS):
                await self._queue.join()
        except TimeoutError:
            log.warning("events of the last moments were not taken in; reactions are read again after the next start")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    # ---- what is told ----

    def began(self) -> None:
        """A new session: whatever happened before it was not told."""

        async def work() -> None:
            await self._guilds.look_round()
            await self._guilds.forget_left()
            await self._parts.inbox.reconnected(PlatformName.DISCORD)

        self._queue.put_nowait(work)

    def reacted(self, payload: discord.RawReactionActionEvent, *, present: bool) -> None:
        at, emoji = self._now(), emoji_key(payload.emoji)
        message = MessageId(str(payload.message_id))
        user = self._pseudonyms.of(message, str(payload.user_id))

        async def work() -> None:
            for channel in await self._channels(message, payload.channel_id):
                change = ReactionChange(channel, message, user, emoji, present, at, payload.burst)
                if await self._parts.inbox.record_reaction(change):
                    return

        self._queue.put_nowait(work)

    def cleared(self, payload: Cleared, emoji: discord.PartialEmoji | None) -> None:
        """All reactions of a message, or all of one emoji."""
        at, key = self._now(), emoji_key(emoji) if emoji else None
        message = MessageId(str(payload.message_id))

        async def work() -> None:
            for channel in await self._channels(message, payload.channel_id):
                await self._parts.inbox.clear_reactions(channel, message, key, at)

        self._queue.put_nowait(work)

    def deleted(self, messages: Iterable[int], channel_id: int) -> None:
        async def work() -> None:
            for message in (MessageId(str(number)) for number in messages):
                for channel in await self._channels(message, channel_id):
                    await self._parts.inbox.record_deletion(channel, message)

        self._queue.put_nowait(work)

    def channel_gone(self, channel: discord.abc.GuildChannel) -> None:
        self._queue.put_nowait(lambda: self._guilds.lost_channel(channel))

    def guild_gone(self, guild: discord.Guild) -> None:
        self._queue.put_nowait(lambda: self._guilds.left(guild))

    def guild_back(self, guild: discord.Guild) -> None:
        self._queue.put_nowait(lambda: self._guilds.joined(guild))

    def may_be_open(self, channels: Sequence[discord.abc.GuildChannel]) -> None:
        """Something changed that decides whether posts are let in."""
        self._queue.put_nowait(lambda: self._guilds.reopened(channels))

    # ---- how it is worked through ----

    async def _work(self) -> None:
        tomorrow = self._parts.clock.elapsed() + DAY.total_seconds()
        while True:
            try:
                async with asyncio.timeout(max(tomorrow - self._parts.clock.elapsed(), 0)):
                    work = await self._queue.get()
            except TimeoutError:
                tomorrow += DAY.total_seconds()
                await self._carefully(self._guilds.forget_left)
                continue
            await self._carefully(work)
            self._queue.task_done()

    async def _carefully(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except SeedbedError as error:
            log.error("an event was not taken in: %s", error)  # noqa: TRY400  a sentence says it
        except Exception:
            # Whatever one event does to us, the next one is to be heard.
            log.exception("an event was not taken in")

    def _now(self) -> datetime:
        """Later than any before: the newest change of a reaction wins."""
        self._last = max(self._parts.clock.now(), self._last + TICK)
        return self._last

    async def _channels(self, message: MessageId, channel_id: int) -> Sequence[ChannelName]:
        """The channel whose post a message is; before it is confirmed, those whose post it may be."""
        entry = await self._parts.overview.post_of(PlatformName.DISCORD, message)
        if entry is not None:
            return [entry.post.channel]
        places = {channel_id}
        if str(channel_id) == message:  # a forum's post, the thread of which has the first message's id
            places |= {forum.id for guild in self._client.guilds for forum in guild.forums}
        return self._guilds.at(places)


def emoji_key(emoji: discord.PartialEmoji) -> str:
    """What an emoji is counted under: a server's own by its id, whatever it is called."""
    return str(emoji.id) if emoji.id is not None else emoji.name
