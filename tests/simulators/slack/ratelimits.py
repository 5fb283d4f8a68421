"""How often a method may be called: in one channel for messages, in one workspace for everything else."""

from collections import deque
from dataclasses import dataclass
from time import monotonic

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute
PER_CHANNEL = {"chat.postMessage", "chat.postEphemeral"}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in so many seconds."""

    count: int
    seconds: float


class RateLimits:
    """`tiers` is whether the published limits are kept; limits set for a method hold either way.

    Slack lets one message a second into a channel and tolerates short bursts: five in five seconds here.
    """

    def __init__(self) -> None:
        self.limits: dict[str, Limit] = {"chat.postMessage": Limit(5, 5.0)}
        self.tiers = False
        self.refused = 0
        self._taken: dict[tuple[str, str], deque[float]] = {}

    def take(self, method: str, tier: int | None, team: str, channel: str | None) -> float | None:
        """None, or the seconds to wait."""
        limit = self.limits.get(method) or (Limit(TIERS[tier], 60.0) if self.tiers and tier else None)
        if limit is None:
            return None
        key = method, (channel or team) if method in PER_CHANNEL else team
        taken, now = self._taken.setdefault(key, deque()), monotonic()
        while taken and taken[0] <= now - limit.seconds:
            taken.popleft()
        if len(taken) >= limit.count:
            self.refused += 1
            return max(taken[0] + limit.seconds - now, 0.0)
        taken.append(now)
        return None
