"""The composition root: build the parts, start them in order, wait, stop them in reverse order."""

import asyncio
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from bot.clock import SystemClock
from bot.config import Settings
from bot.desk import OrganisersDesk
from bot.drafter import Drafter
from bot.errors import StoreError
from bot.failpoints import Failpoints
from bot.librarian import Librarian
from bot.log import fields
from bot.model import Channel, Health, PlatformName
from bot.nursery import SeedNursery
from bot.outbox import Outbox
from bot.overview import Clerk
from bot.platforms.web import WebPlatform
from bot.ports import Clock, Desk, Nursery, Overview, Platform, Store
from bot.prompts import Prompter
from bot.roster import Roster
from bot.scheduler import Ticker
from bot.search.fulltext import FullTextSearcher
from bot.service import Service
from bot.steps import FollowUps
from bot.storage.instance import InstanceLock
from bot.storage.sqlite import SqliteStore

if TYPE_CHECKING:
    from bot.platforms.discord import doctor as discord_doctor
    from bot.platforms.slack import doctor as slack_doctor

    # For the commands that show them.
    DiscordDiagnosis: TypeAlias = discord_doctor.Diagnosis
    SlackDiagnosis: TypeAlias = slack_doctor.Diagnosis

log = logging.getLogger(__name__)

TICK = timedelta(seconds=3)
WEDGED = timedelta(minutes=2)  # without a finished tick
CATCH_UP = timedelta(seconds=5)  # what the start waits for the first posts before it says `ready`
DRAIN = timedelta(seconds=8)  # for the sends under way when told to stop
BEAT = timedelta(seconds=30)  # between two signs of life beside the database
RECONCILE = timedelta(seconds=5)  # between two looks whether reactions are to be read


@dataclass(frozen=True, slots=True)
class Tools:
    """What a platform may be made of."""

    settings: Settings
    store: Store
    overview: Overview
    desk: Desk
    nursery: Nursery
    clock: Clock


Factory = Callable[[Tools], Platform]


def _web(tools: Tools) -> Platform:
    return WebPlatform(tools.settings.web, tools.store.board, tools.overview, tools.clock)


def _discord(tools: Tools) -> Platform:
    # Here and not above: discord.py is half of what a bot with only its page would have to load.
    from bot.platforms.discord import DiscordPlatform  # noqa: PLC0415

    return DiscordPlatform(
        tools.settings.discord, tools.overview, tools.desk, tools.nursery, tools.store.memory, tools.clock
    )


def _slack(tools: Tools) -> Platform:
    from bot.platforms.slack import SlackPlatform  # noqa: PLC0415  as in _discord

    return SlackPlatform(
        tools.settings.slack, tools.overview, tools.desk, tools.nursery, tools.store.memory, tools.clock
    )


