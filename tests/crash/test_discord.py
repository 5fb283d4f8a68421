"""Discord's adapter among crashes, lost answers, late writes and refusals: exactly one post, or a visible `unknown`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.failpoints import FAILPOINTS, STEP_FAILPOINTS
from bot.model import State
from tests.crash.discord_place import PATIENT, DiscordPlace, discord_place, marker_of
from tests.crash.place import beside_each_other, eventually
from tests.simulators.discord.faults import Fault, Kind

ASK = ("--ask", "garden", "plants", "r1")
ON_THE_WAY = tuple(point for point in FAILPOINTS if point not in {"after_pick", "in_claim", "after_claim"})
# What these do to one request to post; a number is seconds, or the code of a refusal.
SECONDS = {Fault.LATE: 1.0, Fault.SLOW: 0.5, Fault.REFUSED: 50013, Fault.RESET_STORM: 3, Fault.BUSY: 0.3}
SECONDS |= {Fault.BUSY_NO_VIA: 0.3, Fault.BUSY_BANNED: 0.3, Fault.BUSY_STRIPPED: 0.3}
POSTING = tuple(fault for fault in Fault if fault is not Fault.EMPTY_HISTORY)
APPLIED = (*(fault for fault in Fault if fault.endswith("_after")), Fault.LATE)


def step(fault: Fault) -> tuple[str, float]:
    return fault.value, SECONDS.get(fault, 0)


def play(root: Path, cases: dict[str, Callable[[DiscordPlace], None]]) -> None:
    """Each with a place and a Discord of its own."""

    def case(name: str) -> None:
        with discord_place(root / name) as place:
            cases[name](place)

    beside_each_other({name: partial(case, name) for name in cases}, at_once=3)


# ---- one post, one crash -------------------------------------------------------------------------------------------


def one_daily(failpoint: str, place: DiscordPlace) -> None:
    place.open_channels(["garden"])
    place.crash(failpoint)
    place.run_until_settled(posts=1)
    place.assert_each_posted_once(1)


def one_asked(failpoint: str, place: DiscordPlace) -> None:
    place.open_channels([], waiting=["garden"])
    place.crash(failpoint, *ASK)
    place.run_until_settled(*ASK, posts=1)
    place.assert_each_posted_once(1)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("of_a_kind", [one_daily, one_asked])
def test_a_crash_at_any_step_ends_in_exactly_one_post(
    tmp_path: Path, of_a_kind: Callable[[str, DiscordPlace], None]
) -> None:
    play(tmp_path, {failpoint: partial(of_a_kind, failpoint) for failpoint in FAILPOINTS})


# ---- every failpoint among every fault -----------------------------------------------------------------------------


def among_faults(failpoint: str, place: DiscordPlace) -> None:
    """A channel for each fault alone and before a definite refusal; for what is in doubt, also before more doubt."""
    scripts: dict[str, tuple[Fault, ...]] = {}
    for fault in POSTING:
        for second in (None, Fault.REFUSED, *([Fault.DROP_AFTER] if fault in APPLIED else [])):
            name = f"{fault}-{second or 'alone'}".replace("_", "-")
            scripts[name] = (fault, second) if second else (fault,)
    place.open_channels(scripts)
    for name, faults in scripts.items():
        place.discord.fault(*map(step, faults), kind=Kind.CREATE_MESSAGE, channel=place.id_of(name)).now()
    place.crash(failpoint)
    place.crash(f"{failpoint}:2" if failpoint in ON_THE_WAY else "after_confirm:2")
    place.run_until_settled(posts=len(scripts))
    place.assert_each_posted_once(len(scripts))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("failpoints", [FAILPOINTS[::2], FAILPOINTS[1::2]], ids=", ".join)
def test_crashes_among_faults_double_and_lose_nothing(tmp_path: Path, failpoints: tuple[str, ...]) -> None:
    play(tmp_path, {failpoint: partial(among_faults, failpoint) for failpoint in failpoints})


# ---- doubt ---------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)
def test_where_the_history_cannot_be_read_a_lost_answer_ends_in_unknown(tmp_path: Path) -> None:
    """READ_MESSAGE_HISTORY is missing: the history looks empty, and that proves nothing."""
    with discord_place(tmp_path / "place") as place:
        names = {fault: fault.replace("_", "-") for fault in (*APPLIED, Fault.DROP_BEFORE)}
        place.open_channels(names.values())
        for fault, name in names.items():
            # The repeat within the nonce's window is surely refused; the doubt is as large as before.
            place.discord.fault(step(fault), ("refused", 50013), kind=Kind.CREATE_MESSAGE, channel=name).now()
            place.discord.forbid("READ_MESSAGE_HISTORY", channel=name).now()
        with place.bot() as bot:
            place.wait_until_settled(bot, posts=len(names))
            told = bot.log
        assert {row.state for row in place.rows()} == {State.UNKNOWN}
        assert all(copies == 1 for copies in place.messages().values())
        assert "nobody knows whether a post is there" in told


def test_a_repeat_within_the_nonce_window_is_no_second_post(tmp_path: Path) -> None:
    with discord_place(tmp_path / "place", manners=("--resend-within", "30", "--timeout", "2")) as place:
        place.open_channels(["garden"])
        place.crash("after_send")
        place.run_until_settled(posts=1)
        assert len(place.discord.requests(Kind.CREATE_MESSAGE).now()) == 2
        place.assert_each_posted_once(1)


def test_a_post_that_was_taken_down_before_the_repeat_is_recorded_as_deleted(tmp_path: Path) -> None:
    """Discord answers the repeated nonce with 10008: it had been there."""
    with discord_place(tmp_path / "place", manners=("--resend-within", "30", "--timeout", "2")) as place:
        place.open_channels(["garden"])
        place.crash("after_send")
        place.discord.delete_message("garden", "last").now()
        place.run_until_settled(posts=1)
        assert [row.state for row in place.rows()] == [State.DELETED]
        assert sum(place.messages().values()) == 0


@pytest.mark.timeout(300)
def test_a_write_that_comes_45_seconds_late_is_found_and_not_repeated(tmp_path: Path) -> None:
    """With the adapter's own patience: the answer is lost, the repeat is refused, the write comes after all."""
    with discord_place(tmp_path / "place", manners=PATIENT) as place:
        place.open_channels(["garden"])
        place.discord.fault(("late", 45), ("refused", 50013), kind=Kind.CREATE_MESSAGE).now()
        with place.bot() as bot:
            eventually(lambda: bool(place.messages()), lambda: bot.log)
            bot.kill()
        with place.bot() as bot:
            eventually_posted = partial(place.wait_until_settled, bot, 1)
            eventually_posted()
        place.assert_each_posted_once(1)


