"""The one poller behind all tabs: it looks when something changes or moves, and only then."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from bot.bells import Bells
from bot.records import Line, Room, Waiting
from bot.web import room
from bot.web.panel import HouseWatch, State
from bot.web.room import RoomWatch, View
from bot.web.viewers import Viewers
from tests.web.studio import Studio
from video_service.client import VideoClient, open_client

FAMILY = Room("web", "web:family")
NOW = datetime.now(UTC)


class Shelf(Bells):
    """A memory of lists."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.owed: list[Waiting] = []
        self.reads = 0

    async def history(self, room: Room, limit: int = 50, before: int | None = None) -> list[Line]:
        self.reads += 1
        return [it for it in self.lines if before is None or it.n < before][-limit:]

    async def waiting(self, room: Room) -> list[Waiting]:
        return list(self.owed)

    def say(self, text: str) -> None:
        n = len(self.lines) + 1
        self.lines.append(Line(n, str(n), NOW, "妈妈", "妈妈", False, "text", text))
        self.ring(FAMILY)


class World:
    """A watch at work, with a studio behind it."""

    def __init__(self, client: VideoClient, studio: Studio) -> None:
        self.memory, self.client, self.studio, self.typing = Shelf(), client, studio, False
        self.watch = RoomWatch(FAMILY, self.memory, client, lambda: self.typing)


@asynccontextmanager
async def world(
    film_s: float = 60, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[World]:
    studio = Studio(film_s)
    way = transport or httpx.MockTransport(studio.answer)
    async with open_client("http://studio", transport=way) as client:
        it = World(client, studio)
        running = asyncio.ensure_future(it.watch.run())
        yield it
        running.cancel()
        await asyncio.wait({running})


async def until(true: Callable[[], object]) -> None:
    for _ in range(600):
        if true():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it never became true")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "POLL_S", 0.02)


async def test_all_tabs_are_shown_a_new_line() -> None:
    async with world() as it:
        seen: list[View] = []
        it.watch.join(seen.append)
        it.watch.join(seen.append)
        it.memory.say("早上好")
        await until(lambda: len(seen) == 2)
        assert [view.lines[-1].text for view in seen] == ["早上好", "早上好"]


async def test_a_clip_is_asked_after_only_while_somebody_looks_and_waits() -> None:
    async with world() as it:
        it.memory.owed = [Waiting(it.studio.order(), "妈妈", NOW, "熊猫")]
        it.memory.ring(FAMILY)
        await until(lambda: it.watch.view.promises)
        asked = it.studio.asked
        await asyncio.sleep(0.1)
        assert it.studio.asked == asked

        leave = it.watch.join(lambda view: None)
        it.watch.join(lambda view: None)
        await until(lambda: it.studio.asked > asked + 2)
        it.memory.owed = []
        it.memory.ring(FAMILY)
        await until(lambda: not it.watch.view.promises)
        asked, reads = it.studio.asked, it.memory.reads
        await asyncio.sleep(0.1)
        assert (it.studio.asked, it.memory.reads) == (asked, reads)
        leave()
        leave()


async def test_progress_moves_and_names_who_asked() -> None:
    async with world(film_s=0.3) as it:
        seen: list[View] = []
        it.watch.join(seen.append)
        it.memory.owed = [Waiting(it.studio.order(), "奶奶", NOW, "熊猫")]
        it.memory.ring(FAMILY)
        await until(lambda: seen and seen[-1].promises and seen[-1].promises[0].progress.percent)
        first = next(view for view in seen if view.promises).promises[0]
        assert first.asked_by == "奶奶"
        assert first.progress.words == "排队中"
        assert first.progress.detail == "前面还有1个 · 大约40秒"


async def test_a_service_that_is_down_is_awaited_in_words() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    async with world(transport=httpx.MockTransport(down)) as it:
        it.memory.owed = [Waiting("video_1", "妈妈", NOW, "熊猫")]
        it.memory.ring(FAMILY)
        await until(lambda: it.watch.view.promises)
        assert it.watch.view.promises[0].progress.words == "正在等拍摄服务"


async def test_a_tab_that_has_just_gone_does_not_stop_the_others() -> None:
    async with world() as it:
        seen: list[View] = []

        def gone(view: View) -> None:
            raise RuntimeError("The client this element belongs to has been deleted.")

        it.watch.join(gone)
        it.watch.join(seen.append)
        it.memory.say("一")
        await until(lambda: len(seen) == 1)
        it.memory.say("二")
        await until(lambda: len(seen) == 2)
        assert [line.text for line in seen[-1].lines] == ["一", "二"]


async def test_the_typing_sign_gives_way_to_the_progress_line() -> None:
    async with world() as it:
        it.watch.join(lambda view: None)
        it.typing = True
        it.watch.stir()
        await until(lambda: it.watch.view.typing)
        it.memory.owed = [Waiting(it.studio.order(), "妈妈", NOW, "熊猫")]
        it.memory.ring(FAMILY)
        await until(lambda: it.watch.view.promises)
        assert not it.watch.view.typing


async def test_older_lines_come_on_request() -> None:
    async with world() as it:
        for i in range(60):
            it.memory.say(str(i))
        older = await it.watch.older(before=21)
        assert [line.n for line in older] == list(range(1, 21))


async def test_the_house_is_looked_at_while_a_tab_is_open() -> None:
    studio = Studio(1)
    async with open_client("http://s", transport=httpx.MockTransport(studio.answer)) as client:
        watch = HouseWatch(client)
        running = asyncio.ensure_future(watch.run())
        seen: list[State] = []
        leave = watch.join(seen.append)
        await until(lambda: seen)
        assert seen[0].up
        assert [engine.id for engine in seen[0].engines] == ["draft"]
        leave()
        running.cancel()
        await asyncio.wait({running})


async def test_a_bad_moment_of_the_disk_does_not_end_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with world() as it:
        read, fails = it.memory.history, [True, True]

        async def stumble(room: Room, limit: int = 50, before: int | None = None) -> list[Line]:
            if fails:
                fails.pop()
                raise sqlite3.OperationalError("disk I/O error")
            return await read(room, limit, before)

        monkeypatch.setattr(it.memory, "history", stumble)
        it.memory.say("一")
        await until(lambda: it.watch.view.lines)
        assert not fails


def test_a_tab_that_has_just_gone_takes_no_other_with_it() -> None:
    seen: list[str] = []

    def gone(said: str) -> None:
        raise RuntimeError("the client has been deleted")

    joined: list[bool] = []
    viewers = Viewers[str](lambda: joined.append(True))
    leave = viewers.join(gone)
    viewers.join(seen.append)
    for said in ("一", "二"):
        viewers.tell(said)
    leave()  # a second goodbye
    assert seen == ["一", "二"]
    assert (len(viewers), joined) == (1, [True, True])
