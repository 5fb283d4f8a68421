"""`/seed`: a seed on a topic, posted for the channel or shown to the asker alone."""

import asyncio
from datetime import timedelta

import discord
from discord import app_commands

from bot.model import Answer, Channel, PlantAnswer, PlantRequest, State
from bot.platforms.cooldown import Cooldown
from bot.platforms.discord import post as posts
from bot.platforms.discord.commands import answers, typed
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.parts import Parts

TOPIC = 300  # characters
SUGGESTION = 100  # characters, and so many of them at once; Discord takes no more
SUGGESTIONS = 25
REST = timedelta(seconds=30)  # for a member in a channel, after a seed was posted for them
# Seconds between looks at a post that is still on its way. Discord takes an answer for fifteen minutes.
LOOKS = (2, 5, 10, 20, 40, 80, 160, 240)


def add_to(tree: app_commands.CommandTree[discord.Client], parts: Parts) -> None:
    words = parts.words
    asking = Asking(parts)

    @tree.command(name="seed", description=words.localised("member.seed_about"))
    @app_commands.rename(
        topic=words.localised("member.seed_topic_name"), private=words.localised("member.seed_private_name")
    )
    @app_commands.describe(
        topic=words.localised("member.seed_topic_about"), private=words.localised("member.seed_private_about")
    )
    @app_commands.autocomplete(topic=asking.suggest)
    async def seed(
        interaction: Interaction, topic: app_commands.Range[str, 1, TOPIC] | None = None, private: bool = False
    ) -> None:
        await asking.answer(interaction, typed.one_line(topic, TOPIC), private=private)


class Asking:
    """Answers `/seed`. Nothing that counts is posted as its answer: the post goes by the outbox, and is linked to."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._words = parts.words
        self._inbox = parts.inbox
        self._rest = Cooldown(parts.clock, REST)

    async def suggest(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Topics of the library; whatever else somebody types is just as welcome."""
        del interaction
        found = await self._parts.overview.complete(typed.one_line(current, TOPIC), SUGGESTIONS)
        names = dict.fromkeys(typed.one_line(topic, SUGGESTION) for topic in found)
        return [app_commands.Choice(name=name, value=name) for name in names if name][:SUGGESTIONS]

    async def answer(self, interaction: Interaction, topic: str, *, private: bool) -> None:
        await answers.defer(interaction)
        channel = answers.channel_of(self._parts, interaction)
        if channel is None:
            await self._elsewhere(interaction, topic)
        elif private:
            await self._show(interaction, channel, topic, None)
        else:
            await self._post(interaction, channel, topic)

    # ---- for the channel -------------------------------------------------------------------------------------------

    async def _post(self, interaction: Interaction, channel: Channel, topic: str) -> None:
        who = (interaction.user.id, channel.name)
        again = self._rest.take(who)
        if again is not None:
            await answers.tell(self._words, interaction, "member.seed_rest", when=discord.utils.format_dt(again, "R"))
            return
        request = PlantRequest(channel.name, topic, f"discord/{interaction.id}", str(interaction.user.id))
        answer: PlantAnswer | None = None
        try:
            answer = await self._inbox.plant_seed(request)
        finally:
            if answer is None or answer.answer not in {Answer.POSTED, Answer.SENDING}:
                self._rest.release(who)
        await self._tell(interaction, channel, topic, answer)
        if answer.answer is Answer.SENDING:
            await self._follow(interaction, channel, request)

    async def _follow(self, interaction: Interaction, channel: Channel, request: PlantRequest) -> None:
        """Tell what becomes of a post that is still on its way, as long as Discord takes an answer."""
        for seconds in LOOKS:
            await asyncio.sleep(seconds)
            answer = await self._inbox.plant_seed(request)  # the same request is the same post
            if answer.answer is not Answer.SENDING:
                await self._tell(interaction, channel, request.topic, answer)
                return

    async def _tell(self, interaction: Interaction, channel: Channel, topic: str, answer: PlantAnswer) -> None:
        where = self._link(interaction, channel, answer)
        match answer.answer:
            case Answer.POSTED if where:
                await answers.tell(self._words, interaction, "member.seed_posted", link=where)
            case Answer.POSTED:
                await answers.tell(self._words, interaction, "member.seed_gone")
            case Answer.SENDING:
                await answers.tell(self._words, interaction, "member.seed_sending")
            case Answer.ALREADY_READ if where:
                await answers.tell(self._words, interaction, "member.seed_read", link=where)
            case Answer.ALREADY_READ:
                await answers.tell(self._words, interaction, "member.seed_read_somewhere")
            case Answer.REFUSED:
                await answers.tell(self._words, interaction, "member.seed_refused", reason=answer.reason or "")
            case Answer.NOTHING:
                await self._nothing(interaction, topic, answer.near)

    def _link(self, interaction: Interaction, channel: Channel, answer: PlantAnswer) -> str | None:
        """None where nothing is there to be seen."""
        post = answer.post
        if post is None or post.message_id is None or post.state is State.DELETED:
            return None
        return answers.link(interaction.guild, channel.address, post.message_id)

    # ---- for the asker alone ---------------------------------------------------------------------------------------

    async def _elsewhere(self, interaction: Interaction, topic: str) -> None:
        """Where no seeds are posted there is nothing to be counted, but something to be read."""
        channel = self._nearby(interaction)
        if channel is None:
            await answers.tell(self._words, interaction, "member.seed_nowhere")
            return
        note = self._words.say("member.seed_elsewhere", str(interaction.locale), channel=f"<#{channel.address}>")
        await self._show(interaction, channel, topic, note)

    async def _show(self, interaction: Interaction, channel: Channel, topic: str, note: str | None) -> None:
        glimpse = await self._inbox.glimpse(channel.name, topic)
        if glimpse.message is None:
            await self._nothing(interaction, topic, glimpse.near)
            return
        locale = str(interaction.locale)
        seed = posts.render_private(glimpse.message, self._words, locale, link=None)
        if glimpse.read and note is None:
            note = self._words.say("member.seed_glimpse_read", locale)
        if note is None:
            await answers.say(interaction, seed)
        else:
            await answers.say(interaction, note)
            await answers.add(interaction, seed)

    def _nearby(self, interaction: Interaction) -> Channel | None:
        """A channel with a daily seed in this server that the asker may see."""
        guild, asker = interaction.guild, interaction.user
        if guild is None or not isinstance(asker, discord.Member):
            return None
        for channel in answers.discord_channels(self._parts):
            place = guild.get_channel(int(channel.address)) if channel.address.isdecimal() else None
            if place is not None and place.permissions_for(asker).view_channel:
                return channel
        return None

    async def _nothing(self, interaction: Interaction, topic: str, near: tuple[str, ...]) -> None:
        if not topic:
            await answers.tell(self._words, interaction, "member.seed_none_left")
        elif near:
            names = ", ".join(f"**{typed.quoted(name)}**" for name in near)
            await answers.tell(
                self._words, interaction, "member.seed_nothing_near", topic=typed.quoted(topic), near=names
            )
        else:
            await answers.tell(self._words, interaction, "member.seed_nothing", topic=typed.quoted(topic))
