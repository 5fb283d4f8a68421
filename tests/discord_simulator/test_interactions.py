"""Interactions: what the client's menus offer, deadlines, answers of every type, follow-ups, forms."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from time import monotonic
from typing import Any

import aiohttp
import pytest

from tests.discord_simulator.conftest import Api, Reply
from tests.simulators.discord.client import Discord
from tests.simulators.discord.model import Flag
from tests.simulators.discord.seen import State

COMMANDS = [
    {"name": "seed", "description": "d", "options": [{"type": 3, "name": "topic", "description": "d"}]},
    {
        "name": "type",
        "description": "d",
        "options": [{"type": 3, "name": "topic", "description": "d", "autocomplete": True}],
    },
    {"name": "Why", "type": 3},
]
BUTTON: dict[str, Any] = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
FORM: dict[str, Any] = {
    "custom_id": "form",
    "title": "Plant",
    "components": [
        {"type": 1, "components": [{"type": 4, "style": 2, "label": "Text", "custom_id": "text", "max_length": 10}]}
    ],
}


class Desk:
    """Answers interactions by hand, one request at a time, as a bot without a library would."""

    def __init__(self, api: Api, application: str) -> None:
        self.application = application
        self._api = api
        self._tokens: dict[str, str] = {}
        self._heard = asyncio.Event()

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Learn the tokens of interactions from the gateway."""
        async for message in socket:
            frame = message.json()
            if frame.get("t") == "INTERACTION_CREATE":
                self._tokens[frame["d"]["id"]] = frame["d"]["token"]
                self._heard.set()

    async def asked(self, asking: Awaitable[str]) -> str:
        """The id of an interaction, once it can be answered."""
        number = await asking
        while number not in self._tokens:
            self._heard.clear()
            async with asyncio.timeout(10):
                await self._heard.wait()
        return number

    async def answer(self, number: str, kind: int, data: dict[str, Any] | None = None, **query: str) -> Reply:
        body = {"type": kind, "data": data or {}}
        return await self._api("POST", f"/interactions/{number}/{self._tokens[number]}/callback", body, **query)

    async def hook(self, method: str, number: str, message: str = "", body: Any = None) -> Reply:
        """A follow-up, or with `message` (`@original`, or an id) what becomes of one that was sent."""
        end = f"/messages/{message}" if message else ""
        return await self._api(method, f"/webhooks/{self.application}/{self._tokens[number]}{end}", body)


@pytest.fixture
async def desk(api: Api, discord: Discord, state: State) -> AsyncIterator[Desk]:
    desk = Desk(api, state.user_id("seedbed"))
    await api("PUT", f"/applications/{desk.application}/commands", COMMANDS)
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{discord.gateway}?v=10") as socket:
        await socket.send_json({"op": 2, "d": {"token": discord.token, "intents": 0}})
        listener = asyncio.create_task(desk.listen(socket))
        yield desk
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)


@pytest.fixture
async def posted(api: Api, state: State) -> str:
    """The id of a message of the bot's with a button, in reading."""
    body = {"content": "x", "components": [BUTTON]}
    return str((await api("POST", f"/channels/{state.channel_id('reading')}/messages", body)).body["id"])


