"""With a token set, the page is for those who have it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.clock import FakeClock
from tests.fakes.reading import Page
from tests.fakes.site import Site, site

TOKEN = "correct horse battery staple"


@pytest_asyncio.fixture
async def club(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Site]:
    async with site(tmp_path, clock, environ={"SEEDBED_WEB_TOKEN": TOKEN}) as club:
        await club.post_daily()
        yield club


async def sign_in(club: Site, token: str = TOKEN, target: str = "/") -> tuple[int, str]:
    fields = {"token": token, "next": target}
    async with club.client.post("/sign-in", data=fields, allow_redirects=False) as response:
        return response.status, response.headers.get("Location", "")


@pytest.mark.parametrize("path", ["/", "/c/garden/ahead?page=2", "/nowhere"])
async def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_where_they_were(club: Site, path: str) -> None:
    async with club.client.get(path, headers={"Accept": "text/html"}) as response:
        page = Page(await response.text())
        assert response.url.path == "/sign-in"
    assert page.one("h1").text == "Sign in"
    assert page.one("input", name="next").attributes["value"] == path


@pytest.mark.parametrize("path", ["/", "/c/garden/state", "/c/garden/events", "/topics"])
async def test_a_stranger_reads_nothing(club: Site, path: str) -> None:
    async with club.client.get(path, headers={"Accept": "application/json"}) as response:
        assert response.status == 401
        assert "Chapter" not in await response.text()


async def test_a_stranger_does_nothing(club: Site) -> None:
    fields = {"topic": "soil", "token": "abcdefgh12", "message": "1", "reaction": "on 👍"}
    for path in ("/c/garden/seed", "/c/garden/react"):
        async with club.client.post(path, data=fields) as response:
            assert response.status == 401
    assert len(await club.posted()) == 1


async def test_the_token_opens_the_page_until_the_sign_out(club: Site) -> None:
    assert await sign_in(club, target="/c/garden/ahead") == (303, "/c/garden/ahead")
    async with club.client.get("/") as response:
        assert response.status == 200
        assert len(Page(await response.text()).all("form", action="/sign-out")) == 1
    async with club.client.get("/sign-in?next=/c/garden", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/c/garden")
    async with club.client.post("/sign-out", allow_redirects=False) as response:
        assert response.status == 303
    async with club.client.get("/") as response:
        assert response.status == 401


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é\N{SEEDLING}"])
async def test_anything_else_is_not_the_token(club: Site, token: str) -> None:
    status, _ = await sign_in(club, token)
    assert status == 403
    async with club.client.get("/") as response:
        assert response.status == 401


async def test_the_cookie_is_not_the_token_and_cannot_be_made_up(club: Site) -> None:
    await sign_in(club)
    (cookie,) = [each for each in club.client.cookie_jar if each.key == "seedbed_key"]
    assert TOKEN not in cookie.value
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    word, _, proof = cookie.value.partition(".")
    async with club.browser() as stranger:
        for forged in (word, f"{word}.", f"{word}x.{proof}", f".{proof}", "", "."):
            async with stranger.get("/", headers={"Cookie": f"seedbed_key={forged}"}) as response:
                assert response.status == 401, forged
        async with stranger.get("/", headers={"Cookie": f"seedbed_key={cookie.value}"}) as response:
            assert response.status == 200


async def test_guessing_is_slow(club: Site) -> None:
    for _ in range(6):
        assert (await sign_in(club, "wrong"))[0] == 403
    assert (await sign_in(club))[0] == 429, "even the right one waits now"
    club.clock.advance(seconds=10)
    assert (await sign_in(club))[0] == 303


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", ""],
)
async def test_a_sign_in_never_leads_to_another_site(club: Site, target: str) -> None:
    assert await sign_in(club, target=target) == (303, "/")


async def test_health_and_the_looks_of_the_sign_in_are_open(club: Site) -> None:
    for path in ("/healthz", "/static/style.css", "/static/icon.svg"):
        async with club.client.get(path) as response:
            assert response.status in {200, 503}


async def test_the_token_is_on_no_page(club: Site, caplog: pytest.LogCaptureFixture) -> None:
    await sign_in(club, TOKEN + "!")
    await sign_in(club)
    for path in ("/", "/c/garden/ahead", "/healthz", "/sign-in"):
        async with club.client.get(path) as response:
            assert TOKEN not in await response.text()
    assert TOKEN not in caplog.text
