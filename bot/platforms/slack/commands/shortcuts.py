"""What a message's own menu offers: why this seed was chosen, and to save somebody's words as one."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.model import Cutting, LedgerEntry, Source
from bot.platforms.slack.commands import answers, plant, presses, typed
from bot.platforms.slack.commands.answers import Asker
from bot.platforms.slack.commands.voice import Voice, date
from bot.platforms.slack.parts import Parts

WHY = "seedbed-why"
KEEP = "seedbed-keep"
LINE = 200  # characters of an explanation
LONGEST = 40_000  # characters of a message


def register(app: AsyncApp, parts: Parts) -> None:
    app.message_shortcut(WHY)(answers.listener(parts, _why))
    app.message_shortcut(KEEP)(answers.listener(parts, _keep))


async def _why(who: Asker) -> None:
    entry = await presses.post_of(who, str(who.body["message"]["ts"]))
    if entry is None:
        await who.tell("member.why_not")
    else:
        await who.say(explanation(who, entry))


async def _keep(who: Asker) -> None:
    cutting = cutting_of(who)
    if cutting.text:
        await plant.offer(who, cutting)
    else:
        await who.tell("member.keep_empty")


def explanation(who: Asker, entry: LedgerEntry) -> str:
    """How the seed was chosen, when it was posted, and how many people reacted with what."""
    words, post = who.words, entry.post
    lines = [words.say("member.why_heading", title=typed.quoted(entry.title or str(post.seed)))]
    lines += [f"• {typed.quoted(line, LINE)}" for line in post.explanation]
    if post.posted:
        lines.append(words.say("member.why_when", when=date(post.posted)))
    counted = Voice(words).reactions(entry)
    lines.append(words.say("member.why_reactions", reactions=counted) if counted else words.say("member.why_alone"))
    return "\n".join(lines)


def cutting_of(who: Asker) -> Cutting:
    """What a message says, and where; its author by the name that Slack tells, if it tells one."""
    message: Mapping[str, Any] = who.body["message"]
    place = who.body.get("channel") or {}
    name = place.get("name")
    workspace = who.parts.workspaces.get(who.team)
    url = workspace.permalink(str(place.get("id")), str(message["ts"])) if workspace and place.get("id") else None
    return Cutting(
        text=typed.block(typed.unwrapped(str(message.get("text") or "")), LONGEST),
        author=typed.one_line(message.get("username"), LINE) or None,
        source=Source(title=f"#{name}" if name and name not in {"directmessage", "privategroup"} else None, url=url),
    )
