"""Commands that only look: what comes next, what was posted, what would be found, and why."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import typer

from bot import app, picker
from bot.cli import console
from bot.cli.plumbing import ChannelOption, ConfigFile, Json, channel_of, with_parts
from bot.errors import UsageError
from bot.model import Channel, ChannelName, Post, PostId, SeedId
from bot.storage.instance import InstanceLock

OUTCOMES = 7  # shown by `status` for each channel

commands = typer.Typer()


@commands.command()
def preview(
    target: Annotated[str | None, typer.Argument(help="A channel, or a seed's id; else the first channel.")] = None,
    config_file: ConfigFile = None,
) -> None:
    """Show how the next post will look, and why this seed; nothing is posted or spent."""

    async def body(parts: app.Parts) -> None:
        channels = [channel.name for channel in parts.settings.channels]
        name = target if target in channels else channels[0]
        seed = None if target is None or target in channels else SeedId(target)
        draft = await parts.service.draft_now(ChannelName(name), f"preview/{uuid4()}", seed)
        console.print_message(draft.message)
        console.print_line()
        for line in draft.pick.explanation:
            console.print_line(f"· {line}")

    with_parts(config_file, body)


@commands.command("next")
def next_slots(
    days: Annotated[int, typer.Option(min=1, max=366, help="Local dates to look ahead, today included.")] = 14,
    channel: ChannelOption = None,
    config_file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Show the slots to come, with local time and UTC offset."""

    async def body(parts: app.Parts) -> None:
        slots = []
        for one in _chosen(parts, channel):
            until = parts.clock.now().astimezone(ZoneInfo(one.zone)).date() + timedelta(days=days)
            ahead = await parts.clerk.upcoming(one.name, days * len(one.times) + 1)
            slots += [(one.name, slot) for slot in ahead if slot.slot.date < until]
        slots.sort(key=lambda pair: (pair[1].slot.due, pair[0]))
        if as_json:
            console.print_json([console.upcoming_json(name, slot) for name, slot in slots])
        else:
            console.print_table(
                ["channel", "date", "local", "offset", "UTC", "note"],
                [
                    (
                        name,
                        slot.slot.date,
                        f"{slot.local:%a %H:%M}",
                        slot.utc_offset,
                        f"{slot.slot.due:%Y-%m-%d %H:%M}",
                        "; ".join(filter(None, ("late" if slot.late else None, slot.note))),
                    )
                    for name, slot in slots
                ],
            )

    with_parts(config_file, body)


