"""All workspaces with their people, channels and messages, and the events that their changes cause."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from tests.simulators.slack import payloads, town
from tests.simulators.slack.clock import Clock
from tests.simulators.slack.model import Channel, Install, Json, Kind, Message, Team, User
from tests.simulators.slack.problems import SlackError
from tests.simulators.slack.town import Ids


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the app may be told of. `channel` is where it happened, if in one."""

    team: Team
    data: Json
    channel: Channel | None = None


class World:
    """Everything there is. `listeners` hear of each change; `installs` are all there ever were, by token."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ids = Ids()
        self.listeners: list[Callable[[Event], None]] = []
        self.teams: dict[str, Team] = {}
        self.installs: dict[str, Install] = {}
        self.app_tokens = {town.APP_TOKEN}
        first = self.add_team("Reading group")
        self.install(first, list(town.SCOPES), by=next(iter(first.users)), token=town.TOKEN)
        for channel in first.channels.values():
            if channel.name not in town.WITHOUT_BOT:
                channel.members[first.bot.id] = None

    # ---- workspaces ----

    def add_team(self, name: str) -> Team:
        found = town.team(self.ids, self.clock, name)
        self.teams[found.id] = found
        return found

    def install(self, team: Team, scopes: list[str], *, by: str, token: str | None = None) -> Install:
        """Put the app into a workspace. Installed again, it keeps its token while that is good."""
        now = team.install
        kept = now.token if now and now.ended is None else None
        given = token or kept or f"xoxb-{token_hex(6)}-{token_hex(6)}-simulated"
        team.install = Install(given, team.id, team.bot_id, team.bot.id, scopes, by)
        self.installs[given] = team.install
        return team.install

    def end_install(self, team: Team, error: str) -> None:
        """The token of a workspace is good for nothing from now on: `account_inactive` or `token_revoked`."""
        if team.install:
            team.install.ended = error

    def team_of(self, channel: Channel) -> Team:
        return next(team for team in self.teams.values() if channel.id in team.channels)

    # ---- channels ----

    def add_channel(self, team: Team, name: str, kind: Kind, members: list[str]) -> Channel:
        channel = Channel(self.ids.new("C"), name, kind, self.clock.epoch(), members[0], dict.fromkeys(members))
        team.channels[channel.id] = channel
        return channel

    def direct(self, team: Team, user: str) -> Channel:
        """The bot's own with a user, opened when first asked for."""
        for channel in team.channels.values():
            if channel.kind is Kind.DIRECT and user in channel.members:
                return channel
        members = {user: None, team.bot.id: None}
        channel = Channel(self.ids.new("D"), team.users[user].name, Kind.DIRECT, self.clock.epoch(), user, members)
        team.channels[channel.id] = channel
        return channel

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        if user in channel.members:
            return
        channel.members[user] = None
        team = self.team_of(channel)
        data = {"type": "member_joined_channel", "user": user, **self._place(channel), "team": team.id}
        self.tell({**data, **({"inviter": inviter} if inviter else {})}, channel)

    def leave(self, channel: Channel, user: str, actor: str) -> None:
        """Somebody leaves, or is removed by an `actor`. The bot hears of itself by channel_left."""
        team = self.team_of(channel)
        data = {"type": "member_left_channel", "user": user, **self._place(channel), "team": team.id}
        if user == team.bot.id:
            kind = "channel_left" if channel.kind is Kind.PUBLIC else "group_left"
            self.tell({"type": kind, "channel": channel.id, "actor_id": actor}, channel)
        else:
            self.tell(data, channel)
        channel.members.pop(user, None)

    def archive(self, channel: Channel, actor: str, *, archived: bool) -> None:
        channel.archived = archived
        self.tell_of(channel, "archive" if archived else "unarchive", {"channel": channel.id, "user": actor})

    def rename(self, channel: Channel, name: str) -> None:
        channel.name = name
        self.tell_of(channel, "rename", {"channel": {"id": channel.id, "name": name, "created": channel.created}})

    def delete_channel(self, channel: Channel, actor: str) -> None:
        """A channel goes with its messages."""
        team = self.team_of(channel)
        self.tell_of(channel, "deleted", {"channel": channel.id, "actor_id": actor})
        team.gone += [*channel.messages.values(), *channel.deleted]
        del team.channels[channel.id]

    # ---- messages ----

    def message(self, channel: Channel, ts: str) -> Message:
        """SlackError message_not_found for one that is not there, or that only somebody else sees."""
        found = channel.messages.get(ts)
        if found is None or found.seen_by:
            raise SlackError("message_not_found")
        return found

    def add_message(self, message: Message) -> None:
        team, channel = self._where(message)
        channel.messages[message.ts] = message
        if not message.seen_by:
            shown = payloads.message(message, team, channel)
            self.tell({**shown, **self._place(channel), "event_ts": message.ts}, channel)
            if team.bot.id in message.pinged and not message.by_bot:
                self.tell({**shown, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}, channel)

    def changed_message(self, message: Message) -> None:
        team, channel = self._where(message)
        if not message.seen_by:
            shown = payloads.message(message, team, channel)
            data = {"type": "message", "subtype": "message_changed", "message": shown, "hidden": True}
            self.tell({**data, **self._place(channel), "ts": self.clock.ts()}, channel)

    def delete_message(self, message: Message) -> None:
        _, channel = self._where(message)
        channel.messages.pop(message.ts, None)
        channel.deleted.append(message)
        if not message.seen_by:
            data = {"type": "message", "subtype": "message_deleted", "deleted_ts": message.ts, "hidden": True}
            self.tell({**data, **self._place(channel), "ts": self.clock.ts()}, channel)

    def react(self, message: Message, name: str, user: str) -> None:
        """SlackError already_reacted."""
        who = message.reactions.setdefault(name, {})
        if user in who:
            raise SlackError("already_reacted")
        who[user] = None
        self._tell_of_reaction("reaction_added", message, name, user)

    def unreact(self, message: Message, name: str, user: str) -> None:
        """SlackError no_reaction."""
        who = message.reactions.get(name, {})
        if user not in who:
            raise SlackError("no_reaction")
        del who[user]
        if not who:
            del message.reactions[name]
        self._tell_of_reaction("reaction_removed", message, name, user)

    def pin(self, message: Message, user: str) -> None:
        """SlackError already_pinned."""
        if message.pinned:
            raise SlackError("already_pinned")
        message.pinned = user
        self._tell_of_pin("pin_added", message, user)

    def unpin(self, message: Message, user: str) -> None:
        """SlackError no_pin."""
        if not message.pinned:
            raise SlackError("no_pin")
        message.pinned = None
        self._tell_of_pin("pin_removed", message, user)

    # ---- telling ----

    def tell(self, data: Json, channel: Channel) -> None:
        self.publish(Event(self.team_of(channel), {"event_ts": self.clock.ts(), **data}, channel))

    def tell_of(self, channel: Channel, what: str, data: Json) -> None:
        """An event whose name begins with the channel's kind: channel_archive, group_archive."""
        begins = "channel" if channel.kind is Kind.PUBLIC else "group"
        self.tell({"type": f"{begins}_{what}", **data}, channel)

    def publish(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)

    def _tell_of_reaction(self, kind: str, message: Message, name: str, user: str) -> None:
        _, channel = self._where(message)
        item = {"type": "message", "channel": channel.id, "ts": message.ts}
        self.tell({"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}, channel)

    def _tell_of_pin(self, kind: str, message: Message, user: str) -> None:
        team, channel = self._where(message)
        shown = payloads.message(message, team, channel)
        item = {"type": "message", "channel": channel.id, "message": shown, "created_by": user}
        self.tell({"type": kind, "user": user, "channel_id": channel.id, "item": item}, channel)

    def _where(self, message: Message) -> tuple[Team, Channel]:
        for team in self.teams.values():
            if message.channel in team.channels:
                return team, team.channels[message.channel]
        raise SlackError("channel_not_found")

    def _place(self, channel: Channel) -> Json:
        kinds = {Kind.PUBLIC: "channel", Kind.PRIVATE: "group", Kind.DIRECT: "im"}
        return {"channel": channel.id, "channel_type": kinds[channel.kind]}

    def user(self, team: Team, number: str) -> User:
        """SlackError user_not_found."""
        found = team.users.get(number)
        if found is None:
            raise SlackError("user_not_found")
        return found
