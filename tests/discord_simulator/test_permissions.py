"""Permissions: how they add up, and what is refused, with which code, for want of which."""

from typing import Any

import discord as library
import pytest

from tests.discord_simulator.conftest import Api, Robot
from tests.simulators.discord.client import Discord
from tests.simulators.discord.seen import State

EMBED = {"embeds": [{"title": "t"}]}
# What is done, the permission that it takes, and the status and code without it; {m} is a message of the bot's own.
NEEDS: list[tuple[str, str, dict[str, Any] | None, str, tuple[int, int]]] = [
    ("GET", "", None, "view_channel", (403, 50001)),
    ("GET", "/messages", None, "view_channel", (403, 50001)),
    ("GET", "/messages/{m}", None, "view_channel", (403, 50001)),
    ("GET", "/messages/{m}", None, "read_message_history", (403, 50013)),
    ("POST", "/messages", {"content": "x"}, "view_channel", (403, 50001)),
    ("POST", "/messages", {"content": "x"}, "send_messages", (403, 50013)),
    ("POST", "/messages", EMBED, "embed_links", (403, 50013)),
    ("PATCH", "/messages/{m}", EMBED, "embed_links", (403, 50013)),
    ("PUT", "/messages/{m}/reactions/🌱/@me", None, "add_reactions", (403, 50013)),
    ("PUT", "/messages/{m}/reactions/🌱/@me", None, "read_message_history", (403, 50013)),
    ("GET", "/messages/{m}/reactions/🌱", None, "read_message_history", (403, 50013)),
    ("PUT", "/messages/pins/{m}", None, "pin_messages", (403, 50013)),
    ("DELETE", "/messages/pins/{m}", None, "pin_messages", (403, 50013)),
    ("POST", "/messages/{m}/threads", {"name": "t"}, "create_public_threads", (403, 50013)),
    ("POST", "/messages/{m}/threads", {"name": "t"}, "read_message_history", (403, 50013)),
    ("POST", "/threads", {"name": "t", "type": 11}, "create_public_threads", (403, 50013)),
    ("GET", "/threads/archived/public", None, "read_message_history", (403, 50013)),
    ("POST", "/typing", None, "send_messages", (403, 50013)),
]


@pytest.mark.parametrize(("method", "path", "body", "permission", "refusal"), NEEDS)
async def test_what_lacks_its_permission_is_refused_and_with_it_is_done(
    method: str,
    path: str,
    body: dict[str, Any] | None,
    permission: str,
    refusal: tuple[int, int],
    api: Api,
    discord: Discord,
    state: State,
) -> None:
    channel = f"/channels/{state.channel_id('reading')}"
    own = (await api("POST", f"{channel}/messages", {"content": "x"})).body["id"]
    await discord.forbid(permission, channel="reading")
    refused = await api(method, channel + path.format(m=own), body)
    assert (refused.status, refused.code) == refusal
    await discord.permit(permission, channel="reading")
    done = await api(method, channel + path.format(m=own), body)
    assert done.status in {200, 201, 204}, done.body


# Without these it must be done all the same.
SPARES = [
    ("POST", "/messages", {"content": "x"}, "embed_links"),
    ("POST", "/messages", {"content": "x"}, "read_message_history"),
    ("PATCH", "/messages/{m}", {"content": "y"}, "send_messages"),
    ("POST", "/messages/{m}/threads", {"name": "t"}, "send_messages"),
    ("DELETE", "/messages/{m}", None, "manage_messages"),
    ("PUT", "/messages/pins/{m}", None, "manage_messages"),
]


@pytest.mark.parametrize(("method", "path", "body", "permission"), SPARES)
async def test_what_needs_no_permission_is_done_without_it(
    method: str, path: str, body: dict[str, Any] | None, permission: str, api: Api, discord: Discord, state: State
) -> None:
    channel = f"/channels/{state.channel_id('reading')}"
    own = (await api("POST", f"{channel}/messages", {"content": "x"})).body["id"]
    await discord.forbid(permission, channel="reading")
    assert (await api(method, channel + path.format(m=own), body)).status in {200, 201, 204}


async def test_history_that_may_not_be_read_is_empty_and_no_error(api: Api, discord: Discord, state: State) -> None:
    """The trap: nothing found, though the message is there."""
    channel = f"/channels/{state.channel_id('reading')}/messages"
    await api("POST", channel, {"content": "x"})
    await discord.forbid("read_message_history", channel="reading")
    hidden = await api("GET", channel)
    assert (hidden.status, hidden.body) == (200, [])
    await discord.permit("read_message_history", channel="reading")
    assert len((await api("GET", channel)).body) == 1


