"""Messages: every limit, the nonce, whom they ping, history, edits, pins and crossposts."""

from typing import Any

import discord as library
import pytest

from tests.discord_simulator.conftest import Api, Robot
from tests.simulators.discord.client import Discord
from tests.simulators.discord.model import Flag
from tests.simulators.discord.seen import State

V2 = int(Flag.COMPONENTS_V2)


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go", **more}


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(buttons)}


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


FITS: dict[str, dict[str, Any]] = {
    "content": {"content": "x" * 2000},
    "nonce": {"content": "x", "nonce": "n" * 25},
    "embeds": {"embeds": [{"title": "t" * 256, "description": "d" * 4096}, {"description": "e" * 1648}]},
    "fields": {"embeds": [{"fields": [{"name": "n" * 30, "value": "v" * 150}] * 25}]},
    "buttons": {"content": "x", "components": [row(*[button(custom_id=f"{n}" * 100) for n in range(5)])] * 1},
    "label": {"content": "x", "components": [row(button(label="l" * 80))]},
    "url": {"content": "x", "components": [row({**button(style=5, url="https://" + "u" * 504), "custom_id": None})]},
    "text displays": {"flags": V2, "components": [text("a" * 2000), {"type": 17, "components": [text("b" * 2000)]}]},
    "40 components": {"flags": V2, "components": [{"type": 17, "components": [text("a")] * 39}]},
}


@pytest.mark.parametrize("body", FITS.values(), ids=FITS)
async def test_what_just_fits_is_taken(body: dict[str, Any], api: Api, state: State) -> None:
    reply = await api("POST", f"/channels/{state.channel_id('reading')}/messages", body)
    assert reply.status == 200, reply.body


BREAKS: dict[str, tuple[dict[str, Any], str]] = {
    "content": ({"content": "x" * 2001}, "content:BASE_TYPE_MAX_LENGTH"),
    "nonce": ({"content": "x", "nonce": "n" * 26}, "nonce:BASE_TYPE_MAX_LENGTH"),
    "nonce type": ({"content": "x", "nonce": 1.5}, "nonce:NONCE_TYPE_INVALID"),
    "11 embeds": ({"embeds": [{"title": "t"}] * 11}, "embeds:BASE_TYPE_MAX_LENGTH"),
    "title": ({"embeds": [{"title": "t" * 257}]}, "embeds.0.title:BASE_TYPE_MAX_LENGTH"),
    "description": ({"embeds": [{"description": "d" * 4097}]}, "embeds.0.description:BASE_TYPE_MAX_LENGTH"),
    "footer": ({"embeds": [{"footer": {"text": "f" * 2049}}]}, "embeds.0.footer.text:BASE_TYPE_MAX_LENGTH"),
    "author": ({"embeds": [{"author": {"name": "a" * 257}}]}, "embeds.0.author.name:BASE_TYPE_MAX_LENGTH"),
    "26 fields": (
        {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]},
        "embeds.0.fields:BASE_TYPE_MAX_LENGTH",
    ),
    "field": (
        {"embeds": [{"fields": [{"name": "", "value": "v" * 1025}]}]},
        "embeds.0.fields.0.value:BASE_TYPE_MAX_LENGTH",
    ),
    "6000 in total": (
        {"embeds": [{"description": "d" * 4000}, {"description": "e" * 2001}]},
        "embeds:MAX_EMBED_SIZE_EXCEEDED",
    ),
    "embed url": ({"embeds": [{"title": "t", "url": "ftp://x"}]}, "embeds.0.url:URL_TYPE_INVALID_SCHEME"),
    "6 buttons": (
        {"content": "x", "components": [row(*[button(custom_id=str(n)) for n in range(6)])]},
        "components.0.components:BASE_TYPE_BAD_LENGTH",
    ),
    "6 rows": (
        {"content": "x", "components": [row(button(custom_id=str(n))) for n in range(6)]},
        "components:BASE_TYPE_BAD_LENGTH",
    ),
    "label": (
        {"content": "x", "components": [row(button(label="l" * 81))]},
        "components.0.components.0.label:BASE_TYPE_MAX_LENGTH",
    ),
    "no label": (
        {"content": "x", "components": [row(button(label=None))]},
        "components.0.components.0.label:BUTTON_COMPONENT_MISSING_LABEL",
    ),
    "custom id": (
        {"content": "x", "components": [row(button(custom_id="c" * 101))]},
        "components.0.components.0.custom_id:BASE_TYPE_MAX_LENGTH",
    ),
    "custom id twice": (
        {"content": "x", "components": [row(button(), button())]},
        "components:COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    "url": (
        {"content": "x", "components": [row({"type": 2, "style": 5, "label": "l", "url": "https://" + "u" * 505})]},
        "components.0.components.0.url:BASE_TYPE_MAX_LENGTH",
    ),
    "url scheme": (
        {"content": "x", "components": [row({"type": 2, "style": 5, "label": "l", "url": "javascript:x"})]},
        "components.0.components.0.url:URL_TYPE_INVALID_SCHEME",
    ),
    "text displays": (
        {"flags": V2, "components": [text("a" * 3000), {"type": 17, "components": [text("b" * 1001)]}]},
        "components:COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    "41 components": (
        {"flags": V2, "components": [{"type": 17, "components": [text("a")] * 40}]},
        "components:COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    "content with v2": (
        {"flags": V2, "content": "x", "components": [text("a")]},
        "content:MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "embeds with v2": (
        {"flags": V2, "embeds": [{"title": "t"}], "components": [text("a")]},
        "embeds:MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "v2 without its flag": ({"content": "x", "components": [text("a")]}, "components.0.type:UNION_TYPE_CHOICES"),
    "container in container": (
        {"flags": V2, "components": [{"type": 17, "components": [{"type": 17, "components": [text("a")]}]}]},
        "components.0.components.0.type:UNION_TYPE_CHOICES",
    ),
    "empty text": ({"flags": V2, "components": [text("")]}, "components.0.content:BASE_TYPE_MIN_LENGTH"),
    "ephemeral": ({"content": "x", "flags": 64}, "flags:BASE_TYPE_CHOICES"),
    "mentions": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions:MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
}


