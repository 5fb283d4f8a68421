"""Interactions: what a person asked, the deadlines for an answer, and everything that was answered."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from secrets import token_hex
from time import monotonic

from tests.simulators.slack.model import Json, Message, View
from tests.simulators.slack.problems import SlackError

MOST_USES = 5  # of a response_url
MOST_PUSHED = 3  # forms on top of each other


class Asked(StrEnum):
    """By what, in the words of the payloads."""

    COMMAND = "slash_commands"
    PRESS = "block_actions"
    SHORTCUT = "shortcut"
    MESSAGE_SHORTCUT = "message_action"
    SUBMIT = "view_submission"
    CLOSE = "view_closed"
    SUGGEST = "block_suggestion"
    HOME = "app_home_opened"


@dataclass(slots=True)
class Interaction:
    """`steps` is what the person saw, with seconds since asking; `refusals` what Slack did not take as an answer.

    `source` is the message, and `view` the form or home, whose button it was.
    """

    id: str
    asked: Asked
    name: str
    team: str
    user: str
    channel: str | None
    deadline: float
    trigger_life: float
    url_life: float
    source: Message | None = None
    view: View | None = None
    trigger: str = field(default_factory=lambda: f"1.1.{token_hex(16)}")
    key: str = field(default_factory=lambda: token_hex(12))  # of its response_url
    triggered: bool = False
    uses: int = 0
    born: float = field(default_factory=monotonic)
    acked_after: float | None = None
    failed: bool = False
    ack: Json | None = None
    opened: View | None = None
    steps: list[Json] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def age(self) -> float:
        return monotonic() - self.born

    @property
    def has_url(self) -> bool:
        """Whether it comes with a response_url."""
        return self.asked in {Asked.COMMAND, Asked.MESSAGE_SHORTCUT} or (
            self.asked is Asked.PRESS and self.source is not None
        )

    def note(self, what: str, *, message: Json | None = None, view: Json | None = None) -> None:
        """Something that the person sees now."""
        self.steps.append({"what": what, "after": round(self.age, 4), "message": message, "view": view})
        self.news.set()

    def acknowledged(self, payload: Json | None) -> None:
        self.acked_after, self.ack = self.age, payload
        self.news.set()

    def unanswered(self) -> None:
        """ "The app did not respond.\""""
        self.failed = True
        self.news.set()

    def refused(self, error: Exception) -> None:
        self.refusals.append(str(error))
        self.news.set()


class Interactions:
    """All there were. `deadline`, `trigger_life` and `url_life` are seconds, of later interactions."""

    def __init__(self) -> None:
        self.deadline = 3.0
        self.trigger_life = 3.0
        self.url_life = 1800.0
        self.all: dict[str, Interaction] = {}
        self._by_trigger: dict[str, Interaction] = {}
        self._by_key: dict[str, Interaction] = {}

    def open(
        self,
        asked: Asked,
        name: str,
        *,
        team: str,
        user: str,
        channel: str | None = None,
        source: Message | None = None,
        view: View | None = None,
    ) -> Interaction:
        lives = self.deadline, self.trigger_life, self.url_life
        number = str(len(self.all) + 1)
        interaction = Interaction(number, asked, name, team, user, channel, *lives, source=source, view=view)
        self.all[number] = interaction
        self._by_trigger[interaction.trigger] = self._by_key[interaction.key] = interaction
        return interaction

    def triggered(self, trigger: str) -> Interaction:
        """Use a trigger up. SlackError invalid_trigger_id, expired_trigger_id or exchanged_trigger_id."""
        found = self._by_trigger.get(trigger)
        if found is None:
            raise SlackError("invalid_trigger_id")
        if found.age >= found.trigger_life:
            raise SlackError("expired_trigger_id")
        if found.triggered:
            raise SlackError("exchanged_trigger_id")
        found.triggered = True
        return found

    def of_url(self, key: str) -> Interaction:
        """Use a response_url once more. SlackError no_such_url, expired_url or used_url."""
        found = self._by_key.get(key)
        if found is None or not found.has_url:
            raise SlackError("no_such_url")
        if found.age >= found.url_life:
            raise SlackError("expired_url")
        if found.uses >= MOST_USES:
            raise SlackError("used_url")
        found.uses += 1
        return found

    def latest(self, team: str, user: str) -> Interaction | None:
        """What somebody asked last: what is shown to them now is taken for its answer."""
        found = (one for one in reversed(self.all.values()) if (one.team, one.user) == (team, user))
        return next(found, None)

    async def wait(self, interaction: Interaction, seconds: float, *, steps: int) -> None:
        """Until it is acknowledged and so many things were shown, or it failed; at most so many seconds."""
        until = monotonic() + seconds
        while monotonic() < until:
            enough = interaction.acked_after is not None and len(interaction.steps) >= steps
            if enough or interaction.failed:
                return
            interaction.news.clear()
            try:
                async with asyncio.timeout(max(until - monotonic(), 0.001)):
                    await interaction.news.wait()
            except TimeoutError:
                return
