"""Whatever a browser sends, the page never stumbles: what is no sense is refused."""

import asyncio
from pathlib import Path
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from bot.channels.web import ROOM, WebChannel
from bot.memory import Memory, open_memory
from bot.records import Room
from bot.settings import BotSettings
from bot.web import ours
from bot.web.library_routes import Archive, build_library
from bot.web.library_view import room_names
from bot.web.routes import build_routes
from bot.web.studio import Studio
from bot.web.studio_routes import build_studio
from bot.web.takes import TakeShelf
from intents.base import Tools
from intents.dialogue import Turn
from tests.web.stock import Stock, fill
from video_service.client import VideoClient, open_client

EACH = 40  # requests to one operation
KNOWN = (503, 507)  # the service is away, as it is here; the disk is full
CALM = settings(
    max_examples=EACH,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def page(memory: Memory, channel: WebChannel, client: VideoClient) -> FastAPI:
    """All that the page serves beside itself."""
    app, folder = FastAPI(), memory.shelf.folder
    ours.install(app)
    names = room_names(Room("web", ROOM), "一家人")
    app.include_router(build_library(Archive(memory.clips, names, lambda: {"web"})))
    app.include_router(build_routes(channel, folder))
    takes = TakeShelf(folder.with_name("studio"))
    app.include_router(build_studio(Studio(Tools("小爱", None, client), takes, ("妈妈",)), None))
    return app


def stumbles(app: FastAPI) -> list[str]:
    """What was answered with a 5xx that nobody foresaw. Blocking."""
    strange: list[str] = []
    answered: set[int] = set()

    def send(case: schemathesis.Case[Any]) -> None:
        answer = case.call(headers={"X-Qunying": "page"})
        answered.add(answer.status_code)
        if answer.status_code >= 500 and answer.status_code not in KNOWN:
            strange.append(f"{case.as_curl_command()} -> {answer.text[:300]}")

    for found in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations():
        assert isinstance(found, Ok)
        CALM(given(case=found.ok().as_strategy())(send))()
    assert {200, 404, 422} <= answered
    return strange


async def test_no_request_makes_the_page_stumble(tmp_path: Path) -> None:
    async def hear(turn: Turn) -> None:
        """Nobody answers."""

    channel = WebChannel(("妈妈",))
    async with (
        open_memory(tmp_path, BotSettings()) as memory,
        open_client("http://127.0.0.1:9") as client,
    ):
        fill(tmp_path, Stock("小爱 拍一段熊猫吃竹子", "video_1", days_ago=1, sidecar=True))
        listening = asyncio.ensure_future(channel.run(hear))
        assert await asyncio.to_thread(stumbles, page(memory, channel, client)) == []
        listening.cancel()
