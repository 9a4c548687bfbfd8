"""A page in its own process and a real browser to look at it with."""

import asyncio
import contextlib
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    async_playwright,
)

from tests.fake_llm import FakeLlm, running_llm
from tests.web.desk import Desk, open_desk
from tests.web.lot import Lot

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=800)
START_S, STOP_S = 30, 30  # for what hangs; a loaded machine may take its time
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
MISSING = "no chromium here; install it with: apt-get install chromium"

OpenTab = Callable[..., Awaitable["Tab"]]


class House:
    """One page process over one data folder; it can be killed and started again."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._process: asyncio.subprocess.Process | None = None
        self.url, self._port = "", 0

    async def start(self, film_s: float = 1.5) -> None:
        command = ("-m", "tests.web.house", str(self._data), str(self._port), str(film_s))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout
        async with asyncio.timeout(START_S):
            line = await self._process.stdout.readline()
        self.url = line.decode().strip()
        self._port = int(self.url.rsplit(":", 1)[-1])

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """The exit code; a process that hangs is an error."""
        assert self._process
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        async with asyncio.timeout(STOP_S):
            return await self._process.wait()


class Tab:
    """A page, everything it asked another machine for, and what its console complains of."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda it: _note(it.url, home, self.strangers))
        page.on("pageerror", lambda it: self.complaints.append(str(it)))
        page.on("console", self._listen)

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    async def say(self, text: str) -> None:
        await self.page.get_by_label("消息", exact=True).fill(text)
        await self.page.get_by_label("消息", exact=True).press("Enter")

    async def settled(self) -> None:
        """Until the page is there and has told the server who speaks."""
        await self.page.get_by_label("消息", exact=True).wait_for()
        await self.page.wait_for_function("window.did_handshake")


@pytest_asyncio.fixture(loop_scope="module")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path / "bot")
    await house.start()
    yield house
    with contextlib.suppress(ProcessLookupError):
        await house.stop()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def open_tab(house: House, browser: Browser) -> AsyncIterator[OpenTab]:
    """Open the page like a person: `await open_tab()`, or with the size of a phone."""
    contexts: list[BrowserContext] = []

    async def open_it(size: ViewportSize = DESK) -> Tab:
        context = await browser.new_context(viewport=size, locale="zh-CN")
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = await context.new_page()
        tab = Tab(page, house.url)
        await page.goto(house.url)
        await tab.settled()
        return tab

    yield open_it
    for context in contexts:
        await context.close()


def _note(url: str, home: str, strangers: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:")):
        strangers.append(url)


@pytest.fixture
def lot() -> Lot:
    return Lot()


@pytest.fixture
def llm() -> Iterator[FakeLlm]:
    with running_llm() as mind:
        yield mind


@pytest.fixture
async def desk(tmp_path: Path, lot: Lot, llm: FakeLlm) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, lot, llm.url) as desk:
        yield desk
