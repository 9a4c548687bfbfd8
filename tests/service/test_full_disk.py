"""The disk under a real service fills: the film in hand fails by name, the lane is free, and with
room again everything goes on. The worker and its line are the real ones, over HTTP.
"""

import asyncio
import errno
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, NoReturn

import pytest
import uvicorn

from bot import database
from tests.family import Family
from tests.service.house import WORKER, WORKER_TOKEN, House
from video_service import link, worker
from video_service.app import create_app
from video_service.engines.draft import Draft
from video_service.job_table import JobTable
from video_service.link import Link
from video_service.premises import address, listen
from video_service.routes import internal
from video_service.schema import spare
from video_service.serve import Server
from video_service.worker import Worker

SHORT: dict[str, Any] = {"seconds": "2"}


def no_room(part: Path, body: bytes) -> None:
    part.write_bytes(body[:100])
    raise OSError(errno.ENOSPC, "No space left on device")


def no_rows(*_: object) -> NoReturn:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "FULL_S", 0.1)
    monkeypatch.setattr(link, "PAUSES_S", (0.01,))
    monkeypatch.setattr(worker, "BUSY_S", 0)


@asynccontextmanager
async def listening(house: House) -> AsyncIterator[str]:
    """The address of `house`, served until this is left."""
    heard = asyncio.Event()
    app = create_app(lambda: nullcontext(house.studio))
    config = uvicorn.Config(app, lifespan="on", log_config=None, access_log=False)
    server = Server(config, heard.set)
    with listen("127.0.0.1", 0) as sock:
        serving = asyncio.ensure_future(server.serve(sockets=[sock]))
        try:
            await heard.wait()
            yield address("127.0.0.1", sock)
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def filming(house: House, folder: Path) -> AsyncIterator[tuple[str, Worker]]:
    """Where the service is, and a worker that films a job whenever it is told to."""
    async with listening(house) as url:
        line = await asyncio.to_thread(Link, url, WORKER_TOKEN, WORKER)
        try:
            yield url, Worker(line, lambda _: Draft(), folder / "bench")
        finally:
            line._http.close()


async def take(one: Worker) -> None:
    assert await asyncio.to_thread(one.take, 5)


async def test_a_film_without_room_fails_by_name_and_the_next_one_is_filmed(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with filming(house, tmp_path) as (_, one):
        first, second = await house.order(**SHORT), await house.order("猫", **SHORT)
        with monkeypatch.context() as disk:
            disk.setattr(internal, "_write", no_room)
            await take(one)
        told = (await house.http.get(f"/v1/videos/{first['id']}")).json()
        assert (told["status"], told["error"]["code"]) == ("failed", "disk_full")
        left = await asyncio.to_thread(lambda: [*house.studio.shelf.photo("x").parent.iterdir()])
        assert left == []
        await take(one)
        told = (await house.http.get(f"/v1/videos/{second['id']}")).json()
    assert told["status"] == "completed"
    assert "the service has no room" in caplog.text
    assert "the service is away" not in caplog.text


async def test_a_table_without_room_ends_no_job_wrongly_and_goes_on_where_it_was(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = internal._write

    def last_room(part: Path, body: bytes) -> None:
        """The film finds room, and after it nothing does."""
        real(part, body)
        monkeypatch.setattr(JobTable, "transaction", no_rows)

    async with filming(house, tmp_path) as (_, one):
        job = await house.order(**SHORT)
        monkeypatch.setattr(internal, "_write", last_room)
        with caplog.at_level(logging.INFO):
            await take(one)
        assert "could not be told" in caplog.text
        refused = await house.http.post("/v1/videos", json={"prompt": "猫"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (507, "disk_full")
        told = (await house.http.get(f"/v1/videos/{job['id']}")).json()
        assert told["status"] == "in_progress"
        monkeypatch.undo()
        await take(one)
        told = (await house.http.get(f"/v1/videos/{job['id']}")).json()
    assert told["status"] == "completed"


async def test_with_not_a_byte_left_the_family_still_hears_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction, transact = JobTable.transaction, database._transact
    table, memory = house.studio.shelf.photo("x").parents[1] / "spare", tmp_path / "chat/bot.spare"

    def jobs(self: JobTable) -> AbstractContextManager[None]:
        return no_rows() if table.exists() else transaction(self)

    def talk(connection: sqlite3.Connection, work: Callable[..., Any]) -> Any:
        return no_rows() if memory.exists() else transact(connection, work)

    async with (
        filming(house, tmp_path) as (url, one),
        Family(tmp_path / "chat", url).living() as family,
    ):
        await family.says("妈妈", "小爱 生成一个熊猫吃竹子的视频")
        await family.hears()
        await house.studio.board.keep_spare()
        assert await asyncio.to_thread(lambda: table.exists() and memory.exists())

        def last_byte(part: Path, body: bytes) -> None:
            monkeypatch.setattr(spare, "ROOMY", 2**62)
            monkeypatch.setattr(JobTable, "transaction", jobs)
            monkeypatch.setattr(database, "_transact", talk)
            no_room(part, body)

        monkeypatch.setattr(internal, "_write", last_byte)
        await take(one)
        assert "存储满了" in (await family.hears()).text
        assert not await asyncio.to_thread(lambda: table.exists() or memory.exists())


async def test_the_family_hears_that_the_disk_is_full_and_gets_a_film_once_there_is_room(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        filming(house, tmp_path) as (url, one),
        Family(tmp_path / "chat", url).living() as family,
    ):
        await family.says("妈妈", "小爱 生成一个熊猫吃竹子的视频")
        await family.hears()
        with monkeypatch.context() as disk:
            disk.setattr(internal, "_write", no_room)
            await take(one)
        assert "存储满了" in (await family.hears()).text
        await family.says("妈妈", "小爱 生成一个小猫睡觉的视频")
        await family.hears()
        await take(one)
        assert (await family.hears()).video
