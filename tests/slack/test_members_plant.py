"""Proposing excerpts on a simulated Slack, why a seed was chosen, and being forgotten."""

from pathlib import Path

from tests.simulators.slack.seen import View
from tests.slack.organising import held
from tests.slack.place import Place

TEXT = "Whoever would see the garden must first walk through it slowly, and more than once."
FORM = {"text": TEXT, "source": "On Gardens https://example.org/g", "heading": "Walking", "topics": "gardens, slowness"}


async def form(place: Place, user: str = "ada") -> View:
    asked = await place.slack.shortcut("seedbed-plant", user=user)
    return (await place.slack.answer(asked)).view


class TestPlanting:
    async def test_what_is_filled_in_waits_for_the_organisers(self, reading: Place) -> None:
        answer = await reading.submit((await form(reading)).id, FORM)
        assert "Thank you" in answer.view.read
        [proposal] = await reading.parts.nursery.waiting((await reading.slack.state()).team_id)
        assert proposal.cutting.text == TEXT
        assert (proposal.cutting.title, proposal.cutting.topics) == ("Walking", ("gardens", "slowness"))
        assert (proposal.cutting.source.title, proposal.cutting.source.url) == ("On Gardens", "https://example.org/g")
        assert proposal.by == (await reading.slack.state()).user_id("ada")

    async def test_what_cannot_be_a_seed_comes_back_as_it_was_typed(self, reading: Place) -> None:
        """The library has this text already."""
        await reading.submit((await form(reading)).id, FORM)
        answer = await reading.submit((await form(reading, "ben")).id, FORM | {"author": "A. Gardener"})
        assert "already" in answer.view.read
        assert answer.view.fields["text"]["value"] == TEXT
        assert answer.view.fields["author"]["value"] == "A. Gardener"
        other = await reading.submit(answer.view.id, {"text": TEXT + " Then it may be left."})
        assert "Thank you" in other.view.read

    async def test_one_member_does_not_fill_the_organisers_channel(self, reading: Place) -> None:
        for number in range(10):
            await reading.submit((await form(reading)).id, FORM | {"text": f"{TEXT} {number}"})
        answer = await reading.submit((await form(reading)).id, FORM)
        assert "10 excerpts" in answer.view.read
        assert answer.view.fields["text"]["value"] == TEXT

    async def test_a_slow_store_has_the_form_say_to_wait_and_then_thanks(self, reading: Place, tmp_path: Path) -> None:
        opened = await form(reading)
        async with held(tmp_path / "data" / "seedbed.db"):
            sent = await reading.slack.submit(opened.id, FORM)
            heard = await reading.slack.answer(sent)
            assert not heard.failed
            assert "One moment" in heard.view.read
        answer = await reading.slack.answer(sent, steps=2)
        assert "Thank you" in answer.view.read


class TestSavingAMessage:
    async def test_the_form_opens_with_what_the_message_says_and_where(self, reading: Place) -> None:
        ts = await reading.slack.post(
            "general", "A garden is <https://example.org|never> finished &amp; done.", user="ben"
        )
        asked = await reading.slack.message_shortcut("seedbed-keep", "general", ts)
        fields = (await reading.slack.answer(asked)).view.fields
        assert fields["text"]["value"] == "A garden is never finished & done."
        assert "#general" in fields["source"]["value"]
        assert f"p{ts.replace('.', '')}" in fields["source"]["value"]

    async def test_a_message_longer_than_forms_says_what_was_left_out(self, reading: Place) -> None:
        ts = await reading.slack.post("general", "word " * 800, user="ben")
        asked = await reading.slack.message_shortcut("seedbed-keep", "general", ts)
        view = (await reading.slack.answer(asked)).view
        assert "3000" in view.read
        assert len(view.fields["text"]["value"]) <= 3000

    async def test_without_a_text_there_is_nothing_to_save(self, reading: Place) -> None:
        ts = await reading.slack.post("general", "<!here>", user="ben")
        asked = await reading.slack.message_shortcut("seedbed-keep", "general", ts)
        assert "no text" in (await reading.slack.answer(asked)).text


class TestWhyThisSeed:
    async def test_how_it_was_chosen_and_what_people_thought(self, reading: Place) -> None:
        await reading.ask("/seed", "water")
        [message] = await reading.posts()
        await reading.slack.react("reading", message.ts, "🌱", user="ben")
        asked = await reading.slack.message_shortcut("seedbed-why", "reading", message.ts)
        answer = await reading.slack.answer(asked)
        assert answer.ephemeral
        assert "was chosen like this" in answer.text
        assert "<!date^" in answer.text

    async def test_another_message_is_none_of_ours(self, reading: Place) -> None:
        ts = await reading.slack.post("reading", "hello")
        asked = await reading.slack.message_shortcut("seedbed-why", "reading", ts)
        assert "not a seed" in (await reading.slack.answer(asked)).text


class TestForgetting:
    async def test_it_asks_first_and_then_nothing_bears_the_name(self, reading: Place) -> None:
        await reading.submit((await form(reading)).id, FORM)
        asked = await reading.ask("/seed", "forget-me")
        assert "Forget me" in asked.buttons
        space = (await reading.slack.state()).team_id
        assert await reading.parts.nursery.waiting(space)
        pressed = await reading.slack.press("reading", asked.shown.ts, "Forget me")
        done = await reading.slack.answer(pressed)
        assert "1 entry" in done.text
        assert done.buttons == {}
        assert not await reading.parts.nursery.waiting(space)
