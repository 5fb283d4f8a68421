"""Two processes on one database: one of them posts."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import app, config
from bot.model import ChannelName, State
from tests.crash.place import BoardPlace, Place, eventually

CHANNELS = tuple(f"bed-{number}" for number in range(30))
PACE = 0.03  # seconds between two plans, so that they last about as long as a start


@pytest.fixture
def page(tmp_path: Path) -> Place:
    """A bot on its own page."""
    return Place(tmp_path / "page")


def test_a_second_run_is_refused_names_the_first_and_leaves_it_alone(page: Place) -> None:
    page.open_channels(["garden"])
    with page.bot() as first:
        page.wait_until_settled(first, posts=1)
        second = page.run("run")
        assert second.code == 1
        assert f"process {first.pid}" in second.sentence
        assert first.address in second.sentence
        assert first.get("/healthz").status == 200
        assert first.terminate().code == 0
    page.assert_each_posted_once(1)


def test_of_two_started_together_one_runs_and_posts(page: Place) -> None:
    page.open_channels(CHANNELS)
    with page.start() as one, page.start() as other:
        eventually(lambda: not (one.alive and other.alive), lambda: one.log + other.log)
        winner, loser = (one, other) if one.alive else (other, one)
        refused = loser.wait()
        assert refused.code == 1
        assert "is in use by" in refused.sentence
        winner.wait_until_ready()
        page.wait_until_settled(winner, posts=len(CHANNELS))
    page.assert_each_posted_once(len(CHANNELS))


def test_a_bot_killed_the_hard_way_leaves_the_database_to_the_next(page: Place) -> None:
    page.open_channels(["garden"])
    with page.bot() as bot:
        bot.kill()
    page.run_until_settled(posts=1)
    page.assert_each_posted_once(1)


def test_posts_that_are_planned_while_the_bot_catches_up_are_no_doubles(place: BoardPlace) -> None:
    """An organiser's posts and the daily ones want the same seeds of the same channels, some at the same moment."""
    place.open_channels(CHANNELS)
    planned = asyncio.run(plan_during_a_start(place))
    assert planned < len(CHANNELS)
    place.run_until_settled(posts=len(CHANNELS) + planned)
    place.assert_each_posted_once(len(CHANNELS) + planned)
    assert sum(row.kind == "daily" for row in place.rows()) == len(CHANNELS)


async def plan_during_a_start(place: BoardPlace) -> int:
    """Do what `seedbed post` does, for one channel after the other; how many posts were planned."""
    planned = 0
    async with app.assemble(config.load(place.config, {}), {}) as parts:
        await parts.service.start()
        drafts = [await parts.drafter.draft_now(ChannelName(name), "cli/1") for name in CHANNELS]
        with place.start() as bot:
            for draft in drafts:
                if draft is drafts[-1]:
                    bot.wait_until_ready()
                planned += await parts.store.ledger.enqueue(draft, parts.clock.now()) is not None
                await asyncio.sleep(PACE)
            assert bot.terminate().code == 0
    return planned


def test_commands_that_post_at_the_same_moment_post_once_each_or_say_why_not(page: Place) -> None:
    page.open_channels(["garden"])
    with page.bot() as bot, ThreadPoolExecutor(3) as pool:
        ended = [command.result() for command in [pool.submit(page.run, "post", "garden") for _ in range(3)]]
        page.wait_until_settled(bot, posts=1)
    done = [command for command in ended if command.code == 0]
    assert done
    assert all("another post took this seed" in command.sentence for command in ended if command.code)
    page.assert_each_posted_once(1 + len(done))
    assert {row.state for row in page.rows()} == {State.POSTED}
