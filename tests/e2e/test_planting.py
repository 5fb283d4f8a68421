"""What members bring, on the command line: looked at, decided on, posted, and moved into the library."""

import asyncio
from pathlib import Path

import pytest

from bot import app, config
from bot.model import Cutting, Source
from tests.e2e.process import Home
from tests.e2e.test_acting import NO_HURRY

MOSS = Cutting(
    "Moss drinks the fog\nthrough every leaf, and asks for no root: " + "what falls on it is enough. " * 12,
    title="On fog: a beginning",
    author="A gardener",
    source=Source("Notes", "https://example.org/fog", "1931-04"),
    topics=("fog", "late frost"),
)
RUSH = Cutting("A rush needs wet feet.")


@pytest.fixture
def still(home: Home) -> Home:
    """A channel that posts only what it is told to, and two proposals."""
    home.write("seedbed.yaml", NO_HURRY % "")
    asyncio.run(propose(home, MOSS, RUSH))
    return home


async def propose(home: Home, *cuttings: Cutting) -> None:
    """As members do, from a platform."""
    async with app.assemble(config.load(home.config, {}), {}) as parts:
        for cutting in cuttings:
            await parts.nursery.propose("server", "alice", cutting)


def planted(home: Home) -> list[str]:
    return sorted(path.name for path in (home.root / "data" / "planted").glob("*"))


def test_organisers_see_what_waits_and_decide(still: Home) -> None:
    listed = [line.split("\t") for line in still.run("proposals").out.splitlines()]
    assert [(row[0], row[2:]) for row in listed] == [
        ("number", ["server", "title", "author", "topics"]),
        ("1", ["server", "On fog: a beginning", "A gardener", "fog, late frost"]),
        ("2", ["server", "A rush needs wet feet.", "", ""]),
    ]
    approved = still.run("proposals", "--approve", "1")
    (file,) = planted(still)
    assert approved.out == f"proposal 1 is approved as {Path(file).stem}\n"
    assert still.run("proposals", "--approve", "1").out == approved.out
    assert still.run("proposals", "--decline", "1").out == approved.out
    assert still.run("proposals", "--decline", "2").out == "proposal 2 is declined\n"
    assert still.run("proposals", "--json").json() == []
    assert still.run("proposals").out == "number\tproposed\tserver\ttitle\tauthor\ttopics\n"
    assert still.run("search", "late frost", "--json").json()[0]["id"] == Path(file).stem
    assert still.run("check").code == 0


def test_a_proposal_is_shown_whole_as_the_file_that_it_would_be(still: Home) -> None:
    shown = still.run("proposals", "1").out
    still.run("proposals", "--approve", "1")
    (file,) = planted(still)
    text = (still.root / "data" / "planted" / file).read_text()
    assert shown.splitlines()[2:] == text.splitlines()[1:], "the same but for its id"
    assert still.run("proposals", "2", "--json").json() == {
        "number": 2,
        "space": "server",
        "decision": "waiting",
        "made": still.run("proposals", "2", "--json").json()["made"],
        "seed": None,
        "title": None,
        "author": None,
        "source": {"title": None, "url": None, "published": None},
        "topics": [],
        "text": RUSH.text,
    }


def test_a_running_bot_posts_what_was_approved_beside_it(still: Home) -> None:
    with still.bot():
        still.run("proposals", "--approve", "2")
        (file,) = planted(still)
        assert still.run("post", "garden", "--seed", Path(file).stem).code == 0
    assert [post["seed"] for post in still.posts()] == [Path(file).stem]


def test_export_moves_what_was_approved_into_the_library(still: Home) -> None:
    assert still.run("export").out == "nothing is waiting to be moved\n"
    for number in ("1", "2"):
        still.run("proposals", "--approve", number)
    files = planted(still)
    still.run("post", "garden", "--seed", Path(files[0]).stem)
    done = still.run("export")
    targets = [still.seeds / "planted" / file for file in files]
    assert (done.code, done.out) == (0, "".join(f"{target}\n" for target in targets) + "2 seeds moved\n")
    assert all(target.exists() for target in targets)
    assert planted(still) == []
    again = still.run("post", "garden", "--seed", Path(files[0]).stem)
    assert "already read in garden" in again.sentence, "it is the same seed in its new place"
    assert still.run("check", "--json").json()["seeds"] == 5
    assert still.run("export").out == "nothing is waiting to be moved\n"


def test_an_export_out_of_the_library_says_what_that_means(still: Home, tmp_path: Path) -> None:
    still.run("proposals", "--approve", "2")
    done = still.run("export", str(tmp_path / "elsewhere"))
    assert done.out.splitlines()[-1] == (
        f"{tmp_path / 'elsewhere'} is outside the library: until they are in it, they are not posted"
    )
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1


def test_export_overwrites_nothing(still: Home) -> None:
    still.run("proposals", "--approve", "2")
    (file,) = planted(still)
    still.write(f"seeds/planted/{file}", "text: Something else.\nid: else\n")
    done = still.run("export")
    assert (done.code, done.out) == (64, "")
    assert done.sentence == f"{still.seeds / 'planted' / file} is another file; move it away, or name another folder"
    assert planted(still) == [file]
