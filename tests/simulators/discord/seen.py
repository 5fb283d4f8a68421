"""What a test sees of a simulated Discord: thin views of its JSON, which stays at hand as `json`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.simulators.discord import components
from tests.simulators.discord.model import Flag, Json


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now."""

    json: Json

    @property
    def id(self) -> str:
        return str(self.json["id"])

    @property
    def channel(self) -> str:
        return str(self.json["channel"])

    @property
    def author(self) -> str:
        """The name."""
        return str(self.json["author"])

    @property
    def content(self) -> str:
        return str(self.json["content"])

    @property
    def embeds(self) -> list[Json]:
        return list(self.json["embeds"])

    @property
    def components(self) -> list[Json]:
        return list(self.json["components"])

    @property
    def text(self) -> str:
        """All that can be read: content, embeds and text displays, in this order."""
        parts: list[str | None] = [self.content]
        for embed in self.embeds:
            footer, author = embed.get("footer") or {}, embed.get("author") or {}
            parts += [author.get("name"), embed.get("title"), embed.get("description")]
            parts += [field[key] for field in embed.get("fields") or [] for key in ("name", "value")]
            parts.append(footer.get("text"))
        return "\n".join(part for part in [*parts, *components.texts(self.components)] if part)

    @property
    def buttons(self) -> dict[str, str]:
        """Custom id, or address of a link, by label."""
        found = [part for part in components.walk(self.components) if part["type"] == components.Kind.BUTTON]
        return {part.get("label") or "": part.get("custom_id") or part["url"] for part in found}

    @property
    def nonce(self) -> str | int | None:
        nonce: str | int | None = self.json["nonce"]
        return nonce

    @property
    def pinged(self) -> list[str]:
        """Whom it notified: ids of users and roles, "everyone", "here"."""
        return list(self.json["pinged"])

    @property
    def pinned(self) -> bool:
        return bool(self.json["pinned"])

    @property
    def flags(self) -> Flag:
        return Flag(self.json["flags"])

    @property
    def type(self) -> str:
        """`default`, `reply`, `pinned`, `thread_starter`, `chat_input_command`, ..."""
        return str(self.json["type"])

    @property
    def seen_by(self) -> str | None:
        """The name of the only one who sees it, if it is ephemeral."""
        who: str | None = self.json["seen_by"]
        return who

    @property
    def thread(self) -> str | None:
        number: str | None = self.json["thread"]
        return number

    @property
    def created(self) -> datetime:
        return datetime.fromisoformat(self.json["created"])

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Names by emoji, normal and burst together and each person once."""
        return {one["emoji"]: list(dict.fromkeys(one["normal"] + one["burst"])) for one in self.json["reactions"]}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered to an interaction, as the person saw it."""

    json: Json

    @property
    def failed(self) -> bool:
        """There was no answer in time."""
        return bool(self.json["failed"])

    @property
    def elapsed(self) -> float:
        """Seconds from asking to the first answer."""
        assert self.json["elapsed"] is not None, f"{self.json['name']} was never answered: {self.json['refusals']}"
        return float(self.json["elapsed"])

    @property
    def ephemeral(self) -> bool:
        return bool(self.json["ephemeral"])

    @property
    def deferred(self) -> bool:
        return bool(self.json["deferred"])

    @property
    def choices(self) -> list[Json]:
        """Of an autocomplete: `name` and `value`."""
        return list(self.json["choices"])

    @property
    def modal(self) -> Json:
        """The form that was opened."""
        modal: Json | None = self.json["modal"]
        assert modal is not None, f"{self.json['name']} opened no form: {self.json['steps']}"
        return modal

    @property
    def shown(self) -> Json:
        """The last message that was shown or edited, as the API has it."""
        found: list[Any] = [step["message"] for step in self.json["steps"] if step["message"]]
        assert found, f"{self.json['name']} showed no message: {self.json['steps']} {self.json['refusals']}"
        message: Json = found[-1]
        return message

    @property
    def text(self) -> str:
        """All that can be read in `shown`."""
        return Message(self.shown).text

    @property
    def buttons(self) -> dict[str, str]:
        return Message(self.shown).buttons

    @property
    def message_id(self) -> str:
        """Of the message in `shown`."""
        return str(self.shown["id"])

    @property
    def followups(self) -> list[str]:
        """The ids of the messages after the first."""
        return list(self.json["followups"])


@dataclass(frozen=True, slots=True)
class State:
    """Everything, or the numbers alone."""

    json: Json

    def __getitem__(self, key: str) -> Any:
        return self.json[key]

    @property
    def identifies(self) -> int:
        return len(self.json["identifies"])

    @property
    def rate_limited(self) -> int:
        """How many answers were 429."""
        return int(self.json["rate_limited"])

    @property
    def late(self) -> int:
        """How many writes are yet to come."""
        return int(self.json["late"])

    @property
    def connected(self) -> int:
        """How many gateway sessions have a connection."""
        return int(self.json["connected"])

    def channel(self, name: str) -> Json:
        """A channel or thread by its name or id."""
        found = [one for one in self.json["channels"] if name in {one["name"], one["id"]}]
        assert found, f"there is no channel {name!r}"
        channel: Json = found[0]
        return channel

    def channel_id(self, name: str) -> str:
        return str(self.channel(name)["id"])

    def user_id(self, name: str) -> str:
        return str(self.json["users"][name])

    @property
    def guild_id(self) -> str:
        """Of the first guild."""
        return str(self.json["guilds"][0]["id"])

    @property
    def messages(self) -> list[Message]:
        """Of all channels, oldest first."""
        found = [Message(one) for channel in self.json["channels"] for one in channel["messages"]]
        return sorted(found, key=lambda one: int(one.id))
