"""Which three prompts a post carries: authored ones first, then templates, nothing twice while there is another."""

from collections.abc import Sequence
from dataclasses import replace

from bot.model import Family, Prompt, Seed
from bot.ports import PromptContext
from bot.prompts.templates import draw, fill, gather


class Prompter:
    """Implements the `PromptWriter` port. Chance plays no part: the seed's fingerprint decides where taste does not."""

    def write(self, seed: Seed, context: PromptContext) -> tuple[Prompt, Prompt, Prompt]:
        """One prompt of each family, in the order direct, side, connect. Pure and deterministic; never fails."""
        turn = len(context.seed_stems) // len(Family)
        material = gather(seed.text, context.earlier, turn)
        chosen: list[Prompt] = []
        for family in Family:
            taken = {prompt.stem for prompt in chosen}
            authored = [prompt for prompt in seed.prompts if prompt.family is family and prompt.stem not in taken]
            filled = fill(family, material, seed.fingerprint)
            prompt = _choose(authored, filled, context, seed.fingerprint)
            if prompt in filled and material.clauses and material.clauses[0] in prompt.text:
                material = replace(material, clauses=material.clauses[1:])
            chosen.append(prompt)
        direct, side, connect = chosen
        return direct, side, connect


def _choose(authored: Sequence[Prompt], filled: Sequence[Prompt], context: PromptContext, salt: str) -> Prompt:
    """The first that is new to this seed and rested in the channel; else a rested one; else the longest rested."""
    everything = (*authored, *filled)
    rested = [prompt for prompt in everything if prompt.stem not in context.recent_stems]
    for prompt in rested:
        if prompt.stem not in context.seed_stems:
            return prompt
    if rested:
        # All were asked about this seed before, nobody knows when: what was asked lately stirs the lots anew.
        stirred = f"{salt}\n{context.recent_stems[:1]}"
        return min(rested, key=lambda prompt: (prompt not in authored, draw(stirred, prompt.stem)))
    return max(everything, key=lambda prompt: context.recent_stems.index(prompt.stem))
