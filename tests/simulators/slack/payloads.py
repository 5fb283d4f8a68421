"""The JSON of users, channels, messages and views, as Slack has it."""

from tests.simulators.slack.model import Channel, Install, Json, Kind, Message, Team, User, View
from tests.simulators.slack.town import APP_ID

MOST_FACES = 50  # how many users a reaction names unless it is asked for in full


def user(one: User, team: Team) -> Json:
    return {
        "id": one.id,
        "team_id": team.id,
        "name": one.name,
        "deleted": False,
        "real_name": one.name.title(),
        "tz": one.tz,
        "tz_label": one.tz,
        "tz_offset": 0,
        "profile": {"real_name": one.name.title(), "display_name": one.name, "team": team.id},
        "is_admin": one.admin,
        "is_owner": one.owner,
        "is_primary_owner": one.owner,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": one.bot,
        "is_app_user": False,
        "updated": 1700000000,
        **({"profile": {"api_app_id": APP_ID, "bot_id": team.bot_id, "real_name": one.name}} if one.bot else {}),
    }


def channel(one: Channel, bot: str) -> Json:
    """A conversation as conversations.info has it."""
    shown: Json = {
        "id": one.id,
        "created": one.created,
        "is_archived": one.archived,
        "is_im": one.kind is Kind.DIRECT,
        "is_org_shared": False,
    }
    if one.kind is Kind.DIRECT:
        return shown | {"user": next((who for who in one.members if who != bot), bot), "is_open": True}
    return shown | {
        "name": one.name,
        "name_normalized": one.name,
        "is_channel": one.kind is Kind.PUBLIC,
        "is_group": False,
        "is_mpim": False,
        "is_private": one.kind is Kind.PRIVATE,
        "is_general": one.name == "general",
        "is_member": bot in one.members,
        "is_shared": False,
        "is_ext_shared": False,
        "creator": one.creator,
        "topic": {"value": one.topic, "creator": one.creator, "last_set": one.created},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def reactions(one: Message, *, full: bool = False) -> list[Json]:
    return [
        {"name": name, "users": list(users) if full else list(users)[:MOST_FACES], "count": len(users)}
        for name, users in one.reactions.items()
    ]


def message(one: Message, team: Team, place: Channel | None, *, metadata: bool = False, full: bool = False) -> Json:
    """As history gives it; the payload of its metadata only with `metadata`."""
    shown: Json = {"type": "message", "user": one.user, "text": one.text, "ts": one.ts, "team": team.id}
    if one.client_msg_id:
        shown["client_msg_id"] = one.client_msg_id
    if one.by_bot:
        shown |= {"bot_id": team.bot_id, "app_id": APP_ID, "bot_profile": bot(team)}
    if one.blocks:
        shown["blocks"] = one.blocks
    if one.metadata:
        shown["metadata"] = one.metadata if metadata else {"event_type": one.metadata["event_type"]}
    if one.edited:
        shown["edited"] = {"user": one.user, "ts": one.edited}
    if one.reactions:
        shown["reactions"] = reactions(one, full=full)
    if one.pinned and place:
        shown |= {"pinned_to": [place.id], "pinned_info": {"channel": place.id, "pinned_by": one.pinned}}
    if one.thread_ts:
        shown["thread_ts"] = one.thread_ts
    if one.broadcast:
        shown["subtype"] = "thread_broadcast"
    return shown | (_thread(one, place) if place and not one.is_reply else {})


def _thread(one: Message, place: Channel) -> Json:
    """What a message says of the replies to it."""
    replies = place.replies(one.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": one.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": one.by_bot,
    }


def bot(team: Team) -> Json:
    return {"id": team.bot_id, "app_id": APP_ID, "name": team.bot.name, "deleted": False, "team_id": team.id}


def team(one: Team) -> Json:
    return {"id": one.id, "name": one.name, "domain": one.domain, "email_domain": "", "url": url(one)}


def url(one: Team) -> str:
    return f"https://{one.domain}.slack.com/"


def permalink(one: Message, team: Team) -> str:
    """Where people find a message; a reply with its thread."""
    link = f"{url(team)}archives/{one.channel}/p{one.ts.replace('.', '')}"
    return f"{link}?thread_ts={one.thread_ts}&cid={one.channel}" if one.is_reply else link


def view(one: View, install: Install) -> Json:
    body = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False, "close": None}
    body |= {"notify_on_close": False, "submit": None, **one.body}
    return {
        **body,
        "id": one.id,
        "team_id": one.team,
        "app_id": APP_ID,
        "app_installed_team_id": one.team,
        "bot_id": install.bot_id,
        "hash": one.hash,
        "state": {"values": one.state},
        "root_view_id": one.root,
        "previous_view_id": one.previous,
    }
