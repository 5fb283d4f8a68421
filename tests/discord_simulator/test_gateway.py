"""The gateway: sessions, RESUME, what ends a connection, and which events go to whom."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord as library
import pytest

from tests.discord_simulator.conftest import Api, Robot, connected
from tests.simulators.discord.client import Discord, until
from tests.simulators.discord.seen import State
from tests.simulators.discord.town import TOKEN

USUAL = 1537


class Socket:
    """A connection without a library, in plain text."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def send(self, op: int, data: Any) -> None:
        await self._socket.send_json({"op": op, "d": data})

    async def hears(self, op: int) -> dict[str, Any]:
        """The next frame, which must be this."""
        frame: dict[str, Any] = await self._socket.receive_json(timeout=10)
        assert frame["op"] == op, frame
        return frame

    async def event(self, name: str) -> dict[str, Any]:
        """The next event, which must be this one; its whole frame."""
        frame = await self.hears(0)
        assert frame["t"] == name, frame
        return frame

    async def identify(self, discord: Discord, intents: int = USUAL) -> dict[str, Any]:
        """As a client does; the READY."""
        await self.hears(10)
        await self.send(2, {"token": discord.token, "intents": intents, "properties": {}})
        return await self.event("READY")

    async def close_code(self) -> int | None:
        """Once it is closed."""
        async with asyncio.timeout(10):
            while not self._socket.closed:
                await self._socket.receive()
        return self._socket.close_code

    async def close(self, code: int) -> None:
        await self._socket.close(code=code)


@asynccontextmanager
async def socket(discord: Discord) -> AsyncIterator[Socket]:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{discord.gateway}?v=10&encoding=json") as plain:
        yield Socket(plain)


class TestIdentify:
    async def test_ready_and_then_the_guilds(self, discord: Discord, state: State) -> None:
        async with socket(discord) as one:
            hello_first = await one.identify(discord)
            ready = hello_first["d"]
            assert ready["resume_gateway_url"] == discord.gateway
            assert ready["guilds"] == [{"id": state.guild_id, "unavailable": True}]
            assert ready["user"]["id"] == state.user_id("seedbed")
            guild = (await one.event("GUILD_CREATE"))["d"]
            assert [channel["name"] for channel in guild["channels"]] == ["reading", "general", "news", "library"]
            assert guild["members"][0]["user"]["username"] == "seedbed"
        assert (await discord.counts()).identifies == 1

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            ({"token": "wrong", "intents": USUAL}, 4004),
            ({"token": TOKEN, "intents": USUAL | 1 << 15}, 4014),
            ({"token": TOKEN, "intents": USUAL | 1 << 1}, 4014),
            ({"token": TOKEN, "intents": 1 << 40}, 4013),
            ({"token": TOKEN}, 4013),
        ],
    )
    async def test_what_is_not_allowed_closes(self, data: dict[str, Any], code: int, discord: Discord) -> None:
        async with socket(discord) as one:
            await one.hears(10)
            await one.send(2, data)
            assert await one.close_code() == code

    async def test_an_intent_that_was_granted_is_allowed(self, discord: Discord) -> None:
        await discord.tune(privileged=1 << 1)
        async with socket(discord) as one:
            await one.identify(discord, USUAL | 1 << 1)

    async def test_nonsense_closes(self, discord: Discord) -> None:
        for frames, code in (
            ([(99, None)], 4001),
            ([(3, {})], 4003),
            ([(2, {"token": discord.token, "intents": USUAL})] * 2, 4005),
        ):
            async with socket(discord) as one:
                for op, data in frames:
                    await one.send(op, data)
                assert await one.close_code() == code

    async def test_what_is_no_json_closes(self, discord: Discord) -> None:
        async with socket(discord) as one:
            await one._socket.send_str("{")
            assert await one.close_code() == 4002

    async def test_too_many_frames_close(self, discord: Discord) -> None:
        async with socket(discord) as one:
            for _ in range(121):
                await one.send(1, None)
            assert await one.close_code() == 4008

    async def test_a_silent_client_is_let_go(self, discord: Discord) -> None:
        await discord.tune(heartbeat=0.1)
        async with socket(discord) as one:
            await one.identify(discord)
            assert await one.close_code() == 4009

    async def test_heartbeats_are_acknowledged(self, discord: Discord) -> None:
        async with socket(discord) as one:
            assert (await one.hears(10))["d"]["heartbeat_interval"] == 41250
            await one.send(1, None)
            await one.hears(11)

    async def test_discord_py_raises_for_a_wrong_token_and_for_privileged_intents(self, discord: Discord) -> None:
        with pytest.raises(library.PrivilegedIntentsRequired):
            async with connected(Robot(library.Intents.all()), discord):
                pass
        async with Robot() as robot:
            await robot.login(discord.token)
            robot.http.token = "wrong"
            with pytest.raises(library.ConnectionClosed) as closed:
                await robot.connect()
            assert closed.value.code == 4004
        assert (await discord.counts()).identifies == 2


