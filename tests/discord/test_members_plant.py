"""`/plant` and `/forget-me` on a simulated Discord: what members bring, and what is forgotten of them."""

from pathlib import Path

import discord as library
import pytest

from bot.model import Cutting, Proposal, Source
from bot.platforms.typed import source_of
from tests.discord.place import Place, held, place
from tests.simulators.discord.client import Discord
from tests.simulators.discord.seen import Answer

TEXT = "A garden is a slow argument with the weather, and the gardener need not win it."
FILLED = {
    "text": TEXT,
    "source": "The Slow Garden https://example.org/slow",
    "heading": "An argument",
    "author": "Ada",
    "topics": "gardens, patience , gardens,",
}


async def opened(reading: Place, command: str = "plant", **where: str) -> Answer:
    """The form, as ada opens it."""
    return await reading.ask(command, None, **where)


async def waiting(reading: Place) -> list[Proposal]:
    return list(await reading.parts.nursery.waiting((await reading.discord.state()).guild_id))


class TestPlant:
    async def test_what_a_member_brings_waits_for_the_organisers(self, reading: Place) -> None:
        answer = await reading.submit(await opened(reading), FILLED)
        assert "Thank you" in answer.text
        assert answer.ephemeral
        [proposal] = await waiting(reading)
        assert proposal.by == (await reading.discord.state()).user_id("ada")
        assert proposal.cutting == Cutting(
            TEXT,
            title="An argument",
            author="Ada",
            source=Source("The Slow Garden", "https://example.org/slow"),
            topics=("gardens", "patience"),
        )

    async def test_the_organisers_are_asked_where_they_chose(self, reading: Place) -> None:
        state = await reading.discord.state()
        await reading.parts.nursery.set_organisers(state.guild_id, state.channel_id("general"))
        await reading.submit(await opened(reading), FILLED)
        [card] = await reading.posts("general")
        assert "slow argument" in card.text
        assert card.pinged == []

    async def test_a_text_alone_will_do(self, reading: Place) -> None:
        await reading.submit(await opened(reading), {"text": TEXT})
        [proposal] = await waiting(reading)
        assert proposal.cutting == Cutting(TEXT)

    async def test_one_member_alone_does_not_fill_the_organisers_channel(self, reading: Place) -> None:
        state = await reading.discord.state()
        for number in range(10):
            await reading.parts.nursery.propose(state.guild_id, state.user_id("ada"), Cutting(f"{TEXT} {number}"))
        refused = await reading.submit(await opened(reading), FILLED)
        assert "10 excerpts of yours" in refused.text
        assert refused.buttons, "nothing that was typed is lost"
        answer = await reading.submit(await opened(reading, user="ben"), FILLED)
        assert "Thank you" in answer.text

    async def test_what_cannot_be_a_seed_is_given_back_to_be_changed(self, reading: Place) -> None:
        """Nothing that was typed is lost."""
        await reading.submit(await opened(reading), FILLED)
        refused = await reading.submit(await opened(reading), FILLED | {"heading": "Once more"})
        assert "already" in refused.text
        again = await reading.discord.answer(
            await reading.discord.press("reading", refused.message_id, "Change it and try again")
        )
        fields = {row["component"]["custom_id"]: row["component"].get("value") for row in again.modal["components"]}
        assert fields["text"] == TEXT
        assert fields["heading"] == "Once more"
        assert fields["topics"] == "gardens, patience"
        answer = await reading.submit(again, {"text": f"{TEXT} So I was told."})
        assert "Thank you" in answer.text
        assert len(await waiting(reading)) == 2

    @pytest.mark.parametrize(
        "text",
        [
            "@everyone <@1> **bold** ||hidden||",
            "half a character \ud800 and \x00 a null",
            "a \N{RIGHT-TO-LEFT OVERRIDE}turned text",
            "x" * 4000,
            "word " * 800,
            "\N{ZERO WIDTH SPACE}" * 5,
        ],
    )
    async def test_nothing_typed_does_harm(self, reading: Place, text: str) -> None:
        state = await reading.discord.state()
        await reading.parts.nursery.set_organisers(state.guild_id, state.channel_id("general"))
        filled = {"text": text, "heading": text[:300], "source": text[:300], "topics": text[:300]}
        answer = await reading.submit(await opened(reading), filled)
        assert not answer.failed
        assert "not your fault" not in answer.text
        assert not any(message.pinged for message in await reading.posts("general"))

    async def test_a_slow_store_is_no_reason_to_be_late(self, reading: Place) -> None:
        form = await opened(reading)
        async with held(reading.parts.settings.database):
            sent = await reading.discord.submit(form.json["id"], FILLED)
            assert (await reading.discord.answer(sent, acknowledged=True)).deferred
        assert "Thank you" in (await reading.discord.answer(sent)).text

    async def test_it_is_in_german_under_its_german_name(self, reading: Place) -> None:
        form = await opened(reading, "vorschlagen", locale="de")
        assert form.modal["title"] == "Eine Textstelle vorschlagen"
        assert "Danke" in (await reading.submit(form, FILLED)).text

    async def test_it_works_where_no_seeds_are_posted(self, tmp_path: Path, discord: Discord) -> None:
        async with place(tmp_path, discord, channels="") as empty:
            assert "Thank you" in (await empty.submit(await opened(empty, channel="general"), FILLED)).text


