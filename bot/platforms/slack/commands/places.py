"""Which of the bot's channels is where: addresses of a workspace, links, and who may read what."""

import re

from slack_sdk.errors import SlackApiError

from bot.errors import DeliveryError
from bot.model import Channel, MessageId, PlatformName
from bot.platforms.slack.commands.answers import Asker
from bot.platforms.slack.parts import Parts
from bot.platforms.slack.workspaces import place_of

PLACE = re.compile(r"[CG][A-Z0-9]{2,}")  # no direct message


def id_of(address: str) -> str:
    """C0123ABCD, whether or not its workspace is named before it."""
    return place_of(address).channel


def address_of(who: Asker, place: str) -> str:
    """With the workspace: a second one may install the bot some day, and then nothing less would do."""
    return f"{who.team}/{place}"


def slack_channels(parts: Parts) -> list[Channel]:
    return [channel for channel in parts.overview.channels() if channel.platform is PlatformName.SLACK]


async def channels_of(parts: Parts, team: str) -> list[Channel]:
    """A workspace's channels: those that were set up there, and those of the configuration file that are there."""
    set_up = {setup.channel.name for setup in await parts.desk.setups(team)}
    found = []
    for channel in slack_channels(parts):
        mine = channel.name in set_up
        if mine or (await parts.desk.setup(channel.name) is None and _team(parts, channel) == team):
            found.append(channel)
    return found


async def channel_at(who: Asker, place: str | None) -> Channel | None:
    """The channel with a daily seed that this place of the asker's workspace is."""
    return next((one for one in await channels_of(who.parts, who.team) if id_of(one.address) == place), None)


def link(parts: Parts, channel: Channel, message_id: MessageId) -> str:
    """Where a post is, for a browser and for Slack."""
    return parts.workspaces.of(channel.address).permalink(id_of(channel.address), message_id)


def thread_link(parts: Parts, channel: Channel, thread: str) -> str:
    """As `link`, with the replies beside it; & is written as in markup."""
    return f"{link(parts, channel, MessageId(thread))}?thread_ts={thread}&amp;cid={id_of(channel.address)}"


async def readable(who: Asker, channel: Channel) -> bool:
    """Whether the asker may read what is posted there: a public channel, or one that they are in."""
    place = id_of(channel.address)
    try:
        if not (await who.client.conversations_info(channel=place))["channel"].get("is_private"):
            return True
        cursor = None
        while cursor != "":
            page = await who.client.conversations_members(channel=place, cursor=cursor, limit=1000)
            if who.user in page["members"]:
                return True
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
    except SlackApiError:
        return False  # where the bot cannot look, nothing is told
    return False


async def title(who: Asker, channel: Channel) -> str | None:
    """What Slack calls the place of a channel; None where the bot cannot see it."""
    return await title_of(who, id_of(channel.address))


async def title_of(who: Asker, place: str) -> str | None:
    try:
        return str((await who.client.conversations_info(channel=place))["channel"]["name"])
    except SlackApiError:
        return None


def _team(parts: Parts, channel: Channel) -> str | None:
    try:
        return parts.workspaces.of(channel.address).team
    except DeliveryError:
        return None
