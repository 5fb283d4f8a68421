"""What organisers do, on a chat platform and a real store: each verb, and what each of them refuses in a sentence."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot import app
from bot.config import Settings, WebSettings
from bot.desk import OrganisersDesk
from bot.errors import UsageError
from bot.model import (
    Channel,
    ChannelName,
    Cutting,
    Kind,
    PlatformName,
    SeedId,
    Setup,
    State,
    WhenExhausted,
    Why,
)
from tests.fakes.chat import ChatPlatform, Fault
from tests.fakes.clock import FakeClock
from tests.fakes.posts import GARDEN, PORCH, make_channel

ATTIC = ChannelName("attic")
BERLIN = "Europe/Berlin"
SEEDS = ("alder", "birch", "cedar")


@dataclass(frozen=True, slots=True)
class Office:
    parts: app.Parts
    clock: FakeClock
    chat: ChatPlatform

    @property
    def desk(self) -> OrganisersDesk:
        return self.parts.desk

    async def tick(self) -> None:
        """What a running bot does every few seconds."""
        await self.parts.service.post_due()
        await self.parts.outbox.resume()
        await self.parts.outbox.drain(timedelta(seconds=10))

    def wait_until(self, when: datetime) -> None:
        """Time passes, and nothing is done in it."""
        self.clock.advance(seconds=(when - self.clock.now()).total_seconds())

    async def posted(self, channel: ChannelName) -> list[SeedId | None]:
        """Seeds posted in a channel, newest first."""
        return [entry.post.seed for entry in await self.parts.clerk.feed(channel, 100)]


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A garden of the configuration file, at 09:00 in Berlin; it is 10:00 in London and 09:00 UTC, the 1st."""
    clock = FakeClock()
    chat = ChatPlatform(clock)
    (tmp_path / "seeds").mkdir()
    for name in SEEDS:
        (tmp_path / "seeds" / f"{name}.yaml").write_text(f"text: The {name} grows.\ntopics: [{name}]\n")
    settings = Settings(
        path=tmp_path / "seedbed.yaml",
        root=tmp_path,
        library=tmp_path / "seeds",
        database=tmp_path / "data" / "seedbed.db",
        web=WebSettings(),
        channels=(make_channel(GARDEN),),
    )
    async with app.assemble(settings, {}, clock=clock, factories={PlatformName.WEB: lambda _: chat}) as parts:
        await parts.service.start()
        await parts.outbox.start()
        yield Office(parts, clock, chat)
        await parts.outbox.drain(timedelta(seconds=10))


def attic(**wishes: object) -> Setup:
    """A channel that was set up in a server, due at noon UTC."""
    channel = Channel(ATTIC, PlatformName.WEB, "100", (time(12),), "UTC")
    return Setup(replace(channel, **wishes), "server", "alice")  # type: ignore[arg-type]  # the fields of a channel


async def refusal(verb: object) -> str:
    with pytest.raises(UsageError) as refused:
        await verb  # type: ignore[misc]  # any coroutine of the desk
    return str(refused.value)


# ---- setting up ----------------------------------------------------------------------------------------------------


async def test_a_channel_that_was_set_up_posts_from_its_next_slot_on(office: Office) -> None:
    office.wait_until(datetime(2026, 12, 1, 12, 30, tzinfo=UTC))
    assert await office.desk.set_up(attic())
    await office.tick()
    assert await office.posted(ATTIC) == []
    office.wait_until(datetime(2026, 12, 2, 12, 0, tzinfo=UTC))
    await office.tick()
    assert len(await office.posted(ATTIC)) == 1


async def test_a_first_post_is_made_at_once_where_that_is_asked_for(office: Office) -> None:
    await office.desk.set_up(attic(first_post_now=True))
    await office.tick()
    assert len(await office.posted(ATTIC)) == 1


async def test_new_settings_take_the_place_of_the_old(office: Office) -> None:
    assert await office.desk.set_up(attic())
    assert not await office.desk.set_up(attic(times=(time(15),)))
    assert await office.desk.setup(ATTIC) == attic(times=(time(15),))
    assert await office.desk.setups("server") == (attic(times=(time(15),)),)
    assert await office.desk.setups("elsewhere") == ()
    assert await office.desk.setup(GARDEN) is None


