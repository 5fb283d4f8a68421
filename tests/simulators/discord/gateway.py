"""The gateway: sessions that outlive their connections, and the frames that go over them.

A session keeps what it sent, numbered, so that RESUME can replay it. Events go to every session whose intents ask for
them, as far as the bot sees the channel.
"""

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from secrets import token_hex
from time import monotonic

from aiohttp import ClientError, WSMsgType, web

from tests.simulators.discord import payloads
from tests.simulators.discord.model import Guild, Json
from tests.simulators.discord.permissions import Permission
from tests.simulators.discord.world import Event, World
from tests.simulators.wire import cut

GUILDS = 1 << 0
MEMBERS = 1 << 1
PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
GUILD_REACTIONS = 1 << 10
DIRECT_MESSAGES = 1 << 12
DIRECT_REACTIONS = 1 << 13
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = MEMBERS | PRESENCES | MESSAGE_CONTENT
KNOWN = (1 << 26) - 1


class Op(IntEnum):
    """What a frame is."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    ACK = 11


UNSEEN_TOO = {"CHANNEL_CREATE", "CHANNEL_UPDATE"}  # a bot is told of channels that it cannot look into
MOST_FRAMES = 120  # that a client may send in a minute
MOST_AWAY = 20  # sessions without a connection that are remembered
ALWAYS = {"READY", "RESUMED", "INTERACTION_CREATE", "GUILD_MEMBER_UPDATE"}


class _Closed(Exception):
    """The connection ends with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Connection:
    """One websocket. Frames are sent in order by a task of their own, so that nobody waits for a slow reader."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, *, compress: bool) -> None:
        self.socket = socket
        self.session: Session | None = None
        self.ended = False  # by us; the code that comes back then says nothing
        self._request = request
        self._zlib = zlib.compressobj() if compress else None
        self._frames: asyncio.Queue[str] = asyncio.Queue()

    def send(self, frame: Json) -> None:
        self._frames.put_nowait(json.dumps(frame))

    async def write(self) -> None:
        """Send what there is, for ever; ends with the connection."""
        while True:
            text = await self._frames.get()
            if self._zlib is None:
                await self.socket.send_str(text)
            else:
                packed = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)

    async def close(self, code: int | None) -> None:
        """With a code, or None: the connection breaks."""
        self.ended = True
        if code is None:
            cut(self._request)
        else:
            await self.socket.close(code=code)


@dataclass(slots=True)
class Session:
    """`sent` is the number of the last event that went out; later ones wait in `events`."""

    id: str
    intents: int
    events: deque[Json] = field(default_factory=lambda: deque(maxlen=20_000))
    number: int = 0
    sent: int = 0
    connection: Connection | None = None

    def push(self, name: str, data: Json) -> None:
        self.number += 1
        self.events.append({"op": Op.DISPATCH, "t": name, "s": self.number, "d": data})

    def flush(self) -> None:
        """Send what was not sent yet."""
        waiting = self.number - self.sent
        if self.connection is None or not waiting:
            return
        # One is the rule, and must not cost a walk over everything that was ever sent.
        for frame in [self.events[-1]] if waiting == 1 else list(self.events)[-waiting:]:
            self.connection.send(frame)
        self.sent = self.number


class Gateway:
    """`refuse` is how many connections are yet to be refused, and how: with a 503 or by a reset.

    `heartbeat` is in seconds. `held` keeps events back until they are released.
    """

    def __init__(self, world: World, token: str, closing: asyncio.Event) -> None:
        self.world = world
        self.sessions: dict[str, Session] = {}
        self.identifies: list[datetime] = []
        self.resumes = 0
        self.connects = 0
        self.heartbeat = 41.25
        self.privileged = 0  # the intents that the application was granted
        self.refuse: tuple[int, bool] = (0, False)
        self.held = False
        self.address = ""
        self.token = token
        self._closing = closing
        world.listeners.append(self.publish)

    # ---- what the simulation tells ----

    def publish(self, event: Event) -> None:
        """To every session that wants it; kept for one that is away and may resume."""
        if event.guild and not event.guild.joined:
            return
        looked_into = event.channel if event.name not in UNSEEN_TOO else None
        if looked_into and not self.world.may(looked_into) & Permission.VIEW_CHANNEL:
            return
        for session in self.sessions.values():
            if event.name in ALWAYS or session.intents & _intent(event):
                session.push(event.name, event.data)
                self._flush(session)

    def _flush(self, session: Session) -> None:
        if not self.held:
            session.flush()

    def hold(self, held: bool) -> None:
        """Keep events back, or let them go."""
        self.held = held
        for session in self.sessions.values():
            self._flush(session)

    @property
    def connected(self) -> list[Session]:
        return [one for one in self.sessions.values() if one.connection]

    async def drop(self, code: int | None, *, resumable: bool) -> int:
        """End every connection; how many there were."""
        sessions = self.connected
        for session in sessions:
            connection = session.connection
            if not resumable:
                self.sessions.pop(session.id, None)
            if connection:
                await connection.close(code)
        return len(sessions)

    def invalidate(self, *, resumable: bool) -> int:
        """Tell every session that it is invalid."""
        sessions = self.connected
        for session in sessions:
            if session.connection:
                session.connection.send({"op": Op.INVALID_SESSION, "d": resumable})
            if not resumable:
                del self.sessions[session.id]
        return len(sessions)

    def send(self, frame: Json) -> int:
        """Any frame at all, past numbers and intents, to every connection."""
        for session in self.connected:
            if session.connection:
                session.connection.send(frame)
        return len(self.connected)

    # ---- one connection ----

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.connects += 1
        left, by_reset = self.refuse
        if left:
            self.refuse = (left - 1, by_reset)
            if by_reset:
                cut(request, reset=True)
            return web.Response(status=503)
        compress = request.query.get("compress")
        if compress not in {None, "zlib-stream"} or request.query.get("encoding", "json") != "json":
            return web.Response(status=400, text="only zlib-stream and json are simulated")
        socket = web.WebSocketResponse(timeout=1, compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request, compress=compress is not None)
        writer = asyncio.create_task(connection.write())
        try:
            await self._converse(connection)
        except _Closed as closed:
            await connection.close(closed.code)
        except (ClientError, ConnectionError):
            pass  # it broke, as connections do; the session may be resumed
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._let_go(connection)
        return socket

    async def _converse(self, connection: Connection) -> None:
        connection.send({"op": Op.HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000), "_trace": []}})
        last_beat = monotonic()
        heard: deque[float] = deque(maxlen=MOST_FRAMES)
        while not self._closing.is_set():
            patience = last_beat + self.heartbeat * 2 - monotonic()
            try:
                message = await connection.socket.receive(timeout=max(patience, 0.01))
            except TimeoutError:
                raise _Closed(4009) from None
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            if len(heard) == MOST_FRAMES and monotonic() - heard[0] < 60:
                raise _Closed(4008)
            heard.append(monotonic())
            try:
                frame = json.loads(message.data)
                op, data = frame["op"], frame.get("d")
            except (ValueError, KeyError, TypeError):
                raise _Closed(4002) from None
            if op == Op.HEARTBEAT:
                last_beat = monotonic()
                connection.send({"op": Op.ACK})
            else:
                self._hear(connection, op, data)

    def _hear(self, connection: Connection, op: int, data: Json) -> None:
        match op:
            case Op.IDENTIFY:
                if connection.session:
                    raise _Closed(4005)
                self._identify(connection, data)
            case Op.RESUME:
                if connection.session:
                    raise _Closed(4005)
                self._resume(connection, data)
            case Op.PRESENCE | Op.VOICE | Op.REQUEST_MEMBERS:
                if connection.session is None:
                    raise _Closed(4003)
            case _:
                raise _Closed(4001)

    def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies.append(self.world.clock.now())
        if data.get("token") != self.token:
            raise _Closed(4004)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN:
            raise _Closed(4013)
        if intents & PRIVILEGED & ~self.privileged:
            raise _Closed(4014)
        away = [one.id for one in self.sessions.values() if one.connection is None]
        for old in away[:-MOST_AWAY]:
            del self.sessions[old]
        session = Session(token_hex(16), intents, connection=connection)
        self.sessions[session.id] = connection.session = session
        session.push("READY", self._ready(session))
        for guild in self._guilds():
            if intents & GUILDS:
                session.push("GUILD_CREATE", self.world.guild_create(guild, available=True))
        session.flush()

    def _resume(self, connection: Connection, data: Json) -> None:
        self.resumes += 1
        if data.get("token") != self.token:
            raise _Closed(4004)
        session, seen = self.sessions.get(data.get("session_id") or ""), data.get("seq")
        oldest = session.events[0]["s"] if session and session.events else 1
        if session is None or not isinstance(seen, int) or not oldest - 1 <= seen <= session.number:
            connection.send({"op": Op.INVALID_SESSION, "d": False})
            return
        connection.session, session.connection = session, connection
        session.sent = seen
        session.push("RESUMED", {"_trace": []})
        session.flush()

    def _let_go(self, connection: Connection) -> None:
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection = None
        # A client that closes with 1000 or 1001 has done with its session; any other code may be followed by RESUME.
        if not connection.ended and connection.socket.close_code in {1000, 1001}:
            self.sessions.pop(session.id, None)

    def _ready(self, session: Session) -> Json:
        return {
            "v": 10,
            "user": {**payloads.user(self.world.bot), "verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in self._guilds()],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.address,
            "private_channels": [],
            "application": {"id": str(self.world.bot.id), "flags": 0},
            "shard": [0, 1],
            "_trace": [],
        }

    def _guilds(self) -> list[Guild]:
        return [guild for guild in self.world.guilds.values() if guild.joined]


def _intent(event: Event) -> int:
    """The intents of which one is enough for an event."""
    in_guild = event.guild is not None
    if event.name.startswith("MESSAGE_REACTION"):
        return GUILD_REACTIONS if in_guild else DIRECT_REACTIONS
    if event.name.startswith("MESSAGE_"):
        return GUILD_MESSAGES if in_guild else DIRECT_MESSAGES
    if event.name == "CHANNEL_PINS_UPDATE" and not in_guild:
        return DIRECT_MESSAGES
    return GUILDS
