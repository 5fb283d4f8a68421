"""What a failed call of Slack's Web API says: surely not, surely never, gone, or nobody knows."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import DeliveryError, Gone, NotSent, Refused

# Slack says of the first one that part of the operation may have succeeded, and of the others no more than that it
# failed somewhere; the `duplicate_` ones answer a repeat, whose first message is then the question.
AMBIGUOUS: Final = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
BUSY: Final = frozenset({"ratelimited", "rate_limited", "team_added_to_org"})

GONE: Final = frozenset({"message_not_found", "thread_not_found"})

_INSTALL: Final = "install it again, and set SEEDBED_SLACK_BOT_TOKEN to the new token where you keep one"
_MOVE: Final = "move the seedbed to another channel, or remove it"
_REPORT: Final = "please report this, it is a mistake of the bot's"

# After these the bot can do nothing at all in a workspace.
SHUT_OUT: Final[Mapping[str, tuple[str, str]]] = {
    "invalid_auth": ("Slack refuses the bot's token", _INSTALL),
    "not_authed": ("Slack refuses the bot's token", _INSTALL),
    "token_revoked": ("the bot's token was revoked", _INSTALL),
    "token_expired": ("the bot's token has expired", _INSTALL),
    "account_inactive": ("the app was removed from the workspace, or is switched off there", _INSTALL),
    "team_access_not_granted": ("the app may not reach this workspace", "let an administrator approve it"),
    "access_denied": ("the app may not reach this workspace", "let an administrator approve it"),
    "ekm_access_denied": ("an administrator has suspended posting in the workspace", "ask them to allow it again"),
    "org_login_required": ("the workspace is moving into an organisation", "nothing: it goes on when that is done"),
    "not_allowed_token_type": ("this token is no bot's", "take the one that begins with xoxb-"),
    "no_permission": ("the bot's token lacks what it needs for this", _INSTALL),
}

# What an organiser can do something about: the reason, and the remedy. {bot} is what the bot is called there.
REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    **SHUT_OUT,
    "not_in_channel": ("the bot is not in the channel", "write /invite @{bot} there"),
    "channel_not_found": (
        "the bot sees no such channel",
        "write /invite @{bot} there if it is a private one, else move the seedbed to another channel, or remove it",
    ),
    "is_archived": ("the channel is archived", f"unarchive it; else {_MOVE}"),
    "cannot_reply_to_message": ("this message takes no replies", _MOVE),
    "thread_locked": ("the thread is locked", "unlock it"),
    "not_pinnable": ("this message cannot be pinned", "take the pin out of the channel's settings"),
    "too_many_pins": ("the channel has as many pins as it can hold", "take some of them down"),
    "permission_denied": ("the bot may not pin in this channel", "let it, or take the pin out of its settings"),
    "invalid_name": ("Slack does not know an emoji of the starter reactions", "choose others"),
    "too_many_emoji": ("the message has as many different reactions as it can hold", "choose fewer starter reactions"),
    "too_many_reactions": ("the bot has as many reactions on a message as it may", "choose fewer starter reactions"),
    "message_limit_exceeded": ("the workspace has used up its messages of the month", "let it take more"),
    "accesslimited": ("an administrator has suspended posting in the workspace", "ask them to allow it again"),
}
WORDS_SHOWN: Final = 200  # characters of a library's or Slack's own words


def meaning(error: Exception, *, sent: bool, bot: str = "seedbed") -> DeliveryError | None:
    """In the port's words, or None where nobody knows. `sent`: a request went out; `bot`: its name in the workspace."""
    if isinstance(error, SlackApiError):
        return _answered(error, bot)
    if sent:
        return None
    if isinstance(error, TimeoutError):
        return NotSent("Slack was not asked in time")
    if isinstance(error, aiohttp.ClientError | OSError):
        return NotSent(f"Slack cannot be reached ({said(error)})")
    return None


def shuts_out(error: Exception) -> bool:
    """Whether the bot can do nothing at all in that workspace."""
    return isinstance(error, SlackApiError) and code_of(error) in SHUT_OUT


def code_of(error: SlackApiError) -> str:
    """Slack's own word for it, such as not_in_channel; empty where there is none."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


def status_of(error: SlackApiError) -> int:
    """The HTTP status. Of an unreadable body the library hands on aiohttp's answer in place of its own."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else 0


def pause_of(error: Exception) -> float:
    """Seconds for which Slack asks not to call again; nought where it asks for none."""
    return (_retry_after(error) or 0.0) if isinstance(error, SlackApiError) else 0.0


def said(error: BaseException) -> str:
    """An error in a few words, on one line, without the address: there may be a ticket in it."""
    if isinstance(error, SlackApiError):
        return code_of(error) or f"status {status_of(error)}"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"status {error.status}"
    if isinstance(error, aiohttp.InvalidURL):
        return type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or str(error.os_error) or type(error).__name__
    return " ".join(f"{type(error).__name__} {error}".split())[:WORDS_SHOWN]


def refusal(code: str, bot: str) -> Refused:
    """What one of the REFUSALS means."""
    reason, remedy = REFUSALS[code]
    return Refused(reason, remedy.format(bot=bot))


def _answered(error: SlackApiError, bot: str) -> DeliveryError | None:
    code, status = code_of(error), status_of(error)
    if status == 429 or code in BUSY:  # noqa: PLR2004  too many requests
        return NotSent("Slack asks for a pause", _retry_after(error))
    if status >= 500 or code in AMBIGUOUS or code.startswith("duplicate_"):  # noqa: PLR2004  the server's own errors
        return None
    if code in GONE:
        return Gone("the message is not there any more")
    if code:
        return _refused(code, error, bot)
    if status >= 400:  # noqa: PLR2004  the client's errors
        # No word of Slack's: whoever stands between does not let it through, and may do so later.
        return NotSent(f"something between the bot and Slack answered {status}")
    return None


def _refused(code: str, error: SlackApiError, bot: str) -> Refused:
    if code == "missing_scope":
        needed = str(error.response.data.get("needed") or "one")
        remedy = "add it under OAuth & Permissions in the app's settings, and install the app again"
        return Refused(f"the app lacks the scope {needed}", remedy)
    if code.startswith("restricted_action"):
        remedy = "allow the app in the channel's settings, under Posting permissions"
        return Refused("not everybody may post in this channel, and the bot may not", remedy)
    if code in REFUSALS:
        return refusal(code, bot)
    return Refused(f"Slack does not take it: {code[:WORDS_SHOWN]}", _REPORT)


def seconds(text: str | None) -> float | None:
    """A Retry-After in seconds; None where it is none, or a date."""
    try:
        wait = float(text or "")
    except ValueError:
        return None
    return wait if 0 <= wait < float("inf") else None


def _retry_after(error: SlackApiError) -> float | None:
    headers = getattr(error.response, "headers", None) or {}
    return seconds(headers.get("Retry-After"))
