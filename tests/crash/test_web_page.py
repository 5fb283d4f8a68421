"""The bot exactly as its users run it, on its own page: it ends at each step, is started again, and posts once."""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.failpoints import FAILPOINTS
from bot.model import Answer, State
from tests.crash.place import KILLED, Place, beside_each_other
from tests.e2e.process import DEADLINE, Running

BEFORE_THE_ROW = ("after_pick", "in_claim")
VISITOR = {"Cookie": f"seedbed_visitor={'v' * 22}", "Accept": "application/json"}


def ask(bot: Running) -> Any:
    """What the page's `/seed` form sends, the same each time."""
    form = urllib.parse.urlencode({"topic": "plants", "token": "t" * 22}).encode()
    request = urllib.request.Request(f"{bot.address}/c/garden/seed", form, VISITOR)
    with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
        return json.load(answer)


def daily(failpoint: str, place: Place) -> None:
    place.open_channels(["garden"])
    place.crash(failpoint)
    place.run_until_settled(posts=1)


def asked(failpoint: str, place: Place) -> None:
    """A member who got no answer asks once more, with the form that is still on the screen."""
    place.open_channels([], waiting=["garden"])
    with place.bot(env={"SEEDBED_FAILPOINT": failpoint}) as bot:
        with suppress(urllib.error.URLError, http.client.HTTPException, ConnectionError):
            pytest.fail(f"answered in spite of {failpoint}: {ask(bot)}")
        assert bot.wait().code == KILLED
    place.assert_sound()
    with place.bot() as bot:
        answer = ask(bot)
        assert answer["answer"] in {Answer.POSTED, Answer.SENDING}
        place.wait_until_settled(bot, posts=1)
        assert ask(bot)["post"] == answer["post"]
        assert bot.terminate().code == 0


# A command plans its post and then takes it up, so there is neither a pick nor a claim of its own.
PLANNED = tuple(point for point in FAILPOINTS if point not in {"after_pick", "after_claim"})


def by_command(failpoint: str, place: Place) -> None:
    """`seedbed post` while no bot runs; where nothing was written down yet, the organiser says it again."""
    place.open_channels([], waiting=["garden"])
    assert place.run("post", "garden", env={"SEEDBED_FAILPOINT": failpoint}).code == KILLED
    place.assert_sound()
    if failpoint in BEFORE_THE_ROW:
        assert place.run("post", "garden").code == 0
    place.run_until_settled(posts=1)


@pytest.mark.parametrize(
    ("play", "failpoints"),
    [(daily, FAILPOINTS), (asked, FAILPOINTS), (by_command, PLANNED)],
    ids=["daily", "asked", "by command"],
)
def test_a_crash_at_any_step_ends_in_exactly_one_post(
    tmp_path: Path, play: Callable[[str, Place], None], failpoints: tuple[str, ...]
) -> None:
    def case(failpoint: str) -> None:
        place = Place(tmp_path / failpoint)
        play(failpoint, place)
        place.assert_each_posted_once(1)
        (post,) = place.posts(State.POSTED)
        assert post["seed"] == place.rows()[0].seed

    beside_each_other({failpoint: partial(case, failpoint) for failpoint in failpoints})
