"""What stands between the network and the page: hosts, origins, headers, sizes, pace, and errors that tell nothing."""

import re
import socket
from pathlib import Path

import aiohttp
import pytest

from bot.config import Secret, WebSettings
from bot.errors import PlatformUnavailable
from bot.model import PlantAnswer, PlantRequest
from bot.platforms.web import WebPlatform
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import KeepingInbox
from tests.fakes.posts import GARDEN
from tests.fakes.reading import Page
from tests.fakes.site import Site, site

PAGES = ["/", "/c/garden", "/c/garden/ahead", "/?before=1", "/nowhere"]


async def reaction(garden: Site) -> dict[str, str]:
    """The fields of a reaction to today's seed, as the page's own form has them."""
    async with garden.client.get("/") as response:
        page = Page(await response.text())
    return {"message": page.one("input", name="message").attributes["value"], "reaction": "on 👍"}


async def counts(garden: Site) -> dict[str, int]:
    (entry,) = await garden.posted()
    return entry.reactions


# ---- hosts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.8.8.8", "[::1]:1", "me.localhost."])
async def test_on_this_machine_the_page_answers_to_this_machines_names(garden: Site, host: str) -> None:
    async with garden.client.get("/", headers={"Host": host}) as response:
        assert response.status == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.168.1.5", "", "[", "a:b:c"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/c/garden/state"])
async def test_any_other_name_is_refused(garden: Site, host: str, path: str) -> None:
    """Otherwise a foreign page could read this one by pointing its own name here (DNS rebinding)."""
    async with garden.client.get(path, headers={"Host": host}) as response:
        assert response.status == 403
        assert "Chapter" not in await response.text()


async def test_names_in_the_settings_are_answered_too(tmp_path: Path, clock: FakeClock) -> None:
    web = "{port: 0, hosts: [reading.example.org]}"
    async with site(tmp_path, clock, web=web) as garden:
        for host, status in {"reading.example.org": 200, "localhost": 200, "other.example.org": 403}.items():
            async with garden.client.get("/", headers={"Host": host}) as response:
                assert response.status == status, host


async def test_listening_to_others_needs_a_token(garden: Site) -> None:
    store = garden.parts.store
    platform = WebPlatform(WebSettings("0.0.0.0", 0), store.board, garden.parts.clerk, garden.clock)
    with pytest.raises(PlatformUnavailable, match="SEEDBED_WEB_TOKEN"):
        await platform.start(KeepingInbox())


async def test_where_others_can_reach_it_any_name_will_do_until_some_are_listed(garden: Site) -> None:
    for hosts, status in {(): 401, ("reading.example.org",): 403}.items():
        settings = WebSettings("0.0.0.0", 0, hosts, Secret("a token of some length"))
        platform = WebPlatform(settings, garden.parts.store.board, garden.parts.clerk, garden.clock)
        await platform.start(KeepingInbox())
        try:
            assert platform.address.startswith("http://127.0.0.1:")
            async with garden.client.get(platform.address, headers={"Host": "anything.example"}) as response:
                assert response.status == status
            async with garden.client.get(f"{platform.address}/healthz", headers={"Host": "10.0.0.7"}) as response:
                assert response.status in {200, 503}, "a probe asks for an address, not for a name"
        finally:
            await platform.stop()


# ---- origins -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/c/garden/react", "/c/garden/seed", "/sign-in", "/sign-out"])
async def test_another_site_cannot_send_a_form(garden: Site, headers: dict[str, str], path: str) -> None:
    fields = await reaction(garden) | {"topic": "soil", "token": "abcdefgh12"}
    async with garden.client.post(path, data=fields, headers=headers, allow_redirects=False) as response:
        assert response.status == 403
    assert await counts(garden) == {}
    assert len(await garden.posted()) == 1


async def test_the_pages_own_forms_are_taken(garden: Site) -> None:
    headers = {"Origin": garden.web.address, "Sec-Fetch-Site": "same-origin"}
    async with garden.client.post("/c/garden/react", data=await reaction(garden), headers=headers) as response:
        assert response.status == 200
    assert await counts(garden) == {"👍": 1}


