"""Commands that only look: what comes next, what was posted, what would be found, and why."""

from datetime import timedelta
from typing import Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

import typer

from bot import app, picker
from bot.cli import console
from bot.cli.documents import entry_json, moment, upcoming_json
from bot.cli.plumbing import (
    LARGEST,
    ChannelOption,
    ConfigFile,
    Json,
    channel_names,
    channel_of,
    first_channel,
    post_of,
    seed_of,
    with_parts,
)
from bot.errors import UsageError
from bot.model import Candidate, Channel, ChannelName, Draft, Kind, LedgerEntry, Pick, Post
from bot.ports import Upcoming

LOT = 8  # digits of a lot that tell it from the others

commands = typer.Typer()


@commands.command()
def preview(
    target: Annotated[
        str | None, typer.Argument(metavar="[CHANNEL|SEED]", help="A channel or a seed's id; else the first channel.")
    ] = None,
    channel: Annotated[str | None, typer.Option("--channel", help="For a seed: as this channel would post it.")] = None,
    config_file: ConfigFile = None,
) -> None:
    """Show how the next post will look, and why this seed; nothing is posted or spent."""

    async def body(parts: app.Parts) -> None:
        place = channel_of(parts, channel) if channel is not None else None
        if target is None or target in parts.roster:
            place = place or (channel_of(parts, target) if target else first_channel(parts))
            draft = await parts.drafter.draft_now(place.name, f"preview/{uuid4()}", None)
        else:
            draft = await _draft_of(parts, place or first_channel(parts), _named(parts, target))
        console.print_message(draft.message)
        console.print_line()
        console.print_lines(f"· {line}" for line in draft.pick.explanation)

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
            console.print_json([upcoming_json(name, slot) for name, slot in slots])
        else:
            _print_slots(slots, days)

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
        name = channel_of(parts, channel).name if channel is not None else None
        entries = list(reversed(await parts.store.ledger.entries(name, limit=min(limit or LARGEST, LARGEST))))
        if as_json:
            console.print_json([entry_json(entry) for entry in entries])
        else:
            _print_ledger(entries)

    with_parts(config_file, body)


@commands.command()
def search(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="A topic, a title, an author, or any words.")],
    channel: Annotated[
        str | None, typer.Option("--channel", help="As this channel would see it: unread first.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    config_file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Show what `/seed TOPIC` would find, best first, without posting."""

    async def body(parts: app.Parts) -> None:
        name = channel_of(parts, channel).name if channel is not None else None
        words = console.shown(topic)
        hits = await parts.service.search(words, name, limit)
        if as_json:
            console.print_json([{"id": hit.id, "title": hit.title, "score": round(hit.score, 4)} for hit in hits])
        elif hits:
            rows = [(f"{hit.score:.2f}", hit.id, hit.title) for hit in hits]
            console.print_table(["score", "seed", "title"], rows, none="")
        else:
            near = ", ".join(await parts.searcher.near(words))
            console.print_line("nothing matches" + (f"; the nearest topics are {near}" if near else ""))

    with_parts(config_file, body)


@commands.command()
def why(
    target: Annotated[str, typer.Argument(metavar="CHANNEL|POST", help="A channel, or a post's number.")],
    config_file: ConfigFile = None,
) -> None:
    """Explain a post, or what a channel would post next: the candidates, what left each out, the draw."""

    async def body(parts: app.Parts) -> None:
        if target.isdecimal() and target not in parts.roster:
            console.print_lines(_story(await post_of(parts, int(target))))
            return
        one = channel_of(parts, target)
        history = await parts.store.ledger.history(one.name, parts.clock.now())
        verdicts = picker.judge(parts.librarian.candidates, one, history, parts.clock.now())
        verdicts.sort(key=lambda verdict: verdict.place or len(verdicts) + 1)
        console.print_table(
            ["seed", "title", "verdict"],
            [(verdict.candidate.id, verdict.candidate.heading, _verdict(verdict)) for verdict in verdicts],
            none="the library has no seed yet",
        )

    with_parts(config_file, body)


def _chosen(parts: app.Parts, name: str | None) -> tuple[Channel, ...]:
    return tuple(parts.roster.values()) if name is None else (channel_of(parts, name),)


def _named(parts: app.Parts, target: str) -> Candidate:
    try:
        return seed_of(parts, target)
    except UsageError as error:
        raise UsageError(f"{error} (and no channel has that name: there is {channel_names(parts)})") from None


async def _draft_of(parts: app.Parts, channel: Channel, seed: Candidate) -> Draft:
    """How a certain seed would look, also one that was read already."""
    now = parts.clock.now()
    history = await parts.store.ledger.history(ChannelName(channel.name), now)
    read = seed.lineage in history.spent
    line = f"already read in {channel.name} in round {history.round}" if read else f"unread in {channel.name}"
    pick = Pick(seed.id, seed.lineage, history.round, {}, (line,))
    return await parts.drafter.draft(channel, pick, history, kind=Kind.ASKED, key=f"preview/{uuid4()}", due=now)


def _print_slots(slots: list[tuple[ChannelName, Upcoming]], days: int) -> None:
    console.print_table(
        ["channel", "date", "local", "offset", "UTC", "note"],
        [
            (
                name,
                slot.slot.date,
                f"{slot.local:%a %H:%M}",
                slot.utc_offset,
                moment(slot.slot.due),
                "; ".join(filter(None, ("late" if slot.late else None, slot.note))),
            )
            for name, slot in slots
        ],
        none=f"no slot in the next {days} day(s)",
    )


def _print_ledger(entries: list[LedgerEntry]) -> None:
    console.print_table(
        ["id", "channel", "kind", "due", "state", "seed", "reactions", "reason"],
        [
            (
                entry.post.id,
                entry.post.channel,
                entry.post.kind,
                moment(entry.post.due),
                f"{entry.post.state}{', late' if entry.post.late else ''}",
                entry.post.seed,
                " ".join(f"{emoji}{count}" for emoji, count in entry.reactions.items()),
                entry.post.reason,
            )
            for entry in entries
        ],
        none="nothing was posted yet; `seedbed next` shows what comes",
    )


def _story(post: Post) -> list[str]:
    """What happened to a post, from the pick to the outcome."""
    lines = [f"post {post.id} in {post.channel}: {post.state}" + (", late" if post.late else "")]
    if post.seed:
        lines.append(f"seed {post.seed}, read in round {post.round}")
    lines += list(post.explanation)
    lines.append(f"due {moment(post.due)}, {post.attempts} attempt(s)")
    if post.posted:
        lines.append(f"posted {moment(post.posted)} as {post.message_id}")
    if post.ambiguous:
        lines.append("an attempt got no answer, so the channel is looked at before anything is sent again")
    if post.reason:
        lines.append(post.reason)
    return lines


def _verdict(verdict: picker.Verdict) -> str:
    if verdict.place is None:
        return f"left out: {verdict.reason}"
    if verdict.queued:
        return "next, put first by an organiser" if verdict.place == 1 else f"place {verdict.place}, put first too"
    lot = f", lot {verdict.lot[:LOT]}…" if verdict.lot else ""
    return f"{'next' if verdict.place == 1 else f'place {verdict.place}'} in the draw{lot}"
