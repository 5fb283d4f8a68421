"""The tests' side of a simulated Discord: what people do there, what goes wrong, and what there is to see.

async with running_discord() as discord:
    posted = (await discord.messages("reading"))[-1]
    await discord.react("reading", posted.id, "🌱", user="ada")
    asked = await discord.slash("seedbed setup", {"time": "09:00"}, channel="reading", user="organiser")
    assert "09:00" in (await discord.answer(asked)).text

Every verb gives a Call: awaited, or without a loop `.now()`, it is done. What is not possible is an AssertionError with
a sentence. Names stand for ids wherever they are clear; "last" is a channel's newest message, "@ada" the direct channel
of the bot with ada.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from tests.simulators.calls import Call, Json, T, field, until
from tests.simulators.discord.seen import Answer, Message, State
from tests.simulators.discord.town import TOKEN
from tests.simulators.process import simulator, simulator_process

__all__ = ["MODULE", "Discord", "discord_process", "running_discord", "until"]
MODULE = "tests.simulators.discord"
Name = str | int


class Discord:
    """One simulator. `api` and `gateway` are what a bot is configured with, `token` is the bot's."""

    def __init__(self, base: str, token: str = TOKEN) -> None:
        self.base = base
        self.api = f"{base}/api/v10"
        self.gateway = f"{base.replace('http', 'ws', 1)}/gateway"
        self.token = token

    # ---- what there is to see ----

    def state(self) -> Call[State]:
        """Everything."""
        return Call(self.base, None, State)

    def counts(self) -> Call[State]:
        """The numbers alone, for when there is much of everything else."""
        return self._ask("counts", State)

    def messages(self, channel: Name) -> Call[list[Message]]:
        """Of one channel or thread, oldest first; those of the platform and ephemeral ones among them."""
        return self._ask("messages", lambda found: [Message(one) for one in found["messages"]], channel=channel)

    def requests(self, kind: str | None = None, *, start: int = 0) -> Call[list[Json]]:
        """The log of REST requests: method, route, path, kind, bucket, time, status, took."""
        return self._ask("requests", field("requests"), kind=kind, start=start)

    # ---- what people do ----

    def person(self, name: str, *, takes_messages: bool = True) -> Call[str]:
        """Somebody joins the guild; the id."""
        return self._ask("person", field("id"), name=name, takes_messages=takes_messages)

    def post(self, channel: Name, content: str, *, user: Name = "ada") -> Call[str]:
        """Somebody writes; the message's id."""
        return self._ask("post", field("id"), channel=channel, content=content, user=user)

    def react(self, channel: Name, message: Name, emoji: str, *, user: Name = "ada", burst: bool = False) -> Call[None]:
        """`🌱`, or `:seedling:` for the guild's own emoji."""
        return self._do("react", channel=channel, message=message, emoji=emoji, user=user, burst=burst)

    def unreact(
        self, channel: Name, message: Name, emoji: str, *, user: Name = "ada", burst: bool = False
    ) -> Call[None]:
        return self._do("unreact", channel=channel, message=message, emoji=emoji, user=user, burst=burst)

    def clear(self, channel: Name, message: Name) -> Call[None]:
        """A moderator removes all reactions."""
        return self._do("clear", channel=channel, message=message)

    def clear_emoji(self, channel: Name, message: Name, emoji: str) -> Call[None]:
        return self._do("clear_emoji", channel=channel, message=message, emoji=emoji)

    def delete_message(self, channel: Name, *messages: Name) -> Call[None]:
        """A moderator deletes one, or several at once."""
        return self._do("delete_message", channel=channel, messages=list(messages))

    def takes_messages(self, user: Name, *, yes: bool) -> Call[None]:
        """Whether somebody lets the bot write to them."""
        return self._do("takes_messages", user=user, yes=yes)

    # ---- how they talk to the bot: each gives the id of the interaction ----

    def slash(
        self,
        command: str,
        options: Json | None = None,
        *,
        channel: Name = "reading",
        user: Name = "ada",
        locale: str = "en-US",
    ) -> Call[str]:
        """A command by its words, `seedbed setup`, and its options by name."""
        words = {"command": command, "options": options or {}, "channel": channel, "user": user, "locale": locale}
        return self._ask("slash", field("interaction"), **words)

    def autocomplete(
        self,
        command: str,
        options: Json,
        *,
        focused: str,
        channel: Name = "reading",
        user: Name = "ada",
        locale: str = "en-US",
    ) -> Call[str]:
        """Somebody types in the option `focused`."""
        words = {"command": command, "options": options, "channel": channel, "user": user, "locale": locale}
        return self._ask("autocomplete", field("interaction"), focused=focused, **words)

    def message_menu(
        self, command: str, channel: Name, message: Name, *, user: Name = "ada", locale: str = "en-US"
    ) -> Call[str]:
        """A command from the menu of a message."""
        words = {"command": command, "channel": channel, "message": message, "user": user, "locale": locale}
        return self._ask("message_menu", field("interaction"), **words)

    def press(
        self,
        channel: Name,
        message: Name,
        custom_id: str,
        *,
        user: Name = "ada",
        values: list[str] | None = None,
        locale: str = "en-US",
    ) -> Call[str]:
        """A button by its custom id or label; a select with `values`."""
        words = {"channel": channel, "message": message, "custom_id": custom_id, "user": user, "locale": locale}
        return self._ask("press", field("interaction"), values=values, **words)

    def submit(self, interaction: Name, values: Json | None = None) -> Call[str]:
        """Send off the form that an interaction opened; what is not in `values` stays as it was prefilled."""
        return self._ask("submit", field("interaction"), interaction=interaction, values=values)

    def answer(self, interaction: Name, *, seconds: float = 10.0, acknowledged: bool = False) -> Call[Answer]:
        """What the bot answered, once that is final, or (`acknowledged`) there is anything. AssertionError if not."""
        until = "acknowledged" if acknowledged else "final"

        def read(found: Json) -> Answer:
            come = found["final"] or (acknowledged and found["acknowledged"])
            assert come, f"no answer to {found['name']} in {seconds} s; so far: {found['steps']} {found['refusals']}"
            return Answer(found)

        return self._ask("answer", read, interaction=interaction, seconds=seconds, until=until)

    # ---- what organisers do ----

    def create_channel(self, name: str, kind: str = "text", **more: Any) -> Call[str]:
        """`kind` is text, announcement, forum or category; `tags` and `needs_tag` are a forum's. The id."""
        return self._ask("create_channel", field("id"), name=name, kind=kind, **more)

    def channels(self, count: int, *, prefix: str = "room") -> Call[list[str]]:
        """So many more text channels, without events; their ids."""
        return self._ask("channels", field("ids"), count=count, prefix=prefix)

    def change_channel(self, channel: Name, **changes: Any) -> Call[None]:
        """`name`, `topic`, `slowmode` (s), `needs_tag`; of a thread also `archived` and `locked`."""
        return self._do("change_channel", channel=channel, **changes)

    def delete_channel(self, channel: Name) -> Call[None]:
        return self._do("delete_channel", channel=channel)

    def permit(self, *permissions: str, channel: Name | None = None, user: Name | None = None) -> Call[None]:
        """Give the bot (or `user`) permissions, in one channel or in the whole guild."""
        return self._do("permit", permissions=list(permissions), channel=channel, user=user)

    def forbid(self, *permissions: str, channel: Name | None = None, user: Name | None = None) -> Call[None]:
        """Take permissions from the bot (or `user`), in one channel or in the whole guild."""
        return self._do("forbid", permissions=list(permissions), channel=channel, user=user)

    def overwrite(self, channel: Name, *, role: str | None = None, **bits: list[str]) -> Call[None]:
        """`allow` and `deny` for a role (or @everyone) in a channel."""
        return self._do("overwrite", channel=channel, role=role, **bits)

    def role(self, user: Name, name: str, *, given: bool = True) -> Call[None]:
        """Give somebody a role ("Organisers", "Readers", "seedbed"), or take it."""
        return self._do("role", user=user, name=name, given=given)

    def remove_guild(self, guild: Name | None = None) -> Call[None]:
        """The bot is removed from the guild."""
        return self._do("remove_guild", guild=guild)

    def add_guild(self, name: str | None = None) -> Call[str]:
        """The bot is added to a new guild, or to one that it was removed from; the id."""
        return self._ask("add_guild", field("id"), name=name)

    def guild_settings(self, **settings: Any) -> Call[None]:
        """`max_active_threads` and `blocked_words`."""
        return self._do("guild_settings", **settings)

    # ---- what goes wrong ----

    def fault(self, *steps: str | tuple[str, float], kind: str = "any", channel: Name | None = None) -> Call[None]:
        """What becomes of the next requests of a kind, one by one; see faults.py for both."""
        return self._do("fault", steps=list(steps), kind=kind, channel=channel)

    def reset(self) -> Call[None]:
        """Everything is as in a new simulator."""
        return self._do("reset")

    def no_faults(self) -> Call[None]:
        return self._do("no_faults")

    def tune(self, **settings: Any) -> Call[None]:
        """`nonce_window`, `latency` (ms), `clock` (s ahead), `interaction_deadline` and more; see weather.py."""
        return self._do("tune", **settings)

    def limit(self, count: int | None, seconds: float = 1.0, *, kind: str | None = None) -> Call[None]:
        """The rate limit of a kind of request, or the global one; None lifts it, with "any" those of all kinds."""
        return self._do("limit", count=count, seconds=seconds, kind=kind)

    def drop(self, *, resumable: bool = True, code: int | None = None) -> Call[int]:
        """Every gateway connection ends: breaks, or is closed with a code."""
        return self._ask("drop", field("dropped"), resumable=resumable, code=code)

    def invalid_session(self, *, resumable: bool = False) -> Call[int]:
        return self._ask("invalid_session", field("told"), resumable=resumable)

    def reconnect(self) -> Call[int]:
        """The gateway asks everybody to connect anew."""
        return self._ask("reconnect", field("told"))

    def refuse_gateway(self, count: int, *, by_reset: bool = False) -> Call[None]:
        """The next connections are answered 503, or broken."""
        return self._do("refuse_gateway", count=count, by_reset=by_reset)

    def send_frame(self, frame: Json | None = None) -> Call[int]:
        """A frame to everybody; without one, an event that discord.py cannot parse."""
        return self._ask("send_frame", field("told"), frame=frame)

    def hold_events(self, *, held: bool = True) -> Call[None]:
        """Events are kept back until they are let go."""
        return self._do("hold_events", held=held)

    def _ask(self, verb: str, read: Callable[[Json], T], **arguments: Any) -> Call[T]:
        return Call(self.base, {"do": verb, **arguments}, read)

    def _do(self, verb: str, **arguments: Any) -> Call[None]:
        return self._ask(verb, lambda _: None, **arguments)


@asynccontextmanager
async def running_discord() -> AsyncIterator[Discord]:
    """A simulator of one's own."""
    async with simulator(MODULE) as base:
        yield Discord(base)


@contextmanager
def discord_process() -> Iterator[Discord]:
    """A simulator of one's own, for tests without an event loop."""
    with simulator_process(MODULE) as base:
        yield Discord(base)
