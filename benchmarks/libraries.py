"""Libraries of any size, the same on every machine: invented words, as unevenly common as those of a language."""

from collections.abc import Iterator
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from shutil import copytree

SHIPPED = Path(__file__).parents[1] / "seeds"
LISTED = 500  # seeds in a file, where a file is a list
IN_A_FOLDER = 1_000  # files

_SYLLABLES = tuple(onset + vowel + end for onset in "bdfghjklmnprstvwz" for vowel in "aeiou" for end in ("", *"lnrs"))
_VOCABULARY = tuple(dict.fromkeys([*_SYLLABLES, *(a + b for a in _SYLLABLES[::7] for b in _SYLLABLES)]))[:20_000]
_WEIGHTS = tuple(accumulate(1 / rank for rank in range(1, len(_VOCABULARY) + 1)))  # Zipf's law


def write(root: Path, seeds: int, *, lists: bool = False) -> None:
    """A library of so many seeds: those we ship where it is seven, else made ones, each in a file or in lists."""
    if seeds == 7:
        copytree(SHIPPED, root)
        return
    entries = _entries(seeds)
    if lists:
        root.mkdir()
        for number in range(0, seeds, LISTED):
            listed = (f"- {'  '.join(entry)}" for entry in islice(entries, LISTED))
            (root / f"list-{number // LISTED:04}.yaml").write_text("".join(listed))
        return
    for number, entry in enumerate(entries):
        folder = root / f"shelf-{number // IN_A_FOLDER:03}"
        if number % IN_A_FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / f"seed-{number:06}.yaml").write_text("".join(entry))


def change(root: Path) -> None:
    """Touch up one file, as an organiser would."""
    path = min(root.rglob("*.yaml"))
    path.write_text(path.read_text().replace("title: ", "title: New ", 1))


def _entries(seeds: int) -> Iterator[list[str]]:
    """The lines of each seed."""
    random = Random(seeds)
    for number in range(seeds):
        yield [
            f"id: seed-{number:06}\n",
            f"title: {_words(random, random.randint(2, 6)).capitalize()}\n",
            f"author: Author {number % 997}\n",
            "source:\n",
            f"  url: https://example.org/{number}\n",
            f'  published: "{1800 + number % 220}"\n',
            f"topics: [topic {number % 50}, theme {number % 331}, {'odd' if number % 2 else 'even'}]\n",
            "text: >-\n",
            f"  {_words(random, random.randint(60, 180)).capitalize()}.\n",
        ]


def _words(random: Random, count: int) -> str:
    return " ".join(random.choices(_VOCABULARY, cum_weights=_WEIGHTS, k=count))
