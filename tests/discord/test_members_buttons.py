"""The buttons of a post on a simulated Discord: another question, save for me, discuss."""

import asyncio
from pathlib import Path

import discord as library
import pytest
import pytest_asyncio

from tests.discord.place import FORUM, Place, held, place
from tests.simulators.discord.client import Discord
from tests.simulators.discord.seen import Message

BUTTONS = ANOTHER, SAVE, DISCUSS = "Another question", "Save for me", "Discuss"


@pytest_asyncio.fixture
async def post(reading: Place) -> Message:
    """Today's, by somebody who asked."""
    await reading.ask("seed", {"topic": "water"})
    [message] = await reading.posts()
    return message


async def shown(reading: Place, message: Message) -> Message:
    """The post as it is now."""
    found = {one.id: one for one in await reading.discord.messages(message.channel)}
    return found[message.id]


def prompts(message: Message) -> list[str]:
    return [line for line in message.text.splitlines() if line[:3] in {"1. ", "2. ", "3. "}]


class TestAnotherQuestion:
    async def test_one_question_is_swapped_in_the_message_itself(self, reading: Place, post: Message) -> None:
        pressed = await reading.press(post, ANOTHER)
        after = await shown(reading, post)
        assert not pressed.failed
        assert len(prompts(after)) == 3
        assert sum(old != new for old, new in zip(prompts(post), prompts(after), strict=True)) == 1
        assert after.buttons == post.buttons
        assert len(await reading.posts()) == 1

    async def test_what_is_shown_is_what_is_kept(self, reading: Place, post: Message) -> None:
        await reading.press(post, ANOTHER)
        [entry] = await reading.posted()
        assert entry.post.message is not None
        after = await shown(reading, post)
        assert [line[3:] for line in prompts(after)] == [prompt.text for prompt in entry.post.message.prompts]

    async def test_pressed_again_and_again_it_rests(self, reading: Place, post: Message) -> None:
        """Whoever presses: it is the message that rests, not the member."""
        await reading.press(post, ANOTHER, user="ada")
        once = await shown(reading, post)
        refused = await reading.press(post, ANOTHER, user="ben")
        assert "<t:" in refused.text
        assert refused.ephemeral
        assert prompts(await shown(reading, post)) == prompts(once)
        reading.clock.advance(seconds=11)
        await reading.press(post, ANOTHER, user="ben")
        assert prompts(await shown(reading, post)) != prompts(once)

    async def test_two_presses_at_once_are_one_swap(self, reading: Place, post: Message) -> None:
        await asyncio.gather(*(reading.press(post, ANOTHER, user=user) for user in ("ada", "ben")))
        after = await shown(reading, post)
        assert sum(old != new for old, new in zip(prompts(post), prompts(after), strict=True)) == 1

    async def test_a_forums_post_is_edited_as_well(self, tmp_path: Path, discord: Discord) -> None:
        async with place(tmp_path, discord, channels=FORUM) as forum:
            await forum.post_daily()
            [entry] = await forum.posted()
            [message] = [one for one in await discord.messages(str(entry.post.message_id)) if one.type == "default"]
            await forum.press(message, ANOTHER)
            assert prompts_of_embed(await shown(forum, message)) != prompts_of_embed(message)


class TestSaveForMe:
    async def test_the_seed_comes_as_a_direct_message_with_the_way_back(self, reading: Place, post: Message) -> None:
        answer = await reading.press(post, SAVE)
        [direct] = await reading.discord.messages("@ada")
        assert answer.ephemeral
        assert "The text of chapter" in direct.text
        assert any(post.id in address for address in direct.buttons.values())
        assert not any(name.startswith("seedbed:") for name in direct.buttons.values())

    async def test_whoever_takes_no_direct_messages_reads_it_here(self, reading: Place, post: Message) -> None:
        await reading.discord.takes_messages("ada", yes=False)
        pressed = await reading.discord.press(post.channel, post.id, SAVE)
        note, seed = await reading.told(pressed, 2)
        assert "no direct messages" in note
        assert "The text of chapter" in seed
        assert len(await reading.posts()) == 1, "nobody else sees it"

    async def test_a_direct_message_that_is_lost_on_its_way_is_read_here(self, reading: Place, post: Message) -> None:
        await reading.discord.fault("drop_before", kind="create_message")
        pressed = await reading.discord.press(post.channel, post.id, SAVE)
        note, seed = await reading.told(pressed, 2)
        assert "did not go through" in note
        assert "The text of chapter" in seed

    async def test_it_is_in_the_language_of_whoever_saves_it(self, reading: Place, post: Message) -> None:
        answer = await reading.press(post, SAVE, locale="de")
        assert answer.text.startswith("Der Text ist")


class TestDiscuss:
    async def test_the_thread_is_opened_once_and_linked_to(self, reading: Place, post: Message) -> None:
        first = await reading.press(post, DISCUSS, user="ada")
        second = await reading.press(post, DISCUSS, user="ben")
        thread = (await shown(reading, post)).thread
        assert thread
        assert f"<#{thread}>" in first.text
        assert f"<#{thread}>" in second.text

    async def test_where_no_thread_may_be_opened_it_says_why(self, reading: Place, post: Message) -> None:
        await reading.discord.forbid("create_public_threads", channel="reading")
        answer = await reading.press(post, DISCUSS)
        assert answer.ephemeral
        assert "Create Public Threads" in answer.text


class TestWhateverHappens:
    @pytest.mark.parametrize("button", BUTTONS)
    async def test_buttons_of_before_a_restart_answer(self, tmp_path: Path, discord: Discord, button: str) -> None:
        async with place(tmp_path, discord) as before:
            await before.ask("seed", {"topic": "water"})
            [message] = await before.posts()
        async with place(tmp_path, discord) as after:
            answer = await after.press(message, button)
            assert not answer.failed
            assert not answer.json["refusals"]

    @pytest.mark.parametrize("button", BUTTONS)
    async def test_a_slow_store_is_no_reason_to_be_late(self, reading: Place, post: Message, button: str) -> None:
        async with held(reading.parts.settings.database):
            pressed = await reading.discord.press(post.channel, post.id, button)
            early = await reading.discord.answer(pressed, acknowledged=True)
            assert early.deferred
        assert not (await reading.discord.answer(pressed)).failed

    @pytest.mark.parametrize("button", BUTTONS)
    async def test_a_post_that_nobody_knows_is_said_to_be_unknown(
        self, tmp_path: Path, discord: Discord, button: str
    ) -> None:
        """As after a database was lost: the messages are still there."""
        async with place(tmp_path / "before", discord) as before:
            await before.ask("seed", {"topic": "water"})
            [message] = await before.posts()
        async with place(tmp_path / "after", discord) as after:
            pressed = await discord.press(message.channel, message.id, button)
            text = (await after.told(pressed, 2 if button == ANOTHER else 1))[-1]
            assert "do not know" in text

    async def test_discord_py_keeps_nothing_of_a_post(self, reading: Place, post: Message) -> None:
        """What it kept of every post and every edit would never be let go of."""
        for button in BUTTONS:
            await reading.press(post, button)
        client = reading.platform._session.client
        assert isinstance(client, library.Client)
        assert client._connection._view_store._views == {}


def prompts_of_embed(message: Message) -> str:
    return str(message.embeds[0]["fields"][0]["value"])
