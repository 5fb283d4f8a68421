"""`/seedbed setup`: a channel gets its daily seed, or other settings; in one form."""

from datetime import time
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.model import Channel, ChannelName, PlatformName, Setup
from bot.platforms import names, when
from bot.platforms.slack.commands import answers, kit, places, portrait, settings, submissions, typed
from bot.platforms.slack.commands.answers import Asker, Unable
from bot.platforms.slack.commands.kit import View
from bot.platforms.slack.commands.line import Line
from bot.platforms.slack.commands.standing import Standing, standing
from bot.platforms.slack.commands.submissions import Mistakes, Typed
from bot.platforms.slack.commands.voice import Voice, mention
from bot.platforms.slack.parts import Parts

FORM = "seedbed-setup"
NINE = (time(9),)  # what the form begins with
SUGGESTIONS = 25
TYPED = 100  # characters of what is typed to find a zone


class SettingUp:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._voice = Voice(parts.words)
        self._zones = when.Zones()

    def register(self, app: AsyncApp) -> None:
        app.view(FORM)(submissions.submission(self._parts, self.submitted))
        app.options(settings.ZONE)(self._suggest)

    async def setup(self, who: Asker, line: Line) -> None:
        """Open the form, filled with how the channel is; it opens for three seconds only, so nothing slow is asked."""
        rank = await standing(who)
        place = await self._place(who, line)
        earlier = await places.channel_at(who, place)
        await self._must_be_allowed(rank, earlier)
        now = self._parts.clock.now()
        begun = earlier or await self._unset(who, rank, place or "")
        blocks = settings.fields(self._voice, begun, now, place=place, known=earlier is not None)
        title = self._voice.say("setup_title")
        submit, close = self._voice.say("setup_submit"), who.words.say("member.close")
        await who.show(kit.modal(title, blocks, close=close, submit=submit, callback=FORM))

    async def submitted(self, who: Asker, form: Typed) -> View:
        """Saves, and shows how the channel is from now on."""
        wishes = settings.read(self._voice, self._zones, form)
        place = form.text(settings.PLACE)
        earlier, rank = await places.channel_at(who, place), await standing(who)
        await self._must_be_allowed(rank, earlier)
        wanted = wishes.granted(earlier or await self._new(who, place))
        kept = await self._parts.desk.setup(wanted.name)
        await self._parts.desk.set_up(Setup(wanted, who.team, (kept.by if kept else None) or who.user))
        await names.keep(self._parts.memory, wanted)
        head = self._voice.say("setup_changed" if earlier else "setup_new", channel=mention(wanted))
        return answers.sheet(who.words, (await portrait.portrait(who, head, wanted)).blocks)

    async def _place(self, who: Asker, line: Line) -> str | None:
        """The channel named, or the one the command was given in; None where that is none to post to."""
        for one in await places.channels_of(self._parts, who.team):
            named = (line.place or line.rest).removeprefix("#").casefold()
            if named and named == one.name:
                return places.id_of(one.address)
        here = line.place or who.channel or ""
        return here if places.PLACE.fullmatch(here) else None

    async def _must_be_allowed(self, rank: Standing, earlier: Channel | None) -> None:
        """Unable for a channel of the configuration file, and where somebody else would have to do it."""
        if earlier is not None and await self._parts.desk.setup(earlier.name) is None:
            raise Unable(self._voice.say("read_only", channel=mention(earlier)))
        if earlier is not None and not rank.may(earlier):
            raise Unable(self._voice.say("not_yours"))
        if earlier is None and not rank.admin:
            raise Unable(self._voice.say("admins_only"))

    async def _unset(self, who: Asker, rank: Standing, place: str) -> Channel:
        """What the form of a new channel shows: nine in the morning, where its organiser is."""
        zones = {one.zone for one in await places.channels_of(self._parts, who.team)}
        guess = zones.pop() if len(zones) == 1 else self._zones.named(rank.zone or "")
        return Channel(ChannelName("new"), PlatformName.SLACK, places.address_of(who, place), NINE, guess or "Etc/UTC")

    async def _new(self, who: Asker, place: str) -> Channel:
        """A channel that is set up for the first time, with the name that its history has."""
        if not places.PLACE.fullmatch(place):
            raise Mistakes({settings.PLACE: self._voice.say("setup_where")})
        title, address = await places.title_of(who, place), places.address_of(who, place)
        name = await names.name_for(
            self._parts.memory, self._parts.overview, PlatformName.SLACK, title or place, address
        )
        return Channel(name, PlatformName.SLACK, address, NINE, "Etc/UTC")

    async def _suggest(self, ack: AsyncAck, payload: dict[str, Any]) -> None:
        """Zones by city, name, offset or abbreviation, each with what its clocks show now."""
        now = self._parts.clock.now()
        used = tuple(dict.fromkeys(one.zone for one in places.slack_channels(self._parts)))
        found = self._zones.near(typed.one_line(payload.get("value"), TYPED), now, SUGGESTIONS, used)
        await ack(options=[settings.zone_option(self._voice, one, now) for one in found])
