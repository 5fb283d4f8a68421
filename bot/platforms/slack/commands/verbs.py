"""`/seedbed post`, `skip`, `pause`, `resume` and `preview`: the daily post of one channel, by hand."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.model import Kind
from bot.platforms import when
from bot.platforms.slack import post as posts
from bot.platforms.slack.commands import kit, naming, typed
from bot.platforms.slack.commands.answers import Answer, Asker, Unable
from bot.platforms.slack.commands.line import Line
from bot.platforms.slack.commands.voice import Voice, mention

_UNTIL = re.compile(r"^(?:until|till|for)\s+", re.IGNORECASE)


async def post(who: Asker, line: Line) -> Answer:
    """The seed named, or the next one, goes out now."""
    one = await naming.channel(who, line)
    made = await who.parts.desk.post_now(one.name, await naming.seed_id(who, line, one))
    return Answer(Voice(who.words).outcome(who.parts, made, one))


async def preview(who: Asker, line: Line) -> Answer:
    """What would go out, for the asker's eyes only."""
    voice = Voice(who.words)
    one = await naming.channel(who, line)
    message = await who.parts.desk.preview(one.name, await naming.seed_id(who, line, one))
    ahead = await who.parts.overview.next_post(one.name)
    # As the slot would have it: what somebody asks for is marked as that.
    shown = posts.render_private(replace(message, kind=Kind.DAILY), who.words, link=None)
    if not line.rest and ahead is not None:
        note = voice.say("preview_next", channel=mention(one), moment=voice.moment(ahead))
    else:
        note = voice.say("preview_seed", channel=mention(one))
    return Answer.laid_out(shown, kit.divider(), kit.context(note))


async def skip(who: Asker, line: Line) -> Answer:
    """Leave out the next slot."""
    voice = Voice(who.words)
    one, _ = await naming.named_or_last(who, line)
    skipped = await who.parts.desk.skip(one.name)
    ahead = await who.parts.overview.next_post(one.name)
    told = voice.say("skipped", channel=mention(one), moment=voice.moment(skipped))
    after = voice.say("coming", moment=voice.moment(ahead)) if ahead else voice.say("coming_none")
    return Answer(f"{told}\n{after}")


async def pause(who: Asker, line: Line) -> Answer:
    """No daily post until a date, or until `resume`."""
    voice = Voice(who.words)
    one, left = await naming.named_or_last(who, line)
    text = _UNTIL.sub("", left.rest)
    # By the channel's own calendar.
    today = who.parts.clock.now().astimezone(ZoneInfo(one.zone)).date()
    day = when.day(text, today) if text else None
    if text and day is None:
        raise Unable(voice.say("no_date", typed=typed.quoted(text)))
    if day is not None and day <= today:
        raise Unable(voice.say("past_date", day=day.isoformat()))
    end = await who.parts.desk.pause(one.name, day)
    button = kit.button(f"{naming.RUN}:resume", voice.say("button_resume"), naming.run("resume", one))
    return Answer(voice.say("paused_now", channel=mention(one), until=voice.until(end)), (kit.row(button),))


async def resume(who: Asker, line: Line) -> Answer:
    """End a pause."""
    voice = Voice(who.words)
    one, _ = await naming.named_or_last(who, line)
    ahead = await who.parts.desk.resume(one.name)
    after = voice.say("coming", moment=voice.moment(ahead)) if ahead else voice.say("coming_none")
    return Answer(voice.say("resumed", channel=mention(one)) + "\n" + after)
