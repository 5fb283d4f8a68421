"""Every exception of the program.

    SeedbedError                a sentence for a person; nothing of ours raises outside this tree
    ├── UsageError              the command's words are off                             exit 64
    ├── ContentError            configuration or library: every problem, file:line      exit 78
    ├── StoreError              the database cannot be used; says which file and why    exit 1
    │   ├── NotOurFile          another program's file, or a newer version's
    │   └── AlreadyRunning      another process runs on this database; names it
    ├── PlatformUnavailable     cannot be reached or refuses the token at start         exit 69
    └── DeliveryError           one send or look-up on a platform
        ├── NotSent             surely not applied: try again
        ├── Gone                it was there, and somebody took it away
        ├── Refused             surely never: blocks the channel, with reason and remedy
        └── Unreadable          history cannot be proven readable: absence proves nothing

From `Platform.send`, anything that is none of NotSent, Gone and Refused means *unknown*: the message may be there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one place; line and column count from 1, 0 means the file as a whole."""

    path: Path
    line: int
    column: int
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else f"{self.path}"
        return f"{place}: {self.what}: {self.remedy}"


class SeedbedError(Exception):
    """A sentence for a person, and the exit code that goes with it."""

    exit_code = 1


class UsageError(SeedbedError):
    exit_code = 64


class ContentError(SeedbedError):
    """Configuration or library: all problems at once."""

    exit_code = 78

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class StoreError(SeedbedError):
    """The database cannot be used."""


class NotOurFile(StoreError):
    """The file is another program's, or was written by a newer version."""


class AlreadyRunning(StoreError):
    """Another process runs on this database."""


class PlatformUnavailable(SeedbedError):
    exit_code = 69


class DeliveryError(SeedbedError):
    """One send or look-up on a platform failed in a way that is understood."""


class NotSent(DeliveryError):
    """Surely not applied. `retry_after` (seconds) is the platform's own wish, if it gave one."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Refused(DeliveryError):
    """Surely never applied as things stand: `reason` says what is missing, `remedy` what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}: {remedy}")
        self.reason = reason
        self.remedy = remedy


class Gone(DeliveryError):
    """The message had been created, and is no longer there: nothing to send, nothing to read."""


class Unreadable(DeliveryError):
    """The channel's history cannot be proven readable, so not finding a marker proves nothing."""
