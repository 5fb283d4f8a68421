"""Parts of a message: each is a block that people see, and the same in words for those who have it read out.

What others wrote stands in rich text, which Slack does not parse, or in plain text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.platforms.plain import ADDRESS, safe_url, without_sentence
from bot.platforms.slack import limits, mrkdwn
from bot.platforms.slack.buttons import Button, action_id
from bot.platforms.slack.limits import length

Json: TypeAlias = dict[str, Any]

_ADDRESS = re.compile(ADDRESS, re.VERBOSE)
# Whether a header shows these as they are is told nowhere; rich text does.
_DOUBTFUL = re.compile(r"[&<>]|:\S+:")
_LONGEST_READ_OUT = 500  # characters of an address in the text, whose room others want, too


@dataclass(frozen=True, slots=True)
class Run:
    """Some text of one kind; `url` is a safe one."""

    text: str
    url: str | None = None
    bold: bool = False

    @property
    def element(self) -> Json:
        """Of rich text."""
        made: Json = {"type": "link", "url": self.url} if self.url else {"type": "text"}
        made["text"] = self.text
        return made | ({"style": {"bold": True}} if self.bold else {})

    @property
    def words(self) -> str:
        """Mrkdwn."""
        if self.url and len(self.url) <= _LONGEST_READ_OUT:
            return mrkdwn.link(self.text, self.url)
        return mrkdwn.escape(self.text)


@dataclass(frozen=True, slots=True)
class Part:
    """A block, and what of it belongs into the message's text; empty where nothing does."""

    block: Json
    words: str = ""


def message(parts: Sequence[Part]) -> Json:
    """For `chat.postMessage`: what is seen and what is read out, without previews of links."""
    return {
        "text": text_of(parts),
        "blocks": [part.block for part in parts],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def text_of(parts: Iterable[Part]) -> str:
    return "\n\n".join(part.words for part in parts if part.words)


def title(text: str) -> Part:
    """One line that is not empty, as a header where that is sure to show it as it is."""
    if length(text) <= limits.HEADER and not _DOUBTFUL.search(text):
        return Part({"type": "header", "text": _plain(text)}, mrkdwn.escape(text))
    return sentence([Run(text, bold=True)])


def sentence(runs: Sequence[Run]) -> Part:
    return Part(_rich(_section(runs)), "".join(run.words for run in runs))


def quote(text: str) -> Part:
    """An excerpt, cleaned and not empty, in a quotation; web addresses in it are links."""
    return Part(_rich(_holding("rich_text_quote", list(_runs(text)))), mrkdwn.escape(text))


def small(*lines: str) -> Part:
    """Small print."""
    text = "\n".join(lines)
    return Part({"type": "context", "elements": [_plain(text)]}, mrkdwn.escape(text))


def questions(invitation: str, prompts: Sequence[str]) -> Part:
    """A numbered list, below an invitation if there is one."""
    head = [_section([Run(invitation, bold=True)])] if invitation else []
    items = [_section([Run(prompt)]) for prompt in prompts]
    words = [mrkdwn.escape(invitation)] if invitation else []
    words += [f"{number}. {mrkdwn.escape(prompt)}" for number, prompt in enumerate(prompts, 1)]
    return Part(_rich(*head, {"type": "rich_text_list", "style": "ordered", "elements": items}), "\n".join(words))


def ping(group: str) -> Part:
    """A mention of a user group by its id."""
    element = {"type": "usergroup", "usergroup_id": group}
    return Part(_rich({"type": "rich_text_section", "elements": [element]}), mrkdwn.group(group))


def row(name: str, labels: dict[Button, str]) -> Part:
    """The buttons, in a block of this name. Screen readers find them by themselves."""
    made = [_button(one, label) for one, label in labels.items()]
    return Part({"type": "actions", "block_id": name, "elements": made})


def _button(one: Button, label: str) -> Json:
    made: Json = {"type": "button", "action_id": action_id(one), "text": _plain(label)}
    return made | ({"style": "primary"} if one is Button.DISCUSS else {})


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _section(runs: Sequence[Run]) -> Json:
    return _holding("rich_text_section", runs)


def _holding(kind: str, runs: Sequence[Run]) -> Json:
    return {"type": kind, "elements": [run.element for run in runs]}


def _plain(text: str) -> Json:
    """Where a sign between colons stays what it is."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _runs(text: str) -> Iterator[Run]:
    """A text, taken apart where web addresses stand in it."""
    place = 0
    for found in _ADDRESS.finditer(text) if "://" in text else ():
        shown = without_sentence(found[0])
        url = safe_url(shown, limits.URL)
        if url:
            if place < found.start():
                yield Run(text[place : found.start()])
            yield Run(shown, url)
            place = found.start() + len(shown)
    if place < len(text):
        yield Run(text[place:])
