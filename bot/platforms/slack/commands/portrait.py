"""How a channel is, for whoever just set it up or moved it: its settings, what comes next, and what is amiss."""

from bot.model import Channel
from bot.platforms.slack.commands import kit, naming, permissions, settings, typed
from bot.platforms.slack.commands.answers import Answer, Asker
from bot.platforms.slack.commands.voice import Voice
from bot.ports import Overview

SUGGESTIONS = 25  # topics that begin like one
NEAR = 3  # of them that are told


async def portrait(who: Asker, head: str, channel: Channel) -> Answer:
    """Below a line that says what was done."""
    voice, overview = Voice(who.words), who.parts.overview
    report = await permissions.look(who, channel)
    paragraphs = [
        "\n".join([head, *settings.summary(voice, channel)]),
        "\n".join([await coming(voice, overview, channel), voice.runway(await overview.runway(channel.name))]),
        *await _unknown_topics(voice, overview, channel),
        *permissions.warning(voice, report),
    ]
    button = kit.button(
        f"{naming.RUN}:post", voice.say("button_post"), naming.run("post", channel), sure=sure_to_post(voice)
    )
    return Answer("\n\n".join(paragraphs), (kit.row(button),))


async def coming(voice: Voice, overview: Overview, channel: Channel) -> str:
    """The next post, or why there is none."""
    state = await overview.state(channel.name)
    if state.blocked:
        return voice.blocked(state.blocked)
    ahead = await overview.next_post(channel.name)
    told = voice.say("coming", moment=voice.moment(ahead)) if ahead else voice.say("coming_none")
    if state.paused_until is not None and (ahead is None or state.paused_until <= ahead.slot.due):
        paused = voice.say("paused", until=voice.until(state.paused_until))
        return f"{paused} {told}" if ahead else paused
    return told


def sure_to_post(voice: Voice) -> dict[str, str]:
    """Slack's own second thought before something goes out to everybody."""
    return {part: voice.say(f"sure_{part}") for part in ("title", "text", "confirm", "deny")}


async def _unknown_topics(voice: Voice, overview: Overview, channel: Channel) -> list[str]:
    """A topic that no seed has is a typing error, or one to come."""
    lines = []
    for topic in sorted(channel.topics_include | channel.topics_exclude):
        near = await overview.complete(topic, SUGGESTIONS)
        if topic.casefold() not in {one.casefold() for one in near}:
            near = near or await overview.complete(topic[:3], NEAR)
            names = ", ".join(typed.quoted(one) for one in near[:NEAR])
            key = "topic_near" if names else "topic_unknown"
            lines.append(voice.say(key, topic=typed.quoted(topic), near=names))
    return ["\n".join(lines)] if lines else []
