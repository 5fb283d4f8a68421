"""How often the gateway is dialled and new sessions begin, whatever goes wrong and however often the bot restarts."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.discord.pacing import DIALS, MOST_A_DAY, SESSIONS, Dials, SessionBudget
from tests.fakes.clock import FakeClock
from tests.fakes.memory_places import MemoryNotes

DAY = timedelta(days=1)


def budget(clock: FakeClock, notes: MemoryNotes | None = None) -> SessionBudget:
    return SessionBudget(notes or MemoryNotes(), clock)


async def begin(sessions: SessionBudget, clock: FakeClock) -> None:
    """As soon as it may."""
    clock.advance(seconds=(await sessions.pause()).total_seconds())
    assert await sessions.pause() == timedelta(0)
    await sessions.spend()


async def test_the_first_sessions_of_an_hour_are_free_and_the_pauses_grow_to_five_minutes() -> None:
    clock = FakeClock()
    sessions, pauses = budget(clock), []
    for _ in range(14):
        pauses.append((await sessions.pause()).total_seconds())
        await begin(sessions, clock)
    assert pauses[:5] == [0] * 5
    assert pauses[5:11] == [5, 10, 20, 40, 80, 160]
    assert pauses[11:] == [300, 300, 300]


async def test_a_bot_that_does_nothing_else_begins_under_four_hundred_sessions_a_day_restarts_included() -> None:
    """Discord resets the token at 1,000."""
    clock, notes = FakeClock(), MemoryNotes()
    begun, first = 0, clock.now()
    while clock.now() - first < DAY:
        await begin(budget(clock, notes), clock)  # another process each time
        begun += 1
    assert 200 < begun < 400


async def test_no_more_than_the_days_share_whatever_was_written_down() -> None:
    clock, notes = FakeClock(), MemoryNotes()
    long_ago = [clock.now() - DAY + timedelta(minutes=number + 1) for number in range(MOST_A_DAY)]
    await notes.keep("discord/identifies", " ".join(str(round(one.timestamp())) for one in long_ago))
    assert await budget(clock, notes).pause() == timedelta(minutes=1)


async def test_a_clock_that_was_ahead_holds_nobody_up_for_long() -> None:
    clock, notes = FakeClock(), MemoryNotes()
    ahead = [clock.now() + timedelta(days=300) for _ in range(30)]
    await notes.keep("discord/identifies", " ".join(str(round(one.timestamp())) for one in ahead))
    assert await budget(clock, notes).pause() <= SESSIONS.longest


@given(st.lists(st.floats(-7200, 7200, allow_nan=False), max_size=40))
@settings(max_examples=200, deadline=None)
def test_a_pause_is_never_negative_and_never_longer_than_the_longest(offsets: list[float]) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    earlier = sorted(now + timedelta(seconds=one) for one in offsets)
    for patience in (SESSIONS, DIALS):
        assert timedelta(0) <= patience.pause(earlier, now) <= patience.longest


async def test_the_gateway_is_dialled_at_once_when_it_was_not_lately() -> None:
    clock = FakeClock()
    dials = Dials(clock)
    for _ in range(20):
        clock.advance(minutes=6)
        await dials.wait()
