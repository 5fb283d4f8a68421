"""Commands, buttons, shortcuts, forms and App Home, answered by a real Bolt app."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulators.slack.client import Slack, until
from tests.simulators.slack.seen import State
from tests.slack_simulator.conftest import Api, Json, Robot

Post = Callable[..., Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action: str, label: str = "Go") -> Json:
    return {"type": "button", "action_id": action, "text": plain(label), "value": "v1"}


ROOMS = {"type": "conversations_select", "action_id": "room", "response_url_enabled": True}
BLOCKS: list[Json] = [
    {"type": "actions", "block_id": "m1", "elements": [button("go")]},
    {
        "type": "section",
        "block_id": "s1",
        "text": plain("Which?"),
        "accessory": {
            "type": "static_select",
            "action_id": "pick",
            "options": [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}],
        },
    },
]
FIELDS: list[Json] = [
    {
        "type": "input",
        "block_id": "title",
        "label": plain("Title"),
        "element": {"type": "plain_text_input", "action_id": "words", "max_length": 10},
    },
    {
        "type": "input",
        "block_id": "when",
        "label": plain("When"),
        "element": {"type": "timepicker", "action_id": "time", "initial_time": "09:00"},
    },
    {"type": "actions", "block_id": "more", "elements": [button("inside", "More")]},
]


def form(**more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "plant",
        "title": plain("Plant"),
        "submit": plain("Send"),
        "blocks": FIELDS,
        **more,
    }


HOME: Json = {"type": "home", "blocks": [{"type": "section", "text": plain("Today")}]}


class TestCommands:
    async def test_an_answer_in_the_acknowledgement(self, slack: Slack, robot: Robot, state: State) -> None:
        @robot.app.command("/seed")
        async def seed(ack: Any, body: Json) -> None:
            assert (body["channel_name"], body["user_name"]) == ("reading", "ada")
            assert (body["team_id"], body["channel_id"]) == (state.team_id, state.channel_id("reading"))
            await ack(f"about {body['text']}")

        answer = await slack.answer(await slack.slash("/seed", "moss"))
        assert (answer.text, answer.ephemeral, answer.steps) == ("about moss", True, ["ephemeral"])
        assert not answer.failed

    async def test_an_answer_to_everybody_by_the_response_url(self, slack: Slack, robot: Robot) -> None:
        @robot.app.command("/seed")
        async def seed(ack: Any, respond: Any) -> None:
            await ack()
            await respond("for me")
            await respond("for all", response_type="in_channel")

        answer = await slack.answer(await slack.slash("/seed"), steps=2)
        assert [(one.text, one.seen_by is None) for one in answer.messages] == [("for me", False), ("for all", True)]
        assert answer.json["uses"] == 2
        shown = [one.text for one in await slack.messages("reading") if not one.seen_by]
        assert shown == ["for all"]

    async def test_without_an_acknowledgement_it_failed(self, slack: Slack, robot: Robot) -> None:
        await slack.tune(ack_deadline=0.1)

        @robot.app.command("/seed")
        async def seed() -> None:
            """It never acknowledges."""

        answer = await slack.answer(await slack.slash("/seed"))
        assert (answer.failed, answer.steps) == (True, [])

    async def test_with_nobody_there_it_failed(self, slack: Slack) -> None:
        assert (await slack.answer(await slack.slash("/seed"))).failed

    async def test_a_response_url_has_five_uses_and_half_an_hour(self, slack: Slack, robot: Robot, api: Api) -> None:
        @robot.app.command("/seed")
        async def seed(ack: Any) -> None:
            await ack()

        asked = await slack.answer(await slack.slash("/seed"), steps=0)
        posted = [await api.respond(asked.json["response_url"], text=str(number)) for number in range(6)]
        assert [one.status for one in posted] == [200] * 5 + [404]
        assert (posted[0].body, posted[5].error) == (b"ok", "used_url")
        await slack.tune(url_life=0)
        late = await slack.answer(await slack.slash("/seed"), steps=0)
        assert (await api.respond(late.json["response_url"], text="x")).error == "expired_url"
        assert (await api.respond(f"{slack.base}/response/nothing", text="x")).error == "no_such_url"

    async def test_what_slack_would_not_show_is_a_refusal(self, slack: Slack, robot: Robot, api: Api) -> None:
        @robot.app.command("/seed")
        async def seed(ack: Any) -> None:
            await ack(blocks=[{"type": "poem"}])

        answer = await slack.answer(await slack.slash("/seed"), steps=0)
        assert answer.refusals[0].startswith("invalid_blocks")
        assert (await api.respond(answer.json["response_url"], text="")).error == "no_text"

    async def test_a_fault_of_response_urls(self, slack: Slack, robot: Robot, api: Api) -> None:
        @robot.app.command("/seed")
        async def seed(ack: Any) -> None:
            await ack()

        answer = await slack.answer(await slack.slash("/seed"), steps=0)
        await slack.fault("error_500_after", method="response_url")
        assert (await api.respond(answer.json["response_url"], text="x")).status == 500
        assert (await slack.answer(answer.json["id"])).text == "x"


class TestButtons:
    async def test_a_press_tells_what_was_pressed_and_where(
        self, slack: Slack, robot: Robot, post: Post, state: State
    ) -> None:
        ts, got = await post(blocks=BLOCKS), []

        @robot.app.action("go")
        async def go(ack: Any, body: Json, respond: Any) -> None:
            got.append(body)
            await ack()
            await respond("pressed", replace_original=False, response_type="ephemeral")

        answer = await slack.answer(await slack.press("reading", ts, "Go"))
        assert (answer.text, answer.ephemeral) == ("pressed", True)
        action = got[0]["actions"][0]
        assert (action["action_id"], action["block_id"], action["value"]) == ("go", "m1", "v1")
        assert got[0]["message"]["ts"] == got[0]["container"]["message_ts"] == ts
        assert got[0]["user"]["id"] == state.user_id("ada")
        assert [one.text for one in await slack.messages("reading") if not one.seen_by] == ["A seed"]

    async def test_by_itself_an_answer_takes_the_place_of_the_message(
        self, slack: Slack, robot: Robot, post: Post
    ) -> None:
        await post(blocks=BLOCKS)

        @robot.app.action("go")
        async def go(ack: Any, respond: Any) -> None:
            await ack()
            await respond(text="pressed", blocks=[])

        assert (await slack.answer(await slack.press("reading", "last", "go"))).steps == ["update"]
        assert [one.read for one in await slack.messages("reading")] == ["pressed"]

    async def test_an_answer_can_delete_the_message(self, slack: Slack, robot: Robot, post: Post) -> None:
        await post(blocks=BLOCKS)

        @robot.app.action("go")
        async def go(ack: Any, respond: Any) -> None:
            await ack()
            await respond(delete_original=True)

        assert (await slack.answer(await slack.press("reading", "last", "go"))).steps == ["delete"]
        assert await slack.messages("reading") == []

    async def test_a_select_has_its_option(self, slack: Slack, robot: Robot, post: Post) -> None:
        await post(blocks=BLOCKS)

        @robot.app.action("pick")
        async def pick(ack: Any, action: Json, client: Any, body: Json) -> None:
            await ack()
            value = action["selected_option"]["value"]
            await client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text=value)

        assert (await slack.answer(await slack.press("reading", "last", "pick", value="Two"))).text == "2"
        with pytest.raises(AssertionError, match="there is no option 'Three'"):
            await slack.press("reading", "last", "pick", value="Three")
        with pytest.raises(AssertionError, match="there is nothing called 'stop'"):
            await slack.press("reading", "last", "stop")

    async def test_what_only_one_sees_only_that_one_presses(
        self, slack: Slack, robot: Robot, api: Api, state: State
    ) -> None:
        sent = await api(
            "chat.postEphemeral",
            channel=state.channel_id("reading"),
            user=state.user_id("ben"),
            text="x",
            blocks=BLOCKS,
        )

        @robot.app.action("go")
        async def go(ack: Any, body: Json) -> None:
            assert body["container"]["is_ephemeral"]
            await ack()

        ts = sent.body["message_ts"]
        with pytest.raises(AssertionError, match="ada does not see that message"):
            await slack.press("reading", ts, "go")
        assert not (await slack.answer(await slack.press("reading", ts, "go", user="ben"), steps=0)).failed

    async def test_a_direct_message_is_an_answer_too(self, slack: Slack, robot: Robot, post: Post) -> None:
        await post(blocks=BLOCKS)

        @robot.app.action("go")
        async def go(ack: Any, client: Any, body: Json) -> None:
            await ack()
            await client.chat_postMessage(channel=body["user"]["id"], text="psst")

        answer = await slack.answer(await slack.press("reading", "last", "go"))
        assert (answer.steps, answer.text) == (["direct"], "psst")


class TestShortcuts:
    async def test_a_global_one_has_no_channel(self, slack: Slack, robot: Robot) -> None:
        @robot.app.global_shortcut("plant")
        async def plant(ack: Any, body: Json, client: Any) -> None:
            assert "channel" not in body
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=form())

        answer = await slack.answer(await slack.shortcut("plant"))
        assert (answer.steps, answer.view.title) == (["modal"], "Plant")

    async def test_one_of_a_message_brings_it(self, slack: Slack, robot: Robot) -> None:
        ts = await slack.post("reading", "a fine sentence", user="ben")

        @robot.app.message_shortcut("save")
        async def save(ack: Any, body: Json, respond: Any) -> None:
            await ack()
            await respond(f"{body['message']['text']} by {body['message']['user']}")

        answer = await slack.answer(await slack.message_shortcut("save", "reading", ts))
        assert answer.text.startswith("a fine sentence by U")


class TestForms:
    async def _open(self, slack: Slack, robot: Robot, **more: Any) -> str:
        callback = f"open {' '.join(more)}"  # of several listeners for one, Bolt asks the first

        @robot.app.global_shortcut(callback)
        async def open_it(ack: Any, body: Json, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=form(**more))

        return (await slack.answer(await slack.shortcut(callback))).view.id

    async def test_filled_in_and_sent_off(self, slack: Slack, robot: Robot) -> None:
        number, got = await self._open(slack, robot, private_metadata="m1"), []

        @robot.app.view("plant")
        async def take(ack: Any, view: Json) -> None:
            got.append(view)
            await ack()

        answer = await slack.answer(await slack.submit(number, {"Title": "Moss"}))
        assert answer.steps == ["closed"]
        values = got[0]["state"]["values"]
        assert values["title"]["words"]["value"] == "Moss"
        assert values["when"]["time"]["selected_time"] == "09:00"
        assert got[0]["private_metadata"] == "m1"
        with pytest.raises(AssertionError, match="there is no form"):
            await slack.submit(number)

    async def test_the_form_itself_keeps_what_is_not_filled_in(self, slack: Slack, robot: Robot) -> None:
        number = await self._open(slack, robot)
        with pytest.raises(AssertionError, match="the form needs 'Title'"):
            await slack.submit(number)
        with pytest.raises(AssertionError, match="words takes 0 to 10 characters, not 11"):
            await slack.submit(number, {"words": "x" * 11})

    async def test_errors_keep_it_open(self, slack: Slack, robot: Robot) -> None:
        number = await self._open(slack, robot)

        @robot.app.view("plant")
        async def take(ack: Any, view: Json) -> None:
            if view["state"]["values"]["title"]["words"]["value"] == "Moss":
                await ack(response_action="errors", errors={"title": "Not moss again"})
            else:
                await ack(response_action="errors", errors={"poem": "there is no such block"})

        answer = await slack.answer(await slack.submit(number, {"title": "Moss"}))
        assert (answer.steps, answer.errors) == (["errors"], {"title": "Not moss again"})
        wrong = await slack.answer(await slack.submit(number, {"title": "Fern"}), steps=0)
        assert wrong.refusals[0].startswith("invalid_errors")

    async def test_updated_pushed_and_cleared(self, slack: Slack, robot: Robot) -> None:
        number = await self._open(slack, robot)
        second = form(title=plain("Second"), callback_id="second")

        @robot.app.view("plant")
        async def take(ack: Any) -> None:
            await ack(response_action="push", view=second)

        @robot.app.view("second")
        async def take_second(ack: Any) -> None:
            await ack(response_action="clear")

        pushed = (await slack.answer(await slack.submit(number, {"words": "Moss"}))).view
        assert (pushed.title, pushed.json["root_view_id"], pushed.json["previous_view_id"]) == (
            "Second",
            number,
            number,
        )
        assert (await slack.answer(await slack.submit(pushed.id, {"words": "Fern"}))).steps == ["closed"]
        with pytest.raises(AssertionError, match="there is no form"):
            await slack.submit(number, {"words": "Moss"})

    async def test_a_press_inside_may_change_it_and_what_was_typed_stays(self, slack: Slack, robot: Robot) -> None:
        number = await self._open(slack, robot)
        await slack.tune(ack_deadline=3)

        @robot.app.action("inside")
        async def inside(ack: Any, body: Json, client: Any) -> None:
            await ack()
            view = body["view"]
            await client.views_update(view_id=view["id"], hash=view["hash"], view=form(title=plain("Changed")))

        with pytest.raises(AssertionError, match="there is nothing called 'poem'"):
            await slack.submit(number, {"words": "Moss", "poem": "x"})
        answer = await slack.answer(await slack.press_view(number, "More"))
        assert (answer.steps, answer.view.title) == (["view"], "Changed")
        assert answer.view.fields["words"]["value"] == "Moss"

    async def test_closing_is_told_if_the_form_wants_it(self, slack: Slack, robot: Robot) -> None:
        got = []

        @robot.app.view_closed("plant")
        async def closed(ack: Any, body: Json) -> None:
            got.append(body["is_cleared"])
            await ack()

        quiet = await self._open(slack, robot)
        assert not (await slack.answer(await slack.close(quiet), steps=0)).failed
        assert got == []
        loud = await self._open(slack, robot, notify_on_close=True)
        await slack.answer(await slack.close(loud), steps=0)
        assert got == [False]

    async def test_suggestions_of_an_external_select(self, slack: Slack, robot: Robot) -> None:
        element = {"type": "external_select", "action_id": "seed", "min_query_length": 1}
        block = {"type": "input", "block_id": "seeds", "label": plain("Seed"), "element": element}
        number = await self._open(slack, robot, blocks=[block])

        @robot.app.options("seed")
        async def suggest(ack: Any, payload: Json) -> None:
            await ack(options=[{"text": plain(payload["value"].title()), "value": payload["value"]}])

        options = (await slack.answer(await slack.suggest(number, "seed", "moss"))).options
        assert options == [{"text": plain("Moss"), "value": "moss"}]

        @robot.app.view("plant")
        async def take(ack: Any) -> None:
            await ack()

        assert not (await slack.answer(await slack.submit(number, {"seed": options[0]}))).failed

    async def test_a_chosen_channel_may_bring_a_response_url(self, slack: Slack, robot: Robot, reading: str) -> None:
        block = {"type": "input", "block_id": "where", "label": plain("Where"), "element": ROOMS}
        number, got = await self._open(slack, robot, blocks=[block]), []

        @robot.app.view("plant")
        async def take(ack: Any, body: Json) -> None:
            got.extend(body["response_urls"])
            await ack()

        await slack.answer(await slack.submit(number, {"room": reading}))
        assert (got[0]["channel_id"], got[0]["action_id"]) == (reading, "room")


class TestTriggers:
    async def _trigger(self, slack: Slack, robot: Robot) -> str:
        @robot.app.global_shortcut("nothing")
        async def nothing(ack: Any) -> None:
            await ack()

        answer = await slack.answer(await slack.shortcut("nothing"), steps=0)
        return str(answer.json["trigger_id"])

    async def test_one_use_and_three_seconds(self, slack: Slack, robot: Robot, api: Api) -> None:
        trigger = await self._trigger(slack, robot)
        opened = [await api("views.open", trigger_id=trigger, view=form()) for _ in range(2)]
        assert [one.error for one in opened] == ["ok", "exchanged_trigger_id"]
        await slack.tune(trigger_life=0)
        late = await self._trigger(slack, robot)
        assert (await api("views.open", trigger_id=late, view=form())).error == "expired_trigger_id"
        assert (await api("views.open", trigger_id="1.2.3", view=form())).error == "invalid_trigger_id"

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"title": plain("x" * 25)}, "/view/title/text"),
            ({"submit": plain("x" * 25)}, "/view/submit/text"),
            ({"submit": None}, "/view"),
            ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
            ({"callback_id": "x" * 256}, "/view/callback_id"),
            ({"blocks": [{"type": "divider"}] * 101}, "/blocks"),
            ({"blocks": [{"type": "markdown", "text": "x"}]}, "/blocks/0/type"),
            ({"type": "poem"}, "/view/type"),
        ],
    )
    async def test_what_a_form_may_not_hold(
        self, slack: Slack, robot: Robot, api: Api, change: Json, place: str
    ) -> None:
        trigger = await self._trigger(slack, robot)
        found = await api("views.open", trigger_id=trigger, view=form(**change))
        assert found.error == "invalid_arguments"
        assert any(f"[json-pointer:{place}" in one for one in found.faults)
        assert (await api("views.open", trigger_id=trigger, view=form())).error == "ok"

    async def test_a_form_changes_by_its_id_and_newest_hash(self, slack: Slack, robot: Robot, api: Api) -> None:
        trigger = await self._trigger(slack, robot)
        view = (await api("views.open", trigger_id=trigger, view=form(external_id="e1"))).body["view"]
        updated = await api("views.update", external_id="e1", hash=view["hash"], view=form(external_id="e1"))
        assert updated.error == "ok"
        stale = await api("views.update", view_id=view["id"], hash=view["hash"], view=form())
        assert stale.error == "hash_conflict"
        assert (await api("views.update", view_id="V1", view=form())).error == "not_found"

    async def test_three_forms_deep(self, slack: Slack, robot: Robot, api: Api) -> None:
        @robot.app.action("inside")
        async def inside(ack: Any) -> None:
            await ack()

        trigger = await self._trigger(slack, robot)
        number = (await api("views.open", trigger_id=trigger, view=form())).body["view"]["id"]
        pushed = []
        for _ in range(3):
            pressed = await slack.answer(await slack.press_view(number, "inside"), steps=0)
            pushed.append(await api("views.push", trigger_id=pressed.json["trigger_id"], view=form()))
        assert [one.error for one in pushed] == ["ok", "ok", "push_limit_reached"]


class TestHome:
    async def test_opened_and_published(self, slack: Slack, robot: Robot, api: Api, state: State) -> None:
        opened = await slack.open_home()
        told = await robot.hears("app_home_opened")
        assert (told["user"], told["tab"], "view" in told) == (state.user_id("ada"), "home", False)
        assert await slack.home() is None
        assert (await api("views.publish", user_id=told["user"], view=HOME)).error == "ok"
        answer = await slack.answer(opened)
        assert (answer.steps, answer.view.read) == (["home"], "Today")
        found = await slack.home()
        assert found
        assert found.read == "Today"
        await slack.open_home()
        assert (await robot.hears("app_home_opened", 2))["view"]["id"] == found.id

    async def test_a_button_in_it(self, slack: Slack, robot: Robot, api: Api, state: State) -> None:
        view = {"type": "home", "blocks": [{"type": "actions", "elements": [button("next", "Next")]}]}
        await api("views.publish", user_id=state.user_id("ada"), view=view)
        got = []

        @robot.app.action("next")
        async def press(ack: Any, body: Json) -> None:
            got.append(body["view"]["type"])
            await ack()

        home = await slack.home()
        assert home
        await slack.answer(await slack.press_view(home.id, "Next"), steps=0)
        await until(lambda: got == ["home"])

    async def test_only_a_home_is_published(self, api: Api, state: State) -> None:
        ada = state.user_id("ada")
        assert (await api("views.publish", user_id=ada, view=form())).error == "invalid_arguments"
        published = await api("views.publish", user_id=ada, view=HOME)
        stale = published.body["view"]["hash"]
        assert (await api("views.publish", user_id=ada, view=HOME, hash=stale)).error == "ok"
        assert (await api("views.publish", user_id=ada, view=HOME, hash=stale)).error == "hash_conflict"
