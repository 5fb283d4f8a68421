"""Threads on messages, posts in forums, archives, and the events of each."""

from typing import Any

import discord as library
import pytest

from tests.discord_simulator.conftest import Api, Robot
from tests.simulators.discord.client import Discord
from tests.simulators.discord.model import Flag
from tests.simulators.discord.seen import State


async def post(api: Api, state: State, channel: str = "reading") -> str:
    """The path of a message of the bot's."""
    found = (await api("POST", f"/channels/{state.channel_id(channel)}/messages", {"content": "x"})).body
    return f"/channels/{found['channel_id']}/messages/{found['id']}"


async def test_a_thread_on_a_message_has_its_id_and_there_is_one(api: Api, discord: Discord, state: State) -> None:
    place = await post(api, state)
    made = await api("POST", f"{place}/threads", {"name": "Talk", "auto_archive_duration": 4320})
    assert (made.status, made.body["id"], made.body["type"]) == (201, place.split("/")[-1], 11)
    assert made.body["thread_metadata"]["auto_archive_duration"] == 4320
    again = await api("POST", f"{place}/threads", {"name": "Talk"})
    assert (again.status, again.code) == (400, 160004)
    parent = (await api("GET", place)).body
    assert parent["flags"] & Flag.HAS_THREAD
    assert parent["thread"]["name"] == "Talk"
    assert (await api("GET", f"/channels/{made.body['id']}")).body["parent_id"] == state.channel_id("reading")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": ""}, "name:BASE_TYPE_MIN_LENGTH"),
        ({"name": "n" * 101}, "name:BASE_TYPE_MAX_LENGTH"),
        ({}, "name:BASE_TYPE_REQUIRED"),
        ({"name": "n", "auto_archive_duration": 61}, "auto_archive_duration:BASE_TYPE_CHOICES"),
    ],
)
async def test_a_threads_limits(body: dict[str, Any], path: str, api: Api, discord: Discord, state: State) -> None:
    refused = await api("POST", f"{await post(api, state)}/threads", body)
    assert (refused.status, refused.code, refused.paths) == (400, 50035, {path})
    forum = f"/channels/{state.channel_id('library')}/threads"
    assert (await api("POST", forum, {**body, "message": {"content": "x"}})).paths == {path}
    assert [one["parent"] for one in (await discord.state())["channels"]] == [None] * 4


async def test_a_thread_in_an_announcement_channel_is_of_its_own_type(api: Api, state: State) -> None:
    made = await api("POST", f"{await post(api, state, 'news')}/threads", {"name": "n" * 100})
    assert (made.status, made.body["type"]) == (201, 10)


async def test_so_many_threads_and_no_more(api: Api, discord: Discord, state: State) -> None:
    await discord.guild_settings(max_active_threads=1)
    first = await api("POST", f"{await post(api, state)}/threads", {"name": "n"})
    refused = await api("POST", f"{await post(api, state)}/threads", {"name": "n"})
    assert (refused.status, refused.code) == (400, 160006)
    await discord.change_channel(first.body["id"], archived=True)
    assert (await api("POST", f"{await post(api, state)}/threads", {"name": "n"})).status == 201


async def test_discord_py_talks_in_a_thread(rest: Robot, discord: Discord, state: State) -> None:
    channel = await rest.fetch_channel(int(state.channel_id("reading")))
    assert isinstance(channel, library.TextChannel)
    message = await channel.send("x")
    thread = await message.create_thread(name="Talk", auto_archive_duration=1440)
    await thread.send("first")
    found = await discord.messages(str(thread.id))
    assert [(one.type, one.content) for one in found] == [("thread_starter", ""), ("default", "first")]
    assert [(one.type, one.thread) for one in await discord.messages("reading")] == [("default", str(thread.id))]


async def test_the_archive_wakes_with_a_message_unless_it_is_locked(api: Api, discord: Discord, state: State) -> None:
    thread = (await api("POST", f"{await post(api, state)}/threads", {"name": "n"})).body["id"]
    said = (await api("POST", f"/channels/{thread}/messages", {"content": "x"})).body["id"]
    await discord.change_channel(thread, archived=True)
    assert (await api("PATCH", f"/channels/{thread}/messages/{said}", {"content": "y"})).code == 50083
    assert (await api("POST", f"/channels/{thread}/messages", {"content": "x"})).status == 200
    assert not (await api("GET", f"/channels/{thread}")).body["thread_metadata"]["archived"]
    await discord.change_channel(thread, archived=True, locked=True)
    refused = await api("POST", f"/channels/{thread}/messages", {"content": "x"})
    assert (refused.status, refused.code) == (400, 50083)


async def test_the_bot_archives_its_own_thread(api: Api, state: State) -> None:
    place, guild = await post(api, state), f"/guilds/{state.guild_id}/threads/active"
    thread = (await api("POST", f"{place}/threads", {"name": "n"})).body["id"]
    assert [one["id"] for one in (await api("GET", guild)).body["threads"]] == [thread]
    assert (await api("PATCH", f"/channels/{thread}", {"archived": True})).body["thread_metadata"]["archived"]
    assert (await api("GET", guild)).body["threads"] == []
    assert (await api("PATCH", f"/channels/{thread}", {"name": "m"})).code == 50083
    woken = await api("PATCH", f"/channels/{thread}", {"archived": False, "name": "m"})
    assert (woken.body["thread_metadata"]["archived"], woken.body["name"]) == (False, "m")
    assert (await api("PATCH", f"/channels/{thread}", {"locked": True})).code == 50013


