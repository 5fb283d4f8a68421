"""`/seedbed queue` and `unqueue`: seeds that go first, before what the draw would bring."""

from collections.abc import Sequence

from discord import app_commands
from discord.app_commands import Choice

from bot.errors import UsageError
from bot.model import Candidate, Channel
from bot.platforms.discord.commands import answers, typed, verb
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.naming import Naming, choices
from bot.platforms.discord.commands.voice import Voice, mention, tell, voice_of
from bot.platforms.discord.parts import Parts


def add_to(group: app_commands.Group, parts: Parts, naming: Naming) -> None:
    queueing = Queueing(parts, naming)
    channel = {"channel": naming.suggest_channel}
    verb.add(group, parts.words, queueing.queue, suggest=channel | {"seed": naming.suggest_seed})
    verb.add(group, parts.words, queueing.unqueue, suggest=channel | {"seed": queueing.suggest_queued})


class Queueing:
    def __init__(self, parts: Parts, naming: Naming) -> None:
        self._desk = parts.desk
        self._words = parts.words
        self._naming = naming

    async def queue(self, interaction: Interaction, seed: str | None = None, channel: str | None = None) -> None:
        """Put a seed first; without one, what is queued."""
        await answers.defer(interaction)
        one = await self._naming.channel(interaction, channel)
        voice = voice_of(self._words, interaction)
        if seed is None:
            await tell(interaction, voice, _listed(voice, one, await self._desk.queued(one.name)))
            return
        found = await self._naming.seed(interaction, one, seed)
        queued = await self._desk.queue(one.name, found.id)
        first = voice.say("queued", title=typed.quoted(found.heading), channel=mention(one))
        await tell(interaction, voice, [first, *(_listed(voice, one, queued) if len(queued) > 1 else ())])

    async def unqueue(self, interaction: Interaction, seed: str, channel: str | None = None) -> None:
        """Take a seed out of the queue again."""
        await answers.defer(interaction)
        one = await self._naming.channel(interaction, channel)
        voice = voice_of(self._words, interaction)
        plain = seed.strip().casefold()
        before = await self._desk.queued(one.name)
        found = next((c for c in before if plain in {str(c.id).casefold(), c.heading.casefold()}), None)
        if found is None:
            raise UsageError(voice.say("not_queued", named=typed.quoted(seed), channel=mention(one)))
        left = await self._desk.unqueue(one.name, found.id)
        taken = voice.say("unqueued", title=typed.quoted(found.heading), channel=mention(one))
        await tell(interaction, voice, [taken, *_listed(voice, one, left)])

    async def suggest_queued(self, interaction: Interaction, current: str) -> list[Choice[str]]:
        try:
            channel = await self._naming.channel(interaction, getattr(interaction.namespace, "channel", None))
        except UsageError:
            return []
        wanted = current.strip().casefold()
        queued = await self._desk.queued(channel.name)
        return choices([one for one in queued if wanted in f"{one.heading} {one.id}".casefold()])


def _listed(voice: Voice, channel: Channel, queued: Sequence[Candidate]) -> list[str]:
    """The whole queue, in paragraphs."""
    if not queued:
        return [voice.say("queue_empty", channel=mention(channel))]
    rows = [f"{place}. {typed.quoted(one.heading)} (`{one.id}`)" for place, one in enumerate(queued, 1)]
    head = voice.count("queue_head", len(queued), channel=mention(channel))
    return ["\n".join([head, *rows])]
