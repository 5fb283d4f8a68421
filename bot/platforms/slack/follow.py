"""What follows a post: its thread, the starter reactions, the pin. Doing it twice changes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from bot.errors import Refused
from bot.model import Channel, Message, MessageId, StepName
from bot.platforms.slack import emoji
from bot.platforms.slack.client import Api
from bot.platforms.slack.faults import code_of
from bot.platforms.slack.history import PAGE, is_own, next_cursor
from bot.platforms.slack.post import Rendered
from bot.platforms.slack.workspaces import Workspace, place_of

EVENT: Final = "seedbed_thread"  # the name of the metadata that tell which part of the thread a reply is


@dataclass(frozen=True, slots=True)
class Task:
    """A post, and all that a step needs to know of it."""

    api: Api
    workspace: Workspace
    channel: Channel
    message_id: MessageId
    message: Message
    rendered: Rendered

    @property
    def place(self) -> str:
        return place_of(self.channel.address).channel


async def do(step: StepName, task: Task) -> str | None:
    """Do one step, or find it done; the thread's id for a thread. Raises as `Api.call`."""
    return await DOING[step](task)


async def _thread(task: Task) -> str:
    """The replies that belong below the post and are not there yet, in order. A thread's id is its first message's."""
    there = await _written(task)
    post = task.workspace.client.chat_postMessage
    for part, arguments in enumerate(task.rendered.in_thread):
        if part not in there:
            payload = {"marker": task.message.marker, "part": part}
            await task.api.call(
                task.workspace,
                post,
                channel=task.place,
                thread_ts=task.message_id,
                metadata={"event_type": EVENT, "event_payload": payload},
                **_named(arguments, f"{task.message.marker}/{part}"),
            )
    return task.message_id


async def _written(task: Task) -> set[int]:
    """The parts that the bot has written in the thread."""
    found, cursor = set[int](), ""
    while True:
        page = await task.api.ask(
            task.workspace,
            task.workspace.client.conversations_replies,
            channel=task.place,
            ts=task.message_id,
            limit=PAGE,
            include_all_metadata=True,
            cursor=cursor or None,
        )
        for reply in page["messages"]:
            if is_own(task.workspace, reply) and (part := _part(reply, task.message.marker)) is not None:
                found.add(part)
        cursor = next_cursor(page)
        if not cursor:
            return found


def _part(reply: Mapping[str, Any], marker: str) -> int | None:
    """Which part of the thread a reply is, by its metadata or by the name of its first block."""
    metadata = reply.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    if metadata.get("event_type") == EVENT and payload.get("marker") == marker:
        return int(payload["part"])
    for block in reply.get("blocks") or []:
        name, _, part = str(block.get("block_id", "")).rpartition("/")
        if name == marker and part.isdecimal():
            return int(part)
    return None


def _named(arguments: Mapping[str, Any], name: str) -> dict[str, Any]:
    """With the name on the first block, where there are blocks."""
    first, *rest = arguments.get("blocks") or [None]
    return {**arguments, "blocks": [{**first, "block_id": name}, *rest]} if first else dict(arguments)


async def _react(task: Task) -> None:
    for one in task.channel.extras.reactions:
        await _unless(
            {"already_reacted"},
            task,
            task.workspace.client.reactions_add,
            name=emoji.name_of(one),
            timestamp=task.message_id,
        )


async def _pin(task: Task) -> None:
    await _unless({"already_pinned"}, task, task.workspace.client.pins_add, timestamp=task.message_id)


async def _unpin(task: Task) -> None:
    await _unless({"no_pin", "not_pinned"}, task, task.workspace.client.pins_remove, timestamp=task.message_id)


async def _unless(done: set[str], task: Task, method: Callable[..., Awaitable[Any]], **arguments: Any) -> None:
    """One call, where some refusals say that there is nothing left to do."""
    try:
        await task.api.call(task.workspace, method, channel=task.place, **arguments)
    except Refused as error:
        if not isinstance(error.__cause__, SlackApiError) or code_of(error.__cause__) not in done:
            raise


DOING: Final[Mapping[StepName, Callable[[Task], Awaitable[str | None]]]] = {
    StepName.THREAD: _thread,
    StepName.REACTIONS: _react,
    StepName.PIN: _pin,
    StepName.UNPIN: _unpin,
}
