"""A whole bot in this process on a folder of its own: real store, real files, real sockets, a clock that tests move."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot import config
from bot.app import Parts, assemble
from bot.model import ChannelName, LedgerEntry, PlatformName
from bot.platforms.web import WebPlatform
from tests.fakes.clock import FakeClock
from tests.fakes.posts import GARDEN

TOPICS = ("soil", "water", "light", "seeds", "weather", "tools", "paths")
CHANNELS = "  - {name: garden, platform: web, at: '08:00', timezone: Europe/Berlin, first_post: now}\n"


def library(count: int = 20) -> dict[str, str]:
    """Files of seeds that differ in everything a reader sees."""
    return {
        f"{number:02}.yaml": (
            f"title: Chapter {number}\n"
            f"author: Author {number % 5}\n"
            f"text: |\n  The text of chapter {number}.\n\n  Its second paragraph is about {TOPICS[number % 7]}.\n"
            f"topics: [{TOPICS[number % 7]}]\n"
            f"source: {{title: The Book, url: 'https://books.example.org/{number}', published: '1851-10'}}\n"
        )
        for number in range(count)
    }


@dataclass(frozen=True, slots=True)
class Site:
    """`client` keeps cookies as one browser does and is asked for paths."""

    parts: Parts
    clock: FakeClock
    web: WebPlatform
    client: aiohttp.ClientSession

    async def post_daily(self) -> None:
        """One tick, and whatever it sends has arrived."""
        await self.parts.service.post_due()
        await self.parts.outbox.drain(timedelta(seconds=30))

    async def posted(self, channel: ChannelName = GARDEN) -> list[LedgerEntry]:
        """Newest first."""
        return list(await self.parts.clerk.feed(channel, 100))

    def browser(self) -> aiohttp.ClientSession:
        """Another visitor; whoever asks for it closes it."""
        return aiohttp.ClientSession(self.web.address, cookie_jar=aiohttp.CookieJar(unsafe=True))


def write_site(
    root: Path, *, web: str = "{port: 0}", channels: str = CHANNELS, seeds: Mapping[str, str] | None = None
) -> Path:
    """A configuration with its library; the configuration's path."""
    path = root / "config" / "seedbed.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"web: {web}\nchannels:\n{channels}", encoding="utf-8")
    (root / "seeds").mkdir()
    for name, text in (library() if seeds is None else seeds).items():
        (root / "seeds" / name).write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def site(
    root: Path,
    clock: FakeClock,
    *,
    environ: Mapping[str, str] | None = None,
    web: str = "{port: 0}",
    channels: str = CHANNELS,
    seeds: Mapping[str, str] | None = None,
) -> AsyncIterator[Site]:
    """Started but for the ticker: nothing is posted before `post_daily`."""
    environ = environ or {}
    settings = config.load(write_site(root, web=web, channels=channels, seeds=seeds), environ)
    async with assemble(settings, environ, clock=clock) as parts:
        await parts.service.start()
        platform = parts.platforms[PlatformName.WEB]
        assert isinstance(platform, WebPlatform)
        await platform.start(parts.service)
        try:
            jar = aiohttp.CookieJar(unsafe=True)
            async with aiohttp.ClientSession(platform.address, cookie_jar=jar) as client:
                yield Site(parts, clock, platform, client)
        finally:
            await platform.stop()
