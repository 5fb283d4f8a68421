"""Names and numbers, each a type of its own."""

from enum import StrEnum
from typing import NewType

SeedId = NewType("SeedId", str)
Lineage = NewType("Lineage", int)  # what stays the same when a seed is renamed or edited
ChannelName = NewType("ChannelName", str)
PostId = NewType("PostId", int)
Marker = NewType("Marker", str)  # found again on the platform; [a-z0-9:-], at most 64 characters
MessageId = NewType("MessageId", str)  # the platform's own


class PlatformName(StrEnum):
    WEB = "web"
    DISCORD = "discord"
    SLACK = "slack"
