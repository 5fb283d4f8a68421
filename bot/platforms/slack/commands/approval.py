"""What members propose, put before the organisers: a card with buttons, a list of what waits, and the decision told."""

import asyncio
import logging
import re
from enum import StrEnum
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.log import fields
from bot.model import Cutting, Decision, MessageId, Proposal
from bot.platforms.cutting import shorten
from bot.platforms.slack.commands import answers, form, kit, permissions, places, submissions, typed
from bot.platforms.slack.commands.answers import FAILURES, Answer, Asker, Unable
from bot.platforms.slack.commands.kit import Block, View
from bot.platforms.slack.commands.line import Line
from bot.platforms.slack.commands.standing import organiser, standing
from bot.platforms.slack.commands.submissions import Typed
from bot.platforms.slack.commands.voice import Voice
from bot.platforms.slack.faults import said
from bot.platforms.slack.parts import Parts

log = logging.getLogger(__name__)

FORM = "seedbed-mended"
PICK = "seedbed-organisers"  # a menu of channels
SHOWN = 2800  # characters of the excerpt on a card
LINE = 120  # of the title, the author and the source
AT_ONCE = 5  # proposals in one answer; Slack takes no more answers to one command


class Act(StrEnum):
    APPROVE = "approve"
    EDIT = "edit"
    DECLINE = "decline"