class TestTheSource:
    @pytest.mark.parametrize(
        ("typed", "source"),
        [
            ("", Source()),
            ("Walden", Source("Walden")),
            ("https://example.org/a", Source(None, "https://example.org/a")),
            ("Walden https://example.org/a", Source("Walden", "https://example.org/a")),
            ("https://example.org/a Walden", Source("Walden", "https://example.org/a")),
            ("Walden (https://example.org/a)", Source("Walden", "https://example.org/a")),
            ("Walden, <https://example.org/a>.", Source("Walden", "https://example.org/a")),
            ("ftp://example.org", Source("ftp://example.org")),
        ],
    )
    def test_a_title_an_address_or_both_are_told_apart(self, typed: str, source: Source) -> None:
        assert source_of(typed) == source


class TestForgetMe:
    async def test_after_a_second_thought_a_member_is_forgotten(self, reading: Place) -> None:
        await reading.submit(await opened(reading), FILLED)
        asked = await reading.ask("forget-me")
        assert asked.ephemeral
        assert len(await waiting(reading)) == 1, "asking alone forgets nothing"
        done = await reading.discord.answer(await reading.discord.press("reading", asked.message_id, "Forget me"))
        assert done.text == "Done. Your name was taken off 1 entry."
        assert done.buttons == {}
        assert await waiting(reading) == []

    async def test_what_others_brought_stays(self, reading: Place) -> None:
        await reading.submit(await opened(reading, user="ben"), FILLED)
        asked = await reading.ask("forget-me", user="ada")
        done = await reading.discord.answer(
            await reading.discord.press("reading", asked.message_id, "Forget me", user="ada")
        )
        assert "nothing with your name" in done.text
        assert len(await waiting(reading)) == 1

    async def test_it_says_what_is_kept(self, reading: Place) -> None:
        assert "counts stay" in (await reading.ask("forget-me")).text
        assert "Zahlen bleiben" in (await reading.ask("vergiss-mich", locale="de")).text

    async def test_the_question_can_be_answered_after_a_restart(self, tmp_path: Path, discord: Discord) -> None:
        async with place(tmp_path, discord) as before:
            await before.submit(await opened(before), FILLED)
            asked = await before.ask("forget-me")
        async with place(tmp_path, discord) as after:
            done = await discord.answer(await discord.press("reading", asked.message_id, "Forget me"))
            assert "1 entry" in done.text
            assert await waiting(after) == []

    async def test_a_slow_store_is_no_reason_to_be_late(self, reading: Place) -> None:
        await reading.submit(await opened(reading), FILLED)
        asked = await reading.ask("forget-me")
        async with held(reading.parts.settings.database):
            pressed = await reading.discord.press("reading", asked.message_id, "Forget me")
            assert (await reading.discord.answer(pressed, acknowledged=True)).deferred
        assert "1 entry" in (await reading.discord.answer(pressed)).text


async def test_forms_that_nobody_sends_off_are_let_go_of(reading: Place) -> None:
    """Discord does not tell when a form is closed; what was opened has a time to live."""
    await opened(reading)
    client = reading.platform._session.client
    assert isinstance(client, library.Client)
    [form] = client._connection._view_store._modals.values()
    assert form.timeout == 14 * 60
