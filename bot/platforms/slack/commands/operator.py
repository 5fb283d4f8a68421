"""`/seedbed`: everything that organisers do, in words after the command or by buttons that hold the same words."""

import re
from collections.abc import Awaitable, Callable, Mapping
from difflib import get_close_matches

from slack_bolt.async_app import AsyncApp

from bot.platforms.slack.commands import answers, home, moving, naming, queueing, status, typed, verbs
from bot.platforms.slack.commands.answers import Answer, Asker
from bot.platforms.slack.commands.approval import Approving
from bot.platforms.slack.commands.line import Line, read
from bot.platforms.slack.commands.permissions import permissions
from bot.platforms.slack.commands.setup import SettingUp
from bot.platforms.slack.commands.voice import Voice
from bot.platforms.slack.parts import Parts

Verb = Callable[[Asker, Line], Awaitable[Answer | None]]


class Operator:
    """Knows every verb, and answers none of them twice at once for one button."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._voice = Voice(parts.words)
        self._setting_up = SettingUp(parts)
        self._approving = Approving(parts)
        self._verbs: Mapping[str, Verb] = {
            "setup": self._setting_up.setup,
            "status": status.status,
            "next": status.coming,
            "post": verbs.post,
            "preview": verbs.preview,
            "skip": verbs.skip,
            "pause": verbs.pause,
            "resume": verbs.resume,
            "queue": queueing.queue,
            "unqueue": queueing.unqueue,
            "move": moving.move,
            "remove": moving.remove,
            "permissions": permissions,
            "organisers": self._approving.organisers,
            "proposals": self._approving.proposals,
            "help": self._help,
        }
        # Only buttons say these.
        self._sure: Mapping[str, Verb] = {"remove!": moving.removed, "keep!": moving.kept}
        self._running: set[tuple[str, ...]] = set()

    def register(self, app: AsyncApp) -> None:
        app.command("/seedbed")(answers.listener(self._parts, self._typed))
        app.action(re.compile(f"^{naming.RUN}(:.*)?$"))(answers.listener(self._parts, self._pressed))
        moving.register(app, self._parts)
        self._setting_up.register(app)
        self._approving.register(app)

    async def _typed(self, who: Asker) -> None:
        line = read(str(who.body.get("text") or ""))
        verb = self._verbs.get(line.verb or "help")
        if verb is None:
            await who.say(self._unknown(line.verb))
        else:
            await _answered(who, verb, line)

    async def _pressed(self, who: Asker) -> None:
        """The line that the button holds. Pressed twice in a row it is said once; from Home the answer is a sheet."""
        action, container = who.body["actions"][0], who.body.get("container") or {}
        said = str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")
        line = read(said)
        verb = self._verbs.get(line.verb) or self._sure.get(line.verb)
        pressed = (who.team, who.user, said, str(container.get("message_ts") or container.get("view_id")))
        if verb is None or pressed in self._running:
            return
        self._running.add(pressed)
        opens_form = verb == self._setting_up.setup
        try:
            if not who.in_messages and not opens_form:
                await who.hold()
            await _answered(who, verb, line)
        finally:
            self._running.discard(pressed)
        if (who.body.get("view") or {}).get("type") == "home" and not opens_form:
            await home.publish(who)

    async def _help(self, who: Asker, line: Line) -> Answer:
        del who, line
        return Answer(self._voice.say("help"))

    def _unknown(self, named: str) -> str:
        near = get_close_matches(named, self._verbs, 1)
        told = self._voice.say("verb_unknown", named=typed.quoted(named))
        return f"{told} {self._voice.say('did_you_mean', near=near[0]) if near else self._voice.say('see_help')}"


async def _answered(who: Asker, verb: Verb, line: Line) -> None:
    """A verb that opens a form, or has several answers, answers by itself."""
    try:
        answer = await verb(who, line)
    except naming.Unclear as unclear:
        answer = unclear.answer
    if answer is not None:
        await who.say(answer)
