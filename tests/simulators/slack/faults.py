"""What goes wrong on purpose: scripts of faults, used up one by one, after which all goes well.

A script is for a method, `chat.postMessage`, for `response_url`, or for `any` of them. aiohttp, and so slack_sdk,
repeats a GET once by itself when its line breaks: for the caller to see that, it takes two steps.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ANY = "any"
RESPONSE_URL = "response_url"


class Fault(StrEnum):
    """What becomes of one request. In a script: its name, or `[name, seconds]`; REFUSED is `["refused", error]`."""

    NONE = "none"
    DROP_BEFORE = "drop_before"  # the connection breaks, nothing is written
    DROP_AFTER = "drop_after"  # the connection breaks, the write is applied
    RESET = "reset"  # as DROP_BEFORE, with a TCP reset
    LATE = "late"  # the connection breaks, the write is applied some seconds later
    SLOW = "slow"  # both write and answer come some seconds later
    HANG = "hang"  # no answer ever, nothing is written
    HANG_AFTER = "hang_after"  # no answer ever, the write is applied
    BUSY = "busy"  # 429 `ratelimited` with Retry-After
    BUSY_STRIPPED = "busy_stripped"  # 429 without Retry-After: behind a proxy
    ERROR_500 = "error_500"  # these: a page for people, as gateways give it
    ERROR_502 = "error_502"
    ERROR_503 = "error_503"
    ERROR_504 = "error_504"
    ERROR_500_AFTER = "error_500_after"  # these: the write is applied
    ERROR_502_AFTER = "error_502_after"
    ERROR_503_AFTER = "error_503_after"
    ERROR_504_AFTER = "error_504_after"
    REFUSED = "refused"  # with an error of Slack's, `fatal_error` for example; nothing is written
    REFUSED_AFTER = "refused_after"  # with an error of Slack's, and the write is applied
    EMPTY_HISTORY = "empty_history"  # ok and an empty list, whatever there is


AFTER = {Fault.DROP_AFTER} | {fault for fault in Fault if fault.endswith("_after")}


@dataclass(frozen=True, slots=True)
class Step:
    """One fault, with its seconds or its error."""

    fault: Fault
    seconds: float = 0
    error: str = "internal_error"

    @property
    def status(self) -> int:
        """The HTTP status of an ERROR."""
        return int(self.fault.split("_")[1])


NO_FAULT = Step(Fault.NONE)


class Faults:
    """Scripts by method and channel; the narrowest one that has a step left gives it."""

    def __init__(self) -> None:
        self._scripts: dict[tuple[str, str | None], deque[Step]] = {}

    def script(self, method: str, channel: str | None, steps: Iterable[str | list[Any]]) -> None:
        """Replace a script; ValueError for an unknown fault. None stands for every channel."""
        self._scripts[method, channel] = deque(map(_read, steps))

    def clear(self) -> None:
        self._scripts.clear()

    def next(self, method: str, channel: str | None) -> Step:
        for key in ((method, channel), (method, None), (ANY, channel), (ANY, None)):
            script = self._scripts.get(key)
            if script:
                return script.popleft()
        return NO_FAULT

    @property
    def left(self) -> int:
        """How many steps are still to come."""
        return sum(map(len, self._scripts.values()))


def _read(step: str | list[Any]) -> Step:
    if isinstance(step, str):
        return Step(Fault(step))
    fault, more = Fault(step[0]), step[1]
    return Step(fault, error=more) if isinstance(more, str) else Step(fault, float(more))
