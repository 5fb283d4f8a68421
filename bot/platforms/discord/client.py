"""discord.py's client as this bot wants it: few intents, small caches, no mentions, and a gate before each session."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import cast

import discord
from discord.gateway import DiscordWebSocket

from bot.platforms.discord.events import Events
from bot.platforms.discord.limiter import Limiter
from bot.platforms.discord.pacing import SessionBudget

IN_PLACE = timedelta(seconds=20)  # to wait with an open connection; discord.py gives it 60 seconds in all


class HoldOff(Exception):
    """No new session before a while has passed; ends `connect`."""


def intents() -> discord.Intents:
    """Servers, that messages come and go, and reactions; nothing that Discord calls privileged."""
    return discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)


class SeedbedClient(discord.Client):
    """One for as long as a login is good. `changed` is called whenever the gateway is there or gone.

    `by_proxy`: the gateway is another one than Discord's own, and sessions go on there as well.
    """

    def __init__(
        self, limiter: Limiter, budget: SessionBudget, changed: Callable[[], None], *, by_proxy: bool = False
    ) -> None:
        super().__init__(
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=1.0,
            # Not `max_ratelimit_timeout`: it refuses every second request of a bucket with a long window.
            http_trace=limiter.trace(),
        )
        self._told_by: object = None  # the connection that said it is ready
        self._budget = budget
        self._changed = changed
        self._by_proxy = by_proxy
        self._events: Events | None = None

    @property
    def connected(self) -> bool:
        """Whether the gateway tells what happens: what it told before is no proof of that."""
        ws = cast(DiscordWebSocket | None, self.ws)  # None until the gateway was first reached, whatever its type says
        return ws is not None and self._told_by is ws and ws.open

    def lost(self) -> None:
        """The gateway is gone."""
        self._told_by = None
        self._changed()

    def listen(self, events: Events) -> None:
        """Hand what the gateway tells to these from now on."""
        self._events = events

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Every new session passes here, also those that discord.py begins by itself without a pause."""
        del shard_id, initial
        pause = await self._budget.pause()
        if pause > IN_PLACE:
            raise HoldOff
        await asyncio.sleep(pause.total_seconds())
        await self._budget.spend()

    # ---- the gateway itself ----

    async def on_connect(self) -> None:
        if self._by_proxy:  # Discord says where to go on with this session, past whoever stands between
            self.ws.gateway = DiscordWebSocket.DEFAULT_GATEWAY

    async def on_ready(self) -> None:
        await self.on_resumed()
        if self._events:
            self._events.began()

    async def on_resumed(self) -> None:
        self._told_by = self.ws
        self._changed()

    async def on_disconnect(self) -> None:
        self.lost()

    # ---- what happens on the messages ----

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        if self._events and not self._is_own(payload):
            self._events.reacted(payload, present=True)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        if self._events and not self._is_own(payload):
            self._events.reacted(payload, present=False)

    def _is_own(self, payload: discord.RawReactionActionEvent) -> bool:
        return self.user is not None and payload.user_id == self.user.id

    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        if self._events:
            self._events.cleared(payload, None)

    async def on_raw_reaction_clear_emoji(self, payload: discord.RawReactionClearEmojiEvent) -> None:
        if self._events:
            self._events.cleared(payload, payload.emoji)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        if self._events:
            self._events.deleted([payload.message_id], payload.channel_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        if self._events:
            self._events.deleted(sorted(payload.message_ids), payload.channel_id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        # A forum's post is a thread; elsewhere the message that a thread hangs on stays.
        if self._events and isinstance(self.get_channel(payload.parent_id), discord.ForumChannel):
            self._events.deleted([payload.thread_id], payload.parent_id)

    # ---- what happens to the channels ----

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        if self._events:
            self._events.channel_gone(channel)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        if self._events:
            self._events.guild_gone(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if self._events:
            self._events.guild_back(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        # Every server is told of before a session is ready, and all of them are looked at then.
        if self._events and self.connected:
            self._events.guild_back(guild)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        _keep_newest(before, after)
        me = self._member(after.guild)
        if self._events and me is not None and _takes_posts(before, me) != _takes_posts(after, me):
            self._events.may_be_open([after])

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        me = self._member(after.guild)
        if self._events and me is not None and before.permissions != after.permissions and after in me.roles:
            self._events.may_be_open(after.guild.channels)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        moved = before.roles != after.roles or before.timed_out_until != after.timed_out_until
        if self._events and after == self._member(after.guild) and moved:
            self._events.may_be_open(after.guild.channels)

    def _member(self, guild: discord.Guild) -> discord.Member | None:
        """The bot itself in a server."""
        return guild.get_member(self.user.id) if self.user else None


def _keep_newest(before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
    """An update of a channel says nothing new of its newest message, and may come with an old one or none."""
    if isinstance(before, discord.TextChannel) and isinstance(after, discord.TextChannel):
        after.last_message_id = max(before.last_message_id or 0, after.last_message_id or 0) or None


def _takes_posts(channel: discord.abc.GuildChannel, me: discord.Member) -> tuple[object, ...]:
    """Whatever decides whether a channel lets a post in."""
    forum = (channel.flags, channel.available_tags) if isinstance(channel, discord.ForumChannel) else ()
    return (channel.permissions_for(me), *forum)
