"""`/seedbed move` and `remove`: a channel at another place, or at none."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.model import Channel
from bot.platforms import names
from bot.platforms.slack.commands import answers, kit, naming, places, portrait
from bot.platforms.slack.commands.answers import Answer, Asker, Unable
from bot.platforms.slack.commands.line import Line
from bot.platforms.slack.commands.standing import must_be_theirs
from bot.platforms.slack.commands.voice import Voice, mention
from bot.platforms.slack.parts import Parts

PICK = "seedbed-move"  # a menu of channels, in a block named as the one that moves


def register(app: AsyncApp, parts: Parts) -> None:
    app.action(PICK)(answers.listener(parts, _picked))


async def move(who: Asker, line: Line) -> Answer:
    """The same channel, with all it has read, in another place: `move #from to #to`, or `move` and a menu."""
    from_, to = line.places[:-1], line.places[-1:]
    if len(line.places) == 1 and await places.channel_at(who, line.places[0]) is not None:
        from_, to = line.places, ()
    one = await _own(who, Line(line.verb, line.rest, from_))
    if to and places.PLACE.fullmatch(to[0]):
        return await _moved(who, one, to[0])
    voice = Voice(who.words)
    menu = kit.row(kit.places(PICK, voice.say("place_choose"))) | {"block_id": f"{PICK}:{one.name}"}
    return Answer(voice.say("move_ask", channel=mention(one)), (menu,))


async def remove(who: Asker, line: Line) -> Answer:
    """Asks first."""
    one, _ = await naming.named_or_last(who, line)
    await _must_be_own(who, one)
    voice = Voice(who.words)
    buttons = kit.row(
        kit.button(f"{naming.RUN}:remove", voice.say("button_remove"), naming.run("remove!", one), style="danger"),
        kit.button(f"{naming.RUN}:keep", voice.say("button_keep"), naming.run("keep!", one)),
    )
    return Answer(voice.say("remove_ask", channel=mention(one)), (buttons,))


async def removed(who: Asker, line: Line) -> Answer:
    one = await _own(who, line)
    await who.parts.desk.remove(one.name)
    return Answer(Voice(who.words).say("removed", channel=mention(one)))


async def kept(who: Asker, line: Line) -> Answer:
    one = await naming.channel(who, line)
    return Answer(Voice(who.words).say("kept", channel=mention(one)))


async def _picked(who: Asker) -> None:
    action: dict[str, Any] = who.body["actions"][0]
    name = str(action["block_id"]).partition(":")[2]
    one = next((one for one in await places.channels_of(who.parts, who.team) if one.name == name), None)
    if one is None:
        raise Unable(Voice(who.words).say("channel_unknown", named=name))
    await must_be_theirs(who, one)
    await _must_be_own(who, one)
    await who.say(await _moved(who, one, str(action["selected_conversation"])))


async def _moved(who: Asker, one: Channel, place: str) -> Answer:
    voice = Voice(who.words)
    if not places.PLACE.fullmatch(place):
        raise Unable(voice.say("place_unknown", named=place))
    there = await places.channel_at(who, place)
    if there is not None and there.name != one.name:  # however each of them writes its address
        raise Unable(voice.say("place_taken", channel=mention(there)))
    moved = replace(one, address=places.address_of(who, place))
    await who.parts.desk.move(one.name, moved.address)
    await names.keep(who.parts.memory, moved)
    told = voice.say("moved", before=mention(one), after=mention(moved))
    return await portrait.portrait(who, told, moved)


async def _own(who: Asker, line: Line) -> Channel:
    one = await naming.channel(who, line)
    await _must_be_own(who, one)
    return one


async def _must_be_own(who: Asker, one: Channel) -> None:
    """One that was set up here; the file's channels are changed there."""
    if await who.parts.desk.setup(one.name) is None:
        raise Unable(Voice(who.words).say("read_only", channel=mention(one)))