@commands.command()
def posts(
    channel: ChannelOption = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the newest so many.")] = None,
    config_file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Show the ledger, oldest first: what became of every slot and every request."""

    async def body(parts: app.Parts) -> None:
        name = channel_of(parts, channel).name if channel else None
        entries = list(reversed(await parts.store.ledger.entries(name, limit=limit)))
        if as_json:
            console.print_json([console.entry_json(entry) for entry in entries])
        else:
            console.print_table(
                ["id", "channel", "kind", "due", "state", "seed", "reactions", "reason"],
                [
                    (
                        entry.post.id,
                        entry.post.channel,
                        entry.post.kind,
                        console.moment(entry.post.due),
                        f"{entry.post.state}{' (late)' if entry.post.late else ''}",
                        entry.post.seed,
                        " ".join(f"{emoji}{count}" for emoji, count in entry.reactions.items()),
                        entry.post.reason,
                    )
                    for entry in entries
                ],
            )

    with_parts(config_file, body)


@commands.command()
def search(
    topic: str,
    channel: Annotated[
        str | None, typer.Option("--channel", help="As this channel would see it: unread first.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    config_file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Show what `/seed TOPIC` would find, best first, without posting."""

    async def body(parts: app.Parts) -> None:
        name = channel_of(parts, channel).name if channel else None
        hits = await parts.service.search(topic, name, limit)
        if as_json:
            console.print_json([{"id": hit.id, "title": hit.title, "score": round(hit.score, 4)} for hit in hits])
        elif hits:
            console.print_table(["score", "seed", "title"], [(f"{hit.score:.2f}", hit.id, hit.title) for hit in hits])
        else:
            near = ", ".join(await parts.searcher.near(topic))
            console.print_line("nothing matches" + (f"; the nearest topics are {near}" if near else ""))

    with_parts(config_file, body)


@commands.command()
def status(config_file: ConfigFile = None, as_json: Json = False) -> None:
    """Show each channel's last seven outcomes, how long its library lasts, and what is wrong."""

    async def body(parts: app.Parts) -> None:
        report = await _status(parts)
        if as_json:
            console.print_json(report)
        else:
            console.print_status(report)

    with_parts(config_file, body)


@commands.command()
def why(
    target: Annotated[str, typer.Argument(help="A channel, or a post's number.")], config_file: ConfigFile = None
) -> None:
    """Explain a post, or what a channel would post next: the candidates, what left each out, the draw."""

    async def body(parts: app.Parts) -> None:
        if target.isdecimal():
            found = await parts.store.ledger.post(PostId(int(target)))
            if found is None:
                raise UsageError(f"there is no post {target}; `seedbed posts` lists them")
            console.print_lines(_story(found))
            return
        one = channel_of(parts, target)
        history = await parts.store.ledger.history(one.name, parts.clock.now())
        verdicts = picker.judge(parts.librarian.candidates, one, history, parts.clock.now())
        verdicts.sort(key=lambda verdict: verdict.place or len(verdicts) + 1)
        console.print_table(
            ["seed", "title", "verdict"],
            [(verdict.candidate.id, verdict.candidate.heading, _verdict(verdict)) for verdict in verdicts],
        )

    with_parts(config_file, body)


def _chosen(parts: app.Parts, name: str | None) -> tuple[Channel, ...]:
    return (channel_of(parts, name),) if name else parts.settings.channels


async def _status(parts: app.Parts) -> dict[str, Any]:
    """Everything `status` tells, as scripts read it."""
    running = InstanceLock(parts.settings.database).holder()
    return {
        "database": str(parts.settings.database),
        "running": {"pid": running.pid, "host": running.host, "address": running.address} if running else None,
        "channels": [await _channel_status(parts, channel) for channel in parts.settings.channels],
        "problems": [console.problem_json(problem) for problem in await parts.store.shelf.problems()],
    }


async def _channel_status(parts: app.Parts, channel: Channel) -> dict[str, Any]:
    state = await parts.clerk.state(channel.name)
    ahead = await parts.clerk.next_post(channel.name)
    entries = await parts.store.ledger.entries(channel.name, limit=OUTCOMES)
    runway = await parts.clerk.runway(channel.name)
    return {
        "name": channel.name,
        "platform": str(channel.platform),
        "paused": console.pause_words(state.paused_until, parts.clock.now()),
        "blocked": state.blocked,
        "next": console.upcoming_json(channel.name, ahead) if ahead else None,
        "runway": console.runway_json(runway),
        "runway_words": console.runway_words(runway, channel.when_exhausted),
        "outcomes": [console.entry_json(entry) for entry in reversed(entries)],
    }


def _story(post: Post) -> list[str]:
    """What happened to a post, from the pick to the outcome."""
    lines = [f"post {post.id} in {post.channel}: {post.state}" + (", late" if post.late else "")]
    if post.seed:
        lines.append(f"seed {post.seed}, read in round {post.round}")
    lines += list(post.explanation)
    lines.append(f"due {console.moment(post.due)}, {post.attempts} attempt(s)")
    if post.posted:
        lines.append(f"posted {console.moment(post.posted)} as {post.message_id}")
    if post.ambiguous:
        lines.append("an attempt got no answer, so the channel is looked at before anything is sent again")
    if post.reason:
        lines.append(post.reason)
    return lines


def _verdict(verdict: picker.Verdict) -> str:
    if verdict.place is None:
        return f"left out: {verdict.reason}"
    lot = f", lot {verdict.lot}" if verdict.lot else ""
    return f"{'next' if verdict.place == 1 else f'place {verdict.place}'} in the draw{lot}"
