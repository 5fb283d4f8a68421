"""The JSON of users, guilds, channels and messages, with every key that discord.py asks for."""

from datetime import datetime

from tests.simulators.discord.clock import instant_of
from tests.simulators.discord.model import (
    Channel,
    ChannelType,
    Emoji,
    Guild,
    Json,
    Member,
    Message,
    MessageType,
    Overwrite,
    Reaction,
    Role,
    User,
)


def user(one: User) -> Json:
    return {
        "id": str(one.id),
        "username": one.name,
        "global_name": None if one.bot else one.name.title(),
        "discriminator": "0001" if one.bot else "0",
        "avatar": None,
        "bot": one.bot,
        "public_flags": 0,
        "flags": 0,
    }


def member(one: Member) -> Json:
    """Without its user, as on a message."""
    return {
        "roles": [str(role) for role in one.roles],
        "joined_at": one.joined.isoformat(),
        "nick": None,
        "avatar": None,
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def member_with_user(one: Member, who: User) -> Json:
    return {**member(one), "user": user(who)}


def role(one: Role) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": one.mentionable,
        "flags": 0,
    }


def overwrite(one: Overwrite) -> Json:
    return {"id": str(one.id), "type": one.kind, "allow": str(int(one.allow)), "deny": str(int(one.deny))}


def channel(one: Channel) -> Json:
    """Any channel of a guild; a thread has `thread_metadata`."""
    shown: Json = {
        "id": str(one.id),
        "type": int(one.type),
        "name": one.name,
        "guild_id": str(one.guild_id),
        "parent_id": str(one.parent_id) if one.parent_id else None,
        "last_message_id": str(one.last_message_id) if one.last_message_id else None,
        "rate_limit_per_user": one.slowmode,
        "flags": 16 if one.needs_tag else 0,
    }
    if one.thread:
        return shown | _thread(one)
    shown |= {
        "position": one.position,
        "topic": one.topic,
        "nsfw": False,
        "permission_overwrites": [overwrite(each) for each in one.overwrites.values()],
        "default_auto_archive_duration": 1440,
    }
    if one.type is ChannelType.FORUM:
        shown["available_tags"] = [
            {"id": str(tag.id), "name": tag.name, "moderated": tag.moderated, "emoji_id": None, "emoji_name": None}
            for tag in one.tags
        ]
        shown |= {"default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
    return shown


def direct_channel(one: Channel, recipient: User) -> Json:
    return {
        "id": str(one.id),
        "type": int(ChannelType.DM),
        "last_message_id": str(one.last_message_id) if one.last_message_id else None,
        "recipients": [user(recipient)],
        "flags": 0,
    }


def guild(one: Guild, members: int) -> Json:
    """As REST has it: with roles and emoji, without channels and members."""
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "icon": None,
        "splash": None,
        "banner": None,
        "description": None,
        "features": ["COMMUNITY", "NEWS"],
        "preferred_locale": "en-US",
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "approximate_member_count": members,
        "approximate_presence_count": members,
        "roles": [role(each) for each in one.roles.values()],
        "emojis": [
            {"id": str(number), "name": name, "roles": [], "animated": False, "available": True, "managed": False}
            for number, name in one.emojis.items()
        ],
        "stickers": [],
    }


def emoji(one: Emoji) -> Json:
    return {"id": str(one.id) if one.id else None, "name": one.name, "animated": False}


def reactions(found: dict[Emoji, Reaction], bot: int) -> list[Json]:
    return [
        {
            "emoji": emoji(key),
            "count": len(one.normal) + len(one.burst),
            "count_details": {"normal": len(one.normal), "burst": len(one.burst)},
            "me": bot in one.normal,
            "me_burst": bot in one.burst,
            "burst_colors": [],
        }
        for key, one in found.items()
    ]


def message(one: Message, author: User, bot: int, *, content: bool) -> Json:
    """As the bot sees it. Without `content`, what other people wrote is blank, as without the privileged intent."""
    shown: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "author": user(author),
        "type": int(one.type),
        "content": one.content,
        "timestamp": instant_of(one.id).isoformat(),
        "edited_timestamp": _instant(one.edited),
        "tts": False,
        "mention_everyone": "everyone" in one.pinged or "here" in one.pinged,
        "mentions": [],
        "mention_roles": [],
        "attachments": one.attachments,
        "embeds": one.embeds,
        "components": one.components,
        "pinned": one.pinned is not None,
        "flags": int(one.flags),
    }
    if not content and author.id != bot:
        shown |= {"content": "", "embeds": [], "attachments": [], "components": []}
    if one.reactions:
        shown["reactions"] = reactions(one.reactions, bot)
    if one.reference:
        place, number = one.reference
        shown["message_reference"] = {"type": 0, "channel_id": str(place), "message_id": str(number)}
    if one.interaction:
        # A bot's application, and so the webhook of its interactions, has the bot's own id.
        shown |= {"interaction_metadata": one.interaction, "webhook_id": str(bot), "application_id": str(bot)}
    elif one.type in {MessageType.DEFAULT, MessageType.REPLY} and author.id == bot:
        shown["application_id"] = str(bot)
    return shown


def _thread(one: Channel) -> Json:
    assert one.thread is not None
    state = one.thread
    return {
        "owner_id": str(state.owner),
        "message_count": state.message_count,
        "total_message_sent": state.message_count,
        "member_count": 1,
        "applied_tags": [str(tag) for tag in state.applied_tags],
        "thread_metadata": {
            "archived": state.archived,
            "archive_timestamp": state.archived_at.isoformat(),
            "auto_archive_duration": state.auto_archive,
            "locked": state.locked,
            "create_timestamp": state.created.isoformat(),
        },
        "member": {
            "id": str(one.id),
            "user_id": str(state.owner),
            "join_timestamp": state.created.isoformat(),
            "flags": 0,
        },
    }


def _instant(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
