"""An inbox that keeps what comes in."""

from collections.abc import Sequence
from datetime import datetime

from bot.model import (
    Answer,
    ChannelName,
    Glimpse,
    Message,
    MessageId,
    PlantAnswer,
    PlantRequest,
    PlatformName,
    PostId,
    ReactionChange,
)


class KeepingInbox:
    """Answers that nothing matches, and that no message is ours. `news` is whatever else platforms told, in order."""

    def __init__(self) -> None:
        self.requests: list[PlantRequest] = []
        self.changes: list[ReactionChange] = []
        self.news: list[tuple[object, ...]] = []

    async def plant_seed(self, request: PlantRequest) -> PlantAnswer:
        self.requests.append(request)
        return PlantAnswer(Answer.NOTHING)

    async def glimpse(self, channel: ChannelName, topic: str) -> Glimpse:
        return Glimpse()

    async def another_question(self, post: PostId) -> Message | None:
        return None

    async def discuss(self, post: PostId) -> str | None:
        return None

    async def record_reaction(self, change: ReactionChange) -> bool:
        self.changes.append(change)
        return False

    async def clear_reactions(
        self, channel: ChannelName, message_id: MessageId, emoji: str | None, at: datetime
    ) -> None:
        self.news.append(("cleared", channel, message_id, emoji, at))

    async def record_deletion(self, channel: ChannelName, message_id: MessageId) -> None:
        self.news.append(("deleted", channel, message_id))

    async def reconnected(self, platform: PlatformName) -> None:
        self.news.append(("reconnected", platform))

    async def reopened(self, channels: Sequence[ChannelName]) -> None:
        self.news.append(("reopened", *channels))

    async def closed(self, channels: Sequence[ChannelName], reason: str) -> None:
        self.news.append(("closed", *channels, reason))
