"""The Discord that a simulator starts with: one guild of a reading group, as it has been for a year.

Users: the bot "seedbed", and "owner", "organiser" (may manage the server), "ada" and "ben".
Channels: "reading" and "general", the announcement channel "news" and the forum "library".
"""

from datetime import timedelta

from tests.simulators.discord.clock import Clock
from tests.simulators.discord.model import Channel, ChannelType, Guild, Member, Role, Tag, User
from tests.simulators.discord.permissions import Permission

TOKEN = "MTA1.simulated.token"  # the bot's
PEOPLE = ("owner", "organiser", "ada", "ben")
CHANNELS = {
    "reading": ChannelType.TEXT,
    "general": ChannelType.TEXT,
    "news": ChannelType.ANNOUNCEMENT,
    "library": ChannelType.FORUM,
}
# What @everyone may do in a guild that nobody has changed.
EVERYBODY = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
# What the bot was invited with: enough for everything it does, and nothing that would moderate.
INVITED = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.PIN_MESSAGES
)


def bot(clock: Clock) -> User:
    return User(clock.old_snowflake(500, 1), "seedbed", bot=True)


def people(clock: Clock) -> list[User]:
    return [User(clock.old_snowflake(900, number), name) for number, name in enumerate(PEOPLE, start=1)]


def guild(clock: Clock, robot: User, group: list[User], name: str = "Reading group", age: float = 400) -> Guild:
    """`age` in days keeps the ids of several guilds apart."""
    number = clock.old_snowflake(age, 0)
    owner, organiser = group[0], group[1]
    roles = [
        Role(number, "@everyone", EVERYBODY),
        Role(number + 1, robot.name, INVITED, position=1),
        Role(number + 2, "Organisers", Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES, position=2),
        Role(number + 3, "Readers", 0, position=3, mentionable=True),
    ]
    found = Guild(number, name, owner.id, {role.id: role for role in roles})
    given = {robot.id: [number + 1], organiser.id: [number + 2]}
    joined = clock.now() - timedelta(days=age)
    for user in [robot, *group]:
        found.members[user.id] = Member(user.id, joined, given.get(user.id, []))
    for place, (title, kind) in enumerate(CHANNELS.items()):
        channel = Channel(number + 10 + place, kind, title, guild_id=number, position=place)
        if kind is ChannelType.FORUM:
            names = ("fiction", "essays")
            channel.tags = [Tag(number + 20 + order, tag) for order, tag in enumerate(names)]
        found.channels[channel.id] = channel
    found.emojis[number + 30] = "seedling"
    return found
