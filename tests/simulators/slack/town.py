"""The Slack that a simulator starts with: one workspace of a reading group, with the app installed.

People: "owner" and "organiser" (admins), "ada" and "ben"; the bot is "seedbed".
Channels: "reading" and "general", with the bot in them; "news", without; "library", which is private, with the bot.
"""

from tests.simulators.slack.clock import Clock
from tests.simulators.slack.model import Channel, Kind, Team, User

APP_ID = "A0SEEDBED1"
APP_TOKEN = "xapp-1-A0SEEDBED1-1000000000001-simulated"
TOKEN = "xoxb-1000000000001-1000000000002-simulatedbottoken"  # of the first workspace
CLIENT_ID = "1000000000001.1000000000003"
CLIENT_SECRET = "simulated-client-secret"
SIGNING_SECRET = "simulated-signing-secret"
VERIFICATION_TOKEN = "simulated-verification-token"

PEOPLE = ("owner", "organiser", "ada", "ben")
CHANNELS = {"reading": Kind.PUBLIC, "general": Kind.PUBLIC, "news": Kind.PUBLIC, "library": Kind.PRIVATE}
WITHOUT_BOT = {"news"}
SCOPES = (
    "chat:write",
    "commands",
    "reactions:read",
    "reactions:write",
    "pins:read",
    "pins:write",
    "channels:read",
    "channels:history",
    "channels:join",
    "groups:read",
    "groups:history",
    "im:read",
    "im:history",
    "im:write",
    "users:read",
    "team:read",
    "emoji:read",
    "metadata.message:read",
)
# What the app is subscribed to until a test says otherwise: everything that is simulated but messages.
EVENTS = (
    "reaction_added",
    "reaction_removed",
    "pin_added",
    "pin_removed",
    "app_home_opened",
    "app_uninstalled",
    "tokens_revoked",
    "channel_archive",
    "channel_unarchive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "group_archive",
    "group_unarchive",
    "group_deleted",
    "group_left",
    "group_rename",
    "member_joined_channel",
    "member_left_channel",
)


class Ids:
    """New ids: a letter for what it is, then ten characters that no other has."""

    def __init__(self) -> None:
        self._count = 0

    def new(self, letter: str) -> str:
        self._count += 1
        return f"{letter}0SIM{self._count:06X}"


def team(ids: Ids, clock: Clock, name: str) -> Team:
    """A workspace of this name, with everybody and every channel, and without the app."""
    domain = name.lower().replace(" ", "-")
    found = Team(ids.new("T"), name, domain, User(ids.new("U"), "seedbed", bot=True), ids.new("B"))
    for person in PEOPLE:
        admin = person in {"owner", "organiser"}
        user = User(ids.new("U"), person, admin=admin, owner=person == "owner")
        found.users[user.id] = user
    found.users[found.bot.id] = found.bot
    people = [user.id for user in found.users.values() if not user.bot]
    for title, kind in CHANNELS.items():
        channel = Channel(ids.new("C"), title, kind, clock.epoch() - 86400, people[0], dict.fromkeys(people))
        found.channels[channel.id] = channel
    return found
