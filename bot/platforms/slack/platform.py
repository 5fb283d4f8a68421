"""Slack as a platform: posts go out by the Web API, what happens there comes in by Bolt."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import SlackSettings
from bot.model import Channel, ChannelName, Health, Kind, Marker, Message, MessageId, Reaction, Receipt, StepName
from bot.platforms.slack import commands, emoji, follow, history, organisers, post
from bot.platforms.slack.client import Api
from bot.platforms.slack.events import Events
from bot.platforms.slack.hosting import Hosting
from bot.platforms.slack.leaving import Leaving
from bot.platforms.slack.parts import Parts
from bot.platforms.slack.session import Session, new_app
from bot.platforms.slack.underway import Underway
from bot.platforms.slack.workspaces import Workspaces, place_of
from bot.platforms.words import Words
from bot.ports import Clock, Desk, Inbox, Manners, Memory, Nursery, Overview
from bot.pseudonym import Pseudonyms

ANYTHING: Final = re.compile(".*")
LAST_WORDS: Final = 1.0  # seconds for answers to people when the bot stops


class SlackPlatform:
    """An address is a channel's id, with that of its workspace before it where the bot is in several of them.

    A message's id is its ts, as Slack writes it: as a number it would lose its last digits.
    """

    manners = Manners(timeout=timedelta(seconds=30), resend_within=timedelta(0), settle=timedelta(seconds=90))

    def __init__(
        self,
        settings: SlackSettings,
        overview: Overview,
        desk: Desk,
        nursery: Nursery,
        memory: Memory,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._overview = overview
        self._desk = desk
        self._nursery = nursery
        self._memory = memory
        self._clock = clock
        self._words = Words.load("bot.platforms.slack")
        self._workspaces = Workspaces()
        self._api = Api(self._workspaces)
        self._session = (
            Hosting(settings, self._workspaces, self._api, memory, clock)
            if settings.mode == "http"
            else Session(settings, self._workspaces, self._api, clock)
        )
        self._pseudonyms: Pseudonyms | None = None
        self._events: Events | None = None
        self._leaving: Leaving | None = None
        self._underway = Underway()

    # ---- life ------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        await self._load()
        await self._session.open()

    async def start(self, inbox: Inbox) -> None:
        parts = Parts(
            self._overview,
            inbox,
            self._desk,
            self._nursery,
            self._memory,
            self._words,
            self._clock,
            self._workspaces,
        )
        events = self._events = Events(parts, await self._load())
        store = self._session.store if isinstance(self._session, Hosting) else None
        leaving = self._leaving = Leaving(parts, store)

        def make_app(client: AsyncWebClient) -> AsyncApp:
            app = new_app(client, self._workspaces)
            self._underway.watch(app)
            events.register(app)
            leaving.register(app)
            commands.register(app, parts)
            app.event(ANYTHING)(_nothing)  # else Bolt complains of every event that nobody asked for
            return app

        events.start()
        try:
            if isinstance(self._session, Hosting):
                await self._session.start(make_app, events.began, leaving.arrived)
            else:
                await self._session.start(make_app, events.began)
        except BaseException:
            await self.stop()
            raise
        leaving.start()

    async def stop(self) -> None:
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            await leaving.stop()
        await self._underway.finished(LAST_WORDS)
        await self._session.stop()
        events, self._events = self._events, None
        if events is not None:
            await events.stop()

    def health(self) -> Health:
        return self._session.health()

    async def _load(self) -> Pseudonyms:
        self._pseudonyms = await Pseudonyms.load(self._memory, "slack/key")
        return self._pseudonyms

    # ---- posts -----------------------------------------------------------------------------------------------------

    async def send(self, address: str, message: Message) -> Receipt:
        workspace, channel = self._workspaces.of(address), place_of(address).channel
        # Slack says nowhere what it does with this id, and nothing here relies on it.
        repeated = uuid5(NAMESPACE_URL, f"seedbed:{workspace.team}/{channel}/{message.marker}/{message.generation}")
        made = await self._api.call(
            workspace,
            workspace.client.chat_postMessage,
            **{**post.render(message, self._words).arguments(), "channel": channel, "client_msg_id": str(repeated)},
        )
        marker = history.marker_of(made.get("message") or {}) or Marker("")
        where = address if made["channel"] == channel else str(made["channel"])
        return Receipt(MessageId(str(made["ts"])), where, marker)

    def drops_repeats(self, address: str) -> bool:
        """Slack takes every repeat for a new message."""
        del address
        return False

    def untouched(self, address: str, since: datetime) -> bool:
        """Slack tells of no messages, so nobody knows without asking."""
        del address, since
        return False

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:
        return await history.find(self._api, self._workspaces.of(address), address, marker, since)

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[Reaction]:
        assert self._pseudonyms is not None, "loaded at the start"
        workspace = self._workspaces.of(address)
        answer = await self._api.ask(
            workspace,
            workspace.client.reactions_get,
            channel=place_of(address).channel,
            timestamp=message_id,
            full=True,
        )
        shown: dict[str, Any] = answer.get("message") or {}
        return frozenset(
            Reaction(self._pseudonyms.of(message_id, user), emoji.key_of(one["name"]))
            for one in shown.get("reactions") or []
            for user in one["users"]
            if user != workspace.bot_user
        )

    # ---- what follows a post ---------------------------------------------------------------------------------------

    def steps(self, channel: Channel, message: Message) -> Sequence[StepName]:
        extras, daily = channel.extras, message.kind is Kind.DAILY
        wanted = {
            StepName.THREAD: post.render(message, self._words).cut or (daily and extras.thread),
            StepName.REACTIONS: daily and bool(extras.reactions),
            StepName.PIN: daily and extras.pin,
        }
        return [step for step, is_wanted in wanted.items() if is_wanted]

    async def follow(self, step: StepName, channel: Channel, message_id: MessageId, message: Message) -> str | None:
        workspace = self._workspaces.of(channel.address)
        rendered = post.render(message, self._words)
        return await follow.do(step, follow.Task(self._api, workspace, channel, message_id, message, rendered))

    async def tell_organisers(self, channel: Channel, text: str) -> None:
        await organisers.tell(self._workspaces, self._api, self._desk, self._nursery, channel, text)

    async def refresh(self, channel: ChannelName) -> None:
        """Slack shows reactions by itself."""


async def _nothing() -> None:
    """For events that come with others, and that nothing here is about."""
