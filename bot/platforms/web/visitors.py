"""Who is asking: an anonymous cookie for every browser and, where a token is set, the proof of a sign-in."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from aiohttp import web

VISITOR_COOKIE = "seedbed_visitor"
SIGN_IN_COOKIE = "seedbed_key"
YEAR = 365 * 24 * 3600
VISITOR_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """`known` is False on a first visit, or where cookies are refused. `user` is what the ledger keeps."""

    cookie: str
    known: bool

    @property
    def user(self) -> str:
        # A hash, so that reading the database is not enough to react in somebody's name.
        return "web-" + hashlib.blake2b(self.cookie.encode(), digest_size=12).hexdigest()


def visitor_of(request: web.Request) -> Visitor:
    """The visitor that the cookie names, or a new one."""
    cookie = request.cookies.get(VISITOR_COOKIE, "")
    if VISITOR_SHAPE.fullmatch(cookie):
        return Visitor(cookie, known=True)
    return Visitor(secrets.token_urlsafe(16), known=False)


def remember(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    """Set a cookie for a year that scripts and other sites' forms never see."""
    secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    response.set_cookie(name, value, max_age=YEAR, path="/", httponly=True, samesite="Lax", secure=secure)


class Gate:
    """The sign-in that a token asks for; open where there is none.

    The cookie is a random word and its HMAC under the token, so it tells nothing about the token and ends with it.
    """

    def __init__(self, token: str | None) -> None:
        self._key = token.encode() if token else None

    @property
    def open(self) -> bool:
        return self._key is None

    def accepts(self, token: str) -> bool:
        """Whether this is the token, in a time that does not tell how near it is."""
        return self._key is not None and hmac.compare_digest(self._key, token.encode(errors="replace"))

    def pass_for(self) -> str:
        """A fresh cookie value for somebody who gave the token."""
        word = secrets.token_urlsafe(16)
        return f"{word}.{self._proof(word)}"

    def admits(self, request: web.Request) -> bool:
        word, _, proof = request.cookies.get(SIGN_IN_COOKIE, "").partition(".")
        return self.open or hmac.compare_digest(self._proof(word).encode(), proof.encode(errors="replace"))

    def _proof(self, word: str) -> str:
        message = b"seedbed web sign-in " + word.encode(errors="replace")
        return hmac.new(self._key or b"", message, hashlib.sha256).hexdigest()
