"""Who may do what organisers do: admins and owners of the workspace, and for a channel whoever set it up."""

from dataclasses import dataclass

from bot.model import Channel, ChannelName
from bot.platforms.slack.commands.answers import Asker, Unable

_RANKS = ("is_admin", "is_owner", "is_primary_owner")


@dataclass(frozen=True, slots=True)
class Standing:
    """`own` are the channels that they set up; `zone` is where Slack thinks they are."""

    admin: bool
    own: frozenset[ChannelName]
    zone: str | None = None

    @property
    def organiser(self) -> bool:
        return self.admin or bool(self.own)

    def may(self, channel: Channel) -> bool:
        return self.admin or channel.name in self.own


async def standing(who: Asker) -> Standing:
    """Asked anew each time: somebody may have been made an admin a minute ago, or be one no more."""
    own = frozenset(one.channel.name for one in await who.parts.desk.setups(who.team) if one.by == who.user)
    found = (await who.client.users_info(user=who.user))["user"]
    return Standing(any(found.get(rank) for rank in _RANKS), own, found.get("tz"))


async def organiser(who: Asker) -> Standing:
    """Unable for anybody else."""
    found = await standing(who)
    if not found.organiser:
        raise Unable(who.words.say("organiser.not_yours"))
    return found


async def must_be_theirs(who: Asker, channel: Channel) -> Standing:
    """Unable for whoever neither set the channel up nor is an admin."""
    found = await standing(who)
    if not found.may(channel):
        raise Unable(who.words.say("organiser.not_yours"))
    return found