async def test_a_proxy_may_hand_on_another_host_than_the_browser_sees(tmp_path: Path, clock: FakeClock) -> None:
    async with site(tmp_path, clock, web="{port: 0, hosts: [reading.example.org]}") as garden:
        await garden.post_daily()
        headers = {"Origin": "https://reading.example.org"}
        async with garden.client.post("/c/garden/react", data=await reaction(garden), headers=headers) as response:
            assert response.status == 200


# ---- headers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "/healthz", "/topics", "/static/style.css", "/c/garden/post/1"])
async def test_every_answer_carries_the_headers_that_keep_it_in(garden: Site, path: str) -> None:
    async with garden.client.get(path, allow_redirects=False) as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Server"] == "seedbed"


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_inline_script_or_style(garden: Site, path: str) -> None:
    async with garden.client.get(path) as response:
        page = Page(await response.text())
    for element in page.elements:
        assert element.tag not in {"style", "iframe", "base"}
        assert element.tag != "script" or element.attributes["src"].startswith("/static/")
        assert not [name for name in element.attributes if name == "style" or name.startswith("on")]


async def test_everything_on_a_page_comes_from_the_page_itself(garden: Site) -> None:
    async with garden.client.get("/") as response:
        page = Page(await response.text())
    sources = [e.attributes["src"] for e in page.all("script")] + [e.attributes["href"] for e in page.all("link")]
    assert len(sources) == 5
    for source in sources:
        async with garden.client.get(source) as response:
            assert response.status == 200
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert not re.search(rb"https?://(?!www\.w3\.org)", await response.read())
        async with garden.client.get(source.partition("?")[0]) as response:
            assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/static/nothing.css", "/static/..%2Fplatform.py", "/static/%2Fetc%2Fpasswd"])
async def test_static_files_are_those_and_no_others(garden: Site, path: str) -> None:
    async with garden.client.get(path) as response:
        assert response.status == 404


async def test_a_visitor_is_one_anonymous_cookie(garden: Site) -> None:
    async with garden.client.get("/") as response:
        cookie = response.cookies["seedbed_visitor"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == str(365 * 24 * 3600)
        assert not cookie["secure"], "this one came over plain HTTP"
    async with garden.client.get("/") as response:
        assert "seedbed_visitor" not in response.cookies, "it is set once"


async def test_behind_https_the_cookie_stays_there(garden: Site) -> None:
    async with garden.client.get("/", headers={"X-Forwarded-Proto": "https"}) as response:
        assert response.cookies["seedbed_visitor"]["secure"]


async def test_the_cookie_itself_is_not_kept(garden: Site) -> None:
    """Reading the database must not be enough to react in somebody's name."""
    async with garden.client.post("/c/garden/react", data=await reaction(garden)):
        pass
    (cookie,) = [each.value for each in garden.client.cookie_jar if each.key == "seedbed_visitor"]
    (entry,) = await garden.posted()
    assert entry.post.message_id is not None
    (kept,) = await garden.web.reactions(GARDEN, entry.post.message_id)
    assert cookie not in kept.user


# ---- sizes, shapes, pace -------------------------------------------------------------------------------------------


async def test_a_request_of_more_than_64_kb_is_refused(garden: Site) -> None:
    await reaction(garden)
    async with garden.client.post("/c/garden/seed", data={"topic": "x" * 70_000}) as response:
        assert response.status == 413
        assert "64 KB" in await response.text()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b"topic=%FF%FE", "application/x-www-form-urlencoded; charset=none-such"),
        (b"no boundary", "multipart/form-data"),
        (b"no boundary", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="topic"\r\n\r\nhalf', "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="topic"; filename="f"\r\n\r\nsoil\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b"{}", "application/json"),
        (b"", ""),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_a_form_that_is_none_is_refused_with_a_sentence(garden: Site, body: bytes, kind: str) -> None:
    await reaction(garden)
    for path in ("/c/garden/seed", "/c/garden/react", "/sign-in"):
        async with garden.client.post(path, data=body, headers={"Content-Type": kind}) as response:
            assert response.status in {400, 403}, path
            assert "Traceback" not in await response.text()
    assert len(await garden.posted()) == 1


async def test_whoever_sends_too_much_waits_and_then_goes_on(garden: Site) -> None:
    fields = await reaction(garden)
    for _ in range(20):
        async with garden.client.post("/c/garden/react", data=fields) as response:
            assert response.status == 200
    async with garden.client.post("/c/garden/react", data=fields) as response:
        assert response.status == 429
        assert response.headers["Retry-After"] == "1"
        assert "Try again in 1 second." in await response.text()
    async with garden.browser() as other:
        await other.get("/")
        async with other.post("/c/garden/react", data=fields) as response:
            assert response.status == 200, "another visitor is not held up"
    garden.clock.advance(seconds=1)
    async with garden.client.post("/c/garden/react", data=fields) as response:
        assert response.status == 200


async def test_new_cookies_do_not_get_round_the_pace(garden: Site) -> None:
    fields = await reaction(garden)
    statuses = set()
    for number in range(130):
        cookie = {"Cookie": f"seedbed_visitor={number:022}"}
        async with aiohttp.request(
            "POST", f"{garden.web.address}/c/garden/react", data=fields, headers=cookie
        ) as response:
            statuses.add(response.status)
    assert statuses == {200, 429}


# ---- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/nowhere", "/c/nobody", "/c/garden/post/99", "/c/garden/post/x", "/?before=-1", "/?open=9e9"]
)
async def test_an_address_that_is_none_says_so_kindly(garden: Site, path: str) -> None:
    async with garden.client.get(path) as response:
        assert response.status == 404
        page = Page(await response.text())
    assert page.one("h1").text == "Nothing grows here"
    assert len(page.all("a", href="/", class_="brand")) == 1


