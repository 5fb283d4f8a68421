"""A copy of the database is whole, whenever it is made; a bot that starts from one does not repeat what came after."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import time
from pathlib import Path

import pytest

from bot import app
from bot.config import Settings, WebSettings
from bot.model import Channel, ChannelName, PlatformName, Post
from tests.e2e.conftest import TEXTS
from tests.e2e.process import Home
from tests.fakes.chat import ChatPlatform
from tests.fakes.clock import FakeClock

GARDEN = ChannelName("garden")


class Garden:
    """A channel on a chat that outlives the bot, as the chat of others does."""

    def __init__(self, root: Path, clock: FakeClock) -> None:
        self.clock = clock
        self.chat = ChatPlatform(clock)
        self.database = root / "seedbed.db"
        seeds = root / "seeds"
        seeds.mkdir()
        for name, text in TEXTS.items():
            (seeds / f"{name}.yaml").write_text(f"text: {text}\n")
        channel = Channel(GARDEN, PlatformName.WEB, GARDEN, (time(9, 30),), "Etc/UTC")
        self._settings = Settings(root / "seedbed.yaml", root, seeds, self.database, WebSettings(), (channel,))

    @asynccontextmanager
    async def run(self) -> AsyncIterator[app.Parts]:
        """A bot that has done what is due now."""
        factories = {PlatformName.WEB: lambda *_: self.chat}
        async with app.assemble(self._settings, {}, clock=self.clock, factories=factories) as parts:
            await parts.service.start()
            await parts.outbox.start()
            await parts.service.post_due()
            await parts.outbox.resume()
            await parts.outbox.drain(app.DRAIN)
            yield parts


async def posts_of(parts: app.Parts) -> list[Post]:
    return [entry.post for entry in reversed(await parts.store.ledger.entries(GARDEN))]


async def test_a_restored_backup_finds_the_post_made_after_it(tmp_path: Path, clock: FakeClock) -> None:
    garden = Garden(tmp_path, clock)
    saved = tmp_path / "saved.db"
    async with garden.run() as parts:
        assert await posts_of(parts) == []
        await parts.store.backup(saved)
    clock.advance(hours=1)
    async with garden.run() as parts:
        (made,) = await posts_of(parts)
    shutil.copyfile(saved, garden.database)
    clock.advance(hours=2)
    async with garden.run() as parts:
        (found,) = await posts_of(parts)
    assert [message.id for message in garden.chat.sent] == [made.message_id] == [found.message_id]
    assert (found.state, found.seed, found.slot) == (made.state, made.seed, made.slot)
    assert garden.chat.requests == 1


async def test_the_days_after_a_restored_backup_go_on_as_if_nothing_had_been(tmp_path: Path, clock: FakeClock) -> None:
    garden = Garden(tmp_path, clock)
    saved = tmp_path / "saved.db"
    clock.advance(hours=-1)
    async with garden.run() as parts:
        await parts.store.backup(saved)
    clock.advance(hours=2)
    async with garden.run():
        pass
    shutil.copyfile(saved, garden.database)
    async with garden.run():
        pass
    for _ in range(2):
        clock.advance(days=1)
        async with garden.run() as parts:
            pass
    async with garden.run() as parts:
        posts = await posts_of(parts)
    assert sorted(post.seed or "" for post in posts) == sorted(TEXTS)
    assert len(garden.chat.sent) == len(TEXTS)


def test_a_backup_of_a_running_bot_is_whole(home: Home) -> None:
    target = home.root / "saved" / "on-tuesday.db"
    target.parent.mkdir()
    with home.bot() as bot:
        bot.wait_for_log("posted post=1")
        done = home.run("backup", str(target))
        ledger = home.posts()
    assert (done.code, done.out, done.err) == (0, f"saved to {target}\n", "")
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    shutil.rmtree(home.database.parent)
    home.database.parent.mkdir()
    target.rename(home.database)
    assert home.posts() == ledger
    with home.bot():
        assert home.posts() == ledger


def test_a_backup_never_takes_the_place_of_a_file(home: Home) -> None:
    target = home.write("precious.db", "years of work")
    home.run("posts")
    done = home.run("backup", str(target))
    assert done.code == 1
    assert done.sentence == f"{target} is there already: name a file that does not exist yet"
    assert target.read_text() == "years of work"


@pytest.mark.parametrize("place", ["nowhere/saved.db", "seedbed.yaml/saved.db"])
def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(home: Home, place: str) -> None:
    home.run("posts")
    before = sorted(home.root.iterdir())
    done = home.run("backup", str(home.root / place))
    assert done.code == 1
    assert str(home.root / place) in done.sentence
    assert sorted(home.root.iterdir()) == before


def test_before_the_first_start_there_is_nothing_to_save(home: Home) -> None:
    """Otherwise a mistyped `database:` would be saved every night as an empty file."""
    done = home.run("backup", "saved.db")
    assert done.code == 1
    assert done.sentence == f"there is no database {home.database} yet, so there is nothing to save"
    assert sorted(path.name for path in home.root.iterdir()) == ["seedbed.yaml", "seeds"]
