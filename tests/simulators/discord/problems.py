"""Discord's refusals: a JSON error code with its HTTP status, and the paths of what is wrong with a body."""

from tests.simulators.discord.model import Json

# code: (HTTP status, message)
CODES: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    20012: (403, "You are not authorized to perform this action on this application"),
    20016: (429, "This action cannot be performed due to slowmode rate limit"),
    20028: (429, "The channel you are writing has hit the write rate limit"),
    30003: (400, "Maximum number of pins reached (250)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30032: (400, "Maximum number of application commands reached (100)"),
    30034: (400, "Maximum number of daily application command creates has been reached (200)"),
    40033: (400, "This message has already been crossposted"),
    40060: (400, "Interaction has already been acknowledged"),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    90001: (403, "Reaction was blocked"),
    130000: (503, "API resource is currently overloaded. Try again a little later"),
    160002: (403, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160006: (400, "Maximum number of active threads reached"),
    200000: (400, "Message was blocked by automatic moderation"),
}


class ApiError(Exception):
    """An answer that is a refusal. `more` goes into its JSON."""

    def __init__(self, code: int, *, status: int | None = None, message: str | None = None, **more: object) -> None:
        known_status, known_message = CODES.get(code, (400, "Refused"))
        self.status = known_status if status is None else status
        self.code = code
        self.body: Json = {"message": known_message if message is None else message, "code": code, **more}
        super().__init__(f"{self.status} {code}: {self.body['message']}")


Path = tuple[str | int, ...]


def invalid(field: str, code: str, message: str) -> ApiError:
    """A body or query with one thing wrong."""
    return ApiError(50035, errors={field: {"_errors": [{"code": code, "message": message}]}})


class Form:
    """Collects what is wrong with a body, each thing at its path, and refuses them all at once."""

    def __init__(self) -> None:
        self._errors: Json = {}

    def fault(self, path: Path, code: str, message: str) -> None:
        place = self._errors
        for part in path:
            place = place.setdefault(str(part), {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, path: Path, value: object, least: int, most: int) -> None:
        """A text of so many characters (code points)."""
        if not isinstance(value, str):
            self.fault(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif len(value) > most:
            self.fault(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif len(value) < least:
            self.fault(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")

    def count(self, path: Path, value: list[Json], least: int, most: int) -> None:
        """A list of so many."""
        if not least <= len(value) <= most:
            self.fault(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def one_of(self, path: Path, value: object, allowed: tuple[object, ...]) -> None:
        if value not in allowed:
            self.fault(path, "BASE_TYPE_CHOICES", f"Value must be one of {allowed}.")

    def check(self) -> None:
        """ApiError 50035 if anything was wrong."""
        if self._errors:
            raise ApiError(50035, errors=self._errors)
