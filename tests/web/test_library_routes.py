"""The library behind its routes: what a search may be, and when a clip goes out again."""

import sqlite3
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.locks import DataUnusable
from bot.memory import Memory, open_memory
from bot.records import Room
from bot.settings import BotSettings
from bot.web import library_wording as wording
from bot.web import ours
from bot.web.library_routes import Archive, build_library
from bot.web.library_view import room_names
from intents.dialogue import Turn
from tests.web.stock import Stock, fill

OURS = {"X-Qunying": "page"}
STOCK = (
    Stock("小爱 拍一段熊猫吃竹子", "video_1", days_ago=1, sidecar=True),
    Stock("海边日出", "video_2", "爸爸", "wechaty", "a-room", room_name="幸福一家"),
)


class Shelf:
    """The routes over a real memory, and the turns that were given to be delivered."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.on, self.followed = memory, {"web"}, list[Turn]()
        memory.clips.again.follow = self.followed.append
        names = room_names(Room("web", "web:family"), "一家人")
        app = FastAPI()
        ours.install(app)
        app.include_router(build_library(Archive(memory.clips, names, lambda: self.on)))
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://page", headers=OURS
        )

    async def again(self, n: int, once: str = "") -> httpx.Response:
        return await self.http.post(f"/library/{n}/again", data={"once": once or str(uuid.uuid4())})


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with open_memory(tmp_path, BotSettings()) as memory:
        fill(tmp_path, *STOCK)
        shelf = Shelf(memory)
        async with shelf.http:
            yield shelf


async def test_a_page_holds_clips_and_what_to_narrow_them_by(shelf: Shelf) -> None:
    page = (await shelf.http.get("/library")).json()
    assert [(it["words"], it["room"], it["on"]) for it in page["pieces"]] == [
        ("海边日出", "幸福一家", False),
        ("拍一段熊猫吃竹子", "一家人", True),
    ]
    assert (page["found"], page["people"]) == (2, ["妈妈", "爸爸"])
    assert page["channels"] == [
        {"value": "web", "label": "网页"}, {"value": "wechaty", "label": "微信群网关"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=熊猫", 1),
        ("person=爸爸", 1),
        ("channel=web&person=爸爸", 0),
        ("since=2026-11-21", 1),
        ("until=2026-11-20", 1),
        ("since=2026-11-20&until=2026-11-21", 2),
    ],
)
async def test_days_count_whole(shelf: Shelf, query: str, found: int) -> None:
    assert (await shelf.http.get(f"/library?{query}")).json()["found"] == found


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=0001-01-01",
        "until=9999-12-31",
        "before=0",
        f"before={10**20}",
        f"words={'长' * 101}",
    ],
)
async def test_a_search_that_makes_no_sense_is_refused(shelf: Shelf, query: str) -> None:
    assert (await shelf.http.get(f"/library?{query}")).status_code == 422


async def test_one_click_is_one_message(shelf: Shelf) -> None:
    panda = (await shelf.http.get("/library?words=熊猫")).json()["pieces"][0]["n"]
    click = str(uuid.uuid4())
    answers = [await shelf.again(panda, click) for _ in range(2)]
    assert [it.json() for it in answers] == [{"say": "好，这就再发一次到一家人。"}] * 2
    (turn,) = shelf.followed
    (parcel,) = await shelf.memory.outbox.parcels(turn)
    assert (parcel.kind, parcel.job_id) == ("clip", "video_1")


async def test_a_channel_that_is_off_and_a_clip_that_is_gone_are_said_so(shelf: Shelf) -> None:
    sunrise = (await shelf.http.get("/library?words=日出")).json()["pieces"][0]["n"]
    off, gone = await shelf.again(sunrise), await shelf.again(99)
    assert (off.status_code, off.json()) == (409, {"say": "微信群网关这会儿没开，开了再发。"})
    assert (gone.status_code, gone.json()) == (404, {"say": "这一条已经不在了。"})
    assert (await shelf.again(10**20)).status_code == 422
    assert shelf.followed == []


async def test_another_site_cannot_send_anything(shelf: Shelf) -> None:
    del shelf.http.headers["X-Qunying"]
    assert (await shelf.again(2)).status_code == 403
    assert shelf.followed == []


@pytest.mark.parametrize("trouble", [sqlite3.OperationalError("disk I/O"), DataUnusable("damaged")])
async def test_a_database_that_cannot_be_read_is_said_so(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    async def run(work: object) -> object:
        raise trouble

    monkeypatch.setattr(shelf.memory._db, "run", run)
    for answer in (await shelf.http.get("/library"), await shelf.again(1)):
        assert (answer.status_code, answer.json()) == (507, {"say": wording.DISK})
