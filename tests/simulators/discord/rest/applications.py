"""The application's commands, and the answers to interactions."""

from tests.simulators.discord import components, payloads, posting
from tests.simulators.discord.commands import check_choices, without_localizations
from tests.simulators.discord.faults import Kind
from tests.simulators.discord.interactions import ALLOWED, Answered, Asked, Interaction
from tests.simulators.discord.model import Channel, Flag, Json, Message, MessageType
from tests.simulators.discord.problems import ApiError, Form
from tests.simulators.discord.rest.table import NOTHING, Call, Reply, Route
from tests.simulators.discord.simulation import Simulation

MOST_CHOICES = 25


def list_commands(sim: Simulation, call: Call) -> Reply:
    found = sim.registry.of(_scope(sim, call))
    whole = call.query.get("with_localizations", "false").lower() in {"1", "true"}
    return Reply(found if whole else [without_localizations(command) for command in found])


def overwrite_commands(sim: Simulation, call: Call) -> Reply:
    scope, wanted = _scope(sim, call), call.any_body()
    if not isinstance(wanted, list):
        raise ApiError(50109)
    return Reply(sim.registry.overwrite(sim.application_id, scope, wanted))


def _scope(sim: Simulation, call: Call) -> int | None:
    """None for the global commands, else the guild."""
    if call.number("application") != sim.application_id:
        raise ApiError(20012)
    return sim.world.guild(call.number("guild")).id if "guild" in call.path else None


def answer(sim: Simulation, call: Call) -> Reply:
    """The first answer to an interaction, within its deadline."""
    interaction = sim.interactions.to_answer(call.number("interaction"), call.path["token"])
    body = call.body()
    try:
        kind = _kind(interaction, body)
        _ANSWERS[kind](sim, interaction, body.get("data") or {})
    except ApiError as error:
        interaction.refused(error)
        raise
    interaction.answer, interaction.answered_after = kind, interaction.age
    settled = kind not in {Answered.DEFERRED, Answered.DEFERRED_UPDATE}
    interaction.settled = settled
    shown = sim.world.shown(interaction.original, whole=True) if interaction.original else None
    interaction.note(kind.name.lower(), shown)
    if call.query.get("with_response", "").lower() not in {"1", "true"}:
        return NOTHING
    return Reply(_callback_response(interaction, kind, shown))


def _kind(interaction: Interaction, body: Json) -> Answered:
    allowed = ALLOWED[interaction.asked]
    if interaction.source is None:
        allowed = allowed - {Answered.UPDATE, Answered.DEFERRED_UPDATE}
    form = Form()
    form.one_of(("type",), body.get("type"), tuple(int(kind) for kind in sorted(allowed)))
    form.check()
    return Answered(body["type"])


def _callback_response(interaction: Interaction, kind: Answered, shown: Json | None) -> Json:
    loading = kind is Answered.DEFERRED
    about: Json = {
        "id": str(interaction.id),
        "type": int(interaction.asked),
        "response_message_loading": loading,
        "response_message_ephemeral": interaction.ephemeral,
        "channel_id": str(interaction.channel_id),
        "guild_id": str(interaction.guild_id) if interaction.guild_id else None,
    }
    if interaction.original and kind in {Answered.MESSAGE, Answered.DEFERRED}:
        about["response_message_id"] = str(interaction.original.id)
    resource: Json = {"type": int(kind)}
    if kind in {Answered.MESSAGE, Answered.UPDATE}:
        resource["message"] = shown
    return {"interaction": about, "resource": resource}


def _say(sim: Simulation, interaction: Interaction, data: Json) -> None:
    interaction.original = _message(sim, interaction, data)
    interaction.ephemeral = interaction.original.seen_by is not None


def _defer(sim: Simulation, interaction: Interaction, data: Json) -> None:
    """ "Thinking ...": EPHEMERAL is the only flag that it may have."""
    flags = Flag(data.get("flags") or 0)
    form = Form()
    if flags & ~Flag.EPHEMERAL:
        form.fault(("data", "flags"), "BASE_TYPE_CHOICES", "Only EPHEMERAL can be set on a deferred answer.")
    form.check()
    message = Message(
        sim.clock.snowflake(),
        interaction.channel_id,
        sim.world.bot.id,
        type=_type(interaction),
        flags=Flag.LOADING | flags,
        interaction=_metadata(sim, interaction),
        seen_by=interaction.user_id if flags & Flag.EPHEMERAL else None,
    )
    sim.world.add_message(message)
    interaction.original, interaction.ephemeral = message, bool(flags & Flag.EPHEMERAL)


def _defer_update(_: Simulation, interaction: Interaction, __: Json) -> None:
    interaction.original = interaction.source


def _update(sim: Simulation, interaction: Interaction, data: Json) -> None:
    interaction.original = interaction.source
    if data:
        posting.edit(sim, _channel(sim, interaction), _original(interaction), data)


def _choose(_: Simulation, interaction: Interaction, data: Json) -> None:
    choices = data.get("choices") or []
    form = Form()
    if len(choices) > MOST_CHOICES:
        form.fault(("data", "choices"), "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_CHOICES} or fewer in length.")
    check_choices(form, ("data", "choices"), choices)
    form.check()
    interaction.choices = choices


def _show_modal(_: Simulation, interaction: Interaction, data: Json) -> None:
    form = Form()
    form.text(("data", "title"), data.get("title"), 1, 45)
    form.text(("data", "custom_id"), data.get("custom_id"), 1, 100)
    components.check_modal(form, ("data", "components"), data.get("components") or [])
    form.check()
    interaction.modal = data