# ---- what follows a post -------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)
def test_a_crash_in_what_follows_finishes_the_rest_and_repeats_nothing(tmp_path: Path) -> None:
    def case(failpoint: str) -> None:
        with discord_place(tmp_path / failpoint.replace(":", "-")) as place:
            place.open_channels(["garden"], more="thread: true, reactions: [🌱, 💧], pin: true")
            place.crash(failpoint)
            place.hasten_steps()
            with place.bot() as bot:
                eventually(lambda: place.steps() == {"done"}, lambda: f"{place.steps()} {bot.log}")
            place.assert_each_posted_once(1)
            (post,) = [message for message in place.seen("garden") if marker_of(message)]
            assert post.pinned
            assert set(post.reactions) == {"🌱", "💧"}
            assert post.thread is not None
            texts = [message.content for message in place.seen(post.thread) if message.content]
            assert texts
            assert len(texts) == len(set(texts)), "a message in the thread was repeated"

    names = [f"{name}:{count}" for name in STEP_FAILPOINTS for count in (1, 2, 3)]
    beside_each_other({name: partial(case, name) for name in names}, at_once=3)


# ---- two processes -------------------------------------------------------------------------------------------------


def test_two_processes_on_one_database_post_once(tmp_path: Path) -> None:
    with discord_place(tmp_path / "place") as place:
        place.open_channels(["garden"])
        with place.start() as one, place.start() as other:
            eventually(lambda: not (one.alive and other.alive), lambda: one.log + other.log)
            place.wait_until_settled(one if one.alive else other, 1)
        place.assert_each_posted_once(1)


def test_two_bots_with_databases_of_their_own_post_once(tmp_path: Path) -> None:
    """A copy of the folder on another machine: the nonce is the same, and what is there is found."""
    with discord_place(tmp_path / "one") as place:
        place.open_channels(["garden"])
        other = place.twin(tmp_path / "other")
        with place.start() as one, other.start() as two:
            place.wait_until_settled(one, 1)
            other.wait_until_settled(two, 1)
        place.assert_each_posted_once(1)
