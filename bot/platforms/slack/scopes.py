"""What the bot's token has to be allowed to do, and no more; docs/slack.md says what each is for."""

from typing import Final

# A test holds these against the methods of the Web API that this package calls.
SCOPES: Final = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "metadata.message:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "users:read",
)