async def test_a_time_that_has_passed_today_begins_tomorrow(office: Office) -> None:
    """Else whoever corrects the time gets a post on the spot."""
    await office.desk.set_up(attic())
    office.wait_until(datetime(2026, 12, 1, 10, 0, tzinfo=UTC))
    await office.desk.set_up(attic(times=(time(9, 30),)))
    await office.tick()
    assert await office.posted(ATTIC) == []
    (skipped,) = [entry.post for entry in await office.parts.store.ledger.entries(ATTIC)]
    assert (skipped.state, skipped.why, skipped.slot) == (State.SKIPPED, Why.ASKED, "2026-12-01/1")
    office.wait_until(datetime(2026, 12, 2, 9, 30, tzinfo=UTC))
    await office.tick()
    assert len(await office.posted(ATTIC)) == 1


async def test_a_slot_that_was_due_anyway_is_posted_under_the_new_settings(office: Office) -> None:
    await office.desk.set_up(attic())
    office.wait_until(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    await office.desk.set_up(attic(topics_include=frozenset({"cedar"})))
    await office.tick()
    assert await office.posted(ATTIC) == ["cedar"]


async def test_a_channel_that_was_removed_posts_no_more_and_keeps_what_it_read(office: Office) -> None:
    await office.desk.set_up(attic(first_post_now=True))
    await office.tick()
    (read,) = await office.posted(ATTIC)
    await office.desk.remove(ATTIC)
    office.clock.advance(days=30)
    await office.tick()
    assert len(office.chat.sent) == 2, "one of the attic, one of the garden"
    assert await office.desk.set_up(attic())
    await office.tick()
    assert len(office.chat.sent) == 2, "nothing is made up for"
    office.clock.advance(days=1)
    await office.tick()
    assert len({read, *await office.posted(ATTIC)}) == 2


async def test_setting_up_is_refused_where_it_would_take_what_is_anothers(office: Office) -> None:
    await office.desk.set_up(attic())
    assert "configuration file has a channel garden" in await refusal(office.desk.set_up(attic(name=GARDEN)))
    theirs = replace(attic(address="200"), space="elsewhere")
    assert "the name attic is taken by a channel elsewhere" in await refusal(office.desk.set_up(theirs))
    twice = attic(name=PORCH)
    assert "the channel attic posts there already" in await refusal(office.desk.set_up(twice))
    assert [setup.channel.name for setup in office.parts.roster.setups("server")] == [ATTIC]


async def test_a_channel_of_the_file_is_neither_removed_nor_moved(office: Office) -> None:
    for verb in (office.desk.remove(GARDEN), office.desk.move(GARDEN, "200")):
        assert "garden is a channel of the configuration file; change it there" in await refusal(verb)


async def test_a_channel_that_was_moved_goes_on_where_it_was(office: Office) -> None:
    await office.desk.set_up(attic(first_post_now=True))
    await office.tick()
    await office.desk.move(ATTIC, "200")
    office.wait_until(datetime(2026, 12, 2, 12, 0, tzinfo=UTC))
    await office.tick()
    assert [sent.address for sent in office.chat.sent if sent.address != GARDEN] == ["100", "200"]
    assert len(set(await office.posted(ATTIC))) == 2
    await office.desk.set_up(attic(name=PORCH))
    assert "the channel porch posts there already" in await refusal(office.desk.move(ATTIC, "100"))


async def test_a_channel_is_not_moved_while_nobody_knows_whether_its_post_is_there(office: Office) -> None:
    """It would be looked for in the new place, not found, and posted twice."""
    await office.desk.set_up(attic(first_post_now=True))
    office.chat.script([Fault.LATE])
    await office.tick()
    assert "on its way" in await refusal(office.desk.move(ATTIC, "200"))
    assert "on its way" in await refusal(office.desk.set_up(attic(address="200")))
    office.clock.advance(minutes=5)
    await office.tick()
    await office.desk.move(ATTIC, "200")
    assert len([sent for sent in office.chat.sent if sent.address != GARDEN]) == 1


async def test_moving_a_channel_that_was_refused_opens_it_at_once(office: Office) -> None:
    await office.desk.set_up(attic(first_post_now=True))
    office.chat.script([Fault.REFUSED])
    await office.tick()
    assert (await office.parts.clerk.state(ATTIC)).blocked
    await office.desk.move(ATTIC, "200")
    assert (await office.parts.clerk.state(ATTIC)).blocked is None
    assert office.parts.wake.is_set()
    await office.tick()
    assert [sent.address for sent in office.chat.sent if sent.address != GARDEN] == ["200"]


async def test_moving_brings_back_no_name_that_was_forgotten(office: Office) -> None:
    await office.desk.set_up(attic())
    await office.parts.nursery.forget_member("alice")
    await office.desk.move(ATTIC, "200")
    (kept,) = await office.parts.store.setups.all()
    assert (kept.by, kept.channel.address) == (None, "200")


async def test_a_server_that_is_left_takes_its_channels_and_settings_along(office: Office) -> None:
    nursery = office.parts.nursery
    await office.desk.set_up(attic(first_post_now=True))
    await office.desk.set_up(replace(attic(name=PORCH, address="200"), space="elsewhere"))
    await nursery.set_organisers("server", "300")
    await nursery.set_organisers("elsewhere", "400")
    await nursery.propose("server", "bob", Cutting("Moss."))
    await office.tick()
    assert await office.desk.purge("server") == 1
    assert list(office.parts.roster) == [GARDEN, PORCH]
    assert (await nursery.organisers("server"), await nursery.organisers("elsewhere")) == (None, "400")
    assert await nursery.waiting(None) == []
    assert len(await office.posted(ATTIC)) == 1, "what was posted stays counted"
    assert await office.desk.purge("server") == 0


# ---- posting -------------------------------------------------------------------------------------------------------


async def post_with_bot(office: Office, channel: ChannelName, seed: SeedId | None = None) -> State:
    """`post_now` while a bot runs that is woken by it."""

    async def bot() -> None:
        while await office.parts.wake.wait():
            office.parts.wake.clear()
            await office.parts.outbox.resume()

    running = asyncio.create_task(bot())
    try:
        return (await office.desk.post_now(channel, seed)).state
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_post_goes_through_the_outbox_of_whoever_runs_it(office: Office) -> None:
    shown = await office.desk.preview(GARDEN)
    assert await post_with_bot(office, GARDEN) is State.POSTED
    assert await office.posted(GARDEN) == [shown.seed]
    (entry,) = await office.parts.clerk.feed(GARDEN, 10)
    assert (entry.post.kind, entry.post.slot) == (Kind.ASKED, None)


async def test_a_post_of_the_seed_named_is_made_once(office: Office) -> None:
    assert (await office.desk.preview(GARDEN, SeedId("cedar"))).seed == "cedar"
    assert await post_with_bot(office, GARDEN, SeedId("cedar")) is State.POSTED
    assert "already read in garden" in await refusal(office.desk.post_now(GARDEN, SeedId("cedar")))
    assert await office.posted(GARDEN) == ["cedar"]


async def test_a_post_that_is_refused_is_told_with_its_reason(office: Office) -> None:
    office.chat.script([Fault.REFUSED])
    assert await post_with_bot(office, GARDEN) is State.BLOCKED
    (entry,) = await office.parts.clerk.entries(GARDEN, 1)
    assert entry.post.reason == "may not post here: give the bot permission"


async def test_a_post_that_nobody_sends_is_waited_for_a_minute_and_no_longer(office: Office) -> None:
    asked = asyncio.create_task(office.desk.post_now(GARDEN))
    await asyncio.wait_for(office.parts.wake.wait(), 10)
    office.clock.advance(seconds=59)
    done, _ = await asyncio.wait([asked], timeout=0.5)
    assert not done
    office.clock.advance(seconds=2)
    assert (await asked).state is State.PENDING


async def test_two_organisers_who_name_the_same_seed_at_once_get_one_post_of_it(office: Office) -> None:
    both = [post_with_bot(office, GARDEN, SeedId("cedar")) for _ in range(2)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert [outcome for outcome in outcomes if isinstance(outcome, State)] == [State.POSTED]
    assert sum(isinstance(outcome, UsageError) for outcome in outcomes) == 1
    assert await office.posted(GARDEN) == ["cedar"]


async def test_names_that_are_not_there_are_said_with_those_near(office: Office) -> None:
    assert "those there are: garden" in await refusal(office.desk.post_now(ChannelName("gardn")))
    assert "is cedar meant?" in await refusal(office.desk.post_now(GARDEN, SeedId("ceder")))
    assert await refusal(office.desk.preview(GARDEN, SeedId("xyz"))) == "there is no seed 'xyz' in the library"
    for verb in (office.desk.skip, office.desk.pause, office.desk.resume, office.desk.queued, office.desk.remove):
        assert "there is no channel 'nowhere'" in await refusal(verb(ChannelName("nowhere")))


async def test_the_nearest_id_is_named_also_in_a_large_library(office: Office) -> None:
    seeds = "".join(f"- {{id: rush-{number}, text: Rush {number}}}\n" for number in range(2500))
    (office.parts.settings.library / "many.yaml").write_text(seeds)
    await office.parts.librarian.refresh()
    assert "is cedar meant?" in await refusal(office.desk.preview(GARDEN, SeedId("cedr")))
    assert "is rush-1017 meant?" in await refusal(office.desk.preview(GARDEN, SeedId("rush-x1017")))


# ---- the days to come ----------------------------------------------------------------------------------------------


async def test_skip_leaves_out_one_slot_after_the_other(office: Office) -> None:
    await office.tick()
    first, second = await office.desk.skip(GARDEN), await office.desk.skip(GARDEN)
    assert (first.slot.date, second.slot.date) == (date(2026, 12, 2), date(2026, 12, 3))
    office.wait_until(datetime(2026, 12, 3, 12, 0, tzinfo=UTC))
    await office.tick()
    assert await office.posted(GARDEN) == []
    office.wait_until(datetime(2026, 12, 4, 12, 0, tzinfo=UTC))
    await office.tick()
    assert len(await office.posted(GARDEN)) == 1


async def test_a_channel_without_days_has_no_slot_to_skip(office: Office) -> None:
    await office.desk.set_up(attic(days=frozenset({1}), except_dates=frozenset(_tuesdays())))
    assert "attic has no slot to skip" in await refusal(office.desk.skip(ATTIC))


def _tuesdays() -> list[date]:
    return [date(2026, 12, 1) + timedelta(weeks=week) for week in range(300)]


async def test_a_pause_ends_with_the_first_hour_of_a_local_date(office: Office) -> None:
    end = await office.desk.pause(GARDEN, date(2026, 12, 5))
    assert end is not None
    assert end.astimezone(UTC) == datetime(2026, 12, 4, 23, 0, tzinfo=UTC)
    office.wait_until(datetime(2026, 12, 4, 12, 0, tzinfo=UTC))
    await office.tick()
    assert await office.posted(GARDEN) == []
    office.wait_until(datetime(2026, 12, 5, 8, 0, tzinfo=UTC))
    await office.tick()
    assert len(await office.posted(GARDEN)) == 1


async def test_a_pause_without_an_end_lasts_until_resume(office: Office) -> None:
    assert await office.desk.pause(GARDEN) is None
    assert await office.parts.clerk.next_post(GARDEN) is None
    ahead = await office.desk.resume(GARDEN)
    assert ahead is not None
    assert ahead.slot.date == date(2026, 12, 2)


@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2020, 1, 1)])
async def test_a_pause_that_would_be_over_is_refused(office: Office, day: date) -> None:
    assert f"{day} is not in the future" in await refusal(office.desk.pause(GARDEN, day))
    assert (await office.parts.clerk.state(GARDEN)).paused_until is None


