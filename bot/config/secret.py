"""Secrets: only from the environment or a file it names, and never shown."""

import hmac
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bot.config.timewords import Unclear
from bot.errors import Problem
from bot.shapes import Loc, label
from bot.yamldoc import Data, Document

WEB_TOKEN: Final = "SEEDBED_WEB_TOKEN"  # noqa: S105  the name of the variable, not its value
DISCORD_TOKEN: Final = "SEEDBED_DISCORD_TOKEN"  # noqa: S105  as above
SLACK_BOT_TOKEN: Final = "SEEDBED_SLACK_BOT_TOKEN"  # noqa: S105  as above
SLACK_APP_TOKEN: Final = "SEEDBED_SLACK_APP_TOKEN"  # noqa: S105  as above
SLACK_SIGNING_SECRET: Final = "SEEDBED_SLACK_SIGNING_SECRET"  # noqa: S105  as above
SLACK_CLIENT_ID: Final = "SEEDBED_SLACK_CLIENT_ID"
SLACK_CLIENT_SECRET: Final = "SEEDBED_SLACK_CLIENT_SECRET"  # noqa: S105  as above
SLACK_KEY: Final = "SEEDBED_SLACK_KEY"
SHORTEST: Final = 16
MOST_BYTES: Final = 4096

_SECRET_KEY = re.compile(r"(?i)(?:^|[_-])(?:token|secret|password|passphrase|api_?key)s?$")
_SECRET_TEXT = re.compile(r"\b(?:xox[abeprs]|xapp)-[\w-]{6}|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27}")


class Secret:
    """A text that shows itself only when asked to `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __str__(self) -> str:
        return "***"

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)


def password(text: str) -> None:
    """Refuses what can be guessed, or typed by nobody."""
    if not text.isprintable():
        raise Unclear("there is a line break or another character in it that nobody can type", "write it on one line")
    if len(text) < SHORTEST:
        raise Unclear(f"{len(text)} characters can be guessed", f"use {SHORTEST} or more")


def from_environment(
    environ: Mapping[str, str], variable: str, check: Callable[[str], None] = password
) -> Secret | Problem | None:
    """A secret from `variable`, or from the file that `variable`_FILE names. Empty counts as not set.

    `check` raises Unclear for a text that cannot be this secret; its sentence must not repeat it.
    """
    by_file = f"{variable}_FILE"
    plain, file = environ.get(variable, ""), environ.get(by_file, "")
    if plain and file:
        return Problem(Path(variable), 0, 0, f"{by_file} is set as well", "keep one of the two")
    if not plain and not file:
        return None
    try:
        text = (_read_secret(Path(file)) if file else plain).rstrip("\r\n")
        check(text)
    except Unclear as unclear:
        return Problem(Path(by_file if file else variable), 0, 0, unclear.what, unclear.remedy)
    return Secret(text)


def _read_secret(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unclear(f"{path} cannot be read ({reason})", "check the path and who may read it") from None
    if not content.strip():
        raise Unclear(f"{path} is empty", "write the secret into it")
    if len(content) > MOST_BYTES:
        raise Unclear(f"{path} is too long to be a secret", f"keep it below {MOST_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unclear(f"{path} is no text", "save it as UTF-8") from None


def without_secrets(document: Document) -> tuple[Data, list[Problem]]:
    """A document's data without what looks like a secret, so that no other sentence repeats it; and where that was."""
    problems: list[Problem] = []

    def note(loc: Loc, hint: str) -> None:
        variable = _variable(hint)
        what = f"a secret stands here ({label(loc)}), and secrets stay out of this file"
        remedy = f"set {variable} or {variable}_FILE instead, and change the secret if others saw it here"
        problems.append(document.problem(loc, what, remedy))

    def copy(value: Data, loc: Loc, hint: str) -> Data:
        if isinstance(value, dict):
            hint = f"{hint} {value.get('platform', '')}"
            kept: dict[str, Data] = {}
            for key, below in value.items():
                if _SECRET_KEY.search(key) or _is_secret(below):
                    note((*loc, key), f"{hint} {key} {below}")
                else:
                    kept[key] = copy(below, (*loc, key), f"{hint} {key}")
            return kept
        if isinstance(value, list):
            for at, one in enumerate(value):
                if _is_secret(one):
                    note((*loc, at), f"{hint} {one}")
            return ["" if _is_secret(one) else copy(one, (*loc, at), hint) for at, one in enumerate(value)]
        return value

    return copy(document.data, (), ""), problems


def _is_secret(value: Data) -> bool:
    return isinstance(value, str) and _SECRET_TEXT.search(value) is not None


def _variable(hint: str) -> str:
    """The variable that takes a secret found where `hint` says."""
    words = hint.lower()
    if "slack" in words and "secret" in words:
        return SLACK_CLIENT_SECRET if "client" in words else SLACK_SIGNING_SECRET
    if "xapp-" in words or ("slack" in words and "app" in words):
        return SLACK_APP_TOKEN
    if "slack" in words or "xox" in words:
        return SLACK_BOT_TOKEN
    return DISCORD_TOKEN if "discord" in words or _SECRET_TEXT.search(hint) else WEB_TOKEN