@pytest.mark.parametrize(("body", "path"), BREAKS.values(), ids=BREAKS)
async def test_a_limit_that_is_broken_is_named_by_its_path(
    body: dict[str, Any], path: str, api: Api, discord: Discord, state: State
) -> None:
    reply = await api("POST", f"/channels/{state.channel_id('reading')}/messages", body)
    assert (reply.status, reply.code) == (400, 50035)
    assert path in reply.paths
    assert await discord.messages("reading") == []


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": " \n "}, {"embeds": []}, {"flags": V2}])
async def test_an_empty_message_is_50006(body: dict[str, Any], api: Api, state: State) -> None:
    reply = await api("POST", f"/channels/{state.channel_id('reading')}/messages", body)
    assert (reply.status, reply.code) == (400, 50006)


async def test_what_is_no_json_is_50109(api: Api, state: State) -> None:
    reply = await api("POST", f"/channels/{state.channel_id('reading')}/messages", [1])
    assert (reply.status, reply.code) == (400, 50109)


class TestNonce:
    async def post(self, api: Api, channel: str, **body: Any) -> Any:
        return (await api("POST", f"/channels/{channel}/messages", {"content": "x", **body})).body

    async def test_a_nonce_repeated_within_the_window_is_the_earlier_message(self, api: Api, state: State) -> None:
        channel = state.channel_id("reading")
        first = await self.post(api, channel, nonce="abc", enforce_nonce=True)
        again = await self.post(api, channel, nonce="abc", enforce_nonce=True, content="other words")
        assert again["id"] == first["id"]
        assert (again["content"], again["nonce"]) == ("x", "abc")

    async def test_a_nonce_is_of_the_author_whatever_the_channel(self, api: Api, state: State) -> None:
        first = await self.post(api, state.channel_id("reading"), nonce="abc", enforce_nonce=True)
        again = await self.post(api, state.channel_id("general"), nonce="abc", enforce_nonce=True)
        assert (again["id"], again["channel_id"]) == (first["id"], state.channel_id("reading"))

    async def test_a_number_and_its_text_are_the_same_nonce(self, api: Api, state: State) -> None:
        first = await self.post(api, state.channel_id("reading"), nonce=12, enforce_nonce=True)
        assert (await self.post(api, state.channel_id("reading"), nonce="12", enforce_nonce=True))["id"] == first["id"]

    async def test_a_nonce_that_is_not_enforced_makes_a_second_message(self, api: Api, state: State) -> None:
        first = await self.post(api, state.channel_id("reading"), nonce="abc")
        assert (await self.post(api, state.channel_id("reading"), nonce="abc"))["id"] != first["id"]

    async def test_after_the_window_a_nonce_is_new(self, api: Api, discord: Discord, state: State) -> None:
        await discord.tune(nonce_window=0)
        first = await self.post(api, state.channel_id("reading"), nonce="abc", enforce_nonce=True)
        assert (await self.post(api, state.channel_id("reading"), nonce="abc", enforce_nonce=True))["id"] != first["id"]

    async def test_the_nonce_of_a_deleted_message_is_10008(self, api: Api, discord: Discord, state: State) -> None:
        channel = state.channel_id("reading")
        first = await self.post(api, channel, nonce="abc", enforce_nonce=True)
        await discord.delete_message("reading", first["id"])
        again = await api("POST", f"/channels/{channel}/messages", {"content": "x", "nonce": "abc", "enforce_nonce": 1})
        assert (again.status, again.code) == (404, 10008)

    async def test_a_nonce_is_not_in_the_history(self, api: Api, state: State) -> None:
        channel = state.channel_id("reading")
        await self.post(api, channel, nonce="abc", enforce_nonce=True)
        assert "nonce" not in (await api("GET", f"/channels/{channel}/messages")).body[0]

    async def test_a_nonce_of_discord_py_is_enforced(self, rest: Robot, discord: Discord, state: State) -> None:
        channel = rest.get_partial_messageable(int(state.channel_id("reading")))
        first = await channel.send("one", nonce="abc")
        assert (await channel.send("two", nonce="abc")).id == first.id
        assert [one.content for one in await discord.messages("reading")] == ["one"]


