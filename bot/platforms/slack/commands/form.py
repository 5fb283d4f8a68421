"""The form in which an excerpt is written down, for whoever proposes one and for whoever mends it."""

from bot.model import Cutting
from bot.platforms.slack.commands import kit, typed
from bot.platforms.slack.commands.kit import Block, View
from bot.platforms.slack.commands.submissions import Typed
from bot.platforms.typed import source_of
from bot.platforms.words import Words

TEXT = 3000  # characters; Slack's fields take no more
LINE = 300


def cutting_form(words: Words, cutting: Cutting, *, title: str, callback: str, metadata: str = "") -> View:
    """Text, source, title, author and topics, to begin with as `cutting` has them."""
    source = " ".join(part for part in (cutting.source.title, cutting.source.url) if part)
    blocks = [
        _field(words, "text", cutting.text, long=True),
        _field(words, "source", source),
        _field(words, "heading", cutting.title),
        _field(words, "author", cutting.author),
        _field(words, "topics", ", ".join(cutting.topics)),
    ]
    if len(cutting.text) > TEXT:
        blocks.insert(0, kit.context(words.say("member.form_cut", most=TEXT)))
    submit, close = words.say("member.form_submit"), words.say("member.cancel")
    return kit.modal(title, blocks, close=close, submit=submit, callback=callback, metadata=metadata)


def cutting_of(form: Typed) -> Cutting:
    """What was filled in, without what cannot be seen."""
    topics = (typed.one_line(topic, LINE) for topic in form.text("topics").split(","))
    return Cutting(
        text=typed.block(form.text("text"), TEXT),
        title=typed.one_line(form.text("heading"), LINE) or None,
        author=typed.one_line(form.text("author"), LINE) or None,
        source=source_of(typed.one_line(form.text("source"), LINE)),
        topics=tuple(dict.fromkeys(topic for topic in topics if topic)),
    )


def _field(words: Words, name: str, value: str | None, *, long: bool = False) -> Block:
    limit = TEXT if long else LINE
    element = {"type": "plain_text_input", "multiline": long, "max_length": limit}
    if value:
        element["initial_value"] = value[:limit]
    label, hint = words.say(f"member.form_{name}"), words.say(f"member.form_{name}_about")
    return kit.field(name, label, element, hint=hint, needed=long)
