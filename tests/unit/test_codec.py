"""Instants come back from their columns as they went in."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.storage.codec import instant, micros


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_microsecond(when: datetime) -> None:
    assert instant(micros(when)) == when


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_instants_sort_in_their_column_as_they_do_in_time(one: datetime, other: datetime) -> None:
    assert (micros(one) < micros(other)) == (one < other)


def test_the_end_of_time_fits() -> None:
    forever = datetime.max.replace(tzinfo=UTC)
    assert instant(micros(forever)) == forever
    assert micros(forever) < 2**63
