"""Slack's Web API: one session for everything, nothing repeated in secret, and what is known of each request."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import SlackSettings
from bot.errors import DeliveryError, NotSent
from bot.platforms.slack import faults
from bot.platforms.slack.pacing import Pacer

if TYPE_CHECKING:
    from bot.platforms.slack.workspaces import Workspace, Workspaces

CALL: Final = 28.0  # seconds; ends before the outbox's own timeout, so that what is known of the request is not lost
API: Final = "https://slack.com/api/"

Method = Callable[..., Awaitable[Any]]


class _Attempt:
    """What is known of one call: whether a request went out."""

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent = False


_attempt: ContextVar[_Attempt | None] = ContextVar("attempt", default=None)


def new_session() -> aiohttp.ClientSession:
    """For all requests of one life of the adapter; to be closed."""
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_sent)
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL), trace_configs=[trace])


def new_client(settings: SlackSettings, session: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    """Without the library's retries: they repeat a post whose answer was lost, and it is there twice."""
    return AsyncWebClient(
        token=token,
        base_url=settings.api_base or API,
        session=session,
        retry_handlers=[],
        logger=library_logger("slack_sdk"),
    )


def library_logger(name: str, level: int = logging.INFO) -> logging.Logger:
    """A library's logger that never tells its details: tickets, tokens and response URLs stand in them."""
    logger = logging.getLogger(name)
    logger.setLevel(level)
    return logger


class Api:
    """Calls of the Web API: paced, bounded, and every failure in the port's words where it is certain."""

    def __init__(self, workspaces: "Workspaces") -> None:
        self._workspaces = workspaces
        self._pacer = Pacer()
        self._shut_out: dict[str, tuple[Workspace, str]] = {}

    @property
    def trouble(self) -> str:
        """Why the bot can do nothing at all in some workspace that it is in; empty where it can."""
        found = (one for one in self._shut_out.values() if self._workspaces.get(one[0].team) is one[0])
        return "; ".join(f"{workspace.name}: {reason}" for workspace, reason in found)

    async def call(self, workspace: "Workspace", method: Method, **arguments: Any) -> Mapping[str, Any]:
        """What Slack answers to a method of the workspace's client.

        NotSent: surely not applied. Refused: never, as things stand. Gone: the message is not there. Any other
        exception: it may have been applied.
        """
        name, attempt = method.__name__, _Attempt()
        try:
            async with asyncio.timeout(CALL):
                await self._pacer.turn(workspace.team, name, str(arguments.get("channel", "")))
                with _following(attempt):
                    response = await method(**arguments)
        except DeliveryError:
            raise
        except Exception as error:
            meant = faults.meaning(error, sent=attempt.sent, bot=workspace.bot_name)
            if meant is None:
                raise
            if faults.shuts_out(error):
                self._shut_out[workspace.team] = (workspace, str(meant))
            if isinstance(meant, NotSent) and meant.retry_after is not None:
                self._pacer.pause(workspace.team, name, meant.retry_after)
            raise meant from error
        self._shut_out.pop(workspace.team, None)
        answer: Mapping[str, Any] = response.data
        return answer

    async def ask(self, workspace: "Workspace", method: Method, **arguments: Any) -> Mapping[str, Any]:
        """The same for what changes nothing: without an answer it is NotSent, and can be asked again."""
        try:
            return await self.call(workspace, method, **arguments)
        except DeliveryError:
            raise
        except Exception as error:
            # Whatever came back, or nothing: it is no answer.
            raise NotSent(f"Slack gives no answer ({faults.said(error)})") from error


@contextmanager
def _following(attempt: _Attempt) -> Iterator[None]:
    token = _attempt.set(attempt)
    try:
        yield
    finally:
        _attempt.reset(token)


async def _sent(_: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestHeadersSentParams) -> None:
    if (attempt := _attempt.get()) is not None:
        attempt.sent = True
