"""The buttons of a post. The block that holds them has the marker for its name, so it tells where a message is ours."""

from enum import StrEnum


class Button(StrEnum):
    ANOTHER = "another"  # question, for everyone
    SAVE = "save"  # for me, as a direct message
    DISCUSS = "discuss"  # in the thread


def action_id(button: Button) -> str:
    """By which Slack says what was pressed."""
    return f"seedbed:{button}"
