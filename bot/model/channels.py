"""Where posts go, and when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.model.ids import ChannelName, PlatformName


class Order(StrEnum):
    SHUFFLED = "shuffled"
    OLDEST = "oldest"
    IN_ORDER = "in_order"


class WhenExhausted(StrEnum):
    STOP = "stop"
    NEW_ROUND = "new_round"


class Style(StrEnum):
    """How a platform that has both dresses a post."""

    CARD = "card"
    EMBED = "embed"


@dataclass(frozen=True, slots=True)
class Look:
    """How a channel's posts are dressed. Ids are the platform's; what a platform has no use for it leaves alone.

    `role` is to be pinged by the daily post, nobody else ever is. `tag` (a name or an id) goes on a forum's posts.
    """

    style: Style = Style.CARD
    role: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What follows a daily post in its channel, each a step of its own. `reactions` are put on by the bot itself."""

    thread: bool = False
    archive_after: timedelta = timedelta(days=1)  # a thread without a word for so long is put away
    reactions: tuple[str, ...] = ()
    pin: bool = False  # and take down the pin of the post before
    crosspost: bool = False  # to the followers of an announcement channel


@dataclass(frozen=True, slots=True)
class Channel:
    """A place that gets a daily post. `times` is sorted; `days` are weekdays, Monday 0."""

    name: ChannelName
    platform: PlatformName
    address: str
    times: tuple[time, ...]
    zone: str
    days: frozenset[int] = frozenset(range(7))
    except_dates: frozenset[date] = frozenset()
    catch_up: timedelta = timedelta(hours=24)
    topics_include: frozenset[str] = frozenset()
    topics_exclude: frozenset[str] = frozenset()
    order: Order = Order.SHUFFLED
    when_exhausted: WhenExhausted = WhenExhausted.NEW_ROUND
    spacing: timedelta = timedelta(0)
    first_post_now: bool = False
    look: Look = Look()
    extras: Extras = Extras()


@dataclass(frozen=True, slots=True)
class Setup:
    """A channel that organisers set up on its platform. `space` is the server or workspace, `by` who did it there."""

    channel: Channel
    space: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Slot:
    """One due post of a channel on a local date. `name` counts the times of the day from 1.

    `due` is in UTC. `exists` is False for a date that the zone skipped altogether; such a slot is never posted.
    `note` says what a clock change does to it.
    """

    channel: ChannelName
    date: date
    name: str
    due: datetime
    zone: str
    exists: bool = True
    note: str | None = None

    @property
    def key(self) -> str:
        """The idempotency key: unchanged when the time or the zone of the channel changes."""
        return f"{self.date.isoformat()}/{self.name}"


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What the store remembers of a channel. `paused_until` is datetime.max (UTC) for a pause without an end."""

    name: ChannelName
    created: datetime
    paused_until: datetime | None = None
    blocked: str | None = None  # the reason, while the platform refuses


@dataclass(frozen=True, slots=True)
class Health:
    """How a part is; `since` is the instant of the last sign of life."""

    ok: bool
    detail: str
    since: datetime | None = None
