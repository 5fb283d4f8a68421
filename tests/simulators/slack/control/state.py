"""The whole state of a simulation as JSON."""

from tests.simulators.slack import payloads, town
from tests.simulators.slack.control import lookup
from tests.simulators.slack.control.asking import shown as shown_interaction
from tests.simulators.slack.control.lookup import Verb
from tests.simulators.slack.model import Channel, Json, Message, Team
from tests.simulators.slack.simulation import Simulation


def whole(sim: Simulation) -> Json:
    """Everything but the log of requests and deliveries; see those."""
    return {
        **counts(sim),
        "app": {
            "id": town.APP_ID,
            "client_id": sim.app.client_id,
            "client_secret": sim.app.client_secret,
            "signing_secret": sim.webhooks.signing_secret,
            "scopes": sim.app.scopes,
            "events": sorted(sim.courier.subscribed),
        },
        "teams": [_team(one) for one in sim.world.teams.values()],
        "interactions": [shown_interaction(sim, one) for one in sim.interactions.all.values()],
    }


def counts(sim: Simulation) -> Json:
    """The numbers alone."""
    channels = [one for team in sim.world.teams.values() for one in team.channels.values()]
    return {
        "request_count": len(sim.requests),
        "rate_limited": sim.limits.refused,
        "late": sim.late,
        "faults_left": sim.faults.left,
        "connected": len(sim.sockets.listening),
        "opened": sim.sockets.opened,
        "handshakes": sim.sockets.handshakes,
        "dead_handshakes": sim.sockets.dead_handshakes,
        "deliveries": len(sim.courier.log),
        "events_under_way": sim.courier.under_way,
        "message_count": sum(not one.seen_by for channel in channels for one in channel.messages.values()),
    }


def messages(sim: Simulation, *, channel: str) -> Json:
    """Those of one channel with their threads, oldest first; ephemeral ones too."""
    place = lookup.channel(sim, channel)
    team = sim.world.team_of(place)
    return {"messages": [_message(team, one) for one in place.messages.values()]}


def requests(sim: Simulation, *, method: str | None = None, start: int = 0) -> Json:
    """The log from its `start`-th line on; of one method, or of all."""
    return {"requests": [one.shown() for one in sim.requests[start:] if method in {None, one.method}]}


def deliveries(sim: Simulation, *, name: str | None = None) -> Json:
    """Every attempt to tell the app something; of one event, command or interaction, or of all."""
    return {"deliveries": [one.shown() for one in sim.courier.log if name in {None, one.name}]}


def _team(one: Team) -> Json:
    install = one.install
    return {
        "id": one.id,
        "name": one.name,
        "domain": one.domain,
        "url": payloads.url(one),
        "bot": one.bot.id,
        "bot_id": one.bot_id,
        "token": install.token if install else None,
        "ended": install.ended if install else None,
        "scopes": install.scopes if install else [],
        "users": {user.name: user.id for user in one.users.values()},
        "channels": [_channel(one, channel) for channel in one.channels.values()],
        "homes": {one.users[who].name: view.body for who, view in one.homes.items()},
        "gone": [_message(one, message) for message in one.gone],
    }


def _channel(team: Team, one: Channel) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind.value,
        "archived": one.archived,
        "topic": one.topic,
        "members": [team.users[who].name for who in one.members],
        "messages": [_message(team, each) for each in one.messages.values()],
        "deleted": [_message(team, each) for each in one.deleted],
    }


def _message(team: Team, one: Message) -> Json:
    return {
        "ts": one.ts,
        "channel": one.channel,
        "author": team.users[one.user].name,
        "text": one.text,
        "blocks": one.blocks,
        "metadata": one.metadata,
        "client_msg_id": one.client_msg_id,
        "thread_ts": one.thread_ts,
        "broadcast": one.broadcast,
        "unfurl_links": one.unfurl_links,
        "unfurl_media": one.unfurl_media,
        "edited": one.edited,
        "pinned": one.pinned is not None,
        "pinged": one.pinged,
        "seen_by": team.users[one.seen_by].name if one.seen_by else None,
        "reactions": {name: [team.users[who].name for who in users] for name, users in one.reactions.items()},
        "permalink": payloads.permalink(one, team),
    }


VERBS: dict[str, Verb] = {"messages": messages, "requests": requests, "deliveries": deliveries, "counts": counts}
