"""The channel's page: today's seed, its questions, the posts below, and what stands there instead of them."""

from itertools import pairwise
from pathlib import Path

import pytest

from bot.model import PlatformName
from bot.overview import Clerk
from bot.platforms.web import WebPlatform
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import KeepingInbox
from tests.fakes.posts import GARDEN
from tests.fakes.reading import Page
from tests.fakes.site import CHANNELS, Site, library, site

HOSTILE = """\
title: "@everyone <script>alert(1)</script> [x](javascript:alert(1))"
author: "<b>Bobby</b> {{ 7 * 7 }}"
text: |
  @everyone <script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>

    & an indented second paragraph
topics: ["<i>html</i>"]
source: {title: '"><script>', url: "https://example.org/?a=1&b=%22"}
"""


async def read(garden: Site, path: str = "/") -> Page:
    async with garden.client.get(path) as response:
        assert response.status == 200, await response.text()
        return Page(await response.text())


async def read_for_days(garden: Site, days: int) -> None:
    for _ in range(days):
        garden.clock.advance(days=1)
        await garden.post_daily()


# ---- today ---------------------------------------------------------------------------------------------------------


async def test_todays_seed_has_all_that_a_reader_wants(garden: Site) -> None:
    (entry,) = await garden.posted()
    message = entry.post.message
    assert message is not None
    page = await read(garden)
    assert page.one("h1").text == message.title
    assert "seed Tuesday, 1 December 2026" in page.text
    assert page.one("span", class_="label").text.startswith("Today")
    assert all(paragraph in page.text for paragraph in message.text.split("\n\n"))
    assert f"{message.attribution.author} The Book October 1851 Continue at books.example.org" in page.text
    link = page.one("a", href=str(message.attribution.source.url))
    assert link.attributes["rel"] == "noopener noreferrer nofollow"
    assert "The next seed comes tomorrow at 08:00." in page.text


async def test_the_three_questions_name_their_kind_in_words(garden: Site) -> None:
    (entry,) = await garden.posted()
    assert entry.post.message is not None
    page = await read(garden)
    assert page.all("h2")[0].text == "Answer any one:"
    assert [e.text for e in page.all("span", class_="family")] == ["Close reading", "Take a side", "Connect"]
    shown = [e.text for e in page.all("span", class_="question")]
    assert shown == [prompt.text for prompt in entry.post.message.prompts]


async def test_paragraphs_stay_apart(garden: Site) -> None:
    page = await read(garden)
    assert [
        e.text.startswith(("The text of", "Its second"))
        for e in page.all("p")
        if "chapter" in e.text or "about" in e.text
    ]
    assert page.html.count("<p>Its second paragraph") == 1


async def test_a_hostile_seed_shows_as_text(tmp_path: Path, clock: FakeClock) -> None:
    async with site(tmp_path, clock, seeds={"hostile.yaml": HOSTILE}) as garden:
        await garden.post_daily()
        pages = [await read(garden), await read(garden, "/c/garden/ahead")]
    for page in pages:
        assert "@everyone <script>alert(1)</script> [x](javascript:alert(1))" in page.text
        assert "<b>Bobby</b> {{ 7 * 7 }}" in page.text
        assert not page.all("b", class_="") or all(e.text.isdecimal() for e in page.all("b"))
        assert not page.all("i")
        assert not page.all("img")
        assert all(e.attributes.get("src", "").startswith("/static/") for e in page.all("script"))
        for link in page.all("a"):
            assert link.attributes["href"].startswith(("/", "#", "https://example.org/"))


async def test_a_very_long_excerpt_is_folded_but_whole(tmp_path: Path, clock: FakeClock) -> None:
    words = " ".join(f"word{number}" for number in range(5_000))
    async with site(tmp_path, clock, seeds={"long.yaml": f"text: {words}\n"}) as garden:
        await garden.post_daily()
        page = await read(garden)
    paragraphs = [e.text for e in page.all("p") if e.text.startswith("word")]
    assert " ".join(paragraphs) == words
    assert len(paragraphs[0]) <= 3_000
    assert len(page.all("details", class_="fold")) == 1


# ---- what stands there instead ---------------------------------------------------------------------------------------


async def test_before_the_first_seed_the_page_says_when_it_comes(tmp_path: Path, clock: FakeClock) -> None:
    channels = "  - {name: garden, platform: web, at: '18:30', timezone: Europe/Berlin}\n"
    async with site(tmp_path, clock, channels=channels) as garden:
        assert (await read(garden)).one("h1").text == "The first seed comes today at 18:30"
        clock.advance(hours=9)
        assert (await read(garden)).one("h1").text == "The first seed comes as soon as possible"


async def test_an_empty_library_says_what_to_do(tmp_path: Path, clock: FakeClock) -> None:
    async with site(tmp_path, clock, seeds={}) as garden:
        page = await read(garden)
    assert page.one("h1").text == "No seed has been planted yet"
    assert "put excerpts into seeds/" in page.text


async def test_a_pause_is_said(garden: Site) -> None:
    await garden.parts.store.ledger.pause(GARDEN, None)
    assert "This channel is paused until somebody resumes it." in (await read(garden)).text
    garden.clock.advance(days=1)
    await garden.parts.store.ledger.pause(GARDEN, garden.clock.now().replace(hour=11))
    assert "This channel is paused until today, 12:00." in (await read(garden)).text


