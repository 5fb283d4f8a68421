"""From the overview's dataclasses to what the templates show."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.model import Channel, ChannelName, ChannelState, LedgerEntry, PostId, WhenExhausted
from bot.platforms.web import words
from bot.platforms.web.posts import PostView, post_view
from bot.ports import Overview, Runway, Upcoming

LIKED = 12
TINTS = 7  # colours in parts.css, the last one for whatever is not among the page's own reactions


@dataclass(frozen=True, slots=True)
class Place:
    """A channel in the switcher and in addresses; `path` is quoted."""

    name: ChannelName
    path: str
    zone: str

    @classmethod
    def of(cls, channel: Channel) -> "Place":
        return cls(channel.name, f"/c/{quote(channel.name, safe='')}", channel.zone)


@dataclass(frozen=True, slots=True)
class Today:
    """Now, as a channel's readers have it."""

    now: datetime
    zone: ZoneInfo
    date: date

    @classmethod
    def of(cls, channel: Channel, now: datetime) -> "Today":
        zone = ZoneInfo(channel.zone)
        return cls(now, zone, now.astimezone(zone).date())


@dataclass(frozen=True, slots=True)
class Feed:
    """`hero` is the newest daily post (on the first page only), `posts` are the others, newest first.

    `more` is the post after which an older page starts; `version` changes whenever the first page does.
    """

    hero: PostView | None
    fresh: bool
    posts: tuple[PostView, ...]
    more: int | None
    version: str


async def feed_of(
    overview: Overview, channel: Channel, today: Today, user: str, *, limit: int, before: PostId | None = None
) -> Feed:
    entries = await overview.feed(channel.name, limit + 1, before)
    more = entries[limit - 1].post.id if len(entries) > limit else None
    entries = entries[:limit]
    views = await _views(overview, entries, today, user)
    hero = None
    if before is None and views:
        hero = next((view for view in views if not view.asked), views[0])
    return Feed(
        hero=hero,
        fresh=hero is not None and not hero.asked and hero.moment.date() == today.date,
        posts=tuple(view for view in views if view is not hero),
        more=more,
        version=_version([view.id for view in views], today),
    )


async def _views(overview: Overview, entries: Sequence[LedgerEntry], today: Today, user: str) -> list[PostView]:
    mine = await overview.mine([entry.post.id for entry in entries], user)
    views = (
        post_view(entry, frozenset(emoji for post, emoji in mine if post == entry.post.id), today.zone, today.date)
        for entry in entries
    )
    return [view for view in views if view is not None]


def _version(posts: Sequence[int], today: Today) -> str:
    return hashlib.blake2b(f"{posts} {today.date}".encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Next:
    """When the next seed comes, as the end of a sentence; or, in `instead`, why none does."""

    when: str | None
    moment: datetime | None
    instead: str | None


def next_of(upcoming: Sequence[Upcoming], state: ChannelState, today: Today) -> Next:
    if state.paused_until is not None and state.paused_until > today.now:
        if state.paused_until == datetime.max.replace(tzinfo=UTC):
            return Next(None, None, "This channel is paused until somebody resumes it.")
        until = state.paused_until.astimezone(today.zone)
        day = words.near_date(until.date(), today.date)
        return Next(None, None, f"This channel is paused until {day}, {words.wall_time(until)}.")
    slot = next((each for each in upcoming if not each.closed), None)
    if slot is None:
        return Next(None, None, "No date is set for another seed.")
    if slot.late:
        return Next("as soon as possible", slot.slot.due, None)
    return Next(
        f"{words.near_date(slot.local.date(), today.date)} at {words.wall_time(slot.local)}", slot.slot.due, None
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One of the next slots. `warn` marks what a reader should look at twice, `closed` where nothing comes."""

    moment: datetime
    near: str | None
    date: str
    time: str
    offset: str
    note: str | None
    warn: bool
    closed: bool


def row_of(upcoming: Upcoming, today: Today, offset_before: str | None) -> Row:
    """`offset_before` is the UTC offset of the slot before, so that a change shows even without a note."""
    note = upcoming.note
    if note is None and upcoming.late:
        note = "its time has passed; it goes out as soon as possible"
    if note is None and offset_before not in {None, upcoming.utc_offset}:
        note = f"the clocks change: UTC{offset_before} becomes UTC{upcoming.utc_offset}"
    near = words.near_date(upcoming.slot.date, today.date)
    return Row(
        moment=upcoming.slot.due,
        near=words.begin(near) if near in {"today", "tomorrow"} else None,
        date=words.short_date(upcoming.slot.date),
        time=words.wall_time(upcoming.local) if upcoming.slot.exists else "\N{EN DASH}",
        offset=f"UTC{upcoming.utc_offset}",
        note=note,
        warn=note is not None,
        closed=upcoming.closed,
    )


def rows_of(upcoming: Sequence[Upcoming], today: Today) -> list[Row]:
    offsets: list[str | None] = [None, *(slot.utc_offset for slot in upcoming)]
    return [row_of(slot, today, before) for slot, before in zip(upcoming, offsets, strict=False)]


@dataclass(frozen=True, slots=True)
class Part:
    """One reaction's share of a bar. `x` and `width` are in hundredths of the longest bar, `tint` names its colour."""

    emoji: str
    label: str
    count: int
    x: float
    width: float
    tint: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A liked post and the reactions to it, side by side."""

    id: int
    heading: str
    day: str
    total: int
    parts: tuple[Part, ...]


def bars_of(views: Sequence[PostView]) -> list[Bar]:
    """One bar a post; the longest is the most liked."""
    longest = max((view.total for view in views), default=0)
    return [_bar(view, longest) for view in views if view.total]


def _bar(view: PostView, longest: int) -> Bar:
    parts: list[Part] = []
    start = 0.0
    for place, each in enumerate(view.reactions):
        width = 100 * each.count / longest
        if each.count:
            tint = min(place, TINTS - 1)
            parts.append(Part(each.emoji, each.label, each.count, round(start, 3), round(width, 3), tint))
        start += width
    return Bar(view.id, view.heading, view.day, view.total, tuple(parts))


async def bars(overview: Overview, channel: Channel, today: Today, user: str) -> list[Bar]:
    return bars_of(await _views(overview, await overview.liked(channel.name, LIKED), today, user))


@dataclass(frozen=True, slots=True)
class Stock:
    """How far the library reaches. `share` is the read part in hundredths."""

    read: int
    unread: int
    total: int
    share: float
    low: bool
    sentence: str


def stock_of(runway: Runway, channel: Channel, today: Today) -> Stock:
    read = max(0, runway.total - runway.unread)
    anew = channel.when_exhausted is WhenExhausted.NEW_ROUND
    left = words.count(runway.unread, "unread seed is", "unread seeds are")
    day = words.near_date(runway.dry, today.date) if runway.dry else ""
    if runway.total == 0:
        sentence = "The library is empty: put excerpts into seeds/ and they are taken up within seconds."
    elif runway.unread == 0:
        again = "the next one begins anew" if anew else "nothing is posted until there is another"
        sentence = f"Every seed of the library has been read; {again}."
    elif runway.dry is None:
        sentence = f"{left} left, enough for over a year."
    elif anew:
        sentence = f"{left} left; those already read come round again from {day} on."
    else:
        sentence = f"{left} left; the first slot without one is {day}."
    return Stock(
        read=read,
        unread=runway.unread,
        total=runway.total,
        share=round(100 * read / runway.total, 2) if runway.total else 0.0,
        low=runway.low,
        sentence=sentence,
    )
