"""How a channel is, for whoever just set it up or moved it: its settings, what comes next, and what is amiss."""

from bot.model import Channel
from bot.platforms.discord.commands import answers, deskbuttons, rights_report, settings, typed
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.deskbuttons import Act
from bot.platforms.discord.commands.rights_report import Report
from bot.platforms.discord.commands.voice import Voice
from bot.ports import Overview

SUGGESTIONS = 25  # topics that begin like one
NEAR = 3  # of them that are told


async def show(
    interaction: Interaction, voice: Voice, overview: Overview, head: str, channel: Channel, *, in_place: bool = False
) -> None:
    """Answer with it, below a line that says what was done; `in_place` of the message whose menu was used."""
    report = await rights_report.look(interaction.client, channel)
    tags = settings.tags_of(report.place)
    wants_tag = tags is not None and tags.required and channel.look.tag not in tags.names
    paragraphs = [
        "\n".join([head, *settings.summary(voice, channel, tags)]),
        "\n".join([await coming(voice, overview, channel), voice.runway(await overview.runway(channel.name))]),
        *await _unknown_topics(voice, overview, channel),
        *_quiet_role(voice, channel, report),
        *rights_report.warning(voice, report),
        *([voice.say("tag_needed")] if wants_tag else ()),
    ]
    text = "\n\n".join(paragraphs)
    if tags and wants_tag:
        below = deskbuttons.below(deskbuttons.tag_menu(channel, voice.say("tag_choose"), tags.names))
    else:
        below = deskbuttons.below(deskbuttons.button(Act.POST, channel, voice.say("button_post")))
    if in_place:
        await interaction.edit_original_response(content=text[: answers.LONGEST], view=below)
    else:
        await answers.say(interaction, {"content": text[: answers.LONGEST], "view": below})
    if len(text) > answers.LONGEST:
        await answers.add(interaction, text[answers.LONGEST :])


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


def _quiet_role(voice: Voice, channel: Channel, report: Report) -> list[str]:
    """A role that is named without being pinged."""
    if channel.look.role is None or report.place is None or report.me is None:
        return []
    role = report.place.guild.get_role(int(channel.look.role))
    heard = role is None or role.mentionable or report.place.permissions_for(report.me).mention_everyone
    return [] if heard or role is None else [voice.say("role_quiet", role=role.mention)]
