"""Discord's rate limits: so many requests a second in all, and a bucket for each kind of request and channel."""

from collections import deque
from dataclasses import dataclass
from time import monotonic

from tests.simulators.discord.faults import Kind


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds."""

    count: int
    seconds: float


# As Discord's headers are known to say; every other kind has none unless a test sets one.
USUAL = {
    Kind.CREATE_MESSAGE: Limit(5, 5),
    Kind.EDIT_MESSAGE: Limit(5, 5),
    Kind.DELETE_MESSAGE: Limit(5, 1),
    Kind.FIND: Limit(5, 1),
    Kind.MESSAGE: Limit(10, 1),
    Kind.REACTIONS: Limit(5, 1),
    Kind.ADD_REACTION: Limit(1, 0.25),
    Kind.REMOVE_REACTION: Limit(1, 0.25),
    Kind.CREATE_THREAD: Limit(50, 300),
    Kind.EDIT_CHANNEL: Limit(5, 15),
    Kind.PIN: Limit(5, 5),
    Kind.CROSSPOST: Limit(10, 3600),
}


ROUNDING = 0.001  # seconds: who comes back after what was announced with three digits must not come too early


@dataclass(slots=True)
class _Window:
    """A bucket's current window; it opens with the first request after the last one closed."""

    ends: float
    left: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`headers` go with the answer; `wait` in seconds is set when the request comes too early."""

    headers: dict[str, str]
    wait: float | None = None
    everywhere: bool = False


class RateLimits:
    """`everywhere` is the global limit; None turns it off. `refused` counts the answers 429."""

    def __init__(self) -> None:
        self.everywhere: Limit | None = Limit(50, 1)
        self.limits: dict[Kind, Limit] = dict(USUAL)
        self.refused = 0
        self._recent: deque[float] = deque()
        self._windows: dict[tuple[Kind, str], _Window] = {}

    def take(self, kind: Kind, major: str, *, counts_everywhere: bool) -> Verdict:
        """Let a request in, or say how long it should have waited."""
        now = monotonic()
        wait = self._wait_everywhere(now) if counts_everywhere else 0.0
        if wait:
            self.refused += 1
            return Verdict({}, wait, everywhere=True)
        verdict = self._bucket(kind, major, now)
        if verdict.wait is not None:
            self.refused += 1
        elif counts_everywhere:
            self._recent.append(now)
        return verdict

    def _wait_everywhere(self, now: float) -> float:
        if self.everywhere is None:
            return 0.0
        while self._recent and self._recent[0] <= now - self.everywhere.seconds:
            self._recent.popleft()
        if len(self._recent) < self.everywhere.count:
            return 0.0
        return self._recent[0] + self.everywhere.seconds - now + ROUNDING

    def _bucket(self, kind: Kind, major: str, now: float) -> Verdict:
        limit = self.limits.get(kind)
        if limit is None:
            return Verdict({})
        window = self._windows.get((kind, major))
        if window is None or now >= window.ends:
            window = self._windows[kind, major] = _Window(now + limit.seconds, limit.count)
        wait = None if window.left else window.ends - now + ROUNDING
        window.left = max(0, window.left - 1)
        after = window.ends - now + ROUNDING
        return Verdict(
            {
                "X-RateLimit-Bucket": f"{kind}-bucket",
                "X-RateLimit-Limit": str(limit.count),
                "X-RateLimit-Remaining": str(window.left),
                "X-RateLimit-Reset-After": f"{after:.3f}",
            },
            wait,
        )