async def test_the_archive_is_listed_newest_first_in_pages(rest: Robot, discord: Discord, state: State) -> None:
    await discord.limit(None, kind="edit_channel")
    channel = await rest.fetch_channel(int(state.channel_id("reading")))
    assert isinstance(channel, library.TextChannel)
    made = [await channel.create_thread(name=f"{n}", type=library.ChannelType.public_thread) for n in range(3)]
    for thread in made:
        await thread.edit(archived=True)
    first = await rest.http.get_public_archived_threads(channel.id, limit=2)
    assert [one["name"] for one in first["threads"]] == ["2", "1"]
    assert first["has_more"]
    before = first["threads"][-1]["thread_metadata"]["archive_timestamp"]
    rest_of_it = await rest.http.get_public_archived_threads(channel.id, before=before, limit=2)
    assert ([one["name"] for one in rest_of_it["threads"]], rest_of_it["has_more"]) == (["0"], False)


class TestForum:
    async def forum(self, robot: Robot, state: State) -> library.ForumChannel:
        found = await robot.fetch_channel(int(state.channel_id("library")))
        assert isinstance(found, library.ForumChannel)
        return found

    async def test_a_post_of_discord_py(self, rest: Robot, discord: Discord, state: State) -> None:
        forum = await self.forum(rest, state)
        tag = next(one for one in forum.available_tags if one.name == "essays")
        embed = library.Embed(title="Moss")
        made = await forum.create_thread(name="Moss", content="x", embed=embed, applied_tags=[tag])
        assert made.message.id == made.thread.id
        found = (await discord.state()).channel("Moss")
        assert found["applied_tags"] == [str(tag.id)]
        assert [one.text for one in await discord.messages("Moss")] == ["x\nMoss"]

    async def test_a_post_sent_twice_is_there_twice(self, api: Api, discord: Discord, state: State) -> None:
        """There is no nonce in a forum."""
        body = {"name": "n", "message": {"content": "x", "nonce": "abc", "enforce_nonce": True}}
        for _ in range(2):
            assert (await api("POST", f"/channels/{state.channel_id('library')}/threads", body)).status == 201
        threads = [one for one in (await discord.state())["channels"] if one["parent"]]
        assert len(threads) == 2

    async def test_a_tag_that_is_needed_is_40067(self, rest: Robot, discord: Discord, state: State) -> None:
        await discord.change_channel("library", needs_tag=True)
        forum = await self.forum(rest, state)
        assert forum.flags.require_tag
        with pytest.raises(library.HTTPException) as refused:
            await forum.create_thread(name="Moss", content="x")
        assert refused.value.code == 40067
        await forum.create_thread(name="Moss", content="x", applied_tags=forum.available_tags[:1])

    async def test_an_unknown_tag_is_50035(self, api: Api, state: State) -> None:
        body = {"name": "n", "message": {"content": "x"}, "applied_tags": ["1"]}
        refused = await api("POST", f"/channels/{state.channel_id('library')}/threads", body)
        assert refused.paths == {"applied_tags.0:FORUM_TAG_INVALID"}

    async def test_the_starter_keeps_to_the_limits_and_leaves_no_thread(
        self, api: Api, discord: Discord, state: State
    ) -> None:
        await discord.guild_settings(blocked_words=["rotten"])
        bodies: list[dict[str, Any]] = [{"content": "x" * 2001}, {}, {"content": "rotten"}]
        codes = []
        for message in bodies:
            body = {"name": "n", "message": message}
            codes.append((await api("POST", f"/channels/{state.channel_id('library')}/threads", body)).code)
        assert codes == [50035, 50006, 200000]
        assert len((await discord.state())["channels"]) == 4

    async def test_cards_are_refused_until_they_are_allowed(self, api: Api, discord: Discord, state: State) -> None:
        card = {"flags": int(Flag.COMPONENTS_V2), "components": [{"type": 10, "content": "x"}]}
        body = {"name": "n", "message": card}
        refused = await api("POST", f"/channels/{state.channel_id('library')}/threads", body)
        assert refused.paths == {"message.flags:BASE_TYPE_CHOICES"}
        await discord.tune(forum_cards=True)
        assert (await api("POST", f"/channels/{state.channel_id('library')}/threads", body)).status == 201


async def test_threads_come_and_go_as_events(robot: Robot, discord: Discord, state: State) -> None:
    channel = robot.get_channel(int(state.channel_id("reading")))
    assert isinstance(channel, library.TextChannel)
    thread = await (await channel.send("x")).create_thread(name="Talk")
    assert (await robot.hears("THREAD_CREATE"))["newly_created"]
    assert channel.guild.get_thread(thread.id)
    await discord.change_channel(str(thread.id), archived=True)
    assert (await robot.hears("THREAD_UPDATE"))["thread_metadata"]["archived"]
    assert channel.guild.get_thread(thread.id) is None
    await discord.delete_channel(str(thread.id))
    assert (await robot.hears("THREAD_DELETE"))["id"] == str(thread.id)
