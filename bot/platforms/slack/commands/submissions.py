"""Forms that are sent off: what was typed is never lost, and what is amiss is said where it stands."""

import asyncio
import copy
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UsageError
from bot.log import fields
from bot.platforms.slack.commands import answers, kit
from bot.platforms.slack.commands.answers import Asker
from bot.platforms.slack.commands.kit import View
from bot.platforms.slack.faults import said
from bot.platforms.slack.parts import Parts

log = logging.getLogger(__name__)

SOON = 2.0  # seconds for the whole answer; Slack waits three
NOTICE = "notice"  # the block that says what is amiss
# What each kind of element calls its first value, by what it calls the one that was chosen.
_FIRST = {
    "value": "initial_value",
    "selected_time": "initial_time",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_conversation": "initial_conversation",
}
_KEPT = ("type", "title", "submit", "close", "callback_id", "private_metadata", "blocks")


class Mistakes(UsageError):
    """What is amiss in single fields of a form, by their names."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__(" ".join(by_field.values()))
        self.by_field = dict(by_field)


class Typed:
    """What was filled in, by the names of fields; empty where nothing was."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        self.metadata = str(view.get("private_metadata") or "")
        self._fields = {name: state for block in view["state"]["values"].values() for name, state in block.items()}

    def text(self, name: str) -> str:
        state = self._fields.get(name) or {}
        found = state.get("value") or state.get("selected_time") or state.get("selected_conversation")
        return str(found or (state.get("selected_option") or {}).get("value") or "")

    def ticked(self, name: str) -> frozenset[str]:
        chosen = (self._fields.get(name) or {}).get("selected_options") or ()
        return frozenset(str(one["value"]) for one in chosen)


Submit: TypeAlias = Callable[[Asker, Typed], Awaitable[View]]


def submission(parts: Parts, submit: Submit) -> Callable[..., Awaitable[None]]:
    """A listener: `submit` answers with the view that the form turns into.

    Where that takes longer than Slack waits, the form says so meanwhile. Where it cannot be, the form comes back as it
    was sent off, with a sentence above it or below the field.
    """

    async def listen(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        who, view = answers.asker(parts, body, client, context), body["view"]
        work = asyncio.ensure_future(submit(who, Typed(view)))
        await asyncio.wait({work}, timeout=SOON)
        if not work.done():
            await ack(response_action="update", view=answers.waiting(parts.words))
            await _late(who, view, work)
        elif isinstance(error := work.exception(), Mistakes):
            await ack(response_action="errors", errors=error.by_field)
        elif error is not None:
            await ack(response_action="update", view=_again(who, view, error))
        else:
            await ack(response_action="update", view=work.result())

    return listen


async def _late(who: Asker, view: View, work: asyncio.Future[View]) -> None:
    try:
        after = await work
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
        after = _again(who, view, error)
    try:
        await who.show(after)
    except answers.FAILURES as trouble:
        log.debug("could not answer", extra=fields(asked=answers.used(who.body), trouble=said(trouble)))


def _again(who: Asker, view: View, error: BaseException) -> View:
    """The form with everything that was typed, and what is wrong above it."""
    known = error if isinstance(error, Exception) else RuntimeError(repr(error))
    text = answers.what_is_wrong(who, known) or who.words.say("member.apology")
    return refilled(view, text)


def refilled(view: View, notice: str) -> View:
    values = view["state"]["values"]
    blocks = [copy.deepcopy(one) for one in view["blocks"] if one.get("block_id") != NOTICE]
    for block in blocks:
        for state in values.get(block.get("block_id"), {}).values() if block["type"] == "input" else ():
            for chosen, first in _FIRST.items():
                block["element"].pop(first, None)
                if state.get(chosen):
                    block["element"][first] = state[chosen]
                    break
    told = {**kit.sections(f"⚠️ {notice}")[0], "block_id": NOTICE}
    return {key: view[key] for key in _KEPT if view.get(key)} | {"blocks": [told, *blocks]}
