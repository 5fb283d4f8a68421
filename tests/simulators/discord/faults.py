"""What goes wrong on purpose: scripts of faults, used up one by one, after which all goes well.

aiohttp, and so discord.py, repeats a GET, PUT or DELETE once by itself when its line breaks: for the caller to see
that, it takes two steps. A POST or PATCH is not repeated.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a request is for; a script is for one of these, or for ANY."""

    ANY = "any"
    CREATE_MESSAGE = "create_message"
    EDIT_MESSAGE = "edit_message"
    DELETE_MESSAGE = "delete_message"
    FIND = "find"  # a channel's history
    MESSAGE = "message"  # one message is fetched
    REACTIONS = "reactions"  # who reacted is fetched
    ADD_REACTION = "add_reaction"
    REMOVE_REACTION = "remove_reaction"
    CREATE_THREAD = "create_thread"  # a forum post too
    EDIT_CHANNEL = "edit_channel"
    PIN = "pin"
    CROSSPOST = "crosspost"
    CHANNEL = "channel"
    GUILD = "guild"
    USER = "user"
    DIRECT = "direct"  # a direct channel is opened
    APPLICATION = "application"
    COMMANDS = "commands"
    ANSWER = "answer"  # the first answer to an interaction
    FOLLOWUP = "followup"  # everything after it
    OTHER = "other"


class Fault(StrEnum):
    """What becomes of one request. In a script: its name, or `[name, seconds]`; REFUSED is `["refused", code]`."""

    NONE = "none"
    DROP_BEFORE = "drop_before"  # the connection breaks, nothing is written
    DROP_AFTER = "drop_after"  # the connection breaks, the write is applied
    RESET = "reset"  # as DROP_BEFORE, with a TCP reset
    RESET_STORM = "reset_storm"  # `["reset_storm", n]`: so many RESETs
    LATE = "late"  # the connection breaks, the write is applied some seconds later
    SLOW = "slow"  # both write and answer come some seconds later
    HANG = "hang"  # no answer ever, nothing is written
    HANG_AFTER = "hang_after"  # no answer ever, the write is applied
    BUSY = "busy"  # 429 as Discord answers it: JSON, Retry-After and Via
    BUSY_NO_VIA = "busy_no_via"  # 429 with JSON and Retry-After, but no Via: behind a proxy
    BUSY_BANNED = "busy_banned"  # 429 with Retry-After and a page for people: Cloudflare's ban
    BUSY_STRIPPED = "busy_stripped"  # 429 with JSON and nothing else
    ERROR_500 = "error_500"
    ERROR_502 = "error_502"
    ERROR_503 = "error_503"
    ERROR_504 = "error_504"
    ERROR_500_AFTER = "error_500_after"  # these: the write is applied
    ERROR_502_AFTER = "error_502_after"
    ERROR_503_AFTER = "error_503_after"
    ERROR_504_AFTER = "error_504_after"
    REFUSED = "refused"  # with the status that goes with the code, for example 200000
    EMPTY_HISTORY = "empty_history"  # 200 and an empty list, whatever there is


BUSY = {Fault.BUSY, Fault.BUSY_NO_VIA, Fault.BUSY_BANNED, Fault.BUSY_STRIPPED}
AFTER = {Fault.DROP_AFTER, Fault.HANG_AFTER} | {fault for fault in Fault if fault.endswith("_after")}


@dataclass(frozen=True, slots=True)
class Step:
    """One fault; `number` is its seconds, its code or its count."""

    fault: Fault
    number: float = 0

    @property
    def status(self) -> int:
        """The HTTP status of an ERROR."""
        return int(self.fault.split("_")[1])


NO_FAULT = Step(Fault.NONE)


class Faults:
    """Scripts by kind of request and channel; the narrowest one that has a step left gives it."""

    def __init__(self) -> None:
        self._scripts: dict[tuple[Kind, int | None], deque[Step]] = {}

    def script(self, kind: Kind, channel: int | None, steps: Iterable[str | list[Any]]) -> None:
        """Replace a script; ValueError for an unknown fault. None stands for every channel."""
        self._scripts[kind, channel] = deque(_read(steps))

    def clear(self) -> None:
        self._scripts.clear()

    def next(self, kind: Kind, channel: int | None) -> Step:
        for key in ((kind, channel), (kind, None), (Kind.ANY, channel), (Kind.ANY, None)):
            script = self._scripts.get(key)
            if script:
                return script.popleft()
        return NO_FAULT

    @property
    def left(self) -> int:
        """How many steps are still to come."""
        return sum(map(len, self._scripts.values()))


def _read(steps: Iterable[str | list[Any]]) -> Iterable[Step]:
    for step in steps:
        name, number = (step, 0.0) if isinstance(step, str) else (step[0], float(step[1]))
        fault = Fault(name)
        if fault is Fault.RESET_STORM:
            yield from [Step(Fault.RESET)] * int(number)
        else:
            yield Step(fault, number)
