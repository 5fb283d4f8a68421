"""Slack's adapter among crashes, lost answers, late writes and refusals: exactly one post, or a visible `unknown`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.failpoints import FAILPOINTS
from bot.model import State
from tests.crash.place import beside_each_other
from tests.crash.slack_place import SlackPlace, slack_place
from tests.simulators.slack.faults import AFTER, Fault

POST = "chat.postMessage"
ASK = ("--ask", "garden", "plants", "r1")
ON_THE_WAY = tuple(point for point in FAILPOINTS if point not in {"after_pick", "in_claim", "after_claim"})
# What a fault comes with: seconds, or an error of Slack's.
WITH: dict[Fault, float | str] = {
    Fault.LATE: 1.0,
    Fault.SLOW: 0.5,
    Fault.BUSY: 1,
    Fault.REFUSED: "fatal_error",
    Fault.REFUSED_AFTER: "fatal_error",
}
POSTING = tuple(fault for fault in Fault if fault is not Fault.EMPTY_HISTORY)
APPLIED = (*AFTER, Fault.LATE)
REFUSAL = ("refused", "restricted_action")  # a definite one


def step(fault: Fault) -> tuple[str, float | str]:
    return fault.value, WITH.get(fault, 0)


def play(root: Path, cases: dict[str, Callable[[SlackPlace], None]]) -> None:
    """Each with a place and a Slack of its own."""

    def case(name: str) -> None:
        with slack_place(root / name) as place:
            cases[name](place)

    beside_each_other({name: partial(case, name) for name in cases}, at_once=3)


def one_daily(failpoint: str, place: SlackPlace) -> None:
    place.open_channels(["garden"])
    place.crash(failpoint)
    place.run_until_settled(posts=1)
    place.assert_each_posted_once(1)


def one_asked(failpoint: str, place: SlackPlace) -> None:
    place.open_channels([], waiting=["garden"])
    place.crash(failpoint, *ASK)
    place.run_until_settled(*ASK, posts=1)
    place.assert_each_posted_once(1)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("of_a_kind", [one_daily, one_asked])
def test_a_crash_at_any_step_ends_in_exactly_one_post(
    tmp_path: Path, of_a_kind: Callable[[str, SlackPlace], None]
) -> None:
    play(tmp_path, {failpoint: partial(of_a_kind, failpoint) for failpoint in FAILPOINTS})


def among_faults(failpoint: str, place: SlackPlace) -> None:
    """A channel for each fault alone and before a definite refusal; for what is in doubt, also before more doubt."""
    scripts: dict[str, list[tuple[str, float | str]]] = {}
    for fault in POSTING:
        name = fault.replace("_", "-")
        scripts[f"{name}-alone"] = [step(fault)]
        scripts[f"{name}-refused"] = [step(fault), REFUSAL]
        if fault in APPLIED:
            scripts[f"{name}-lost"] = [step(fault), step(Fault.DROP_AFTER)]
    place.open_channels(scripts)
    for name, steps in scripts.items():
        place.slack.fault(*steps, method=POST, channel=name).now()
    place.crash(failpoint)
    place.crash(f"{failpoint}:2" if failpoint in ON_THE_WAY else "after_confirm:2")
    place.run_until_settled(posts=len(scripts))
    place.assert_each_posted_once(len(scripts))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("failpoints", [FAILPOINTS[::2], FAILPOINTS[1::2]], ids=", ".join)
def test_crashes_among_faults_double_and_lose_nothing(tmp_path: Path, failpoints: tuple[str, ...]) -> None:
    play(tmp_path, {failpoint: partial(among_faults, failpoint) for failpoint in failpoints})


@pytest.mark.timeout(300)
def test_where_the_history_cannot_be_read_a_lost_answer_ends_in_unknown(tmp_path: Path) -> None:
    with slack_place(tmp_path / "place") as place:
        names = {fault: fault.replace("_", "-") for fault in (*APPLIED, Fault.DROP_BEFORE)}
        place.open_channels(names.values())
        place.slack.revoke_scope("channels:history", "groups:history").now()
        for fault, name in names.items():
            place.slack.fault(step(fault), method=POST, channel=name).now()
        with place.bot() as bot:
            place.wait_until_settled(bot, posts=len(names))
            told = bot.log
        assert {row.state for row in place.rows()} == {State.UNKNOWN}
        assert all(copies == 1 for copies in place.messages().values())
        assert "nobody knows whether a post is there" in told
