"""What organisers name: one of their workspace's channels, and a seed."""

from difflib import get_close_matches

from bot.model import Candidate, Channel, SeedId
from bot.platforms.slack.commands import kit, places, typed
from bot.platforms.slack.commands.answers import Answer, Asker, Unable
from bot.platforms.slack.commands.line import Line
from bot.platforms.slack.commands.standing import must_be_theirs, organiser
from bot.platforms.slack.commands.voice import Voice, mention

SEEDS = 25  # from which one may choose
LONGEST = 100  # characters of a seed's name
RUN = "seedbed-run"  # an element whose value is a line after /seedbed; several in a message add a number


class Unclear(Unable):
    """Several seeds may be meant; `answer` has them to choose from."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


async def channel(who: Asker, line: Line) -> Channel:
    """The channel named; without a name the one the command was given in, or the only one there is.

    Unable where it is none, where it is unclear, and where the asker has no say in it.
    """
    voice, rank = Voice(who.words), await organiser(who)
    everywhere = await places.channels_of(who.parts, who.team)
    theirs = [one for one in everywhere if rank.may(one)]
    found = await _named(who, voice, everywhere, line.place) if line.place else _around(who, everywhere)
    if found is None and len(theirs) == 1:
        found = theirs[0]
    if found is None:
        raise Unable(which(voice, theirs))
    if not rank.may(found):
        raise Unable(voice.say("not_yours"))
    return found


async def named_or_last(who: Asker, line: Line) -> tuple[Channel, Line]:
    """As `channel`, where a channel's name in the ledger may also stand for it, alone or as the last word."""
    if not line.places:
        for one in await places.channels_of(who.parts, who.team):
            if one.name in {line.rest.casefold(), (line.rest.split() or [""])[-1].casefold()}:
                await must_be_theirs(who, one)
                return one, line.shorn(line.rest.split()[-1])
    return await channel(who, line), line


async def seed(who: Asker, line: Line, one: Channel) -> Candidate:
    """The seed meant by an id, or by words that fit only one. Unclear with those it may be."""
    voice, named = Voice(who.words), line.rest
    found = await who.parts.overview.find_seeds(typed.one_line(named, LONGEST), one.name, SEEDS)
    plain = named.strip().casefold()
    exact = [candidate for candidate in found if plain in {str(candidate.id).casefold(), candidate.heading.casefold()}]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise Unable(voice.say("seed_unknown", named=typed.quoted(named)))
    options = [kit.option(title(candidate), run(line.verb, one, candidate.id)) for candidate in found]
    menu = kit.row(kit.menu(RUN, voice.say("seed_choose"), options))
    raise Unclear(Answer(voice.say("seed_many", named=typed.quoted(named)), (menu,)))


async def seed_id(who: Asker, line: Line, one: Channel) -> SeedId | None:
    return (await seed(who, line, one)).id if line.rest else None


def run(verb: str, one: Channel, rest: str = "") -> str:
    """The line that does something with a channel, for an element's value."""
    return " ".join(filter(None, [verb, rest, f"<#{places.id_of(one.address)}>"]))


def title(candidate: Candidate) -> str:
    return typed.one_line(
        f"{candidate.heading} · {candidate.author}" if candidate.author else candidate.heading, LONGEST
    )


def which(voice: Voice, channels: list[Channel]) -> str:
    if not channels:
        return voice.say("no_channels")
    return voice.say("which_channel", channels=", ".join(mention(one) for one in channels[:SEEDS]))


def _around(who: Asker, channels: list[Channel]) -> Channel | None:
    return next((one for one in channels if places.id_of(one.address) == who.channel), None)


async def _named(who: Asker, voice: Voice, channels: list[Channel], named: str) -> Channel:
    """By its id, its name in the ledger, or what Slack calls it."""
    plain = named.removeprefix("#").casefold()
    for one in channels:
        if named == places.id_of(one.address) or plain == one.name:
            return one
    titles = {await places.title(who, one): one for one in channels} if named.startswith("#") else {}
    if plain in titles:
        return titles[plain]
    near = get_close_matches(plain, [*(str(one.name) for one in channels), *filter(None, titles)], 1)
    shown = typed.quoted(named) if named.startswith("#") else f"<#{named}>"
    what = voice.say("channel_unknown", named=shown)
    hint = voice.say("did_you_mean_channel", near=near[0]) if near else which(voice, channels)
    raise Unable(f"{what} {hint}")
