"""What is written as YAML is read back to the letter, by the strict reader, and looks as a person would write it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bot import yamldoc, yamlwriting

# Whatever can stand in a text, and often what YAML has a use of its own for.
SIGNS = st.text(st.sampled_from(list("ab \n\t:#-?[]{},&*!|>'\"%@`\\~=<.0\x85\u2028\ufeff\xa0\x00\u200d\U0008fffe…é")))
TEXTS = st.one_of(
    SIGNS,
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(SIGNS, min_size=20, max_size=60).map(" ".join),
    st.lists(st.lists(st.sampled_from(["moss", "fern:", "#reed", "-", "…"]), max_size=60).map(" ".join)).map("\n".join),
)
KEYS = st.sampled_from(["text", "title", "id", "a b", "9", "null", "a: b", "#"])
VALUES = TEXTS | st.booleans() | st.none() | st.integers(-(10**17), 10**17)
DATA = st.recursive(VALUES, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=4))


@pytest.mark.parametrize("parser", [yamldoc.PARSER, yaml.SafeLoader], ids=["libyaml", "python"])
@given(data=DATA)
@example(data={"text": "  an indented first line\nand a second", "title": "no"})
@example(data=[{"text": ("long " * 80).strip() + "\n\n\n" + "x" * 400}, ["a, b"], "- a"])
@example(data=[{"text": "one\n   \ntwo"}, {"text": "one\ntwo   "}, {"text": "   \ntwo"}])
def test_whatever_is_written_is_read_back_to_the_letter(parser: Any, data: yamldoc.Data) -> None:
    written = yamlwriting.dump(data)
    assert yamldoc.parse(written, Path("garden.yaml"), parser).data == data


@given(text=TEXTS)
def test_every_other_reader_takes_a_text_for_a_text(text: str) -> None:
    """PyYAML's own rules are YAML 1.1's, in which `no` is a truth value and `9:00` a number."""
    assert yaml.safe_load(yamlwriting.dump({"title": text, "topics": [text]})) == {"title": text, "topics": [text]}


def test_a_text_looks_as_a_person_would_write_it() -> None:
    poem = "The moss\n  drinks the fog."
    prose = "The best fertiliser is the gardener's shadow, and who walks the rows sees it. " * 4
    written = yamlwriting.dump(
        {
            "title": "On gardens: a beginning",
            "source": {"url": "https://example.org/a#b", "published": "1931"},
            "text": prose.strip(),
            "topics": ["gardens", "late frost"],
            "prompts": [{"text": "What is a “shadow”?", "family": "direct"}],
            "note": poem,
        }
    )
    assert written == (
        'title: "On gardens: a beginning"\n'
        "source:\n"
        "  url: https://example.org/a#b\n"
        '  published: "1931"\n'
        "\n"
        "text: >-\n"
        "  The best fertiliser is the gardener's shadow, and who walks the rows sees it. The best fertiliser is\n"
        "  the gardener's shadow, and who walks the rows sees it. The best fertiliser is the gardener's shadow,\n"
        "  and who walks the rows sees it. The best fertiliser is the gardener's shadow, and who walks the rows\n"
        "  sees it.\n"
        "\n"
        "topics: [gardens, late frost]\n"
        "prompts:\n"
        "  - text: What is a “shadow”?\n"
        "    family: direct\n"
        "\n"
        "note: |-\n"
        "  The moss\n"
        "    drinks the fog.\n"
    )


def test_half_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="half a character"):
        yamlwriting.dump({"text": "a\nb\ud800"})
