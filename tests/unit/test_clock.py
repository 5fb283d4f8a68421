"""Nothing is posted while the clock is obviously wrong; a clock that was put right is believed again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import PLAUSIBLE_UNTIL, PROBATION, RELEASED, TOLERANCE, ClockGuard, SystemClock
from tests.fakes.clock import BEGINNING, FakeClock

MOMENT = timedelta(seconds=1)


def test_the_real_clock_is_aware_and_only_goes_forward() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.elapsed() <= clock.elapsed()


@pytest.mark.parametrize("wrong", [datetime(1970, 1, 1, tzinfo=UTC), RELEASED - MOMENT, PLAUSIBLE_UNTIL + MOMENT])
def test_a_time_that_cannot_be_is_doubted_from_the_start(wrong: datetime) -> None:
    assert ClockGuard(FakeClock(wrong)).doubt() is not None


def test_a_clock_that_runs_is_believed(clock: FakeClock) -> None:
    guard = ClockGuard(clock)
    for _ in range(100):
        clock.advance(hours=7)
        assert guard.doubt() is None


@pytest.mark.parametrize("step", [timedelta(days=10), timedelta(hours=-2)])
def test_a_step_is_believed_after_ten_minutes(clock: FakeClock, step: timedelta) -> None:
    guard = ClockGuard(clock)
    clock.set(clock.now() + step)
    assert guard.doubt() is not None
    clock.advance(seconds=PROBATION.total_seconds() - 1)
    assert guard.doubt() is not None
    clock.advance(seconds=1)
    assert guard.doubt() is None


def test_a_small_correction_is_no_step(clock: FakeClock) -> None:
    guard = ClockGuard(clock)
    clock.set(clock.now() + TOLERANCE)
    assert guard.doubt() is None


def test_the_platforms_own_time_settles_it_at_once(clock: FakeClock) -> None:
    guard = ClockGuard(clock)
    clock.set(clock.now() + timedelta(days=1))
    assert guard.doubt(server_time=clock.now()) is None
    assert "platform" in (guard.doubt(server_time=BEGINNING) or "")