class TestFirstAnswer:
    async def test_a_message(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed", {"topic": "moss"}))
        reply = await desk.answer(number, 4, {"content": "here"}, with_response="true")
        assert reply.status == 200
        assert reply.body["interaction"]["id"] == number
        assert reply.body["resource"]["message"]["content"] == "here"
        found = await discord.messages("reading")
        assert [(one.type, one.content, one.seen_by) for one in found] == [("chat_input_command", "here", None)]
        answer = await discord.answer(number)
        assert (answer.text, answer.ephemeral, answer.deferred) == ("here", False, False)
        assert 0 < answer.elapsed < 3

    async def test_without_with_response_it_is_204(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        assert (await desk.answer(number, 4, {"content": "x"})).status == 204

    async def test_an_ephemeral_one_is_for_the_asker_alone(
        self, desk: Desk, api: Api, discord: Discord, state: State
    ) -> None:
        number = await desk.asked(discord.slash("seed", user="ben"))
        await desk.answer(number, 4, {"content": "psst", "flags": 64, "components": [BUTTON]})
        channel = f"/channels/{state.channel_id('reading')}/messages"
        shown = (await discord.answer(number)).message_id
        assert (await api("GET", channel)).body == []
        assert (await api("GET", f"{channel}/{shown}")).code == 10008
        assert (await discord.messages("reading"))[0].seen_by == "ben"
        with pytest.raises(AssertionError, match="ada does not see that message"):
            await discord.press("reading", shown, "go", user="ada")
        await discord.press("reading", shown, "go", user="ben")

    async def test_only_once(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        await desk.answer(number, 5)
        again = await desk.answer(number, 4, {"content": "x"})
        assert (again.status, again.code) == (400, 40060)

    async def test_only_in_time(self, desk: Desk, discord: Discord) -> None:
        await discord.tune(interaction_deadline=0.05)
        number = await desk.asked(discord.slash("seed"))
        answer = await discord.answer(number)
        assert answer.failed
        late = await desk.answer(number, 4, {"content": "x"})
        assert (late.status, late.code) == (404, 10062)
        with pytest.raises(AssertionError, match="seed was never answered"):
            _ = answer.elapsed

    async def test_three_seconds_are_the_usual_time(self, desk: Desk, discord: Discord) -> None:
        before = monotonic()
        number = await desk.asked(discord.slash("seed"))
        assert (await discord.answer(number)).failed
        assert monotonic() - before >= 3

    async def test_only_with_its_token(self, desk: Desk, api: Api, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        assert (await api("POST", f"/interactions/{number}/wrong/callback", {"type": 5})).code == 10062

    async def test_no_permission_of_the_bot_is_needed(self, desk: Desk, discord: Discord) -> None:
        await discord.forbid("send_messages", "view_channel", channel="reading")
        number = await desk.asked(discord.slash("seed"))
        assert (await desk.answer(number, 4, {"content": "x"})).status == 204

    @pytest.mark.parametrize("kind", [0, 2, 3, 6, 7, 8, 10])
    async def test_a_type_that_does_not_go_with_a_command(self, kind: int, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        refused = await desk.answer(number, kind, {"content": "x"})
        assert (refused.status, refused.paths) == (400, {"type:BASE_TYPE_CHOICES"})
        assert (await desk.answer(number, 4, {"content": "x"})).status == 204  # it is still open

    @pytest.mark.parametrize("kind", [4, 5, 9])
    async def test_typing_is_answered_by_choices_alone(self, kind: int, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.autocomplete("type", {"topic": "m"}, focused="topic"))
        assert (await desk.answer(number, kind)).paths == {"type:BASE_TYPE_CHOICES"}

    async def test_limits_hold_for_answers_too(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        assert (await desk.answer(number, 4, {"content": "x" * 2001})).paths == {"content:BASE_TYPE_MAX_LENGTH"}
        assert (await desk.answer(number, 4, {})).code == 50006
        with pytest.raises(AssertionError, match="50035"):
            await discord.answer(number, seconds=0.1)  # what was refused is told

    async def test_mentions_in_answers_are_told(self, desk: Desk, discord: Discord, state: State) -> None:
        number = await desk.asked(discord.slash("seed"))
        await desk.answer(number, 4, {"content": f"<@{state.user_id('ben')}> @everyone"})
        assert (await discord.messages("reading"))[0].pinged == [state.user_id("ben"), "everyone"]


class TestDeferred:
    async def test_a_deferral_is_settled_by_an_edit(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        reply = await desk.answer(number, 5, {"flags": 64}, with_response="1")
        assert reply.body["interaction"]["response_message_loading"]
        assert reply.body["interaction"]["response_message_ephemeral"]
        assert (await discord.answer(number, acknowledged=True)).deferred
        with pytest.raises(AssertionError, match="no answer"):
            await discord.answer(number, seconds=0.05)
        edited = await desk.hook("PATCH", number, "@original", {"content": "here"})
        assert (edited.body["content"], edited.body["flags"]) == ("here", int(Flag.EPHEMERAL))
        answer = await discord.answer(number)
        assert (answer.text, answer.ephemeral) == ("here", True)

    async def test_a_card_comes_with_the_edit(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        v2 = int(Flag.COMPONENTS_V2)
        assert (await desk.answer(number, 5, {"flags": v2})).paths == {"data.flags:BASE_TYPE_CHOICES"}
        await desk.answer(number, 5)
        await desk.hook("PATCH", number, "@original", {"flags": v2, "components": [{"type": 10, "content": "here"}]})
        assert (await discord.answer(number)).text == "here"

    async def test_the_first_followup_takes_the_place_of_thinking(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        await desk.answer(number, 5, {"flags": 64})
        first = await desk.hook("POST", number, body={"content": "one"})
        second = await desk.hook("POST", number, body={"content": "two"})
        found = await discord.messages("reading")
        assert [(one.content, one.seen_by) for one in found] == [("one", "ada"), ("two", None)]
        assert first.body["id"] != second.body["id"]
        assert (await discord.answer(number)).followups == [second.body["id"]]

    async def test_followups_are_edited_fetched_and_deleted(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        await desk.answer(number, 4, {"content": "one"})
        second = (await desk.hook("POST", number, body={"content": "two"})).body["id"]
        assert (await desk.hook("PATCH", number, second, {"content": "three"})).body["content"] == "three"
        assert (await desk.hook("GET", number, second)).body["content"] == "three"
        assert (await desk.hook("GET", number, "@original")).body["content"] == "one"
        assert (await desk.hook("DELETE", number, "@original")).status == 204
        assert (await desk.hook("GET", number, "@original")).code == 10008
        assert [one.content for one in await discord.messages("reading")] == ["three"]

    async def test_before_the_first_answer_there_is_no_followup(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        refused = await desk.hook("POST", number, body={"content": "x"})
        assert (refused.status, refused.code) == (404, 10015)

    async def test_the_token_is_good_for_so_long(self, desk: Desk, discord: Discord) -> None:
        await discord.tune(interaction_life=0)
        number = await desk.asked(discord.slash("seed"))
        await desk.answer(number, 5)
        refused = await desk.hook("PATCH", number, "@original", {"content": "x"})
        assert (refused.status, refused.code) == (401, 50027)

    async def test_it_is_good_for_fifteen_minutes_as_a_rule(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        await desk.answer(number, 5)
        assert (await desk.hook("PATCH", number, "@original", {"content": "x"})).status == 200


class TestButtons:
    async def test_an_update_changes_the_message_itself(self, desk: Desk, discord: Discord, posted: str) -> None:
        number = await desk.asked(discord.press("reading", posted, "go"))
        await desk.answer(number, 7, {"content": "pressed"})
        assert [one.content for one in await discord.messages("reading")] == ["pressed"]
        assert (await discord.answer(number)).message_id == posted

    async def test_a_deferred_update_is_settled_by_an_edit(self, desk: Desk, discord: Discord, posted: str) -> None:
        number = await desk.asked(discord.press("reading", posted, "Go"))
        await desk.answer(number, 6)
        await desk.hook("PATCH", number, "@original", {"content": "pressed"})
        assert (await discord.answer(number)).text == "pressed"

    async def test_a_reply_is_a_message_of_its_own(self, desk: Desk, discord: Discord, posted: str) -> None:
        number = await desk.asked(discord.press("reading", posted, "go"))
        await desk.answer(number, 4, {"content": "here", "flags": 64})
        found = (await discord.messages("reading"))[-1]
        assert (found.type, found.content, found.json["reference"]) == ("reply", "here", posted)

    async def test_only_what_is_there_can_be_pressed(
        self, desk: Desk, api: Api, discord: Discord, state: State
    ) -> None:
        link = {"type": 2, "style": 5, "label": "Source", "url": "https://example.org"}
        off = {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True}
        body = {"content": "x", "components": [{"type": 1, "components": [link, off]}]}
        await api("POST", f"/channels/{state.channel_id('reading')}/messages", body)
        with pytest.raises(AssertionError, match="the message has no button 'go'; it has: 'off'"):
            await discord.press("reading", "last", "go")
        with pytest.raises(AssertionError, match="has no button 'Source'"):
            await discord.press("reading", "last", "Source")
        with pytest.raises(AssertionError, match="the button 'off' is disabled"):
            await discord.press("reading", "last", "off")

    async def test_a_button_in_a_direct_message(self, desk: Desk, api: Api, discord: Discord, state: State) -> None:
        opened = (await api("POST", "/users/@me/channels", {"recipient_id": state.user_id("ada")})).body["id"]
        await api("POST", f"/channels/{opened}/messages", {"content": "x", "components": [BUTTON]})
        number = await desk.asked(discord.press("@ada", "last", "go"))
        assert (await desk.answer(number, 7, {"content": "pressed"})).status == 204


class TestForms:
    async def open(self, desk: Desk, discord: Discord, form: dict[str, Any]) -> tuple[str, Reply]:
        number = await desk.asked(discord.slash("seed"))
        return number, await desk.answer(number, 9, form)

    async def test_a_form_is_shown_and_sent_off_once(self, desk: Desk, discord: Discord) -> None:
        number, reply = await self.open(desk, discord, FORM)
        assert reply.status == 204
        assert (await discord.answer(number)).modal["title"] == "Plant"
        sent = await desk.asked(discord.submit(number, {"Text": "moss"}))
        assert (await desk.answer(sent, 4, {"content": "thanks"})).status == 204
        with pytest.raises(AssertionError, match="sent off already"):
            await discord.submit(number, {"Text": "moss"})

    async def test_a_form_that_was_not_shown_cannot_be_sent(self, desk: Desk, discord: Discord) -> None:
        number = await desk.asked(discord.slash("seed"))
        with pytest.raises(AssertionError, match="has shown no form"):
            await discord.submit(number)

    async def test_a_form_wants_what_its_fields_say(self, desk: Desk, discord: Discord) -> None:
        number, _ = await self.open(desk, discord, FORM)
        for values, words in (
            ({}, "the field 'Text' wants 1 to 10 characters"),
            ({"Text": "x" * 11}, "the field 'Text' wants 1 to 10 characters"),
            ({"Text": "x", "Source": "y"}, "the form has no field 'Source'"),
        ):
            with pytest.raises(AssertionError, match=words):
                await discord.submit(number, values)

    async def test_a_form_does_not_open_a_form(self, desk: Desk, discord: Discord) -> None:
        number, _ = await self.open(desk, discord, FORM)
        sent = await desk.asked(discord.submit(number, {"Text": "x"}))
        for kind in (9, 6, 7):
            assert (await desk.answer(sent, kind, FORM)).paths == {"type:BASE_TYPE_CHOICES"}

    async def test_a_form_that_a_button_opened_may_change_its_message(
        self, desk: Desk, discord: Discord, posted: str
    ) -> None:
        number = await desk.asked(discord.press("reading", posted, "go"))
        await desk.answer(number, 9, FORM)
        sent = await desk.asked(discord.submit(number, {"text": "x"}))
        await desk.answer(sent, 7, {"content": "changed"})
        assert (await discord.messages("reading"))[0].content == "changed"

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"title": "t" * 46}, "data.title:BASE_TYPE_MAX_LENGTH"),
            ({"custom_id": "c" * 101}, "data.custom_id:BASE_TYPE_MAX_LENGTH"),
            ({"components": []}, "data.components:BASE_TYPE_BAD_LENGTH"),
            ({"components": FORM["components"] * 6}, "data.components:BASE_TYPE_BAD_LENGTH"),
            ({"components": FORM["components"] * 2}, "data.components:COMPONENT_CUSTOM_ID_DUPLICATED"),
            (
                {
                    "components": [
                        {"type": 18, "label": "l" * 46, "component": {"type": 4, "style": 1, "custom_id": "c"}}
                    ]
                },
                "data.components.0.label:BASE_TYPE_MAX_LENGTH",
            ),
            (
                {
                    "components": [
                        {"type": 1, "components": [{"type": 4, "style": 1, "label": "l" * 46, "custom_id": "c"}]}
                    ]
                },
                "data.components.0.components.0.label:BASE_TYPE_MAX_LENGTH",
            ),
            (
                {
                    "components": [
                        {
                            "type": 18,
                            "label": "l",
                            "component": {"type": 4, "style": 1, "custom_id": "c", "value": "v" * 4001},
                        }
                    ]
                },
                "data.components.0.component.value:BASE_TYPE_MAX_LENGTH",
            ),
            (
                {
                    "components": [
                        {
                            "type": 18,
                            "label": "l",
                            "component": {"type": 4, "style": 1, "custom_id": "c", "max_length": 4001},
                        }
                    ]
                },
                "data.components.0.component.max_length:NUMBER_TYPE_RANGE",
            ),
            ({"components": [BUTTON["components"][0]]}, "data.components.0.type:UNION_TYPE_CHOICES"),
        ],
    )
    async def test_a_forms_limits(self, change: dict[str, Any], path: str, desk: Desk, discord: Discord) -> None:
        _, refused = await self.open(desk, discord, {**FORM, **change})
        assert refused.code == 50035
        assert path in refused.paths


class TestTyping:
    async def choices(self, desk: Desk, discord: Discord, choices: list[dict[str, Any]]) -> Reply:
        number = await desk.asked(discord.autocomplete("type", {"topic": "m"}, focused="topic"))
        return await desk.answer(number, 8, {"choices": choices})

    async def test_twenty_five_choices(self, desk: Desk, discord: Discord) -> None:
        some = [{"name": "n" * 100, "value": "v" * 100}] * 25
        assert (await self.choices(desk, discord, some)).status == 204
        assert (await self.choices(desk, discord, [*some, *some[:1]])).paths == {"data.choices:BASE_TYPE_MAX_LENGTH"}

    @pytest.mark.parametrize(
        ("choice", "path"),
        [
            ({"name": "n" * 101, "value": "v"}, "data.choices.0.name:BASE_TYPE_MAX_LENGTH"),
            ({"name": "", "value": "v"}, "data.choices.0.name:BASE_TYPE_MIN_LENGTH"),
            ({"name": "n", "value": "v" * 101}, "data.choices.0.value:BASE_TYPE_MAX_LENGTH"),
            ({"name": "n"}, "data.choices.0.value:BASE_TYPE_REQUIRED"),
        ],
    )
    async def test_a_choices_limits(self, choice: dict[str, Any], path: str, desk: Desk, discord: Discord) -> None:
        assert (await self.choices(desk, discord, [choice])).paths == {path}