class TestPings:
    async def pinged(self, api: Api, state: State, discord: Discord, words: str, **body: Any) -> list[str]:
        await api("POST", f"/channels/{state.channel_id('reading')}/messages", {"content": words, **body})
        return (await discord.messages("reading"))[-1].pinged

    async def test_without_allowed_mentions_everything_pings(self, api: Api, discord: Discord, state: State) -> None:
        ada, readers = state.user_id("ada"), state["guilds"][0]["roles"]["Readers"]
        words = f"<@{ada}> <@&{readers}> @everyone @here"
        assert await self.pinged(api, state, discord, words) == [ada, readers, "everyone", "here"]

    async def test_none_means_nobody(self, api: Api, discord: Discord, state: State) -> None:
        words = f"<@{state.user_id('ada')}> @everyone"
        assert await self.pinged(api, state, discord, words, allowed_mentions={"parse": []}) == []

    async def test_only_the_role_that_is_listed(self, api: Api, discord: Discord, state: State) -> None:
        roles = state["guilds"][0]["roles"]
        words = f"@everyone <@&{roles['Readers']}> <@&{roles['Organisers']}>"
        allowed = {"parse": [], "roles": [roles["Readers"]]}
        assert await self.pinged(api, state, discord, words, allowed_mentions=allowed) == [roles["Readers"]]

    async def test_text_displays_ping_and_embeds_do_not(self, api: Api, discord: Discord, state: State) -> None:
        ada = state.user_id("ada")
        channel = f"/channels/{state.channel_id('reading')}/messages"
        inside = {"type": 17, "components": [text(f"<@{ada}>")]}
        await api("POST", channel, {"flags": V2, "components": [inside]})
        await api("POST", channel, {"embeds": [{"description": f"<@{ada}>"}]})
        assert [one.pinged for one in await discord.messages("reading")] == [[ada], []]

    async def test_everyone_needs_a_permission(self, api: Api, discord: Discord, state: State) -> None:
        await discord.forbid("mention_everyone")
        assert await self.pinged(api, state, discord, "@everyone @here") == []

    async def test_an_edit_without_allowed_mentions_pings(self, api: Api, discord: Discord, state: State) -> None:
        await self.pinged(api, state, discord, "x", allowed_mentions={"parse": []})
        posted = (await discord.messages("reading"))[-1]
        await api("PATCH", f"/channels/{posted.channel}/messages/{posted.id}", {"content": "@everyone"})
        assert (await discord.messages("reading"))[-1].pinged == ["everyone"]

    async def test_a_reply_pings_unless_told_otherwise(self, api: Api, discord: Discord, state: State) -> None:
        asked = {"message_id": await discord.post("reading", "hello", user="ben")}
        assert await self.pinged(api, state, discord, "x", message_reference=asked) == [state.user_id("ben")]
        quiet = {"message_reference": asked, "allowed_mentions": {"parse": [], "replied_user": False}}
        assert await self.pinged(api, state, discord, "x", **quiet) == []


