"""Resting between two askings."""

from datetime import timedelta

from bot.platforms.cooldown import Cooldown
from tests.fakes.clock import BEGINNING, FakeClock

MINUTE = timedelta(minutes=1)


def test_it_says_when_it_will_be_over(clock: FakeClock) -> None:
    rest = Cooldown(clock, MINUTE)
    assert rest.take("ada") is None
    clock.advance(seconds=20)
    assert rest.take("ada") == BEGINNING + MINUTE


def test_asking_too_early_does_not_make_it_longer(clock: FakeClock) -> None:
    rest = Cooldown(clock, MINUTE)
    rest.take("ada")
    clock.advance(seconds=59)
    assert rest.take("ada") is not None
    clock.advance(seconds=1)
    assert rest.take("ada") is None


def test_everybody_rests_apart(clock: FakeClock) -> None:
    rest = Cooldown(clock, MINUTE)
    rest.take("ada")
    assert rest.take("ben") is None


def test_what_came_to_nothing_does_not_count(clock: FakeClock) -> None:
    rest = Cooldown(clock, MINUTE)
    rest.take("ada")
    rest.release("ada")
    rest.release("ada")
    assert rest.take("ada") is None


def test_a_wall_clock_that_is_set_changes_nothing(clock: FakeClock) -> None:
    """An hour back would keep a member waiting for an hour."""
    rest = Cooldown(clock, MINUTE)
    rest.take("ada")
    clock.set(BEGINNING - timedelta(hours=1))
    clock.advance(minutes=1)
    assert rest.take("ada") is None


def test_what_is_over_is_forgotten(clock: FakeClock) -> None:
    """A bot runs for years, and members come and go."""
    rest = Cooldown(clock, MINUTE)
    for number in range(100):
        rest.take(number)
    clock.advance(minutes=1)
    rest.take("ada")
    assert len(rest) == 1
