"""Commands that change something: post now, skip, pause, resume, and settle what is unknown."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

import typer

from bot import app
from bot.cli import console
from bot.cli.plumbing import ChannelArgument, ConfigFile, channel_of, post_of, seed_of, with_parts
from bot.errors import SeedbedError, UsageError
from bot.model import Channel, ChannelName, Post, Skip, State, Why
from bot.ports import Upcoming
from bot.storage.instance import InstanceLock

WAIT = timedelta(seconds=60)  # for a running bot to send what `post` planned
LOOK = timedelta(milliseconds=200)  # between two looks whether it has

commands = typer.Typer()


@commands.command()
def post(
    channel: ChannelArgument,
    seed: Annotated[str | None, typer.Option(metavar="ID", help="This seed instead of the next one.")] = None,
    config_file: ConfigFile = None,
) -> None:
    """Post now, through the outbox; a running bot does the sending."""

    async def body(parts: app.Parts) -> None:
        name = channel_of(parts, channel).name
        await parts.service.start()
        key = f"cli/{uuid4()}"
        wanted = seed_of(parts, seed).id if seed is not None else None
        draft = await parts.service.draft_now(name, key, wanted)
        lock = InstanceLock(parts.settings.database)
        if lock.holder() is None:
            lock.acquire()
            try:
                await parts.outbox.start()
                deliveries = await parts.outbox.submit([draft])
                if deliveries:
                    await asyncio.wait(deliveries)
            finally:
                lock.release()
            done = await parts.store.ledger.post_by_key(name, key)
        else:
            await parts.store.ledger.enqueue(draft, parts.clock.now())
            done = await _settled(parts, name, key)
        if done is None:
            raise SeedbedError("another post took this seed at the same moment; run the command again")
        console.print_line(f"post {done.id} in {name}: {done.state}, {draft.message.heading}")
        if done.state is not State.POSTED:
            raise SeedbedError(done.reason or "not confirmed yet; `seedbed posts` will say what became of it")

    with_parts(config_file, body)


@commands.command()
def skip(channel: ChannelArgument, config_file: ConfigFile = None) -> None:
    """Leave out the next slot of a channel; its seed stays unread."""

    async def body(parts: app.Parts) -> None:
        one = channel_of(parts, channel)
        ahead = await parts.clerk.next_post(one.name)
        if ahead is None:
            raise UsageError(f"{channel} has no slot to skip in the next weeks")
        await parts.service.start()
        await parts.store.ledger.record_skips([Skip(ahead.slot, Why.ASKED, "an organiser skipped it")])
        console.print_line(f"{channel} will not post on {_when(ahead)}")

    with_parts(config_file, body)


@commands.command()
def pause(
    channel: ChannelArgument,
    until: Annotated[
        str | None, typer.Option(help="The first local date with posts again (YYYY-MM-DD); else until `resume`.")
    ] = None,
    config_file: ConfigFile = None,
) -> None:
    """Stop the daily posts of a channel for a while; `/seed` still answers."""

    async def body(parts: app.Parts) -> None:
        one = channel_of(parts, channel)
        end = _midnight(until, one) if until is not None else None
        if end is not None and end <= parts.clock.now():
            raise UsageError(f"--until {until} is not in the future")
        await parts.service.start()
        await parts.store.ledger.pause(one.name, end)
        back = f"{end:%A, %Y-%m-%d}, by its own calendar" if end else f"you run `seedbed resume {channel}`"
        console.print_line(f"{channel} is paused until {back}")

    with_parts(config_file, body)


@commands.command()
def resume(channel: ChannelArgument, config_file: ConfigFile = None) -> None:
    """End a pause."""

    async def body(parts: app.Parts) -> None:
        one = channel_of(parts, channel)
        await parts.service.start()
        await parts.store.ledger.resume(one.name)
        ahead = await parts.clerk.next_post(one.name)
        console.print_line(f"{channel} posts again" + (f", next on {_when(ahead)}" if ahead else ""))

    with_parts(config_file, body)


@commands.command()
def resolve(
    post_id: Annotated[int, typer.Argument(metavar="POST", help="The post's number, from `seedbed posts`.")],
    sent: Annotated[bool, typer.Option("--sent", help="It is there: count it as posted.")] = False,
    resend: Annotated[bool, typer.Option("--resend", help="It is not there: send it again.")] = False,
    config_file: ConfigFile = None,
) -> None:
    """Settle a post in state `unknown`, after looking whether it is in the channel."""
    if sent == resend:
        raise UsageError("say either --sent or --resend, after looking whether the post is there")

    async def body(parts: app.Parts) -> None:
        found = await post_of(parts, post_id)
        if not await parts.store.ledger.resolve(found.id, sent, parts.clock.now()):
            raise UsageError(f"post {post_id} is {found.state}, and only `unknown` needs a person to settle it")
        console.print_line(f"post {post_id} counts as posted" if sent else f"post {post_id} will be sent again")

    with_parts(config_file, body)


async def _settled(parts: app.Parts, channel: ChannelName, key: str) -> Post | None:
    """The planned post once the running bot has dealt with it, or as it is after a minute."""
    give_up = parts.clock.elapsed() + WAIT.total_seconds()
    while True:
        post = await parts.store.ledger.post_by_key(channel, key)
        if post is None or post.state not in {State.PENDING, State.SENDING} or parts.clock.elapsed() > give_up:
            return post
        await asyncio.sleep(LOOK.total_seconds())


def _when(slot: Upcoming) -> str:
    return f"{slot.local:%A, %Y-%m-%d at %H:%M}"


def _midnight(text: str, channel: Channel) -> datetime:
    """The first instant of a local date in a channel's zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until {text!r} is no date; write it as 2026-12-31") from None
    return datetime.combine(day, time(), ZoneInfo(channel.zone))
