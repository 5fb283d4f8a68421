"""Interactions: what a person asked, the deadlines for an answer, and everything that was answered."""

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum
from secrets import token_urlsafe
from time import monotonic

from tests.simulators.discord.clock import Clock
from tests.simulators.discord.model import Json, Message
from tests.simulators.discord.problems import ApiError


class Asked(IntEnum):
    COMMAND = 2
    PRESS = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answered(IntEnum):
    """The types of a first answer."""

    MESSAGE = 4
    DEFERRED = 5  # "thinking": a message will follow
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


ALLOWED = {
    Asked.COMMAND: {Answered.MESSAGE, Answered.DEFERRED, Answered.MODAL},
    Asked.PRESS: {Answered.MESSAGE, Answered.DEFERRED, Answered.DEFERRED_UPDATE, Answered.UPDATE, Answered.MODAL},
    Asked.AUTOCOMPLETE: {Answered.CHOICES},
    Asked.MODAL: {Answered.MESSAGE, Answered.DEFERRED, Answered.DEFERRED_UPDATE, Answered.UPDATE},
}


@dataclass(slots=True)
class Interaction:
    """`source` is the message whose button or modal it is. `steps` is what the person saw, with seconds since asking.

    `settled` once nothing more has to come: an answer that is no deferral, or what was promised by one.
    """

    id: int
    asked: Asked
    token: str
    user_id: int
    channel_id: int
    guild_id: int | None
    name: str
    deadline: float
    life: float
    source: Message | None = None
    locale: str = "en-US"
    born: float = field(default_factory=monotonic)
    answer: Answered | None = None
    answered_after: float | None = None
    ephemeral: bool = False
    settled: bool = False
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None
    submitted: bool = False
    steps: list[Json] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def age(self) -> float:
        return monotonic() - self.born

    @property
    def failed(self) -> bool:
        """No first answer in time: "The application did not respond"."""
        return self.answer is None and self.age >= self.deadline

    @property
    def final(self) -> bool:
        return self.settled or self.failed

    def note(self, what: str, shown: Json | None = None) -> None:
        """Something that the person sees now."""
        self.steps.append({"what": what, "after": round(self.age, 4), "message": shown})
        self.news.set()

    def refused(self, error: ApiError) -> None:
        """An answer of the bot that Discord did not take."""
        self.refusals.append(str(error))
        self.news.set()


class Interactions:
    """`deadline` is for the first answer, `life` for everything after it; both in seconds, of later interactions."""

    def __init__(self, clock: Clock) -> None:
        self.deadline = 3.0
        self.life = 900.0
        self.all: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._clock = clock

    def open(
        self,
        asked: Asked,
        name: str,
        *,
        user: int,
        channel: int,
        guild: int | None,
        source: Message | None = None,
        locale: str = "en-US",
    ) -> Interaction:
        number, token = self._clock.snowflake(), token_urlsafe(48)
        interaction = Interaction(
            number, asked, token, user, channel, guild, name, self.deadline, self.life, source=source, locale=locale
        )
        self.all[number] = self._by_token[token] = interaction
        return interaction

    def to_answer(self, number: int, token: str) -> Interaction:
        """The one that may have its first answer now. ApiError 10062 or 40060."""
        found = self.all.get(number)
        if found is None or found.token != token or found.failed:
            raise ApiError(10062)
        if found.answer is not None:
            raise ApiError(40060)
        return found

    def answered(self, token: str) -> Interaction:
        """The one that may have edits and follow-ups now. ApiError 10015 or 50027."""
        found = self._by_token.get(token)
        if found is None or found.answer is None:
            raise ApiError(10015)
        if found.age >= found.life:
            raise ApiError(50027)
        return found

    async def wait(self, interaction: Interaction, seconds: float, *, acknowledged: bool = False) -> None:
        """Until it is final, or (`acknowledged`) has its first answer; at most so many seconds."""
        until = monotonic() + seconds
        while not (interaction.final or (acknowledged and interaction.answer)) and monotonic() < until:
            interaction.news.clear()
            left = until - monotonic()
            if interaction.answer is None:
                left = min(left, max(0.0, interaction.deadline - interaction.age) + 0.005)
            try:
                async with asyncio.timeout(max(left, 0.001)):
                    await interaction.news.wait()
            except TimeoutError:
                continue
