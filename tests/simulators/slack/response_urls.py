"""Answers to an interaction: in its acknowledgement, or by its response_url."""

from tests.simulators.slack import posting
from tests.simulators.slack.interactions import Asked, Interaction
from tests.simulators.slack.model import Json
from tests.simulators.slack.problems import SlackError
from tests.simulators.slack.simulation import Simulation


def respond(sim: Simulation, key: str, body: Json) -> None:
    """A post to a response_url. SlackError no_such_url, expired_url, used_url, or what is wrong with the message."""
    asked = sim.interactions.of_url(key)
    try:
        show(sim, asked, body)
    except SlackError as error:
        asked.refused(error)
        raise


def show(sim: Simulation, asked: Interaction, body: Json) -> None:
    """What an answer does: a message to the asker or to the channel, or a change of the message it came from."""
    source = asked.source
    if source and _is_true(body.get("delete_original")):
        sim.world.delete_message(source)
        asked.note("delete", message=posting.shown(sim, source))
        return
    if source and _replaces(asked, body):
        posting.edit(sim, source, {"text": "", "blocks": [], **body})
        asked.note("update", message=posting.shown(sim, source))
        return
    team = sim.world.teams[asked.team]
    assert asked.channel is not None
    channel = team.channels[asked.channel]
    public = body.get("response_type") == "in_channel"
    message = posting.create(sim, team, channel, _flags(body), seen_by=None if public else asked.user)
    if public:
        asked.note("message", message=posting.shown(sim, message))


def _replaces(asked: Interaction, body: Json) -> bool:
    """A press is answered in place of its message unless told otherwise, whoever sees it; nothing else is."""
    said = body.get("replace_original")
    return asked.asked is Asked.PRESS and (said is None or _is_true(said))


def _is_true(value: object) -> bool:
    return value is True or value == "true"


def _flags(body: Json) -> Json:
    return {key: value for key, value in body.items() if key not in {"response_type", "replace_original"}}
