"""Discord as a platform: posts go out by REST, what happens there comes in by the gateway."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import discord
from discord.http import handle_message_parameters

from bot.config import DiscordSettings
from bot.errors import Refused
from bot.model import Channel, ChannelName, Health, Kind, Marker, Message, MessageId, Reaction, Receipt, StepName
from bot.platforms.discord import follow, history, organisers, places, post, rights
from bot.platforms.discord.client import SeedbedClient
from bot.platforms.discord.commands import tree
from bot.platforms.discord.events import Events, emoji_key
from bot.platforms.discord.faults import Explainer
from bot.platforms.discord.limiter import Attempt, single
from bot.platforms.discord.nonce import nonce_of
from bot.platforms.discord.parts import Parts
from bot.platforms.discord.places import Place
from bot.platforms.discord.session import Session
from bot.platforms.discord.words import Words
from bot.ports import Clock, Desk, Inbox, Manners, Memory, Nursery, Overview
from bot.pseudonym import Pseudonyms

CALL: Final = 28.0  # seconds; ends before the outbox's own timeout, so that what is known of the request is not lost
PAGE: Final = 100  # people on a reaction


class DiscordPlatform:
    """An address is a channel's id. A message's id in a forum is its post's, which is a thread's as well."""

    manners = Manners(timeout=timedelta(seconds=30), resend_within=timedelta(seconds=15), settle=timedelta(seconds=90))

    def __init__(
        self,
        settings: DiscordSettings,
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
        self._words = Words.load()
        self._explain = Explainer(self._words)
        self._pseudonyms: Pseudonyms | None = None
        self._events: Events | None = None
        self._tree: tree.Tree | None = None
        self._kinds: dict[str, discord.ChannelType] = {}
        self._written: dict[str, datetime] = {}  # when this process last tried to, by address
        self._session = self._new_session(_nothing)

    # ---- life ------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        await self._load()
        self._session = self._new_session(_nothing)
        await self._session.open()

    async def start(self, inbox: Inbox) -> None:
        await self._load()
        parts = Parts(self._overview, inbox, self._desk, self._nursery, self._memory, self._words, self._clock)

        async def prepare(client: SeedbedClient) -> None:
            await self._hear(client, parts)

        self._session = self._new_session(prepare)
        try:
            await self._session.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        await self._session.stop()
        events, self._events = self._events, None
        if events is not None:
            await events.stop()

    def health(self) -> Health:
        return self._session.health()

    async def _load(self) -> None:
        self._pseudonyms = await Pseudonyms.load(self._memory, "discord/key")

    def _new_session(self, prepare: Callable[[SeedbedClient], Coroutine[Any, Any, None]]) -> Session:
        return Session(self._settings, self._memory, self._clock, prepare, self._register)

    async def _hear(self, client: SeedbedClient, parts: Parts) -> None:
        """Before each login: what comes in by this client, and the commands it answers."""
        if self._events is not None:
            await self._events.stop()
        assert self._pseudonyms is not None, "loaded at the start"
        self._events = Events(client, parts, self._pseudonyms)
        self._events.start()
        client.listen(self._events)
        self._tree = tree.build(client, parts)

    async def _register(self, _: SeedbedClient) -> None:
        if self._tree is not None:
            await tree.sync(self._tree, self._memory)

    # ---- posts -----------------------------------------------------------------------------------------------------

    async def send(self, address: str, message: Message) -> Receipt:
        client = self._session.client
        deadline = asyncio.get_running_loop().time() + CALL
        attempt = Attempt()
        self._written[address] = self._clock.now()
        # Whatever is asked before the create, and to explain its failure, says nothing about the create.
        async with self._explain.around(client, address, ("view_channel",), attempt), asyncio.timeout_at(deadline):
            place = await self._place(client, address)
        needed = rights.TO_POST
        create = self._create_in_forum if place.forum else self._create
        async with self._explain.around(client, address, needed, attempt), asyncio.timeout_at(deadline):
            with single(attempt):
                return await create(client, place, message)

    async def _create(self, client: SeedbedClient, place: Place, message: Message) -> Receipt:
        arguments = post.render(message, self._words).arguments()
        nonce = nonce_of(client, place.id, message.marker, message.generation)
        with handle_message_parameters(
            **arguments, nonce=nonce, previous_allowed_mentions=client.allowed_mentions
        ) as params:
            made = await client.http.send_message(place.id, params=params)
        # A nonce seen before is answered with the message of that time, wherever it is.
        return Receipt(MessageId(str(made["id"])), str(made["channel_id"]), history.marker_of(made) or Marker(""))

    async def _create_in_forum(self, client: SeedbedClient, place: Place, message: Message) -> Receipt:
        rendered = post.render(message, self._words, forum=True)
        thread: dict[str, Any] = {"name": rendered.thread_name}
        if message.look.tag is not None:
            thread["applied_tags"] = [_tag(place, message.look.tag)]
        with handle_message_parameters(
            **rendered.arguments(), previous_allowed_mentions=client.allowed_mentions, channel_payload=thread
        ) as params:
            made = await client.http.start_thread_in_forum(place.id, params=params)
        marker = history.marker_of(made["message"]) or Marker("")
        return Receipt(MessageId(str(made["id"])), str(made["parent_id"]), marker)

    def drops_repeats(self, address: str) -> bool:
        """By its nonce, which a forum's posts cannot have."""
        kind = self._kinds.get(address) or self._session.kind_of(address)
        return kind is not None and kind not in rights.FORUMS

    def untouched(self, address: str, since: datetime) -> bool:
        own = self._written.get(address)  # the gateway tells of it a little later
        if not self._session.connected or (own is not None and own >= since):
            return False
        return history.untouched(self._session.client, address, since)

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:
        client = self._session.client
        async with self._explain.around(client, address, attempt=Attempt()), asyncio.timeout(CALL):
            return await history.find(client, address, marker, since)

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[Reaction]:
        client = self._session.client
        needed = ("view_channel", "read_message_history")
        async with self._explain.around(client, address, needed, Attempt()), asyncio.timeout(CALL):
            place = await self._place(client, address)
            return await self._read_reactions(client, place.of_message(message_id), message_id)

    async def _read_reactions(self, client: SeedbedClient, channel: int, message_id: MessageId) -> frozenset[Reaction]:
        assert self._pseudonyms is not None, "loaded at the start"
        found = set()
        shown = await client.http.get_message(channel, int(message_id))
        for one in shown.get("reactions") or []:
            emoji = discord.PartialEmoji.from_dict(one["emoji"])
            for burst, kind in ((False, "normal"), (True, "burst")):
                if one.get("count_details", {}).get(kind, 1):
                    for user in await _people(client, channel, message_id, emoji, burst=burst):
                        who = self._pseudonyms.of(message_id, user)
                        found.add(Reaction(who, emoji_key(emoji), burst))
        return frozenset(found)

    async def _place(self, client: SeedbedClient, address: str) -> Place:
        place = await places.find(client, address)
        self._kinds[address] = place.kind
        return place

    # ---- what follows a post ---------------------------------------------------------------------------------------

    def steps(self, channel: Channel, message: Message) -> Sequence[StepName]:
        kind = self._kinds.get(channel.address)  # known since the message was sent there, or looked for
        forum = kind in rights.FORUMS
        cut = post.render(message, self._words, forum=forum).cut
        extras, daily = channel.extras, message.kind is Kind.DAILY
        wanted = {
            StepName.THREAD: cut or (daily and extras.thread),
            StepName.REACTIONS: daily and bool(extras.reactions),
            StepName.PIN: daily and extras.pin and not forum,  # a forum holds one pin, for its rules
            StepName.CROSSPOST: daily and extras.crosspost and kind in {None, discord.ChannelType.news},
        }
        return [step for step, is_wanted in wanted.items() if is_wanted]

    async def follow(self, step: StepName, channel: Channel, message_id: MessageId, message: Message) -> str | None:
        client = self._session.client
        async with self._explain.around(client, channel.address, ("view_channel", *rights.STEPS[step])):
            async with asyncio.timeout(CALL):
                place = await self._place(client, channel.address)
            rendered = post.render(message, self._words, forum=place.forum)
            return await follow.do(step, follow.Task(client, place, channel, message_id, message, rendered))

    async def tell_organisers(self, channel: Channel, text: str) -> None:
        await organisers.tell(self._session, self._desk, self._nursery, channel, text)

    async def refresh(self, channel: ChannelName) -> None:
        """Discord shows reactions by itself."""


async def _nothing(_: SeedbedClient) -> None:
    """For a login without a gateway: nothing comes in."""


async def _people(
    client: SeedbedClient, channel: int, message_id: MessageId, emoji: discord.PartialEmoji, *, burst: bool
) -> list[str]:
    """The ids of everybody with this reaction, the bot's own left out."""
    assert client.user is not None, "the client is logged in"
    name = f"{emoji.name}:{emoji.id}" if emoji.id else emoji.name
    found: list[str] = []
    after: int | None = None
    while True:
        page = await client.http.get_reaction_users(
            channel, int(message_id), name, PAGE, after=after, type=1 if burst else 0
        )
        found += [str(user["id"]) for user in page]
        if len(page) < PAGE:
            return [user for user in found if user != str(client.user.id)]
        after = int(page[-1]["id"])


def _tag(place: Place, wanted: str) -> str:
    """The id of a forum's tag, by name or id."""
    for number, name in place.tags:
        if wanted in {str(number), name} or wanted.casefold() == name.casefold():
            return str(number)
    known = ", ".join(f'"{name}"' for _, name in place.tags) or "none"
    raise Refused(f'this forum has no tag "{wanted}"', f"choose one that it has ({known})")
