"""Helpers of the core: who writes prompts, who finds seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.model import Hit, Prompt, Seed


@dataclass(frozen=True, slots=True)
class PromptContext:
    """What a writer must not repeat, and what it may connect to.

    `recent_stems`: used in the channel within thirty days, newest first. `seed_stems`: ever used with this seed here.
    `earlier`: headings of seeds this channel has read, newest first, this seed's own left out.
    """

    recent_stems: tuple[str, ...] = ()
    seed_stems: frozenset[str] = frozenset()
    earlier: tuple[str, ...] = ()


class PromptWriter(Protocol):
    def write(self, seed: Seed, context: PromptContext) -> tuple[Prompt, Prompt, Prompt]:
        """One prompt of each family, in the order direct, side, connect. Pure and deterministic; never fails."""
        ...

    def swap(
        self, seed: Seed, context: PromptContext, shown: Sequence[Prompt], turn: int
    ) -> tuple[Prompt, Prompt, Prompt]:
        """The prompts shown, one of each family, with a fresh one in the place of the family whose turn it is.

        `turn` counts the swaps that this post has seen: direct, side, connect, direct ... What was taken out comes back
        only once the other fresh ones of its family were shown. Pure and deterministic; never fails.
        """
        ...


class Searcher(Protocol):
    """Finds seeds by topic. Any text is safe input: no operator, no error, no cost beyond its length."""

    async def search(self, topic: str, limit: int) -> Sequence[Hit]:
        """Best first; empty where nothing matches."""
        ...

    async def near(self, topic: str, limit: int = 3) -> Sequence[str]:
        """Topics of the library nearest to one that matched nothing."""
        ...
