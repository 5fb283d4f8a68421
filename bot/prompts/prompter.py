"""Which three prompts a post carries: authored ones first, then templates, nothing twice while there is another."""

from collections.abc import Sequence
from dataclasses import replace

from bot.model import Family, Prompt, Seed
from bot.ports import PromptContext
from bot.prompts.templates import Material, draw, fill, gather, is_template, rank


class Prompter:
    """Implements the `PromptWriter` port. Chance plays no part: the seed's fingerprint decides where taste does not."""

    def write(self, seed: Seed, context: PromptContext) -> tuple[Prompt, Prompt, Prompt]:
        """One prompt of each family, in the order direct, side, connect. Pure and deterministic; never fails."""
        material: Material | None = None
        chosen: list[Prompt] = []
        for family in Family:
            taken = {prompt.stem for prompt in chosen}
            authored = [prompt for prompt in seed.prompts if prompt.family is family and prompt.stem not in taken]
            prompt = _fresh(authored, context)
            if prompt is None:
                turn = len(context.seed_stems) // len(Family)
                material = material or gather(seed.text, context.earlier, turn)
                filled = fill(family, material, seed.fingerprint)
                prompt = _fresh(filled, context) or _least_worn(authored, filled, context, seed.fingerprint)
                material = _without_quoted(material, prompt)
            chosen.append(prompt)
        direct, side, connect = chosen
        return direct, side, connect

    def swap(
        self, seed: Seed, context: PromptContext, shown: Sequence[Prompt], turn: int
    ) -> tuple[Prompt, Prompt, Prompt]:
        """The prompts shown, one of each family, with a fresh one in the place of the family whose turn it is.

        `turn` counts the swaps that this post has seen: direct, side, connect, direct ... A family's prompts have a
        fixed order, and a swap goes on from the one shown: nobody need remember what was taken out before.
        """
        direct, side, connect = (next(prompt for prompt in shown if prompt.family is family) for family in Family)
        family, lap = tuple(Family)[turn % len(Family)], turn // len(Family)
        now = {Family.DIRECT: direct, Family.SIDE: side, Family.CONNECT: connect}
        gone = now.pop(family)
        now[family] = _next(seed, context, gone, tuple(now.values()), lap)
        return now[Family.DIRECT], now[Family.SIDE], now[Family.CONNECT]


def _next(seed: Seed, context: PromptContext, gone: Prompt, beside: Sequence[Prompt], lap: int) -> Prompt:
    """What follows `gone` in the order of its family, and is not asked by the prompts `beside` it."""
    material = gather(seed.text, context.earlier, len(context.seed_stems) // len(Family) + lap + 1)
    unquoted = [clause for clause in material.clauses if not any(clause in prompt.text for prompt in beside)]
    unquoted.sort(key=lambda clause: clause in gone.text)
    filled = fill(gone.family, replace(material, clauses=tuple(unquoted)), seed.fingerprint)
    authored = [prompt for prompt in seed.prompts if prompt.family is gone.family]
    places = {prompt.stem: number for number, prompt in reversed([*enumerate(authored)])}

    def place(prompt: Prompt) -> tuple[int, int | tuple[bool, bytes]]:
        if prompt.stem in places or not is_template(prompt.stem):
            return 0, places.get(prompt.stem, -1)  # one that left the file since stands before those still in it
        return 1, rank(prompt.stem, seed.fingerprint)

    asked = {prompt.stem for prompt in (gone, *beside)} | {prompt.text for prompt in (gone, *beside)}
    others = [prompt for prompt in (*authored, *filled) if not {prompt.stem, prompt.text} & asked]
    ahead = [prompt for prompt in others if place(prompt) > place(gone)]
    rested = [prompt for prompt in ahead if prompt.stem not in context.recent_stems]
    return _fresh(ahead, context) or next(iter((*rested, *ahead, *others)))


def _fresh(prompts: Sequence[Prompt], context: PromptContext) -> Prompt | None:
    """The first that is new to this seed here, and rested in the channel."""
    for prompt in prompts:
        if prompt.stem not in context.seed_stems and prompt.stem not in context.recent_stems:
            return prompt
    return None


def _least_worn(authored: Sequence[Prompt], filled: Sequence[Prompt], context: PromptContext, salt: str) -> Prompt:
    """One that the channel has not seen lately; failing that, the one it saw longest ago."""
    everything = (*authored, *filled)
    rested = [prompt for prompt in everything if prompt.stem not in context.recent_stems]
    if rested:
        # All were asked about this seed before, nobody knows when: what was asked lately stirs the lots anew.
        stirred = f"{salt}\n{context.recent_stems[:1]}"
        return min(rested, key=lambda prompt: (prompt not in authored, draw(stirred, prompt.stem)))
    return max(everything, key=lambda prompt: context.recent_stems.index(prompt.stem))


def _without_quoted(material: Material, prompt: Prompt) -> Material:
    """No clause is quoted by two prompts of a post."""
    if material.clauses and material.clauses[0] in prompt.text:
        return replace(material, clauses=material.clauses[1:])
    return material
