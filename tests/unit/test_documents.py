"""What lies in columns as JSON comes back as it went in, and what earlier versions wrote is understood."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    Attribution,
    Channel,
    ChannelName,
    Cutting,
    Extras,
    Family,
    Kind,
    Look,
    Marker,
    Message,
    Order,
    PlatformName,
    Prompt,
    SeedId,
    Source,
    Style,
    WhenExhausted,
)
from bot.storage.documents import (
    channel_from_json,
    cutting_from_json,
    lines_from_json,
    lines_to_json,
    message_from_json,
    to_json,
)
from tests.fakes.posts import VERSION_2, make_channel, make_message

texts = st.text(st.characters())  # lone surrogates, NUL and all
maybe = st.none() | texts
tuples = st.lists(texts, max_size=3).map(tuple)
sets = st.frozensets(texts, max_size=3)
spans = st.timedeltas()
prompts = st.builds(Prompt, texts, st.sampled_from(Family), texts)
sources = st.builds(Source, maybe, maybe, maybe)
looks = st.builds(Look, st.sampled_from(Style), maybe, maybe)
messages = st.builds(
    Message,
    marker=texts.map(Marker),
    kind=st.sampled_from(Kind),
    seed=texts.map(SeedId),
    title=maybe,
    text=texts,
    attribution=st.builds(Attribution, maybe, sources),
    topics=tuples,
    invitation=texts,
    prompts=st.lists(prompts, max_size=3).map(tuple),
    late=st.booleans(),
    topic=maybe,
    look=looks,
    worn=tuples,
    generation=st.integers(0, 2**40),
)
channels = st.builds(
    Channel,
    name=texts.map(ChannelName),
    platform=st.sampled_from(PlatformName),
    address=texts,
    times=st.lists(st.times(), max_size=3).map(tuple),
    zone=texts,
    days=st.frozensets(st.integers(0, 6)),
    except_dates=st.frozensets(st.dates(), max_size=3),
    catch_up=spans,
    topics_include=sets,
    topics_exclude=sets,
    order=st.sampled_from(Order),
    when_exhausted=st.sampled_from(WhenExhausted),
    spacing=spans,
    first_post_now=st.booleans(),
    look=looks,
    extras=st.builds(Extras, st.booleans(), spans, tuples, st.booleans(), st.booleans()),
)
cuttings = st.builds(Cutting, texts, maybe, maybe, sources, tuples)


@given(messages)
def test_any_message_comes_back_equal(message: Message) -> None:
    assert message_from_json(to_json(message)) == message


@given(channels)
def test_any_channel_comes_back_equal(channel: Channel) -> None:
    assert channel_from_json(to_json(channel)) == channel


@given(cuttings)
def test_any_cutting_comes_back_equal(cutting: Cutting) -> None:
    assert cutting_from_json(to_json(cutting)) == cutting


@given(messages | channels | cuttings)
def test_all_is_kept_in_ascii_so_that_sqlite_takes_any_text(document: Message | Channel | Cutting) -> None:
    text = to_json(document)
    assert text.isascii()
    assert "\0" not in text


@given(channels)
def test_equal_channels_are_written_alike(channel: Channel) -> None:
    """Sets have no order of their own."""
    assert to_json(channel_from_json(to_json(channel))) == to_json(channel)


def test_a_message_of_version_2_has_no_look_and_is_of_the_first_generation() -> None:
    assert message_from_json(VERSION_2) == make_message()


def test_a_message_of_an_earlier_version_may_lack_whatever_has_a_default() -> None:
    earlier = VERSION_2.replace(',"late":false', "").replace(',"topic":null', "")
    assert message_from_json(earlier) == make_message()


def test_a_channel_of_an_earlier_version_may_lack_whatever_has_a_default() -> None:
    earlier = '{"name":"garden","platform":"web","address":"garden","times":["09:00:00"],"zone":"Europe/Berlin"}'
    assert channel_from_json(earlier) == make_channel()
    pinned = channel_from_json(earlier[:-1] + ',"extras":{"pin":true}}')
    assert pinned.extras == Extras(pin=True, archive_after=timedelta(days=1))


@given(st.lists(texts).map(tuple))
def test_lines_come_back(lines: tuple[str, ...]) -> None:
    assert lines_from_json(lines_to_json(lines)) == lines
