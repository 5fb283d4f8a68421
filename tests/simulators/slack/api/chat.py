"""chat.*"""

from tests.simulators.slack import payloads, posting
from tests.simulators.slack.api.table import Call, Method
from tests.simulators.slack.model import Channel, Json, Kind, Message
from tests.simulators.slack.problems import SlackError


def post(call: Call) -> Json:
    """Into a channel the bot is in (or any public one, with chat:write.public), or to a user."""
    channel = _target(call)
    if channel.refuses:
        raise SlackError(channel.refuses)
    message = posting.create(call.sim, call.team, channel, _body(call))
    return {"channel": channel.id, "ts": message.ts, "message": payloads.message(message, call.team, channel)}


def post_ephemeral(call: Call) -> Json:
    channel, who = call.channel(), call.required("user", "user_not_found")
    if call.sim.world.user(call.team, who).id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = posting.create(call.sim, call.team, channel, _body(call), seen_by=who)
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    channel = call.channel()
    message = _own(call, channel, "cant_update_message")
    posting.edit(call.sim, message, _body(call))
    shown = payloads.message(message, call.team, channel)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    """With its replies still there, a message stays as a gravestone at Slack; here it is gone."""
    channel = call.channel(live=False)
    message = _own(call, channel, "cant_delete_message")
    call.sim.world.delete_message(message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    channel = call.channel(inside=False, live=False)
    message = call.message(channel, "message_ts", "message_not_found")
    return {"channel": channel.id, "permalink": payloads.permalink(message, call.team)}


def _target(call: Call) -> Channel:
    named = call.required("channel", "channel_not_found")
    if named[0] in "UW":
        if named not in call.team.users or named == call.bot.user:
            raise SlackError("channel_not_found")
        return call.sim.world.direct(call.team, named)
    channel = call.channel(inside=False)
    member = call.bot.user in channel.members
    if not member and not (channel.kind is Kind.PUBLIC and "chat:write.public" in call.bot.scopes):
        raise SlackError("not_in_channel")
    return channel


def _own(call: Call, channel: Channel, error: str) -> Message:
    message = call.message(channel, "ts", "message_not_found")
    if message.user != call.bot.user:
        raise SlackError(error)
    return message


def _body(call: Call) -> Json:
    """The arguments with what may have come as text made JSON, and flags made flags."""
    body = dict(call.arguments)
    body["blocks"] = call.json("blocks", "invalid_blocks_format")
    if body["blocks"] is None and call.arguments.get("blocks") in ([], "[]"):
        body["blocks"] = []
    if body["blocks"] is not None and not isinstance(body["blocks"], list):
        raise SlackError("invalid_blocks_format")
    metadata = call.arguments.get("metadata")
    body["metadata"] = {} if metadata in ({}, "{}") else call.json("metadata", "invalid_metadata_format")
    for name in ("reply_broadcast", "link_names"):
        body[name] = call.flag(name)
    for name in ("unfurl_links", "unfurl_media"):
        body[name] = call.flag(name, unless_said=True)
    return body


METHODS = [
    Method("chat.postMessage", post, "chat:write", tier=None),
    Method("chat.postEphemeral", post_ephemeral, "chat:write", tier=4),
    Method("chat.update", update, "chat:write"),
    Method("chat.delete", delete, "chat:write"),
    Method("chat.getPermalink", permalink, tier=None),
]
