"""The bot's Home on a simulated Slack, for members and for organisers."""

from pathlib import Path

from tests.simulators.slack.client import Slack, until
from tests.simulators.slack.seen import View
from tests.slack.organising import Bench, bench
from tests.slack.place import Place


class TestHome:
    async def test_before_anything_is_set_up_it_says_how_to_begin(self, tmp_path: Path, slack: Slack) -> None:
        async with bench(tmp_path, slack) as made:
            assert "Nothing is posted here yet" in (await home(made, "ada")).read

    async def test_today_what_is_next_and_what_was_liked(self, reading: Place) -> None:
        await reading.ask("/seed", "water")
        [message] = await reading.posts()
        [entry] = await reading.posted()
        assert entry.title
        assert entry.post.message_id
        await reading.slack.react("reading", message.ts, "🌱", user="ben")

        async def counted() -> bool:
            return bool((await reading.posted())[0].reactions)

        await until(counted)
        shown = (await home(Bench(reading), "ada")).read
        assert f"Today: *<{message.permalink}|{entry.title}>*" in shown
        assert "Next:" in shown
        assert "liked" in shown
        assert "For organisers" not in shown

    async def test_organisers_have_their_controls_there(self, reading: Place) -> None:
        made = Bench(reading)
        view = await home(made, "organiser")
        assert {"Post now", "Skip the next", "Pause"} <= set(view.buttons)
        answer = await made.press_view(view, "Pause", steps=3)
        assert "is paused" in answer.json["steps"][1]["view"]["blocks"][0]["text"]["text"]
        again = await made.slack.home(user="organiser")
        assert again is not None
        assert "Paused" in again.read

    async def test_a_private_channel_is_shown_to_those_in_it_alone(self, tmp_path: Path, slack: Slack) -> None:
        channels = "  - {name: reading, platform: slack, address: '{library}', at: '08:00', timezone: Europe/Berlin}\n"
        async with bench(tmp_path, slack, channels=channels) as made:
            await slack.kick("library", "ben")
            assert "Next:" in (await home(made, "ada")).read
            assert "Next:" not in (await home(made, "ben")).read

    async def test_a_member_plants_a_seed_from_there(self, reading: Place) -> None:
        made = Bench(reading)
        opened = await made.press_view(await home(made, "ada"), "Plant a seed")
        assert "Propose" in opened.view.title


async def home(made: Bench, user: str) -> View:
    opened = await made.slack.open_home(user=user)
    return (await made.slack.answer(opened)).view
