"""Socket Mode: tickets for one use, connections, and the envelopes that go over them until they are acknowledged."""

import asyncio
import json
import random
from secrets import token_hex
from time import monotonic

from aiohttp import ClientError, WSMsgType, web

from tests.simulators.slack.clock import Clock
from tests.simulators.slack.model import Json
from tests.simulators.slack.town import APP_ID
from tests.simulators.wire import cut

MOST_CONNECTIONS = 10


class Connection:
    """One websocket. Frames are sent in order by a task of their own, so that nobody waits for a slow reader."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.leaving = False  # it gets no envelopes any more
        self._request = request
        self._frames: asyncio.Queue[str] = asyncio.Queue()

    def send(self, frame: Json) -> None:
        self._frames.put_nowait(json.dumps(frame))

    async def write(self) -> None:
        while True:
            frame = await self._frames.get()
            try:
                await self.socket.send_str(frame)
            except (ClientError, ConnectionError):
                return  # the reader notices, and lets go of it
            finally:
                self._frames.task_done()

    async def flushed(self) -> None:
        await self._frames.join()

    async def close(self, code: int | None) -> None:
        """With a code, or as a line that breaks."""
        self.leaving = True
        if code is None:
            cut(self._request)
        else:
            await self.socket.close(code=code)


class Sockets:
    """Everything that is connected. `refuse` is how many handshakes will fail, and whether by a reset."""

    def __init__(self, clock: Clock, closing: asyncio.Event) -> None:
        self.address = ""
        self.ticket_life = 30.0  # s
        self.refuse: tuple[int, bool] = (0, False)
        self.lose_acks = 0  # so many acknowledgements go astray
        self.opened = 0  # tickets given
        self.handshakes = 0
        self.dead_handshakes = 0  # with a ticket that was used, too old or unknown
        self.connections: list[Connection] = []
        self._tickets: dict[str, float] = {}
        self._awaited: dict[str, asyncio.Future[Json | None]] = {}
        self._clock = clock
        self._closing = closing

    def open(self) -> str:
        """An address to connect to, once and soon."""
        ticket = token_hex(16)
        self._tickets[ticket] = monotonic() + self.ticket_life
        self.opened += 1
        return f"{self.address}/?ticket={ticket}&app_id={APP_ID}"

    @property
    def listening(self) -> list[Connection]:
        return [one for one in self.connections if not one.leaving]

    def send(self, frame: Json) -> asyncio.Future[Json | None] | None:
        """An envelope to one connection, whichever; the future is its acknowledgement. None if nobody listens."""
        listening = self.listening
        if not listening:
            return None
        envelope = token_hex(16)
        future: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._awaited[envelope] = future
        future.add_done_callback(lambda _: self._awaited.pop(envelope, None))
        random.choice(listening).send({"envelope_id": envelope, **frame})
        return future

    def tell_all(self, frame: Json) -> int:
        """Any frame at all to every connection; how many there were."""
        for connection in self.listening:
            connection.send(frame)
        return len(self.listening)

    async def disconnect(self, reason: str, *, close: bool) -> int:
        """Ask everybody to connect anew: `warning`, `refresh_requested`, `link_disabled`. `close` then ends them."""
        told = self.listening
        for connection in told:
            connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-simulated"}})
        for connection in told if close else []:
            await connection.flushed()
            await connection.close(1000)
        return len(told)

    async def drop(self, code: int | None) -> int:
        """End every connection: with a close code, or (without one) as a line that breaks."""
        ended = self.listening
        for connection in ended:
            await connection.close(code)
        return len(ended)

    # ---- one connection ----

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.handshakes += 1
        good_until = self._tickets.pop(request.query.get("ticket", ""), 0.0)  # refused or not, it is used
        left, by_reset = self.refuse
        if left:
            self.refuse = (left - 1, by_reset)
            if by_reset:
                cut(request, reset=True)
            return web.Response(status=503)
        if good_until < monotonic():
            self.dead_handshakes += 1
            return web.Response(status=408)
        socket = web.WebSocketResponse(timeout=1, compress=False)
        await socket.prepare(request)
        connection = Connection(socket, request)
        writer = asyncio.create_task(connection.write())
        self._welcome(connection)
        try:
            await self._listen(connection)
        except (ClientError, ConnectionError):
            pass  # it broke, as connections do
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self.connections.remove(connection)
        return socket

    def _welcome(self, connection: Connection) -> None:
        self.connections.append(connection)
        if len(self.connections) > MOST_CONNECTIONS:
            connection.leaving = True
            connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            return
        host = {"host": "applink-simulated", "started": self._clock.now().isoformat(), "build_number": 1}
        debug = {**host, "approximate_connection_time": 18060}
        about = {"num_connections": len(self.connections), "connection_info": {"app_id": APP_ID}, "debug_info": debug}
        connection.send({"type": "hello", **about})

    async def _listen(self, connection: Connection) -> None:
        while not self._closing.is_set():
            message = await connection.socket.receive()
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            try:
                frame = json.loads(message.data)
            except ValueError:
                continue
            if isinstance(frame, dict):
                self._acknowledged(frame)

    def _acknowledged(self, frame: Json) -> None:
        future = self._awaited.get(frame.get("envelope_id", ""))
        if future is None or future.done():
            return
        if self.lose_acks:
            self.lose_acks -= 1
        else:
            future.set_result(frame.get("payload"))
