"""Commands that change something, whether the bot runs or not: one post, one pause, one answer."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.conftest import TEXTS
from tests.e2e.process import Home

NO_HURRY = """\
web: {port: 0}
channels:
  - name: garden
    platform: web
    at: "09:00"
    except_dates: [%s]
"""


@pytest.fixture(params=["running", "stopped"])
def garden(request: pytest.FixtureRequest, home: Home) -> Iterator[Home]:
    """A channel without a slot today, so that the tests alone make posts."""
    today = datetime.now(UTC).date()
    quiet = ", ".join(str(today + timedelta(days=days)) for days in (-1, 0, 1))
    home.write("seedbed.yaml", NO_HURRY % quiet)
    with home.bot() as bot:
        if request.param == "stopped":
            bot.terminate()
        yield home


def test_post_makes_one_post_of_the_seed_that_preview_showed(garden: Home) -> None:
    heading = garden.run("preview").out.splitlines()[0]
    done = garden.run("post", "garden")
    assert (done.code, done.out, done.err) == (0, f"post 1 in garden: posted, {heading}\n", "")
    (post,) = garden.posts()
    assert (post["state"], post["kind"], post["slot"], post["message_id"]) == ("posted", "asked", None, "1")


def test_post_takes_the_seed_that_was_named_and_never_twice(garden: Home) -> None:
    assert garden.run("post", "garden", "--seed", "reed").out == "post 1 in garden: posted, The reed\n"
    again = garden.run("post", "garden", "--seed", "reed")
    assert (again.code, again.sentence) == (64, "reed was already read in garden in round 1; a round never repeats")
    assert [post["seed"] for post in garden.posts()] == ["reed"]


def test_a_post_is_seen_on_the_page_of_the_running_bot_at_once(home: Home) -> None:
    with home.bot() as bot:
        bot.wait_for_log("posted post=1")
        read = home.posts()[0]["seed"]
        unread = next(name for name in TEXTS if name != read)
        assert TEXTS[unread] not in bot.get("/").text
        assert home.run("post", "garden", "--seed", unread).code == 0
        assert TEXTS[unread] in bot.get("/").text
        assert f"seed={unread}" in bot.log  # by the bot, not by the command


def test_skip_leaves_out_the_next_slot_and_its_seed_stays_unread(garden: Home) -> None:
    first = garden.run("next", "--json").json()[0]
    done = garden.run("skip", "garden")
    day = datetime.fromisoformat(first["local"])
    assert (done.code, done.out) == (0, f"garden will not post on {day:%A, %Y-%m-%d at %H:%M}\n")
    slots = garden.run("next", "--json").json()
    assert [slot["note"] for slot in slots if slot["due"] == first["due"]] == ["skipped"]
    assert garden.run("skip", "garden").out != done.out
    report = garden.run("status", "--json").json()["channels"][0]
    assert (report["runway"]["unread"], report["next"]["date"] > first["date"]) == (3, True)


def test_pause_lasts_until_resume(garden: Home) -> None:
    ahead = garden.run("status", "--json").json()["channels"][0]["next"]
    done = garden.run("pause", "garden")
    assert (done.code, done.out) == (0, "garden is paused until you run `seedbed resume garden`\n")
    paused = garden.run("status", "--json").json()["channels"][0]
    assert (paused["paused"], paused["next"]) == ({"until": None}, None)
    assert "\npaused until resumed\n" in garden.run("status").out
    assert {slot["note"] for slot in garden.run("next", "--json").json()} == {"paused"}
    assert garden.run("resume", "garden").out.startswith("garden posts again, next on ")
    resumed = garden.run("status", "--json").json()["channels"][0]
    assert (resumed["paused"], resumed["next"]) == (None, ahead)


def test_pause_until_a_date_ends_with_its_first_local_hour(home: Home) -> None:
    home.write("seedbed.yaml", NO_HURRY % "" + "    timezone: Asia/Tokyo\n")
    day = datetime.now(UTC).date() + timedelta(days=5)
    done = home.run("pause", "garden", "--until", str(day))
    assert (done.code, done.out) == (0, f"garden is paused until {day:%A, %Y-%m-%d}, by its own calendar\n")
    paused = home.run("status", "--json").json()["channels"][0]
    assert paused["paused"] == {"until": f"{day - timedelta(days=1)}T15:00:00Z"}
    assert paused["next"]["date"] == str(day)
    assert f"\npaused until {day:%A %Y-%m-%d} 00:00\n" in home.run("status").out


def test_resolve_settles_what_is_unknown(garden: Home) -> None:
    for seed in ("moss", "reed"):
        garden.run("post", "garden", "--seed", seed)
    with closing(sqlite3.connect(garden.database)) as database, database:
        database.execute("UPDATE post SET state = 'unknown', message_id = NULL, posted = NULL, reconcile_at = NULL")
    assert "unknown" in garden.run("status").out
    assert garden.run("resolve", "1", "--sent").out == "post 1 counts as posted\n"
    assert garden.run("resolve", "2", "--resend").out == "post 2 will be sent again\n"
    states = [post["state"] for post in garden.posts()]
    assert states[0] == "posted"
    assert states[1] in {"pending", "sending", "posted"}


def test_the_seed_put_first_is_posted_next(garden: Home) -> None:
    assert garden.run("queue", "garden").out == "place\tseed\ttitle\n"
    assert garden.run("queue", "garden", "reed").out == "place\tseed\ttitle\n1\treed\tThe reed\n"
    two = garden.run("queue", "garden", "fern")
    assert (two.code, two.out) == (0, "place\tseed\ttitle\n1\tfern\tThe fern\n2\treed\tThe reed\n")
    assert garden.run("post", "garden").out == "post 1 in garden: posted, The fern\n"
    assert garden.run("queue", "garden", "reed", "--remove").out == "place\tseed\ttitle\n"
