"""Templates and static files, read once from beside this module."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import bot
from bot.platforms.web import words
from bot.platforms.web.refusal import Refusal

PAGE = Path(__file__).parent / "page"
STATIC = {
    "style.css": "text/css",
    "parts.css": "text/css",
    "page.js": "text/javascript",
    "combobox.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    content_type: str
    digest: str


class Renderer:
    """Autoescaped templates, and static files whose address carries a hash of what they hold."""

    def __init__(self, *, sign_out: bool) -> None:
        self._assets = {name: self._read(PAGE / "static" / name, kind) for name, kind in STATIC.items()}
        self._environment = Environment(
            loader=FileSystemLoader(PAGE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            asset=self._address_of, sign_out=sign_out, version=bot.__version__, words=words, site="Seedbed"
        )

    def page(self, template: str, **context: object) -> str:
        return self._environment.get_template(template).render(context)

    async def static(self, request: web.Request) -> web.Response:
        """Serve a static file; for a year where the address carries its hash."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise Refusal(404, "There is no such file.")
        fresh = request.query.get("v") == asset.digest
        headers = {"Cache-Control": "public, max-age=31536000, immutable" if fresh else "no-cache"}
        return web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8", headers=headers)

    def _address_of(self, name: str) -> str:
        return f"/static/{name}?v={self._assets[name].digest}"

    @staticmethod
    def _read(path: Path, content_type: str) -> Asset:
        body = path.read_bytes()
        return Asset(body, content_type, hashlib.sha256(body).hexdigest()[:16])