class TestHistory:
    async def ids(self, api: Api, state: State, **query: Any) -> list[int]:
        reply = await api("GET", f"/channels/{state.channel_id('reading')}/messages", **query)
        return [int(one["id"]) for one in reply.body]

    async def test_pages_are_newest_first(self, api: Api, discord: Discord, state: State) -> None:
        posted = [int(await discord.post("reading", f"{number}")) for number in range(7)]
        assert await self.ids(api, state) == posted[::-1]
        assert await self.ids(api, state, limit=2) == [posted[6], posted[5]]
        assert await self.ids(api, state, before=posted[3], limit=2) == [posted[2], posted[1]]
        assert await self.ids(api, state, after=posted[3], limit=2) == [posted[5], posted[4]]
        assert await self.ids(api, state, around=posted[3], limit=3) == [posted[4], posted[3], posted[2]]

    async def test_discord_py_pages_through_all_of_it(self, rest: Robot, discord: Discord, state: State) -> None:
        await discord.limit(None, kind="find")
        posted = [int(await discord.post("reading", f"{number}")) for number in range(103)]
        channel = rest.get_partial_messageable(int(state.channel_id("reading")))
        assert [one.id async for one in channel.history(limit=None)] == posted[::-1]
        after = channel.history(limit=None, after=library.Object(posted[0]))
        assert [one.id async for one in after] == posted[1:]

    async def test_a_limit_out_of_range_is_50035(self, api: Api, state: State) -> None:
        reply = await api("GET", f"/channels/{state.channel_id('reading')}/messages", limit=101)
        assert (reply.status, reply.code, reply.paths) == (400, 50035, {"limit:NUMBER_TYPE_RANGE"})

    async def test_what_people_write_is_blank(self, api: Api, discord: Discord, state: State) -> None:
        """As without the privileged intent for message content; the bot's own is whole."""
        channel = state.channel_id("reading")
        await discord.post("reading", "secret")
        await discord.post("reading", f"hello <@{state.user_id('seedbed')}>")
        await api("POST", f"/channels/{channel}/messages", {"content": "mine"})
        found = (await api("GET", f"/channels/{channel}/messages")).body
        assert [one["content"] for one in found] == ["mine", f"hello <@{state.user_id('seedbed')}>", ""]


class TestEdits:
    @pytest.fixture
    async def place(self, api: Api, state: State) -> str:
        """The path of a message of the bot."""
        body = {"content": "old", "components": [row(button())]}
        posted = (await api("POST", f"/channels/{state.channel_id('reading')}/messages", body)).body
        return f"/channels/{posted['channel_id']}/messages/{posted['id']}"

    async def test_an_edit_changes_what_it_names(self, place: str, api: Api) -> None:
        edited = (await api("PATCH", place, {"content": "new"})).body
        assert (edited["content"], edited["components"][0]["type"]) == ("new", 1)
        assert edited["edited_timestamp"]

    async def test_an_edit_keeps_to_the_limits(self, place: str, api: Api) -> None:
        reply = await api("PATCH", place, {"content": "x" * 2001})
        assert reply.code == 50035

    async def test_an_edit_may_not_leave_nothing(self, place: str, api: Api) -> None:
        reply = await api("PATCH", place, {"content": None, "components": []})
        assert reply.code == 50006

    async def test_a_message_becomes_v2_and_stays_so(self, place: str, api: Api) -> None:
        with_content = await api("PATCH", place, {"flags": V2, "components": [text("a")]})
        assert "content:MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2" in with_content.paths
        changed = await api("PATCH", place, {"flags": V2, "components": [text("a")], "content": None})
        assert changed.body["flags"] & V2
        back = await api("PATCH", place, {"flags": 0})
        assert back.paths == {"flags:MESSAGE_FLAGS_COMPONENTS_V2_CANNOT_BE_REMOVED"}

    async def test_other_peoples_messages_are_not_edited(self, api: Api, discord: Discord, state: State) -> None:
        number = await discord.post("reading", "hello")
        reply = await api("PATCH", f"/channels/{state.channel_id('reading')}/messages/{number}", {"content": "x"})
        assert (reply.status, reply.code) == (403, 50005)

    async def test_deleting_ones_own(self, place: str, api: Api, discord: Discord) -> None:
        assert (await api("DELETE", place)).status == 204
        assert (await api("DELETE", place)).code == 10008
        assert [one["content"] for one in (await discord.state())["deleted"]] == ["old"]

    async def test_deleting_other_peoples_needs_a_permission(self, api: Api, discord: Discord, state: State) -> None:
        place = f"/channels/{state.channel_id('reading')}/messages/{await discord.post('reading', 'hello')}"
        assert (await api("DELETE", place)).code == 50013
        await discord.permit("manage_messages")
        assert (await api("DELETE", place)).status == 204

    async def test_an_unknown_reference_is_50035(self, api: Api, state: State) -> None:
        body = {"content": "x", "message_reference": {"message_id": "1"}}
        channel = f"/channels/{state.channel_id('reading')}/messages"
        assert "message_reference:MESSAGE_REFERENCE_UNKNOWN_MESSAGE" in (await api("POST", channel, body)).paths
        body["message_reference"] = {"message_id": "1", "fail_if_not_exists": False}
        assert (await api("POST", channel, body)).status == 200