FACTORIES: Mapping[PlatformName, Factory] = {
    PlatformName.WEB: _web,
    PlatformName.DISCORD: _discord,
    PlatformName.SLACK: _slack,
}


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that is built once and handed around; nothing of it is started yet."""

    settings: Settings
    clock: Clock
    store: SqliteStore
    librarian: Librarian
    searcher: FullTextSearcher
    roster: Roster
    clerk: Clerk
    drafter: Drafter
    outbox: Outbox
    follow_ups: FollowUps
    service: Service
    desk: OrganisersDesk
    nursery: SeedNursery
    platforms: Mapping[PlatformName, Platform]
    health: dict[str, Callable[[], Health]]
    wake: asyncio.Event  # there is something to send


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, failpoints: Failpoints) -> AsyncIterator[SqliteStore]:
    """The store alone, closed at the end: an open connection would keep the process from ending."""
    store = await SqliteStore.open(settings.database, clock, failpoints)
    try:
        yield store
    finally:
        await _stopping("store", store.close)


@asynccontextmanager
async def assemble(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    clock: Clock | None = None,
    factories: Mapping[PlatformName, Factory] = FACTORIES,
) -> AsyncIterator[Parts]:
    """Open the store, take in the library, wire the rest. Closes the store at the end."""
    clock = clock or SystemClock()
    failpoints = Failpoints(environ.get("SEEDBED_FAILPOINT"))
    async with opened(settings, clock, failpoints) as store:
        searcher = FullTextSearcher(store.shelf)
        librarian = Librarian(settings.library, settings.planted, store.shelf, searcher, clock)
        nursery = SeedNursery(store, librarian, settings.planted, clock)
        await nursery.restore()
        await librarian.open()
        roster = Roster(settings.channels, store.setups)
        await roster.load()
        health: dict[str, Callable[[], Health]] = {"library": librarian.health}
        clerk = Clerk(roster, store, librarian, searcher, clock, health)
        drafter = Drafter(roster, store, librarian, Prompter(), clock)
        wake = asyncio.Event()
        desk = OrganisersDesk(roster, store, librarian, drafter, clerk, clock, wake.set)
        tools = Tools(settings, store, clerk, desk, nursery, clock)
        platforms = {name: factories[name](tools) for name in PlatformName if name in settings.platforms}
        health |= {str(name): platform.health for name, platform in platforms.items()}
        owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        outbox = Outbox(store.ledger, platforms, roster, clock, failpoints, owner, wake.set)
        follow_ups = FollowUps(store.ledger, platforms, roster, clock, failpoints)
        service = Service(roster, store, librarian, drafter, searcher, outbox, follow_ups, platforms, clock, failpoints)
        yield Parts(
            settings=settings,
            clock=clock,
            store=store,
            librarian=librarian,
            searcher=searcher,
            roster=roster,
            clerk=clerk,
            drafter=drafter,
            outbox=outbox,
            follow_ups=follow_ups,
            service=service,
            desk=desk,
            nursery=nursery,
            platforms=platforms,
            health=health,
            wake=wake,
        )


async def examine_discord(settings: Settings) -> "DiscordDiagnosis":
    """What Discord has to allow for every channel there, without a word to anybody. PlatformUnavailable as `run`."""
    from bot.platforms.discord import doctor  # noqa: PLC0415  as in _discord

    return await doctor.examine(settings.discord, await _channels_on(PlatformName.DISCORD, settings))


async def examine_slack(settings: Settings) -> "SlackDiagnosis":
    """The same for Slack; in HTTP mode for every workspace that the database knows."""
    from bot.platforms.slack import doctor  # noqa: PLC0415  as in _discord

    channels, clock = await _channels_on(PlatformName.SLACK, settings), SystemClock()
    if not settings.database.exists():
        return await doctor.examine(settings.slack, channels, None, clock)
    async with opened(settings, clock, Failpoints()) as store:
        return await doctor.examine(settings.slack, channels, store.memory, clock)


def discord_permissions() -> int:
    """The number in the link that invites the bot; known without asking anybody."""
    from bot.platforms.discord import rights  # noqa: PLC0415  as in _discord

    return rights.INVITE.value


def slack_manifest(public_url: str | None) -> str:
    """The YAML that Slack makes an app of: for Socket Mode, or for HTTP mode at this address."""
    from bot.platforms.slack import manifest  # noqa: PLC0415  as in _discord

    return manifest.text(public_url)


async def _channels_on(platform: PlatformName, settings: Settings) -> Sequence[Channel]:
    """Those of the file and, where there is a database already, those set up on the platform."""
    channels: Sequence[Channel] = settings.channels
    if settings.database.exists():
        async with opened(settings, SystemClock(), Failpoints()) as store:
            roster = Roster(settings.channels, store.setups)
            await roster.load()
            channels = tuple(roster.values())
    return tuple(channel for channel in channels if channel.platform is platform)


async def run(
    settings: Settings,
    environ: Mapping[str, str],
    ready: Callable[[str], None],
    *,
    factories: Mapping[PlatformName, Factory] = FACTORIES,
) -> None:
    """The bot, until SIGTERM or SIGINT. `ready` is told the web page's address once everything is up."""
    stop = _signals()
    lock = InstanceLock(settings.database).acquire()
    try:
        async with assemble(settings, environ, factories=factories) as parts, AsyncExitStack() as stack:
            await parts.service.start()
            await parts.outbox.start()
            for name, platform in parts.platforms.items():
                stack.push_async_callback(_stopping, str(name), platform.stop)
                await platform.start(parts.service)
            heart = Heart(parts, lock)
            stack.push_async_callback(_stopping, "steps", lambda: parts.follow_ups.drain(timedelta(0)))
            stack.push_async_callback(_stopping, "outbox", lambda: parts.outbox.drain(DRAIN))
            stack.push_async_callback(_stopping, "heart", heart.stop)
            await heart.start()
            web = parts.platforms.get(PlatformName.WEB)
            address = web.address if isinstance(web, WebPlatform) else ""
            lock.note(address)
            ready(address)
            await stop.wait()
            log.info("stopping")
    finally:
        lock.release()


