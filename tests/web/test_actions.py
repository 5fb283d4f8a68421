"""Reacting and asking, with and without the script."""

import asyncio

import aiohttp
import pytest

from bot.errors import Refused
from bot.model import Answer, MessageId, StepName
from tests.fakes.posts import GARDEN, make_channel, make_message
from tests.fakes.reading import Page
from tests.fakes.site import Site

JSON = {"Accept": "application/json"}


async def read(garden: Site, path: str = "/") -> Page:
    async with garden.client.get(path) as response:
        return Page(await response.text())


async def press(garden: Site, wish: str = "on 👍", **fields: str) -> int:
    page = await read(garden)
    form = {name: page.one("input", name=name).attributes["value"] for name in ("message", "post")}
    async with garden.client.post("/c/garden/react", data=form | {"reaction": wish} | fields) as response:
        return response.status


async def ask(garden: Site, topic: str, token: str = "") -> Page:
    """By the page's own form, as a browser without scripts sends it."""
    page = await read(garden)
    form = {"topic": topic, "token": token or page.one("input", name="token").attributes["value"]}
    async with garden.client.post("/c/garden/seed", data=form) as response:
        return Page(await response.text())


# ---- reactions -----------------------------------------------------------------------------------------------------


async def test_a_reaction_is_counted_and_shows_itself_pressed(garden: Site) -> None:
    assert await press(garden) == 200
    button = (await read(garden)).one("button", value="off 👍")
    assert button.attributes["aria-pressed"] == "true"
    assert button.text.split() == ["Well", "put", "1"]
    garden.clock.advance(seconds=1)
    assert await press(garden, "off 👍") == 200
    button = (await read(garden)).one("button", value="on 👍")
    assert button.attributes["aria-pressed"] == "false"
    assert button.text.split() == ["Well", "put"]


async def test_a_form_sent_twice_counts_once(garden: Site) -> None:
    assert [await press(garden), await press(garden)] == [200, 200]
    (entry,) = await garden.posted()
    assert entry.reactions == {"👍": 1}


async def test_visitors_count_each_for_themselves(garden: Site) -> None:
    await press(garden)
    async with garden.browser() as other:
        async with other.get("/") as response:
            page = Page(await response.text())
        assert page.one("button", value="on 👍").attributes["aria-pressed"] == "false"
        assert page.one("button", value="on 👍").text.split()[-1] == "1"
        fields = {"message": page.one("input", name="message").attributes["value"], "reaction": "on 👍"}
        async with other.post("/c/garden/react", data=fields, headers=JSON) as response:
            assert await response.json() == {"reaction": "👍", "mine": True}
    (entry,) = await garden.posted()
    assert entry.reactions == {"👍": 2}


@pytest.mark.parametrize(
    "fields",
    [
        {"wish": "on 💩"},
        {"wish": "on <script>"},
        {"wish": "on "},
        {"wish": "maybe 👍"},
        {"wish": ""},
        {"wish": "off " + "x" * 65},
        {"message": ""},
    ],
    ids=str,
)
async def test_only_the_reactions_of_the_page_are_taken(garden: Site, fields: dict[str, str]) -> None:
    assert await press(garden, **fields) == 400
    (entry,) = await garden.posted()
    assert entry.reactions == {}


async def test_a_message_that_is_not_there_has_no_reactions(garden: Site) -> None:
    assert await press(garden, message="4711") == 404


async def test_without_a_cookie_nobody_reacts_or_asks(garden: Site) -> None:
    """Otherwise each press of somebody who refuses cookies would be another person."""
    async with garden.browser() as stranger:
        for path in ("/c/garden/react", "/c/garden/seed"):
            async with stranger.post(path, data={"topic": "soil", "token": "abcdefgh12"}) as response:
                assert response.status == 400
                assert "cookie" in await response.text()


# ---- /seed ---------------------------------------------------------------------------------------------------------


async def test_a_topic_is_answered_with_a_seed(garden: Site) -> None:
    page = await ask(garden, "weather")
    newest = (await garden.posted())[0]
    assert newest.post.message is not None
    assert "weather" in newest.post.message.topics
    assert len(page.all("article", id=f"post-{newest.post.id}")) == 1


async def test_the_same_form_twice_is_one_post(garden: Site) -> None:
    """A reload, a double click, a proxy that repeats."""
    for _ in range(2):
        await ask(garden, "weather", token="the-same-token")
    assert len(await garden.posted()) == 2


async def test_another_visitor_cannot_use_up_a_request(garden: Site) -> None:
    await ask(garden, "weather", token="the-same-token")
    async with garden.browser() as other:
        await other.get("/")
        form = {"topic": "weather", "token": "the-same-token"}
        async with other.post("/c/garden/seed", data=form, headers=JSON) as response:
            assert (await response.json())["answer"] == Answer.POSTED
    assert len(await garden.posted()) == 3