class TestSessions:
    async def test_a_broken_line_is_resumed_with_what_was_missed(
        self, robot: Robot, discord: Discord, state: State
    ) -> None:
        for number in range(3):
            await discord.drop()
            await discord.post("reading", f"{number}")
            await robot.hears("MESSAGE_CREATE", number + 1)
        counts = await discord.counts()
        assert (counts.identifies, robot.readies) == (1, 1)
        assert counts["resumes"] == 3
        assert len(robot.told("MESSAGE_CREATE")) == 3  # none twice

    async def test_what_came_while_nobody_was_connected_is_replayed(self, discord: Discord) -> None:
        async with socket(discord) as one:
            session = (await one.identify(discord))["d"]["session_id"]
            await one.event("GUILD_CREATE")
            await one.close(4000)
        for word in ("one", "two"):
            await discord.post("reading", word)
        async with socket(discord) as two:
            await two.hears(10)
            await two.send(6, {"token": discord.token, "session_id": session, "seq": 2})
            missed = [await two.event("MESSAGE_CREATE") for _ in range(2)]
            assert [frame["s"] for frame in missed] == [3, 4]
            await two.event("RESUMED")

    @pytest.mark.parametrize("code", [1000, 1001])
    async def test_a_client_that_says_goodbye_cannot_resume(self, code: int, discord: Discord) -> None:
        async with socket(discord) as one:
            session = (await one.identify(discord))["d"]["session_id"]
            await one.close(code)
        await until(lambda: _connected(discord, 0))
        async with socket(discord) as two:
            await two.hears(10)
            await two.send(6, {"token": discord.token, "session_id": session, "seq": 2})
            assert (await two.hears(9))["d"] is False

    async def test_an_unknown_session_or_a_number_from_the_future_is_invalid(self, discord: Discord) -> None:
        async with socket(discord) as one:
            session = (await one.identify(discord))["d"]["session_id"]
            for wrong in ({"session_id": "x", "seq": 1}, {"session_id": session, "seq": 99}):
                async with socket(discord) as two:
                    await two.hears(10)
                    await two.send(6, {"token": discord.token, **wrong})
                    assert (await two.hears(9))["d"] is False

    async def test_a_session_that_is_lost_is_a_new_one(self, robot: Robot, discord: Discord) -> None:
        await discord.drop(resumable=False)
        await until(lambda: robot.readies == 2)
        counts = await discord.counts()
        assert (counts.identifies, counts["resumes"]) == (2, 1)

    async def test_an_invalid_session_is_a_new_one(self, robot: Robot, discord: Discord) -> None:
        assert await discord.invalid_session() == 1
        await until(lambda: robot.readies == 2)
        assert (await discord.counts()).identifies == 2

    async def test_an_invalid_session_may_be_resumable(self, robot: Robot, discord: Discord) -> None:
        await discord.invalid_session(resumable=True)
        await robot.hears("RESUMED")
        assert (robot.readies, (await discord.counts()).identifies) == (1, 1)

    async def test_asked_to_reconnect_it_resumes(self, robot: Robot, discord: Discord) -> None:
        assert await discord.reconnect() == 1
        await robot.hears("RESUMED")
        assert (await discord.counts()).identifies == 1

    async def test_closed_with_a_code_it_resumes(self, robot: Robot, discord: Discord) -> None:
        assert await discord.drop(code=4000) == 1
        await robot.hears("RESUMED")

    @pytest.mark.parametrize("by_reset", [False, True])
    async def test_a_refused_first_connection_ends_discord_py(self, by_reset: bool, discord: Discord) -> None:
        """Whoever runs it has to begin anew. aiohttp repeats what was reset once, on its own."""
        await discord.refuse_gateway(1 + by_reset, by_reset=by_reset)
        async with Robot() as robot:
            with pytest.raises(AttributeError):
                await robot.start(discord.token)
        async with connected(Robot(), discord):
            assert (await discord.counts()).connected == 1

    async def test_an_unexpected_payload_ends_discord_py(self, discord: Discord) -> None:
        async with connected(Robot(), discord) as task:
            await discord.send_frame()
            with pytest.raises(KeyError):
                await task

    async def test_two_sessions_of_a_bot_hear_the_same(self, discord: Discord) -> None:
        async with socket(discord) as one, socket(discord) as two:
            for each in (one, two):
                await each.identify(discord)
                await each.event("GUILD_CREATE")
            await discord.post("reading", "hello")
            heard = [(await each.event("MESSAGE_CREATE"))["d"]["id"] for each in (one, two)]
            assert heard[0] == heard[1]


