"""The buttons of a post on a simulated Slack: another question, saving it, its thread."""

from pathlib import Path

import pytest

from tests.simulators.slack.client import Slack, until
from tests.simulators.slack.seen import Message
from tests.slack.organising import held
from tests.slack.place import Place, place


async def posted(reading: Place) -> Message:
    await reading.ask("/seed", "water")
    [message] = await reading.posts()
    return message


class TestAnotherQuestion:
    async def test_one_question_changes_for_everybody_and_the_rest_stays(self, reading: Place) -> None:
        before = await posted(reading)
        await reading.press(before, "Another question", steps=0)
        after = await changed(reading, before)
        assert after.ts == before.ts
        assert after.buttons == before.buttons
        assert after.metadata == before.metadata, "it can be found again"
        gone = [line for line in before.read.split("\n") if line not in after.read]
        assert len(gone) == 1

    async def test_the_message_rests_for_a_moment(self, reading: Place) -> None:
        before = await posted(reading)
        await reading.press(before, "Another question", steps=0)
        after = await changed(reading, before)
        refused = await reading.press(after, "Another question", user="ben")
        assert "moment ago" in refused.text
        assert refused.ephemeral
        assert (await reading.posts())[0].read == after.read

    async def test_where_slack_has_no_such_message_any_more_an_apology_is_told(self, reading: Place) -> None:
        before = await posted(reading)
        await reading.slack.fault(("refused", "cant_update_message"), method="chat.update")
        answer = await reading.press(before, "Another question")
        assert "Sorry" in answer.text

    async def test_what_can_be_mended_is_told_with_its_remedy(self, reading: Place) -> None:
        before = await posted(reading)
        await reading.slack.archive("reading")
        answer = await reading.press(before, "Another question")
        assert "unarchive it" in answer.text

    async def test_a_post_from_before_a_restart_answers_as_well(self, tmp_path: Path, slack: Slack) -> None:
        async with place(tmp_path, slack) as first:
            before = await posted(first)
        async with place(tmp_path, slack) as second:
            await second.press(before, "Another question", steps=0)
            assert (await changed(second, before)).read != before.read


class TestSaving:
    async def test_it_comes_as_a_direct_message_with_a_way_back(self, reading: Place) -> None:
        message = await posted(reading)
        answer = await reading.press(message, "Save for me", user="ben", steps=2)
        assert "direct message" in answer.text
        [saved] = await reading.slack.messages("@ben")
        assert "about water" in saved.read
        assert message.permalink in str(saved.blocks)

    async def test_where_direct_messages_are_closed_it_is_shown_here(self, reading: Place) -> None:
        message = await posted(reading)
        await reading.slack.fault(("refused", "messages_tab_disabled"), method="chat.postMessage")
        answer = await reading.press(message, "Save for me", steps=2)
        note, seed = answer.messages
        assert "for you alone" in note.read
        assert "about water" in seed.read
        assert {note.seen_by, seed.seen_by} == {answer.shown.seen_by}
        assert answer.ephemeral

    async def test_its_way_back_is_only_heard(self, reading: Place) -> None:
        """Links tell the app when they are used, and an app that does not listen is shown as broken."""
        message = await posted(reading)
        await reading.press(message, "Save for me", user="ben", steps=2)
        [saved] = await reading.slack.messages("@ben")
        for action in saved.buttons.values():
            pressed = await reading.slack.press("@ben", saved.ts, action, user="ben")
            assert not (await reading.slack.answer(pressed, steps=0)).failed


class TestDiscussing:
    async def test_it_leads_to_the_thread_which_is_made_if_there_is_none(self, reading: Place) -> None:
        message = await posted(reading)
        answer = await reading.press(message, "Discuss", user="ben")
        assert f"thread_ts={message.ts}" in answer.text
        replies = [one for one in await reading.slack.messages("reading") if one.is_reply]
        assert replies
        assert {one.thread_ts for one in replies} == {message.ts}
        await reading.press(message, "Discuss", user="ada")
        assert len([one for one in await reading.slack.messages("reading") if one.is_reply]) == len(replies)

    async def test_where_no_thread_can_be_made_the_reason_is_told(self, reading: Place) -> None:
        message = await posted(reading)
        await reading.slack.archive("reading")
        answer = await reading.press(message, "Discuss")
        assert "archived" in answer.text


@pytest.mark.parametrize("button", ["Another question", "Save for me", "Discuss"])
async def test_of_a_post_that_is_not_known_it_says_so(
    reading: Place, tmp_path: Path, slack: Slack, button: str
) -> None:
    """As after a restored backup: the message is there, its row is not."""
    message = await posted(reading)
    await reading.platform.stop()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    async with place(elsewhere, slack) as another:
        answer = await another.press(message, button)
        assert "do not know" in answer.text
        assert answer.ephemeral


async def test_a_slow_store_does_not_keep_slack_waiting(reading: Place, tmp_path: Path) -> None:
    message = await posted(reading)
    async with held(tmp_path / "data" / "seedbed.db"):
        pressed = await reading.slack.press("reading", message.ts, "Another question")
        heard = await reading.slack.answer(pressed, steps=0)
        assert not heard.failed
    assert (await changed(reading, message)).read != message.read


async def changed(reading: Place, before: Message) -> Message:
    """The post, once it reads otherwise."""
    found = [before]

    async def come() -> bool:
        found[0] = (await reading.posts())[0]
        return found[0].read != before.read

    await until(come)
    return found[0]
