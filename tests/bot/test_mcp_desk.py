"""The desk of the agents in bad moments: a service that comes and goes, callers that leave."""

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("mcp", reason="pip install '.[agents]'")

from bot.agents import library
from bot.agents import wording as say
from bot.agents.desk import Desk
from bot.agents.failures import ToolFailed
from bot.clip_library import Search
from bot.memory import Memory, open_memory
from bot.settings import Settings, load_settings
from intents.base import Tools
from intents.dialogue import Turn
from intents.video.handler import INTENT as VIDEO
from tests.bot.studio import Studio
from tests.bot.test_mcp import a_house, begun, send
from video_service.client import VideoClient, open_client

Answer = Callable[[httpx.Request], Any]
SHORT, LONG = 0.0, 30.0
CARD = {
    "id": "draft",
    "ready": True,
    "draft": True,
    "modes": ["text"],
    "languages": ["zh"],
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("QUNYING_DATA_DIR", str(tmp_path))
    return load_settings()


async def unwatched(progress: int) -> None:
    """Nobody looks at the progress."""


@asynccontextmanager
async def desk_at(video: VideoClient, settings: Settings) -> AsyncIterator[tuple[Desk, Memory]]:
    async with open_memory(settings.data_dir / "agents", settings.bot) as memory:
        yield Desk(memory, Tools("小爱", None, video), a_house, begun), memory


async def test_a_service_that_starts_again_is_waited_for(settings: Settings) -> None:
    studio = Studio([None, {"status": "in_progress"}, None, {"status": "completed"}])
    async with studio.client() as video, desk_at(video, settings) as (desk, _):
        result = await desk.status("video_1", LONG, unwatched)
    assert result.clip
    assert result.clip.file.read_bytes() == b"the film"


async def test_of_one_that_stays_away_the_job_is_named_and_not_given_up(
    settings: Settings,
) -> None:
    studio = Studio([None])
    async with studio.client() as video, desk_at(video, settings) as (desk, _):
        with pytest.raises(ToolFailed) as told:
            await desk.status("video_1", SHORT, unwatched)
    assert str(told.value) == say.SERVICE_AWAY.format(job="video_1")


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [(401, "unauthorized", say.LOCKED_OUT), (404, "not_found", say.NO_JOB.format(job="video_1"))],
)
async def test_a_wrong_token_is_no_unknown_job(
    settings: Settings, status: int, code: str, said: str
) -> None:
    error = {"error": {"code": code, "message": "no"}}
    transport = httpx.MockTransport(lambda request: httpx.Response(status, json=error))
    async with open_client("http://studio", transport=transport) as video:
        async with desk_at(video, settings) as (desk, _):
            with pytest.raises(ToolFailed) as told:
                await desk.status("video_1", LONG, unwatched)
    assert str(told.value) == said


class Camera:
    """A service that takes its time over an order."""

    def __init__(self) -> None:
        self.asked, self.may_answer, self.called_off = (asyncio.Event() for _ in range(3))

    async def answer(self, request: httpx.Request) -> httpx.Response:
        job = {"id": "video_1", "model": "draft", "status": "queued", "created_at": 1}
        if request.method == "DELETE":
            self.called_off.set()
        if request.method == "POST":
            self.asked.set()
            await self.may_answer.wait()
        if request.url.path == "/v1/models":
            return httpx.Response(200, json={"object": "list", "data": [CARD]})
        return httpx.Response(200, json=job)


async def test_who_leaves_while_it_is_ordered_leaves_no_film_behind(settings: Settings) -> None:
    camera = Camera()
    transport = httpx.MockTransport(camera.answer)
    async with (
        open_client("http://studio", transport=transport) as video,
        desk_at(video, settings) as (desk, memory),
    ):
        call = asyncio.create_task(desk.order(VIDEO, {"wish": "一条龙"}, "一条龙"))
        await asyncio.wait_for(camera.asked.wait(), LONG)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        camera.may_answer.set()
        await asyncio.wait_for(camera.called_off.wait(), LONG)
        with memory.changes() as bell:
            while await memory.outbox.owed():
                await asyncio.wait_for(bell.wait(), LONG)
                bell.clear()


async def test_an_order_that_fails_when_nobody_waits_for_it_ends_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(ask: Turn, answer: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    camera = Camera()
    transport = httpx.MockTransport(camera.answer)
    async with (
        open_client("http://studio", transport=transport) as video,
        open_memory(settings.data_dir / "agents", settings.bot) as memory,
        asyncio.TaskGroup() as tasks,
    ):
        desk = Desk(memory, Tools("小爱", None, video), a_house, tasks.create_task)
        call = asyncio.create_task(desk.order(VIDEO, {"wish": "一条龙"}, "一条龙"))
        await asyncio.wait_for(camera.asked.wait(), LONG)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        monkeypatch.setattr(memory, "answered", full)
        camera.may_answer.set()
    assert not camera.called_off.is_set()


async def test_however_much_is_private_the_rest_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "PAGE", 2)
    old = Turn("0", "fake", "family", "妈妈", "妈妈", "熊猫在滑雪", datetime.now(UTC))
    await send(settings, old)
    for n in range(1, 5):
        await send(settings, replace(old, id=str(n), room="dad", private=True))
    found = await library.search((library.chat_memory(settings),), Search(words="熊猫"), 1)
    assert [piece.job for piece in found] == ["video_0"]
