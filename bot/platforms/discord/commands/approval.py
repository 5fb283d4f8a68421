"""What members propose, put before the organisers: a card with buttons, a list of what waits, and the decision told."""

import asyncio
import logging
import re
from enum import StrEnum
from functools import partial
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, Transform

from bot.errors import UsageError
from bot.log import fields
from bot.model import Cutting, Decision, MessageId, Proposal
from bot.platforms import plain
from bot.platforms.cutting import shorten
from bot.platforms.discord import markup
from bot.platforms.discord.commands import answers, deskbuttons, form, rights_report, typed, verb
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.placing import RoomOption
from bot.platforms.discord.commands.pressing import on_press
from bot.platforms.discord.commands.voice import Voice, tell, voice_of
from bot.platforms.discord.limits import length
from bot.platforms.discord.parts import Parts
from bot.platforms.words import DEFAULT

log = logging.getLogger(__name__)

SHOWN = 3500  # characters of the excerpt on a card, escaped; the whole embed takes 6000
LINE = 120  # of the title, the author and the source, each before it is escaped
NEEDED = ("view_channel", "send_messages", "embed_links")  # where organisers are asked
TIMEOUT = 30.0  # seconds
AT_ONCE = 5  # proposals in one answer
# What a request can end in that leaves the proposal as it was: it waits, and is found with `/seedbed proposals`.
FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError)


class Act(StrEnum):
    APPROVE = "approve"
    EDIT = "edit"
    DECLINE = "decline"


TEMPLATE = re.compile(rf"seedbed-plan:(?P<act>{'|'.join(Act)}):(?P<number>[0-9]{{1,18}})")


def add_to(group: app_commands.Group, client: discord.Client, parts: Parts) -> None:
    approving = Approving(client, parts)
    verb.add(group, parts.words, approving.proposals)
    verb.add(group, parts.words, approving.organisers, texts={"channel": "organisers_channel"})
    on_press(client, parts.words, TEMPLATE, approving.pressed)


async def ask(client: discord.Client, parts: Parts, proposal: Proposal) -> bool:
    """Put a proposal before the organisers, in the channel they chose; whether there is one, and it took the card.

    Otherwise it waits; `/seedbed status` tells of it, and `/seedbed proposals` shows it.
    """
    address = await parts.nursery.organisers(proposal.space)
    if address is None:
        return False
    card = _card(_voice_of_server(client, parts, proposal.space), proposal)
    try:
        async with asyncio.timeout(TIMEOUT):
            message = await client.get_partial_messageable(int(address)).send(**card)
    except FAILURES as error:
        log.warning("organisers were not asked", extra=fields(proposal=proposal.id, reason=str(error) or repr(error)))
        return False
    await parts.nursery.noted(proposal.id, MessageId(str(message.id)))
    return True


