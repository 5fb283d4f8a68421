"""All guilds, channels, messages and people, the look-ups over them, and the events that their changes cause."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.simulators.discord import payloads, permissions, town
from tests.simulators.discord.clock import Clock
from tests.simulators.discord.model import (
    Channel,
    ChannelType,
    Emoji,
    Flag,
    Guild,
    Json,
    Message,
    MessageType,
    Reaction,
    Role,
    User,
)
from tests.simulators.discord.permissions import ALL, Permission
from tests.simulators.discord.problems import ApiError


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a gateway may tell the bot. `channel` is where it happened, if in one."""

    name: str
    data: Json
    guild: Guild | None = None
    channel: Channel | None = None


Publish = Callable[[Event], None]


class World:
    """Everything there is. `listeners` hear of each change; `shows_content` is the privileged intent for content."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.listeners: list[Publish] = []
        self.shows_content = False
        self.bot = town.bot(clock)
        group = town.people(clock)
        self.users = {user.id: user for user in [self.bot, *group]}
        first = town.guild(clock, self.bot, group)
        self.guilds: dict[int, Guild] = {first.id: first}
        self.direct: dict[int, Channel] = {}
        self.deleted: list[Message] = []

    # ---- looking up ----

    def guild(self, number: int) -> Guild:
        """ApiError 10004 unless the bot is in it."""
        found = self.guilds.get(number)
        if found is None or not found.joined:
            raise ApiError(10004)
        return found

    def channels(self) -> Iterator[Channel]:
        """Channels, threads and direct channels, also those that the bot cannot see."""
        for guild in self.guilds.values():
            yield from guild.channels.values()
            yield from guild.threads.values()
        yield from self.direct.values()

    def find_channel(self, number: int) -> Channel | None:
        for guild in self.guilds.values():
            found = guild.channels.get(number) or guild.threads.get(number)
            if found:
                return found
        return self.direct.get(number)

    def guild_of(self, channel: Channel) -> Guild | None:
        return self.guilds[channel.guild_id] if channel.guild_id else None

    def may(self, channel: Channel, user: int | None = None) -> Permission:
        """What the bot, or a user, may do in a channel. In a direct channel, everything."""
        guild = self.guild_of(channel)
        who = self.bot.id if user is None else user
        if guild is None:
            return ALL if who in {self.bot.id, channel.recipient} else permissions.NONE
        if who == self.bot.id and not guild.joined:
            return permissions.NONE
        return permissions.in_channel(guild, who, channel)

    def reach(self, number: int, needed: Permission = permissions.NONE) -> Channel:
        """A channel that the bot sees and may do this in. ApiError 10003, 50001 or 50013."""
        channel = self.find_channel(number)
        if channel is None:
            raise ApiError(10003)
        may = self.may(channel)
        if not may & Permission.VIEW_CHANNEL:
            raise ApiError(50001)
        if needed & ~may:
            raise ApiError(50013)
        return channel

    def message(self, channel: Channel, number: int) -> Message:
        """ApiError 10008 for one that is not there, or that only somebody else sees."""
        found = channel.messages.get(number)
        if found is None or found.seen_by:
            raise ApiError(10008)
        return found

    # ---- as JSON ----

    def shown(self, message: Message, *, nonce: bool = False, whole: bool = False) -> Json:
        """A message as the bot gets it; `nonce` for the one who sends it, `whole` where content is always given."""
        author = self.users[message.author_id]
        content = self.shows_content or whole or message.channel_id in self.direct
        data = payloads.message(message, author, self.bot.id, content=content or str(self.bot.id) in message.pinged)
        if nonce and message.nonce is not None:
            data["nonce"] = message.nonce
        data["mentions"] = [payloads.user(self.users[int(who)]) for who in message.pinged if self._is_user(who)]
        data["mention_roles"] = [who for who in message.pinged if who.isdigit() and not self._is_user(who)]
        channel = self.find_channel(message.channel_id)
        thread = self.find_channel(message.thread_id) if message.thread_id else None
        if thread:
            data["thread"] = payloads.channel(thread)
        if message.reference and channel:
            place = self.find_channel(message.reference[0])
            earlier = place.messages.get(message.reference[1]) if place else None
            if earlier is None or not earlier.reference:  # one step back is enough
                data["referenced_message"] = self.shown(earlier) if earlier else None
            if channel.guild_id:
                data["message_reference"]["guild_id"] = str(channel.guild_id)
        return data

    def _is_user(self, who: str) -> bool:
        return who.isdigit() and int(who) in self.users

    # ---- changing ----

    def add_message(self, message: Message) -> None:
        """Put a message up, and wake an archived thread."""
        channel = self.find_channel(message.channel_id)
        assert channel is not None
        channel.messages[message.id] = message
        if channel.thread:
            if channel.thread.archived:
                self.archive(channel, archived=False)
            if message.type is not MessageType.THREAD_STARTER and message.id != channel.id:
                channel.thread.message_count += 1
        if not message.seen_by:
            self._tell_of_message("MESSAGE_CREATE", message, channel)

    def changed_message(self, message: Message) -> None:
        """Tell of a message that is not as it was."""
        channel = self.find_channel(message.channel_id)
        if channel and message.id in channel.messages and not message.seen_by:
            self._tell_of_message("MESSAGE_UPDATE", message, channel)

    def delete_messages(self, channel: Channel, numbers: list[int], *, bulk: bool = False) -> None:
        """Take messages away; `bulk` tells of them in one event."""
        gone = [channel.messages.pop(number) for number in numbers if number in channel.messages]
        self.deleted += gone
        place = _place(channel)
        if bulk:
            self.tell("MESSAGE_DELETE_BULK", {"ids": [str(one.id) for one in gone], **place}, channel)
            return
        for one in gone:
            if not one.seen_by:
                self.tell("MESSAGE_DELETE", {"id": str(one.id), **place}, channel)

    def react(self, channel: Channel, message: Message, emoji: Emoji, user: int, *, burst: bool = False) -> None:
        """Once for each user, emoji and type: again is nothing new."""
        who = message.reactions.setdefault(emoji, Reaction()).of(burst)
        if user in who:
            return
        who[user] = None
        data = self._reaction(channel, message, emoji, user, burst=burst)
        data["message_author_id"] = str(message.author_id)
        data |= {"burst_colors": ["#7a9e7e"]} if burst else {}
        guild = self.guild_of(channel)
        if guild and user in guild.members:
            data["member"] = payloads.member_with_user(guild.members[user], self.users[user])
        self.tell("MESSAGE_REACTION_ADD", data, channel)

    def unreact(self, channel: Channel, message: Message, emoji: Emoji, user: int, *, burst: bool = False) -> None:
        """ApiError 10014 where there is no such reaction."""
        found = message.reactions.get(emoji)
        if found is None or user not in found.of(burst):
            raise ApiError(10014)
        del found.of(burst)[user]
        if not (found.normal or found.burst):
            del message.reactions[emoji]
        self.tell("MESSAGE_REACTION_REMOVE", self._reaction(channel, message, emoji, user, burst=burst), channel)

    def clear_reactions(self, channel: Channel, message: Message, emoji: Emoji | None = None) -> None:
        """All of them, or those with one emoji."""
        data = {"message_id": str(message.id), **_place(channel)}
        if emoji is None:
            message.reactions.clear()
            self.tell("MESSAGE_REACTION_REMOVE_ALL", data, channel)
        else:
            message.reactions.pop(emoji, None)
            self.tell("MESSAGE_REACTION_REMOVE_EMOJI", {**data, "emoji": payloads.emoji(emoji)}, channel)

    def pin(self, channel: Channel, message: Message, *, pinned: bool) -> None:
        message.pinned = self.clock.now() if pinned else None
        self.changed_message(message)
        newest = max((one.pinned for one in channel.messages.values() if one.pinned), default=None)
        when = newest.isoformat() if newest else None
        self.tell("CHANNEL_PINS_UPDATE", {"last_pin_timestamp": when, **_place(channel)}, channel)

    def archive(self, thread: Channel, *, archived: bool) -> None:
        assert thread.thread is not None
        thread.thread.archived, thread.thread.archived_at = archived, self.clock.now()
        self.tell("THREAD_UPDATE", payloads.channel(thread), thread)

    def add_thread(self, thread: Channel) -> None:
        guild = self.guild_of(thread)
        assert guild is not None
        guild.threads[thread.id] = thread
        self.tell("THREAD_CREATE", {**payloads.channel(thread), "newly_created": True}, thread)

    def add_channel(self, channel: Channel) -> None:
        guild = self.guild_of(channel)
        assert guild is not None
        guild.channels[channel.id] = channel
        self.tell("CHANNEL_CREATE", payloads.channel(channel), channel)

    def changed_channel(self, channel: Channel) -> None:
        self.tell("THREAD_UPDATE" if channel.thread else "CHANNEL_UPDATE", payloads.channel(channel), channel)

    def delete_channel(self, channel: Channel) -> None:
        """A channel goes with its threads, and all their messages with them."""
        guild = self.guild_of(channel)
        assert guild is not None
        data = payloads.channel(channel)
        threads = [one for one in guild.threads.values() if one.parent_id == channel.id]
        self.deleted += [message for place in [channel, *threads] for message in place.messages.values()]
        if channel.thread:
            del guild.threads[channel.id]
            self.publish(Event("THREAD_DELETE", data, guild))
            return
        for thread in threads:
            del guild.threads[thread.id]
        del guild.channels[channel.id]
        self.publish(Event("CHANNEL_DELETE", data, guild))

    def changed_role(self, guild: Guild, role: Role) -> None:
        self.publish(Event("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": payloads.role(role)}, guild))

    def changed_bot_member(self, guild: Guild) -> None:
        data = payloads.member_with_user(guild.members[self.bot.id], self.bot)
        self.publish(Event("GUILD_MEMBER_UPDATE", {**data, "guild_id": str(guild.id)}, guild))

    def leave(self, guild: Guild) -> None:
        """The bot is removed from a guild; what it posted stays there."""
        self.publish(Event("GUILD_DELETE", {"id": str(guild.id)}, guild))
        guild.joined = False

    def join(self, guild: Guild) -> None:
        guild.joined = True
        self.publish(Event("GUILD_CREATE", self.guild_create(guild), guild))

    def guild_create(self, guild: Guild, *, available: bool = False) -> Json:
        """A guild with all its channels, and few of its members; `available` as after a READY."""
        few = [guild.members[self.bot.id], *list(guild.members.values())[:3]]
        members = {one.user: payloads.member_with_user(one, self.users[one.user]) for one in few}
        data = payloads.guild(guild, len(guild.members))
        data |= {
            "joined_at": guild.members[self.bot.id].joined.isoformat(),
            "large": False,
            "member_count": len(guild.members),
            "members": list(members.values()),
            "channels": [payloads.channel(one) for one in guild.channels.values()],
            "threads": [payloads.channel(one) for one in self.active_threads(guild)],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
        return data | ({"unavailable": False} if available else {})

    def active_threads(self, guild: Guild) -> list[Channel]:
        """Those that the bot sees, newest first."""
        found = [one for one in guild.threads.values() if one.thread and not one.thread.archived]
        return [one for one in reversed(found) if self.may(one) & Permission.VIEW_CHANNEL]

    def direct_channel(self, user: User) -> Channel:
        """The bot's own with a user, opened when first asked for."""
        found = next((one for one in self.direct.values() if one.recipient == user.id), None)
        if found is None:
            found = Channel(self.clock.snowflake(), ChannelType.DM, user.name, recipient=user.id)
            self.direct[found.id] = found
        return found

    def publish(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)

    def tell(self, name: str, data: Json, channel: Channel) -> None:
        self.publish(Event(name, data, self.guild_of(channel), channel))

    def _tell_of_message(self, name: str, message: Message, channel: Channel) -> None:
        data = self.shown(message, nonce=name == "MESSAGE_CREATE")
        guild = self.guild_of(channel)
        if guild:
            data["guild_id"] = str(guild.id)
            if message.author_id in guild.members:
                data["member"] = payloads.member(guild.members[message.author_id])
        self.tell(name, data, channel)

    def _reaction(self, channel: Channel, message: Message, emoji: Emoji, user: int, *, burst: bool) -> Json:
        data = {"user_id": str(user), "message_id": str(message.id), "emoji": payloads.emoji(emoji)}
        return {**data, "burst": burst, "type": int(burst), **_place(channel)}

    def set_flag(self, message: Message, flag: Flag) -> None:
        message.flags |= flag
        self.changed_message(message)


def _place(channel: Channel) -> Json:
    guild = {"guild_id": str(channel.guild_id)} if channel.guild_id else {}
    return {"channel_id": str(channel.id), **guild}
