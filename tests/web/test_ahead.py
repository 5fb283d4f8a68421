"""The second page: what comes next, what people liked, how far the library reaches and what is wrong with it."""

from datetime import UTC, datetime
from pathlib import Path

from bot.model import Skip, Why
from tests.fakes.clock import FakeClock
from tests.fakes.posts import GARDEN
from tests.fakes.reading import Page
from tests.fakes.site import Site, library, site


async def read(garden: Site, path: str = "/c/garden/ahead") -> Page:
    async with garden.client.get(path) as response:
        assert response.status == 200, await response.text()
        return Page(await response.text())


def rows(page: Page) -> list[str]:
    return [" ".join(e.text.split()) for e in page.all("tr") if "UTC" in e.text and e.text.strip()[0] != "D"]


async def test_the_next_fourteen_slots_have_date_time_and_offset(garden: Site) -> None:
    shown = rows(await read(garden))
    assert len(shown) == 14
    assert shown[0] == "Wed 2 Dec Tomorrow 08:00 UTC+01:00"
    assert shown[-1] == "Tue 15 Dec 08:00 UTC+01:00"


async def test_a_change_of_the_clocks_is_warned_of(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2027, 3, 25, 12, tzinfo=UTC))
    channels = "  - {name: garden, platform: web, at: '02:30', timezone: Europe/Berlin}\n"
    async with site(tmp_path, clock, channels=channels) as garden:
        page = await read(garden)
    warned = [e for e in page.all("tr", class_="warn") if "28 Mar" in e.text]
    assert len(warned) == 1
    assert "UTC+02:00" in warned[0].text
    assert "03:30" in warned[0].text, "02:30 does not exist on that date"
    assert len(warned[0].text.split("!")[1].strip()) > 10
    offsets = ["UTC+01:00" in row for row in rows(page)]
    assert offsets == sorted(offsets, reverse=True)
    assert len(set(offsets)) == 2


async def test_seeds_are_listed_as_read_or_unread(garden: Site) -> None:
    (entry,) = await garden.posted()
    page = await read(garden)
    shelf = [" ".join(e.text.split()) for e in page.all("tr") if "Author" in e.text]
    assert len(shelf) == 20
    assert [row for row in shelf if row.endswith(" read")] == [
        row for row in shelf if row.startswith(f"{entry.title} ")
    ]
    assert "19 unread 1 read in this round 20 in all" in page.text
    assert page.one("svg", class_="gauge").attributes["aria-label"] == "1 of 20 seeds have been read"


async def test_a_large_library_is_read_page_by_page(tmp_path: Path, clock: FakeClock) -> None:
    async with site(tmp_path, clock, seeds=library(60)) as garden:
        first, last, beyond = [await read(garden, f"/c/garden/ahead?page={leaf}") for leaf in (1, 3, 9)]
    assert (first.text.count("unread Chapter") + 1, last.text.count("unread Chapter") + 1) == (25, 10)
    assert "Page 1 of 3 Next page" in first.text
    assert "Earlier page Page 3 of 3" in last.text
    assert "Chapter" not in beyond.text


async def test_what_is_kept_out_is_named_with_its_place_and_remedy(tmp_path: Path, clock: FakeClock) -> None:
    seeds = {"good.yaml": "text: fine\n", "odd.yaml": "text: fine too\nautor: Somebody\n"}
    async with site(tmp_path, clock, seeds=seeds) as garden:
        page = await read(garden)
        (problem,) = await garden.parts.store.shelf.problems()
    assert (problem.line, problem.column) == (2, 1)
    assert page.one("code").text == f"{problem.path}:2:1"
    assert problem.what in page.text
    assert f"What to do: {problem.remedy}" in page.text


async def test_what_people_liked_is_a_chart_with_its_numbers(garden: Site) -> None:
    assert "Nobody has reacted yet." in (await read(garden)).text
    (entry,) = await garden.posted()
    front = await read(garden, "/")
    for wish in ("on 👍", "on 🌱"):
        fields = {"message": front.one("input", name="message").attributes["value"], "reaction": wish}
        async with garden.client.post("/c/garden/react", data=fields) as response:
            assert response.status == 200
    page = await read(garden)
    assert [(e.attributes["x"], e.attributes["width"]) for e in page.all("rect") if "x" in e.attributes] == [
        ("0.0%", "50.0%"),
        ("50.0%", "50.0%"),
    ]
    row = next(e for e in page.all("tr") if "Well put" in e.text)
    assert " ".join(row.text.split()) == f"{entry.title} today 2 Well put: 1 I will use this: 1"


async def test_a_slot_that_stays_empty_says_why_and_the_next_one_counts(garden: Site) -> None:
    """An organiser skipped tomorrow's."""
    tomorrow = (await garden.parts.clerk.upcoming(GARDEN, 1))[0].slot
    await garden.parts.store.ledger.record_skips([Skip(tomorrow, Why.ASKED, "skipped by an organiser")])
    page = await read(garden)
    (closed,) = page.all("tr", class_="warn closed")
    assert " ".join(closed.text.split()) == "Wed 2 Dec Tomorrow 08:00 UTC+01:00 ! skipped"
    assert "The next seed comes Thursday, 3 December at 08:00." in page.text
    assert "The next seed comes Thursday, 3 December at 08:00." in (await read(garden, "/")).text
