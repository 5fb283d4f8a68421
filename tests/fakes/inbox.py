"""An inbox that keeps what comes in."""

from bot.model import Answer, PlantAnswer, PlantRequest, ReactionChange


class KeepingInbox:
    """Answers that nothing matches, and that no message is ours."""

    def __init__(self) -> None:
        self.requests: list[PlantRequest] = []
        self.changes: list[ReactionChange] = []

    async def plant_seed(self, request: PlantRequest) -> PlantAnswer:
        self.requests.append(request)
        return PlantAnswer(Answer.NOTHING)

    async def record_reaction(self, change: ReactionChange) -> bool:
        self.changes.append(change)
        return False
