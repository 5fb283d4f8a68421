"""`/seed`: a seed on a topic, posted for the channel or shown to the asker alone."""

import asyncio
import hashlib
from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncApp

from bot.model import Answer as Outcome
from bot.model import Channel, PlantAnswer, PlantRequest, State
from bot.platforms.cooldown import Cooldown
from bot.platforms.slack import post as posts
from bot.platforms.slack.commands import answers, forget, kit, places, plant, typed
from bot.platforms.slack.commands.answers import Answer, Asker
from bot.platforms.slack.commands.voice import mention
from bot.platforms.slack.parts import Parts

TOPIC = 300  # characters
REST = timedelta(seconds=30)  # for a member in a channel, after a seed was posted for them
# Seconds between looks at a post that is still on its way. Slack takes answers for half an hour, and no more than five.
LOOKS = (2, 5, 10, 20, 40, 80, 160, 240)
PRIVATE = frozenset({"private", "--private"})


class Asking:
    """Answers `/seed`. Nothing that counts is posted as its answer: the post goes by the outbox, and is linked to."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._inbox = parts.inbox
        self._rest = Cooldown(parts.clock, REST)
        self._following: set[asyncio.Task[None]] = set()  # asyncio alone would not hold on to them

    def register(self, app: AsyncApp) -> None:
        app.command("/seed")(answers.listener(self._parts, self.answer))

    async def answer(self, who: Asker) -> None:
        words = typed.unwrapped(str(who.body.get("text") or "")).split()
        match [word.casefold() for word in words]:
            case ["help"]:
                await self._help(who)
                return
            case ["forget-me"] | ["forget", "me"]:
                await forget.ask(who)
                return
        private = bool(words) and bool({words[0].casefold(), words[-1].casefold()} & PRIVATE)
        if private:
            words = words[:-1] if words[-1].casefold() in PRIVATE else words[1:]
        topic = typed.one_line(" ".join(words), TOPIC)
        channel = await places.channel_at(who, who.channel)
        if channel is None:
            await self._elsewhere(who, topic)
        elif private:
            await self._show(who, channel, topic, None)
        else:
            await self._post(who, channel, topic)

    async def _help(self, who: Asker) -> None:
        button = kit.button(plant.SHORTCUT, who.words.say("member.plant_button"))
        await who.say(Answer(who.words.say("member.help"), (kit.row(button),)))

    # ---- for the channel -------------------------------------------------------------------------------------------

    async def _post(self, who: Asker, channel: Channel, topic: str) -> None:
        asked = (who.team, who.user, channel.name)
        again = self._rest.take(asked)
        if again is not None:
            await who.tell("member.seed_rest", seconds=self._seconds(again))
            return
        request = PlantRequest(channel.name, topic, _request(who), who.user)
        answer: PlantAnswer | None = None
        try:
            answer = await self._inbox.plant_seed(request)
        finally:
            if answer is None or answer.answer not in {Outcome.POSTED, Outcome.SENDING}:
                self._rest.release(asked)
        await self._tell(who, channel, topic, answer)
        if answer.answer is Outcome.SENDING:
            # Apart from the listener, for whose end a bot that stops waits.
            following = asyncio.create_task(self._follow(who, channel, request))
            self._following.add(following)
            following.add_done_callback(self._following.discard)

    async def _follow(self, who: Asker, channel: Channel, request: PlantRequest) -> None:
        """Tell what becomes of a post that is still on its way, as long as Slack takes an answer and the bot runs."""
        async with answers.caught(who):
            for seconds in LOOKS:
                await asyncio.sleep(seconds)
                if who.gone:
                    return
                answer = await self._inbox.plant_seed(request)  # the same request is the same post
                if answer.answer is not Outcome.SENDING:
                    await self._tell(who, channel, request.topic, answer)
                    return

    async def _tell(self, who: Asker, channel: Channel, topic: str, answer: PlantAnswer) -> None:
        where = self._link(channel, answer)
        match answer.answer:
            case Outcome.POSTED if where:
                await who.tell("member.seed_posted", link=where)
            case Outcome.POSTED:
                await who.tell("member.seed_gone")
            case Outcome.SENDING:
                await who.tell("member.seed_sending")
            case Outcome.ALREADY_READ if where:
                await who.tell("member.seed_read", link=where)
            case Outcome.ALREADY_READ:
                await who.tell("member.seed_read_somewhere")
            case Outcome.REFUSED:
                await who.tell("member.seed_refused", reason=typed.quoted(answer.reason or "", TOPIC))
            case Outcome.NOTHING:
                await self._nothing(who, topic, answer.near)

    def _link(self, channel: Channel, answer: PlantAnswer) -> str | None:
        """None where nothing is there to be seen."""
        post = answer.post
        if post is None or post.message_id is None or post.state is State.DELETED:
            return None
        return places.link(self._parts, channel, post.message_id)

    def _seconds(self, again: datetime) -> int:
        return max(1, round((again - self._parts.clock.now()).total_seconds()))

    # ---- for the asker alone ---------------------------------------------------------------------------------------

    async def _elsewhere(self, who: Asker, topic: str) -> None:
        """Where no seeds are posted there is nothing to be counted, but something to be read."""
        channel = await self._nearby(who)
        if channel is None:
            await who.tell("member.seed_nowhere")
            return
        note = who.words.say("member.seed_elsewhere", channel=mention(channel))
        await self._show(who, channel, topic, note)

    async def _show(self, who: Asker, channel: Channel, topic: str, note: str | None) -> None:
        glimpse = await self._inbox.glimpse(channel.name, topic)
        if glimpse.message is None:
            await self._nothing(who, topic, glimpse.near)
            return
        seed = posts.render_private(glimpse.message, who.words, link=None)
        if glimpse.read and note is None:
            note = who.words.say("member.seed_glimpse_read")
        below = (kit.context(note),) if note else ()
        await who.say(Answer.laid_out(seed, *below))

    async def _nearby(self, who: Asker) -> Channel | None:
        """A channel with a daily seed in this workspace that the asker may read."""
        for channel in await places.channels_of(self._parts, who.team):
            if await places.readable(who, channel):
                return channel
        return None

    async def _nothing(self, who: Asker, topic: str, near: tuple[str, ...]) -> None:
        if not topic:
            await who.tell("member.seed_none_left")
        elif near:
            names = ", ".join(f"*{typed.quoted(name)}*" for name in near)
            await who.tell("member.seed_nothing_near", topic=typed.quoted(topic), near=names)
        else:
            await who.tell("member.seed_nothing", topic=typed.quoted(topic))


def _request(who: Asker) -> str:
    """The same for an asking that Slack hands over twice; digested, since what opens forms is not for the ledger."""
    unique = f"{who.team} {who.user} {who.trigger}"
    return f"slack/{hashlib.sha256(unique.encode()).hexdigest()[:32]}"
