"""The bot's Home: today's seed, what is next, what the community liked, and the controls for those who may."""

import logging
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SeedbedError
from bot.log import fields
from bot.model import Channel, LedgerEntry
from bot.platforms.slack.commands import answers, kit, naming, places, plant, portrait, status, typed
from bot.platforms.slack.commands.answers import FAILURES, Asker
from bot.platforms.slack.commands.kit import Block, View
from bot.platforms.slack.commands.standing import Standing, standing
from bot.platforms.slack.commands.voice import Voice, date, mention
from bot.platforms.slack.faults import said
from bot.platforms.slack.parts import Parts

log = logging.getLogger(__name__)

CHANNELS = 6  # that are shown; Slack takes a hundred blocks
LIKED = 3  # of each


def register(app: AsyncApp, parts: Parts) -> None:
    async def opened(
        event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        if event.get("tab") == "home":
            await publish(answers.asker(parts, body, client, context))

    app.event("app_home_opened")(opened)


async def publish(who: Asker) -> None:
    """Show it as things are now; never raises, since nobody asked in words."""
    try:
        await who.client.views_publish(user_id=who.user, view=await _home(who))
    except (SeedbedError, *FAILURES) as error:
        log.warning("Home could not be shown", extra=fields(reason=said(error)))


async def _home(who: Asker) -> View:
    voice, rank = Voice(who.words), await standing(who)
    channels = await _shown(who, rank)
    blocks: list[Block] = [kit.header(who.words.say("member.home_title"))]
    if not channels:
        blocks += kit.sections(who.words.say("member.home_empty"))
    for one in channels:
        blocks += await _reading(who, voice, one)
    blocks += [kit.divider(), *kit.sections(who.words.say("member.home_more"))]
    blocks.append(kit.row(kit.button(plant.SHORTCUT, who.words.say("member.plant_button"))))
    if rank.organiser:
        blocks += await _controls(who, voice, rank, [one for one in channels if rank.may(one)])
    return {"type": "home", "blocks": blocks[:100]}


async def _shown(who: Asker, rank: Standing) -> list[Channel]:
    """Their own channels, then others that they may read, as far as there is room."""
    channels = await places.channels_of(who.parts, who.team)
    found = [one for one in channels if rank.may(one)][:CHANNELS]
    for one in channels:
        if len(found) >= CHANNELS:
            break
        if one not in found and await places.readable(who, one):
            found.append(one)
    return found


async def _reading(who: Asker, voice: Voice, one: Channel) -> list[Block]:
    """A channel for its readers."""
    overview, words = who.parts.overview, who.words
    feed = await overview.feed(one.name, 1)
    lines = [f"*{mention(one)}*", _last(who, one, feed[0]) if feed else words.say("member.home_none")]
    ahead = await overview.next_post(one.name)
    lines.append(voice.say("coming", moment=voice.moment(ahead)) if ahead else voice.say("coming_none"))
    liked = await overview.liked(one.name, LIKED)
    if liked:
        lines.append(words.say("member.home_liked"))
        lines += [f"• {_linked(who, one, entry)} · {voice.reactions(entry)}" for entry in liked]
    return [kit.divider(), *kit.sections("\n".join(lines))]


def _last(who: Asker, one: Channel, entry: LedgerEntry) -> str:
    zone, posted = ZoneInfo(one.zone), entry.post.posted
    assert posted is not None, "the feed holds confirmed posts"
    today = posted.astimezone(zone).date() == who.parts.clock.now().astimezone(zone).date()
    key = "member.home_today" if today else "member.home_last"
    return who.words.say(key, seed=_linked(who, one, entry), when=date(posted))


def _linked(who: Asker, one: Channel, entry: LedgerEntry) -> str:
    """The title, leading to the post."""
    title = typed.quoted(entry.title or (entry.post.message.heading if entry.post.message else ""))
    if entry.post.message_id is None:
        return f"*{title}*"
    return f"*<{places.link(who.parts, one, entry.post.message_id)}|{title}>*"


async def _controls(who: Asker, voice: Voice, rank: Standing, channels: list[Channel]) -> list[Block]:
    """What organisers do most, for each of their channels."""
    blocks: list[Block] = [kit.divider(), kit.header(voice.say("home_title"))]
    for one in channels:
        from_file = await who.parts.desk.setup(one.name) is None
        file = " · " + voice.say("from_file") if from_file else ""
        told = [
            f"*{mention(one)}* · {voice.plan(one)}{file}",
            await portrait.coming(voice, who.parts.overview, one),
            voice.runway(await who.parts.overview.runway(one.name)),
        ]
        row = status.controls(voice, one)
        if not from_file:
            row["elements"].append(
                kit.button(f"{naming.RUN}:setup", voice.say("button_settings"), naming.run("setup", one))
            )
        blocks += [*kit.sections("\n".join(told)), row]
    if rank.admin:
        waiting = len(await who.parts.nursery.waiting(who.team))
        told = [voice.count("proposals_wait", waiting)] if waiting else []
        buttons = [kit.button(f"{naming.RUN}:setup", voice.say("button_setup"), "setup")]
        if waiting:
            buttons.append(kit.button(f"{naming.RUN}:proposals", voice.say("button_proposals"), "proposals"))
        blocks += [*(kit.sections(told[0]) if told else []), kit.row(*buttons)]
    return blocks
