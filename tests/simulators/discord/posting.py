"""How a message of the bot comes to be, and how it is edited: checked, numbered, and its pings written down."""

from tests.simulators.discord import components, limits, mentions
from tests.simulators.discord.model import Channel, Flag, Json, Message, MessageType
from tests.simulators.discord.permissions import Permission
from tests.simulators.discord.problems import ApiError, invalid
from tests.simulators.discord.simulation import Simulation


def create(
    sim: Simulation,
    channel: Channel,
    body: Json,
    *,
    number: int | None = None,
    interaction: Json | None = None,
    kind: MessageType = MessageType.DEFAULT,
    ephemeral_to: int | None = None,
) -> Message:
    """A new message in a channel. ApiError 50035, 50006, 160002 or 200000.

    `number` is its id where that is already given; `interaction` the metadata of the one it answers.
    """
    limits.check_message(body, ephemeral=interaction is not None)
    moderate(sim, channel, body)
    message = Message(
        sim.clock.snowflake() if number is None else number,
        channel.id,
        sim.world.bot.id,
        type=kind,
        flags=Flag(body.get("flags") or 0),
        nonce=body.get("nonce"),
        interaction=interaction,
        seen_by=ephemeral_to,
    )
    replied = _reference(sim, channel, message, body)
    _fill(message, body)
    _ping(sim, channel, message, body, replied)
    sim.world.add_message(message)
    return message


def edit(sim: Simulation, channel: Channel, message: Message, body: Json) -> None:
    """Change what `body` names. ApiError 50035, 50006 or 200000. Whoever is pinged by an edit is added to `pinged`."""
    limits.check_message(body, earlier=None if message.flags & Flag.LOADING else message)
    moderate(sim, channel, body)
    if "flags" in body:
        changeable = Flag.SUPPRESS_EMBEDS | Flag.COMPONENTS_V2
        message.flags = (message.flags & ~Flag.SUPPRESS_EMBEDS) | (Flag(body["flags"] or 0) & changeable)
    message.flags &= ~Flag.LOADING
    _fill(message, body)
    _ping(sim, channel, message, body, None)
    message.edited = sim.clock.now()
    sim.world.changed_message(message)


def _fill(message: Message, body: Json) -> None:
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if "embeds" in body:
        message.embeds = [{"type": "rich", **embed} for embed in body["embeds"] or []]
    if "components" in body:
        message.components = components.with_ids(body["components"] or [])
    if "attachments" in body:
        message.attachments = [_attachment(number, one) for number, one in enumerate(body["attachments"] or [])]


def _attachment(number: int, one: Json) -> Json:
    url = f"https://cdn.example/{one.get('filename', 'file')}"
    return {"size": 1, "url": url, "proxy_url": url, **one, "id": str(one.get("id", number))}


def _reference(sim: Simulation, channel: Channel, message: Message, body: Json) -> int | None:
    """The author of the message that this one replies to."""
    reference = body.get("message_reference")
    if not reference:
        return None
    if not sim.world.may(channel) & Permission.READ_MESSAGE_HISTORY:
        raise ApiError(160002)
    earlier = channel.messages.get(int(reference["message_id"]))
    if earlier is None:
        if reference.get("fail_if_not_exists", True):
            raise invalid("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        return None
    message.type, message.reference = MessageType.REPLY, (channel.id, earlier.id)
    return earlier.author_id


def _ping(sim: Simulation, channel: Channel, message: Message, body: Json, replied: int | None) -> None:
    text = mentions.text_of(message.content, message.components)
    guild, may = sim.world.guild_of(channel), sim.world.may(channel)
    found = mentions.pinged(guild, text, body.get("allowed_mentions"), may, replied)
    message.pinged = list(dict.fromkeys([*message.pinged, *found]))


def moderate(sim: Simulation, channel: Channel, body: Json) -> None:
    """Automatic moderation looks at text wherever it stands. ApiError 200000."""
    guild = sim.world.guild_of(channel)
    said = repr([body.get("content"), body.get("embeds"), body.get("components")]).lower()
    if guild and any(word.lower() in said for word in guild.blocked_words):
        raise ApiError(200000)
