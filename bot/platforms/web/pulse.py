"""/healthz: each part and the age of its last sign of life, for machines that watch."""

import asyncio

from aiohttp import web

from bot.errors import SeedbedError
from bot.model import Health
from bot.ports import Clock, Overview

CRITICAL = frozenset({"store", "ticker"})
PATIENCE = 5.0  # seconds; a store that cannot answer in them is wedged


class Pulse:
    """Answers 200 while every critical part is well, and 503 otherwise."""

    def __init__(self, overview: Overview, clock: Clock) -> None:
        self._overview = overview
        self._clock = clock

    async def show(self, _: web.Request) -> web.Response:
        parts = await self._parts()
        well = all(part.ok for name, part in parts.items() if name in CRITICAL)
        body = {
            "status": "ok" if well else "wedged",
            "parts": {
                name: {"ok": part.ok, "detail": part.detail, "age_seconds": self._age(part)}
                for name, part in parts.items()
            },
        }
        return web.json_response(body, status=200 if well else 503, headers={"Cache-Control": "no-store"})

    async def _parts(self) -> dict[str, Health]:
        try:
            async with asyncio.timeout(PATIENCE):
                return dict(await self._overview.health())
        except TimeoutError:
            return {"store": Health(ok=False, detail=f"no answer within {PATIENCE:g} s")}
        except SeedbedError as error:
            return {"store": Health(ok=False, detail=str(error))}

    def _age(self, part: Health) -> float | None:
        return None if part.since is None else round((self._clock.now() - part.since).total_seconds(), 1)
