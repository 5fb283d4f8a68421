"""What every client of a simulator is made of: a request to its control endpoint, and waiting for what it tells."""

import asyncio
import json
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

import aiohttp

PATIENCE = 60.0  # seconds for one request, beyond what it may wait for
T = TypeVar("T")
Json = dict[str, Any]


class Call(Generic[T]):
    """Something to be asked of the simulator, by `await` or by `.now()`."""

    def __init__(self, base: str, body: Json | None, read: Callable[[Json], T]) -> None:
        self._address = f"{base}/control"
        self._body = body
        self._read = read
        self._asked = False

    def __await__(self) -> Generator[Any, None, T]:
        self._asked = True
        return self._ask().__await__()

    def __del__(self) -> None:
        """As for a coroutine that nobody awaits: the test would pass without having done what it says."""
        if not self._asked:
            warnings.warn(f"{self._body} was never asked: await it, or call .now()", RuntimeWarning, stacklevel=2)

    def now(self) -> T:
        """Without an event loop."""
        self._asked = True
        data = None if self._body is None else json.dumps(self._body).encode()
        request = urllib.request.Request(self._address, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return self._read(json.load(answer))
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(_sentence(error.read())) from None

    async def _ask(self) -> T:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            method = "GET" if self._body is None else "POST"
            async with session.request(method, self._address, json=self._body) as answer:
                content = await answer.read()
        if answer.status != 200:
            raise AssertionError(_sentence(content))
        return self._read(json.loads(content))


async def until(true: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait for something that nobody tells of; `true` may be a function or a coroutine function."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if await found if hasattr(found, "__await__") else found:
                return
            await asyncio.sleep(0.02)


def field(name: str) -> Callable[[Json], Any]:
    """Reads one field of an answer."""
    return lambda found: found[name]


def _sentence(content: bytes) -> str:
    return str(json.loads(content)["error"])
