"""What a visitor can read: the channel, what is ahead, one post, and what the script asks for between."""

import asyncio
import secrets

from aiohttp import web

from bot.model import Channel, PlantAnswer, PlatformName, PostId
from bot.platforms.web import words
from bot.platforms.web.events import Hub
from bot.platforms.web.refusal import Refusal
from bot.platforms.web.render import Renderer
from bot.platforms.web.view import Feed, Place, Today, bars, feed_of, next_of, rows_of, stock_of
from bot.platforms.web.visitors import VISITOR_COOKIE, Visitor, remember, visitor_of
from bot.ports import Clock, Overview

POSTS = 20  # on one page of the feed
SHOWN = 200  # at most, in one tab that is kept up to date
SLOTS = 14
SEEDS = 25  # on one page of the library
COMPLETIONS = 8
LONGEST_PREFIX = 100
LONGEST_NUMBER = 18  # digits that SQLite can take for an id


class Pages:
    """Handlers of GET requests."""

    def __init__(self, overview: Overview, clock: Clock, renderer: Renderer, hub: Hub) -> None:
        self._overview = overview
        self._clock = clock
        self._renderer = renderer
        self._hub = hub

    def channels(self) -> list[Channel]:
        return [channel for channel in self._overview.channels() if channel.platform is PlatformName.WEB]

    def channel_of(self, request: web.Request) -> Channel:
        """The channel that the address names; the first one where it names none."""
        channels = self.channels()
        name = request.match_info.get("name")
        for channel in channels:
            if name in {None, channel.name}:
                return channel
        if name is None:
            raise Refusal(404, "No channel of this Seedbed lives on this page. Its seeds are posted elsewhere.")
        raise Refusal(404, "There is no channel of this name here.")

    async def channel(self, request: web.Request) -> web.Response:
        return await self.show_channel(request, self.channel_of(request))

    async def show_channel(
        self, request: web.Request, channel: Channel, answer: PlantAnswer | None = None, topic: str = ""
    ) -> web.Response:
        """The channel's page, with the answer to a `/seed` where one was just asked."""
        visitor = visitor_of(request)
        today = Today.of(channel, self._clock.now())
        before = number(request, "before")
        feed, state, upcoming, shelf, common = await asyncio.gather(
            self.feed(channel, today, visitor, PostId(before) if before else None),
            self._overview.state(channel.name),
            self._overview.upcoming(channel.name, SLOTS),
            self._overview.library(channel.name, 0, 1),
            self._overview.complete("", COMPLETIONS * 2),
        )
        return self._page(
            request,
            visitor,
            "channel.html",
            channel,
            today=today,
            feed=feed,
            before=before,
            opened=number(request, "open"),
            next=next_of(upcoming, state, today),
            stock=stock_of(shelf.runway, channel, today),
            common=common,
            answer=answer,
            topic=topic,
            words=words,
        )

    async def feed(
        self, channel: Channel, today: Today, visitor: Visitor, before: PostId | None = None, limit: int = POSTS
    ) -> Feed:
        return await feed_of(self._overview, channel, today, visitor.user, limit=limit, before=before)

    async def ahead(self, request: web.Request) -> web.Response:
        channel = self.channel_of(request)
        visitor = visitor_of(request)
        today = Today.of(channel, self._clock.now())
        leaf = max(1, number(request, "page") or 1)
        upcoming, state, library, liked = await asyncio.gather(
            self._overview.upcoming(channel.name, SLOTS),
            self._overview.state(channel.name),
            self._overview.library(channel.name, (leaf - 1) * SEEDS, SEEDS),
            bars(self._overview, channel, today, visitor.user),
        )
        return self._page(
            request,
            visitor,
            "ahead.html",
            channel,
            rows=rows_of(upcoming, today),
            next=next_of(upcoming, state, today),
            library=library,
            stock=stock_of(library.runway, channel, today),
            leaf=leaf,
            leaves=max(1, -(-library.total // SEEDS)),
            bars=liked,
        )

    async def post(self, request: web.Request) -> web.Response:
        """The lasting address of a post: goes to the page of the feed that holds it."""
        channel = self.channel_of(request)
        wanted = int(request.match_info["post"])
        before: PostId | None = None
        while True:
            entries = await self._overview.feed(channel.name, SHOWN, before)
            for entry in entries:
                if entry.post.id == wanted:
                    start = f"before={before}&" if before else ""
                    address = f"{Place.of(channel).path}?{start}open={wanted}#post-{wanted}"
                    raise web.HTTPSeeOther(address)
                before = entry.post.id
            if len(entries) < SHOWN:
                raise Refusal(404, "There is no such post in this channel, or it was taken down.")

    async def state(self, request: web.Request) -> web.Response:
        """For the script: the reactions of the posts a tab shows, and whether there is more to it."""
        channel = self.channel_of(request)
        visitor = visitor_of(request)
        today = Today.of(channel, self._clock.now())
        shown = min(SHOWN, number(request, "shown") or 0)
        feed = await self.feed(channel, today, visitor)
        posts = list(feed.posts) + ([feed.hero] if feed.hero else [])
        if shown > POSTS and feed.more:
            older = await self.feed(channel, today, visitor, PostId(feed.more), shown - POSTS)
            posts.extend(older.posts)
        reactions = {
            post.id: {each.emoji: [each.count, each.mine] for each in post.reactions if each.count or each.mine}
            for post in posts
        }
        return web.json_response({"version": feed.version, "reactions": reactions})

    async def topics(self, request: web.Request) -> web.Response:
        """Completion for the `/seed` box."""
        prefix = request.query.get("q", "")[:LONGEST_PREFIX]
        return web.json_response(list(await self._overview.complete(prefix, COMPLETIONS)))

    async def events(self, request: web.Request) -> web.StreamResponse:
        channel = self.channel_of(request)
        return await self._hub.stream(request, channel.name, visitor_of(request).user)

    def answer(self, channel: Channel, answer: PlantAnswer, topic: str) -> str:
        """The answer to a `/seed` as a part of the page, for the script to put in."""
        today = Today.of(channel, self._clock.now())
        return self._renderer.page(
            "answer.html", place=Place.of(channel), answer=answer, topic=topic, token=new_token(), today=today
        )

    def _page(
        self, request: web.Request, visitor: Visitor, template: str, channel: Channel, **context: object
    ) -> web.Response:
        places = [Place.of(each) for each in self.channels()]
        text = self._renderer.page(
            template, place=Place.of(channel), places=places, channel=channel, token=new_token(), **context
        )
        response = web.Response(text=text, content_type="text/html")
        if not visitor.known:
            remember(request, response, VISITOR_COOKIE, visitor.cookie)
        return response


def new_token() -> str:
    """What makes one asking of `/seed` different from the next."""
    return secrets.token_urlsafe(12)


def number(request: web.Request, name: str) -> int | None:
    """A whole number from the query, or None; anything else is not an address of ours."""
    value = request.query.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER):
        raise Refusal(404, "There is no page at this address.")
    return int(value)
