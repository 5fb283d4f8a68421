"""Posts as Slack gets them, kept in files that a person can read; tests/unit/data/slack/README.md tells how."""

# ruff: noqa: RUF001 - quotation marks and right-to-left letters are what is shown

import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.library import find_files, read_file
from bot.model import Attribution, Family, Kind, Look, Marker, Message, Prompt, Seed, Source
from bot.platforms.slack.post import render, render_private
from bot.platforms.words import Words
from bot.ports import PromptContext
from bot.prompts import Prompter
from tests.unit.slack_payload import shown

GOLDEN = Path(__file__).with_name("data") / "slack"
ROOT = Path(__file__).parents[2] / "seeds"
SEEDS = {
    str(placed.seed.id): placed.seed
    for path, stamp in find_files(ROOT).items()
    for placed in read_file(ROOT, path, stamp).seeds
}
WORDS = Words.load("bot.platforms.slack")
RENEW = bool(os.environ.get("RENEW_GOLDEN"))


def message_of(seed: Seed) -> Message:
    return Message(
        marker=Marker("seedbed:0123456789abcdef0123456789abcd"),
        kind=Kind.DAILY,
        seed=seed.id,
        title=seed.title,
        text=seed.text,
        attribution=Attribution(seed.author, seed.source),
        topics=seed.topics,
        invitation="Answer any one:",
        prompts=Prompter().write(seed, PromptContext()),
    )


PLAIN = message_of(SEEDS["beware-general-claims-about-reasoning"])
LONG = "\n\n".join(
    f"This is paragraph {n} of a long excerpt. It has a second sentence, too, and a third. " * 4 for n in range(20)
)
HOSTILE = replace(
    PLAIN,
    title="*Bold* <!channel> <@U1> & <https://evil.example|x> :smile:",
    text=(
        "<!channel>, <!here|here>, <!everyone>: <@U1> <@W1|ada> <#C1|general> <!subteam^S1> @channel :smile:\n"
        "<https://evil.example|click> <mailto:a@b.c|write> <!date^0^{date}|then> &lt;!channel&gt; &amp;\n"
        "> quote\n*a* _b_ ~c~ `d` ```e``` https://example.org/k_l_(m)?n=1&o=2. javascript:alert(1)"
    ),
    attribution=Attribution(
        "*Eve* <@U1>", Source("<https://evil.example|y>", "https://example.org/a_(b)|c <d>", "<!here>")
    ),
    topics=("#hash", "<!channel>", "`tick`"),
    prompts=tuple(Prompt(f"> {family} <!here> <@U1> & *?*", family, family) for family in Family),
)
SPECIAL = {
    "pings-a-group": replace(PLAIN, look=Look(role="S0123ABCD")),
    "asked-for-a-topic": replace(PLAIN, kind=Kind.ASKED, topic="*apple* <!channel>", look=Look(role="S0123ABCD")),
    "late": replace(PLAIN, late=True),
    "hostile": HOSTILE,
    "cut": replace(PLAIN, text=LONG),
    "long-title": replace(PLAIN, title="A title that goes on and on, " * 6 + "and then ends"),
    "right-to-left": replace(
        PLAIN,
        title="משלי",
        text="טוֹב שֵׁם מִשֶּׁמֶן טוֹב, וְיוֹם הַמָּוֶת.\nAnd in English (קהלת ז, א).",
        attribution=Attribution("קהלת", Source("ספר קהלת", "https://he.example.org/קהלת")),
        topics=("שם", "wisdom"),
    ),
    "chinese": replace(PLAIN, title="论语", text="学而时习之，不亦说乎？\n有朋自远方来，不亦乐乎？", topics=("孔子",)),
    "emoji": replace(PLAIN, title="👩‍👩‍👧‍👦 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿", text="👍🏽 for ❤️, :heart: for none. 🇩🇪"),
    "nothing-known": replace(
        PLAIN, title=None, text="Hope", attribution=Attribution(None, Source()), topics=(), prompts=()
    ),
}


def readable(body: dict[str, Any]) -> dict[str, Any]:
    return {"read_out": body["text"].split("\n"), **{name: body[name] for name in body if name != "text"}}


def public(message: Message) -> dict[str, Any]:
    rendered = render(message, WORDS)
    return {
        "post": readable(rendered.arguments()),
        "thread": [readable(one) for one in rendered.in_thread],
        "cut": rendered.cut,
    }


def private(message: Message, link: str | None) -> dict[str, Any]:
    return {"answer": readable(render_private(message, WORDS, link=link))}


LINK = "https://example.slack.com/archives/C0123ABCD/p1700000000000100"
CASES: dict[str, Callable[[], dict[str, Any]]] = {
    **{name: partial(public, message_of(seed)) for name, seed in SEEDS.items()},
    **{f"special.{name}": partial(public, message) for name, message in SPECIAL.items()},
    "special.private": partial(private, PLAIN, LINK),
    "special.private.cut": partial(private, replace(PLAIN, text=LONG * 2, kind=Kind.ASKED, late=True), None),
}


def as_file(found: dict[str, Any]) -> str:
    """What cannot be seen is written out, so that it can."""
    text = json.dumps(found, ensure_ascii=False, indent=2)
    for unseen in "\u2068\u2069\u200b\u200d\ufe0f":
        text = text.replace(unseen, f"\\u{ord(unseen):04x}")
    return text + "\n"


@pytest.mark.parametrize("name", CASES)
def test_a_post_is_sent_as_its_file_says(name: str) -> None:
    path, found = GOLDEN / f"{name}.json", as_file(CASES[name]())
    if RENEW:
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_what_the_files_say_is_what_slack_takes(name: str) -> None:
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    public_ones = [kept["post"], *kept["thread"]] if "post" in kept else []
    for one in public_ones or [kept["answer"]]:
        shown(one | {"text": "\n".join(one["read_out"])}, edited=bool(public_ones))


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(CASES)
