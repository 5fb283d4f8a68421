"""Commands that change something: post now, skip, pause, resume, put a seed first, and settle what is unknown."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import date, timedelta
from typing import Annotated

import typer

from bot import app
from bot.cli import console
from bot.cli.plumbing import ChannelArgument, ConfigFile, channel_of, post_of, seed_of, with_parts
from bot.errors import SeedbedError, UsageError
from bot.model import Candidate, ChannelName, SeedId, State
from bot.ports import Upcoming
from bot.storage.instance import InstanceLock

TURN = 1.0  # seconds between two looks at what is due, where nothing says sooner that something is
DRAIN = timedelta(seconds=30)  # for the sends and steps under way in the end

commands = typer.Typer()


@commands.command()
def post(
    channel: ChannelArgument,
    seed: Annotated[str | None, typer.Option(metavar="ID", help="This seed instead of the next one.")] = None,
    config_file: ConfigFile = None,
) -> None:
    """Post now, through the outbox; a running bot does the sending."""

    async def body(parts: app.Parts) -> None:
        one = channel_of(parts, channel)
        wanted = seed_of(parts, seed).id if seed is not None else None
        running = InstanceLock(parts.settings.database).holder() is not None
        if not running and one.platform not in parts.platforms:
            raise UsageError(f"{one.name} is on {one.platform}, which is off here: its token is not set")
        async with AsyncExitStack() as stack:
            if not running:
                await stack.enter_async_context(_sending(parts))
            done = await parts.desk.post_now(one.name, wanted)
        heading = done.message.heading if done.message else ""
        console.print_line(f"post {done.id} in {one.name}: {done.state}, {heading}")
        if done.state is not State.POSTED:
            raise SeedbedError(done.reason or "not confirmed yet; `seedbed posts` will say what became of it")

    with_parts(config_file, body)


@commands.command()
def skip(channel: ChannelArgument, config_file: ConfigFile = None) -> None:
    """Leave out the next slot of a channel; its seed stays unread."""

    async def body(parts: app.Parts) -> None:
        skipped = await parts.desk.skip(ChannelName(channel))
        console.print_line(f"{channel} will not post on {_when(skipped)}")

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
    day = _day(until) if until is not None else None

    async def body(parts: app.Parts) -> None:
        end = await parts.desk.pause(ChannelName(channel), day)
        back = f"{end:%A, %Y-%m-%d}, by its own calendar" if end else f"you run `seedbed resume {channel}`"
        console.print_line(f"{channel} is paused until {back}")

    with_parts(config_file, body)


@commands.command()
def resume(channel: ChannelArgument, config_file: ConfigFile = None) -> None:
    """End a pause."""

    async def body(parts: app.Parts) -> None:
        ahead = await parts.desk.resume(ChannelName(channel))
        console.print_line(f"{channel} posts again" + (f", next on {_when(ahead)}" if ahead else ""))

    with_parts(config_file, body)


@commands.command()
def queue(
    channel: ChannelArgument,
    seed: Annotated[str | None, typer.Argument(metavar="[SEED]", help="A seed's id, to be posted next.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the seed out of the queue instead.")] = False,
    config_file: ConfigFile = None,
) -> None:
    """Put a seed first in a channel; without a seed, show those that were put first."""
    if remove and seed is None:
        raise UsageError("name the seed that --remove is to take out of the queue")

    async def body(parts: app.Parts) -> None:
        name = ChannelName(channel)
        if seed is None:
            queued = await parts.desk.queued(name)
        elif remove:
            queued = await parts.desk.unqueue(name, SeedId(seed))
        else:
            queued = await parts.desk.queue(name, SeedId(seed))
        _print_queue(channel, queued)

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


@asynccontextmanager
async def _sending(parts: app.Parts) -> AsyncIterator[None]:
    """Where no bot runs: be the one process that sends, and what follows a post is done too."""
    async with AsyncExitStack() as stack:
        lock = InstanceLock(parts.settings.database).acquire()
        stack.callback(lock.release)
        for platform in parts.platforms.values():
            stack.push_async_callback(platform.stop)
            await platform.open()
        await parts.outbox.start()
        turning = asyncio.create_task(_turn(parts), name="outbox of one command")
        try:
            yield
        finally:
            turning.cancel()
            await asyncio.gather(turning, return_exceptions=True)
            await parts.outbox.drain(DRAIN)
            await parts.follow_ups.resume()
            await parts.follow_ups.drain(DRAIN)


async def _turn(parts: app.Parts) -> None:
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(parts.wake.wait(), TURN)
        parts.wake.clear()
        await parts.outbox.resume()


def _print_queue(channel: str, queued: Sequence[Candidate]) -> None:
    console.print_table(
        ["place", "seed", "title"],
        [(place, candidate.id, candidate.heading) for place, candidate in enumerate(queued, 1)],
        none=f"nothing is put first in {channel}; it posts what the draw brings",
    )


def _when(slot: Upcoming) -> str:
    return f"{slot.local:%A, %Y-%m-%d at %H:%M}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--until {text!r} is no date; write it as 2026-12-31") from None
