"""`/seedbed permissions`: what the bot needs in a channel, what of it is missing, and how to grant it."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.model import Channel
from bot.platforms.slack.commands import naming, places
from bot.platforms.slack.commands.answers import Answer, Asker
from bot.platforms.slack.commands.line import Line
from bot.platforms.slack.commands.standing import organiser
from bot.platforms.slack.commands.voice import Voice
from bot.platforms.slack.faults import code_of
from bot.platforms.slack.scopes import SCOPES


@dataclass(frozen=True, slots=True)
class Report:
    """What stands in the way in a place: keys of texts, and scopes that the app lacks."""

    shown: str
    bot: str  # what it is called there
    trouble: str | None = None  # not_in, archived, unseen
    lacking: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        return self.trouble is None and not self.lacking

    def missing(self, voice: Voice) -> list[str]:
        told = [f"❌ {voice.say(f'lack_{self.trouble}', channel=self.shown, bot=self.bot)}"] if self.trouble else []
        return told + [f"❌ {voice.say('lack_scope', scope=scope)}" for scope in self.lacking]

    def there(self, voice: Voice) -> list[str]:
        within = [] if self.trouble else [f"✅ {voice.say('has_place', channel=self.shown)}"]
        return within + [f"✅ `{scope}`" for scope in SCOPES if scope not in self.lacking]


async def permissions(who: Asker, line: Line) -> Answer:
    """One channel in full, or what is missing in all of the asker's."""
    voice, rank = Voice(who.words), await organiser(who)
    channels = [one for one in await places.channels_of(who.parts, who.team) if rank.may(one)]
    if line.places or line.rest or len(channels) <= 1:
        one, _ = await naming.named_or_last(who, line)
        channels = [one]
    reports = [await look(who, one) for one in channels]
    return Answer("\n\n".join(_told(voice, reports)))


async def look(who: Asker, channel: Channel) -> Report:
    """How the bot stands now in a channel that it posts to."""
    return await examine(who, channel.address)


async def examine(who: Asker, address: str) -> Report:
    """How it stands in any place."""
    place, shown = places.id_of(address), f"<#{places.id_of(address)}>"
    known = who.parts.workspaces.get(who.team)
    bot, granted = (known.bot_name, known.scopes) if known else ("seedbed", frozenset[str]())
    lacking = tuple(scope for scope in SCOPES if scope not in granted) if granted else ()
    try:
        found = (await who.client.conversations_info(channel=place))["channel"]
    except SlackApiError as error:
        if code_of(error) != "channel_not_found":
            raise
        return Report(shown, bot, "unseen", lacking)
    if found.get("is_archived"):
        return Report(shown, bot, "archived", lacking)
    return Report(shown, bot, None if found.get("is_member") else "not_in", lacking)


def warning(voice: Voice, report: Report) -> list[str]:
    """A paragraph on what is missing, for whoever just chose the channel; none where all is well."""
    if report.well:
        return []
    return ["\n".join([voice.say("rights_missing", channel=report.shown), *report.missing(voice)])]


def _told(voice: Voice, reports: Sequence[Report]) -> list[str]:
    paragraphs = []
    for report in reports:
        head = voice.say("rights_complete" if report.well else "rights_missing", channel=report.shown)
        there = report.there(voice) if len(reports) == 1 else []
        paragraphs.append("\n".join([head, *report.missing(voice), *there]))
    return paragraphs