async def test_a_number_too_large_for_the_store_is_no_address(garden: Site) -> None:
    for path in ("/?before=99999999999999999999", "/c/garden/ahead?page=1e3", "/c/garden/ahead?page=٣"):
        async with garden.client.get(path) as response:
            assert response.status == 404
    async with garden.client.get("/?before=999999999999999999") as response:
        assert response.status == 200


async def test_the_wrong_method_is_told_the_right_one(garden: Site) -> None:
    async with garden.client.post("/c/garden/ahead") as response:
        assert response.status == 405
        assert "GET" in response.headers["Allow"]


class BrokenInbox(KeepingInbox):
    """Has a mistake in it, as our own code might."""

    async def plant_seed(self, request: PlantRequest) -> PlantAnswer:
        raise ValueError("a detail of ours")


async def test_a_mistake_of_ours_is_a_page_without_a_trace_of_it(
    garden: Site, caplog: pytest.LogCaptureFixture
) -> None:
    settings = WebSettings(port=0)
    platform = WebPlatform(settings, garden.parts.store.board, garden.parts.clerk, garden.clock)
    await platform.start(BrokenInbox())
    try:
        await garden.client.get(f"{platform.address}/")
        form = {"topic": "soil", "token": "abcdefgh12"}
        for accept in ("text/html", "application/json"):
            url, headers = f"{platform.address}/c/garden/seed", {"Accept": accept}
            async with garden.client.post(url, data=form, headers=headers) as response:
                assert response.status == 500
                text = await response.text()
                assert "It was not your doing" in text
                assert "Traceback" not in text
                assert "a detail of ours" not in text
    finally:
        await platform.stop()
    assert "a detail of ours" in caplog.text


async def test_a_store_that_fails_is_said_without_its_path(garden: Site, caplog: pytest.LogCaptureFixture) -> None:
    await garden.parts.store.close()
    for path, accept in {"/": "text/html", "/c/garden/state": "application/json"}.items():
        async with garden.client.get(path, headers={"Accept": accept}) as response:
            assert response.status == 503
            assert response.content_type == accept
            text = await response.text()
        assert "whoever runs it finds the reason in its log" in text
        assert str(garden.parts.settings.database) not in text
    assert len(caplog.records) == 2
    assert "Traceback" not in caplog.text


async def test_a_port_that_is_taken_is_named(garden: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        platform = WebPlatform(WebSettings(port=port), garden.parts.store.board, garden.parts.clerk, garden.clock)
        with pytest.raises(PlatformUnavailable, match=rf"127\.0\.0\.1:{port}.*web\.port"):
            await platform.start(KeepingInbox())
        assert not platform.health().ok
