"""A command that posts where no bot runs is for that time the one process that sends."""

from pathlib import Path

import pytest

from bot import app
from bot.cli import acting
from bot.config import Settings, WebSettings
from bot.errors import AlreadyRunning
from bot.model import PlatformName, State, StepName
from bot.storage.instance import InstanceLock
from tests.fakes.chat import ChatPlatform, Fault
from tests.fakes.clock import FakeClock
from tests.fakes.posts import GARDEN, make_channel


class OpenedChat(ChatPlatform):
    """Notes in which order it is opened and stopped."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock, follow_up=(StepName.THREAD, StepName.PIN))
        self.noted: list[str] = []

    async def open(self) -> None:
        self.noted.append("opened")

    async def stop(self) -> None:
        self.noted.append("stopped")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "moss.yaml").write_text("text: Moss drinks the fog.\n")
    return Settings(
        path=tmp_path / "seedbed.yaml",
        root=tmp_path,
        library=tmp_path / "seeds",
        database=tmp_path / "seedbed.db",
        web=WebSettings(),
        channels=(make_channel(GARDEN),),
    )


async def test_it_sends_what_follows_the_post_too_and_lets_go_in_the_end(settings: Settings) -> None:
    clock = FakeClock()
    chat = OpenedChat(clock)
    async with app.assemble(settings, {}, clock=clock, factories={PlatformName.WEB: lambda _: chat}) as parts:
        async with acting._sending(parts):
            with pytest.raises(AlreadyRunning):
                InstanceLock(settings.database).acquire()
            post = await parts.desk.post_now(GARDEN)
        assert (post.state, len(chat.sent)) == (State.POSTED, 1)
        assert [name for name, _ in chat.followed] == [StepName.THREAD, StepName.PIN]
    assert chat.noted == ["opened", "stopped"]
    InstanceLock(settings.database).acquire().release()


async def test_a_refused_post_is_told_and_everything_is_let_go(settings: Settings) -> None:
    clock = FakeClock()
    chat = OpenedChat(clock)
    chat.script([Fault.REFUSED])
    async with app.assemble(settings, {}, clock=clock, factories={PlatformName.WEB: lambda _: chat}) as parts:
        async with acting._sending(parts):
            post = await parts.desk.post_now(GARDEN)
        assert (post.state, chat.sent, chat.followed) == (State.BLOCKED, [], [])
    assert chat.noted == ["opened", "stopped"]
    InstanceLock(settings.database).acquire().release()
