"""How the bot answers people: to them alone, in time, and in words also where something breaks."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.errors import DeliveryError, SeedbedError, UsageError
from bot.log import fields
from bot.platforms.slack import faults
from bot.platforms.slack.client import library_logger
from bot.platforms.slack.commands import kit
from bot.platforms.slack.commands.kit import Block, View
from bot.platforms.slack.faults import code_of, said
from bot.platforms.slack.mrkdwn import escape
from bot.platforms.slack.parts import Parts
from bot.platforms.words import Words

log = logging.getLogger(__name__)

TIMEOUT = 28  # seconds for an answer
FAILURES = (SlackClientError, aiohttp.ClientError, OSError)  # of a request
# A form was asked for longer than three seconds ago.
TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id"})
# The form was closed meanwhile: nobody waits for what would have stood in it.
CLOSED = frozenset({"not_found", "view_not_found"})
# What somebody there can do something about, or that is over in a moment.
MENDED = frozenset({*faults.REFUSALS, *faults.BUSY, "missing_scope"})


class Unable(UsageError):
    """Why not, in words for Slack. The sentences of other errors are plain, and nothing in them is taken for markup."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody is told: mrkdwn, and what stands below it. `text` alone is read out by screen readers."""

    text: str
    below: tuple[Block, ...] = ()
    head: tuple[Block, ...] | None = None  # in place of the text, where that is laid out by somebody else

    @property
    def blocks(self) -> list[Block]:
        shown = kit.sections(self.text) if self.head is None else self.head
        return [*shown, *self.below][: kit.MOST_BLOCKS]

    @classmethod
    def laid_out(cls, message: Mapping[str, Any], *below: Block) -> "Answer":
        """A message with blocks of its own."""
        return cls(str(message["text"]), below, tuple(message["blocks"]))


@dataclass(slots=True)
class Asker:
    """Somebody who used a command, a button, a shortcut or a form, and every way to answer them."""

    parts: Parts
    client: AsyncWebClient  # with the token of their workspace
    body: Mapping[str, Any]  # as Slack sent it
    team: str
    user: str
    channel: str | None  # where it was used; None in a form and at the bot's Home
    trigger: str | None  # opens a form, for three seconds
    view: str | None = None  # the form it was used in, or that was opened since
    _url: str | None = None
    _replace: bool = False

    @property
    def words(self) -> Words:
        return self.parts.words

    @property
    def in_messages(self) -> bool:
        """Whether answers are messages; else they are sheets, of which one is seen at a time."""
        return self.view is None and self._url is not None

    @property
    def gone(self) -> bool:
        """Whether the bot has hung up, so that nobody can be answered any more."""
        return self.client.session is None or self.client.session.closed

    async def say(self, answer: Answer | str) -> None:
        """In place of the form or of the answer whose button was pressed; else as a message for them alone."""
        told = Answer(answer) if isinstance(answer, str) else answer
        if not self.in_messages:
            await self.show(sheet(self.words, told.blocks))
            return
        await self._respond(told, replaced=self._replace)

    async def add(self, answer: Answer | str) -> None:
        """One more message, for the same eyes only."""
        told = Answer(answer) if isinstance(answer, str) else answer
        if self.in_messages:
            await self._respond(told, replaced=False)
        else:
            await self.say(told)

    async def tell(self, key: str, **values: object) -> None:
        await self.say(self.words.say(key, None, **values))

    async def show(self, view: View) -> None:
        """A form or a sheet: in place of the one that is open, else opened."""
        if self.view is not None:
            await self.client.views_update(view_id=self.view, view=view)
            return
        opened = await self.client.views_open(trigger_id=self.trigger or "", view=view)
        self.view = str(opened["view"]["id"])

    async def hold(self) -> None:
        """Open a form that says to wait, where what belongs into it takes longer than Slack gives a form."""
        if self.view is None:
            await self.show(waiting(self.words))

    async def _respond(self, told: Answer, *, replaced: bool) -> None:
        hook = AsyncWebhookClient(
            str(self._url),
            timeout=TIMEOUT,
            session=self.client.session,
            retry_handlers=[],
            logger=library_logger("slack_sdk.webhook"),
        )
        body = {"text": told.text, "blocks": told.blocks, "unfurl_links": False, "unfurl_media": False}
        kind = {"replace_original": True} if replaced else {"response_type": "ephemeral", "replace_original": False}
        done = await hook.send_dict(body | kind)
        if done.status_code != 200:  # noqa: PLR2004  OK
            # Half an hour is over, or five answers were given.
            log.debug("an answer was not taken", extra=fields(status=done.status_code, said=str(done.body)[:100]))


