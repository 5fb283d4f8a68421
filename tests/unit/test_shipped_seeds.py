"""The seeds in the repository: the excerpts are the given ones to the letter, and every question is about its own."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.library import find_files, json_schema, read_file
from bot.model import Family, Seed
from bot.ports import FileReading, PromptContext
from bot.prompts import Prompter

ROOT = Path(__file__).parents[2] / "seeds"
EXCERPTS = Path(__file__).with_name("data").joinpath("excerpts.txt").read_text(encoding="utf-8").split("\n")
SITE = "https://www.alignmentforum.org/posts/"
READINGS = [read_file(ROOT, path, stamp) for path, stamp in find_files(ROOT).items()]
SEEDS = [placed.seed for reading in READINGS for placed in reading.seeds]

each_seed = pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.id)


def quotations(text: str) -> list[str]:
    return re.findall("“([^”]*)”", text)


def test_every_file_is_one_seed_named_by_it_with_nothing_to_complain_about() -> None:
    assert len(READINGS) == 7
    for reading in READINGS:
        assert (reading.problems, reading.notices) == ((), ())
        assert [f"{placed.seed.id}.yaml" for placed in reading.seeds] == [reading.path]


def test_each_excerpt_is_there_once_to_the_letter() -> None:
    assert len(EXCERPTS) == 7
    assert sorted(seed.text for seed in SEEDS) == sorted(EXCERPTS)


def test_only_what_is_known_of_a_source_is_said() -> None:
    """One post has no known title and address, one no known author, and only one a known date."""
    by_opening = {seed.text[:12]: seed for seed in SEEDS}
    features, workshop = by_opening["Or, partly a"], by_opening["Announcing t"]
    assert (features.title, features.source.url, features.source.published) == (None, None, None)
    assert workshop.author is None
    assert [seed.id for seed in SEEDS if seed.title is None] == [features.id]
    assert [seed.id for seed in SEEDS if seed.author is None] == [workshop.id]
    assert [seed.source.published for seed in SEEDS if seed.source.published] == ["2025-06-11"]
    assert all(seed.source.url.startswith(SITE) for seed in SEEDS if seed.source.url)
    assert len({seed.source.url for seed in SEEDS}) == 7


@each_seed
def test_a_seed_has_two_to_five_topics_as_a_member_would_type_them(seed: Seed) -> None:
    assert 2 <= len(seed.topics) <= 5
    for topic in seed.topics:
        assert topic == topic.lower()
        assert len(topic.split()) <= 3


@each_seed
def test_a_seed_has_at_least_two_prompts_of_each_family(seed: Seed) -> None:
    families = Counter(prompt.family for prompt in seed.prompts)
    assert all(families[family] >= 2 for family in Family)
    assert len(seed.prompts) >= 6


@each_seed
def test_a_prompt_is_one_short_open_question(seed: Seed) -> None:
    for prompt in seed.prompts:
        own_words = re.sub("“[^”]*”", "", prompt.text)
        assert prompt.text.endswith("?")
        assert own_words.count("?") == 1, prompt.text
        assert len(prompt.text.split()) <= 30, prompt.text
        closed = re.match(r"(?:is|are|do|does|did|has|have|can|could|would|will|should)\b", prompt.text, re.IGNORECASE)
        assert not closed or " or " in prompt.text, f"answered by a bare yes or no: {prompt.text}"


@each_seed
def test_what_a_prompt_quotes_stands_in_its_own_excerpt(seed: Seed) -> None:
    for prompt in seed.prompts:
        found = quotations(prompt.text)
        assert found or prompt.family is not Family.DIRECT, prompt.text
        assert all(quotation in seed.text for quotation in found), prompt.text
        assert sum(len(quotation.split()) for quotation in found) <= 12, prompt.text


@each_seed
def test_no_prompt_could_be_asked_of_another_excerpt(seed: Seed) -> None:
    """Each holds words of its own excerpt that no other excerpt has, or names what only this one is about."""
    others = {word for other in EXCERPTS if other != seed.text for word in words(other)}
    own = words(seed.text) | words(seed.title or "")
    for prompt in seed.prompts:
        assert words(prompt.text) & own - others, prompt.text


def words(text: str) -> set[str]:
    """Plain words, without the endings that make one word of two."""
    return {re.sub(r"(?:'s|s)$", "", word) for word in re.findall(r"[\w'-]{4,}", text.lower())}


def test_no_prompt_is_asked_twice_anywhere() -> None:
    prompts = [prompt for seed in SEEDS for prompt in seed.prompts]
    assert len({prompt.text for prompt in prompts}) == len({prompt.stem for prompt in prompts}) == len(prompts)


@each_seed
def test_a_prompt_says_its_family_where_its_words_would_be_guessed_wrong(seed: Seed) -> None:
    """The files give each family by name: a question that quotes and takes sides is still of the side family."""
    data = (ROOT / f"{seed.id}.yaml").read_text(encoding="utf-8")
    assert len(re.findall(r"^    family: (?:direct|side|connect)$", data, re.MULTILINE)) == len(seed.prompts)


@each_seed
def test_the_first_post_of_a_seed_asks_what_was_written_for_it(seed: Seed) -> None:
    assert all(prompt in seed.prompts for prompt in Prompter().write(seed, PromptContext()))


def readme_blocks(language: str) -> list[str]:
    manual = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", manual, re.MULTILINE | re.DOTALL)


def read_alone(root: Path, content: str) -> FileReading:
    folder = root / "seeds"
    folder.mkdir()
    folder.joinpath("on-gardens.yaml").write_text(content, encoding="utf-8")
    return read_file(folder, "on-gardens.yaml", find_files(folder)["on-gardens.yaml"])


@pytest.mark.parametrize("example", range(3))
def test_the_manuals_examples_are_good_seeds(tmp_path: Path, example: int) -> None:
    reading = read_alone(tmp_path, readme_blocks("yaml")[example])
    assert (reading.problems, reading.notices) == ((), ())
    assert [len(readme_blocks("yaml")), len(reading.seeds)] == [3, [1, 1, 2][example]]
    for seed in (placed.seed for placed in reading.seeds):
        assert all(quotation in seed.text for prompt in seed.prompts for quotation in quotations(prompt.text))


def test_the_manual_names_every_field_and_shows_each_in_its_full_example() -> None:
    fields = set(json_schema()["$defs"]["SeedForm"]["properties"])
    manual = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = {name for row in re.findall(r"^\| (`.*?) \|", manual, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert rows == fields
    assert set(re.findall(r"^(\w+):", readme_blocks("yaml")[1], re.MULTILINE)) == fields


def test_the_manuals_mistakes_are_told_as_it_says(tmp_path: Path) -> None:
    reading = read_alone(tmp_path, readme_blocks("yaml mistaken")[0])
    assert reading.seeds == ()
    assert [f"{problem}\n" for problem in reading.problems] == readme_blocks("text")[0].splitlines(keepends=True)
