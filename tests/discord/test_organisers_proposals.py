"""What members propose: the organisers' card, its buttons, and how everybody learns what was decided."""

from pathlib import Path

import pytest

from tests.discord.organising import ORGANISER, Bench, bench
from tests.discord.place import CHANNELS
from tests.simulators.discord.client import Discord, until
from tests.simulators.discord.seen import Answer, Message

EXCERPT = {
    "text": "Whoever plants a *garden* plants @everyone's happiness.",
    "heading": "On gardens",
    "author": "A. Gardener",
    "source": "The Book of Gardens https://books.example.org/gardens",
    "topics": "gardens, happiness",
}


async def propose(made: Bench, user: str = "ada", **more: str) -> Answer:
    """A member fills in the form of `/plant`."""
    opened = await made.place.ask("plant", user=user)
    return await made.place.submit(opened, EXCERPT | more)


async def cards(made: Bench, channel: str = "general") -> list[Message]:
    return await made.place.posts(channel)


async def seeds(made: Bench) -> list[str]:
    """The ids of the seeds that members' cuttings became."""
    return [one.id for one in made.place.parts.librarian.candidates if one.id.startswith("planted-")]


async def told(made: Bench, words: str, user: str = "ada") -> None:
    """Until the bot has written that to somebody directly."""

    async def come() -> bool:
        return any(words in message.text for message in await made.discord.messages(f"@{user}"))

    await until(come)


