"""The web page as a platform: its server, and the board it posts to."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web

from bot.config import WebSettings
from bot.errors import PlatformUnavailable, Refused
from bot.model import Channel, ChannelName, Health, Marker, Message, MessageId, Reaction, Receipt, StepName
from bot.platforms.web.actions import Actions
from bot.platforms.web.events import Hub
from bot.platforms.web.guard import Guard, is_loopback
from bot.platforms.web.pages import Pages
from bot.platforms.web.pulse import Pulse
from bot.platforms.web.render import Renderer
from bot.platforms.web.visitors import Gate
from bot.ports import Board, Clock, Inbox, Manners, Overview

LARGEST_BODY = 64 * 1024  # bytes
GRACE = 3.0  # seconds that requests under way get at the end


class WebPlatform:
    """Serves the page and keeps its messages on the store's board. A channel's address is its name."""

    # The board answers from our own database: what was applied shows at once.
    manners = Manners(timeout=timedelta(seconds=5), settle=timedelta(0))

    def __init__(self, settings: WebSettings, board: Board, overview: Overview, clock: Clock) -> None:
        self._settings = settings
        self._board = board
        self._overview = overview
        self._clock = clock
        self._hub = Hub()
        self._runner: web.AppRunner | None = None
        self._address = ""

    @property
    def address(self) -> str:
        """Where a browser finds the page, e.g. http://127.0.0.1:8080; empty while it is not served."""
        return self._address

    async def open(self) -> None:
        """The board needs no more than the store, which is open."""

    async def start(self, inbox: Inbox) -> None:
        host, port = self._settings.host, self._settings.port
        if self._settings.token is None and not is_loopback(host):
            raise PlatformUnavailable(
                f"web: {host} is reachable by others: set SEEDBED_WEB_TOKEN, or bind to 127.0.0.1"
            )
        self._hub = Hub()
        runner = web.AppRunner(self._application(inbox), access_log=None, shutdown_timeout=GRACE)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            raise PlatformUnavailable(
                f"web: cannot listen on {_authority(host, port)} ({error.strerror or error}): "
                "stop the program that does, or choose another web.port"
            ) from error
        except asyncio.CancelledError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._address = f"http://{_authority(*runner.addresses[0][:2])}"

    async def stop(self) -> None:
        runner, self._runner, self._address = self._runner, None, ""
        if runner is not None:
            await runner.cleanup()

    async def send(self, address: str, message: Message) -> Receipt:
        message_id = await self._board.publish(ChannelName(address), message.marker, self._clock.now())
        return Receipt(message_id, address, message.marker)

    def drops_repeats(self, address: str) -> bool:  # noqa: ARG002  the same marker again is the same message
        return True

    def untouched(self, address: str, since: datetime) -> bool:  # noqa: ARG002  to ask the board takes no longer
        return False

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:  # noqa: ARG002  the board keeps all
        return await self._board.find(ChannelName(address), marker)

    async def reactions(
        self,
        address: str,  # noqa: ARG002  the board's ids are its own
        message_id: MessageId,
    ) -> frozenset[Reaction]:
        return await self._board.reactions(message_id)

    def steps(self, channel: Channel, message: Message) -> Sequence[StepName]:  # noqa: ARG002  the same for all
        """The page shows a post with all that belongs to it."""
        return ()

    async def follow(
        self,
        step: StepName,
        channel: Channel,  # noqa: ARG002  it is so for every channel and message
        message_id: MessageId,  # noqa: ARG002  as above
        message: Message,  # noqa: ARG002  as above
    ) -> str | None:
        raise Refused(f"the web page has no {step}", "give the community a channel on a platform that has")

    async def tell_organisers(self, channel: Channel, text: str) -> None:
        """Whoever runs the page reads the log, where it stands already."""

    async def refresh(self, channel: ChannelName) -> None:
        self._hub.announce(channel)

    def health(self) -> Health:
        if not self._address:
            return Health(ok=False, detail="not serving")
        return Health(ok=True, detail=f"{self._address}, open tabs: {self._hub.count}", since=self._clock.now())

    def _application(self, inbox: Inbox) -> web.Application:
        token = self._settings.token
        gate = Gate(token.reveal() if token else None)
        renderer = Renderer(sign_out=not gate.open)
        guard = Guard(self._settings.host, tuple(self._settings.hosts), gate, self._clock, renderer)
        pages = Pages(self._overview, self._clock, renderer, self._hub)
        actions = Actions(inbox, pages, self._clock, gate, renderer)
        application = web.Application(middlewares=guard.middlewares, client_max_size=LARGEST_BODY)
        application.on_response_prepare.append(guard.dress)
        application.on_shutdown.append(self._close_streams)
        application.add_routes(
            [
                web.get("/", pages.channel),
                web.get("/c/{name}", pages.channel),
                web.get("/c/{name}/ahead", pages.ahead),
                web.get(r"/c/{name}/post/{post:\d{1,18}}", pages.post),
                web.get("/c/{name}/state", pages.state),
                web.get("/c/{name}/events", pages.events, allow_head=False),
                web.get("/topics", pages.topics),
                web.post("/c/{name}/react", actions.react),
                web.post("/c/{name}/seed", actions.seed),
                web.get("/sign-in", actions.sign_in_page),
                web.post("/sign-in", actions.sign_in),
                web.post("/sign-out", actions.sign_out),
                web.get("/healthz", Pulse(self._overview, self._clock).show),
                web.get("/static/{name}", renderer.static),
            ]
        )
        return application

    async def _close_streams(self, _: web.Application) -> None:
        self._hub.close()


def _authority(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
    return f"[{shown}]:{port}" if ":" in shown else f"{shown}:{port}"
