"""Posts as Discord gets them, kept in files that a person can read; tests/unit/data/discord/README.md tells how."""

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
from bot.model import Attribution, Family, Kind, Look, Marker, Message, Prompt, Seed, Source, Style
from bot.platforms.discord.post import render, render_private
from bot.platforms.discord.words import Words
from bot.ports import PromptContext
from bot.prompts import Prompter
from tests.unit.discord_payload import check_name, sent, shown

GOLDEN = Path(__file__).with_name("data") / "discord"
ROOT = Path(__file__).parents[2] / "seeds"
SEEDS = {
    str(placed.seed.id): placed.seed
    for path, stamp in find_files(ROOT).items()
    for placed in read_file(ROOT, path, stamp).seeds
}
WORDS = Words.load()
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


def styled(message: Message, style: Style) -> Message:
    return replace(message, look=replace(message.look, style=style))


PLAIN = message_of(SEEDS["beware-general-claims-about-reasoning"])
LONG = "\n\n".join(
    f"This is paragraph {n} of a long excerpt. It has a second sentence, too, and a third. " * 4 for n in range(20)
)
HOSTILE = replace(
    PLAIN,
    title="# **Bold** @everyone <@&1> [x](https://evil.example) C#",
    text=(
        "@everyone, @here: <@1> <@!1> <@&1> <#1> <:a:1> <t:0:R> </seed:1> :smile:\n"
        "# Heading\n-# small\n- list\n1. one\n> quote\n"
        "*a* **b** _c_ __d__ ~~e~~ ||f|| `g` ```h``` \\*i [j](https://evil.example) https://example.org/k_l_(m)."
    ),
    attribution=Attribution(
        "*Eve* <@1>", Source("[y](https://evil.example)", "https://example.org/a_(b) c", "*never*")
    ),
    topics=("#hash", "@everyone", "`tick`"),
    prompts=tuple(Prompt(f"- {family} @here <@1> *?*", family, family) for family in Family),
)
SPECIAL = {
    "pings-a-role": replace(PLAIN, look=Look(role="123456789012345678")),
    "pings-a-role.embed": replace(PLAIN, look=Look(style=Style.EMBED, role="123456789012345678")),
    "asked-for-a-topic": replace(
        PLAIN, kind=Kind.ASKED, topic="*apple* @everyone", look=Look(role="123456789012345678")
    ),
    "late": replace(PLAIN, late=True),
    "hostile": HOSTILE,
    "hostile.embed": styled(HOSTILE, Style.EMBED),
    "too-long-for-a-card": replace(PLAIN, text=LONG[:3500].rsplit(". ", 1)[0] + "."),
    "cut": replace(PLAIN, text=LONG),
    "cut.embed": styled(replace(PLAIN, text=LONG), Style.EMBED),
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


def public(message: Message, *, forum: bool = False) -> dict[str, Any]:
    rendered = render(message, WORDS, forum=forum)
    return {
        "post": sent(rendered.arguments()),
        "thread": {"name": rendered.thread_name, "messages": list(rendered.in_thread)},
        "cut": rendered.cut,
    }


def private(message: Message, locale: str, link: str | None) -> dict[str, Any]:
    return {"answer": sent(render_private(message, WORDS, locale, link=link))}


LINK = "https://discord.com/channels/1/2/3"
CASES: dict[str, Callable[[], dict[str, Any]]] = {
    **{f"{name}.card": partial(public, message_of(seed)) for name, seed in SEEDS.items()},
    **{f"{name}.embed": partial(public, styled(message_of(seed), Style.EMBED)) for name, seed in SEEDS.items()},
    **{f"special.{name}": partial(public, message) for name, message in SPECIAL.items()},
    "special.forum": partial(public, PLAIN, forum=True),
    "special.private": partial(private, PLAIN, "en-GB", LINK),
    "special.private.embed": partial(private, styled(SPECIAL["cut"], Style.EMBED), "en-US", None),
    "special.private.german": partial(private, replace(SPECIAL["cut"], kind=Kind.ASKED, late=True), "de", LINK),
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
def test_what_the_files_say_is_within_every_limit(name: str) -> None:
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    post = shown(kept.get("post") or kept["answer"])
    assert post.total <= post.most * 0.95
    for content in kept.get("thread", {}).get("messages", []):
        assert shown({"content": content}).texts == (content,)
    if "thread" in kept:
        check_name(kept["thread"]["name"])


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(CASES)
