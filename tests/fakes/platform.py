"""A plain chat board as a platform: an adapter that talks over a real socket to tests/simulators/board.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

import aiohttp

from bot.errors import NotSent, PlatformUnavailable, Refused, Unreadable
from bot.model import Channel, ChannelName, Health, Marker, Message, MessageId, Reaction, Receipt, StepName
from bot.ports import Inbox, Manners

VARIABLE = "SEEDBED_TEST_BOARD"  # the address of the board, for processes that tests start
MANNERS = Manners(timeout=timedelta(seconds=2), settle=timedelta(seconds=2))


class FakePlatform:
    """`base` is the board's address. Nothing is retried and no connection is used twice: each request is one.

    `follow_up` is what follows a message there; `told` is what organisers were told.
    """

    def __init__(self, base: str, manners: Manners = MANNERS, follow_up: Sequence[StepName] = ()) -> None:
        self.manners = manners
        self.refreshed: list[ChannelName] = []
        self.told: list[str] = []
        self._follow_up = tuple(follow_up)
        self._base = base
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "FakePlatform":
        return cls(environ[VARIABLE])

    async def start(self, inbox: Inbox) -> None:
        await self.open()

    async def open(self) -> None:
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
            async with self._connection.post(self._at("channels", address, "messages"), json=body) as response:
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

    def drops_repeats(self, address: str) -> bool:
        """As its board is told to."""
        del address
        return self.manners.resend_within > timedelta(0)

    def untouched(self, address: str, since: datetime) -> bool:
        return False

    async def find(self, address: str, marker: Marker, since: datetime) -> MessageId | None:
        query = {"marker": marker, "since": since.isoformat()}
        async with self._connection.get(self._at("channels", address, "messages"), params=query) as response:
            response.raise_for_status()
            found = (await response.json())["messages"]
        if found:
            return MessageId(found[0]["id"])
        async with self._connection.get(self._at("channels", address)) as response:
            response.raise_for_status()
            if not (await response.json())["may_read"]:
                raise Unreadable(f"the bot may not read the history of {address}")
        return None

    async def reactions(self, address: str, message_id: MessageId) -> frozenset[Reaction]:
        async with self._connection.get(self._at("messages", message_id, "reactions")) as response:
            response.raise_for_status()
            return frozenset(Reaction(*each) for each in (await response.json())["reactions"])

    def steps(self, channel: Channel, message: Message) -> Sequence[StepName]:
        return self._follow_up

    async def follow(self, step: StepName, channel: Channel, message_id: MessageId, message: Message) -> str | None:
        async with self._connection.put(self._at("messages", message_id, "steps", step)) as response:
            response.raise_for_status()
            return str((await response.json())["id"])

    async def tell_organisers(self, channel: Channel, text: str) -> None:
        self.told.append(text)

    async def refresh(self, channel: ChannelName) -> None:
        self.refreshed.append(channel)

    def health(self) -> Health:
        return Health(ok=self._session is not None, detail=self._base)

    @property
    def _connection(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise NotSent("the platform was not started")
        return self._session

    def _at(self, *parts: str) -> str:
        return "/".join([self._base, *(quote(part, safe="") for part in parts)])