class Approving:
    """Decisions, one at a time: of two organisers who press at once, the second is told what the first one did."""

    def __init__(self, client: discord.Client, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._nursery = parts.nursery
        self._words = parts.words
        self._deciding = asyncio.Lock()
        self._deciders: dict[int, int] = {}  # who decided on which proposal, as long as the bot runs

    async def proposals(self, interaction: Interaction) -> None:
        """What waits for a decision, oldest first."""
        await answers.defer(interaction)
        voice = voice_of(self._words, interaction)
        waiting = await self._nursery.waiting(str(interaction.guild_id))
        if not waiting:
            await answers.say(interaction, voice.say("proposals_none"))
            return
        await answers.say(interaction, voice.count("proposals_head", len(waiting)))
        for proposal in waiting[:AT_ONCE]:
            await answers.add(interaction, _card(voice, proposal))
        if len(waiting) > AT_ONCE:
            await answers.add(interaction, voice.count("proposals_more", len(waiting) - AT_ONCE))

    async def organisers(
        self,
        interaction: Interaction,
        channel: Transform[AppCommandChannel, RoomOption] | None = None,
        off: bool = False,
    ) -> None:
        """Where organisers are told what they have to know; without an option, where that is now."""
        await answers.defer(interaction)
        voice, space = voice_of(self._words, interaction), str(interaction.guild_id)
        if off:
            await self._nursery.set_organisers(space, None)
        elif channel is not None:
            await self._nursery.set_organisers(space, str(channel.id))
        address = await self._nursery.organisers(space)
        if address is None:
            await answers.say(interaction, voice.say("organisers_none"))
            return
        report = await rights_report.examine(self._client, address, lambda _: NEEDED)
        told = voice.say("organisers_are", channel=report.mention)
        await tell(interaction, voice, [told, *rights_report.warning(voice, report)])
        for proposal in await self._nursery.waiting(space):
            if proposal.card is None and not report.lacks:
                await ask(self._client, self._parts, proposal)

    # ---- a card's buttons ------------------------------------------------------------------------------------------

    async def pressed(self, interaction: Interaction, found: re.Match[str]) -> None:
        deskbuttons.require_organiser(self._words, interaction)
        act = Act(found["act"])
        if act is not Act.EDIT:
            await interaction.response.defer()  # a form is only taken as the first answer
        proposal = await self._nursery.proposal(int(found["number"]))
        if proposal is None or proposal.space != str(interaction.guild_id):
            if act is Act.EDIT:
                await interaction.response.defer()
            await interaction.edit_original_response(view=None)
            raise UsageError(voice_of(self._words, interaction).say("proposal_gone"))
        match act:
            case Act.EDIT:
                await self._edit(interaction, proposal)
            case Act.APPROVE:
                await self._decide(interaction, proposal, Decision.APPROVED)
            case Act.DECLINE:
                await self._decide(interaction, proposal, Decision.DECLINED)

    async def _decide(self, interaction: Interaction, proposal: Proposal, wanted: Decision) -> None:
        voice = voice_of(self._words, interaction)
        async with self._deciding:
            before = await self._nursery.proposal(proposal.id) or proposal
            verb = self._nursery.approve if wanted is Decision.APPROVED else self._nursery.decline
            decided = before if before.decision is not Decision.WAITING else await verb(proposal.id)
        first = before.decision is Decision.WAITING and decided.decision is wanted
        if first:
            self._deciders[decided.id] = interaction.user.id
        await self._show(interaction, decided)
        if not first:
            await answers.say(interaction, voice.say("decided_before", decision=voice.say(f"is_{decided.decision}")))
        elif decided.by is not None:
            await self._tell_member(interaction, decided)

    async def _edit(self, interaction: Interaction, proposal: Proposal) -> None:
        voice = voice_of(self._words, interaction)
        if proposal.decision is not Decision.WAITING:
            await interaction.response.defer()
            await self._show(interaction, proposal)
            raise UsageError(voice.say("decided_before", decision=voice.say(f"is_{proposal.decision}")))
        if len(proposal.cutting.text) > form.TEXT:
            raise UsageError(voice.say("edit_too_long"))
        then = partial(self._revised, proposal.id)
        edit = form.CuttingForm(self._words, voice.locale, proposal.cutting, then)
        edit.title = voice.say("edit_title")
        await interaction.response.send_modal(edit)

    async def _revised(self, number: int, interaction: Interaction, cutting: Cutting) -> None:
        """The form was sent in: the card shows the new text, and so does the answer, where there is no card."""
        revised = await self._nursery.revise(number, cutting)
        voice = voice_of(self._words, interaction)
        changed = revised.card is not None and await self._refresh(revised)
        await answers.say(interaction, voice.say("revised") if changed else _card(voice, revised))

    # ---- what is shown ---------------------------------------------------------------------------------------------

    async def _show(self, interaction: Interaction, proposal: Proposal) -> None:
        """The outcome in place of the buttons: where one was pressed, and on the organisers' card."""
        pressed_on = interaction.message.id if interaction.message else None
        on_card = proposal.card == str(pressed_on)
        voice = self._voice_of_server(proposal) if on_card else voice_of(self._words, interaction)
        await interaction.edit_original_response(**_card(voice, proposal, self._deciders.get(proposal.id)))
        if proposal.card is not None and not on_card:
            await self._refresh(proposal)

    async def _refresh(self, proposal: Proposal) -> bool:
        """Bring the organisers' card up to date; whether it is there to be."""
        address = await self._nursery.organisers(proposal.space)
        if address is None or proposal.card is None:
            return False
        card = _card(self._voice_of_server(proposal), proposal, self._deciders.get(proposal.id))
        message = self._client.get_partial_messageable(int(address)).get_partial_message(int(proposal.card))
        try:
            async with asyncio.timeout(TIMEOUT):
                await message.edit(**card)
        except FAILURES as error:
            log.debug("a card was not brought up to date", extra=fields(proposal=proposal.id, reason=repr(error)))
            return False
        return True

    def _voice_of_server(self, proposal: Proposal) -> Voice:
        return _voice_of_server(self._client, self._parts, proposal.space)

    async def _tell_member(self, interaction: Interaction, proposal: Proposal) -> None:
        """By direct message; whoever takes none finds the seed in the channel one day."""
        assert proposal.by is not None
        voice = self._voice_of_server(proposal)
        heading = typed.quoted(proposal.cutting.title or proposal.cutting.text, 60)
        server = typed.quoted(interaction.guild.name) if interaction.guild else ""
        try:
            async with asyncio.timeout(TIMEOUT):
                member = self._client.get_user(int(proposal.by)) or await self._client.fetch_user(int(proposal.by))
                await member.send(voice.say(f"member_{proposal.decision}", title=heading, server=server))
        except FAILURES as error:
            log.debug("a member takes no direct message", extra=fields(proposal=proposal.id, reason=repr(error)))


def _voice_of_server(client: discord.Client, parts: Parts, space: str) -> Voice:
    """What several people read is in the server's own language."""
    guild = client.get_guild(int(space))
    return Voice(parts.words, str(guild.preferred_locale) if guild else DEFAULT)


def _card(voice: Voice, proposal: Proposal, decider: int | None = None) -> dict[str, Any]:
    """A proposal with its buttons, or with what was decided in their place; for `send` and for `edit`."""
    by = f"<@{proposal.by}>" if proposal.by else voice.say("somebody")
    told = voice.say("card", by=by, number=proposal.id)
    if proposal.decision is Decision.WAITING:
        return {"content": told, "embed": _excerpt(voice, proposal.cutting), "view": _buttons(voice, proposal)}
    outcome = voice.say(f"card_{proposal.decision}", decider=f"<@{decider}>" if decider else voice.say("somebody"))
    return {"content": f"{told}\n{outcome}", "embed": _excerpt(voice, proposal.cutting), "view": None}


def _excerpt(voice: Voice, cutting: Cutting) -> discord.Embed:
    """As it was typed, whatever its letters mean to Discord; cut where an embed takes no more."""
    text = shorten(plain.clean(cutting.text), lambda part: length(markup.prose(part)) <= SHOWN, SHOWN)
    title = typed.quoted(cutting.title, LINE) if cutting.title else None
    embed = discord.Embed(title=title, description=markup.prose(text))
    source = typed.one_line(cutting.source.title, LINE) or plain.host_of(cutting.source.url) or ""
    parts = {
        "card_author": typed.quoted(cutting.author or "", LINE),
        "card_source": markup.link(source, cutting.source.url) if source else "",
        "card_topics": typed.quoted(", ".join(cutting.topics), 3 * LINE),
    }
    for name, value in parts.items():
        if value:
            embed.add_field(name=voice.say(name), value=value)
    return embed


def _buttons(voice: Voice, proposal: Proposal) -> discord.ui.View:
    styles = {Act.APPROVE: discord.ButtonStyle.success, Act.DECLINE: discord.ButtonStyle.danger}
    return deskbuttons.below(
        *(
            discord.ui.Button[Any](
                custom_id=f"seedbed-plan:{act}:{proposal.id}",
                label=voice.say(f"button_{act}"),
                style=styles.get(act, discord.ButtonStyle.secondary),
            )
            for act in Act
        )
    )
