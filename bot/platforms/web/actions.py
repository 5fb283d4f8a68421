"""What a visitor can do: react, ask for a seed, sign in and out."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

from bot.model import Answer, MessageId, PlantRequest, ReactionChange
from bot.platforms.web.pages import Pages, new_token
from bot.platforms.web.posts import REACTIONS
from bot.platforms.web.refusal import Refusal, sentence
from bot.platforms.web.render import Renderer
from bot.platforms.web.view import Place
from bot.platforms.web.visitors import SIGN_IN_COOKIE, Gate, Visitor, remember, visitor_of
from bot.ports import Clock, Inbox

LONGEST_TOPIC = 10_000  # characters
LONGEST_EMOJI = 64
TOKEN_SHAPE = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Actions:
    """Handlers of POST requests; each answers a form with a page and the script with JSON."""

    def __init__(self, inbox: Inbox, pages: Pages, clock: Clock, gate: Gate, renderer: Renderer) -> None:
        self._inbox = inbox
        self._pages = pages
        self._clock = clock
        self._gate = gate
        self._renderer = renderer

    async def react(self, request: web.Request) -> web.Response:
        """Put a reaction on or take it off. The form says which of the two, so a repeat changes nothing."""
        channel = self._pages.channel_of(request)
        visitor = _known(request)
        form = await read_form(request)
        message, (wish, _, emoji) = form.get("message", ""), form.get("reaction", "").partition(" ")
        if wish not in {"on", "off"} or not 0 < len(emoji) <= LONGEST_EMOJI or not message:
            raise Refusal(400, "It was not said which reaction to change.")
        if wish == "on" and emoji not in REACTIONS:
            raise Refusal(400, "This page offers other reactions than that one.")
        now = self._clock.now()
        change = ReactionChange(channel.name, MessageId(message), visitor.user, emoji, wish == "on", now)
        if not await self._inbox.record_reaction(change):
            raise Refusal(404, "There is no such post in this channel, or it was taken down.")
        if _wants_json(request):
            return web.json_response({"reaction": emoji, "mine": wish == "on"})
        post = form.get("post", "")
        anchor = f"/post/{post}" if post.isascii() and post.isdecimal() else ""
        raise web.HTTPSeeOther(f"{Place.of(channel).path}{anchor}")

    async def seed(self, request: web.Request) -> web.Response:
        """`/seed <topic>`."""
        channel = self._pages.channel_of(request)
        visitor = _known(request)
        form = await read_form(request)
        topic, token = form.get("topic", "").strip(), form.get("token", "")
        if not topic:
            raise Refusal(400, "Say a topic, a title or an author, and a seed of it is looked for.")
        if len(topic) > LONGEST_TOPIC:
            raise Refusal(400, f"A topic may be {LONGEST_TOPIC:,} characters long; this one has {len(topic):,}.")
        if not TOKEN_SHAPE.fullmatch(token):
            raise Refusal(400, "This form is not whole. Load the page again and ask once more.")
        # With the visitor's name in it, nobody can use up another one's request.
        asked = PlantRequest(channel.name, topic, f"{visitor.user}:{token}", visitor.user)
        answer = await self._inbox.plant_seed(asked)
        if _wants_json(request):
            post = answer.post.id if answer.post else None
            part = self._pages.answer(channel, answer, topic)
            return web.json_response({"answer": answer.answer, "post": post, "html": part, "token": new_token()})
        if answer.answer is Answer.POSTED and answer.post:
            raise web.HTTPSeeOther(f"{Place.of(channel).path}/post/{answer.post.id}")
        return await self._pages.show_channel(request, channel, answer, topic)

    async def sign_in_page(self, request: web.Request) -> web.Response:
        target = _own_path(request.query.get("next", "/"))
        if self._gate.admits(request):
            raise web.HTTPSeeOther(target)
        return self._sign_in_form(target)

    async def sign_in(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        target = _own_path(form.get("next", "/"))
        if not self._gate.accepts(form.get("token", "").strip()):
            return self._sign_in_form(target, wrong=True)
        response = web.Response(status=303, headers={"Location": target})
        remember(request, response, SIGN_IN_COOKIE, self._gate.pass_for())
        return response

    async def sign_out(self, _: web.Request) -> web.Response:
        response = web.Response(status=303, headers={"Location": "/"})
        response.del_cookie(SIGN_IN_COOKIE, path="/")
        return response

    def _sign_in_form(self, target: str, *, wrong: bool = False) -> web.Response:
        page = self._renderer.page("sign_in.html", target=target, wrong=wrong)
        return web.Response(text=page, content_type="text/html", status=403 if wrong else 200)


async def read_form(request: web.Request) -> Mapping[str, str]:
    """The text fields of a form, the first of each name; files are no part of any form here."""
    try:
        fields = await request.post()
    # What aiohttp raises for a broken form depends on where it breaks: text, charset, boundary or header.
    except (ValueError, LookupError, AssertionError, RuntimeError) as error:
        raise Refusal(400, sentence(400)) from error
    form: dict[str, str] = {}
    for name, value in fields.items():
        if isinstance(value, str):
            # Some charsets decode to halves of a surrogate pair, which nothing further on can write.
            form.setdefault(name, value.encode(errors="replace").decode())
    return form


def _known(request: web.Request) -> Visitor:
    visitor = visitor_of(request)
    if not visitor.known:
        raise Refusal(400, "This page knows its visitors by one small cookie. Allow cookies here and try again.")
    return visitor


def _wants_json(request: web.Request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _own_path(target: str) -> str:
    """A path on this page, or the front page for anything that a browser could take for another site."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else target
