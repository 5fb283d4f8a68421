"""What the platform does not tell: a lost answer, an unreadable history, a refusal after both. Never a second post."""

import shutil

import pytest

from bot.model import State
from tests.crash.place import BoardPlace, Row, eventually


def by_channel(place: BoardPlace) -> dict[str, Row]:
    return {row.channel: row for row in place.rows()}


def copies(place: BoardPlace, channel: str) -> int:
    return sum(count for (name, _), count in place.messages().items() if name == channel)


def resolve(place: BoardPlace, channel: str, word: str) -> None:
    done = place.run("resolve", str(by_channel(place)[channel].id), word)
    assert done.code == 0, done


def test_where_the_history_cannot_be_read_a_person_settles_what_is_unknown(place: BoardPlace) -> None:
    """Two posts are there and two are not; nobody but the person who looks can tell."""
    there, absent = ("drop-after", "hang-after"), ("drop-before", "error-before")
    place.open_channels([*there, *absent])
    place.board.tell(may_read=False, faults={name: [name.replace("-", "_")] for name in (*there, *absent)})
    with place.bot() as bot:
        place.wait_until_settled(bot, posts=4)
        assert {row.state for row in place.rows()} == {State.UNKNOWN}
        assert place.board.requests == 4
        for name in there:
            resolve(place, name, "--sent")
        for name in absent:
            resolve(place, name, "--resend")
        place.wait_until_settled(bot, posts=4)
        assert place.run("resolve", "1", "--resend").code == 64
    place.assert_each_posted_once(4)


@pytest.mark.parametrize(("failpoint", "word"), [("before_send", "--resend"), ("after_send", "--sent")])
def test_a_crash_where_the_history_cannot_be_read_ends_in_unknown(place: BoardPlace, failpoint: str, word: str) -> None:
    place.open_channels(["garden"])
    place.board.tell(may_read=False)
    place.crash(failpoint)
    requests = place.board.requests
    place.run_until_settled(posts=1)
    assert by_channel(place)["garden"].state == State.UNKNOWN
    assert place.board.requests == requests
    resolve(place, "garden", word)
    place.run_until_settled(posts=1)
    place.assert_each_posted_once(1)


def test_a_refusal_after_a_lost_answer_does_not_clear_the_doubt(place: BoardPlace) -> None:
    """The repeat within the nonce's window is surely refused; the first request may have been applied all the same."""
    place.open_channels(["there", "absent"])
    place.board.tell(
        drop_repeats=60,
        may_read=False,
        faults={"there": ["drop_after", "refused"], "absent": ["drop_before", "refused"]},
    )
    place.run_until_settled("--resend-within", "8", posts=2)
    assert place.board.requests == 4
    assert {row.state for row in place.rows()} == {State.UNKNOWN}
    resolve(place, "there", "--sent")
    place.board.tell(may_read=True)
    resolve(place, "absent", "--resend")
    place.run_until_settled(posts=2)
    place.assert_each_posted_once(2)


def test_a_repeat_within_the_nonce_window_is_no_second_post(place: BoardPlace) -> None:
    """Also after a crash: the bot that comes next repeats the request, and the platform drops it."""
    place.open_channels(["garden"])
    place.board.tell(drop_repeats=60)
    place.crash("after_send", "--resend-within", "30")
    place.run_until_settled("--resend-within", "30", posts=1)
    assert place.board.requests == 2
    place.assert_each_posted_once(1)


def test_a_refused_post_is_tried_again_with_the_same_seed_and_goes_out_once(place: BoardPlace) -> None:
    place.open_channels(["garden"])
    place.board.tell(refuse="the channel is archived")
    with place.bot() as bot:
        eventually(lambda: [row.state for row in place.rows()] == [State.BLOCKED], lambda: bot.log)
        bot.kill()
    (refused,) = place.rows()
    assert place.messages() == {}
    place.board.tell(refuse=None)
    place.run_until_settled(posts=1)
    assert place.rows()[0].seed == refused.seed
    place.assert_each_posted_once(1)


def test_a_bot_that_is_stopped_during_a_request_ends_well_and_posts_once(place: BoardPlace) -> None:
    place.open_channels(["garden"])
    place.board.tell(faults=["hang_after"])
    with place.start() as bot:
        eventually(lambda: place.board.requests == 1, lambda: bot.log)
        assert bot.terminate().code == 0
    place.run_until_settled(posts=1)
    place.assert_each_posted_once(1)


def test_a_lost_database_makes_no_second_post_of_the_day(place: BoardPlace) -> None:
    """As a restored backup does: the ledger has forgotten, the platform has not."""
    place.open_channels(["garden"])
    place.run_until_settled(posts=1)
    shutil.rmtree(place.database.parent)
    place.run_until_settled(posts=1)
    assert place.board.requests == 1
    place.assert_each_posted_once(1)
