"""The scopes and events of the manifest are enough for everything that the bot does, as Slack itself would have it."""

from pathlib import Path

from bot.model import ChannelName
from bot.platforms.slack.manifest import EVENTS
from bot.platforms.slack.scopes import SCOPES
from tests.simulators.slack.client import Slack, until
from tests.slack.place import Place, place

CHANNELS = (
    "  - {name: reading, platform: slack, address: '{reading}', at: '08:00', timezone: Europe/Berlin,\n"
    "     thread: true, reactions: [🌱], pin: true}\n"
    "  - {name: library, platform: slack, address: '{library}', at: '08:00', timezone: Europe/Berlin,\n"
    "     thread: true, reactions: [🌱], pin: true}\n"
)


async def test_with_the_manifests_scopes_and_events_nothing_is_refused(tmp_path: Path, slack: Slack) -> None:
    await slack.configure(scopes=list(SCOPES), events=list(EVENTS))
    async with place(tmp_path, slack, channels=CHANNELS) as here:
        for _ in range(2):  # the second one takes down the pin of the first
            here.clock.advance(days=1)
            await here.post_daily()
            await here.follow_up()
            await here.follow_up()  # the first pin goes once the second one is there
        for channel in ("reading", "library"):  # a public one and a private one
            first, second = await here.posts(channel)
            assert (first.pinned, second.pinned) == (False, True)
            await slack.react(channel, second.ts, "👍", user="ada")
            await here.press(second, "Another question", steps=0)
            await here.press(second, "Save for me", steps=0)
            await here.press(second, "Discuss", steps=0)
        await until(lambda: counted(here))
        await here.ask("/seed", "private")
        for verb in ("status", "next", "permissions", "preview", "organisers #general", "proposals", "queue", "setup"):
            await here.ask("/seedbed", verb, user="organiser")
        await slack.open_home(user="organiser")
        await until(lambda: at_home(slack))
        await here.platform.tell_organisers(here.parts.clerk.channels()[0], "Something they have to know.")
        here.clock.advance(hours=2)
        await here.parts.service.reconcile()
    done = {one["method"] for one in await slack.requests() if one["error"] is None}
    assert {"chat.postMessage", "pins.add", "pins.remove", "reactions.add", "reactions.get", "views.publish"} <= done
    refused = [one for one in await slack.requests() if one["error"] == "missing_scope"]
    assert refused == []


async def counted(here: Place) -> bool:
    """Whether the events of reactions came in."""
    newest = [(await here.posted(ChannelName(name)))[0] for name in ("reading", "library")]
    return all(entry.reactions for entry in newest)


async def at_home(slack: Slack) -> bool:
    return await slack.home(user="organiser") is not None