# ---- seeds put first -----------------------------------------------------------------------------------------------


async def test_the_last_seed_put_first_is_posted_first(office: Office) -> None:
    assert [seed.id for seed in await office.desk.queue(GARDEN, SeedId("birch"))] == ["birch"]
    assert [seed.id for seed in await office.desk.queue(GARDEN, SeedId("cedar"))] == ["cedar", "birch"]
    assert [seed.id for seed in await office.desk.queue(GARDEN, SeedId("birch"))] == ["birch", "cedar"]
    assert await post_with_bot(office, GARDEN) is State.POSTED
    assert await office.posted(GARDEN) == ["birch"]
    assert [seed.id for seed in await office.desk.queued(GARDEN)] == ["cedar"]
    assert await office.desk.unqueue(GARDEN, SeedId("cedar")) == ()
    assert "cedar is not in the queue of garden" in await refusal(office.desk.unqueue(GARDEN, SeedId("cedar")))


async def test_a_seed_that_can_never_come_is_not_put_first(office: Office) -> None:
    await office.desk.set_up(attic(when_exhausted=WhenExhausted.STOP))
    assert await post_with_bot(office, ATTIC, SeedId("alder")) is State.POSTED
    assert "alder was already read in attic" in await refusal(office.desk.queue(ATTIC, SeedId("alder")))
    assert await post_with_bot(office, GARDEN, SeedId("alder")) is State.POSTED
    assert [seed.id for seed in await office.desk.queue(GARDEN, SeedId("alder"))] == ["alder"], "in the next round"


async def test_a_queued_seed_that_left_the_library_is_not_shown(office: Office) -> None:
    await office.desk.queue(GARDEN, SeedId("alder"))
    (office.parts.settings.library / "alder.yaml").unlink()
    await office.parts.librarian.refresh()
    assert await office.desk.queued(GARDEN) == ()
