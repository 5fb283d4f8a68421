"""Values come back from their columns as they went in."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Attribution, Family, Kind, Marker, Message, Prompt, SeedId, Source
from bot.storage.codec import instant, micros
from bot.storage.documents import lines_from_json, lines_to_json, message_from_json, to_json
from tests.fakes.posts import make_message

texts = st.text(st.characters())  # lone surrogates, NUL and all
maybe = st.none() | texts
prompts = st.builds(Prompt, texts, st.sampled_from(Family), texts)
messages = st.builds(
    Message,
    marker=texts.map(Marker),
    kind=st.sampled_from(Kind),
    seed=texts.map(SeedId),
    title=maybe,
    text=texts,
    attribution=st.builds(Attribution, maybe, st.builds(Source, maybe, maybe, maybe)),
    topics=st.lists(texts).map(tuple),
    invitation=texts,
    prompts=st.lists(prompts, max_size=3).map(tuple),
    late=st.booleans(),
    topic=maybe,
)


@given(messages)
def test_any_message_comes_back_equal(message: Message) -> None:
    assert message_from_json(to_json(message)) == message


@given(messages)
def test_a_message_is_kept_in_ascii_so_that_sqlite_takes_any_text(message: Message) -> None:
    text = to_json(message)
    assert text.isascii()
    assert "\0" not in text


def test_a_message_of_an_earlier_version_may_lack_what_has_a_default() -> None:
    whole = to_json(make_message())
    earlier = whole.replace(',"late":false', "").replace(',"topic":null', "")
    assert earlier != whole
    assert message_from_json(earlier) == make_message()


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


@given(st.lists(texts).map(tuple))
def test_lines_come_back(lines: tuple[str, ...]) -> None:
    assert lines_from_json(lines_to_json(lines)) == lines
