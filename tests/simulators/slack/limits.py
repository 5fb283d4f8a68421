"""What a message may hold in all: text, blocks and metadata."""

import json
from typing import Any

from tests.simulators.slack import blocks
from tests.simulators.slack.model import Json
from tests.simulators.slack.problems import SlackError, invalid

MOST_TEXT = 40_000
MOST_EDITED_TEXT = 4_000  # chat.update takes less than chat.postMessage
MOST_IN_BLOCKS = 13_200  # undocumented
MOST_METADATA = 8_000  # bytes of JSON


def check_message(text: str, parts: list[Json], *, editing: bool = False) -> None:
    """SlackError no_text, msg_too_long, invalid_blocks or msg_blocks_too_long.

    Slack cuts a text beyond 40,000 characters off and says ok; here it is an error, for it never is what one wants.
    """
    if not text.strip() and not parts:
        raise SlackError("no_text")
    if blocks.length(text) > (MOST_EDITED_TEXT if editing else MOST_TEXT):
        raise SlackError("msg_too_long")
    faults = blocks.check(parts)
    if faults:
        raise invalid("invalid_blocks", faults)
    if blocks.weight(parts) > MOST_IN_BLOCKS:
        raise SlackError("msg_blocks_too_long")


def check_metadata(metadata: Any) -> None:
    """SlackError invalid_metadata_format or metadata_too_large."""
    if metadata is None:
        return
    event_type = metadata.get("event_type") if isinstance(metadata, dict) else None
    if not isinstance(event_type, str) or not event_type or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > MOST_METADATA:
        raise SlackError("metadata_too_large")


def check_view(view: Any) -> Json:
    """A modal or a home. SlackError invalid_arguments, or view_too_large."""
    faults = blocks.Faults()
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        raise invalid("invalid_arguments", ["must be one of modal, home [json-pointer:/view/type]"])
    kind = view["type"]
    if kind == "modal":
        faults.text("/view/title", view.get("title"), 24)
        for name in ("submit", "close"):
            if view.get(name) is not None:
                faults.text(f"/view/{name}", view[name], 24)
    faults.optional("/view", view, "private_metadata", 3000)
    faults.optional("/view", view, "callback_id", 255)
    faults.optional("/view", view, "external_id", 255)
    parts = view.get("blocks")
    found = [*faults.found, *blocks.check(parts, most=blocks.MOST_IN_VIEW, surface=kind)]
    if kind == "modal" and not view.get("submit") and any(one.get("type") == "input" for one in parts or []):
        found.append("missing required field: submit, as there are input blocks [json-pointer:/view]")
    if found:
        raise invalid("invalid_arguments", found)
    if len(json.dumps(view)) > 250_000:
        raise SlackError("view_too_large")
    return view
