"""Places where a test can end the process as `kill -9` would: no clean-up, nothing flushed."""

import os

from bot.errors import UsageError

FAILPOINTS = (  # between the pick of a seed and the confirmation of its post
    "after_pick",
    "in_claim",
    "after_claim",
    "after_look",
    "before_send",
    "after_send",
    "in_confirm",
    "after_confirm",
)
STEP_FAILPOINTS = ("before_step", "after_step")  # around what follows a post


class Failpoints:
    """At most one armed place: `name`, or `name:3` for the third time it is reached."""

    def __init__(self, armed: str | None = None) -> None:
        name, _, count = (armed or "").partition(":")
        known = (*FAILPOINTS, *STEP_FAILPOINTS)
        if name and (name not in known or not (count or "1").isdecimal()):
            raise UsageError(f"SEEDBED_FAILPOINT={armed}: no such failpoint; one of {', '.join(known)}")
        self._name = name
        self._left = int(count or 1)

    def reach(self, name: str) -> None:
        """End the process here, if this is the armed place."""
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                os._exit(137)
