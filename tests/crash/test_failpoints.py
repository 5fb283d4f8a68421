"""The bot ends as by `kill -9` at each step between the pick and the confirmation, is started again, and posts once."""

from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from bot.failpoints import FAILPOINTS
from tests.crash.place import BoardPlace, beside_each_other, chat_board, eventually
from tests.fakes.platform import MANNERS
from tests.simulators.board import Fault

BEFORE_THE_ROW = ("after_pick", "in_claim")
ON_THE_WAY = tuple(point for point in FAILPOINTS if point not in {*BEFORE_THE_ROW, "after_claim"})
ASK = ("--ask", "garden", "plants", "r1")


def play_beside_each_other(root: Path, play: Callable[[str, BoardPlace], None], failpoints: tuple[str, ...]) -> None:
    """Each failpoint with a place and a board of its own."""

    def case(failpoint: str) -> None:
        with chat_board() as board:
            play(failpoint, BoardPlace(root / failpoint, board))

    beside_each_other({failpoint: partial(case, failpoint) for failpoint in failpoints})


# ---- one post, one crash -------------------------------------------------------------------------------------------


def daily(failpoint: str, place: BoardPlace) -> None:
    place.open_channels(["garden"])
    place.crash(failpoint)
    place.run_until_settled(posts=1)


def asked(failpoint: str, place: BoardPlace) -> None:
    """Asked once more after the restart, as a member does who got no answer."""
    place.open_channels([], waiting=["garden"])
    place.crash(failpoint, *ASK)
    place.run_until_settled(*ASK, posts=1)


def planned(failpoint: str, place: BoardPlace) -> None:
    """Planned by `seedbed post` beside the bot, which does the sending."""
    place.open_channels([], waiting=["garden"])
    assert place.plan("garden", "cli/1")
    place.crash(failpoint)
    place.run_until_settled(posts=1)


@pytest.mark.parametrize(
    ("play", "kind", "failpoints"),
    [(daily, "daily", FAILPOINTS), (asked, "asked", FAILPOINTS), (planned, "asked", ON_THE_WAY)],
    ids=["daily", "asked", "planned"],
)
def test_a_crash_at_any_step_ends_in_exactly_one_post(
    tmp_path: Path, play: Callable[[str, BoardPlace], None], kind: str, failpoints: tuple[str, ...]
) -> None:
    def case(failpoint: str, place: BoardPlace) -> None:
        play(failpoint, place)
        place.assert_each_posted_once(1)
        assert [row.kind for row in place.rows()] == [kind]

    play_beside_each_other(tmp_path, case, failpoints)


@pytest.mark.parametrize(
    "steps",
    [
        ("after_pick", "in_claim", "after_claim", "before_send", "after_send", "in_confirm", "after_confirm"),
        ("after_look", "before_send", "before_send", "after_send", "in_confirm", "in_confirm", "after_confirm"),
    ],
    ids=["each further", "some twice"],
)
def test_one_crash_after_the_other_ends_in_exactly_one_post(place: BoardPlace, steps: tuple[str, ...]) -> None:
    place.open_channels(["garden"])
    for step in steps:
        place.crash(step)
    place.run_until_settled(posts=1)
    place.assert_each_posted_once(1)


# ---- a crash among failures of the platform ------------------------------------------------------------------------

SECONDS = {Fault.LATE: 0.5, Fault.SLOW: 0.5, Fault.BUSY: 0.2}


def among_failures(failpoint: str, place: BoardPlace) -> None:
    """A channel for each pair of faults, all in one bot, which dies twice while they are in every state there is."""
    pairs = {f"{one}-{other}".replace("_", "-"): (one, other) for one, other in product(Fault, repeat=2)}
    place.open_channels(pairs)
    place.board.tell(faults={name: [[fault, SECONDS.get(fault, 0)] for fault in pair] for name, pair in pairs.items()})
    place.crash(failpoint)
    place.crash(f"{failpoint}:{len(Fault)}" if failpoint in ON_THE_WAY else "after_confirm:3")
    place.run_until_settled(posts=len(pairs))
    place.assert_each_posted_once(len(pairs))


@pytest.mark.parametrize("failpoints", [FAILPOINTS[::2], FAILPOINTS[1::2]], ids=", ".join)
def test_crashes_among_failures_of_the_platform_double_and_lose_nothing(
    tmp_path: Path, failpoints: tuple[str, ...]
) -> None:
    play_beside_each_other(tmp_path, among_failures, failpoints)


def test_a_post_that_waited_for_its_turn_is_in_doubt_from_its_request_on(place: BoardPlace) -> None:
    """Claimed long before it was requested: the time that the platform is given counts from the request."""
    hanging = [f"hanging-{number}" for number in range(MANNERS.concurrency)]
    place.open_channels([*hanging, "slow"])
    place.board.tell(faults={"slow": [["slow", 1.5]]} | {name: ["hang"] for name in hanging})
    with place.start() as bot:
        eventually(lambda: place.board.requests > len(hanging), lambda: bot.log)
        bot.kill()
    place.run_until_settled(posts=len(hanging) + 1)
    place.assert_each_posted_once(len(hanging) + 1)
