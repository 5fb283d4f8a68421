"""`/control`: what a test asks for, found among the verbs and done."""

import inspect

from aiohttp import web

from tests.simulators.slack.control import asking, people, places, state, weather
from tests.simulators.slack.control.lookup import NotPossible, Verb
from tests.simulators.slack.problems import SlackError
from tests.simulators.slack.simulation import Simulation

VERBS: dict[str, Verb] = {
    **people.VERBS,
    **places.VERBS,
    **asking.VERBS,
    **weather.VERBS,
    **state.VERBS,
}


class Control:
    """The endpoint of one simulation."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/control", self.show), web.post("/control", self.do)]

    async def show(self, _: web.Request) -> web.Response:
        return web.json_response(state.whole(self._sim))

    async def do(self, request: web.Request) -> web.Response:
        """400 with a sentence where it is not possible."""
        wanted = await request.json()
        name = wanted.pop("do", None)
        verb = VERBS.get(name)
        if verb is None:
            return _refuse(f"there is no verb {name!r}; there are: {', '.join(VERBS)}")
        try:
            inspect.signature(verb).bind(self._sim, **wanted)
            result = verb(self._sim, **wanted)
            if inspect.isawaitable(result):
                result = await result
        except (NotPossible, SlackError, TypeError, ValueError, KeyError) as error:
            return _refuse(f"{name}: {error}")
        return web.json_response(result)


def _refuse(sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=400)