class Heart:
    """The loops of a running bot: what is due, the files of the library, reactions missed while it was away."""

    def __init__(self, parts: Parts, lock: InstanceLock) -> None:
        self._parts = parts
        self._lock = lock
        self._wake = parts.wake
        self._ticker = Ticker(TICK, self._wake.set)
        self._tasks: list[asyncio.Task[None]] = []
        self._beat = parts.clock.elapsed()
        self._beat_at = parts.clock.now()
        self._trouble: str | None = None

    async def start(self) -> None:
        """Catch up first: what was missed is on its way before the bot says that it is ready."""
        self._parts.health["ticker"] = self.health
        first = asyncio.create_task(self._tick(), name="catch-up")
        self._tasks.append(first)
        await asyncio.wait([first], timeout=CATCH_UP.total_seconds())
        self._tasks += [
            asyncio.create_task(self._work(first), name="work"),
            asyncio.create_task(
                self._repeat(self._parts.librarian.pause, self._parts.librarian.refresh), name="library"
            ),
            asyncio.create_task(self._repeat(lambda: RECONCILE, self._parts.service.reconcile), name="reactions"),
            asyncio.create_task(self._repeat(lambda: BEAT, self._show_life), name="beat"),
        ]
        self._ticker.start()

    async def stop(self) -> None:
        await self._ticker.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def health(self) -> Health:
        age = self._parts.clock.elapsed() - self._beat
        ok = self._trouble is None and age < WEDGED.total_seconds()
        return Health(ok, self._trouble or "looks every few seconds at what is due", self._beat_at)

    async def _show_life(self) -> None:
        """For `seedbed health`, where there is no page to ask."""
        parts = await self._parts.clerk.health()
        ills = [f"{name}: {part.detail}" for name, part in parts.items() if not part.ok]
        self._lock.beat(self._beat, "; ".join(ills))

    async def _work(self, first: asyncio.Task[None]) -> None:
        await asyncio.wait([first])
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._tick()
            # A slot that falls due before the next tick is not kept waiting for it.
            due, now = self._parts.service.next_due(), self._parts.clock.now()
            if due is not None and due - now < TICK:
                loop.call_later((due - now).total_seconds(), self._wake.set)

    async def _tick(self) -> None:
        try:
            await self._parts.service.post_due()
            await self._parts.outbox.resume()
            await self._parts.follow_ups.resume()
        except StoreError as error:
            self._complain(str(error), error)
        except Exception as error:  # noqa: BLE001  one tick that fails must not end all later ones; it is said loudly
            self._complain(f"a tick failed: {type(error).__name__}: {error}", error)
        else:
            self._trouble = None
            self._beat, self._beat_at = self._parts.clock.elapsed(), self._parts.clock.now()

    def _complain(self, trouble: str, error: Exception) -> None:
        if trouble != self._trouble:
            log.error(trouble, exc_info=None if isinstance(error, StoreError) else error)
        self._trouble = trouble

    async def _repeat(self, pause: Callable[[], timedelta], work: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await work()
            except StoreError as error:
                log.error("%s", error)  # noqa: TRY400  one sentence; it is tried again
            except Exception:  # a round that fails must not end all later ones
                log.exception("a round failed; the next one is tried")
            await asyncio.sleep(pause().total_seconds())


async def _stopping(name: str, stop: Callable[[], Awaitable[object]]) -> None:
    begun = time.monotonic()
    await stop()
    log.info("stopped", extra=fields(part=name, seconds=round(time.monotonic() - begun, 2)))


def _signals() -> asyncio.Event:
    """An event that the first SIGTERM or SIGINT sets; a second one ends the process at once."""
    stop = asyncio.Event()

    def handle() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle)
    return stop
