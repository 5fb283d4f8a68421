"""Staying connected: one client for all requests, and a supervisor that outlives whatever ends its gateway."""

import asyncio
import logging
import random
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler

from bot.config import DiscordSettings
from bot.errors import NotSent, PlatformUnavailable, Refused
from bot.log import fields
from bot.model import Health
from bot.platforms.discord.client import HoldOff, SeedbedClient
from bot.platforms.discord.faults import TOKEN_REFUSED, said
from bot.platforms.discord.limiter import Limiter
from bot.platforms.discord.pacing import Dials, SessionBudget
from bot.ports import Clock, Memory

log = logging.getLogger(__name__)

TOKEN: Final = "SEEDBED_DISCORD_TOKEN"  # noqa: S105  the name of the variable, not its value
LOGIN: Final = 15.0  # seconds for one try
START: Final = 18.0  # seconds until the start goes on without the gateway
WATCH: Final = 90.0  # seconds without the gateway until discord.py begins anew; by itself it may wait 17 minutes
CLOSE: Final = 2.0  # seconds
AGAIN: Final = 0.5  # seconds
LONGEST_BACKOFF: Final = 60.0  # seconds
REGISTER: Final = 900.0  # seconds until the commands are looked at again, should Discord not have taken them
STEADY: Final = 60.0  # seconds of a connection after which the next trouble is a new one

FATAL: Final = {
    4004: f"discord: the token in {TOKEN} is refused: copy the current one from the Bot page of your application",
    4010: "discord: the gateway refuses this bot's shard: please report this",
    4011: "discord: the bot is in too many servers for one connection (more than 2,500): Seedbed has no shards",
    4012: "discord: the gateway does not speak this version of its protocol any more: update Seedbed",
    4013: "discord: the gateway refuses the bot's intents: update Seedbed",
    4014: "discord: the gateway refuses the bot's intents as privileged, though none is: look at the Bot page of your "
    "application, under Privileged Gateway Intents",
}