class TestPinsAndCrossposts:
    async def test_pins_of_discord_py(self, rest: Robot, discord: Discord, state: State) -> None:
        channel = rest.get_partial_messageable(int(state.channel_id("reading")))
        first, second = [await channel.send(word) for word in ("one", "two")]
        await first.pin()
        await second.pin()
        await first.unpin()
        assert [one.content async for one in channel.pins()] == ["two"]
        kinds = [(one.type, one.pinned) for one in await discord.messages("reading")]
        assert kinds == [("default", False), ("default", True), ("pinned", False), ("pinned", False)]

    async def test_the_old_routes_for_pins(self, api: Api, state: State) -> None:
        channel = f"/channels/{state.channel_id('reading')}"
        posted = (await api("POST", f"{channel}/messages", {"content": "x"})).body
        assert (await api("PUT", f"{channel}/pins/{posted['id']}")).status == 204
        assert [one["id"] for one in (await api("GET", f"{channel}/pins")).body] == [posted["id"]]
        assert (await api("DELETE", f"{channel}/pins/{posted['id']}")).status == 204
        assert (await api("GET", f"{channel}/pins")).body == []

    async def test_crossposts_once_and_in_announcement_channels_only(self, api: Api, state: State) -> None:
        codes = []
        for name in ("news", "news", "reading"):
            channel = f"/channels/{state.channel_id(name)}/messages"
            body = {"content": "x", "nonce": name, "enforce_nonce": True}
            posted = (await api("POST", channel, body)).body
            reply = await api("POST", f"{channel}/{posted['id']}/crosspost")
            codes.append(reply.body.get("code", reply.body.get("flags")))
        assert codes == [int(Flag.CROSSPOSTED), 40033, 50024]


async def test_moderation_blocks_words_wherever_they_stand(api: Api, discord: Discord, state: State) -> None:
    await discord.guild_settings(blocked_words=["rotten"])
    channel = f"/channels/{state.channel_id('reading')}/messages"
    bodies = [{"content": "Rotten!"}, {"flags": V2, "components": [text("rotten")]}]
    replies = [await api("POST", channel, body) for body in bodies]
    assert [(one.status, one.code) for one in replies] == [(400, 200000)] * 2


async def test_slowmode_holds_the_bot_too(api: Api, discord: Discord, state: State) -> None:
    channel = f"/channels/{state.channel_id('reading')}/messages"
    await discord.change_channel("reading", slowmode=30)
    assert (await api("POST", channel, {"content": "x"})).status == 200
    reply = await api("POST", channel, {"content": "x"})
    assert (reply.status, reply.code) == (429, 20016)
    assert 0 < reply.body["retry_after"] <= 30
    await discord.permit("bypass_slowmode")
    assert (await api("POST", channel, {"content": "x"})).status == 200
