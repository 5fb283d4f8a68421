"""Setups, proposals and adapters' notes in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import ChannelName, Cutting, Decision, MessageId, Proposal, SeedId, Setup


class MemorySetups:
    def __init__(self) -> None:
        self.kept: dict[ChannelName, Setup] = {}

    async def all(self) -> Sequence[Setup]:
        return list(self.kept.values())

    async def save(self, setup: Setup) -> bool:
        is_new = setup.channel.name not in self.kept
        self.kept[setup.channel.name] = setup
        return is_new

    async def remove(self, channel: ChannelName) -> bool:
        return self.kept.pop(channel, None) is not None


class MemoryProposals:
    def __init__(self, setups: MemorySetups) -> None:
        self._setups = setups.kept
        self._kept: dict[int, Proposal] = {}
        self._last = 0
        self._exported: set[int] = set()

    async def add(self, space: str, by: str, cutting: Cutting, now: datetime) -> Proposal:
        self._last += 1
        self._kept[self._last] = Proposal(self._last, space, by, cutting, Decision.WAITING, now)
        return self._kept[self._last]

    async def get(self, number: int) -> Proposal | None:
        return self._kept.get(number)

    async def waiting(self, space: str | None) -> Sequence[Proposal]:
        return [each for each in self._with(Decision.WAITING) if space in (None, each.space)]

    async def approved(self) -> Sequence[Proposal]:
        return [each for each in self._with(Decision.APPROVED) if each.id not in self._exported]

    async def note_card(self, number: int, card: MessageId) -> None:
        if number in self._kept:
            self._kept[number] = replace(self._kept[number], card=card)

    async def revise(self, number: int, cutting: Cutting) -> bool:
        return self._change_waiting(number, cutting=cutting)

    async def decide(self, number: int, decision: Decision, seed: SeedId | None, now: datetime) -> bool:
        if decision is Decision.WAITING or (decision is Decision.APPROVED) is not (seed is not None):
            raise ValueError(decision)
        return self._change_waiting(number, decision=decision, seed=seed, decided=now)

    async def exported(self, number: int) -> None:
        if number in self._kept and self._kept[number].decision is Decision.APPROVED:
            self._exported.add(number)

    async def forget_member(self, user: str) -> int:
        theirs = [name for name, setup in self._setups.items() if setup.by == user]
        for name in theirs:
            self._setups[name] = replace(self._setups[name], by=None)
        return len(theirs) + self._forget([each for each in self._kept.values() if each.by == user])

    async def forget_space(self, space: str) -> int:
        return self._forget([each for each in self._kept.values() if each.space == space and each.by is not None])

    def _with(self, decision: Decision) -> list[Proposal]:
        return [each for each in self._kept.values() if each.decision is decision]

    def _change_waiting(self, number: int, **facts: object) -> bool:
        proposal = self._kept.get(number)
        if proposal is None or proposal.decision is not Decision.WAITING:
            return False
        self._kept[number] = replace(proposal, **facts)  # type: ignore[arg-type]  # the callers name Proposal's fields
        return True

    def _forget(self, proposals: Sequence[Proposal]) -> int:
        for proposal in proposals:
            if proposal.decision is Decision.WAITING:
                del self._kept[proposal.id]
            else:
                self._kept[proposal.id] = replace(proposal, by=None)
        return len(proposals)


class MemoryNotes:
    """The Memory port."""

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}

    async def recall(self, name: str) -> str | None:
        return self._notes.get(name)

    async def recall_all(self, prefix: str) -> Mapping[str, str]:
        return {name: text for name, text in sorted(self._notes.items()) if name.startswith(prefix)}

    async def keep(self, name: str, text: str) -> None:
        self._notes[name] = text

    async def drop(self, name: str) -> None:
        self._notes.pop(name, None)