async def test_a_reply_needs_the_history(api: Api, discord: Discord, state: State) -> None:
    number = await discord.post("reading", "hello")
    await discord.forbid("read_message_history", channel="reading")
    body = {"content": "x", "message_reference": {"message_id": number}}
    refused = await api("POST", f"/channels/{state.channel_id('reading')}/messages", body)
    assert (refused.status, refused.code) == (403, 160002)


async def test_joining_a_reaction_needs_no_add_reactions(api: Api, discord: Discord, state: State) -> None:
    number = await discord.post("reading", "hello")
    await discord.forbid("add_reactions", channel="reading")
    await discord.react("reading", number, "🌱", user="ben")
    place = f"/channels/{state.channel_id('reading')}/messages/{number}/reactions"
    assert (await api("PUT", f"{place}/🌱/@me")).status == 204
    assert (await api("PUT", f"{place}/🔥/@me")).code == 50013


async def test_threads_have_a_permission_of_their_own(api: Api, discord: Discord, state: State) -> None:
    channel = f"/channels/{state.channel_id('reading')}"
    thread = (await api("POST", f"{channel}/threads", {"name": "t", "type": 11})).body["id"]
    await discord.forbid("send_messages", channel="reading")
    assert (await api("POST", f"/channels/{thread}/messages", {"content": "x"})).status == 200
    await discord.permit("send_messages", channel="reading")
    await discord.forbid("send_messages_in_threads", channel="reading")
    assert (await api("POST", f"/channels/{thread}/messages", {"content": "x"})).code == 50013


async def test_a_forum_takes_posts_from_who_may_send(api: Api, discord: Discord, state: State) -> None:
    forum = f"/channels/{state.channel_id('library')}/threads"
    body = {"name": "t", "message": {"content": "x"}}
    await discord.forbid("create_public_threads", channel="library")
    assert (await api("POST", forum, body)).status == 201
    assert (await api("POST", forum, body | {"message": EMBED})).status == 201
    await discord.forbid("embed_links", channel="library")
    assert (await api("POST", forum, body | {"message": EMBED})).code == 50013
    await discord.forbid("send_messages", channel="library")
    assert (await api("POST", forum, body)).code == 50013


class TestAddingUp:
    """Role permissions, then the overwrites of everyone, of roles, of the member; and who stands above all that."""

    async def may_send(self, api: Api, state: State) -> bool:
        reply = await api("POST", f"/channels/{state.channel_id('reading')}/messages", {"content": "x"})
        return reply.status == 200

    async def test_a_role_overrides_everyone_and_the_member_overrides_roles(
        self, api: Api, discord: Discord, state: State
    ) -> None:
        await discord.overwrite("reading", deny=["send_messages"])
        assert not await self.may_send(api, state)
        await discord.overwrite("reading", role="seedbed", allow=["send_messages"])
        assert await self.may_send(api, state)
        await discord.forbid("send_messages", channel="reading")
        assert not await self.may_send(api, state)

    async def test_among_roles_allow_wins(self, api: Api, discord: Discord, state: State) -> None:
        await discord.role("seedbed", "Readers")
        await discord.overwrite("reading", role="seedbed", deny=["send_messages"])
        assert not await self.may_send(api, state)
        await discord.overwrite("reading", role="Readers", allow=["send_messages"])
        assert await self.may_send(api, state)

    async def test_an_administrator_stands_above_overwrites(self, api: Api, discord: Discord, state: State) -> None:
        await discord.forbid("send_messages", "view_channel", channel="reading")
        await discord.permit("administrator")
        assert await self.may_send(api, state)

    async def test_who_may_not_send_may_not_embed_either(self, api: Api, discord: Discord, state: State) -> None:
        channel = f"/channels/{state.channel_id('reading')}/messages"
        own = (await api("POST", channel, {"content": "x"})).body["id"]
        await discord.forbid("send_messages", channel="reading")
        assert (await api("PATCH", f"{channel}/{own}", EMBED)).code == 50013

    async def test_forbidden_in_the_guild_is_forbidden_in_every_channel(
        self, api: Api, discord: Discord, state: State
    ) -> None:
        await discord.forbid("send_messages")
        for name in ("reading", "general", "news"):
            refused = await api("POST", f"/channels/{state.channel_id(name)}/messages", {"content": "x"})
            assert refused.code == 50013
        await discord.permit("send_messages")
        assert await self.may_send(api, state)

    async def test_discord_py_computes_the_same(self, robot: Robot, api: Api, discord: Discord, state: State) -> None:
        """The library's own arithmetic is the second opinion."""
        await discord.overwrite("reading", deny=["send_messages", "add_reactions"])
        await discord.overwrite("reading", role="seedbed", allow=["send_messages"])
        await discord.forbid("pin_messages", channel="reading")
        await robot.hears("CHANNEL_UPDATE", 3)
        channel = robot.get_channel(int(state.channel_id("reading")))
        assert isinstance(channel, library.TextChannel)
        may = channel.permissions_for(channel.guild.me)
        assert (may.send_messages, may.add_reactions, may.pin_messages, may.embed_links) == (True, False, False, True)
        channel_path = f"/channels/{channel.id}/messages"
        own = (await api("POST", channel_path, EMBED)).body["id"]
        assert (await api("PUT", f"{channel_path}/{own}/reactions/🌱/@me")).code == 50013
        assert (await api("PUT", f"{channel_path}/pins/{own}")).code == 50013


