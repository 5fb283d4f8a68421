"""How a message of the bot comes to be, and how it is edited: checked, numbered, and its pings written down."""

from typing import Any

from tests.simulators.slack import blocks, limits, mentions, payloads
from tests.simulators.slack.model import Channel, Json, Message, Team
from tests.simulators.slack.problems import SlackError
from tests.simulators.slack.simulation import Simulation


def create(sim: Simulation, team: Team, channel: Channel, body: Json, *, seen_by: str | None = None) -> Message:
    """A new message of the bot. SlackError where `body` breaks a limit or its thread is not there."""
    _only_simulated(body)
    text, parts = body.get("text") or "", body.get("blocks") or []
    if body.get("markdown_text"):
        if text or parts:
            raise SlackError("markdown_text_conflict")
        text, parts = body["markdown_text"], [{"type": "markdown", "text": body["markdown_text"]}]
    limits.check_message(text, parts)
    limits.check_metadata(body.get("metadata"))
    message = Message(
        sim.clock.ts(),
        channel.id,
        team.bot.id,
        text,
        blocks.with_ids(parts, lambda: sim.world.ids.new("b")),
        metadata=body.get("metadata"),
        client_msg_id=body.get("client_msg_id"),
        thread_ts=_thread(channel, body.get("thread_ts")),
        broadcast=bool(body.get("reply_broadcast")),
        unfurl_links=bool(body.get("unfurl_links", True)),
        unfurl_media=bool(body.get("unfurl_media", True)),
        pinged=mentions.pinged(text, parts, names=bool(body.get("link_names")) or body.get("parse") == "full"),
        seen_by=seen_by,
        by_bot=True,
    )
    sim.world.add_message(message)
    _tell_asker(sim, team, channel, message)
    return message


def edit(sim: Simulation, message: Message, body: Json) -> None:
    """Change what `body` names: blocks and metadata that it does not name stay. Whoever is pinged by it is added."""
    _only_simulated(body)
    text = message.text if body.get("text") is None else body["text"]
    parts = message.blocks if body.get("blocks") is None else body["blocks"]
    limits.check_message(text, parts, editing=body.get("text") is not None)
    if body.get("metadata"):
        limits.check_metadata(body["metadata"])
    if body.get("metadata") is not None:
        message.metadata = body["metadata"] or None
    message.text, message.blocks = text, blocks.with_ids(parts, lambda: sim.world.ids.new("b"))
    names = bool(body.get("link_names")) or body.get("parse") == "full"
    message.pinged = list(dict.fromkeys([*message.pinged, *mentions.pinged(text, parts, names=names)]))
    message.edited = sim.clock.ts()
    sim.world.changed_message(message)


def shown(sim: Simulation, message: Message) -> Json:
    """A message for a test: with the payload of its metadata, and with who sees it."""
    team = next(one for one in sim.world.teams.values() if message.user in one.users)
    place = team.channels.get(message.channel)
    return payloads.message(message, team, place, metadata=True) | {
        "channel": message.channel,
        "seen_by": message.seen_by,
        "pinged": message.pinged,
    }


def _tell_asker(sim: Simulation, team: Team, channel: Channel, message: Message) -> None:
    """What only one person sees, and what comes into their direct channel, is the answer to what they asked last."""
    direct = next((who for who in channel.members if who != team.bot.id), None) if channel.id[0] == "D" else None
    who = message.seen_by or direct
    asked = sim.interactions.latest(team.id, who) if who else None
    if asked:
        asked.note("ephemeral" if message.seen_by else "direct", message=shown(sim, message))


def _thread(channel: Channel, thread: Any) -> str | None:
    if not thread:
        return None
    parent = channel.messages.get(str(thread))
    if parent is None or parent.seen_by:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        raise SlackError("cannot_reply_to_message")
    return parent.ts


def _only_simulated(body: Json) -> None:
    for name in ("attachments", "files", "as_user", "username", "icon_emoji", "icon_url"):
        if body.get(name):
            raise SlackError("invalid_arguments", response_metadata={"messages": [f"{name} is not simulated"]})
