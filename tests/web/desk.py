"""The studio's routes over a lot of its own, as the browser speaks to them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bot.web import ours
from bot.web.studio import Studio
from bot.web.studio_routes import build_studio
from bot.web.takes import TakeShelf
from intents.base import Tools
from intents.settings import IntentsSettings, LlmSettings
from intents.tools.llm import build_llm
from tests.web.lot import Lot
from video_service.client import open_client

OURS = {"X-Qunying": "page"}


class Desk:
    """The routes of a studio in a folder, as the browser speaks to them."""

    def __init__(self, studio: Studio) -> None:
        app = FastAPI()
        ours.install(app)
        app.include_router(build_studio(studio, "a writer"))
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://page/studio", headers=OURS
        )
        self._count = 0

    def skip(self, count: int) -> None:
        """Go on with other ids than a desk before had."""
        self._count += count

    def id(self) -> str:
        self._count += 1
        return f"0m9x1y2{self._count:02d}-0123456789ab"

    async def order(self, photo: bytes | None = None, **wanted: Any) -> httpx.Response:
        body = {"id": self.id(), **wanted}
        files = {"photo": ("夏天.jpg", photo, "image/jpeg")} if photo else None
        return await self.http.post("/takes", data={"wanted": json.dumps(body)}, files=files)

    async def film(self, photo: bytes | None = None, **wanted: Any) -> dict[str, Any]:
        answer = await self.order(photo, **wanted)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def take(self, take_id: str) -> dict[str, Any]:
        return dict((await self.http.get(f"/takes/{take_id}")).json())


@asynccontextmanager
async def open_desk(folder: Path, lot: Lot, llm_url: str) -> AsyncIterator[Desk]:
    """A studio over `folder` whose prompts are written at `llm_url`."""
    chosen = LlmSettings(provider="compatible", base_url=llm_url, model="fake")
    async with (
        open_client("http://lot", transport=httpx.MockTransport(lot.answer)) as client,
        build_llm(IntentsSettings(llm=chosen)) as writer,
    ):
        desk = Desk(Studio(Tools("小爱", writer, client), TakeShelf(folder), ("妈妈",)))
        async with desk.http:
            yield desk
