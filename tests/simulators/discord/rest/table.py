"""What a REST handler is given and gives back, and the table that finds it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulators.discord.faults import Kind
from tests.simulators.discord.model import Json
from tests.simulators.discord.problems import ApiError, invalid
from tests.simulators.discord.simulation import Simulation


@dataclass(frozen=True, slots=True)
class Call:
    """One request, taken apart: it can be carried out when its connection is long gone."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    payload: bytes

    def number(self, name: str) -> int:
        """An id in the path."""
        return int(self.path[name])

    def limit(self, usual: int, most: int) -> int:
        """The `limit` of the query; ApiError 50035 where it is none."""
        value = self.query.get("limit", str(usual))
        if not value.isdigit() or not 1 <= int(value) <= most:
            raise invalid("limit", "NUMBER_TYPE_RANGE", f"int value should be between 1 and {most}.")
        return int(value)

    def body(self) -> Json:
        """A JSON object; ApiError 50109 for anything else."""
        found = self.any_body()
        if not isinstance(found, dict):
            raise ApiError(50109)
        return found

    def any_body(self) -> Any:
        try:
            return json.loads(self.payload) if self.payload else {}
        except ValueError:
            raise ApiError(50109) from None


@dataclass(frozen=True, slots=True)
class Reply:
    """204 has no body."""

    body: Json | list[Json] | None = None
    status: int = 200


NOTHING = Reply(status=204)
Handler = Callable[[Simulation, Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """`free` is one of interactions and their webhooks: without a token, and outside the global rate limit."""

    method: str
    path: str
    kind: Kind
    handler: Handler
    free: bool = False
