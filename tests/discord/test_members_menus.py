"""The menu of a message on a simulated Discord: why this seed, and to save somebody's words as one."""

from tests.discord.place import Place
from tests.simulators.discord.client import until
from tests.simulators.discord.seen import Message

WHY, SAVE = "Why this seed?", "Save as seed"


class TestWhyThisSeed:
    async def test_everybody_may_read_how_it_was_chosen_and_what_became_of_it(self, reading: Place) -> None:
        await reading.ask("seed", {"topic": "water"})
        [message] = await reading.posts()
        await reading.discord.react("reading", message.id, "🌱", user="ada")
        await reading.discord.react("reading", message.id, "🌱", user="ben")
        await until(lambda: reacted(reading))
        answer = await reading.menu(WHY, message, user="ben")
        assert answer.ephemeral
        assert "Chapter" in answer.text
        assert "asked for “water”" in answer.text
        assert "🌱 2" in answer.text
        assert "<t:" in answer.text

    async def test_another_message_is_said_to_be_none_of_ours(self, reading: Place) -> None:
        await reading.discord.post("reading", "I liked yesterday's better.", user="ben")
        answer = await reading.menu(WHY, (await reading.discord.messages("reading"))[-1])
        assert "not a seed" in answer.text

    async def test_it_is_told_in_german(self, reading: Place) -> None:
        await reading.ask("seed", {"topic": "water"})
        [message] = await reading.posts()
        answer = await reading.menu("Warum dieser Text?", message, locale="de")
        assert "Bisher hat niemand" in answer.text

    async def test_what_was_typed_is_shown_as_typed(self, reading: Place) -> None:
        await reading.ask("seed", {"topic": "water **loud** <@1> [x](https://example.org)"})
        [message] = await reading.posts()
        answer = await reading.menu(WHY, message)
        assert "\\*\\*loud" in answer.text
        assert " <@1>" not in answer.text


async def reacted(reading: Place) -> bool:
    [entry] = await reading.posted()
    return entry.reactions.get("🌱") == 2


async def written(reading: Place, text: str) -> Message:
    """Ada says something in #general."""
    await reading.discord.post("general", text, user="ada")
    return (await reading.discord.messages("general"))[-1]


class TestSaveAsSeed:
    async def test_an_organiser_saves_what_somebody_wrote_with_the_way_back(self, reading: Place) -> None:
        message = await written(reading, "We learn best what we then explain to somebody else.")
        opened = await reading.menu(SAVE, message, user="organiser")
        fields = {row["component"]["custom_id"]: row["component"].get("value") for row in opened.modal["components"]}
        assert fields["text"] == "We learn best what we then explain to somebody else."
        assert fields["author"] == "Ada"  # her name in this server
        assert message.id in str(fields["source"])
        answer = await reading.submit(opened, {"topics": "learning, teaching"})
        assert answer.ephemeral
        [proposal] = await reading.parts.nursery.waiting((await reading.discord.state()).guild_id)
        assert proposal.cutting.text == "We learn best what we then explain to somebody else."
        assert proposal.cutting.topics == ("learning", "teaching")
        assert proposal.cutting.source.title == "#general"
        assert message.id in (proposal.cutting.source.url or "")

    async def test_only_those_who_may_manage_the_server_are_offered_it(self, reading: Place) -> None:
        command = {one["name"]: one for one in (await reading.discord.state())["commands"]}[SAVE]
        assert int(command["default_member_permissions"]) == 1 << 5  # Manage Server

    async def test_a_message_without_words_is_not_saved(self, reading: Place) -> None:
        message = await written(reading, "\N{ZERO WIDTH SPACE}")
        answer = await reading.menu(SAVE, message, user="organiser")
        assert "no text" in answer.text

    async def test_the_longest_message_fits_into_the_form(self, reading: Place) -> None:
        message = await written(reading, "word " * 400)
        opened = await reading.menu(SAVE, message, user="organiser")
        assert not opened.json["refusals"]
        assert not (await reading.submit(opened)).failed

    async def test_the_form_is_in_the_language_of_who_opens_it(self, reading: Place) -> None:
        message = await written(reading, "Lesen heißt borgen.")
        chosen = await reading.discord.message_menu(
            "Als Lesetext speichern", "general", message.id, user="organiser", locale="de"
        )
        opened = await reading.discord.answer(chosen)
        assert opened.modal["title"] == "Eine Textstelle vorschlagen"
