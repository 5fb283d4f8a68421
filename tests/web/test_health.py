"""/healthz tells a machine whether the bot is well, and what is not."""

from datetime import timedelta

import pytest

from bot.model import Health
from tests.fakes.site import Site


async def test_every_part_has_its_age(garden: Site) -> None:
    garden.parts.health["ticker"] = lambda: Health(ok=True, detail="ticks", since=garden.clock.now())
    garden.clock.advance(seconds=90)
    async with garden.client.get("/healthz") as response:
        body = await response.json()
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
    assert body["status"] == "ok"
    assert set(body["parts"]) == {"store", "library", "ticker", "web"}
    assert body["parts"]["ticker"] == {"ok": True, "detail": "ticks", "age_seconds": 0.0}
    assert body["parts"]["library"]["age_seconds"] == 90.0
    assert garden.web.address in body["parts"]["web"]["detail"]


async def test_a_ticker_that_stands_still_is_wedged(garden: Site) -> None:
    seen = garden.clock.now() - timedelta(minutes=5)
    garden.parts.health["ticker"] = lambda: Health(ok=False, detail="no tick", since=seen)
    async with garden.client.get("/healthz") as response:
        assert response.status == 503
        body = await response.json()
    assert body["status"] == "wedged"
    assert body["parts"]["ticker"]["age_seconds"] == 300.0


async def test_trouble_in_the_library_is_told_but_no_reason_to_restart(garden: Site) -> None:
    garden.parts.health["library"] = lambda: Health(ok=False, detail="seeds/ is gone")
    async with garden.client.get("/healthz") as response:
        assert response.status == 200
        assert (await response.json())["parts"]["library"] == {
            "ok": False,
            "detail": "seeds/ is gone",
            "age_seconds": None,
        }


async def test_a_store_that_is_gone_is_wedged(garden: Site, caplog: pytest.LogCaptureFixture) -> None:
    await garden.parts.store.close()
    async with garden.client.get("/healthz") as response:
        assert response.status == 503
        body = await response.json()
    assert body["status"] == "wedged"
    assert not body["parts"]["store"]["ok"]