async def test_a_deleted_channel_is_10003(api: Api, discord: Discord, state: State) -> None:
    await discord.post("reading", "hello")
    await discord.delete_channel("reading")
    refused = await api("POST", f"/channels/{state.channel_id('reading')}/messages", {"content": "x"})
    assert (refused.status, refused.code) == (404, 10003)
    assert [one["content"] for one in (await discord.state())["deleted"]] == ["hello"]


async def test_a_guild_without_the_bot_is_out_of_reach_until_it_is_back(
    api: Api, discord: Discord, state: State
) -> None:
    channel, guild = f"/channels/{state.channel_id('reading')}", f"/guilds/{state.guild_id}"
    await discord.remove_guild()
    assert [(await api("GET", path)).code for path in (channel, guild, f"{guild}/channels")] == [50001, 10004, 10004]
    assert await discord.add_guild() == state.guild_id
    assert [(await api("GET", path)).status for path in (channel, guild, f"{guild}/channels")] == [200, 200, 200]


async def test_a_channel_of_no_text_takes_no_message(api: Api, discord: Discord, state: State) -> None:
    refused = await api("POST", f"/channels/{state.channel_id('library')}/messages", {"content": "x"})
    assert (refused.status, refused.code) == (400, 50008)


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_a_wrong_token_is_401(token: str, api: Api) -> None:
    refused = await api("GET", "/users/@me", token=token)
    assert (refused.status, refused.body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_discord_py_takes_a_wrong_token_for_a_failed_login(discord: Discord) -> None:
    async with Robot() as robot:
        with pytest.raises(library.LoginFailure):
            await robot.login("wrong")


class TestPlaces:
    async def test_the_bot_its_application_and_people(self, rest: Robot, discord: Discord, state: State) -> None:
        application = await rest.application_info()
        assert (application.id, application.owner.name) == (int(state.user_id("seedbed")), "owner")
        assert (await rest.fetch_user(int(state.user_id("ada")))).name == "ada"
        with pytest.raises(library.NotFound) as unknown:
            await rest.fetch_user(1)
        assert unknown.value.code == 10013

    async def test_a_guild_its_channels_roles_and_members(self, rest: Robot, discord: Discord, state: State) -> None:
        guild = await rest.fetch_guild(int(state.guild_id))
        assert {one.name for one in await guild.fetch_channels()} == {"reading", "general", "news", "library"}
        assert {one.name for one in await guild.fetch_roles()} == {"@everyone", "seedbed", "Organisers", "Readers"}
        member = await guild.fetch_member(int(state.user_id("organiser")))
        assert [role.name for role in member.roles] == ["@everyone", "Organisers"]
        with pytest.raises(library.NotFound) as stranger:
            await guild.fetch_member(1)
        assert stranger.value.code == 10013

    async def test_where_the_gateway_is(self, rest: Robot, discord: Discord) -> None:
        shards, address, limits = await rest.http.get_bot_gateway()
        assert (shards, address) == (1, discord.gateway)
        assert limits["total"] == 1000

    async def test_an_unknown_route_is_404(self, api: Api) -> None:
        reply = await api("GET", "/stickers/1")
        assert (reply.status, reply.body) == (404, {"message": "404: Not Found", "code": 0})


class TestDirectMessages:
    async def test_a_direct_message_arrives(self, rest: Robot, discord: Discord, state: State) -> None:
        ada = await rest.fetch_user(int(state.user_id("ada")))
        await ada.send("for you")
        await ada.send("and this")
        assert [one.content for one in await discord.messages("@ada")] == ["for you", "and this"]
        assert (await discord.state())["direct"] == {"ada": (await discord.messages("@ada"))[0].channel}

    async def test_who_takes_no_messages_is_50007(self, rest: Robot, discord: Discord, state: State) -> None:
        await discord.takes_messages("ada", yes=False)
        ada = await rest.fetch_user(int(state.user_id("ada")))
        with pytest.raises(library.Forbidden) as closed:
            await ada.send("for you")
        assert closed.value.code == 50007
        await discord.takes_messages("ada", yes=True)
        await ada.send("for you")

    async def test_nobody_is_no_recipient(self, api: Api) -> None:
        refused = await api("POST", "/users/@me/channels", {"recipient_id": "1"})
        assert (refused.code, refused.paths) == (50035, {"recipient_id:INVALID_RECIPIENT"})
