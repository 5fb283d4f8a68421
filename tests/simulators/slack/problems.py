"""Slack's refusals: an error word in a JSON that says `ok: false`, most of them with HTTP 200."""

from tests.simulators.slack.model import Json

STATUS = {"ratelimited": 429, "service_unavailable": 503}


class SlackError(Exception):
    """An answer that is a refusal. `more` goes into its JSON."""

    def __init__(self, error: str, **more: object) -> None:
        self.status = STATUS.get(error, 200)
        self.error = error
        self.body: Json = {"ok": False, "error": error, **more}
        super().__init__(f"{error} {more}" if more else error)


def missing_scope(needed: str, provided: list[str]) -> SlackError:
    return SlackError("missing_scope", needed=needed, provided=",".join(provided))


def invalid(error: str, faults: list[str]) -> SlackError:
    """A refusal that says what was wrong where; a fault is `must be ... [json-pointer:/blocks/0/text]`."""
    return SlackError(error, errors=faults, response_metadata={"messages": [f"[ERROR] {one}" for one in faults]})
