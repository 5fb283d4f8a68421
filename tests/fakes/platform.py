"""A plain chat board as a platform: an adapter that talks over a real socket to tests/simulators/board.py."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

import aiohttp

from bot.errors import NotSent, PlatformUnavailable, Refused, Unreadable
from bot.model import ChannelName, Health, Marker, Message, MessageId, Receipt
from bot.ports import Inbox, Manners

VARIABLE = "SEEDBED_TEST_BOARD"  # the address of the board, for processes that tests start
MANNERS = Manners(timeout=timedelta(seconds=2), settle=timedelta(seconds=2))


class FakePlatform:
    """`base` is the board's address. Nothing is retried and no connection is used twice: each request is one."""

    def __init__(self, base: str, manners: Manners = MANNERS) -> None:
        self.manners = manners
        self.refreshed: list[ChannelName] = []
        self._base = base
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "FakePlatform":
        return cls(environ[VARIABLE])

    async def start(self, inbox: Inbox) -> None:
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        try:
            async with session.get(f"{self._base}/control", timeout=aiohttp.ClientTimeout(total=5)) as response:
                response.raise_for_status()
        except (aiohttp.ClientError, TimeoutError) as error:
            await session.close()
            raise PlatformUnavailable(f"board: {self._base} does not answer") from error
        self._session = session

    async def stop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def send(self, address: str, message: Message) -> Receipt:
        body = {"marker": message.marker, "text": message.text}
        try:
            async with self._open.post(self._at("channels", address, "messages"), json=body) as response:
                if response.status == 403:
                    reason = (await response.json())["reason"]
                    raise Refused(reason, "let the bot post here")
                if response.status == 429:
                    raise NotSent("the board is busy", float(response.headers["Retry-After"]))
                response.raise_for_status()
                answer = await response.json()
        except aiohttp.ClientConnectorError as error:
            raise NotSent(f"no connection to the board: {error}") from error
        return Receipt(MessageId(answer["id"]), answer["address"], Marker(answer["marker"]))

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:
        query = {"marker": marker, "since": since.isoformat()}
        async with self._open.get(self._at("channels", address, "messages"), params=query) as response:
            response.raise_for_status()
            found = (await response.json())["messages"]
        if found:
            return MessageId(found[0]["id"])
        async with self._open.get(self._at("channels", address)) as response:
            response.raise_for_status()
            if not (await response.json())["may_read"]:
                raise Unreadable(f"the bot may not read the history of {address}")
        return None

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[tuple[str, str]]:
        async with self._open.get(self._at("messages", message_id, "reactions")) as response:
            response.raise_for_status()
            return frozenset((user, emoji) for user, emoji in (await response.json())["reactions"])

    async def refresh(self, channel: ChannelName) -> None:
        self.refreshed.append(channel)

    def health(self) -> Health:
        return Health(ok=self._session is not None, detail=self._base)

    @property
    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise NotSent("the platform was not started")
        return self._session

    def _at(self, *parts: str) -> str:
        return "/".join([self._base, *(quote(part, safe="") for part in parts)])
