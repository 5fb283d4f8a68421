"""What members propose, decided on by organisers on a simulated Slack."""

import asyncio
from pathlib import Path

import pytest

from tests.simulators.slack.client import Slack, until
from tests.simulators.slack.seen import Message
from tests.slack.organising import ORGANISER, Bench, bench, held
from tests.slack.place import CHANNELS

TEXT = "Whoever would see the garden must first walk through it slowly, and more than once."


async def propose(made: Bench, text: str = TEXT, user: str = "ada") -> None:
    asked = await made.slack.shortcut("seedbed-plant", user=user)
    opened = await made.slack.answer(asked)
    answer = await made.submit(opened.view, {"text": text, "heading": "Walking", "author": "<!channel> *A*"})
    assert "Thank you" in answer.view.read


async def cards(made: Bench) -> list[Message]:
    return [one for one in await made.slack.messages("library") if "Proposal" in one.read and one.seen_by is None]


async def deciding(made: Bench) -> Message:
    """A channel of the organisers, and a card there."""
    place = await made.channel_id("library")
    assert "are told in" in await made.say(f"organisers <#{place}|library>")
    await propose(made)
    [card] = await cards(made)
    return card


class TestTheCard:
    async def test_it_shows_the_excerpt_as_it_was_typed_and_pings_nobody(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            card = await deciding(made)
            assert TEXT in card.read
            assert TEXT in card.text, "screen readers read the text alone"
            assert list(card.buttons) == ["Approve", "Edit", "Decline"]
            assert "by ada" in card.read
            assert card.pinged == []

    async def test_what_is_approved_is_in_the_library_and_the_member_told(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            card = await deciding(made)
            await made.press(card, "Approve", steps=0)

            async def told() -> bool:
                return bool(await slack.messages("@ada"))

            await until(told)
            [after] = await cards(made)
            assert after.buttons == {}
            assert f"Approved by {ORGANISER}" in after.read
            assert "taken into the library" in (await slack.messages("@ada"))[0].read
            await made.say("post Walking")
            [post] = await made.place.posts()
            assert TEXT in post.read

    async def test_declined_it_is_not(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await made.press(await deciding(made), "Decline", steps=0)

            async def decided() -> bool:
                return "Declined by" in (await cards(made))[0].read

            await until(decided)
            assert "No seed is called" in await made.say("post Walking")

    async def test_of_two_who_press_at_once_the_first_decides(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            card = await deciding(made)
            await asyncio.gather(
                slack.press(card.channel, card.ts, "Approve", user=ORGANISER),
                slack.press(card.channel, card.ts, "Decline", user="owner"),
            )

            async def second_was_told() -> bool:
                found = await slack.messages("library")
                return any(one.seen_by and "decided already" in one.read for one in found)

            await until(second_was_told)
            [after] = await cards(made)
            assert ("Approved by" in after.read) != ("Declined by" in after.read)

    async def test_mended_first_the_card_shows_the_new_text(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            card = await deciding(made)
            opened = await made.press(card, "Edit", steps=2)
            assert opened.view.fields["text"]["value"] == TEXT
            answer = await made.submit(opened.view, {"text": TEXT + " And alone."})
            assert "Changed" in answer.view.read
            [after] = await cards(made)
            assert "And alone." in after.read
            assert list(after.buttons) == ["Approve", "Edit", "Decline"]

    async def test_a_slow_store_keeps_no_form_from_opening(self, tmp_path: Path, slack: Slack) -> None:
        """Slack opens a form for three seconds only."""
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            card = await deciding(made)
            async with held(tmp_path / "data" / "seedbed.db"):
                pressed = await slack.press(card.channel, card.ts, "Edit", user=ORGANISER)
                assert not (await slack.answer(pressed)).failed
            assert (await slack.answer(pressed, steps=2)).view.fields["text"]["value"] == TEXT

    async def test_what_is_decided_is_not_mended_any_more(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            card = await deciding(made)
            opened = await made.press(card, "Edit", steps=2)
            await made.press(card, "Decline", steps=0)

            async def decided() -> bool:
                return "Declined by" in (await cards(made))[0].read

            await until(decided)
            answer = await made.submit(opened.view, {"text": TEXT + " And alone."})
            assert "declined already" in answer.view.read
            assert answer.view.fields["text"]["value"] == TEXT + " And alone."

    async def test_what_the_library_has_by_now_is_not_approved(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            card = await deciding(made)
            (tmp_path / "seeds" / "same.yaml").write_text(f"text: {TEXT}\n", encoding="utf-8")
            await made.place.parts.librarian.refresh()
            answer = await made.press(card, "Approve")
            assert "has this text already, as same" in answer.text
            assert (await cards(made))[0].buttons

    async def test_members_decide_nothing(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            card = await deciding(made)
            answer = await made.press(card, "Approve", user="ben")
            assert "admins and owners" in answer.text
            assert (await cards(made))[0].buttons


@pytest.mark.parametrize(
    "hostile",
    [
        "<!channel> <!here> <@U1> <!subteam^S1>",
        "<https://example.org|x> & *bold* `code` ~gone~ :wave:",
        "\N{RIGHT-TO-LEFT OVERRIDE}txet",
        "&amp;&lt;!channel&gt;",
    ],
)
async def test_whatever_is_proposed_is_shown_as_text_and_pings_nobody(
    tmp_path: Path, slack: Slack, hostile: str
) -> None:
    async with bench(tmp_path, slack, channels=CHANNELS) as made:
        place = await made.channel_id("library")
        await made.say(f"organisers <#{place}|library>")
        opened = await slack.answer(await slack.shortcut("seedbed-plant", user="ada"))
        fields = dict.fromkeys(("source", "heading", "author"), hostile * 3) | {"topics": hostile[:40]}
        answer = await made.submit(opened.view, fields | {"text": f"A text of some words, and {hostile * 50}"[:3000]})
        assert "Thank you" in answer.view.read
        [card] = await cards(made)
        await made.press(card, "Approve", steps=0)

        async def decided() -> bool:
            return "Approved by" in (await cards(made))[0].read

        await until(decided)
        for message in (await slack.state()).messages:
            assert message.pinged == []


class TestAtHome:
    async def test_what_waits_is_decided_from_there(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await propose(made)
            opened = await slack.answer(await slack.open_home(user=ORGANISER))
            listed = await made.press_view(opened.view, "Proposals", steps=3)
            [sheet] = [one["view"] for one in listed.json["steps"] if TEXT in str(one["view"])]
            answer = await made.slack.answer(await slack.press_view(sheet["id"], "Approve"))
            assert "Approved by" in answer.view.read


class TestWithoutAChannelOfTheirs:
    async def test_what_waits_is_listed_and_decided_there(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            assert "Nothing is waiting" in await made.say("proposals")
            await propose(made)
            await propose(made, f"{TEXT} Twice.", "ben")
            listed = await made.ask("proposals", steps=2)
            first, second = listed.messages
            assert "2 proposals" in first.read
            assert TEXT in first.read
            assert "Twice." in second.read
            answer = await made.press(first, "Approve")
            assert "Approved by" in answer.text
            assert "One proposal waits" in await made.say("status")

    async def test_a_channel_chosen_later_gets_what_waits(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            await propose(made)
            asked = await made.ask("organisers")
            assert "no channel for proposals" in asked.text
            await made.press(asked.shown, "seedbed-organisers", value=await made.channel_id("library"))

            async def come() -> bool:
                return bool(await cards(made))

            await until(come)
            assert "no channel for proposals" in await made.say("organisers off")

    async def test_where_the_bot_is_not_in_it_it_says_so(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack, channels=CHANNELS) as made:
            place = await made.channel_id("news")
            assert "/invite @seedbed" in await made.say(f"organisers <#{place}|news>")