class Approving:
    """Decisions, one at a time: of two organisers who press at once, the second is told what the first one did."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._nursery = parts.nursery
        self._voice = Voice(parts.words)
        self._deciding = asyncio.Lock()
        self._deciders: dict[int, str] = {}  # who decided on which proposal, as long as the bot runs

    def register(self, app: AsyncApp) -> None:
        app.action(re.compile(rf"^seedbed-plan:({'|'.join(Act)})$"))(answers.listener(self._parts, self._pressed))
        app.action(PICK)(answers.listener(self._parts, self._picked))
        app.view(FORM)(submissions.submission(self._parts, self._mended))

    async def proposals(self, who: Asker, line: Line) -> None:
        """What waits for a decision, oldest first."""
        del line
        await organiser(who)
        waiting = await self._nursery.waiting(who.team)
        if not waiting:
            await who.say(self._voice.say("proposals_none"))
            return
        head = self._voice.count("proposals_head", len(waiting))
        if len(waiting) > AT_ONCE:
            head += "\n" + self._voice.count("proposals_more", len(waiting) - AT_ONCE)
        cards = [await card(who, proposal) for proposal in waiting[:AT_ONCE]]
        if not who.in_messages:
            await who.say(Answer(head, tuple(block for one in cards for block in one["blocks"])))
            return
        await who.say(Answer(f"{head}\n\n{cards[0]['text']}", head=(*kit.sections(head), *cards[0]["blocks"])))
        for one in cards[1:]:
            await who.add(Answer.laid_out(one))

    async def organisers(self, who: Asker, line: Line) -> None:
        """Where organisers are told what they have to know: `organisers #channel`, `organisers off`, or a menu."""
        rank = await standing(who)
        if not rank.admin:
            raise Unable(self._voice.say("admins_only"))
        if line.rest.casefold() in {"off", "none"}:
            await self._nursery.set_organisers(who.team, None)
        elif line.place is not None and places.PLACE.fullmatch(line.place):
            await self._choose(who, line.place)
            return
        address = await self._nursery.organisers(who.team)
        shown = f"<#{places.id_of(address)}>" if address else ""
        told = self._voice.say("organisers_are", channel=shown) if address else self._voice.say("organisers_none")
        await who.say(Answer(told, (kit.row(kit.places(PICK, self._voice.say("place_choose"))),)))

    async def _picked(self, who: Asker) -> None:
        if not (await standing(who)).admin:
            raise Unable(self._voice.say("admins_only"))
        await self._choose(who, str(who.body["actions"][0]["selected_conversation"]))

    async def _choose(self, who: Asker, place: str) -> None:
        """From now on there; and what waits and was shown nowhere is shown there."""
        await self._nursery.set_organisers(who.team, places.address_of(who, place))
        report = await permissions.examine(who, places.address_of(who, place))
        told = [self._voice.say("organisers_are", channel=f"<#{place}>"), *permissions.warning(self._voice, report)]
        await who.say("\n\n".join(told))
        for proposal in await self._nursery.waiting(who.team):
            if proposal.card is None and report.well:
                await ask(who, proposal)

    # ---- a card's buttons ------------------------------------------------------------------------------------------

    async def _pressed(self, who: Asker) -> None:
        action = who.body["actions"][0]
        act = Act(str(action["action_id"]).partition(":")[2])
        if act is Act.EDIT:
            await who.hold()  # the store may take longer than Slack gives a form
        await organiser(who)
        proposal = await self._nursery.proposal(int(action["value"]))
        if proposal is None or proposal.space != who.team:
            raise Unable(self._voice.say("proposal_gone"))
        match act:
            case Act.EDIT:
                await self._edit(who, proposal)
            case Act.APPROVE:
                await self._decide(who, proposal, Decision.APPROVED)
            case Act.DECLINE:
                await self._decide(who, proposal, Decision.DECLINED)

    async def _decide(self, who: Asker, proposal: Proposal, wanted: Decision) -> None:
        async with self._deciding:
            before = await self._nursery.proposal(proposal.id) or proposal
            verb = self._nursery.approve if wanted is Decision.APPROVED else self._nursery.decline
            decided = before if before.decision is not Decision.WAITING else await verb(proposal.id)
        first = before.decision is Decision.WAITING and decided.decision is wanted
        if first:
            self._deciders[decided.id] = who.user
        await self._show(who, decided)
        if not first:
            await who.add(self._voice.say("decided_before", decision=self._voice.say(f"is_{decided.decision}")))
        elif decided.by is not None:
            await self._tell_member(who, decided)

    async def _edit(self, who: Asker, proposal: Proposal) -> None:
        if proposal.decision is not Decision.WAITING:
            raise Unable(self._voice.say("decided_before", decision=self._voice.say(f"is_{proposal.decision}")))
        if len(proposal.cutting.text) > form.TEXT:
            raise Unable(self._voice.say("edit_too_long"))
        title = self._voice.say("edit_title")
        number = str(proposal.id)
        await who.show(form.cutting_form(who.words, proposal.cutting, title=title, callback=FORM, metadata=number))

    async def _mended(self, who: Asker, filled: Typed) -> View:
        """The organisers' card shows the new text, and so does the form."""
        await organiser(who)
        number = int(filled.metadata)
        proposal = await self._nursery.proposal(number)
        if proposal is None or proposal.space != who.team:
            raise Unable(self._voice.say("proposal_gone"))
        revised = await self._nursery.revise(number, form.cutting_of(filled))
        told = kit.sections(self._voice.say("revised"))
        changed = await self._refresh(who, revised)
        return answers.sheet(who.words, told if changed else (await card(who, revised))["blocks"])

    # ---- what is shown ---------------------------------------------------------------------------------------------

    async def _show(self, who: Asker, proposal: Proposal) -> None:
        """The outcome in place of the buttons: where one was pressed, and on the organisers' card."""
        shown = await card(who, proposal, self._deciders.get(proposal.id))
        container = who.body.get("container") or {}
        pressed_on = container.get("message_ts")
        if container.get("type") == "message" and not container.get("is_ephemeral"):
            await who.client.chat_update(channel=container["channel_id"], ts=str(pressed_on), **shown)
        else:
            await who.say(Answer.laid_out(shown))
        if proposal.card is not None and proposal.card != pressed_on:
            await self._refresh(who, proposal)

    async def _refresh(self, who: Asker, proposal: Proposal) -> bool:
        """Bring the organisers' card up to date; whether it is there to be."""
        address = await self._nursery.organisers(proposal.space)
        if address is None or proposal.card is None:
            return False
        shown = await card(who, proposal, self._deciders.get(proposal.id))
        try:
            await who.client.chat_update(channel=places.id_of(address), ts=proposal.card, **shown)
        except FAILURES as error:
            log.debug("a card was not brought up to date", extra=fields(proposal=proposal.id, reason=said(error)))
            return False
        return True

    async def _tell_member(self, who: Asker, proposal: Proposal) -> None:
        """By direct message; whoever takes none finds the seed in the channel one day."""
        heading = typed.quoted(proposal.cutting.title or proposal.cutting.text, 60)
        text = self._voice.say(f"member_{proposal.decision}", title=heading)
        try:
            await who.client.chat_postMessage(channel=str(proposal.by), text=text)
        except FAILURES as error:
            log.debug("a member takes no direct message", extra=fields(proposal=proposal.id, reason=said(error)))


