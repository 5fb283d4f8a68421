"""The buttons of a post. They are told by their names, so posts from before a restart answer as well."""

from datetime import timedelta

from slack_bolt.async_app import AsyncApp

from bot.model import LedgerEntry, Message, MessageId, PlatformName, Post
from bot.platforms.cooldown import Cooldown
from bot.platforms.slack import post as posts
from bot.platforms.slack.buttons import Button, action_id
from bot.platforms.slack.commands import answers, places
from bot.platforms.slack.commands.answers import FAILURES, Answer, Asker
from bot.platforms.slack.parts import Parts

REST = timedelta(seconds=10)  # for a message, after its question was swapped


class Presses:
    """What each button does."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rest = Cooldown(parts.clock, REST)

    def register(self, app: AsyncApp) -> None:
        verbs = {Button.ANOTHER: self.another, Button.SAVE: self.save, Button.DISCUSS: self.discuss}
        for button, verb in verbs.items():
            app.action(action_id(button))(answers.listener(self._parts, verb))

    async def another(self, who: Asker) -> None:
        """Swap a question in the message itself, for everybody who reads it."""
        pressed = (who.team, who.channel, _message_of(who))
        again = self._rest.take(pressed)
        if again is not None:
            seconds = max(1, round((again - self._parts.clock.now()).total_seconds()))
            await who.tell("member.another_rest", seconds=seconds)
            return
        message: Message | None = None
        try:
            post = await self._post(who)
            message = await self._parts.inbox.another_question(post.id) if post else None
        finally:
            if message is None:
                self._rest.release(pressed)
        if message is None:
            await who.tell("member.not_known")
            return
        shown = posts.render(message, who.words).edited()
        await who.client.chat_update(channel=str(who.channel), ts=_message_of(who), **shown)

    async def save(self, who: Asker) -> None:
        """Send the seed to whoever asked; to be read here where their direct messages are closed to the bot."""
        post = await self._post(who)
        channel = await places.channel_at(who, who.channel)
        if post is None or post.message is None or channel is None:
            await who.tell("member.not_known")
            return
        link = places.link(self._parts, channel, MessageId(_message_of(who)))
        seed = posts.render_private(post.message, who.words, link=link)
        try:
            await who.client.chat_postMessage(channel=who.user, **seed)
        except FAILURES:
            await who.tell("member.save_failed")
            await who.add(Answer.laid_out(seed))
        else:
            await who.tell("member.saved")

    async def discuss(self, who: Asker) -> None:
        post = await self._post(who)
        channel = await places.channel_at(who, who.channel)
        thread = await self._parts.inbox.discuss(post.id) if post else None
        if thread is None or channel is None:
            await who.tell("member.not_known")
        else:
            await who.tell("member.discuss", link=places.thread_link(self._parts, channel, thread))

    async def _post(self, who: Asker) -> Post | None:
        """The post whose button was pressed; None while it is not confirmed, and where it is not known here."""
        return post.post if (post := await post_of(who, _message_of(who))) else None


async def post_of(who: Asker, ts: str) -> LedgerEntry | None:
    """The post that a message of the asker's channel is. Slack numbers each channel's messages by itself."""
    entry = await who.parts.overview.post_of(PlatformName.SLACK, MessageId(ts))
    channel = await places.channel_at(who, who.channel)
    return entry if entry and channel and entry.post.channel == channel.name else None


def _message_of(who: Asker) -> str:
    return str(who.body["container"]["message_ts"])