class OneLine(logging.Filter):
    """What discord.py says when it connects anew, without the traceback that comes with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.msg.startswith("Attempting a reconnect"):
            reason = record.exc_info[1]
            record.msg, record.args = f"{record.getMessage()} ({said(reason) if reason else 'no reason'})", ()
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = None
        return True


QUIET: Final = OneLine()
Prepare = Callable[[SeedbedClient], Awaitable[None]]


def point_to(settings: DiscordSettings) -> None:
    """Where discord.py finds Discord: its own addresses, or those of a proxy.

    The library keeps both as attributes of classes and has no other place for them; so they are set for the whole
    process, each time just before a client is made.
    """
    # Nobody here talks, and the library would say at every start that it lacks two packages for that.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    discord.http.Route.BASE = settings.api_base or "https://discord.com/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url or "wss://gateway.discord.gg/")


async def log_in(client: discord.Client, settings: DiscordSettings) -> None:
    """NotSent where Discord cannot be reached, PlatformUnavailable where it refuses the token; then it is closed."""
    if settings.token is None:
        raise PlatformUnavailable(f"discord: {TOKEN} is not set: copy it from the Bot page of your application")
    try:
        async with asyncio.timeout(LOGIN):
            await client.login(settings.token.reveal())
    except discord.LoginFailure:
        await close(client)
        raise PlatformUnavailable(FATAL[4004]) from None
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        await close(client)
        raise NotSent(f"cannot log in ({said(error)})") from error
    except BaseException:
        await close(client)
        raise


class Session:
    """A login and its gateway. `prepare` is called with each client before it logs in, `registered` after."""

    def __init__(
        self,
        settings: DiscordSettings,
        memory: Memory,
        clock: Clock,
        prepare: Prepare,
        registered: Callable[[SeedbedClient], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._memory = memory
        self._clock = clock
        self._prepare = prepare
        self._registered = registered
        self._budget = SessionBudget(memory, clock)
        self._dials = Dials(clock)
        self._client: SeedbedClient | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._settled = asyncio.Event()  # connected, or never to be
        self._watch: asyncio.Timeout | None = None
        self._fatal: str | None = None
        self._trouble = "not started"
        self._since: datetime | None = None  # the gateway was there

    # ---- life ------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Log in for requests alone. PlatformUnavailable where that cannot be now."""
        try:
            await self._try_login()
        except NotSent as error:
            raise PlatformUnavailable(f"discord: {error}") from error

    async def start(self) -> None:
        """Log in and connect, as long as it takes. PlatformUnavailable where that can never be."""
        logging.getLogger("discord.client").addFilter(QUIET)  # again is no other
        point_to(self._settings)
        api, gateway = yarl.URL(discord.http.Route.BASE), DiscordWebSocket.DEFAULT_GATEWAY
        log.info("connecting to Discord", extra=fields(api=api.authority, gateway=gateway.authority))
        self._trouble = "connecting"
        self._tasks = [asyncio.create_task(self._supervise(), name="discord supervisor")]
        try:
            async with asyncio.timeout(START):
                await self._settled.wait()
        except TimeoutError:
            log.warning("Discord is not connected yet, and is tried again", extra=fields(reason=self._trouble))
        if self._fatal:
            raise PlatformUnavailable(self._fatal)

    async def stop(self) -> None:
        tasks, self._tasks = self._tasks, []
        # Again and again: asyncio.wait_for, in discord.py, may lose a cancellation just as a connection is made.
        while pending := [task for task in tasks if not task.done()]:
            for task in pending:
                task.cancel()
            await asyncio.wait(pending, timeout=AGAIN)
        client, self._client = self._client, None
        if client is not None:
            await close(client)
        self._trouble = "stopped"

    @property
    def client(self) -> SeedbedClient:
        """Logged in. NotSent until it is, Refused where it will never be."""
        if self._fatal:
            raise Refused(*TOKEN_REFUSED) if self._fatal is FATAL[4004] else Refused(self._fatal, "see the log")
        if self._client is None:
            raise NotSent(f"Discord is not reached yet ({self._trouble})")
        return self._client

    @property
    def connected(self) -> bool:
        """Whether the gateway tells what happens."""
        return self._client is not None and self._client.connected

    def kind_of(self, address: str) -> discord.ChannelType | None:
        """What kind of channel the gateway says an address is; None where it did not."""
        number = int(address) if address.isdecimal() else 0
        known = self._client.get_channel(number) if self._client is not None else None
        return known.type if isinstance(known, discord.abc.GuildChannel) else None

    def health(self) -> Health:
        if self._fatal:
            return Health(ok=False, detail=self._fatal, since=self._since)
        if self._client is not None and self._client.connected:
            detail = f"connected as {self._client.user}, servers: {len(self._client.guilds)}"
            return Health(ok=True, detail=detail, since=self._clock.now())
        return Health(ok=False, detail=self._trouble, since=self._since)

    # ---- logging in ------------------------------------------------------------------------------------------------

    async def _try_login(self) -> SeedbedClient:
        point_to(self._settings)
        # A client of its own for each try: one that could not log in keeps a closed connector.
        client = SeedbedClient(
            Limiter(self._dials), self._budget, self._changed, by_proxy=self._settings.gateway_url is not None
        )
        await self._prepare(client)
        await log_in(client, self._settings)
        self._client = client
        return client

    async def _log_in(self) -> SeedbedClient:
        tries = 0
        while True:
            try:
                return await self._try_login()
            except NotSent as error:
                self._say_trouble(str(error))
            await asyncio.sleep(_backoff(tries))
            tries += 1

    # ---- staying connected -----------------------------------------------------------------------------------------

    async def _supervise(self) -> None:
        try:
            client = await self._log_in()
            self._tasks.append(asyncio.create_task(self._register(client), name="discord commands"))
            self._tasks.append(asyncio.create_task(self._keep_registered(client), name="discord commands, later"))
            await self._stay_connected(client)
        except PlatformUnavailable as error:
            self._give_up(str(error), None)
        except Exception as error:  # noqa: BLE001  a mistake of ours; said aloud, where a task would keep it to itself
            self._give_up(f"discord: the connection failed: {said(error)}", error)

    def _give_up(self, sentence: str, error: Exception | None) -> None:
        self._fatal = sentence
        if error is not None or self._settled.is_set():  # else whoever starts the bot says it
            log.error(sentence, exc_info=error)
        self._settled.set()

    async def _register(self, client: SeedbedClient) -> None:
        try:
            await self._registered(client)
        except Exception:
            # Whatever is wrong with the commands, the daily posts go out.
            log.exception("the commands could not be registered")

    async def _keep_registered(self, client: SeedbedClient) -> None:
        while True:
            await asyncio.sleep(REGISTER)
            await self._register(client)

    async def _stay_connected(self, client: SeedbedClient) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while not client.is_closed():
            begun = loop.time()
            try:
                await self._wait_for_budget()
                await self._connect(client)
                trouble = "the connection was closed"
            except discord.PrivilegedIntentsRequired:
                raise PlatformUnavailable(FATAL[4014]) from None
            except discord.ConnectionClosed as error:
                if error.code in FATAL:
                    raise PlatformUnavailable(FATAL[error.code]) from None
                trouble = f"the gateway closed with {error.code}"
            except TimeoutError:
                trouble = f"no connection for {WATCH:.0f} s"
            except HoldOff:
                continue  # too many new sessions: the next one begins when it may
            except Exception as error:
                # A payload that discord.py chokes on ends it with any exception at all.
                trouble = f"the gateway failed ({said(error)})"
                log.debug("the gateway failed", exc_info=error)
            failures = 0 if loop.time() - begun > STEADY else failures + 1
            self._say_trouble(trouble)
            await asyncio.sleep(_backoff(failures))

    async def _connect(self, client: SeedbedClient) -> None:
        """One life of discord.py's loop, ended from here where it gets nowhere."""
        try:
            async with asyncio.timeout(WATCH) as self._watch:
                await client.connect()
        finally:
            self._watch = None
            client.lost()
            await _let_go(client)

    async def _wait_for_budget(self) -> None:
        pause = await self._budget.pause()
        if pause:
            self._say_trouble(f"too many new sessions lately; the next one begins in {round(pause.total_seconds())} s")
            await asyncio.sleep(pause.total_seconds())

    def _changed(self) -> None:
        """The gateway is there, or gone."""
        up = self.connected
        if self._watch is not None and not self._watch.expired():
            deadline = None if up else asyncio.get_running_loop().time() + WATCH
            if up or self._watch.when() is None:
                self._watch.reschedule(deadline)
        if up:
            if self._trouble:
                log.info("connected to Discord", extra=fields(user=str(self._client and self._client.user)))
            self._trouble, self._since = "", self._clock.now()
            self._settled.set()
        elif not self._trouble:
            self._trouble = "the connection is lost, and is tried again"

    def _say_trouble(self, trouble: str) -> None:
        """In the health, and in the log when it is news."""
        if trouble != self._trouble:
            log.warning("Discord is out of reach", extra=fields(reason=trouble))
        self._trouble = trouble


async def _let_go(client: discord.Client) -> None:
    """What a connection that failed midway left behind: its socket, and the thread that keeps it alive."""
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws.loop is client.loop:
            thread.stop()
            try:
                async with asyncio.timeout(1):
                    await thread.ws.socket.close(code=4000)
            except (TimeoutError, aiohttp.ClientError, OSError) as error:
                log.debug("a connection did not close: %r", error)


async def close(client: discord.Client) -> None:
    """Within three seconds, whatever the other side does."""
    try:
        async with asyncio.timeout(CLOSE):
            await client.close()
    except TimeoutError:
        await client.http.close()


def _backoff(failures: int) -> float:
    """Seconds, doubling from one to sixty; no two bots come back in the same moment."""
    return min(2.0 ** min(failures, 6), LONGEST_BACKOFF) * random.uniform(0.75, 1.0)  # noqa: S311  no secret