async def ask(who: Asker, proposal: Proposal) -> bool:
    """Put a proposal before the organisers, in the channel they chose; whether there is one, and it took the card.

    Otherwise it waits; `/seedbed status` tells of it, and `/seedbed proposals` shows it.
    """
    address = await who.parts.nursery.organisers(proposal.space)
    if address is None:
        return False
    shown = await card(who, proposal)
    try:
        sent = await who.client.chat_postMessage(
            channel=places.id_of(address), unfurl_links=False, unfurl_media=False, **shown
        )
    except FAILURES as error:
        log.warning("organisers were not asked", extra=fields(proposal=proposal.id, reason=said(error)))
        return False
    await who.parts.nursery.noted(proposal.id, MessageId(str(sent["ts"])))
    return True


async def card(who: Asker, proposal: Proposal, decider: str | None = None) -> dict[str, Any]:
    """A proposal with its buttons, or with what was decided in their place: text and blocks."""
    voice = Voice(who.words)
    told = voice.say("card", by=await _called(who, proposal.by), number=proposal.id)
    excerpt = _excerpt(voice, proposal.cutting)
    spoken = f"{told}\n{typed.quoted(proposal.cutting.text, SHOWN)}"
    if proposal.decision is Decision.WAITING:
        return {"text": spoken, "blocks": [*kit.sections(told), *excerpt, _buttons(voice, proposal)]}
    outcome = voice.say(f"card_{proposal.decision}", decider=await _called(who, decider))
    return {"text": f"{spoken}\n{outcome}", "blocks": [*kit.sections(told), *excerpt, *kit.sections(outcome)]}


async def _called(who: Asker, user: str | None) -> str:
    """What somebody is called. Not a mention, which Slack always makes a ping of."""
    unknown = Voice(who.words).say("somebody")
    if user is None:
        return unknown
    try:
        found = (await who.client.users_info(user=user))["user"]
    except FAILURES:
        return unknown
    profile = found.get("profile") or {}
    return typed.quoted(profile.get("display_name") or profile.get("real_name") or found.get("name") or unknown)


def _excerpt(voice: Voice, cutting: Cutting) -> list[Block]:
    """As it was typed, whatever its letters mean to Slack; cut where a card takes no more."""
    text = shorten(typed.block(cutting.text, len(cutting.text)), lambda part: len(part) <= SHOWN, SHOWN)
    quote: Block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": text or "…"}]}],
    }
    title = [kit.header(typed.one_line(cutting.title, LINE))] if cutting.title else []
    source = " ".join(filter(None, [cutting.source.title, cutting.source.url]))
    parts = {
        "card_author": typed.quoted(cutting.author or "", LINE),
        "card_source": typed.quoted(source, 3 * LINE),
        "card_topics": typed.quoted(", ".join(cutting.topics), 3 * LINE),
    }
    told = "\n".join(f"{voice.say(name)}: {value}" for name, value in parts.items() if value)
    return [*title, quote, *([kit.context(told)] if told else [])]


def _buttons(voice: Voice, proposal: Proposal) -> Block:
    styles = {Act.APPROVE: "primary", Act.DECLINE: "danger"}
    return kit.row(
        *(
            kit.button(f"seedbed-plan:{act}", voice.say(f"button_{act}"), str(proposal.id), style=styles.get(act))
            for act in Act
        )
    )
