"""`/seed forget-me`: what the bot keeps of a member goes, after a second thought."""

from slack_bolt.async_app import AsyncApp

from bot.platforms.slack.commands import answers, kit
from bot.platforms.slack.commands.answers import Answer, Asker
from bot.platforms.slack.parts import Parts

CONFIRM = "seedbed-forget-me"


def register(app: AsyncApp, parts: Parts) -> None:
    app.action(CONFIRM)(answers.listener(parts, _confirmed))


async def ask(who: Asker) -> None:
    button = kit.button(CONFIRM, who.words.say("member.forget_confirm"), style="danger")
    await who.say(Answer(who.words.say("member.forget_ask"), (kit.row(button),)))


async def _confirmed(who: Asker) -> None:
    """Only the member who asked sees the button. What was forgotten is said in place of the question."""
    rows = await who.parts.nursery.forget_member(who.user)
    words = who.words
    await who.say(words.count("member.forgotten", rows) if rows else words.say("member.forgotten_none"))
