"""`/seedbed queue` and `unqueue`: seeds that go first, before what the draw would bring."""

from collections.abc import Sequence

from bot.model import Candidate, Channel
from bot.platforms.slack.commands import kit, naming, typed
from bot.platforms.slack.commands.answers import Answer, Asker, Unable
from bot.platforms.slack.commands.line import Line
from bot.platforms.slack.commands.voice import Voice, mention

SHOWN = 20  # of the queue, each with a button; Slack takes fifty blocks


async def queue(who: Asker, line: Line) -> Answer:
    """Put a seed first; without one, what is queued."""
    voice = Voice(who.words)
    one = await naming.channel(who, line)
    if not line.rest:
        return _listed(voice, one, await who.parts.desk.queued(one.name))
    found = await naming.seed(who, line, one)
    queued = await who.parts.desk.queue(one.name, found.id)
    first = voice.say("queued", title=typed.quoted(found.heading), channel=mention(one))
    return _listed(voice, one, queued, first)


async def unqueue(who: Asker, line: Line) -> Answer:
    """Take a seed out of the queue again."""
    voice = Voice(who.words)
    one = await naming.channel(who, line)
    plain = line.rest.casefold()
    before = await who.parts.desk.queued(one.name)
    found = next((c for c in before if plain in {str(c.id).casefold(), c.heading.casefold()}), None)
    if found is None:
        raise Unable(voice.say("not_queued", named=typed.quoted(line.rest), channel=mention(one)))
    left = await who.parts.desk.unqueue(one.name, found.id)
    return _listed(voice, one, left, voice.say("unqueued", title=typed.quoted(found.heading), channel=mention(one)))


def _listed(voice: Voice, channel: Channel, queued: Sequence[Candidate], first: str = "") -> Answer:
    """What was done, and the whole queue with a way out of it for each."""
    if not queued:
        head = voice.say("queue_empty", channel=mention(channel))
    else:
        head = voice.count("queue_head", len(queued), channel=mention(channel))
    rows = tuple(
        kit.sections(f"{place}. {typed.quoted(one.heading)} (`{one.id}`)")[0]
        | {
            "accessory": kit.button(
                f"{naming.RUN}:{place}", voice.say("button_unqueue"), naming.run("unqueue", channel, one.id)
            )
        }
        for place, one in enumerate(queued[:SHOWN], 1)
    )
    more = (kit.context(voice.say("and_more")),) if len(queued) > SHOWN else ()
    return Answer("\n".join(filter(None, [first, head])), (*rows, *more))