@pytest.mark.parametrize(
    ("when_exhausted", "sentence"),
    [
        ("stop", "13 unread seeds are left; the first slot without one is Monday, 21 December."),
        ("new_round", "13 unread seeds are left; those already read come round again from Monday, 21 December on."),
    ],
)
async def test_a_library_that_runs_low_is_said_with_the_date(
    tmp_path: Path, clock: FakeClock, when_exhausted: str, sentence: str
) -> None:
    channels = CHANNELS.replace("}", f", when_exhausted: {when_exhausted}}}")
    async with site(tmp_path, clock, channels=channels) as garden:
        await garden.post_daily()
        assert "runs low" not in (await read(garden)).text
        await read_for_days(garden, 6)
        assert f"The library runs low. {sentence}" in (await read(garden)).text.replace(
            "\N{NARROW NO-BREAK SPACE}", " "
        )


async def test_yesterdays_seed_is_not_called_todays(garden: Site) -> None:
    garden.clock.advance(days=1)
    page = await read(garden)
    assert "The latest seed Tuesday, 1 December 2026" in page.text
    assert "The next seed comes as soon as possible." in page.text


async def test_without_a_channel_here_the_page_says_so(garden: Site) -> None:
    parts = garden.parts
    nobody = Clerk({}, parts.store, parts.librarian, parts.searcher, garden.clock, {})
    platform = WebPlatform(parts.settings.web, parts.store.board, nobody, garden.clock)
    await platform.start(KeepingInbox())
    try:
        async with garden.client.get(f"{platform.address}/") as response:
            assert response.status == 404
            assert "Its seeds are posted elsewhere." in await response.text()
    finally:
        await platform.stop()


# ---- below it --------------------------------------------------------------------------------------------------------


async def test_late_and_asked_for_posts_are_marked(garden: Site) -> None:
    garden.clock.advance(days=1, hours=3)
    await garden.post_daily()
    page = await read(garden)
    async with garden.client.post(
        "/c/garden/seed", data={"topic": "soil", "token": page.one("input", name="token").attributes["value"]}
    ) as response:
        page = Page(await response.text())
    hero, asked, first = page.all("article")
    assert "Today" in hero.text
    assert "late" in hero.text
    assert "asked for: soil" in " ".join(asked.text.split())
    assert "Yesterday, 10:00" in first.text


async def test_earlier_posts_are_read_page_by_page(tmp_path: Path, clock: FakeClock) -> None:
    async with site(tmp_path, clock, seeds=library(45)) as garden:
        await garden.post_daily()
        await read_for_days(garden, 44)
        seen: list[str] = []
        path = "/"
        while path:
            page = await read(garden, path)
            seen += [e.attributes["id"] for e in page.all("article")]
            path = next((e.attributes["href"] for e in page.all("a", id="more")), "")
            assert len(seen) <= 45
        assert seen == [f"post-{entry.post.id}" for entry in await garden.posted()]


async def test_a_post_has_a_lasting_address(tmp_path: Path, clock: FakeClock) -> None:
    async with site(tmp_path, clock, seeds=None) as garden:
        await garden.post_daily()
        await read_for_days(garden, 19)
        first = (await garden.posted())[-1].post.id
        async with garden.client.get(f"/c/garden/post/{first}") as response:
            page = Page(await response.text())
    article = page.one("article", id=f"post-{first}")
    assert "open" in next(e for e in page.all("details") if e.text in article.text).attributes


# ---- several channels ------------------------------------------------------------------------------------------------

TWO = """\
  - {name: garden, platform: web, at: '08:00', timezone: Europe/Berlin, first_post: now}
  - {name: night-owls, platform: web, at: '23:30', timezone: America/New_York, first_post: now}
"""


async def test_each_channel_has_its_page_and_its_own_time(tmp_path: Path, clock: FakeClock) -> None:
    async with site(tmp_path, clock, channels=TWO) as garden:
        await garden.post_daily()
        front, owls = await read(garden), await read(garden, "/c/night-owls")
    assert front.one("title").text.endswith("garden · Seedbed")
    assert owls.one("title").text.endswith("night-owls · Seedbed")
    assert "The next seed comes tomorrow at 23:30." in owls.text
    assert "all times are those of America/New_York" in owls.text
    assert [e.text for e in owls.all("a", aria_current="true")] == ["night-owls"]
    assert [e.attributes["href"] for e in front.all("a") if e.text in {"garden", "night-owls"}] == [
        "/c/garden",
        "/c/night-owls",
    ]


async def test_one_channel_needs_no_switcher(garden: Site) -> None:
    assert not (await read(garden)).all("nav", aria_label="Channels")


async def test_only_channels_of_this_platform_are_shown(garden: Site) -> None:
    assert {channel.platform for channel in garden.parts.clerk.channels()} == {PlatformName.WEB}
    async with garden.client.get("/c/book-club") as response:
        assert response.status == 404
        assert "There is no channel of this name here." in await response.text()


# ---- for everybody ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/c/garden/ahead", "/?before=1", "/nowhere"])
async def test_headings_landmarks_and_labels_are_in_order(garden: Site, path: str) -> None:
    async with garden.client.get(path) as response:
        page = Page(await response.text())
    assert page.one("html").attributes["lang"] == "en"
    assert len(page.all("main")) == len(page.all("h1")) == len(page.all("footer")) == 1
    assert page.one("a", class_="skip").attributes["href"] == "#main"
    levels = [int(e.tag[1]) for e in page.elements if e.tag in {"h1", "h2", "h3", "h4"}]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    labelled = {e.attributes["for"] for e in page.all("label")}
    for field in page.all("input"):
        assert field.attributes.get("type") == "hidden" or field.attributes["id"] in labelled
    for element in page.elements:
        assert set(element.attributes.get("aria-labelledby", "").split()) <= set(ids)
