"""What Slack tells -> the inbox, one after the other."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.errors import SeedbedError
from bot.model import ChannelName, MessageId, PlatformName, ReactionChange
from bot.platforms.slack import emoji
from bot.platforms.slack.faults import refusal
from bot.platforms.slack.history import instant
from bot.platforms.slack.parts import Parts
from bot.pseudonym import Pseudonyms

log = logging.getLogger(__name__)

LAST_WORDS: Final = 1.0  # seconds for what is still to be told when the bot stops
REMEMBERED: Final = 2000  # events; Slack repeats one for about five minutes

REACTIONS: Final = ("reaction_added", "reaction_removed")
OPENING: Final = ("channel_unarchive", "group_unarchive")
# Each with the error that a post would get from then on: organisers are told once, in the same words.
CLOSING: Final[Mapping[str, str]] = {
    "channel_archive": "is_archived",
    "group_archive": "is_archived",
    "channel_deleted": "channel_not_found",
    "group_deleted": "channel_not_found",
    "channel_left": "not_in_channel",
    "group_left": "channel_not_found",
}
MEMBERS: Final = ("member_joined_channel", "member_left_channel")  # told of the bot itself too
HEARD: Final[tuple[str, ...]] = (
    *REACTIONS,
    *OPENING,
    *CLOSING,
    *MEMBERS,
)  # what the app has to be subscribed to for this file

Event = Mapping[str, Any]


class Events:
    """Never blocks and never raises: what is told is queued, and one task works through it until `stop`."""

    def __init__(self, parts: Parts, pseudonyms: Pseudonyms) -> None:
        self._parts = parts
        self._pseudonyms = pseudonyms
        self._queue: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._seen: OrderedDict[str, None] = OrderedDict()

    def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="slack events")

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

    def register(self, app: AsyncApp) -> None:
        """Have the app hand over everything in HEARD."""

        async def hear(event: dict[str, Any], body: dict[str, Any], context: AsyncBoltContext) -> None:
            self.told(event, str(body.get("event_id") or ""), context.team_id)

        for name in HEARD:
            app.event(name)(hear)

    # ---- what is told ----

    def began(self) -> None:
        """There was nobody to tell for a while, and what happened meanwhile may not be told again."""

        async def work() -> None:
            await self._parts.inbox.reconnected(PlatformName.SLACK)
            names = [one.name for one in self._parts.overview.channels() if one.platform is PlatformName.SLACK]
            if names:
                await self._parts.inbox.reopened(names)

        self._queue.put_nowait(work)

    def told(self, event: Event, event_id: str, team: str | None) -> None:
        """One event; the same one again is no other."""
        if event_id and event_id in self._seen:
            return
        if event_id:
            self._seen[event_id] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        kind = event.get("type")
        if kind in REACTIONS:
            self._reacted(event, team, present=kind == "reaction_added")
        elif kind in OPENING or (kind == "member_joined_channel" and self._is_bot(event, team)):
            self._may_be_open(event, team)
        elif kind in CLOSING:
            self._closed(event, team, CLOSING[str(kind)])
        elif kind == "member_left_channel" and self._is_bot(event, team):
            private = event.get("channel_type") == "G"
            self._closed(event, team, CLOSING["group_left" if private else "channel_left"])

    def _reacted(self, event: Event, team: str | None, *, present: bool) -> None:
        item = event.get("item") or {}
        at = instant(event.get("event_ts"))
        if item.get("type") != "message" or at is None or self._is_bot(event, team):
            return
        channel, message = str(item.get("channel")), MessageId(str(item.get("ts")))
        user = self._pseudonyms.of(message, str(event.get("user")))
        key = emoji.key_of(str(event.get("reaction")))

        async def work() -> None:
            for name in await self._channels(team, channel, message):
                change = ReactionChange(name, message, user, key, present, at)
                if await self._parts.inbox.record_reaction(change):
                    return

        self._queue.put_nowait(work)

    def _may_be_open(self, event: Event, team: str | None) -> None:
        async def work() -> None:
            if names := self._at(team, _channel_of(event)):
                await self._parts.inbox.reopened(names)

        self._queue.put_nowait(work)

    def _closed(self, event: Event, team: str | None, code: str) -> None:
        async def work() -> None:
            if names := self._at(team, _channel_of(event)):
                workspace = self._parts.workspaces.get(team)
                reason = refusal(code, workspace.bot_name if workspace else "seedbed")
                await self._parts.inbox.closed(names, str(reason))

        self._queue.put_nowait(work)

    # ---- how it is worked through ----

    async def _work(self) -> None:
        while True:
            work = await self._queue.get()
            try:
                await work()
            except SeedbedError as error:
                log.error("an event was not taken in: %s", error)  # noqa: TRY400  a sentence says it
            except Exception:
                # Whatever one event does to us, the next one is to be heard.
                log.exception("an event was not taken in")
            self._queue.task_done()

    def _is_bot(self, event: Event, team: str | None) -> bool:
        workspace = self._parts.workspaces.get(team)
        return workspace is not None and event.get("user") == workspace.bot_user

    async def _channels(self, team: str | None, channel: str, message: MessageId) -> Sequence[ChannelName]:
        """The channel whose post a message is; before it is confirmed, those whose post it may be."""
        entry = await self._parts.overview.post_of(PlatformName.SLACK, message)
        here = self._at(team, channel)
        # Ids are unique in a channel only; a post whose channel was moved meanwhile is still where it was.
        return here if entry is None or entry.post.channel in here else [*here, entry.post.channel]

    def _at(self, team: str | None, channel: str) -> Sequence[ChannelName]:
        """The seedbed channels with this address."""
        wanted = self._parts.workspaces.addresses(team, channel)
        channels = self._parts.overview.channels()
        return [one.name for one in channels if one.platform is PlatformName.SLACK and one.address in wanted]


def _channel_of(event: Event) -> str:
    channel = event.get("channel")
    return str(channel.get("id") if isinstance(channel, Mapping) else channel)
