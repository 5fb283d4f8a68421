"""Reactions: adding, taking off, clearing, who reacted, and the events of each."""

import discord as library

from tests.discord_simulator.conftest import Api, Robot
from tests.simulators.discord.client import Discord, until
from tests.simulators.discord.seen import State

EMOJI = [chr(0x1F600 + number) for number in range(21)]


async def post(api: Api, state: State) -> str:
    """The path of a message of the bot's."""
    found = (await api("POST", f"/channels/{state.channel_id('reading')}/messages", {"content": "x"})).body
    return f"/channels/{found['channel_id']}/messages/{found['id']}"


async def test_twenty_different_emoji_fit_on_a_message(api: Api, discord: Discord, state: State) -> None:
    place = await post(api, state)
    added = [(await api("PUT", f"{place}/reactions/{one}/@me")).status for one in EMOJI[:20]]
    assert added == [204] * 20
    refused = await api("PUT", f"{place}/reactions/{EMOJI[20]}/@me")
    assert (refused.status, refused.code) == (400, 30010)
    assert (await api("PUT", f"{place}/reactions/{EMOJI[0]}/@me")).status == 204


async def test_what_is_no_emoji_is_10014(api: Api, state: State) -> None:
    place = await post(api, state)
    for text in ("seed", "x", "seedling:1", "-"):
        refused = await api("PUT", f"{place}/reactions/{text}/@me")
        assert (refused.status, refused.code) == (400, 10014)


async def test_custom_emoji_are_told_by_their_id(api: Api, discord: Discord, state: State) -> None:
    number = state["guilds"][0]["emojis"]["seedling"]
    place = await post(api, state)
    assert (await api("PUT", f"{place}/reactions/whatever:{number}/@me")).status == 204
    found = (await api("GET", place)).body["reactions"]
    assert found[0]["emoji"] == {"id": number, "name": "seedling", "animated": False}


async def test_a_skin_tone_is_an_emoji_of_its_own(api: Api, discord: Discord, state: State) -> None:
    place = await post(api, state)
    for one in ("👍", "👍🏽"):
        await api("PUT", f"{place}/reactions/{one}/@me")
    assert [one["emoji"]["name"] for one in (await api("GET", place)).body["reactions"]] == ["👍", "👍🏽"]


async def test_counts_tell_normal_from_burst(api: Api, discord: Discord, state: State) -> None:
    place = await post(api, state)
    await discord.react("reading", "last", "🌱", user="ada")
    await discord.react("reading", "last", "🌱", user="ada", burst=True)
    await discord.react("reading", "last", "🌱", user="ben")
    await api("PUT", f"{place}/reactions/🌱/@me")
    found = (await api("GET", place)).body["reactions"][0]
    assert (found["count"], found["count_details"]) == (4, {"normal": 3, "burst": 1})
    assert (found["me"], found["me_burst"]) == (True, False)


async def test_discord_py_pages_through_who_reacted(rest: Robot, api: Api, discord: Discord, state: State) -> None:
    place = await post(api, state)
    for number in range(103):
        await discord.person(f"reader-{number}")
        await discord.react("reading", "last", "🌱", user=f"reader-{number}")
    await discord.react("reading", "last", "🌱", user="ada", burst=True)
    channel = rest.get_partial_messageable(int(state.channel_id("reading")))
    reaction = (await channel.fetch_message(int(place.split("/")[-1]))).reactions[0]
    normal = [user.name async for user in reaction.users(type=library.ReactionType.normal)]
    burst = [user.name async for user in reaction.users(type=library.ReactionType.burst)]
    assert len(normal) == len(set(normal)) == 103
    assert burst == ["ada"]


async def test_the_bots_own_comes_and_goes(rest: Robot, discord: Discord, state: State) -> None:
    channel = rest.get_partial_messageable(int(state.channel_id("reading")))
    message = await channel.send("x")
    await message.add_reaction("🌱")
    assert (await discord.messages("reading"))[-1].reactions == {"🌱": ["seedbed"]}
    await message.remove_reaction("🌱", library.Object(int(state.user_id("seedbed"))))
    assert (await discord.messages("reading"))[-1].reactions == {}


async def test_clearing_needs_manage_messages(api: Api, discord: Discord, state: State) -> None:
    place = await post(api, state)
    for emoji in ("🌱", "🔥", "🌧️"):
        await discord.react("reading", "last", emoji)
    assert (await api("DELETE", f"{place}/reactions")).code == 50013
    await discord.permit("manage_messages")
    assert (await api("DELETE", f"{place}/reactions/🔥")).status == 204
    assert (await api("DELETE", f"{place}/reactions/🌱/{state.user_id('ada')}")).status == 204
    assert (await discord.messages("reading"))[-1].reactions == {"🌧️": ["ada"]}
    assert (await api("DELETE", f"{place}/reactions")).status == 204
    assert (await discord.messages("reading"))[-1].reactions == {}


async def test_an_archived_thread_takes_no_reaction(api: Api, discord: Discord, state: State) -> None:
    thread = (await api("POST", f"/channels/{state.channel_id('reading')}/threads", {"name": "t", "type": 11})).body
    said = (await api("POST", f"/channels/{thread['id']}/messages", {"content": "x"})).body
    await discord.change_channel(thread["id"], archived=True)
    refused = await api("PUT", f"/channels/{thread['id']}/messages/{said['id']}/reactions/🌱/@me")
    assert (refused.status, refused.code) == (400, 50083)


async def test_every_change_is_an_event(robot: Robot, api: Api, discord: Discord, state: State) -> None:
    """With type and burst, without which discord.py fails; and for a message that its cache does not have."""
    heard: list[tuple[str, str, bool]] = []

    @robot.event
    async def on_raw_reaction_add(event: library.RawReactionActionEvent) -> None:
        heard.append(("add", str(event.emoji), event.burst))

    @robot.event
    async def on_raw_reaction_remove(event: library.RawReactionActionEvent) -> None:
        heard.append(("remove", str(event.emoji), event.burst))

    @robot.event
    async def on_raw_reaction_clear_emoji(event: library.RawReactionClearEmojiEvent) -> None:
        heard.append(("clear_emoji", str(event.emoji), False))

    @robot.event
    async def on_raw_reaction_clear(_: library.RawReactionClearEvent) -> None:
        heard.append(("clear", "", False))

    await post(api, state)
    await discord.react("reading", "last", "🌱")
    await discord.react("reading", "last", "🌱")  # again is nothing new
    await discord.react("reading", "last", "🌱", burst=True)
    await discord.unreact("reading", "last", "🌱")
    await discord.react("reading", "last", ":seedling:", user="ben")
    await discord.clear_emoji("reading", "last", "🌱")
    await discord.clear("reading", "last")
    await until(lambda: len(heard) == 6)
    number = state["guilds"][0]["emojis"]["seedling"]
    assert heard == [
        ("add", "🌱", False),
        ("add", "🌱", True),
        ("remove", "🌱", False),
        ("add", f"<:seedling:{number}>", False),
        ("clear_emoji", "🌱", False),
        ("clear", "", False),
    ]
    added = robot.told("MESSAGE_REACTION_ADD")
    assert [(one["type"], one["burst"]) for one in added] == [(0, False), (1, True), (0, False)]
    assert added[0]["member"]["user"]["username"] == "ada"
    assert added[0]["message_author_id"] == state.user_id("seedbed")
