"""The tests' side of a simulated Slack: what people do there, what goes wrong, and what there is to see.

async with running_slack() as slack:
    posted = (await slack.messages("reading"))[-1]
    await slack.react("reading", posted.ts, "🌱", user="ada")
    asked = await slack.slash("/seedbed", "setup", channel="reading", user="organiser")
    form = (await slack.answer(asked)).view
    sent = await slack.submit(form.id, {"time": "09:00"})
    assert "09:00" in (await slack.answer(sent)).text

Every verb gives a Call: awaited, or without a loop `.now()`, it is done. What is not possible is an AssertionError with
a sentence. Names stand for ids wherever they are clear, `harbour/reading` for a name in another workspace than the
first; "last" is a channel's newest message, "@ada" the direct channel of the bot with ada.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from tests.simulators.calls import Call, Json, T, field, until
from tests.simulators.process import simulator, simulator_process
from tests.simulators.slack import town
from tests.simulators.slack.seen import Answer, Message, State, View

__all__ = ["MODULE", "Slack", "running_slack", "slack_process", "until"]
MODULE = "tests.simulators.slack"


class Slack:
    """One simulator. `api` is the base_url of a client; the tokens and secrets are what a bot is configured with."""

    token = town.TOKEN  # of the bot, in the first workspace
    app_token = town.APP_TOKEN
    signing_secret = town.SIGNING_SECRET
    client_id = town.CLIENT_ID
    client_secret = town.CLIENT_SECRET

    def __init__(self, base: str) -> None:
        self.base = base
        self.api = f"{base}/api/"

    # ---- what there is to see ----

    def state(self) -> Call[State]:
        """Everything."""
        return Call(self.base, None, State)

    def counts(self) -> Call[State]:
        """The numbers alone, for when there is much of everything else."""
        return self._ask("counts", State)

    def messages(self, channel: str) -> Call[list[Message]]:
        """Of one channel with its threads, oldest first; ephemeral ones among them."""
        return self._ask("messages", lambda found: [Message(one) for one in found["messages"]], channel=channel)

    def requests(self, method: str | None = None, *, start: int = 0) -> Call[list[Json]]:
        """The log: verb, method, team, channel, arguments (without secrets), time, status, error, took."""
        return self._ask("requests", field("requests"), method=method, start=start)

    def deliveries(self, name: str | None = None) -> Call[list[Json]]:
        """Every attempt to tell the app: kind, name, event_id, attempt, time, acknowledged (or None so far)."""
        return self._ask("deliveries", field("deliveries"), name=name)

    # ---- what people do ----

    def person(self, name: str, *, team: str | None = None, admin: bool = False, owner: bool = False) -> Call[str]:
        """Somebody joins the workspace; the id."""
        return self._ask("person", field("id"), name=name, team=team, admin=admin, owner=owner)

    def change_person(self, user: str, **changes: Any) -> Call[None]:
        """`admin`, `tz`, `locale`."""
        return self._do("change_person", user=user, **changes)

    def post(self, channel: str, text: str, *, user: str = "ada", thread: str | None = None) -> Call[str]:
        """Somebody writes; the message's ts."""
        return self._ask("post", field("ts"), channel=channel, text=text, user=user, thread=thread)

    def react(self, channel: str, message: str, emoji: str, *, user: str = "ada") -> Call[str]:
        """`🌱`, `thumbsup`, `:+1:` or `+1::skin-tone-3`; its name at Slack."""
        return self._ask("react", field("name"), channel=channel, message=message, emoji=emoji, user=user)

    def unreact(self, channel: str, message: str, emoji: str, *, user: str = "ada") -> Call[None]:
        return self._do("unreact", channel=channel, message=message, emoji=emoji, user=user)

    def pin(self, channel: str, message: str, *, user: str = "organiser", pinned: bool = True) -> Call[None]:
        """Somebody pins a message, or takes it off."""
        return self._do("pin", channel=channel, message=message, user=user, pinned=pinned)

    def edit_message(self, channel: str, message: str, text: str) -> Call[None]:
        return self._do("edit_message", channel=channel, message=message, text=text)

    def delete_message(self, channel: str, *messages: str) -> Call[None]:
        """An admin deletes them."""
        return self._do("delete_message", channel=channel, messages=list(messages))

    # ---- how they talk to the bot: each gives the id of the interaction ----

    def slash(self, command: str, text: str = "", *, channel: str = "reading", user: str = "ada") -> Call[str]:
        return self._ask("slash", field("interaction"), command=command, text=text, channel=channel, user=user)

    def press(self, channel: str, message: str, action: str, *, user: str = "ada", value: Any = None) -> Call[str]:
        """A button of a message by its action_id or label; another element with a value."""
        words = {"channel": channel, "message": message, "action": action, "user": user, "value": value}
        return self._ask("press", field("interaction"), **words)

    def press_view(self, view: str, action: str, *, value: Any = None) -> Call[str]:
        """The same in a form or Home tab, which is its view's id, or the interaction that opened it."""
        return self._ask("press_view", field("interaction"), view=view, action=action, value=value)

    def shortcut(self, callback: str, *, user: str = "ada", team: str | None = None) -> Call[str]:
        """A global shortcut by its callback_id."""
        return self._ask("shortcut", field("interaction"), callback=callback, user=user, team=team)

    def message_shortcut(self, callback: str, channel: str, message: str, *, user: str = "ada") -> Call[str]:
        """A shortcut from the menu of a message."""
        words = {"callback": callback, "channel": channel, "message": message, "user": user}
        return self._ask("message_shortcut", field("interaction"), **words)

    def submit(self, view: str, values: Json | None = None) -> Call[str]:
        """Send off a form; values by action_id, block_id or label, and what is not among them stays as it is."""
        return self._ask("submit", field("interaction"), view=view, values=values)

    def close(self, view: str, *, all_of_it: bool = False) -> Call[str]:
        """Close a form without sending it off."""
        return self._ask("close", field("interaction"), view=view, all_of_it=all_of_it)

    def suggest(self, view: str, action: str, text: str) -> Call[str]:
        """Type into an external select."""
        return self._ask("suggest", field("interaction"), view=view, action=action, text=text)

    def open_home(self, *, user: str = "ada", team: str | None = None) -> Call[str]:
        """Somebody opens the app's Home tab."""
        return self._ask("open_home", field("interaction"), user=user, team=team)

    def home(self, *, user: str = "ada", team: str | None = None) -> Call[View | None]:
        """What stands in somebody's Home tab."""
        return self._ask("home", lambda found: View(found["view"]) if found["view"] else None, user=user, team=team)

    def answer(self, interaction: str, *, seconds: float = 10.0, steps: int = 1) -> Call[Answer]:
        """What the bot answered, once it is acknowledged and so many `steps` were shown. AssertionError if not.

        With no steps the acknowledgement is enough. Without an acknowledgement in time the answer has `failed`.
        """

        def read(found: Json) -> Answer:
            come = found["failed"] or (found["acknowledged"] and len(found["steps"]) >= steps)
            assert come, f"no answer to {found['name']} in {seconds} s; so far: {found['steps']} {found['refusals']}"
            return Answer(found)

        return self._ask("answer", read, interaction=interaction, seconds=seconds, steps=steps)

    # ---- what organisers do ----

    def create_channel(
        self, name: str, *, team: str | None = None, private: bool = False, bot: bool = True
    ) -> Call[str]:
        """With everybody in it, and the bot unless it is said; the id."""
        return self._ask("create_channel", field("id"), name=name, team=team, private=private, bot=bot)

    def channels(self, count: int, *, prefix: str = "room", team: str | None = None) -> Call[list[str]]:
        """So many more, without events; their ids."""
        return self._ask("channels", field("ids"), count=count, prefix=prefix, team=team)

    def change_channel(self, channel: str, **changes: Any) -> Call[None]:
        """`name`, `topic`, and `refuses`: the error that posting gets, "" for none."""
        return self._do("change_channel", channel=channel, **changes)

    def archive(self, channel: str, *, archived: bool = True) -> Call[None]:
        return self._do("archive", channel=channel, archived=archived)

    def delete_channel(self, channel: str) -> Call[None]:
        return self._do("delete_channel", channel=channel)

    def invite(self, channel: str, who: str | None = None) -> Call[None]:
        """The bot, or somebody."""
        return self._do("invite", channel=channel, who=who)

    def kick(self, channel: str, who: str | None = None) -> Call[None]:
        """The bot, or somebody."""
        return self._do("kick", channel=channel, who=who)

    # ---- workspaces, and the app in them ----

    def add_team(self, name: str, *, install: bool = False) -> Call[Json]:
        """Another workspace with the same people and channels, without the app unless it is said; `id` and `token`."""
        return self._ask("add_team", lambda found: found, name=name, install=install)

    def consent(self, address: str, *, team: str | None = None, user: str = "owner", denied: bool = False) -> Call[str]:
        """Somebody sent to `address` (the consent page) allows the app; the address their browser goes to next."""
        words = {"address": address, "team": team, "user": user, "denied": denied}
        return self._ask("consent", field("address"), **words)

    def uninstall(self, team: str | None = None, *, revoked_first: bool = False) -> Call[None]:
        """Remove the app: app_uninstalled, then tokens_revoked, or the other way round."""
        return self._do("uninstall", team=team, revoked_first=revoked_first)

    def revoke(self, team: str | None = None, *, error: str = "token_revoked", tell: bool = True) -> Call[None]:
        """The bot's token answers an error from now on."""
        return self._do("revoke", team=team, error=error, tell=tell)

    def reinstall(self, team: str | None = None, *, token: str | None = None) -> Call[str]:
        """Install the app again from its settings page; the token, which is the same as before unless given."""
        return self._ask("reinstall", field("token"), team=team, token=token)

    def grant(self, *scopes: str, team: str | None = None) -> Call[None]:
        return self._do("grant", scopes=list(scopes), team=team)

    def revoke_scope(self, *scopes: str, team: str | None = None) -> Call[None]:
        return self._do("revoke_scope", scopes=list(scopes), team=team)

    def configure(
        self, *, scopes: list[str] | None = None, events: list[str] | None = None, apply: bool = True
    ) -> Call[None]:
        """The app as its manifest has it; `apply` changes the scopes of installations too."""
        return self._do("configure", scopes=scopes, events=events, apply=apply)

    def app_token_is(self, *, good: bool) -> Call[None]:
        return self._do("app_token", good=good)

    def use_http(
        self, events: str, *, interactive: str | None = None, commands: str | None = None, verify: bool = True
    ) -> Call[None]:
        """Deliver to these addresses, the others the same as the first; it has to answer the challenge."""
        words = {"interactive": interactive, "commands": commands, "verify": verify}
        return self._do("use_http", events=events, **words)

    def use_sockets(self) -> Call[None]:
        return self._do("use_sockets")

    # ---- what goes wrong ----

    def fault(
        self, *steps: str | tuple[str, float | str], method: str = "any", channel: str | None = None
    ) -> Call[None]:
        """The next requests of a method: "drop_after", ("late", seconds), ("refused", "fatal_error"); see faults.py."""
        return self._do("fault", steps=list(steps), method=method, channel=channel)

    def no_faults(self) -> Call[None]:
        return self._do("no_faults")

    def reset(self) -> Call[None]:
        """As new."""
        return self._do("reset")

    def tune(self, **settings: Any) -> Call[None]:
        """`latency` (ms), `clock` (s ahead), `ack_deadline`, `retry_waits` and more; see weather.py."""
        return self._do("tune", **settings)

    def limit(self, count: int | None, seconds: float = 1.0, *, method: str = "any") -> Call[None]:
        """The rate limit of a method; None lifts it, with "any" those of all."""
        return self._do("limit", count=count, seconds=seconds, method=method)

    def drop(self, code: int | None = None) -> Call[int]:
        """Every socket ends: breaks, or is closed with a code."""
        return self._ask("drop", field("dropped"), code=code)

    def disconnect(self, reason: str = "refresh_requested", *, close: bool = True) -> Call[int]:
        """Slack asks everybody to connect anew: `warning`, `refresh_requested`, `link_disabled`."""
        return self._ask("disconnect", field("told"), reason=reason, close=close)

    def refuse_sockets(self, count: int, *, by_reset: bool = False) -> Call[None]:
        """The next handshakes are answered 503, or broken."""
        return self._do("refuse_sockets", count=count, by_reset=by_reset)

    def lose_acks(self, count: int) -> Call[None]:
        return self._do("lose_acks", count=count)

    def duplicate_events(self, count: int) -> Call[None]:
        """The next events are delivered twice."""
        return self._do("duplicate_events", count=count)

    def hold_events(self, *, held: bool = True, backwards: bool = False) -> Call[None]:
        """Events are kept back until they are let go, in order or the newest first."""
        return self._do("hold_events", held=held, backwards=backwards)

    def send_frame(self, frame: Json) -> Call[int]:
        """A frame to every socket."""
        return self._ask("send_frame", field("told"), frame=frame)

    def _ask(self, verb: str, read: Callable[[Json], T], **arguments: Any) -> Call[T]:
        return Call(self.base, {"do": verb, **arguments}, read)

    def _do(self, verb: str, **arguments: Any) -> Call[None]:
        return self._ask(verb, lambda _: None, **arguments)


@asynccontextmanager
async def running_slack() -> AsyncIterator[Slack]:
    """A simulator of one's own."""
    async with simulator(MODULE) as base:
        yield Slack(base)


@contextmanager
def slack_process() -> Iterator[Slack]:
    """A simulator of one's own, for tests without an event loop."""
    with simulator_process(MODULE) as base:
        yield Slack(base)
