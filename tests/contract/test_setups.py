"""What every store promises of channels that were set up on their platform."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.model import (
    Channel,
    ChannelName,
    Extras,
    Look,
    Order,
    PlatformName,
    Setup,
    Style,
    WhenExhausted,
)
from bot.ports import Setups
from bot.storage.setups import SqliteSetups
from tests.fakes.memory_places import MemorySetups
from tests.fakes.posts import GARDEN, PORCH, make_channel, make_setup

RICH = Channel(
    name=ChannelName("reading-room"),
    platform=PlatformName.DISCORD,
    address="123456789012345678",
    times=(time(8, 30), time(20, 0, 1)),
    zone="America/Argentina/Buenos_Aires",
    days=frozenset({0, 4}),
    except_dates=frozenset({date(2026, 12, 24), date(2027, 1, 1)}),
    catch_up=timedelta(hours=6, microseconds=1),
    topics_include=frozenset({"stoics", "wörter \N{SEEDLING}"}),
    topics_exclude=frozenset({"water"}),
    order=Order.IN_ORDER,
    when_exhausted=WhenExhausted.STOP,
    spacing=timedelta(days=2),
    first_post_now=True,
    look=Look(Style.EMBED, role="42", tag="daily"),
    extras=Extras(True, timedelta(days=7), ("\N{SEEDLING}", "112233"), True, True),
)


@pytest.fixture(params=["memory", "sqlite"])
def setups(request: pytest.FixtureRequest) -> Setups:
    if request.param == "memory":
        return MemorySetups()
    return SqliteSetups(request.getfixturevalue("database"))


async def test_a_setup_comes_back_with_everything_that_was_set(setups: Setups) -> None:
    assert await setups.all() == []
    kept = [Setup(RICH, "987654321098765432", "112233445566778899"), make_setup(GARDEN, by=None)]
    for each in kept:
        assert await setups.save(each)
    assert await setups.all() == kept


async def test_a_setup_saved_again_takes_the_place_of_the_first(setups: Setups) -> None:
    await setups.save(make_setup(GARDEN))
    await setups.save(make_setup(PORCH))
    other = Setup(replace(make_channel(GARDEN), zone="Asia/Tokyo"), "s2", "bob")
    assert not await setups.save(other)
    assert await setups.all() == [other, make_setup(PORCH)]


async def test_a_setup_that_was_removed_is_a_new_one_when_it_comes_back(setups: Setups) -> None:
    await setups.save(make_setup(GARDEN))
    await setups.save(make_setup(PORCH))
    assert await setups.remove(GARDEN)
    assert not await setups.remove(GARDEN)
    assert await setups.all() == [make_setup(PORCH)]
    assert await setups.save(make_setup(GARDEN))
    assert await setups.all() == [make_setup(PORCH), make_setup(GARDEN)]
