"""What follows a post: its thread, the starter reactions, the pin, the crosspost. Doing it twice changes nothing."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

import discord
from discord.http import handle_message_parameters

from bot.model import Channel, Message, MessageId, StepName
from bot.platforms.discord.nonce import nonce_of
from bot.platforms.discord.places import Place
from bot.platforms.discord.post import Rendered

CALL: Final = 28.0  # seconds for one request
PAGE: Final = 100
MINUTE: Final = timedelta(minutes=1)
THREAD_EXISTS, ALREADY_CROSSPOSTED = 160004, 40033


@dataclass(frozen=True, slots=True)
class Task:
    """A post, and all that a step needs to know of it."""

    client: discord.Client
    place: Place
    channel: Channel
    message_id: MessageId
    message: Message
    rendered: Rendered

    @property
    def at(self) -> tuple[int, int]:
        """The channel and the id of the post's message."""
        return self.place.of_message(self.message_id), int(self.message_id)


async def do(step: StepName, task: Task) -> str | None:
    """Do one step, or find it done; the thread's id for a thread. Raises as discord.py does."""
    return await DOING[step](task)


async def _thread(task: Task) -> str:
    """The thread on the post, and in it what belongs there and is not there yet, in order."""
    thread = int(task.message_id)  # a thread on a message has the message's id; a forum's post is one already
    if not task.place.forum:
        await _open_thread(task)
    written = await _written(task, thread)
    for number, text in enumerate(task.rendered.in_thread):
        if written[text.strip()] > 0:
            written[text.strip()] -= 1
            continue
        nonce = nonce_of(task.client, thread, task.message.marker, task.message.generation, number)
        with handle_message_parameters(text, nonce=nonce, allowed_mentions=discord.AllowedMentions.none()) as params:
            await _call(task.client.http.send_message(thread, params=params))
    return str(thread)


async def _open_thread(task: Task) -> None:
    minutes = task.channel.extras.archive_after // MINUTE
    try:
        await _call(
            task.client.http.start_thread_with_message(
                *task.at, name=task.rendered.thread_name, auto_archive_duration=cast(Any, minutes)
            )
        )
    except discord.HTTPException as error:
        if error.code != THREAD_EXISTS:
            raise


async def _written(task: Task, thread: int) -> Counter[str]:
    """What the bot wrote in a thread, however often."""
    assert task.client.user is not None, "the client is logged in"
    me, found = str(task.client.user.id), Counter[str]()
    before: int | None = None
    while True:
        page = await _call(task.client.http.logs_from(thread, PAGE, before=before))
        found.update(_text(one) for one in page if one["author"]["id"] == me)
        if len(page) < PAGE:
            return found
        before = int(page[-1]["id"])


def _text(message: Mapping[str, Any]) -> str:
    return str(message.get("content", "")).strip()


async def _react(task: Task) -> None:
    for emoji in task.channel.extras.reactions:
        await _call(task.client.http.add_reaction(*task.at, emoji))


async def _pin(task: Task) -> None:
    await _call(task.client.http.pin_message(*task.at))


async def _unpin(task: Task) -> None:
    await _call(task.client.http.unpin_message(*task.at))


async def _crosspost(task: Task) -> None:
    try:
        await _call(task.client.http.publish_message(*task.at))
    except discord.HTTPException as error:
        if error.code != ALREADY_CROSSPOSTED:
            raise


DOING: Final[Mapping[StepName, Callable[[Task], Awaitable[str | None]]]] = {
    StepName.THREAD: _thread,
    StepName.REACTIONS: _react,
    StepName.PIN: _pin,
    StepName.UNPIN: _unpin,
    StepName.CROSSPOST: _crosspost,
}


async def _call(request: Awaitable[Any]) -> Any:
    async with asyncio.timeout(CALL):
        return await request