async def test_what_was_read_is_pointed_to(garden: Site) -> None:
    (entry,) = await garden.posted()
    page = await ask(garden, entry.title or "")
    while "has been read here already" not in page.text:
        garden.clock.advance(minutes=1)
        page = await ask(garden, entry.title or "")
    assert f"Everything about {entry.title} has been read here already" in page.text
    links = [e.attributes["href"] for e in page.all("a") if e.attributes.get("data-post")]
    assert len(links) == 1
    async with garden.client.get(links[0]) as response:
        assert response.status == 200


async def test_when_nothing_matches_three_topics_are_offered(garden: Site) -> None:
    page = await ask(garden, "wether patterns")
    assert "The library has nothing about wether patterns. The nearest it has:" in page.text
    near = page.all("button", name="topic")
    assert 1 <= len(near) <= 3
    again = await ask(garden, near[0].attributes["value"])
    assert len(again.all("article")) == 2


@pytest.mark.parametrize(
    "topic",
    [
        'he said "soil" AND NOT (water*) OR NEAR(^x, 5)',
        "\N{SEEDLING}" * 10_000,
        "x" * 10_000,
        "NUL \0 and \N{RIGHT-TO-LEFT OVERRIDE}",
        "'; DROP TABLE post; --",
        "{{ 7 * 7 }} <script>alert(1)</script>",
        "%",
    ],
    ids=["operators", "emoji", "long", "controls", "sql", "markup", "percent"],
)
async def test_any_text_is_safe_to_ask_for(garden: Site, topic: str) -> None:
    page = await read(garden)
    form = {"topic": topic, "token": page.one("input", name="token").attributes["value"]}
    # As the page's own form: multipart, where ten thousand emoji fit into 64 KB.
    async with garden.client.post("/c/garden/seed", data=_multipart(form), headers=JSON) as response:
        assert response.status == 200, await response.text()
        answer = await response.json()
    assert answer["answer"] in {Answer.POSTED, Answer.NOTHING}
    assert "<script>" not in answer["html"]


def _multipart(form: dict[str, str]) -> aiohttp.MultipartWriter:
    writer = aiohttp.MultipartWriter("form-data")
    for name, value in form.items():
        part = writer.append(value)
        part.set_content_disposition("form-data", name=name)
    return writer


@pytest.mark.parametrize(
    ("topic", "token", "sentence"),
    [
        ("x" * 10_001, "abcdefgh12", "this one has 10,001"),
        ("  ", "abcdefgh12", "Say a topic"),
        ("soil", "short", "This form is not whole"),
        ("soil", "a/b/c/d/e/f", "This form is not whole"),
    ],
    ids=["too long", "blank", "no token", "odd token"],
)
async def test_what_cannot_be_asked_is_explained(garden: Site, topic: str, token: str, sentence: str) -> None:
    await read(garden)
    form = {"topic": topic, "token": token}
    async with garden.client.post("/c/garden/seed", data=form, headers=JSON) as response:
        assert response.status == 400
        assert sentence in (await response.json())["error"]
    assert len(await garden.posted()) == 1


async def test_the_script_gets_a_new_token_for_the_next_question(garden: Site) -> None:
    page = await read(garden)
    form = {"topic": "zzzz", "token": page.one("input", name="token").attributes["value"]}
    async with garden.client.post("/c/garden/seed", data=form, headers=JSON) as response:
        answer = await response.json()
    assert answer["answer"] == Answer.NOTHING
    assert answer["token"] not in {"", form["token"]}


async def test_many_who_ask_at_once_each_get_an_answer(garden: Site) -> None:
    async with asyncio.TaskGroup() as group:
        pages = [group.create_task(ask(garden, topic, f"token-{topic}")) for topic in ("soil", "water", "light")]
    assert all(page.result().all("article") for page in pages)
    assert len(await garden.posted(GARDEN)) == 4


# ---- what the script asks for ----------------------------------------------------------------------------------------


async def test_topics_are_completed(garden: Site) -> None:
    for prefix, expected in {"we": ["weather"], "WE": ["weather"], "zzz": [], "so" * 500: []}.items():
        async with garden.client.get("/topics", params={"q": prefix}) as response:
            assert await response.json() == expected
    async with garden.client.get("/topics") as response:
        assert len(await response.json()) == 7


async def test_the_state_tells_what_a_tab_shows(garden: Site) -> None:
    await press(garden)
    page = await read(garden)
    async with garden.client.get("/c/garden/state?shown=1") as response:
        state = await response.json()
    (entry,) = await garden.posted()
    assert state == {
        "version": page.one("main").attributes["data-version"],
        "reactions": {str(entry.post.id): {"👍": [1, True]}},
    }
    await ask(garden, "weather")
    async with garden.client.get("/c/garden/state?shown=1") as response:
        assert (await response.json())["version"] != state["version"]


async def test_the_page_refuses_what_only_other_platforms_have(garden: Site) -> None:
    with pytest.raises(Refused, match="the web page has no thread"):
        await garden.web.follow(StepName.THREAD, make_channel(), MessageId("1"), make_message())
