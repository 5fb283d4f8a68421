"""A real bot, and Debian's Chromium to look at its page. Without Chromium these tests are left out, but not in CI."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from tests.e2e.process import Home, Running

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
PATIENCE = 30_000  # milliseconds, for what takes a tenth of a second on an idle machine

SEEDS = {
    "moss": "title: On moss\nauthor: Ada Fern\ntopics: [moss, rain]\ntext: Moss drinks the fog and needs no roots.\n",
    "reed": "title: The reed\ntopics: [reeds, wind]\ntext: The reed bends where the oak would break.\n",
    "oak": "title: An oak\ntopics: [oaks, wind]\ntext: An oak takes a hundred years to grow and a hundred to go.\n",
    "bee": "title: Bees in winter\ntopics: [bees, winter]\ntext: In winter bees stand close and take turns outside.\n",
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For one file of tests and no longer: while it is open, its event loop stands in the way of asynchronous tests."""
    path = shutil.which("chromium")
    if path is None:
        reason = "there is no chromium here: `apt-get install chromium`, or `make chromium`"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}. In CI the page must be tested.")
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A channel that posts at once, and four seeds."""
    home = Home(tmp_path / "home")
    for name, text in SEEDS.items():
        home.write(f"seeds/{name}.yaml", text)
    return home


@pytest.fixture
def bot(home: Home) -> Iterator[Running]:
    with home.bot() as bot:
        yield bot


class Readers:
    """Opens addresses, each as somebody new, and notes every error of script, network or policy in any tab."""

    def __init__(self, browser: Browser) -> None:
        self.trouble: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __call__(self, address: str, **options: Any) -> Page:
        context = self._browser.new_context(**options)
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: self._note(page, message))
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("dialog", self._refuse)
        page.goto(address)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _note(self, page: Page, message: ConsoleMessage) -> None:
        # A page that is not there is told as an error too, where the test asked for just that.
        itself = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        if message.type in {"error", "warning"} and not itself:
            self.trouble.append(f"{message.type}: {message.text} at {message.location['url']}")

    def _refuse(self, dialog: Dialog) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Readers]:
    """At the end there may be no trouble in any tab."""
    readers = Readers(chromium)
    yield readers
    readers.close()
    assert readers.trouble == []