def asker(parts: Parts, body: Mapping[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> Asker:
    container = body.get("container") or {}
    view = body.get("view") or {}
    on_message = container.get("type") == "message"
    return Asker(
        parts=parts,
        client=client,
        body=body,
        team=str(context.team_id),
        user=str(context.user_id),
        channel=context.channel_id,
        trigger=body.get("trigger_id"),
        view=view.get("id") if view.get("type") == "modal" else None,
        _url=body.get("response_url"),
        _replace=on_message and bool(container.get("is_ephemeral")),
    )


def sheet(words: Words, blocks: Sequence[Block]) -> View:
    """A form without fields: something to be read."""
    return kit.modal(words.say("member.sheet_title"), blocks, close=words.say("member.close"))


def waiting(words: Words) -> View:
    return sheet(words, kit.sections(words.say("member.wait")))


# ---- listeners -----------------------------------------------------------------------------------------------------

Handle: TypeAlias = Callable[[Asker], Awaitable[None]]


def listener(parts: Parts, handle: Handle) -> Callable[..., Awaitable[None]]:
    """For commands, buttons and shortcuts: Slack is told at once that it was heard, and what is raised is answered."""

    async def listen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        who = asker(parts, body, client, context)
        async with caught(who):
            await handle(who)

    return listen


@asynccontextmanager
async def caught(who: Asker) -> AsyncIterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
        await fail(who, error)


async def fail(who: Asker, error: Exception) -> None:
    """Tell whoever asked what is wrong; never raises."""
    text = what_is_wrong(who, error)
    if text is None:
        return
    try:
        await who.say(text)
    except FAILURES as trouble:
        log.debug("could not answer", extra=fields(asked=used(who.body), trouble=said(trouble)))


def what_is_wrong(who: Asker, error: Exception) -> str | None:
    """A sentence for whoever asked, None where nobody waits any more; what is no fault of theirs is logged."""
    asked = used(who.body)
    if isinstance(error, UsageError | DeliveryError):
        return sentence(str(error) if isinstance(error, Unable) else escape(str(error)))
    if isinstance(error, SeedbedError):
        # Of the database or the files: such a sentence may name what is on the bot's own machine.
        log.error("a command failed", extra=fields(asked=asked, reason=str(error)))
    elif isinstance(error, SlackApiError):
        code = code_of(error)
        if code in CLOSED:
            return None
        if code in TOO_LATE:
            return who.words.say("member.too_late")
        workspace = who.parts.workspaces.get(who.team)
        meant = faults.meaning(error, sent=True, bot=workspace.bot_name if workspace else "seedbed")
        if meant is not None and code in MENDED:
            log.warning("Slack refused", extra=fields(asked=asked, reason=str(meant)))
            return sentence(escape(str(meant)))
        log.error("a command failed", exc_info=error, extra=fields(asked=asked))
    elif isinstance(error, FAILURES):
        log.warning("an answer did not get through", extra=fields(asked=asked, reason=said(error)))
    else:
        log.error("a command failed", exc_info=error, extra=fields(asked=asked))
    return who.words.say("member.apology")


def used(body: Mapping[str, Any]) -> str:
    """The name of what was used, which says nothing of people."""
    action = (body.get("actions") or [{}])[0].get("action_id")
    view = (body.get("view") or {}).get("callback_id")
    return str(body.get("command") or action or body.get("callback_id") or view or body.get("type"))


def sentence(text: str) -> str:
    """With a capital letter and a full stop, as an answer is written."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