_ANSWERS = {
    Answered.MESSAGE: _say,
    Answered.DEFERRED: _defer,
    Answered.DEFERRED_UPDATE: _defer_update,
    Answered.UPDATE: _update,
    Answered.CHOICES: _choose,
    Answered.MODAL: _show_modal,
}


def follow_up(sim: Simulation, call: Call) -> Reply:
    """One more message. The first one after "thinking" takes its place, and stays as private as that was."""
    interaction, body = _answered(sim, call), call.body()
    original = interaction.original
    try:
        if original and original.flags & Flag.LOADING:
            kept = {**body, "flags": Flag(body.get("flags") or 0) & ~Flag.EPHEMERAL}
            posting.edit(sim, _channel(sim, interaction), original, kept)
            message = original
        else:
            message = _message(sim, interaction, body, follows=True)
            interaction.followups.append(message)
    except ApiError as error:
        interaction.refused(error)
        raise
    interaction.settled = True
    shown = sim.world.shown(message, whole=True)
    interaction.note("followup", shown)
    return Reply(shown)


def fetch_answer(sim: Simulation, call: Call) -> Reply:
    return Reply(sim.world.shown(_chosen(sim, call, _answered(sim, call)), whole=True))


def edit_answer(sim: Simulation, call: Call) -> Reply:
    interaction = _answered(sim, call)
    message = _chosen(sim, call, interaction)
    try:
        posting.edit(sim, _channel(sim, interaction), message, call.body())
    except ApiError as error:
        interaction.refused(error)
        raise
    interaction.settled = True
    shown = sim.world.shown(message, whole=True)
    interaction.note("edit", shown)
    return Reply(shown)


def delete_answer(sim: Simulation, call: Call) -> Reply:
    interaction = _answered(sim, call)
    message = _chosen(sim, call, interaction)
    sim.world.delete_messages(_channel(sim, interaction), [message.id])
    interaction.settled = True
    interaction.note("delete")
    return NOTHING


def _answered(sim: Simulation, call: Call) -> Interaction:
    if call.number("application") != sim.application_id:
        raise ApiError(10015)
    return sim.interactions.answered(call.path["token"])


def _chosen(sim: Simulation, call: Call, interaction: Interaction) -> Message:
    """`@original`, or a message of the interaction by its id. ApiError 10008."""
    own = [one for one in (interaction.original, *interaction.followups) if one]
    wanted = call.path["message"]
    message = interaction.original if wanted == "@original" else next((o for o in own if str(o.id) == wanted), None)
    if message is None or message.id not in _channel(sim, interaction).messages:
        raise ApiError(10008)
    return message


def _original(interaction: Interaction) -> Message:
    if interaction.original is None:
        raise ApiError(10008)
    return interaction.original


def _channel(sim: Simulation, interaction: Interaction) -> Channel:
    """Where it was asked; the bot's own permissions there do not matter."""
    channel = sim.world.find_channel(interaction.channel_id)
    if channel is None:
        raise ApiError(10003)
    return channel


def _message(sim: Simulation, interaction: Interaction, data: Json, *, follows: bool = False) -> Message:
    ephemeral = Flag(data.get("flags") or 0) & Flag.EPHEMERAL
    message = posting.create(
        sim,
        _channel(sim, interaction),
        data,
        interaction=_metadata(sim, interaction),
        kind=MessageType.REPLY if follows else _type(interaction),
        ephemeral_to=interaction.user_id if ephemeral else None,
    )
    if message.type is MessageType.REPLY:
        earlier = interaction.original or interaction.source
        message.reference = (interaction.channel_id, earlier.id) if earlier else None
    return message


def _type(interaction: Interaction) -> MessageType:
    if interaction.asked is Asked.COMMAND:
        menu = interaction.name.startswith("menu:")
        return MessageType.CONTEXT_MENU_COMMAND if menu else MessageType.CHAT_INPUT_COMMAND
    return MessageType.REPLY if interaction.source else MessageType.DEFAULT


def _metadata(sim: Simulation, interaction: Interaction) -> Json:
    owners = {"0": str(interaction.guild_id)} if interaction.guild_id else {}
    return {
        "id": str(interaction.id),
        "type": int(interaction.asked),
        "user": payloads.user(sim.world.users[interaction.user_id]),
        "authorizing_integration_owners": owners,
    }


APPLICATION = r"/applications/{application:\d+}"
HOOK = r"/webhooks/{application:\d+}/{token}"
SAID = HOOK + r"/messages/{message:\d+|@original}"
ROUTES = [
    Route("GET", f"{APPLICATION}/commands", Kind.COMMANDS, list_commands),
    Route("PUT", f"{APPLICATION}/commands", Kind.COMMANDS, overwrite_commands),
    Route("GET", APPLICATION + r"/guilds/{guild:\d+}/commands", Kind.COMMANDS, list_commands),
    Route("PUT", APPLICATION + r"/guilds/{guild:\d+}/commands", Kind.COMMANDS, overwrite_commands),
    Route("POST", r"/interactions/{interaction:\d+}/{token}/callback", Kind.ANSWER, answer, free=True),
    Route("POST", HOOK, Kind.FOLLOWUP, follow_up, free=True),
    Route("GET", SAID, Kind.FOLLOWUP, fetch_answer, free=True),
    Route("PATCH", SAID, Kind.FOLLOWUP, edit_answer, free=True),
    Route("DELETE", SAID, Kind.FOLLOWUP, delete_answer, free=True),
]
