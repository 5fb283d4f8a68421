"""What a test sees of a simulated Slack: thin views of its JSON, which stays at hand as `json`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.simulators.slack import blocks
from tests.simulators.slack.model import Json


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now."""

    json: Json

    @property
    def ts(self) -> str:
        return str(self.json["ts"])

    @property
    def channel(self) -> str:
        return str(self.json["channel"])

    @property
    def author(self) -> str:
        """The name."""
        return str(self.json["author"])

    @property
    def text(self) -> str:
        """The top-level text, which screen readers read."""
        return str(self.json.get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.json.get("blocks") or [])

    @property
    def read(self) -> str:
        """All that people see: the blocks' texts a line each, or the text where there are no blocks."""
        return "\n".join(blocks.texts(self.blocks)) or self.text

    @property
    def buttons(self) -> dict[str, str]:
        """action_id by label."""
        found = [one for _, one in blocks.elements(self.blocks) if one["type"] == "button"]
        return {one["text"]["text"]: one["action_id"] for one in found}

    @property
    def metadata(self) -> Json | None:
        metadata: Json | None = self.json.get("metadata")
        return metadata

    @property
    def client_msg_id(self) -> str | None:
        identity: str | None = self.json.get("client_msg_id")
        return identity

    @property
    def thread_ts(self) -> str | None:
        thread: str | None = self.json.get("thread_ts")
        return thread

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in {None, self.ts}

    @property
    def pinged(self) -> list[str]:
        """Whom it notified: ids of users and groups, "channel", "here", "everyone"."""
        return list(self.json["pinged"])

    @property
    def pinned(self) -> bool:
        return bool(self.json["pinned"])

    @property
    def edited(self) -> str | None:
        when: str | None = self.json["edited"]
        return when

    @property
    def seen_by(self) -> str | None:
        """The only one who sees it, if it is ephemeral."""
        who: str | None = self.json["seen_by"]
        return who

    @property
    def created(self) -> datetime:
        return datetime.fromtimestamp(float(self.ts), UTC)

    @property
    def permalink(self) -> str:
        return str(self.json["permalink"])

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Names of people by name of emoji."""
        return dict(self.json["reactions"])


@dataclass(frozen=True, slots=True)
class View:
    """A form, or somebody's Home tab."""

    json: Json

    @property
    def id(self) -> str:
        return str(self.json["id"])

    @property
    def title(self) -> str:
        return str((self.json.get("title") or {}).get("text", ""))

    @property
    def read(self) -> str:
        """The texts of its blocks, a line each."""
        return "\n".join(blocks.texts(self.json["blocks"]))

    @property
    def buttons(self) -> dict[str, str]:
        """action_id by label."""
        found = [one for _, one in blocks.elements(self.json["blocks"]) if one["type"] == "button"]
        return {one["text"]["text"]: one["action_id"] for one in found}

    @property
    def fields(self) -> dict[str, Json]:
        """What is filled in, by action_id, as Slack reports it."""
        return {name: value for block in self.json["state"]["values"].values() for name, value in block.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered to an interaction, as the person saw it."""

    json: Json

    @property
    def failed(self) -> bool:
        """It was not acknowledged in time."""
        return bool(self.json["failed"])

    @property
    def elapsed(self) -> float:
        """Seconds from asking to the acknowledgement."""
        assert self.json["elapsed"] is not None, f"{self.json['name']} was never acknowledged"
        return float(self.json["elapsed"])

    @property
    def ack(self) -> Any:
        """The payload of the acknowledgement."""
        return self.json["ack"]

    @property
    def steps(self) -> list[str]:
        """What was shown, one after the other: ephemeral, message, update, delete, direct, modal, view, home, ..."""
        return [str(one["what"]) for one in self.json["steps"]]

    @property
    def refusals(self) -> list[str]:
        """What Slack did not take as an answer."""
        return list(self.json["refusals"])

    @property
    def errors(self) -> dict[str, str]:
        """Of a form that was not taken, by block_id."""
        return dict((self.ack or {}).get("errors") or {})

    @property
    def options(self) -> list[Json]:
        """What was suggested for an external select."""
        return list((self.ack or {}).get("options") or [])

    @property
    def shown(self) -> Message:
        """The last message that was shown or changed."""
        found = [one["message"] for one in self.json["steps"] if one["message"]]
        assert found, f"{self.json['name']} showed no message: {self.json['steps']} {self.json['refusals']}"
        return Message(found[-1])

    @property
    def messages(self) -> list[Message]:
        """All that were shown or changed."""
        return [Message(one["message"]) for one in self.json["steps"] if one["message"]]

    @property
    def text(self) -> str:
        """All that can be read in `shown`."""
        return self.shown.read

    @property
    def ephemeral(self) -> bool:
        return self.shown.seen_by is not None

    @property
    def buttons(self) -> dict[str, str]:
        return self.shown.buttons

    @property
    def view(self) -> View:
        """The last form or home that was shown or changed."""
        found = [one["view"] for one in self.json["steps"] if one["view"]]
        assert found, f"{self.json['name']} showed no form: {self.json['steps']} {self.json['refusals']}"
        return View(found[-1])


@dataclass(frozen=True, slots=True)
class State:
    """Everything, or the numbers alone."""

    json: Json

    def __getitem__(self, key: str) -> Any:
        return self.json[key]

    @property
    def connected(self) -> int:
        """How many sockets there are."""
        return int(self.json["connected"])

    @property
    def late(self) -> int:
        """How many writes are yet to come."""
        return int(self.json["late"])

    @property
    def rate_limited(self) -> int:
        """How many answers were 429."""
        return int(self.json["rate_limited"])

    @property
    def under_way(self) -> int:
        """How many events are neither acknowledged nor given up."""
        return int(self.json["events_under_way"])

    def team(self, name: str | None = None) -> Json:
        """A workspace by its name, domain or id; the first one without."""
        found = [one for one in self.json["teams"] if name in {None, one["name"], one["domain"], one["id"]}]
        assert found, f"there is no workspace {name!r}"
        team: Json = found[0]
        return team

    @property
    def team_id(self) -> str:
        """Of the first workspace."""
        return str(self.team()["id"])

    def token(self, team: str | None = None) -> str:
        """The bot's."""
        return str(self.team(team)["token"])

    def channel(self, name: str) -> Json:
        """By name or id; `harbour/reading` in another workspace than the first."""
        place, slash, bare = name.rpartition("/")
        for team in [self.team(place)] if slash else self.json["teams"]:
            for one in team["channels"]:
                if bare in {one["name"], one["id"]}:
                    channel: Json = one
                    return channel
        raise AssertionError(f"there is no channel {name!r}")

    def channel_id(self, name: str) -> str:
        return str(self.channel(name)["id"])

    def user_id(self, name: str) -> str:
        place, _, bare = name.rpartition("/")
        return str(self.team(place or None)["users"][bare])

    @property
    def messages(self) -> list[Message]:
        """Of all channels, oldest first."""
        found = [one for team in self.json["teams"] for channel in team["channels"] for one in channel["messages"]]
        return sorted(map(Message, found), key=lambda one: one.ts)