class TestTheCard:
    async def test_it_shows_the_excerpt_to_organisers_and_pings_nobody(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            thanks = await propose(made)
            [card] = await cards(made)
            assert "Thank you" in thanks.text
            assert set(card.buttons) == {"Approve", "Edit", "Decline"}
            for words in ("On gardens", "\\*garden\\*", "A. Gardener", "The Book of Gardens", "gardens, happiness"):
                assert words in card.text
            assert not card.pinged

    async def test_the_longest_excerpt_fits(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made, text="*_" * 1999, heading="*" * 290, author="_" * 290, topics="*," * 20 + "~" * 40)
            assert len(await cards(made)) == 1

    async def test_what_waited_for_a_channel_is_put_there_once_there_is_one(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await propose(made)
            status = await made.say("status")
            assert "One proposal waits" in status
            assert "`/seedbed organisers`" in status
            await made.say("organisers", {"channel": "general"})
            await made.say("organisers", {"channel": "general"})
            assert len(await cards(made)) == 1

    async def test_where_it_cannot_be_posted_organisers_are_told_and_it_waits(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await discord.forbid("send_messages", channel="general")
            assert "**Send Messages**" in await made.say("organisers", {"channel": "general"})
            await propose(made)
            assert not await cards(made)
            assert "One proposal waits" in await made.say("status")

    async def test_it_is_in_the_servers_own_language(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            assert "gemeldet" in await made.say("organisers", {"channel": "general"}, locale="de")
            await propose(made)
            [card] = await cards(made)
            assert "Approve" in card.buttons, "the server's language is English"


class TestTheDecision:
    async def test_approved_it_is_in_the_library_and_the_member_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            [card] = await cards(made)
            await made.place.press(card, "Approve", user=ORGANISER)
            [decided] = await cards(made)
            assert "Approved by <@" in decided.text
            assert not decided.buttons
            assert not decided.pinged
            [seed] = await seeds(made)
            assert "is posted" in await made.say("post", {"seed": seed})
            await told(made, "was taken into the library of **Reading group**")

    async def test_declined_it_is_not_and_the_member_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            [card] = await cards(made)
            await made.place.press(card, "Decline", user=ORGANISER)
            [decided] = await cards(made)
            assert "Declined by" in decided.text
            assert not await seeds(made)
            await told(made, "was not taken into")

    async def test_closed_direct_messages_are_no_matter(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await discord.takes_messages("ada", yes=False)
            await propose(made)
            [card] = await cards(made)
            await made.place.press(card, "Approve", user=ORGANISER)
            assert await seeds(made)
            assert not (await cards(made))[0].buttons

    async def test_mended_before_it_is_approved_it_is_planted_as_mended(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            [card] = await cards(made)
            form = await made.place.press(card, "Edit", user=ORGANISER)
            assert form.modal["title"] == "Mend the excerpt"
            done = await made.place.submit(form, {"heading": "On vegetable gardens"})
            assert "the card shows it" in done.text
            [mended] = await cards(made)
            assert "On vegetable gardens" in mended.text
            assert "A. Gardener" in mended.text, "what was not changed stays"
            await made.place.press(mended, "Approve", user=ORGANISER)
            [seed] = await seeds(made)
            assert "vegetable" in seed

    async def test_what_could_be_no_seed_is_told_and_the_card_stays(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            [card] = await cards(made)
            form = await made.place.press(card, "Edit", user=ORGANISER)
            done = await made.place.submit(form, {"text": "\u200b \u200b"})
            assert "needs a text" in done.text
            assert (await cards(made))[0].text == card.text

    @pytest.mark.parametrize("first", ["Approve", "Decline"])
    async def test_of_two_organisers_the_first_decides_and_the_second_is_told(
        self, tmp_path: Path, discord: Discord, first: str
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            [card] = await cards(made)
            await discord.hold_events()
            one = await discord.press("general", card.id, first, user=ORGANISER)
            two = await discord.press("general", card.id, "Approve", user="owner")
            await discord.hold_events(held=False)
            await discord.answer(one)
            [second] = await made.followed(two)
            assert "decided already" in second
            assert f"<@{(await discord.state()).user_id(ORGANISER)}>" in (await cards(made))[0].text
            assert len(await seeds(made)) == (first == "Approve")
            assert not (await cards(made))[0].buttons

    async def test_what_was_decided_elsewhere_is_shown_by_whichever_button_is_pressed(
        self, tmp_path: Path, discord: Discord
    ) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            for number, button in enumerate(("Edit", "Approve"), 1):
                await propose(made, text=f"Excerpt number {number}.")
                card = (await cards(made))[-1]
                await made.place.parts.nursery.decline(number)
                [late] = await made.followed(await discord.press("general", card.id, button, user=ORGANISER))
                assert "it was declined" in late
                shown = (await cards(made))[-1]
                assert "Declined by somebody" in shown.text
                assert not shown.buttons

    async def test_members_cannot_press_its_buttons(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            [card] = await cards(made)
            for button in card.buttons:
                refused = await made.place.press(card, button, user="ada", locale="de")
                assert refused.ephemeral
                assert "Server verwalten" in refused.text
            assert not await seeds(made)
            assert (await cards(made))[0].buttons

    async def test_the_buttons_answer_after_a_restart(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            [card] = await cards(made)
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.place.press(card, "Approve", user=ORGANISER)
            assert len(await seeds(made)) == 1

    async def test_what_was_taken_back_is_told(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            [card] = await cards(made)
            await made.place.parts.nursery.forget_member((await discord.state()).user_id("ada"))
            pressed = await discord.press("general", card.id, "Approve", user=ORGANISER)
            [gone] = await made.followed(pressed)
            assert "not there any more" in gone
            assert not (await cards(made))[0].buttons


class TestWithoutAChannel:
    async def test_proposals_are_decided_on_from_the_list(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await propose(made)
            asked = await made.ask("proposals")
            assert "One proposal waits" in asked.text
            [card] = await made.followed(asked.json["id"])
            assert "On gardens" in card
            number = (await discord.answer(asked.json["id"])).followups[0]
            pressed = await discord.press("reading", number, "Approve", user=ORGANISER)
            assert "Approved by" in (await discord.answer(pressed)).text
            assert len(await seeds(made)) == 1
            assert "Nothing is waiting" in await made.say("proposals")

    async def test_a_form_from_the_list_shows_what_it_made(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await propose(made)
            asked = await made.ask("proposals")
            await made.followed(asked.json["id"])
            number = (await discord.answer(asked.json["id"])).followups[0]
            form = await discord.answer(await discord.press("reading", number, "Edit", user=ORGANISER))
            shown = await made.place.submit(form, {"heading": "On hedges"})
            assert "On hedges" in shown.text
            assert "Approve" in shown.buttons

    async def test_decided_from_the_list_the_card_shows_it(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await made.say("organisers", {"channel": "general"})
            await propose(made)
            asked = await made.ask("proposals")
            await made.followed(asked.json["id"])
            number = (await discord.answer(asked.json["id"])).followups[0]
            await discord.answer(await discord.press("reading", number, "Decline", user=ORGANISER))

            async def shown() -> bool:
                return "Declined" in (await cards(made))[0].text

            await until(shown)

    async def test_many_come_a_few_at_a_time(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            for number in range(7):
                await propose(made, text=f"Excerpt number {number}.")
            asked = await made.ask("proposals")
            assert "7 proposals wait" in asked.text
            assert (await made.followed(asked.json["id"], 6))[-1].startswith("2 more wait")

    async def test_another_servers_proposals_are_nobodys_business(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            await propose(made)
            guild = await discord.add_guild("Elsewhere")
            state = await discord.state()
            other = next(one["id"] for one in state["channels"] if one["guild"] == guild and one["name"] == "general")
            assert "Nichts wartet" in await made.say("proposals", channel=other, user="owner", locale="de")

    async def test_the_organisers_channel_is_taken_off_again(self, tmp_path: Path, discord: Discord) -> None:
        async with bench(tmp_path, discord, channels=CHANNELS) as made:
            number = (await discord.state()).channel_id("general")
            assert f"<#{number}>" in await made.say("organisers", {"channel": "general"})
            assert f"<#{number}>" in await made.say("organisers")
            assert "no channel for proposals" in await made.say("organisers", {"off": True})
            await propose(made)
            assert not await cards(made)