class TestEvents:
    @pytest.mark.parametrize(
        ("intents", "heard"),
        [
            (1 << 9, ["MESSAGE_CREATE"]),
            (1 << 10, ["MESSAGE_REACTION_ADD"]),
            (1 << 0, ["GUILD_CREATE", "CHANNEL_UPDATE"]),
            (USUAL, ["GUILD_CREATE", "MESSAGE_CREATE", "MESSAGE_REACTION_ADD", "CHANNEL_UPDATE"]),
        ],
    )
    async def test_intents_choose_the_events(self, intents: int, heard: list[str], discord: Discord) -> None:
        async with socket(discord) as one:
            await one.identify(discord, intents)
            number = await discord.post("reading", "hello")
            await discord.react("reading", number, "🌱")
            await discord.change_channel("reading", topic="moss")
            for name in heard:
                await one.event(name)
            await one.send(1, None)
            await one.hears(11)  # and nothing more

    async def test_direct_messages_have_an_intent_of_their_own(self, api: Api, discord: Discord, state: State) -> None:
        async with socket(discord) as one:
            await one.identify(discord, 1 << 12 | 1 << 13)
            opened = (await api("POST", "/users/@me/channels", {"recipient_id": state.user_id("ada")})).body["id"]
            await api("POST", f"/channels/{opened}/messages", {"content": "x"})
            await discord.post("reading", "elsewhere")
            await discord.react("@ada", "last", "🌱")
            assert "guild_id" not in (await one.event("MESSAGE_CREATE"))["d"]
            await one.event("MESSAGE_REACTION_ADD")

    async def test_content_of_others_is_blank_and_ones_own_is_whole(
        self, robot: Robot, discord: Discord, state: State
    ) -> None:
        await discord.post("reading", "secret")
        assert (await robot.hears("MESSAGE_CREATE"))["content"] == ""
        await robot.get_partial_messageable(int(state.channel_id("reading"))).send("mine", nonce="abc")
        own = await robot.hears("MESSAGE_CREATE", 2)
        assert (own["content"], own["nonce"], own["guild_id"]) == ("mine", "abc", state.guild_id)

    async def test_a_channel_out_of_sight_is_silent(self, robot: Robot, discord: Discord) -> None:
        await discord.forbid("view_channel", channel="reading")
        await discord.post("reading", "unseen")
        number = await discord.post("general", "seen")
        assert (await robot.hears("MESSAGE_CREATE"))["id"] == number
        await discord.permit("view_channel", channel="reading")
        seen_again = await discord.post("reading", "seen again")
        assert (await robot.hears("MESSAGE_CREATE", 2))["id"] == seen_again

    async def test_what_happens_to_messages(self, robot: Robot, discord: Discord, state: State) -> None:
        room = robot.get_partial_messageable(int(state.channel_id("reading")))
        message = await room.send("x")
        await message.edit(content="y")
        assert (await robot.hears("MESSAGE_UPDATE"))["content"] == "y"
        await message.pin()
        assert (await robot.hears("MESSAGE_UPDATE", 2))["pinned"]
        assert (await robot.hears("CHANNEL_PINS_UPDATE"))["last_pin_timestamp"]
        await discord.delete_message("reading", message.id)
        assert (await robot.hears("MESSAGE_DELETE"))["id"] == str(message.id)
        several = [await discord.post("reading", word) for word in ("one", "two")]
        await discord.delete_message("reading", *several)
        assert (await robot.hears("MESSAGE_DELETE_BULK"))["ids"] == several

    async def test_what_happens_to_channels(self, robot: Robot, discord: Discord, state: State) -> None:
        number = int(await discord.create_channel("moss", "forum", tags=["green"], needs_tag=True))
        await robot.hears("CHANNEL_CREATE")
        made = robot.get_channel(number)
        assert isinstance(made, library.ForumChannel)
        assert ([tag.name for tag in made.available_tags], made.flags.require_tag) == (["green"], True)
        await discord.change_channel("moss", name="fern")
        await robot.hears("CHANNEL_UPDATE")
        assert made.name == "fern"
        await discord.delete_channel("fern")
        await robot.hears("CHANNEL_DELETE")
        assert robot.get_channel(number) is None

    async def test_what_happens_to_roles_and_to_the_bot(self, robot: Robot, discord: Discord, state: State) -> None:
        guild = robot.get_guild(int(state.guild_id))
        assert guild
        await discord.role("seedbed", "Readers")
        await robot.hears("GUILD_MEMBER_UPDATE")
        assert "Readers" in [role.name for role in guild.me.roles]
        await discord.forbid("embed_links")
        await robot.hears("GUILD_ROLE_UPDATE", 2)  # the bot's role, and that of everyone
        assert not guild.me.guild_permissions.embed_links

    async def test_a_guild_is_left_and_joined(self, robot: Robot, discord: Discord, state: State) -> None:
        await discord.remove_guild()
        assert "unavailable" not in await robot.hears("GUILD_DELETE")
        assert not robot.guilds
        await discord.post("reading", "without the bot")
        await discord.add_guild()
        await robot.hears("GUILD_CREATE", 2)
        other = await discord.add_guild("Poetry")
        assert (await robot.hears("GUILD_CREATE", 3))["id"] == other
        assert sorted(guild.name for guild in robot.guilds) == ["Poetry", "Reading group"]
        assert "MESSAGE_CREATE" not in robot.names()

    async def test_events_can_be_kept_back(self, robot: Robot, discord: Discord) -> None:
        await discord.hold_events()
        await discord.post("reading", "hello")
        await discord.react("reading", "last", "🌱")
        await robot.ws.send_as_json({"op": 1, "d": None})
        await until(lambda: robot.latency < 10)
        assert "MESSAGE_CREATE" not in robot.names()
        await discord.hold_events(held=False)
        await robot.hears("MESSAGE_REACTION_ADD")
        assert robot.names()[-2:] == ["MESSAGE_CREATE", "MESSAGE_REACTION_ADD"]


async def test_packed_and_plain_say_the_same(discord: Discord, robot: Robot) -> None:
    """discord.py asks for zlib-stream; its frames were read by it."""
    async with socket(discord) as plain:
        await plain.identify(discord)
        told = (await plain.event("GUILD_CREATE"))["d"]
    assert json.dumps(robot.told("GUILD_CREATE")[0]) == json.dumps(told)


async def test_another_packing_is_refused(discord: Discord) -> None:
    url = f"{discord.base}/gateway?compress=zstd-stream"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 400


async def _connected(discord: Discord, count: int) -> bool:
    return (await discord.counts()).connected == count
