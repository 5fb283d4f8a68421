"""*Plant a seed*: a member proposes an excerpt, and organisers decide on it."""

from slack_bolt.async_app import AsyncApp

from bot.model import Cutting, Proposal
from bot.platforms.slack.commands import answers, approval, form, kit, submissions
from bot.platforms.slack.commands.answers import Asker, Unable
from bot.platforms.slack.commands.kit import View
from bot.platforms.slack.commands.standing import standing
from bot.platforms.slack.commands.submissions import Typed
from bot.platforms.slack.parts import Parts

SHORTCUT = "seedbed-plant"  # also the button's name
FORM = "seedbed-planted"
MOST_WAITING = 10  # of one member, until organisers have decided


def register(app: AsyncApp, parts: Parts) -> None:
    app.global_shortcut(SHORTCUT)(answers.listener(parts, _asked))
    app.action(SHORTCUT)(answers.listener(parts, _asked))
    app.view(FORM)(submissions.submission(parts, _submitted))


async def offer(who: Asker, cutting: Cutting) -> None:
    """Open the form; at once, since Slack opens one for three seconds only."""
    title = who.words.say("member.form_title")
    await who.show(form.cutting_form(who.words, cutting, title=title, callback=FORM))


async def _asked(who: Asker) -> None:
    await offer(who, Cutting(""))


async def _submitted(who: Asker, typed: Typed) -> View:
    """Hand it to the organisers, and thank."""
    proposal = await _kept(who, form.cutting_of(typed))
    await approval.ask(who, proposal)
    return answers.sheet(who.words, kit.sections(who.words.say("member.thanks")))


async def _kept(who: Asker, cutting: Cutting) -> Proposal:
    """Unable where it cannot be; one member alone does not fill the organisers' channel."""
    nursery = who.parts.nursery
    waiting = sum(one.by == who.user for one in await nursery.waiting(who.team))
    if waiting >= MOST_WAITING and not (await standing(who)).organiser:
        raise Unable(who.words.say("member.plant_enough", number=waiting))
    return await nursery.propose(who.team, who.user, cutting)
